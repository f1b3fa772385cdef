/** Secure Virtual Machine (APM volume 2, chapter 15; volume 3, chapter 4). */
import { aAX, ECX } from '../operand';
import { row, type Row, type Rules } from '../row';

const svm: Rules = { needs: 'SVME', protectedMode: true, cpl: 0, ends: true };

export const SVM: readonly Row[] = [
  row('VMRUN', '0F 01 D8', [aAX], { ...svm, intercept: 'VMRUN' }, 'vmrun'),
  row('VMMCALL', '0F 01 D9', [], { intercept: 'VMMCALL', ends: true }, 'vmmcall'),
  row('VMLOAD', '0F 01 DA', [aAX], { ...svm, intercept: 'VMLOAD' }, 'vmload'),
  row('VMSAVE', '0F 01 DB', [aAX], { ...svm, intercept: 'VMSAVE' }, 'vmsave'),
  row('STGI', '0F 01 DC', [], { ...svm, intercept: 'STGI' }, 'stgi'),
  row('CLGI', '0F 01 DD', [], { ...svm, intercept: 'CLGI' }, 'clgi'),
  row('SKINIT', '0F 01 DE', [], { ...svm, intercept: 'SKINIT' }, 'skinit'),
  row('INVLPGA', '0F 01 DF', [aAX, ECX], { ...svm, intercept: 'INVLPGA' }, 'invlpga'),
];
