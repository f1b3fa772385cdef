import type { BitField } from './bit-field';
import type { Section } from './manual';

/**
 * What kind of exit it is, for colour and counting: `io` ports and MSRs; `memory` translation; `instruction`; `event`
 * interrupts and exceptions; `idle` waiting; `fault` the guest cannot go on.
 */
export type ExitClass = 'io' | 'memory' | 'instruction' | 'event' | 'idle' | 'fault';

/** One value of EXITCODE. */
export interface ExitCode {
  /** 64-bit value; −1 is FFFF_FFFF_FFFF_FFFFh. */
  readonly code: number;
  readonly class: ExitClass;
  /** Fields of EXITINFO1; none: undefined by the manual, zero here. */
  readonly exitInfo1: readonly BitField[];
  readonly exitInfo2: readonly BitField[];
  /** Whether EXITINTINFO can hold an event whose delivery was cut short. §15.7.2 */
  readonly exitIntInfo: 'possible' | 'no' | 'undefined';
  /** Where the saved RIP points. */
  readonly ripAt: 'instruction' | 'next' | 'instruction-or-next' | 'undefined';
  /** nRIP is written; it is zero otherwise. §15.7.1 */
  readonly nRip: boolean;
  readonly section: Section;
  readonly note?: string;
  readonly doubt?: string;
}

