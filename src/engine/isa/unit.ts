/**
 * Units with state of their own, and when the processor does not let software use them (volume 2, §3.1.1 CR0.EM, TS, MP, §3.1.3
 * CR4.OSFXSR, OSXSAVE; the exception tables of volumes 4 and 5).
 */
import { CR0_EM, CR0_MP, CR0_PE, CR0_TS, CR4_OSFXSR, CR4_OSXSAVE } from '../arch/registers';

/** `x87` · `wait` FWAIT · `mmx` · `sse` · `sse-mmx` SSE instructions with MMX registers · `fxsave` FXSAVE, FXRSTOR · `xsave` its family · `vex` general
 * instructions under VEX: protected mode only. */
export type Unit = 'x87' | 'wait' | 'mmx' | 'sse' | 'sse-mmx' | 'fxsave' | 'xsave' | 'vex';

/** Bits that decide, packed for the decoding mode. */
export const UNIT_EM = 1;
export const UNIT_TS = 2;
export const UNIT_MP = 4;
export const UNIT_OSFXSR = 8;
export const UNIT_OSXSAVE = 16;
/** Protected mode, and not as a virtual-8086 task. */
export const UNIT_PROTECTED = 32;

export function unitBits(cr0: number, cr4: number, virtual8086: boolean): number {
  return (
    (cr0 & CR0_EM ? UNIT_EM : 0) |
    (cr0 & CR0_TS ? UNIT_TS : 0) |
    (cr0 & CR0_MP ? UNIT_MP : 0) |
    (cr4 & CR4_OSFXSR ? UNIT_OSFXSR : 0) |
    (cr4 & CR4_OSXSAVE ? UNIT_OSXSAVE : 0) |
    (cr0 & CR0_PE && !virtual8086 ? UNIT_PROTECTED : 0)
  );
}

/** Misaligned exception mask of MXCSR: operands of 16 bytes may lie anywhere, but for moves that ask for alignment by name. */
export const MXCSR_MM = 0x2_0000;
const ALIGNED_MOVE = /^MOV(AP[SD]|DQA|NT.*)$/;
export const isAlignedMove = (mnemonic: string): boolean => ALIGNED_MOVE.test(mnemonic);

/** What an instruction of the unit raises before anything else. */
export function unitFault(unit: Unit, bits: number): 'undefined' | 'device-not-available' | undefined {
  const em = (bits & UNIT_EM) !== 0;
  const ts = (bits & UNIT_TS) !== 0;
  switch (unit) {
    case 'x87':
    case 'fxsave':
      return em || ts ? 'device-not-available' : undefined;
    case 'wait':
      return ts && (bits & UNIT_MP) !== 0 ? 'device-not-available' : undefined;
    case 'mmx':
      return em ? 'undefined' : ts ? 'device-not-available' : undefined;
    case 'sse':
    case 'sse-mmx':
      return em || (bits & UNIT_OSFXSR) === 0 ? 'undefined' : ts ? 'device-not-available' : undefined;
    case 'xsave':
      return (bits & UNIT_OSXSAVE) === 0 ? 'undefined' : ts ? 'device-not-available' : undefined;
    case 'vex':
      return (bits & UNIT_PROTECTED) === 0 ? 'undefined' : undefined;
  }
}
