import type { RegisterBit } from './bit-field';
import type { Section } from './manual';

/**
 * How two exceptions in a row combine (§8.2.9): contributory after contributory, or contributory or page fault after a
 * page fault, make #DF; the same during #DF makes a shutdown.
 */
export type DoubleFaultClass = 'benign' | 'contributory' | 'page-fault' | 'double-fault';

/** `fault`: saved RIP on the instruction; `trap`: after it; `abort`: no exact place; `interrupt`: between instructions. */
export type ExceptionClass = 'fault' | 'trap' | 'fault-or-trap' | 'abort' | 'interrupt' | 'reserved';

export interface ExceptionRow {
  readonly vector: number;
  readonly mnemonic: string;
  readonly name: string;
  readonly errorCode: boolean;
  readonly class: ExceptionClass;
  readonly contributory: DoubleFaultClass;
  readonly section: Section;
  readonly doubt?: string;
}

/** Vectors 0 to 31, index = vector. §8.2 */
// prettier-ignore
export const EXCEPTIONS = [
  { vector: 0, mnemonic: '#DE', name: 'Divide error', errorCode: false, class: 'fault', contributory: 'contributory', section: '8.2.1' },
  { vector: 1, mnemonic: '#DB', name: 'Debug', errorCode: false, class: 'fault-or-trap', contributory: 'benign', section: '8.2.2' },
  { vector: 2, mnemonic: 'NMI', name: 'Non-maskable interrupt', errorCode: false, class: 'interrupt', contributory: 'benign', section: '8.2.3' },
  { vector: 3, mnemonic: '#BP', name: 'Breakpoint', errorCode: false, class: 'trap', contributory: 'benign', section: '8.2.4' },
  { vector: 4, mnemonic: '#OF', name: 'Overflow', errorCode: false, class: 'trap', contributory: 'benign', section: '8.2.5' },
  { vector: 5, mnemonic: '#BR', name: 'Bound range', errorCode: false, class: 'fault', contributory: 'benign', section: '8.2.6' },
  { vector: 6, mnemonic: '#UD', name: 'Invalid opcode', errorCode: false, class: 'fault', contributory: 'benign', section: '8.2.7' },
  { vector: 7, mnemonic: '#NM', name: 'Device not available', errorCode: false, class: 'fault', contributory: 'benign', section: '8.2.8' },
  { vector: 8, mnemonic: '#DF', name: 'Double fault', errorCode: true, class: 'abort', contributory: 'double-fault', section: '8.2.9' },
  { vector: 9, mnemonic: '9', name: 'Coprocessor segment overrun (never raised)', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2.10' },
  { vector: 10, mnemonic: '#TS', name: 'Invalid TSS', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.11' },
  { vector: 11, mnemonic: '#NP', name: 'Segment not present', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.12' },
  { vector: 12, mnemonic: '#SS', name: 'Stack', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.13' },
  { vector: 13, mnemonic: '#GP', name: 'General protection', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.14' },
  { vector: 14, mnemonic: '#PF', name: 'Page fault', errorCode: true, class: 'fault', contributory: 'page-fault', section: '8.2.15' },
  { vector: 15, mnemonic: '15', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 16, mnemonic: '#MF', name: 'x87 floating-point error', errorCode: false, class: 'fault', contributory: 'benign', section: '8.2.16' },
  { vector: 17, mnemonic: '#AC', name: 'Alignment check', errorCode: true, class: 'fault', contributory: 'benign', section: '8.2.17' },
  { vector: 18, mnemonic: '#MC', name: 'Machine check', errorCode: false, class: 'abort', contributory: 'benign', section: '8.2.18' },
  { vector: 19, mnemonic: '#XF', name: 'SIMD floating-point', errorCode: false, class: 'fault', contributory: 'benign', section: '8.2.19' },
  { vector: 20, mnemonic: '20', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 21, mnemonic: '#CP', name: 'Control protection', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.20', doubt: 'double-fault class not confirmed' },
  { vector: 22, mnemonic: '22', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 23, mnemonic: '23', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 24, mnemonic: '24', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 25, mnemonic: '25', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 26, mnemonic: '26', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 27, mnemonic: '27', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
  { vector: 28, mnemonic: '#HV', name: 'Hypervisor injection', errorCode: false, class: 'interrupt', contributory: 'benign', section: '8.2.21' },
  { vector: 29, mnemonic: '#VC', name: 'VMM communication', errorCode: true, class: 'fault', contributory: 'contributory', section: '8.2.22', doubt: 'double-fault class not confirmed' },
  { vector: 30, mnemonic: '#SX', name: 'Security', errorCode: true, class: 'fault', contributory: 'contributory', section: '15.28' },
  { vector: 31, mnemonic: '31', name: 'Reserved', errorCode: false, class: 'reserved', contributory: 'benign', section: '8.2' },
] as const satisfies readonly ExceptionRow[];

export const VECTOR_DE = 0;
export const VECTOR_DB = 1;
export const VECTOR_NMI = 2;
export const VECTOR_BP = 3;
export const VECTOR_OF = 4;
export const VECTOR_BR = 5;
export const VECTOR_UD = 6;
export const VECTOR_NM = 7;
export const VECTOR_DF = 8;
export const VECTOR_TS = 10;
export const VECTOR_NP = 11;
export const VECTOR_SS = 12;
export const VECTOR_GP = 13;
export const VECTOR_PF = 14;
export const VECTOR_MF = 16;
export const VECTOR_AC = 17;
export const VECTOR_MC = 18;
export const VECTOR_XF = 19;
export const VECTOR_CP = 21;
export const VECTOR_HV = 28;
export const VECTOR_VC = 29;
export const VECTOR_SX = 30;

/** Bits of the #PF error code. §8.4.2 */
export const PAGE_FAULT_ERROR = [
  { name: 'P', bit: 0, section: '8.4.2', meaning: 'the page was present: a protection violation' },
  { name: 'RW', bit: 1, section: '8.4.2', meaning: 'the access was a write' },
  { name: 'US', bit: 2, section: '8.4.2', meaning: 'the access was made in user mode' },
  { name: 'RSV', bit: 3, section: '8.4.2', meaning: 'a reserved bit was set in an entry' },
  { name: 'ID', bit: 4, section: '8.4.2', meaning: 'the access was an instruction fetch (with EFER.NXE or CR4.SMEP)' },
  { name: 'PK', bit: 5, section: '8.4.2', meaning: 'a protection key forbade it' },
  { name: 'SS', bit: 6, section: '8.4.2', meaning: 'the access was a shadow stack access' },
  { name: 'RMP', bit: 31, section: '8.4.2', meaning: 'the reverse map table forbade it' },
] as const satisfies readonly RegisterBit[];
export const PF_P = 0x01;
export const PF_RW = 0x02;
export const PF_US = 0x04;
export const PF_RSV = 0x08;
export const PF_ID = 0x10;
export const PF_PK = 0x20;
export const PF_SS = 0x40;
export const PF_RMP = 0x8000_0000;

/** Bits of a selector error code (#TS, #NP, #SS, #GP). §8.4.1 */
export const SELECTOR_ERROR = [
  { name: 'EXT', bit: 0, section: '8.4.1', meaning: 'the cause was external to the program' },
  { name: 'IDT', bit: 1, section: '8.4.1', meaning: 'the index is into the IDT' },
  { name: 'TI', bit: 2, section: '8.4.1', meaning: 'the index is into the LDT' },
] as const satisfies readonly RegisterBit[];
export const ERROR_EXT = 1;
export const ERROR_IDT = 2;
export const ERROR_TI = 4;
