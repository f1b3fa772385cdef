import type { Section } from './manual';

/**
 * What WRMSR tests beside the reserved bits; a failed test raises #GP(0). `canonical`: bits 63:47 equal; `pat`, `mtrr-type`,
 * `mtrr-base`, `mtrr-fixed`: legal memory types; `page-address`: a page below the physical address width; the others
 * are the registers' own rules.
 */
export type MsrCheck =
  | 'none'
  | 'canonical'
  | 'pat'
  | 'mtrr-type'
  | 'mtrr-base'
  | 'mtrr-fixed'
  | 'page-address'
  | 'apic-base'
  | 'x2apic'
  | 'efer'
  | 'vm-cr'
  | 'smm-ctl'
  | 'svm-key'
  | 'mc-status';

/**
 * Who moves the register at a world switch: `vmrun` VMRUN and #VMEXIT; `vmload` VMLOAD and VMSAVE; `np`, `lbr`, `cet`,
 * `pmc`, `ibs`, `spec-ctrl` VMRUN and #VMEXIT with that feature on; `shared` nobody: host and guest see the same one.
 */
export type MsrMover = 'vmrun' | 'vmload' | 'np' | 'lbr' | 'cet' | 'pmc' | 'ibs' | 'spec-ctrl' | 'shared';

/** One model-specific register. Masks and values are unsigned halves. */
export interface Msr {
  /** What ECX holds for RDMSR and WRMSR. */
  readonly number: number;
  readonly name: string;
  /** RDMSR of `wo` and WRMSR of `ro` raise #GP(0). */
  readonly access: 'rw' | 'ro' | 'wo';
  /** Bits WRMSR may set; one outside raises #GP(0). Address bits end at the processor's physical width. */
  readonly writableHi: number;
  readonly writableLo: number;
  readonly resetHi: number;
  readonly resetLo: number;
  readonly check: MsrCheck;
  readonly moved: MsrMover;
  /** Key of the VMCB field that holds the guest's value. */
  readonly vmcb?: string;
  readonly section: Section;
  readonly meaning: string;
  readonly doubt?: string;
}