/** EXITINFO1 of control register exits, with decode assists. §15.8.1 */
export const CR_INFO = [
  { name: 'GPR', hi: 3, lo: 0, meaning: 'general register of MOV CR' },
  { name: 'MOV', hi: 63, lo: 63, meaning: '1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of debug register exits, with decode assists. §15.8.1 */
export const DR_INFO = [
  { name: 'GPR', hi: 3, lo: 0, meaning: 'general register of MOV DR' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of exceptions that push an error code. §15.12 */
export const ERROR_CODE_INFO = [
  { name: 'ERRORCODE', hi: 31, lo: 0, meaning: 'the error code the exception would push' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of write traps. §15.35.10 */
export const NEW_VALUE_INFO = [
  { name: 'VALUE', hi: 63, lo: 0, meaning: 'the value written' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of IOIO exits. §15.10.2 */
export const IOIO_INFO = [
  { name: 'TYPE', hi: 0, lo: 0, meaning: '1 IN or INS, 0 OUT or OUTS' },
  { name: 'STR', hi: 2, lo: 2, meaning: 'string instruction' },
  { name: 'REP', hi: 3, lo: 3, meaning: 'REP prefix' },
  { name: 'SZ8', hi: 4, lo: 4, meaning: 'byte operand' },
  { name: 'SZ16', hi: 5, lo: 5, meaning: 'word operand' },
  { name: 'SZ32', hi: 6, lo: 6, meaning: 'doubleword operand' },
  { name: 'A16', hi: 7, lo: 7, meaning: '16-bit address size' },
  { name: 'A32', hi: 8, lo: 8, meaning: '32-bit address size' },
  { name: 'A64', hi: 9, lo: 9, meaning: '64-bit address size' },
  { name: 'SEG', hi: 12, lo: 10, meaning: 'segment register, 0 to 5 ES CS SS DS FS GS' },
  { name: 'PORT', hi: 31, lo: 16, meaning: 'port' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of SMI exits. §15.13.3 */
export const SMI_INFO = [
  { name: 'SMISRC', hi: 0, lo: 0, meaning: '1 external, 0 internal' },
  { name: 'MCREDIR', hi: 1, lo: 1, meaning: 'redirected machine check' },
  { name: 'SEG', hi: 12, lo: 10, meaning: 'segment register of the string I/O' },
  { name: 'TYPE', hi: 32, lo: 32, meaning: '1 IN, 0 OUT' },
  { name: 'VAL', hi: 33, lo: 33, meaning: 'the SMI hit an I/O instruction: the I/O fields are valid' },
  { name: 'STR', hi: 34, lo: 34, meaning: 'string instruction' },
  { name: 'REP', hi: 35, lo: 35, meaning: 'REP prefix' },
  { name: 'SZ8', hi: 36, lo: 36, meaning: 'byte' },
  { name: 'SZ16', hi: 37, lo: 37, meaning: 'word' },
  { name: 'SZ32', hi: 38, lo: 38, meaning: 'doubleword' },
  { name: 'A16', hi: 39, lo: 39, meaning: '16-bit address' },
  { name: 'A32', hi: 40, lo: 40, meaning: '32-bit address' },
  { name: 'A64', hi: 41, lo: 41, meaning: '64-bit address' },
  { name: 'TF', hi: 43, lo: 43, meaning: 'RFLAGS.TF' },
  { name: 'BRP', hi: 47, lo: 44, meaning: 'I/O breakpoints that match' },
  { name: 'PORT', hi: 63, lo: 48, meaning: 'port' },
] as const satisfies readonly BitField[];

/** EXITINFO1 of nested page faults. §15.25.6 */
export const NPF_INFO = [
  { name: 'P', hi: 0, lo: 0, meaning: 'the nested entry was present: a protection violation' },
  { name: 'RW', hi: 1, lo: 1, meaning: 'the access was a write; always for guest page tables' },
  { name: 'US', hi: 2, lo: 2, meaning: 'user access, as every nested access is' },
  { name: 'RSV', hi: 3, lo: 3, meaning: 'a reserved bit was set in a nested entry' },
  { name: 'ID', hi: 4, lo: 4, meaning: 'instruction fetch (with NXE or SMEP in the host)' },
  { name: 'SS', hi: 6, lo: 6, meaning: 'shadow stack access' },
  { name: 'RMP', hi: 31, lo: 31, meaning: 'the reverse map table forbade it' },
  { name: 'GPA', hi: 32, lo: 32, meaning: 'the fault hit the final guest-physical address' },
  { name: 'GPT', hi: 33, lo: 33, meaning: 'the fault hit a guest page table' },
  { name: 'ENC', hi: 34, lo: 34, meaning: 'the access was to encrypted memory' },
  { name: 'SIZEM', hi: 35, lo: 35, meaning: 'page sizes of guest and reverse map differ' },
  { name: 'VMPL', hi: 36, lo: 36, meaning: 'the VMPL forbade it' },
  { name: 'SSS', hi: 37, lo: 37, meaning: 'supervisor shadow stack check' },
  { name: 'NOT_RESTARTABLE', hi: 63, lo: 63, meaning: 'the instruction cannot be restarted' },
] as const satisfies readonly BitField[];

/** The 172 exit codes. Appendix C */
// prettier-ignore
export const EXIT_CODES = {
  VMEXIT_CR0_READ: { code: 0x00, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR1_READ: { code: 0x01, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR2_READ: { code: 0x02, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR3_READ: { code: 0x03, class: 'memory', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR4_READ: { code: 0x04, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR5_READ: { code: 0x05, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR6_READ: { code: 0x06, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR7_READ: { code: 0x07, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR8_READ: { code: 0x08, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR9_READ: { code: 0x09, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR10_READ: { code: 0x0a, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR11_READ: { code: 0x0b, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR12_READ: { code: 0x0c, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR13_READ: { code: 0x0d, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR14_READ: { code: 0x0e, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR15_READ: { code: 0x0f, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR0_WRITE: { code: 0x10, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR1_WRITE: { code: 0x11, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR2_WRITE: { code: 0x12, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR3_WRITE: { code: 0x13, class: 'memory', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR4_WRITE: { code: 0x14, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR5_WRITE: { code: 0x15, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR6_WRITE: { code: 0x16, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR7_WRITE: { code: 0x17, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR8_WRITE: { code: 0x18, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR9_WRITE: { code: 0x19, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR10_WRITE: { code: 0x1a, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR11_WRITE: { code: 0x1b, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR12_WRITE: { code: 0x1c, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR13_WRITE: { code: 0x1d, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR14_WRITE: { code: 0x1e, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CR15_WRITE: { code: 0x1f, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR0_READ: { code: 0x20, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR1_READ: { code: 0x21, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR2_READ: { code: 0x22, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR3_READ: { code: 0x23, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR4_READ: { code: 0x24, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR5_READ: { code: 0x25, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR6_READ: { code: 0x26, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR7_READ: { code: 0x27, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR8_READ: { code: 0x28, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR9_READ: { code: 0x29, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR10_READ: { code: 0x2a, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR11_READ: { code: 0x2b, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR12_READ: { code: 0x2c, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR13_READ: { code: 0x2d, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR14_READ: { code: 0x2e, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR15_READ: { code: 0x2f, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR0_WRITE: { code: 0x30, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR1_WRITE: { code: 0x31, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR2_WRITE: { code: 0x32, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR3_WRITE: { code: 0x33, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR4_WRITE: { code: 0x34, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR5_WRITE: { code: 0x35, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR6_WRITE: { code: 0x36, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR7_WRITE: { code: 0x37, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR8_WRITE: { code: 0x38, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR9_WRITE: { code: 0x39, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR10_WRITE: { code: 0x3a, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR11_WRITE: { code: 0x3b, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR12_WRITE: { code: 0x3c, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR13_WRITE: { code: 0x3d, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR14_WRITE: { code: 0x3e, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_DR15_WRITE: { code: 0x3f, class: 'instruction', exitInfo1: DR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_EXCP_DE: { code: 0x40, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.1' },
  VMEXIT_EXCP_DB: { code: 0x41, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction-or-next', nRip: false, section: '15.12.2' },
  VMEXIT_EXCP_2: { code: 0x42, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: false, section: '15.12.3' },
  VMEXIT_EXCP_BP: { code: 0x43, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: true, section: '15.12.4' },
  VMEXIT_EXCP_OF: { code: 0x44, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: true, section: '15.12.5' },
  VMEXIT_EXCP_BR: { code: 0x45, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: true, section: '15.12.6' },
  VMEXIT_EXCP_UD: { code: 0x46, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.7' },
  VMEXIT_EXCP_NM: { code: 0x47, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.8' },
  VMEXIT_EXCP_DF: { code: 0x48, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'undefined', nRip: false, section: '15.12.9', doubt: 'EXITINFO1 is undefined by the manual; other implementations give the error code 0' },
  VMEXIT_EXCP_9: { code: 0x49, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.10' },
  VMEXIT_EXCP_TS: { code: 0x4a, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.11', doubt: 'a general rule gives the error code, the section on #TS says undefined' },
  VMEXIT_EXCP_NP: { code: 0x4b, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.12' },
  VMEXIT_EXCP_SS: { code: 0x4c, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.13' },
  VMEXIT_EXCP_GP: { code: 0x4d, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.14' },
  VMEXIT_EXCP_PF: { code: 0x4e, class: 'memory', exitInfo1: ERROR_CODE_INFO, exitInfo2: [{ name: 'ADDR', hi: 63, lo: 0, meaning: 'faulting linear address' }], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.15' },
  VMEXIT_EXCP_15: { code: 0x4f, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_MF: { code: 0x50, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.16' },
  VMEXIT_EXCP_AC: { code: 0x51, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.17' },
  VMEXIT_EXCP_MC: { code: 0x52, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.18' },
  VMEXIT_EXCP_XF: { code: 0x53, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.19' },
  VMEXIT_EXCP_20: { code: 0x54, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_CP: { code: 0x55, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.21' },
  VMEXIT_EXCP_22: { code: 0x56, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_23: { code: 0x57, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_24: { code: 0x58, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_25: { code: 0x59, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_26: { code: 0x5a, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_27: { code: 0x5b, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_EXCP_HV: { code: 0x5c, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.36.16' },
  VMEXIT_EXCP_VC: { code: 0x5d, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.35.5' },
  VMEXIT_EXCP_SX: { code: 0x5e, class: 'event', exitInfo1: ERROR_CODE_INFO, exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12.20' },
  VMEXIT_EXCP_31: { code: 0x5f, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.12' },
  VMEXIT_INTR: { code: 0x60, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.13.1' },
  VMEXIT_NMI: { code: 0x61, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.13.2' },
  VMEXIT_SMI: { code: 0x62, class: 'event', exitInfo1: SMI_INFO, exitInfo2: [{ name: 'RIP', hi: 63, lo: 0, meaning: 'of the I/O instruction, if VAL' }], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.13.3' },
  VMEXIT_INIT: { code: 0x63, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.13.4' },
  VMEXIT_VINTR: { code: 0x64, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.13.5' },
  VMEXIT_CR0_SEL_WRITE: { code: 0x65, class: 'instruction', exitInfo1: CR_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_IDTR_READ: { code: 0x66, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_GDTR_READ: { code: 0x67, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_LDTR_READ: { code: 0x68, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_TR_READ: { code: 0x69, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_IDTR_WRITE: { code: 0x6a, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_GDTR_WRITE: { code: 0x6b, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_LDTR_WRITE: { code: 0x6c, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_TR_WRITE: { code: 0x6d, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_RDTSC: { code: 0x6e, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_RDPMC: { code: 0x6f, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_PUSHF: { code: 0x70, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_POPF: { code: 0x71, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CPUID: { code: 0x72, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_RSM: { code: 0x73, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_IRET: { code: 0x74, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_SWINT: { code: 0x75, class: 'instruction', exitInfo1: [{ name: 'VECTOR', hi: 7, lo: 0, meaning: 'vector' }], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.8.2' },
  VMEXIT_INVD: { code: 0x76, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_PAUSE: { code: 0x77, class: 'idle', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.14.4' },
  VMEXIT_HLT: { code: 0x78, class: 'idle', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_INVLPG: { code: 0x79, class: 'memory', exitInfo1: [{ name: 'LINADDR', hi: 63, lo: 0, meaning: 'linear address' }], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.8.3' },
  VMEXIT_INVLPGA: { code: 0x7a, class: 'memory', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_IOIO: { code: 0x7b, class: 'io', exitInfo1: IOIO_INFO, exitInfo2: [{ name: 'NRIP', hi: 63, lo: 0, meaning: 'RIP of the next instruction' }], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.10.2' },
  VMEXIT_MSR: { code: 0x7c, class: 'io', exitInfo1: [{ name: 'WRITE', hi: 0, lo: 0, meaning: '1 WRMSR, 0 RDMSR' }], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.11' },
  VMEXIT_TASK_SWITCH: { code: 0x7d, class: 'event', exitInfo1: [{ name: 'SELECTOR', hi: 15, lo: 0, meaning: 'TSS selector of the new task' }], exitInfo2: [{ name: 'ERRORCODE', hi: 31, lo: 0, meaning: 'error code for the new task' }, { name: 'IRET', hi: 36, lo: 36, meaning: 'caused by IRET' }, { name: 'JMP', hi: 38, lo: 38, meaning: 'caused by a far JMP' }, { name: 'EV', hi: 44, lo: 44, meaning: 'ERRORCODE is valid' }, { name: 'RF', hi: 48, lo: 48, meaning: 'RFLAGS.RF for the outgoing TSS' }], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.14.1', note: 'neither IRET nor JMP: CALL, INT or an exception' },
  VMEXIT_FERR_FREEZE: { code: 0x7e, class: 'event', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: false, section: '15.14.2' },
  VMEXIT_SHUTDOWN: { code: 0x7f, class: 'fault', exitInfo1: [], exitInfo2: [], exitIntInfo: 'undefined', ripAt: 'undefined', nRip: false, section: '15.14.3' },
  VMEXIT_VMRUN: { code: 0x80, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_VMMCALL: { code: 0x81, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_VMLOAD: { code: 0x82, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_VMSAVE: { code: 0x83, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_STGI: { code: 0x84, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_CLGI: { code: 0x85, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_SKINIT: { code: 0x86, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_RDTSCP: { code: 0x87, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_ICEBP: { code: 0x88, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_WBINVD: { code: 0x89, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_MONITOR: { code: 0x8a, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_MWAIT: { code: 0x8b, class: 'idle', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_MWAIT_CONDITIONAL: { code: 0x8c, class: 'idle', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_XSETBV: { code: 0x8d, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_RDPRU: { code: 0x8e, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_EFER_WRITE_TRAP: { code: 0x8f, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR0_WRITE_TRAP: { code: 0x90, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR1_WRITE_TRAP: { code: 0x91, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR2_WRITE_TRAP: { code: 0x92, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR3_WRITE_TRAP: { code: 0x93, class: 'memory', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR4_WRITE_TRAP: { code: 0x94, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR5_WRITE_TRAP: { code: 0x95, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR6_WRITE_TRAP: { code: 0x96, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR7_WRITE_TRAP: { code: 0x97, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR8_WRITE_TRAP: { code: 0x98, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR9_WRITE_TRAP: { code: 0x99, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR10_WRITE_TRAP: { code: 0x9a, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR11_WRITE_TRAP: { code: 0x9b, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR12_WRITE_TRAP: { code: 0x9c, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR13_WRITE_TRAP: { code: 0x9d, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR14_WRITE_TRAP: { code: 0x9e, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_CR15_WRITE_TRAP: { code: 0x9f, class: 'instruction', exitInfo1: NEW_VALUE_INFO, exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.10' },
  VMEXIT_INVLPGB: { code: 0xa0, class: 'memory', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_INVLPGB_ILLEGAL: { code: 0xa1, class: 'memory', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_INVPCID: { code: 0xa2, class: 'memory', exitInfo1: [{ name: 'LINADDR', hi: 63, lo: 0, meaning: 'linear address of the descriptor' }], exitInfo2: [{ name: 'TYPE', hi: 63, lo: 0, meaning: 'register operand' }], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9', doubt: 'EXITINFO use known from another implementation' },
  VMEXIT_MCOMMIT: { code: 0xa3, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_TLBSYNC: { code: 0xa4, class: 'memory', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_BUSLOCK: { code: 0xa5, class: 'event', exitInfo1: [{ name: 'ZERO', hi: 63, lo: 0, meaning: 'zero' }], exitInfo2: [{ name: 'ZERO', hi: 63, lo: 0, meaning: 'zero' }], exitIntInfo: 'no', ripAt: 'instruction', nRip: false, section: '15.14.5' },
  VMEXIT_IDLE_HLT: { code: 0xa6, class: 'idle', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'instruction', nRip: true, section: '15.9' },
  VMEXIT_NPF: { code: 0x400, class: 'memory', exitInfo1: NPF_INFO, exitInfo2: [{ name: 'GPA', hi: 63, lo: 0, meaning: 'guest-physical address that faulted; of the table entry if GPT' }], exitIntInfo: 'possible', ripAt: 'instruction', nRip: false, section: '15.25.6' },
  VMEXIT_AVIC_INCOMPLETE_IPI: { code: 0x401, class: 'event', exitInfo1: [{ name: 'ICRL', hi: 31, lo: 0, meaning: 'low half of the interrupt command register' }, { name: 'ICRH', hi: 63, lo: 32, meaning: 'high half' }], exitInfo2: [{ name: 'INDEX', hi: 11, lo: 0, meaning: 'table index that failed' }, { name: 'ID', hi: 63, lo: 32, meaning: 'reason' }], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.29.9.1' },
  VMEXIT_AVIC_NOACCEL: { code: 0x402, class: 'event', exitInfo1: [{ name: 'OFFSET', hi: 11, lo: 4, meaning: 'APIC register' }, { name: 'WRITE', hi: 32, lo: 32, meaning: '1 write' }], exitInfo2: [{ name: 'VECTOR', hi: 7, lo: 0, meaning: 'vector of an EOI write' }], exitIntInfo: 'no', ripAt: 'instruction-or-next', nRip: false, section: '15.29.9.2' },
  VMEXIT_VMGEXIT: { code: 0x403, class: 'instruction', exitInfo1: [], exitInfo2: [], exitIntInfo: 'no', ripAt: 'next', nRip: false, section: '15.35.6' },
  VMEXIT_INVALID: { code: -1, class: 'fault', exitInfo1: [], exitInfo2: [], exitIntInfo: 'undefined', ripAt: 'undefined', nRip: false, section: '15.5.1' },
} as const satisfies Record<string, ExitCode>;

export type ExitName = keyof typeof EXIT_CODES;

/** Codes the manual lists for features outside this machine (SNP, performance counters, page-modification log). */
export const OTHER_EXIT_CODES = [
  { name: 'VMEXIT_PAGE_NOT_VALIDATED', code: 0x404, section: '15.36.10' },
  { name: 'VMEXIT_NOT_RESTARTABLE', code: 0x406, section: '15.36.21' },
  { name: 'VMEXIT_PML_FULL', code: 0x407, section: '15.25.15' },
  { name: 'VMEXIT_BUSY', code: -2, section: '15.36.16' },
  { name: 'VMEXIT_IDLE_REQUIRED', code: -3, section: '15.36.17' },
  { name: 'VMEXIT_INVALID_PMC', code: -4, section: '15.39' },
] as const;

const NAMES = new Map<number, ExitName>(
  (Object.keys(EXIT_CODES) as ExitName[]).map((name) => [EXIT_CODES[name].code, name]),
);

/** Name of an EXITCODE, given as a signed number; undefined when the manual has none. */
export function exitName(code: number): ExitName | undefined {
  return NAMES.get(code);
}
