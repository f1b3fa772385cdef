/** Segment registers: MOV, PUSH, POP, far pointer loads, and what asks about selectors. */
import { Ev, Ew, Gv, Gw, Mp, Rv, segmentRegister, Sw, Mw } from '../operand';
import { row, type Row } from '../row';

const ES = segmentRegister('ES', 0);
const CS = segmentRegister('CS', 1);
const SS = segmentRegister('SS', 2);
const DS = segmentRegister('DS', 3);
const FS = segmentRegister('FS', 4);
const GS = segmentRegister('GS', 5);
const far = { ends: true } as const;
const legacy = { mode: 'legacy', ends: true } as const;

export const SEGMENT: readonly Row[] = [
  row('MOV', '8C /r', [Rv, Sw], {}, 'mov-from-segment'),
  row('MOV', '8C /r', [Mw, Sw], {}, 'mov-from-segment'),
  row('MOV', '8E /r', [Sw, Ew], far, 'mov-to-segment'),
  row('PUSH', '06', [ES], { mode: 'legacy' }, 'push-segment'),
  row('PUSH', '0E', [CS], { mode: 'legacy' }, 'push-segment'),
  row('PUSH', '16', [SS], { mode: 'legacy' }, 'push-segment'),
  row('PUSH', '1E', [DS], { mode: 'legacy' }, 'push-segment'),
  row('PUSH', '0F A0', [FS], { size: 'default64' }, 'push-segment'),
  row('PUSH', '0F A8', [GS], { size: 'default64' }, 'push-segment'),
  row('POP', '07', [ES], legacy, 'pop-segment'),
  row('POP', '17', [SS], legacy, 'pop-segment'),
  row('POP', '1F', [DS], legacy, 'pop-segment'),
  row('POP', '0F A1', [FS], { size: 'default64', ends: true }, 'pop-segment'),
  row('POP', '0F A9', [GS], { size: 'default64', ends: true }, 'pop-segment'),
  row('LES', 'C4 /r', [Gv, Mp], legacy, 'load-far-pointer'),
  row('LDS', 'C5 /r', [Gv, Mp], legacy, 'load-far-pointer'),
  row('LSS', '0F B2 /r', [Gv, Mp], far, 'load-far-pointer'),
  row('LFS', '0F B4 /r', [Gv, Mp], far, 'load-far-pointer'),
  row('LGS', '0F B5 /r', [Gv, Mp], far, 'load-far-pointer'),
  row('SLDT', '0F 00 /0', [Ev], { protectedMode: true, intercept: 'LDTR_READ' }, 'sldt'),
  row('STR', '0F 00 /1', [Ev], { protectedMode: true, intercept: 'TR_READ' }, 'str'),
  row('LLDT', '0F 00 /2', [Ew], { protectedMode: true, cpl: 0, intercept: 'LDTR_WRITE', ends: true }, 'lldt'),
  row('LTR', '0F 00 /3', [Ew], { protectedMode: true, cpl: 0, intercept: 'TR_WRITE', ends: true }, 'ltr'),
  row('VERR', '0F 00 /4', [Ew], { protectedMode: true }, 'verr'),
  row('VERW', '0F 00 /5', [Ew], { protectedMode: true }, 'verw'),
  row('ARPL', '63 /r', [Ew, Gw], { protectedMode: true, mode: 'legacy' }, 'arpl'),
  row('LAR', '0F 02 /r', [Gv, Ew], { protectedMode: true }, 'lar'),
  row('LSL', '0F 03 /r', [Gv, Ew], { protectedMode: true }, 'lsl'),
];
