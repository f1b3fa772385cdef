/** The x87 unit: opcodes D8 to DF and FWAIT (volume 5; opcode map: volume 3, appendix A.1). */
import { AX, Mw, STi } from '../operand';
import { row, type Row } from '../row';

const x87 = { feature: 'FPU', unit: 'x87' } as const;

export const X87: readonly Row[] = [
  row('FWAIT', '9B', [], { feature: 'FPU', unit: 'wait', aliases: ['WAIT'] }, 'fwait'),
  row('FLDCW', 'D9 /5', [Mw], x87, 'fldcw'),
  row('FNSTCW', 'D9 /7', [Mw], x87, 'fnstcw'),
  row('FNOP', 'D9 D0', [], x87, 'fnop'),
  row('FDECSTP', 'D9 F6', [], x87, 'fdecstp'),
  row('FINCSTP', 'D9 F7', [], x87, 'fincstp'),
  // of the 8087 and the 80287 alone: no operation
  row('FENI', 'DB E0', [], { ...x87, aliases: ['FNENI'] }, 'fnop-control'),
  row('FDISI', 'DB E1', [], { ...x87, aliases: ['FNDISI'] }, 'fnop-control'),
  row('FNCLEX', 'DB E2', [], x87, 'fnclex'),
  row('FNINIT', 'DB E3', [], x87, 'fninit'),
  row('FSETPM', 'DB E4', [], x87, 'fnop-control'),
  row('FFREE', 'DD /0', [STi], x87, 'ffree'),
  row('FNSTSW', 'DD /7', [Mw], x87, 'fnstsw'),
  row('FFREEP', 'DF /0', [STi], x87, 'ffreep'),
  row('FNSTSW', 'DF E0', [AX], x87, 'fnstsw'),
];
