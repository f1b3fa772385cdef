import type { Section } from './manual';

/**
 * When an intercept is tested (§15.9).
 * `before-exceptions`: before any exception of the instruction; `after-exceptions`: after its own #UD and #GP checks and
 * before it touches memory; `after-memory`: after the memory access was checked; `after-instruction`: once it completed;
 * `event`: not an instruction, tested when the event would be taken.
 */
export type InterceptPriority =
  'before-exceptions' | 'after-exceptions' | 'after-memory' | 'after-instruction' | 'event';

/** One intercept bit of the VMCB. */
export interface Intercept {
  /** Intercept word 0 to 5, at VMCB offset 4 × vector. */
  readonly vector: 0 | 1 | 2 | 3 | 4 | 5;
  readonly bit: number;
  /** EXITCODE it causes: 20h × vector + bit. */
  readonly exitCode: number;
  readonly priority: InterceptPriority;
  /** Where the saved RIP points: `fault` on the instruction, `trap` after it, `interrupt` on the next one. */
  readonly kind: 'fault' | 'trap' | 'fault-or-trap' | 'interrupt' | 'abort';
  /** nRIP holds the address of the next instruction; it is zero otherwise. §15.7.1 */
  readonly nRipValid: boolean;
  readonly section: Section;
  readonly note?: string;
  readonly doubt?: string;
}

