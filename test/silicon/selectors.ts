/** Selectors and what takes them: segment loads, far branches and returns, questions about descriptors. */
import type { Row } from '../../src/engine/isa/row';
import type { Maker } from './maker';
import { littleEndian } from './test-case';
import { STACK, STACK_END } from './windows';

const RSP = 4;
const TF = 0x100;
const AC = 0x40000;

/** Null, the user's and the system's code and data at fitting and unfitting RPL, the LDT's, and some that are not there. */
const SELECTORS = [0, 3, 0x23, 0x2b, 0x33, 0x20, 0x28, 0x30, 0x10, 0x18, 0x08, 0x2f, 0xfff8, 0xfffb] as const;
const CODE_SELECTORS = [0x33, 0x23, 0x33, 0x23, 0x33, 0x23, 0x30, 0x2b, 0x10, 0, 0xfffb] as const;
const DATA_SELECTORS = [0x2b, 0x2b, 0x2b, 0x23, 0, 0x33, 0x28, ...SELECTORS] as const;

export const loadsSegment = (row: Row): boolean => row.operands[0]?.place === 'segment';
/** Rows whose operand is a selector, in a register or in memory. */
export const takesSelector = (row: Row): boolean => /^(LAR|LSL|VERR|VERW)$/.test(row.mnemonic) || loadsSegment(row);
export const popsSegment = (row: Row): boolean => row.mnemonic === 'POP' && row.operands[0]?.place === 'fixed-segment';
export const loadsFarPointer = (row: Row): boolean =>
  /^L[ESDFG]S$/.test(row.mnemonic) && row.operands[1]?.name === 'Mp';
export const isFarBranch = (row: Row): boolean =>
  /^(JMP|CALL)$/.test(row.mnemonic) && /^(Mp|Ap)$/.test(row.operands[0]?.name ?? '');
export const isFarReturn = (row: Row): boolean => /^(RETF|IRET|IRETD|IRETQ)$/.test(row.mnemonic);

export const chooseSelector = (m: Maker, row: Row): number =>
  m.random.pick(loadsSegment(row) ? DATA_SELECTORS : SELECTORS);
/** RETF and IRET with a selector of another privilege level: AMD's processors look for the outer stack before they refuse it. */
const RETURN_SELECTORS = [0x33, 0x23, 0x33, 0x23, 0x33, 0x2b, 3, 0xfffb] as const;

export const chooseCodeSelector = (m: Maker): number => m.random.pick(CODE_SELECTORS);

/** Offset and selector at an address in memory; the offset is the end of the case for a branch. False: it cannot be put there. */
export function putFarPointer(m: Maker, row: Row, address: number, size: number): boolean {
  // An offset never has more than 32 bits: AMD's processors know no m16:64.
  const width = size === 2 ? 2 : 4;
  if (isFarBranch(row)) {
    return (
      m.patchStep(address, m.length, width) && m.patchBytes(address + width, littleEndian(chooseCodeSelector(m), 2))
    );
  }
  return m.patchBytes(address, [
    ...littleEndian(m.random.u32(), width),
    ...littleEndian(m.random.pick(DATA_SELECTORS), 2),
  ]);
}

/** The frame RETF or IRET takes from the stack, or the selector POP does. */
export function putFrame(m: Maker, row: Row, size: number): boolean {
  const { random } = m;
  const sp = m.registers.value(RSP);
  if (sp === undefined || m.memoryWritten) return false;
  const at = Number(sp);
  const word = (n: number, value: number): boolean => m.patchBytes(at + n * size, littleEndian(value, size));
  if (popsSegment(row)) return m.patchBytes(at, littleEndian(random.pick(DATA_SELECTORS), 2));
  const selector = random.pick(RETURN_SELECTORS);
  if (!m.patchStep(at, m.length, size) || !word(1, selector)) return false;
  if (row.mnemonic === 'RETF') return true;
  if (!word(2, random.u32() & ~(TF | AC))) return false;
  if (m.bits === 32) return true;
  const pointer = STACK.address + random.below(STACK_END - STACK.address);
  return word(3, pointer) && word(4, random.pick([0x2b, 0x2b, 0x2b, 0x2b, 0, 0x23, 0x18]));
}