/** The registers this machine can know, by number. Appendix A; what a processor profile has is decided elsewhere. */
// prettier-ignore
export const MSRS = {
  TSC: { number: 0x010, name: 'TSC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.4', meaning: 'time-stamp counter; the guest reads it scaled and offset' },
  APIC_BASE: { number: 0x01b, name: 'APIC_BASE', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_fd00, resetHi: 0, resetLo: 0xfee0_0900, check: 'apic-base', moved: 'shared', section: '16.3.1', meaning: 'local APIC address, AE bit 11, x2APIC EXTD bit 10, BSC bit 8 (read-only)' },
  SPEC_CTRL: { number: 0x048, name: 'SPEC_CTRL', access: 'rw', writableHi: 0, writableLo: 0x0000_0087, resetHi: 0, resetLo: 0, check: 'none', moved: 'spec-ctrl', vmcb: 'specCtrl', section: '3.2.9', meaning: 'speculation controls: IBRS 0, STIBP 1, SSBD 2, PSFD 7' },
  PRED_CMD: { number: 0x049, name: 'PRED_CMD', access: 'wo', writableHi: 0, writableLo: 0x0000_0081, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.2.9', meaning: 'bit 0: indirect branch prediction barrier' },
  PATCH_LEVEL: { number: 0x08b, name: 'PATCH_LEVEL', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'microcode revision' },
  MPERF: { number: 0x0e7, name: 'MPERF', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.3', meaning: 'counts at the maximum frequency' },
  APERF: { number: 0x0e8, name: 'APERF', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.3', meaning: 'counts at the actual frequency' },
  MTRR_CAP: { number: 0x0fe, name: 'MTRRcap', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0x0000_0508, check: 'none', moved: 'shared', section: '7.7.4', meaning: '8 variable ranges, fixed ranges, write-combining' },
  SYSENTER_CS: { number: 0x174, name: 'SYSENTER_CS', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'vmload', vmcb: 'sysenterCs', section: '6.1.2', meaning: 'code selector SYSENTER loads', doubt: 'writes above bit 31 not confirmed to fault' },
  SYSENTER_ESP: { number: 0x175, name: 'SYSENTER_ESP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'vmload', vmcb: 'sysenterEsp', section: '6.1.2', meaning: 'stack pointer SYSENTER loads', doubt: 'AMD processors implement 31:0; what a write above does is not confirmed' },
  SYSENTER_EIP: { number: 0x176, name: 'SYSENTER_EIP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'vmload', vmcb: 'sysenterEip', section: '6.1.2', meaning: 'target of SYSENTER', doubt: 'AMD processors implement 31:0; what a write above does is not confirmed' },
  MCG_CAP: { number: 0x179, name: 'MCG_CAP', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0x0000_0106, check: 'none', moved: 'shared', section: '9.3.1', meaning: 'number of banks 7:0, MCG_CTL present bit 8' },
  MCG_STAT: { number: 0x17a, name: 'MCG_STAT', access: 'rw', writableHi: 0, writableLo: 0x0000_0007, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.1', meaning: 'RIPV 0, EIPV 1, MCIP 2' },
  MCG_CTL: { number: 0x17b, name: 'MCG_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.1', meaning: 'reporting enables, one bit a bank' },
  DEBUG_CTL: { number: 0x1d9, name: 'DebugCtl', access: 'rw', writableHi: 0, writableLo: 0x0000_003f, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'dbgCtl', section: '13.1.1.6', meaning: 'LBR 0, BTF 1, PB0 to PB3 5:2; bit 2 is the bus lock trap where CPUID has it' },
  LAST_BRANCH_FROM: { number: 0x1db, name: 'LastBranchFromIP', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'brFrom', section: '13.1.1.7', meaning: 'source of the last branch' },
  LAST_BRANCH_TO: { number: 0x1dc, name: 'LastBranchToIP', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'brTo', section: '13.1.1.7', meaning: 'target of the last branch' },
  LAST_INT_FROM: { number: 0x1dd, name: 'LastIntFromIP', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lastExcpFrom', section: '13.1.1.7', meaning: 'source of the last exception or interrupt' },
  LAST_INT_TO: { number: 0x1de, name: 'LastIntToIP', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lastExcpTo', section: '13.1.1.7', meaning: 'target of the last exception or interrupt' },
  MTRR_PHYS_BASE0: { number: 0x200, name: 'MTRRphysBase0', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 0: address and type' },
  MTRR_PHYS_MASK0: { number: 0x201, name: 'MTRRphysMask0', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 0: mask, valid bit 11' },
  MTRR_PHYS_BASE1: { number: 0x202, name: 'MTRRphysBase1', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 1: address and type' },
  MTRR_PHYS_MASK1: { number: 0x203, name: 'MTRRphysMask1', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 1: mask, valid bit 11' },
  MTRR_PHYS_BASE2: { number: 0x204, name: 'MTRRphysBase2', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 2: address and type' },
  MTRR_PHYS_MASK2: { number: 0x205, name: 'MTRRphysMask2', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 2: mask, valid bit 11' },
  MTRR_PHYS_BASE3: { number: 0x206, name: 'MTRRphysBase3', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 3: address and type' },
  MTRR_PHYS_MASK3: { number: 0x207, name: 'MTRRphysMask3', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 3: mask, valid bit 11' },
  MTRR_PHYS_BASE4: { number: 0x208, name: 'MTRRphysBase4', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 4: address and type' },
  MTRR_PHYS_MASK4: { number: 0x209, name: 'MTRRphysMask4', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 4: mask, valid bit 11' },
  MTRR_PHYS_BASE5: { number: 0x20a, name: 'MTRRphysBase5', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 5: address and type' },
  MTRR_PHYS_MASK5: { number: 0x20b, name: 'MTRRphysMask5', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 5: mask, valid bit 11' },
  MTRR_PHYS_BASE6: { number: 0x20c, name: 'MTRRphysBase6', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 6: address and type' },
  MTRR_PHYS_MASK6: { number: 0x20d, name: 'MTRRphysMask6', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 6: mask, valid bit 11' },
  MTRR_PHYS_BASE7: { number: 0x20e, name: 'MTRRphysBase7', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f0ff, resetHi: 0, resetLo: 0, check: 'mtrr-base', moved: 'shared', section: '7.7.2', meaning: 'variable range 7: address and type' },
  MTRR_PHYS_MASK7: { number: 0x20f, name: 'MTRRphysMask7', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.7.2', meaning: 'variable range 7: mask, valid bit 11' },
  MTRR_FIX64K_00000: { number: 0x250, name: 'MTRRfix64K_00000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of 00000h to 7FFFFh, one byte a part' },
  MTRR_FIX16K_80000: { number: 0x258, name: 'MTRRfix16K_80000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of 80000h to 9FFFFh, one byte a part' },
  MTRR_FIX16K_A0000: { number: 0x259, name: 'MTRRfix16K_A0000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of A0000h to BFFFFh, one byte a part' },
  MTRR_FIX4K_C0000: { number: 0x268, name: 'MTRRfix4K_C0000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of C0000h to C7FFFh, one byte a part' },
  MTRR_FIX4K_C8000: { number: 0x269, name: 'MTRRfix4K_C8000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of C8000h to CFFFFh, one byte a part' },
  MTRR_FIX4K_D0000: { number: 0x26a, name: 'MTRRfix4K_D0000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of D0000h to D7FFFh, one byte a part' },
  MTRR_FIX4K_D8000: { number: 0x26b, name: 'MTRRfix4K_D8000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of D8000h to DFFFFh, one byte a part' },
  MTRR_FIX4K_E0000: { number: 0x26c, name: 'MTRRfix4K_E0000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of E0000h to E7FFFh, one byte a part' },
  MTRR_FIX4K_E8000: { number: 0x26d, name: 'MTRRfix4K_E8000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of E8000h to EFFFFh, one byte a part' },
  MTRR_FIX4K_F0000: { number: 0x26e, name: 'MTRRfix4K_F0000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of F0000h to F7FFFh, one byte a part' },
  MTRR_FIX4K_F8000: { number: 0x26f, name: 'MTRRfix4K_F8000', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mtrr-fixed', moved: 'shared', section: '7.7.1', meaning: 'types of F8000h to FFFFFh, one byte a part' },
  PAT: { number: 0x277, name: 'PAT', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0x0007_0406, resetLo: 0x0007_0406, check: 'pat', moved: 'np', vmcb: 'gPat', section: '7.8.1', meaning: 'eight memory types; G_PAT for a guest under nested paging' },
  MTRR_DEF_TYPE: { number: 0x2ff, name: 'MTRRdefType', access: 'rw', writableHi: 0, writableLo: 0x0000_0cff, resetHi: 0, resetLo: 0, check: 'mtrr-type', moved: 'shared', section: '7.7.2', meaning: 'default type 7:0, fixed enable 10, enable 11' },
  MC0_CTL: { number: 0x400, name: 'MC0_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 0: reporting enables' },
  MC0_STATUS: { number: 0x401, name: 'MC0_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 0: error status; only zero may be written unless HWCR bit 18' },
  MC0_ADDR: { number: 0x402, name: 'MC0_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 0: error address' },
  MC0_MISC: { number: 0x403, name: 'MC0_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 0: more on the error' },
  MC1_CTL: { number: 0x404, name: 'MC1_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 1: reporting enables' },
  MC1_STATUS: { number: 0x405, name: 'MC1_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 1: error status; only zero may be written unless HWCR bit 18' },
  MC1_ADDR: { number: 0x406, name: 'MC1_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 1: error address' },
  MC1_MISC: { number: 0x407, name: 'MC1_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 1: more on the error' },
  MC2_CTL: { number: 0x408, name: 'MC2_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 2: reporting enables' },
  MC2_STATUS: { number: 0x409, name: 'MC2_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 2: error status; only zero may be written unless HWCR bit 18' },
  MC2_ADDR: { number: 0x40a, name: 'MC2_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 2: error address' },
  MC2_MISC: { number: 0x40b, name: 'MC2_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 2: more on the error' },
  MC3_CTL: { number: 0x40c, name: 'MC3_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 3: reporting enables' },
  MC3_STATUS: { number: 0x40d, name: 'MC3_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 3: error status; only zero may be written unless HWCR bit 18' },
  MC3_ADDR: { number: 0x40e, name: 'MC3_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 3: error address' },
  MC3_MISC: { number: 0x40f, name: 'MC3_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 3: more on the error' },
  MC4_CTL: { number: 0x410, name: 'MC4_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 4: reporting enables' },
  MC4_STATUS: { number: 0x411, name: 'MC4_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 4: error status; only zero may be written unless HWCR bit 18' },
  MC4_ADDR: { number: 0x412, name: 'MC4_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 4: error address' },
  MC4_MISC: { number: 0x413, name: 'MC4_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 4: more on the error' },
  MC5_CTL: { number: 0x414, name: 'MC5_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 5: reporting enables' },
  MC5_STATUS: { number: 0x415, name: 'MC5_STATUS', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'mc-status', moved: 'shared', section: '9.3.2', meaning: 'bank 5: error status; only zero may be written unless HWCR bit 18' },
  MC5_ADDR: { number: 0x416, name: 'MC5_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 5: error address' },
  MC5_MISC: { number: 0x417, name: 'MC5_MISC', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '9.3.2', meaning: 'bank 5: more on the error' },
  U_CET: { number: 0x6a0, name: 'U_CET', access: 'rw', writableHi: 0, writableLo: 0x0000_0003, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '18.12', meaning: 'user shadow stack controls', doubt: 'section number not confirmed' },
  S_CET: { number: 0x6a2, name: 'S_CET', access: 'rw', writableHi: 0, writableLo: 0x0000_0003, resetHi: 0, resetLo: 0, check: 'none', moved: 'cet', vmcb: 'sCet', section: '18.12', meaning: 'supervisor shadow stack controls', doubt: 'section number not confirmed' },
  PL0_SSP: { number: 0x6a4, name: 'PL0_SSP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'shared', section: '18.12', meaning: 'shadow stack pointer of CPL 0', doubt: 'section number not confirmed' },
  PL1_SSP: { number: 0x6a5, name: 'PL1_SSP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'shared', section: '18.12', meaning: 'shadow stack pointer of CPL 1', doubt: 'section number not confirmed' },
  PL2_SSP: { number: 0x6a6, name: 'PL2_SSP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'shared', section: '18.12', meaning: 'shadow stack pointer of CPL 2', doubt: 'section number not confirmed' },
  PL3_SSP: { number: 0x6a7, name: 'PL3_SSP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'shared', section: '18.12', meaning: 'shadow stack pointer of CPL 3', doubt: 'section number not confirmed' },
  ISST_ADDR: { number: 0x6a8, name: 'ISST_ADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'cet', vmcb: 'isstAddr', section: '18.12', meaning: 'interrupt shadow stack table', doubt: 'section number not confirmed' },
  X2APIC_ID: { number: 0x802, name: 'X2APIC_ID', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 020h', doubt: 'section number not confirmed' },
  X2APIC_VERSION: { number: 0x803, name: 'X2APIC_VERSION', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 030h' },
  X2APIC_TPR: { number: 0x808, name: 'X2APIC_TPR', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 080h' },
  X2APIC_APR: { number: 0x809, name: 'X2APIC_APR', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 090h' },
  X2APIC_PPR: { number: 0x80a, name: 'X2APIC_PPR', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 0A0h' },
  X2APIC_EOI: { number: 0x80b, name: 'X2APIC_EOI', access: 'wo', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 0B0h' },
  X2APIC_LDR: { number: 0x80d, name: 'X2APIC_LDR', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 0D0h' },
  X2APIC_SVR: { number: 0x80f, name: 'X2APIC_SVR', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 0F0h' },
  X2APIC_ISR0: { number: 0x810, name: 'X2APIC_ISR0', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 100h' },
  X2APIC_ISR1: { number: 0x811, name: 'X2APIC_ISR1', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 110h' },
  X2APIC_ISR2: { number: 0x812, name: 'X2APIC_ISR2', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 120h' },
  X2APIC_ISR3: { number: 0x813, name: 'X2APIC_ISR3', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 130h' },
  X2APIC_ISR4: { number: 0x814, name: 'X2APIC_ISR4', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 140h' },
  X2APIC_ISR5: { number: 0x815, name: 'X2APIC_ISR5', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 150h' },
  X2APIC_ISR6: { number: 0x816, name: 'X2APIC_ISR6', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 160h' },
  X2APIC_ISR7: { number: 0x817, name: 'X2APIC_ISR7', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 170h' },
  X2APIC_TMR0: { number: 0x818, name: 'X2APIC_TMR0', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 180h' },
  X2APIC_TMR1: { number: 0x819, name: 'X2APIC_TMR1', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 190h' },
  X2APIC_TMR2: { number: 0x81a, name: 'X2APIC_TMR2', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1A0h' },
  X2APIC_TMR3: { number: 0x81b, name: 'X2APIC_TMR3', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1B0h' },
  X2APIC_TMR4: { number: 0x81c, name: 'X2APIC_TMR4', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1C0h' },
  X2APIC_TMR5: { number: 0x81d, name: 'X2APIC_TMR5', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1D0h' },
  X2APIC_TMR6: { number: 0x81e, name: 'X2APIC_TMR6', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1E0h' },
  X2APIC_TMR7: { number: 0x81f, name: 'X2APIC_TMR7', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 1F0h' },
  X2APIC_IRR0: { number: 0x820, name: 'X2APIC_IRR0', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 200h' },
  X2APIC_IRR1: { number: 0x821, name: 'X2APIC_IRR1', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 210h' },
  X2APIC_IRR2: { number: 0x822, name: 'X2APIC_IRR2', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 220h' },
  X2APIC_IRR3: { number: 0x823, name: 'X2APIC_IRR3', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 230h' },
  X2APIC_IRR4: { number: 0x824, name: 'X2APIC_IRR4', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 240h' },
  X2APIC_IRR5: { number: 0x825, name: 'X2APIC_IRR5', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 250h' },
  X2APIC_IRR6: { number: 0x826, name: 'X2APIC_IRR6', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 260h' },
  X2APIC_IRR7: { number: 0x827, name: 'X2APIC_IRR7', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 270h' },
  X2APIC_ESR: { number: 0x828, name: 'X2APIC_ESR', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 280h' },
  X2APIC_ICR: { number: 0x830, name: 'X2APIC_ICR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 300h' },
  X2APIC_TIMER_LVT: { number: 0x832, name: 'X2APIC_TIMER_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 320h' },
  X2APIC_THERMAL_LVT: { number: 0x833, name: 'X2APIC_THERMAL_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 330h' },
  X2APIC_PERF_LVT: { number: 0x834, name: 'X2APIC_PERF_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 340h' },
  X2APIC_LINT0_LVT: { number: 0x835, name: 'X2APIC_LINT0_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 350h' },
  X2APIC_LINT1_LVT: { number: 0x836, name: 'X2APIC_LINT1_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 360h' },
  X2APIC_ERROR_LVT: { number: 0x837, name: 'X2APIC_ERROR_LVT', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 370h' },
  X2APIC_TIMER_INITIAL: { number: 0x838, name: 'X2APIC_TIMER_INITIAL', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 380h' },
  X2APIC_TIMER_CURRENT: { number: 0x839, name: 'X2APIC_TIMER_CURRENT', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 390h' },
  X2APIC_TIMER_DIVIDE: { number: 0x83e, name: 'X2APIC_TIMER_DIVIDE', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'local APIC register at offset 3E0h' },
  X2APIC_SELF_IPI: { number: 0x83f, name: 'X2APIC_SELF_IPI', access: 'wo', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '16.11.1', meaning: 'interrupt to itself' },
  X2APIC_EXT_FEATURE: { number: 0x840, name: 'X2APIC_EXT_FEATURE', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 400h' },
  X2APIC_EXT_CONTROL: { number: 0x841, name: 'X2APIC_EXT_CONTROL', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 410h' },
  X2APIC_SEOI: { number: 0x842, name: 'X2APIC_SEOI', access: 'wo', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 420h' },
  X2APIC_IER0: { number: 0x848, name: 'X2APIC_IER0', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 480h' },
  X2APIC_IER1: { number: 0x849, name: 'X2APIC_IER1', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 490h' },
  X2APIC_IER2: { number: 0x84a, name: 'X2APIC_IER2', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4A0h' },
  X2APIC_IER3: { number: 0x84b, name: 'X2APIC_IER3', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4B0h' },
  X2APIC_IER4: { number: 0x84c, name: 'X2APIC_IER4', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4C0h' },
  X2APIC_IER5: { number: 0x84d, name: 'X2APIC_IER5', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4D0h' },
  X2APIC_IER6: { number: 0x84e, name: 'X2APIC_IER6', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4E0h' },
  X2APIC_IER7: { number: 0x84f, name: 'X2APIC_IER7', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 4F0h' },
  X2APIC_EXT_LVT0: { number: 0x850, name: 'X2APIC_EXT_LVT0', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 500h' },
  X2APIC_EXT_LVT1: { number: 0x851, name: 'X2APIC_EXT_LVT1', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 510h' },
  X2APIC_EXT_LVT2: { number: 0x852, name: 'X2APIC_EXT_LVT2', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 520h' },
  X2APIC_EXT_LVT3: { number: 0x853, name: 'X2APIC_EXT_LVT3', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'x2apic', moved: 'shared', section: '15.29.3.1', meaning: 'local APIC register at offset 530h' },
  XSS: { number: 0xda0, name: 'XSS', access: 'rw', writableHi: 0, writableLo: 0x0000_1800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '11.5.2', meaning: 'supervisor state components of XSAVES', doubt: 'section number not confirmed' },
  EFER: { number: 0xc000_0080, name: 'EFER', access: 'rw', writableHi: 0, writableLo: 0x0036_fd01, resetHi: 0, resetLo: 0, check: 'efer', moved: 'vmrun', vmcb: 'efer', section: '3.1.7', meaning: 'extended features; LMA follows the mode and is not written' },
  STAR: { number: 0xc000_0081, name: 'STAR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'vmload', vmcb: 'star', section: '6.1.1', meaning: 'SYSCALL and SYSRET selectors, 32-bit target' },
  LSTAR: { number: 0xc000_0082, name: 'LSTAR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'vmload', vmcb: 'lstar', section: '6.1.1', meaning: 'SYSCALL target in 64-bit mode' },
  CSTAR: { number: 0xc000_0083, name: 'CSTAR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'vmload', vmcb: 'cstar', section: '6.1.1', meaning: 'SYSCALL target in compatibility mode' },
  SFMASK: { number: 0xc000_0084, name: 'SFMASK', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'vmload', vmcb: 'sfmask', section: '6.1.1', meaning: 'RFLAGS bits SYSCALL clears', doubt: 'writes above bit 31 not confirmed to fault' },
  MPERF_READ_ONLY: { number: 0xc000_00e7, name: 'MPerfReadOnly', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.3', meaning: 'MPERF, not writable' },
  APERF_READ_ONLY: { number: 0xc000_00e8, name: 'APerfReadOnly', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.3', meaning: 'APERF, not writable' },
  IR_PERF_COUNT: { number: 0xc000_00e9, name: 'IRPerfCount', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'retired instructions, if HWCR bit 30' },
  FS_BASE: { number: 0xc000_0100, name: 'FS_BASE', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'vmload', vmcb: 'fsBase', section: '4.5.3', meaning: 'base of FS' },
  GS_BASE: { number: 0xc000_0101, name: 'GS_BASE', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'vmload', vmcb: 'gsBase', section: '4.5.3', meaning: 'base of GS' },
  KERNEL_GS_BASE: { number: 0xc000_0102, name: 'KERNEL_GS_BASE', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'canonical', moved: 'vmload', vmcb: 'kernelGsBase', section: '6.1.3', meaning: 'what SWAPGS swaps in' },
  TSC_AUX: { number: 0xc000_0103, name: 'TSC_AUX', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.4', meaning: 'ECX of RDTSCP; the processor identifier of RDPID' },
  TSC_RATIO: { number: 0xc000_0104, name: 'TSC_RATIO', access: 'rw', writableHi: 0x0000_00ff, writableLo: 0xffff_ffff, resetHi: 0x0000_0001, resetLo: 0, check: 'none', moved: 'shared', section: '15.30.5', meaning: 'guest TSC multiplier, 8.32 fixed point' },
  LBR_SELECT: { number: 0xc000_010e, name: 'LBR_SELECT', access: 'rw', writableHi: 0, writableLo: 0x0000_01ff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrSelect', section: '13.1.1.9', meaning: 'branch types the LBR stack leaves out', doubt: 'section number not confirmed' },
  DEBUG_EXTN_CTL: { number: 0xc000_010f, name: 'DebugExtnCtl', access: 'rw', writableHi: 0, writableLo: 0x0000_0040, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'dbgExtnCtl', section: '13.1.1.8', meaning: 'bit 6 enables the LBR stack', doubt: 'section number not confirmed' },
  PERF_CNTR_GLOBAL_STATUS: { number: 0xc000_0300, name: 'PerfCntrGlobalStatus', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'counter overflows' },
  PERF_CNTR_GLOBAL_CTL: { number: 0xc000_0301, name: 'PerfCntrGlobalCtl', access: 'rw', writableHi: 0, writableLo: 0x0000_003f, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'counter enables' },
  PERF_CNTR_GLOBAL_STATUS_CLR: { number: 0xc000_0302, name: 'PerfCntrGlobalStatusClr', access: 'wo', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'clears overflow bits' },
  PERF_CNTR_GLOBAL_STATUS_SET: { number: 0xc000_0303, name: 'PerfCntrGlobalStatusSet', access: 'wo', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'sets overflow bits' },
  PERF_EVT_SEL0: { number: 0xc001_0000, name: 'PerfEvtSel0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTL0' },
  PERF_EVT_SEL1: { number: 0xc001_0001, name: 'PerfEvtSel1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTL1' },
  PERF_EVT_SEL2: { number: 0xc001_0002, name: 'PerfEvtSel2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTL2' },
  PERF_EVT_SEL3: { number: 0xc001_0003, name: 'PerfEvtSel3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTL3' },
  PERF_CTR_LEGACY0: { number: 0xc001_0004, name: 'PerfCtr0', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTR0' },
  PERF_CTR_LEGACY1: { number: 0xc001_0005, name: 'PerfCtr1', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTR1' },
  PERF_CTR_LEGACY2: { number: 0xc001_0006, name: 'PerfCtr2', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTR2' },
  PERF_CTR_LEGACY3: { number: 0xc001_0007, name: 'PerfCtr3', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'legacy alias of PERF_CTR3' },
  SYSCFG: { number: 0xc001_0010, name: 'SYSCFG', access: 'rw', writableHi: 0, writableLo: 0x03fc_0000, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.2.1', meaning: 'MtrrFixDramEn 18, MtrrFixDramModEn 19, MtrrVarDramEn 20, MtrrTom2En 21, Tom2ForceMemTypeWB 22, MemEncryptionModeEn 23, SNPEn 24, VMPLEn 25' },
  HWCR: { number: 0xc001_0015, name: 'HWCR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0x0100_0000, check: 'none', moved: 'shared', section: '3.2.10', meaning: 'SMMLOCK 0, McStatusWrEn 18, TscFreqSel 24, IRPerfEn 30, CpuidFltEn 35', doubt: 'most bits are model specific' },
  IORR_BASE0: { number: 0xc001_0016, name: 'IORRBase0', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f018, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.2', meaning: 'I/O range 0: address, WrMem 3, RdMem 4' },
  IORR_MASK0: { number: 0xc001_0017, name: 'IORRMask0', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.2', meaning: 'I/O range 0: mask, valid bit 11' },
  IORR_BASE1: { number: 0xc001_0018, name: 'IORRBase1', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f018, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.2', meaning: 'I/O range 1: address, WrMem 3, RdMem 4' },
  IORR_MASK1: { number: 0xc001_0019, name: 'IORRMask1', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f800, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.2', meaning: 'I/O range 1: mask, valid bit 11' },
  TOP_MEM: { number: 0xc001_001a, name: 'TOP_MEM', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xff80_0000, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.4', meaning: 'end of memory below 4 GB' },
  TOP_MEM2: { number: 0xc001_001d, name: 'TOP_MEM2', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xff80_0000, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '7.9.4', meaning: 'end of memory above 4 GB' },
  NB_CFG: { number: 0xc001_001f, name: 'NB_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'northbridge configuration; model specific' },
  PATCH_LOADER: { number: 0xc001_0020, name: 'PATCH_LOADER', access: 'wo', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'microcode loader' },
  PROCESSOR_NAME0: { number: 0xc001_0030, name: 'ProcessorName0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 0' },
  PROCESSOR_NAME1: { number: 0xc001_0031, name: 'ProcessorName1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 1' },
  PROCESSOR_NAME2: { number: 0xc001_0032, name: 'ProcessorName2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 2' },
  PROCESSOR_NAME3: { number: 0xc001_0033, name: 'ProcessorName3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 3' },
  PROCESSOR_NAME4: { number: 0xc001_0034, name: 'ProcessorName4', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 4' },
  PROCESSOR_NAME5: { number: 0xc001_0035, name: 'ProcessorName5', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.3', meaning: 'CPUID Fn8000_0002 to Fn8000_0004, part 5' },
  INT_PENDING: { number: 0xc001_0055, name: 'INT_PENDING', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'interrupt pending and C1E; model specific' },
  MMIO_CFG_BASE: { number: 0xc001_0058, name: 'MMIO_CFG_BASE', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f03d, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'address of memory-mapped PCI configuration; model specific' },
  P_STATE_CUR_LIMIT: { number: 0xc001_0061, name: 'PStateCurLimit', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'P-state limits' },
  P_STATE_CONTROL: { number: 0xc001_0062, name: 'PStateControl', access: 'rw', writableHi: 0, writableLo: 0x0000_0007, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'P-state asked for' },
  P_STATE_STATUS: { number: 0xc001_0063, name: 'PStateStatus', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'P-state in force' },
  P_STATE_DEF0: { number: 0xc001_0064, name: 'PStateDef0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 0; model specific' },
  P_STATE_DEF1: { number: 0xc001_0065, name: 'PStateDef1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 1; model specific' },
  P_STATE_DEF2: { number: 0xc001_0066, name: 'PStateDef2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 2; model specific' },
  P_STATE_DEF3: { number: 0xc001_0067, name: 'PStateDef3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 3; model specific' },
  P_STATE_DEF4: { number: 0xc001_0068, name: 'PStateDef4', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 4; model specific' },
  P_STATE_DEF5: { number: 0xc001_0069, name: 'PStateDef5', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 5; model specific' },
  P_STATE_DEF6: { number: 0xc001_006a, name: 'PStateDef6', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 6; model specific' },
  P_STATE_DEF7: { number: 0xc001_006b, name: 'PStateDef7', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '17.1', meaning: 'definition of P-state 7; model specific' },
  SMBASE: { number: 0xc001_0111, name: 'SMBASE', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0x0003_0000, check: 'none', moved: 'shared', section: '10.2.2', meaning: 'base of system-management memory' },
  SMM_ADDR: { number: 0xc001_0112, name: 'SMM_ADDR', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xfffe_0000, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '10.2.5', meaning: 'TSeg base' },
  SMM_MASK: { number: 0xc001_0113, name: 'SMM_MASK', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xfffe_773f, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '10.2.5', meaning: 'TSeg mask; bits 0 and 1 enable ASeg and TSeg' },
  VM_CR: { number: 0xc001_0114, name: 'VM_CR', access: 'rw', writableHi: 0, writableLo: 0x0000_001f, resetHi: 0, resetLo: 0, check: 'vm-cr', moved: 'shared', section: '15.30.1', meaning: 'DPD 0, R_INIT 1, DIS_A20M 2, LOCK 3, SVMDIS 4' },
  IGNNE: { number: 0xc001_0115, name: 'IGNNE', access: 'rw', writableHi: 0, writableLo: 0x0000_0001, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.30.2', meaning: 'state of the IGNNE input' },
  SMM_CTL: { number: 0xc001_0116, name: 'SMM_CTL', access: 'wo', writableHi: 0, writableLo: 0x0000_001f, resetHi: 0, resetLo: 0, check: 'smm-ctl', moved: 'shared', section: '15.30.3', meaning: 'DISMISS 0, ENTER 1, SMI_CYCLE 2, EXIT 3, RSM_CYCLE 4' },
  VM_HSAVE_PA: { number: 0xc001_0117, name: 'VM_HSAVE_PA', access: 'rw', writableHi: 0x000f_ffff, writableLo: 0xffff_f000, resetHi: 0, resetLo: 0, check: 'page-address', moved: 'shared', section: '15.30.4', meaning: 'SPA of the host save area' },
  SVM_KEY: { number: 0xc001_0118, name: 'SVM_KEY', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'svm-key', moved: 'shared', section: '15.31.1', meaning: 'key that clears VM_CR.LOCK; reads zero' },
  SMM_KEY: { number: 0xc001_0119, name: 'SMM_KEY', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'svm-key', moved: 'shared', section: '15.32.2', meaning: 'key that clears HWCR.SMMLOCK; reads zero' },
  LOCAL_SMI_STATUS: { number: 0xc001_011a, name: 'LOCAL_SMI_STATUS', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '10.3.3', meaning: 'source of the local SMI', doubt: 'section number not confirmed' },
  AVIC_DOORBELL: { number: 0xc001_011b, name: 'AVIC_DOORBELL', access: 'wo', writableHi: 0, writableLo: 0x0000_00ff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.29.8.2', meaning: 'physical APIC ID of the core to notify', doubt: 'Linux writes 12 bits' },
  VM_PAGE_FLUSH: { number: 0xc001_011e, name: 'VM_PAGE_FLUSH', access: 'wo', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.34.9', meaning: 'flushes an encrypted page' },
  VIRT_SPEC_CTRL: { number: 0xc001_011f, name: 'VIRT_SPEC_CTRL', access: 'rw', writableHi: 0, writableLo: 0x0000_0004, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '3.2.9', meaning: 'SSBD in bit 2, for hypervisors to offer' },
  GHCB: { number: 0xc001_0130, name: 'GHCB', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.35.7', meaning: 'guest-hypervisor communication block (SEV-ES)' },
  SEV_STATUS: { number: 0xc001_0131, name: 'SEV_STATUS', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.34.10', meaning: 'which encryption features are on' },
  RMP_BASE: { number: 0xc001_0132, name: 'RMP_BASE', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.36.4', meaning: 'reverse map table, first byte' },
  RMP_END: { number: 0xc001_0133, name: 'RMP_END', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '15.36.4', meaning: 'reverse map table, last byte' },
  OSVW_ID_LENGTH: { number: 0xc001_0140, name: 'OSVW_ID_Length', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'E', meaning: 'number of valid OSVW bits' },
  OSVW_STATUS: { number: 0xc001_0141, name: 'OSVW_Status', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'E', meaning: 'errata that need a workaround' },
  PERF_CTL0: { number: 0xc001_0200, name: 'PERF_CTL0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl0', section: '13.2.1', meaning: 'event select of counter 0' },
  PERF_CTR0: { number: 0xc001_0201, name: 'PERF_CTR0', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr0', section: '13.2.1', meaning: 'counter 0' },
  PERF_CTL1: { number: 0xc001_0202, name: 'PERF_CTL1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl1', section: '13.2.1', meaning: 'event select of counter 1' },
  PERF_CTR1: { number: 0xc001_0203, name: 'PERF_CTR1', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr1', section: '13.2.1', meaning: 'counter 1' },
  PERF_CTL2: { number: 0xc001_0204, name: 'PERF_CTL2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl2', section: '13.2.1', meaning: 'event select of counter 2' },
  PERF_CTR2: { number: 0xc001_0205, name: 'PERF_CTR2', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr2', section: '13.2.1', meaning: 'counter 2' },
  PERF_CTL3: { number: 0xc001_0206, name: 'PERF_CTL3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl3', section: '13.2.1', meaning: 'event select of counter 3' },
  PERF_CTR3: { number: 0xc001_0207, name: 'PERF_CTR3', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr3', section: '13.2.1', meaning: 'counter 3' },
  PERF_CTL4: { number: 0xc001_0208, name: 'PERF_CTL4', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl4', section: '13.2.1', meaning: 'event select of counter 4' },
  PERF_CTR4: { number: 0xc001_0209, name: 'PERF_CTR4', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr4', section: '13.2.1', meaning: 'counter 4' },
  PERF_CTL5: { number: 0xc001_020a, name: 'PERF_CTL5', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtl5', section: '13.2.1', meaning: 'event select of counter 5' },
  PERF_CTR5: { number: 0xc001_020b, name: 'PERF_CTR5', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'pmc', vmcb: 'perfCtr5', section: '13.2.1', meaning: 'counter 5' },
  NB_PERF_CTL0: { number: 0xc001_0240, name: 'NB_PERF_CTL0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'event select of northbridge counter 0' },
  NB_PERF_CTR0: { number: 0xc001_0241, name: 'NB_PERF_CTR0', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'northbridge counter 0' },
  NB_PERF_CTL1: { number: 0xc001_0242, name: 'NB_PERF_CTL1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'event select of northbridge counter 1' },
  NB_PERF_CTR1: { number: 0xc001_0243, name: 'NB_PERF_CTR1', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'northbridge counter 1' },
  NB_PERF_CTL2: { number: 0xc001_0244, name: 'NB_PERF_CTL2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'event select of northbridge counter 2' },
  NB_PERF_CTR2: { number: 0xc001_0245, name: 'NB_PERF_CTR2', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'northbridge counter 2' },
  NB_PERF_CTL3: { number: 0xc001_0246, name: 'NB_PERF_CTL3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'event select of northbridge counter 3' },
  NB_PERF_CTR3: { number: 0xc001_0247, name: 'NB_PERF_CTR3', access: 'rw', writableHi: 0x0000_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.1', meaning: 'northbridge counter 3' },
  PTSC: { number: 0xc001_0280, name: 'PTSC', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.2.4', meaning: 'performance time-stamp counter' },
  RAPL_PWR_UNIT: { number: 0xc001_0299, name: 'RAPL_PWR_UNIT', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'units of the energy counters; model specific' },
  CORE_ENERGY_STAT: { number: 0xc001_029a, name: 'CORE_ENERGY_STAT', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'energy of the core; model specific' },
  PKG_ENERGY_STAT: { number: 0xc001_029b, name: 'PKG_ENERGY_STAT', access: 'ro', writableHi: 0, writableLo: 0, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'energy of the package; model specific' },
  LAST_BRANCH_STACK_FROM_IP0: { number: 0xc001_0300, name: 'LastBranchStackFromIp0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 0, source', doubt: 'section number not confirmed' },
  LAST_BRANCH_STACK_TO_IP0: { number: 0xc001_0301, name: 'LastBranchStackToIp0', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 0, target' },
  LAST_BRANCH_STACK_FROM_IP1: { number: 0xc001_0302, name: 'LastBranchStackFromIp1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 1, source' },
  LAST_BRANCH_STACK_TO_IP1: { number: 0xc001_0303, name: 'LastBranchStackToIp1', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 1, target' },
  LAST_BRANCH_STACK_FROM_IP2: { number: 0xc001_0304, name: 'LastBranchStackFromIp2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 2, source' },
  LAST_BRANCH_STACK_TO_IP2: { number: 0xc001_0305, name: 'LastBranchStackToIp2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 2, target' },
  LAST_BRANCH_STACK_FROM_IP3: { number: 0xc001_0306, name: 'LastBranchStackFromIp3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 3, source' },
  LAST_BRANCH_STACK_TO_IP3: { number: 0xc001_0307, name: 'LastBranchStackToIp3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 3, target' },
  LAST_BRANCH_STACK_FROM_IP4: { number: 0xc001_0308, name: 'LastBranchStackFromIp4', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 4, source' },
  LAST_BRANCH_STACK_TO_IP4: { number: 0xc001_0309, name: 'LastBranchStackToIp4', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 4, target' },
  LAST_BRANCH_STACK_FROM_IP5: { number: 0xc001_030a, name: 'LastBranchStackFromIp5', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 5, source' },
  LAST_BRANCH_STACK_TO_IP5: { number: 0xc001_030b, name: 'LastBranchStackToIp5', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 5, target' },
  LAST_BRANCH_STACK_FROM_IP6: { number: 0xc001_030c, name: 'LastBranchStackFromIp6', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 6, source' },
  LAST_BRANCH_STACK_TO_IP6: { number: 0xc001_030d, name: 'LastBranchStackToIp6', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 6, target' },
  LAST_BRANCH_STACK_FROM_IP7: { number: 0xc001_030e, name: 'LastBranchStackFromIp7', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 7, source' },
  LAST_BRANCH_STACK_TO_IP7: { number: 0xc001_030f, name: 'LastBranchStackToIp7', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 7, target' },
  LAST_BRANCH_STACK_FROM_IP8: { number: 0xc001_0310, name: 'LastBranchStackFromIp8', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 8, source' },
  LAST_BRANCH_STACK_TO_IP8: { number: 0xc001_0311, name: 'LastBranchStackToIp8', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 8, target' },
  LAST_BRANCH_STACK_FROM_IP9: { number: 0xc001_0312, name: 'LastBranchStackFromIp9', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 9, source' },
  LAST_BRANCH_STACK_TO_IP9: { number: 0xc001_0313, name: 'LastBranchStackToIp9', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 9, target' },
  LAST_BRANCH_STACK_FROM_IP10: { number: 0xc001_0314, name: 'LastBranchStackFromIp10', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 10, source' },
  LAST_BRANCH_STACK_TO_IP10: { number: 0xc001_0315, name: 'LastBranchStackToIp10', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 10, target' },
  LAST_BRANCH_STACK_FROM_IP11: { number: 0xc001_0316, name: 'LastBranchStackFromIp11', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 11, source' },
  LAST_BRANCH_STACK_TO_IP11: { number: 0xc001_0317, name: 'LastBranchStackToIp11', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 11, target' },
  LAST_BRANCH_STACK_FROM_IP12: { number: 0xc001_0318, name: 'LastBranchStackFromIp12', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 12, source' },
  LAST_BRANCH_STACK_TO_IP12: { number: 0xc001_0319, name: 'LastBranchStackToIp12', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 12, target' },
  LAST_BRANCH_STACK_FROM_IP13: { number: 0xc001_031a, name: 'LastBranchStackFromIp13', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 13, source' },
  LAST_BRANCH_STACK_TO_IP13: { number: 0xc001_031b, name: 'LastBranchStackToIp13', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 13, target' },
  LAST_BRANCH_STACK_FROM_IP14: { number: 0xc001_031c, name: 'LastBranchStackFromIp14', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 14, source' },
  LAST_BRANCH_STACK_TO_IP14: { number: 0xc001_031d, name: 'LastBranchStackToIp14', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 14, target' },
  LAST_BRANCH_STACK_FROM_IP15: { number: 0xc001_031e, name: 'LastBranchStackFromIp15', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 15, source' },
  LAST_BRANCH_STACK_TO_IP15: { number: 0xc001_031f, name: 'LastBranchStackToIp15', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'lbr', vmcb: 'lbrStack', section: '13.1.1.9', meaning: 'LBR stack entry 15, target' },
  CPUID_FEATURES: { number: 0xc001_1004, name: 'CPUID_Features', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'CPUID Fn0000_0001 EDX and ECX; model specific' },
  EXTENDED_CPUID_FEATURES: { number: 0xc001_1005, name: 'ExtendedCPUIDFeatures', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'CPUID Fn8000_0001 EDX and ECX; model specific' },
  DR1_ADDR_MASK: { number: 0xc001_1019, name: 'DR1_ADDR_MASK', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.1.1.5', meaning: 'address bits breakpoint 1 ignores' },
  DR2_ADDR_MASK: { number: 0xc001_101a, name: 'DR2_ADDR_MASK', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.1.1.5', meaning: 'address bits breakpoint 2 ignores' },
  DR3_ADDR_MASK: { number: 0xc001_101b, name: 'DR3_ADDR_MASK', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.1.1.5', meaning: 'address bits breakpoint 3 ignores' },
  LS_CFG: { number: 0xc001_1020, name: 'LS_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  IC_CFG: { number: 0xc001_1021, name: 'IC_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  DC_CFG: { number: 0xc001_1022, name: 'DC_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  TW_CFG: { number: 0xc001_1023, name: 'TW_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  DR0_ADDR_MASK: { number: 0xc001_1027, name: 'DR0_ADDR_MASK', access: 'rw', writableHi: 0, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.1.1.5', meaning: 'address bits breakpoint 0 ignores' },
  FP_CFG: { number: 0xc001_1028, name: 'FP_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  DE_CFG: { number: 0xc001_1029, name: 'DE_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration; bit 1 makes LFENCE dispatch-serializing' },
  BU_CFG2: { number: 0xc001_102a, name: 'BU_CFG2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  EX_CFG: { number: 0xc001_102c, name: 'EX_CFG', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: 'A', meaning: 'model-specific configuration' },
  IBS_FETCH_CTL: { number: 0xc001_1030, name: 'IBS_FETCH_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsFetchCtl', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_FETCH_LINADDR: { number: 0xc001_1031, name: 'IBS_FETCH_LINADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsFetchLinaddr', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_FETCH_PHYSADDR: { number: 0xc001_1032, name: 'IBS_FETCH_PHYSADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_OP_CTL: { number: 0xc001_1033, name: 'IBS_OP_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsOpCtl', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_OP_RIP: { number: 0xc001_1034, name: 'IBS_OP_RIP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsOpRip', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_OP_DATA: { number: 0xc001_1035, name: 'IBS_OP_DATA', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsOpData', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_OP_DATA2: { number: 0xc001_1036, name: 'IBS_OP_DATA2', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsOpData2', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_OP_DATA3: { number: 0xc001_1037, name: 'IBS_OP_DATA3', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsOpData3', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_DC_LINADDR: { number: 0xc001_1038, name: 'IBS_DC_LINADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsDcLinaddr', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_DC_PHYSADDR: { number: 0xc001_1039, name: 'IBS_DC_PHYSADDR', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.3', meaning: 'instruction-based sampling' },
  IBS_CONTROL: { number: 0xc001_103a, name: 'IBS_CONTROL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'shared', section: '13.3', meaning: 'instruction-based sampling' },
  BP_IBSTGT_RIP: { number: 0xc001_103b, name: 'BP_IBSTGT_RIP', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsBrtgtRip', section: '13.3', meaning: 'instruction-based sampling' },
  IC_IBS_EXTD_CTL: { number: 0xc001_103c, name: 'IC_IBS_EXTD_CTL', access: 'rw', writableHi: 0xffff_ffff, writableLo: 0xffff_ffff, resetHi: 0, resetLo: 0, check: 'none', moved: 'ibs', vmcb: 'ibsFetchExtdCtl', section: '13.3', meaning: 'instruction-based sampling' },
} as const satisfies Record<string, Msr>;

export type MsrName = keyof typeof MSRS;

/** Numbers the engine names most often. */
export const MSR_TSC = MSRS.TSC.number;
export const MSR_APIC_BASE = MSRS.APIC_BASE.number;
export const MSR_SYSENTER_CS = MSRS.SYSENTER_CS.number;
export const MSR_SYSENTER_ESP = MSRS.SYSENTER_ESP.number;
export const MSR_SYSENTER_EIP = MSRS.SYSENTER_EIP.number;
export const MSR_PAT = MSRS.PAT.number;
export const MSR_DEBUG_CTL = MSRS.DEBUG_CTL.number;
export const MSR_EFER = MSRS.EFER.number;
export const MSR_STAR = MSRS.STAR.number;
export const MSR_LSTAR = MSRS.LSTAR.number;
export const MSR_CSTAR = MSRS.CSTAR.number;
export const MSR_SFMASK = MSRS.SFMASK.number;
export const MSR_FS_BASE = MSRS.FS_BASE.number;
export const MSR_GS_BASE = MSRS.GS_BASE.number;
export const MSR_KERNEL_GS_BASE = MSRS.KERNEL_GS_BASE.number;
export const MSR_TSC_AUX = MSRS.TSC_AUX.number;
export const MSR_TSC_RATIO = MSRS.TSC_RATIO.number;
export const MSR_HWCR = MSRS.HWCR.number;
export const MSR_SYSCFG = MSRS.SYSCFG.number;
export const MSR_VM_CR = MSRS.VM_CR.number;
export const MSR_IGNNE = MSRS.IGNNE.number;
export const MSR_SMM_CTL = MSRS.SMM_CTL.number;
export const MSR_VM_HSAVE_PA = MSRS.VM_HSAVE_PA.number;
export const MSR_SVM_KEY = MSRS.SVM_KEY.number;

/** VM_CR. §15.30.1 */
export const VM_CR_DPD = 0x01;
export const VM_CR_R_INIT = 0x02;
export const VM_CR_DIS_A20M = 0x04;
export const VM_CR_LOCK = 0x08;
export const VM_CR_SVMDIS = 0x10;

/** APIC_BASE. §16.3.1 */
export const APIC_BASE_BSC = 0x100;
export const APIC_BASE_EXTD = 0x400;
export const APIC_BASE_AE = 0x800;

/** DebugCtl. §13.1.1.6 */
export const DEBUG_CTL_LBR = 0x1;
export const DEBUG_CTL_BTF = 0x2;

/** HWCR. §3.2.10, §15.32.1 */
export const HWCR_SMMLOCK = 0x1;

/** TSC_RATIO: 1.0 in 8.32 fixed point. §15.30.5 */
export const TSC_RATIO_FRACTION_BITS = 32;