/** The 167 intercept bits, in the order of the VMCB. §15.9, appendices B and C */
// prettier-ignore
export const INTERCEPTS = {
  // CR accesses, word 0
  CR0_READ: { vector: 0, bit: 0, exitCode: 0x00, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'also SMSW, before its memory operand' },
  CR1_READ: { vector: 0, bit: 1, exitCode: 0x01, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR2_READ: { vector: 0, bit: 2, exitCode: 0x02, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CR3_READ: { vector: 0, bit: 3, exitCode: 0x03, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'not by task switches' },
  CR4_READ: { vector: 0, bit: 4, exitCode: 0x04, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CR5_READ: { vector: 0, bit: 5, exitCode: 0x05, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR6_READ: { vector: 0, bit: 6, exitCode: 0x06, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR7_READ: { vector: 0, bit: 7, exitCode: 0x07, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR8_READ: { vector: 0, bit: 8, exitCode: 0x08, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CR9_READ: { vector: 0, bit: 9, exitCode: 0x09, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR10_READ: { vector: 0, bit: 10, exitCode: 0x0a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR11_READ: { vector: 0, bit: 11, exitCode: 0x0b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR12_READ: { vector: 0, bit: 12, exitCode: 0x0c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR13_READ: { vector: 0, bit: 13, exitCode: 0x0d, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR14_READ: { vector: 0, bit: 14, exitCode: 0x0e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR15_READ: { vector: 0, bit: 15, exitCode: 0x0f, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR0_WRITE: { vector: 0, bit: 16, exitCode: 0x10, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'also LMSW and CLTS; wins over CR0_SEL_WRITE' },
  CR1_WRITE: { vector: 0, bit: 17, exitCode: 0x11, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR2_WRITE: { vector: 0, bit: 18, exitCode: 0x12, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CR3_WRITE: { vector: 0, bit: 19, exitCode: 0x13, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'not by task switches' },
  CR4_WRITE: { vector: 0, bit: 20, exitCode: 0x14, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CR5_WRITE: { vector: 0, bit: 21, exitCode: 0x15, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR6_WRITE: { vector: 0, bit: 22, exitCode: 0x16, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR7_WRITE: { vector: 0, bit: 23, exitCode: 0x17, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR8_WRITE: { vector: 0, bit: 24, exitCode: 0x18, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over V_TPR' },
  CR9_WRITE: { vector: 0, bit: 25, exitCode: 0x19, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR10_WRITE: { vector: 0, bit: 26, exitCode: 0x1a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR11_WRITE: { vector: 0, bit: 27, exitCode: 0x1b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR12_WRITE: { vector: 0, bit: 28, exitCode: 0x1c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR13_WRITE: { vector: 0, bit: 29, exitCode: 0x1d, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR14_WRITE: { vector: 0, bit: 30, exitCode: 0x1e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR15_WRITE: { vector: 0, bit: 31, exitCode: 0x1f, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  // DR accesses, word 1
  DR0_READ: { vector: 1, bit: 0, exitCode: 0x20, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR1_READ: { vector: 1, bit: 1, exitCode: 0x21, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR2_READ: { vector: 1, bit: 2, exitCode: 0x22, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR3_READ: { vector: 1, bit: 3, exitCode: 0x23, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR4_READ: { vector: 1, bit: 4, exitCode: 0x24, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'DR4 and DR5 name DR6 and DR7 while CR4.DE is 0' },
  DR5_READ: { vector: 1, bit: 5, exitCode: 0x25, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'DR4 and DR5 name DR6 and DR7 while CR4.DE is 0' },
  DR6_READ: { vector: 1, bit: 6, exitCode: 0x26, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR7_READ: { vector: 1, bit: 7, exitCode: 0x27, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR8_READ: { vector: 1, bit: 8, exitCode: 0x28, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR9_READ: { vector: 1, bit: 9, exitCode: 0x29, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR10_READ: { vector: 1, bit: 10, exitCode: 0x2a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR11_READ: { vector: 1, bit: 11, exitCode: 0x2b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR12_READ: { vector: 1, bit: 12, exitCode: 0x2c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR13_READ: { vector: 1, bit: 13, exitCode: 0x2d, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR14_READ: { vector: 1, bit: 14, exitCode: 0x2e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR15_READ: { vector: 1, bit: 15, exitCode: 0x2f, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR0_WRITE: { vector: 1, bit: 16, exitCode: 0x30, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR1_WRITE: { vector: 1, bit: 17, exitCode: 0x31, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR2_WRITE: { vector: 1, bit: 18, exitCode: 0x32, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR3_WRITE: { vector: 1, bit: 19, exitCode: 0x33, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR4_WRITE: { vector: 1, bit: 20, exitCode: 0x34, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'DR4 and DR5 name DR6 and DR7 while CR4.DE is 0' },
  DR5_WRITE: { vector: 1, bit: 21, exitCode: 0x35, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'DR4 and DR5 name DR6 and DR7 while CR4.DE is 0' },
  DR6_WRITE: { vector: 1, bit: 22, exitCode: 0x36, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR7_WRITE: { vector: 1, bit: 23, exitCode: 0x37, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  DR8_WRITE: { vector: 1, bit: 24, exitCode: 0x38, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR9_WRITE: { vector: 1, bit: 25, exitCode: 0x39, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR10_WRITE: { vector: 1, bit: 26, exitCode: 0x3a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR11_WRITE: { vector: 1, bit: 27, exitCode: 0x3b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR12_WRITE: { vector: 1, bit: 28, exitCode: 0x3c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR13_WRITE: { vector: 1, bit: 29, exitCode: 0x3d, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR14_WRITE: { vector: 1, bit: 30, exitCode: 0x3e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  DR15_WRITE: { vector: 1, bit: 31, exitCode: 0x3f, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'the register does not exist: #UD comes first, the bit never acts' },
  // Exceptions, word 2
  EXCEPTION_DE: { vector: 2, bit: 0, exitCode: 0x40, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.1' },
  EXCEPTION_DB: { vector: 2, bit: 1, exitCode: 0x41, priority: 'event', kind: 'fault-or-trap', nRipValid: false, section: '15.12.2', note: 'ICEBP does not count' },
  EXCEPTION_2: { vector: 2, bit: 2, exitCode: 0x42, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.3', note: 'not implemented; NMI has a bit of its own' },
  EXCEPTION_BP: { vector: 2, bit: 3, exitCode: 0x43, priority: 'event', kind: 'fault', nRipValid: true, section: '15.12.4', note: 'RIP on the INT3' },
  EXCEPTION_OF: { vector: 2, bit: 4, exitCode: 0x44, priority: 'event', kind: 'fault', nRipValid: true, section: '15.12.5', note: 'RIP on the INTO' },
  EXCEPTION_BR: { vector: 2, bit: 5, exitCode: 0x45, priority: 'event', kind: 'fault', nRipValid: true, section: '15.12.6', note: 'RIP on the BOUND' },
  EXCEPTION_UD: { vector: 2, bit: 6, exitCode: 0x46, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.7' },
  EXCEPTION_NM: { vector: 2, bit: 7, exitCode: 0x47, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.8' },
  EXCEPTION_DF: { vector: 2, bit: 8, exitCode: 0x48, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.9', note: 'before the frame is pushed' },
  EXCEPTION_9: { vector: 2, bit: 9, exitCode: 0x49, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.10', note: 'not implemented' },
  EXCEPTION_TS: { vector: 2, bit: 10, exitCode: 0x4a, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.11', doubt: 'a general rule gives an error code in EXITINFO1, the section on #TS says undefined' },
  EXCEPTION_NP: { vector: 2, bit: 11, exitCode: 0x4b, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.12' },
  EXCEPTION_SS: { vector: 2, bit: 12, exitCode: 0x4c, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.13' },
  EXCEPTION_GP: { vector: 2, bit: 13, exitCode: 0x4d, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.14' },
  EXCEPTION_PF: { vector: 2, bit: 14, exitCode: 0x4e, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.15', note: 'before CR2 is written' },
  EXCEPTION_15: { vector: 2, bit: 15, exitCode: 0x4f, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_MF: { vector: 2, bit: 16, exitCode: 0x50, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.16' },
  EXCEPTION_AC: { vector: 2, bit: 17, exitCode: 0x51, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.17' },
  EXCEPTION_MC: { vector: 2, bit: 18, exitCode: 0x52, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.18', note: 'after the machine-check registers are written' },
  EXCEPTION_XF: { vector: 2, bit: 19, exitCode: 0x53, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.19' },
  EXCEPTION_20: { vector: 2, bit: 20, exitCode: 0x54, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_CP: { vector: 2, bit: 21, exitCode: 0x55, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.21' },
  EXCEPTION_22: { vector: 2, bit: 22, exitCode: 0x56, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_23: { vector: 2, bit: 23, exitCode: 0x57, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_24: { vector: 2, bit: 24, exitCode: 0x58, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_25: { vector: 2, bit: 25, exitCode: 0x59, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_26: { vector: 2, bit: 26, exitCode: 0x5a, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_27: { vector: 2, bit: 27, exitCode: 0x5b, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  EXCEPTION_HV: { vector: 2, bit: 28, exitCode: 0x5c, priority: 'event', kind: 'fault', nRipValid: false, section: '15.36.16', note: 'SNP only' },
  EXCEPTION_VC: { vector: 2, bit: 29, exitCode: 0x5d, priority: 'event', kind: 'fault', nRipValid: false, section: '15.35.5', note: 'SEV-ES only' },
  EXCEPTION_SX: { vector: 2, bit: 30, exitCode: 0x5e, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12.20', note: 'INIT redirected by VM_CR.R_INIT' },
  EXCEPTION_31: { vector: 2, bit: 31, exitCode: 0x5f, priority: 'event', kind: 'fault', nRipValid: false, section: '15.12' },
  // Events and instructions, word 3
  INTR: { vector: 3, bit: 0, exitCode: 0x60, priority: 'event', kind: 'interrupt', nRipValid: false, section: '15.13.1', note: 'the interrupt stays pending' },
  NMI: { vector: 3, bit: 1, exitCode: 0x61, priority: 'event', kind: 'interrupt', nRipValid: false, section: '15.13.2', note: 'the NMI stays pending' },
  SMI: { vector: 3, bit: 2, exitCode: 0x62, priority: 'event', kind: 'interrupt', nRipValid: false, section: '15.13.3', note: 'no effect while HWCR.SMMLOCK is set' },
  INIT: { vector: 3, bit: 3, exitCode: 0x63, priority: 'event', kind: 'interrupt', nRipValid: false, section: '15.13.4', note: 'INIT stays pending' },
  VINTR: { vector: 3, bit: 4, exitCode: 0x64, priority: 'event', kind: 'interrupt', nRipValid: false, section: '15.13.5', note: 'before V_IRQ is cleared' },
  CR0_SEL_WRITE: { vector: 3, bit: 5, exitCode: 0x65, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'MOV CR0 that changes a bit other than TS and MP, and every LMSW; not CLTS' },
  IDTR_READ: { vector: 3, bit: 6, exitCode: 0x66, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'SIDT' },
  GDTR_READ: { vector: 3, bit: 7, exitCode: 0x67, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'SGDT' },
  LDTR_READ: { vector: 3, bit: 8, exitCode: 0x68, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'SLDT' },
  TR_READ: { vector: 3, bit: 9, exitCode: 0x69, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'STR' },
  IDTR_WRITE: { vector: 3, bit: 10, exitCode: 0x6a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'LIDT' },
  GDTR_WRITE: { vector: 3, bit: 11, exitCode: 0x6b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'LGDT' },
  LDTR_WRITE: { vector: 3, bit: 12, exitCode: 0x6c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'LLDT' },
  TR_WRITE: { vector: 3, bit: 13, exitCode: 0x6d, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'LTR' },
  RDTSC: { vector: 3, bit: 14, exitCode: 0x6e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'after the #GP of CR4.TSD' },
  RDPMC: { vector: 3, bit: 15, exitCode: 0x6f, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'after every #GP' },
  PUSHF: { vector: 3, bit: 16, exitCode: 0x70, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  POPF: { vector: 3, bit: 17, exitCode: 0x71, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  CPUID: { vector: 3, bit: 18, exitCode: 0x72, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  RSM: { vector: 3, bit: 19, exitCode: 0x73, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'before the #UD outside SMM' },
  IRET: { vector: 3, bit: 20, exitCode: 0x74, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  INTN: { vector: 3, bit: 21, exitCode: 0x75, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'INT n only, not INT3, INTO or ICEBP' },
  INVD: { vector: 3, bit: 22, exitCode: 0x76, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  PAUSE: { vector: 3, bit: 23, exitCode: 0x77, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.14.4', note: 'subject to the pause filter', doubt: '15.9 exits when the counter falls below zero, 15.14.4 when it reaches zero; with a threshold below zero in both' },
  HLT: { vector: 3, bit: 24, exitCode: 0x78, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over IDLE_HLT' },
  INVLPG: { vector: 3, bit: 25, exitCode: 0x79, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'not INVLPGA' },
  INVLPGA: { vector: 3, bit: 26, exitCode: 0x7a, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  IOIO_PROT: { vector: 3, bit: 27, exitCode: 0x7b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.10', note: 'turns the IOPM on; after IOPL and TSS bitmap, before memory operands of INS and OUTS', doubt: 'order against INS and OUTS memory faults not confirmed' },
  MSR_PROT: { vector: 3, bit: 28, exitCode: 0x7c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.11', note: 'turns the MSRPM on; after the CPL check, before the #GP of the MSR itself' },
  TASK_SWITCH: { vector: 3, bit: 29, exitCode: 0x7d, priority: 'after-exceptions', kind: 'fault', nRipValid: false, section: '15.14.1', note: 'before the switch, after the checks of the incoming TSS' },
  FERR_FREEZE: { vector: 3, bit: 30, exitCode: 0x7e, priority: 'event', kind: 'fault', nRipValid: false, section: '15.14.2', note: 'the processor would freeze on an x87 error with CR0.NE=0' },
  SHUTDOWN: { vector: 3, bit: 31, exitCode: 0x7f, priority: 'event', kind: 'abort', nRipValid: false, section: '15.14.3', note: 'the save area is undefined' },
  // SVM and other instructions, write traps, word 4
  VMRUN: { vector: 4, bit: 0, exitCode: 0x80, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'after the #GP of rAX; must be one for VMRUN to succeed' },
  VMMCALL: { vector: 4, bit: 1, exitCode: 0x81, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'not intercepted it is #UD; any CPL' },
  VMLOAD: { vector: 4, bit: 2, exitCode: 0x82, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over virtual VMLOAD' },
  VMSAVE: { vector: 4, bit: 3, exitCode: 0x83, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over virtual VMSAVE' },
  STGI: { vector: 4, bit: 4, exitCode: 0x84, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over virtual GIF' },
  CLGI: { vector: 4, bit: 5, exitCode: 0x85, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'wins over virtual GIF' },
  SKINIT: { vector: 4, bit: 6, exitCode: 0x86, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  RDTSCP: { vector: 4, bit: 7, exitCode: 0x87, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'after the #GP of CR4.TSD' },
  ICEBP: { vector: 4, bit: 8, exitCode: 0x88, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'opcode F1h, before its #DB' },
  WBINVD: { vector: 4, bit: 9, exitCode: 0x89, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'also WBNOINVD' },
  MONITOR: { vector: 4, bit: 10, exitCode: 0x8a, priority: 'after-memory', kind: 'fault', nRipValid: true, section: '15.9', note: 'also MONITORX' },
  MWAIT: { vector: 4, bit: 11, exitCode: 0x8b, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'also MWAITX; tested after MWAIT_CONDITIONAL' },
  MWAIT_CONDITIONAL: { vector: 4, bit: 12, exitCode: 0x8c, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'only with an armed monitor' },
  XSETBV: { vector: 4, bit: 13, exitCode: 0x8d, priority: 'before-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'before its #GP', doubt: 'order against #UD not confirmed' },
  RDPRU: { vector: 4, bit: 14, exitCode: 0x8e, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9' },
  EFER_WRITE_TRAP: { vector: 4, bit: 15, exitCode: 0x8f, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'EFER already has the new value' },
  CR0_WRITE_TRAP: { vector: 4, bit: 16, exitCode: 0x90, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register already has the new value' },
  CR1_WRITE_TRAP: { vector: 4, bit: 17, exitCode: 0x91, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR2_WRITE_TRAP: { vector: 4, bit: 18, exitCode: 0x92, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register already has the new value', doubt: '15.35.10 describes the traps of CR0, CR3 and CR4 only' },
  CR3_WRITE_TRAP: { vector: 4, bit: 19, exitCode: 0x93, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register already has the new value' },
  CR4_WRITE_TRAP: { vector: 4, bit: 20, exitCode: 0x94, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register already has the new value' },
  CR5_WRITE_TRAP: { vector: 4, bit: 21, exitCode: 0x95, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR6_WRITE_TRAP: { vector: 4, bit: 22, exitCode: 0x96, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR7_WRITE_TRAP: { vector: 4, bit: 23, exitCode: 0x97, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR8_WRITE_TRAP: { vector: 4, bit: 24, exitCode: 0x98, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register already has the new value', doubt: '15.35.10 describes the traps of CR0, CR3 and CR4 only' },
  CR9_WRITE_TRAP: { vector: 4, bit: 25, exitCode: 0x99, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR10_WRITE_TRAP: { vector: 4, bit: 26, exitCode: 0x9a, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR11_WRITE_TRAP: { vector: 4, bit: 27, exitCode: 0x9b, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR12_WRITE_TRAP: { vector: 4, bit: 28, exitCode: 0x9c, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR13_WRITE_TRAP: { vector: 4, bit: 29, exitCode: 0x9d, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR14_WRITE_TRAP: { vector: 4, bit: 30, exitCode: 0x9e, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  CR15_WRITE_TRAP: { vector: 4, bit: 31, exitCode: 0x9f, priority: 'after-instruction', kind: 'trap', nRipValid: false, section: '15.35.10', note: 'the register does not exist: #UD comes first, the bit never acts' },
  // Newer instructions, word 5
  INVLPGB: { vector: 5, bit: 0, exitCode: 0xa0, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'before every exception but the CPL #GP' },
  INVLPGB_ILLEGAL: { vector: 5, bit: 1, exitCode: 0xa1, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'before every exception but the CPL #GP' },
  INVPCID: { vector: 5, bit: 2, exitCode: 0xa2, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'before every exception but the CPL #GP' },
  MCOMMIT: { vector: 5, bit: 3, exitCode: 0xa3, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', doubt: 'not in the table of 15.9' },
  TLBSYNC: { vector: 5, bit: 4, exitCode: 0xa4, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'after its #GP' },
  BUS_LOCK: { vector: 5, bit: 5, exitCode: 0xa5, priority: 'before-exceptions', kind: 'fault', nRipValid: false, section: '15.14.5', note: 'when BUS_LOCK_COUNTER is zero, before the access' },
  IDLE_HLT: { vector: 5, bit: 6, exitCode: 0xa6, priority: 'after-exceptions', kind: 'fault', nRipValid: true, section: '15.9', note: 'HLT with no virtual interrupt or NMI pending' },
} as const satisfies Record<string, Intercept>;

export type InterceptName = keyof typeof INTERCEPTS;

/** The I/O permission map: bit n for port n; any set bit an access covers makes it exit, reads and writes alike. §15.10.1 */
export const IOPM_SIZE = 0x3000;
/** Ports the map has bits for; an access at FFFFh of 2 or 4 bytes also tests the first three bits of the third page. */
export const IOPM_PORTS = 0x1_0000;

/** The MSR permission map: two bits an MSR, the even one for RDMSR, the odd one for WRMSR. §15.11 */
export const MSRPM_SIZE = 0x2000;

export interface MsrpmRange {
  readonly first: number;
  readonly last: number;
  /** Byte of the map that holds the range's first MSR. */
  readonly byteOffset: number;
  readonly section: Section;
}

/** The ranges the map covers; an MSR outside them always exits. Bytes 1800h to 1FFFh are reserved. §15.11 */
export const MSRPM_RANGES = [
  { first: 0x0000_0000, last: 0x0000_1fff, byteOffset: 0x0000, section: '15.11' },
  { first: 0xc000_0000, last: 0xc000_1fff, byteOffset: 0x0800, section: '15.11' },
  { first: 0xc001_0000, last: 0xc001_1fff, byteOffset: 0x1000, section: '15.11' },
] as const satisfies readonly MsrpmRange[];
