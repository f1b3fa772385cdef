import type { BitField, BitRange } from './bit-field';
import { EVENT_BITS } from './events';
import type { Section } from './manual';

/**
 * One field of the virtual machine control block, the 4 KB page VMRUN is given (appendix B).
 * `offset` counts bytes from the start of the page; the state-save area begins at 400h.
 */
export interface VmcbRow {
  /** The manual's spelling. */
  readonly name: string;
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly bits?: readonly BitField[];
  readonly reserved?: readonly BitRange[];
  /** The VMCB_CLEAN bit that covers the field; null: read at every VMRUN. §15.15.3 */
  readonly clean: number | null;
  /** `load` into the processor; `check`: load and test for consistency; `consume`: act once; `ignore`. §15.5.1 */
  readonly vmrun: 'load' | 'check' | 'consume' | 'ignore';
  /** What #VMEXIT does to the field in memory. §15.6 */
  readonly vmexit: 'store' | 'clear' | 'none';
  /** Moved by VMLOAD and VMSAVE. §15.5.2 */
  readonly vmload: boolean;
  /** The feature that must be enabled for VMRUN and #VMEXIT to move the field. */
  readonly when?: 'np' | 'lbr' | 'cet' | 'pmc' | 'ibs' | 'specCtrl';
  readonly meaning: string;
  readonly section: Section;
  readonly doubt?: string;
}

export const VMCB_SIZE = 0x1000;
export const VMCB_SAVE_OFFSET = 0x400;

/** Attributes of a segment as the VMCB packs them: descriptor bits 55:52 and 47:40. §15.5.1 */
export const SEGMENT_ATTRIBUTES = [
  { name: 'TYPE', hi: 3, lo: 0, meaning: 'code/data, conforming/expand-down, readable/writable, accessed' },
  { name: 'S', hi: 4, lo: 4, meaning: '1 code or data, 0 system' },
  { name: 'DPL', hi: 6, lo: 5, meaning: 'descriptor privilege level' },
  { name: 'P', hi: 7, lo: 7, meaning: 'present; a null segment has 0' },
  { name: 'AVL', hi: 8, lo: 8, meaning: 'for software' },
  { name: 'L', hi: 9, lo: 9, meaning: '64-bit code' },
  { name: 'DB', hi: 10, lo: 10, meaning: 'default operand size or stack size' },
  { name: 'G', hi: 11, lo: 11, meaning: 'granularity; the limit here is in bytes already' },
] as const satisfies readonly BitField[];
export const ATTRIB_TYPE_MASK = 0x00f;
export const ATTRIB_ACCESSED = 0x001;
/** Writable data or readable code. */
export const ATTRIB_RW = 0x002;
/** Expand-down data or conforming code. */
export const ATTRIB_EC = 0x004;
export const ATTRIB_CODE = 0x008;
export const ATTRIB_S = 0x010;
export const ATTRIB_DPL_MASK = 0x060;
export const ATTRIB_DPL_SHIFT = 5;
export const ATTRIB_P = 0x080;
export const ATTRIB_AVL = 0x100;
export const ATTRIB_L = 0x200;
export const ATTRIB_DB = 0x400;
export const ATTRIB_G = 0x800;

/** A bit of VMCB_CLEAN and what the processor may then take from its cache. §15.15.3 */
export const CLEAN_BITS = [
  { name: 'I', bit: 0, covers: 'intercept vectors, TSC_OFFSET, pause filter' },
  { name: 'IOPM', bit: 1, covers: 'IOPM_BASE_PA, MSRPM_BASE_PA' },
  { name: 'ASID', bit: 2, covers: 'GUEST_ASID' },
  { name: 'TPR', bit: 3, covers: 'the virtual interrupt controls at 060h' },
  { name: 'NP', bit: 4, covers: 'nested paging: NP_CONTROL, nCR3, G_PAT' },
  { name: 'CRx', bit: 5, covers: 'CR0, CR3, CR4, EFER' },
  { name: 'DRx', bit: 6, covers: 'DR6, DR7' },
  { name: 'DT', bit: 7, covers: 'GDTR, IDTR' },
  { name: 'SEG', bit: 8, covers: 'CS, DS, SS, ES, CPL' },
  { name: 'CR2', bit: 9, covers: 'CR2' },
  { name: 'LBR', bit: 10, covers: 'DBGCTL, BR_FROM, BR_TO, LASTEXCPFROM, LASTEXCPTO' },
  { name: 'AVIC', bit: 11, covers: 'APIC_BAR, backing page, logical and physical tables' },
  { name: 'CET', bit: 12, covers: 'S_CET, SSP, ISST_ADDR' },
] as const;
export type CleanGroup = (typeof CLEAN_BITS)[number]['name'];

const CLEAN_FIELD_BITS = [
  { name: 'I', hi: 0, lo: 0, meaning: 'intercepts, TSC offset, pause filter' },
  { name: 'IOPM', hi: 1, lo: 1, meaning: 'permission map addresses' },
  { name: 'ASID', hi: 2, lo: 2, meaning: 'GUEST_ASID' },
  { name: 'TPR', hi: 3, lo: 3, meaning: 'virtual interrupt controls' },
  { name: 'NP', hi: 4, lo: 4, meaning: 'nested paging' },
  { name: 'CRx', hi: 5, lo: 5, meaning: 'control registers and EFER' },
  { name: 'DRx', hi: 6, lo: 6, meaning: 'DR6 and DR7' },
  { name: 'DT', hi: 7, lo: 7, meaning: 'GDTR and IDTR' },
  { name: 'SEG', hi: 8, lo: 8, meaning: 'ES CS SS DS and CPL' },
  { name: 'CR2', hi: 9, lo: 9, meaning: 'CR2' },
  { name: 'LBR', hi: 10, lo: 10, meaning: 'last branch records' },
  { name: 'AVIC', hi: 11, lo: 11, meaning: 'AVIC addresses' },
  { name: 'CET', hi: 12, lo: 12, meaning: 'shadow stack state' },
] as const satisfies readonly BitField[];

/** Bits of the virtual interrupt word at 060h. §15.21 */
export const VINTR_BITS = [
  { name: 'V_TPR', hi: 7, lo: 0, meaning: 'virtual task priority; 3:0 used' },
  { name: 'V_IRQ', hi: 8, lo: 8, meaning: 'a virtual interrupt is pending' },
  { name: 'VGIF', hi: 9, lo: 9, meaning: 'virtual global interrupt flag' },
  { name: 'V_NMI', hi: 11, lo: 11, meaning: 'a virtual NMI is pending' },
  { name: 'V_NMI_MASK', hi: 12, lo: 12, meaning: 'virtual NMIs are blocked' },
  { name: 'V_INTR_PRIO', hi: 19, lo: 16, meaning: 'priority of the virtual interrupt, compared with V_TPR' },
  { name: 'V_IGN_TPR', hi: 20, lo: 20, meaning: 'V_TPR does not hold the virtual interrupt back' },
  { name: 'V_INTR_MASKING', hi: 24, lo: 24, meaning: 'guest IF masks virtual interrupts only; CR8 is V_TPR' },
  { name: 'VGIF_ENABLE', hi: 25, lo: 25, meaning: 'STGI and CLGI of the guest act on VGIF' },
  { name: 'V_NMI_ENABLE', hi: 26, lo: 26, meaning: 'NMI virtualization' },
  { name: 'X2AVIC_ENABLE', hi: 30, lo: 30, meaning: 'x2APIC mode of AVIC; needs AVIC_ENABLE' },
  { name: 'AVIC_ENABLE', hi: 31, lo: 31, meaning: 'interrupt controller virtualization' },
  { name: 'V_INTR_VECTOR', hi: 39, lo: 32, meaning: 'vector of the virtual interrupt' },
] as const satisfies readonly BitField[];

/** The same as masks of the low half (060h); the vector is bits 7:0 of the high half (064h). */
export const V_TPR_MASK = 0x0000_000f;
export const V_IRQ = 0x0000_0100;
export const V_GIF = 0x0000_0200;
export const V_NMI = 0x0000_0800;
export const V_NMI_MASK = 0x0000_1000;
export const V_INTR_PRIO_SHIFT = 16;
export const V_INTR_PRIO_MASK = 0x000f_0000;
export const V_IGN_TPR = 0x0010_0000;
export const V_INTR_MASKING = 0x0100_0000;
export const V_GIF_ENABLE = 0x0200_0000;
export const V_NMI_ENABLE = 0x0400_0000;
export const X2AVIC_ENABLE = 0x4000_0000;
export const AVIC_ENABLE = 0x8000_0000;

/** Bits of the nested paging control at 090h. §15.25.3 */
export const NP_BITS = [
  { name: 'NP_ENABLE', hi: 0, lo: 0, meaning: 'nested paging' },
  { name: 'SEV_ENABLE', hi: 1, lo: 1, meaning: 'secure encrypted virtualization' },
  { name: 'SEV_ES_ENABLE', hi: 2, lo: 2, meaning: 'encrypted save area' },
  { name: 'GMET_ENABLE', hi: 3, lo: 3, meaning: 'guest-mode execute trap' },
  { name: 'SSS_CHECK_ENABLE', hi: 4, lo: 4, meaning: 'supervisor shadow stack check' },
  { name: 'VTE_ENABLE', hi: 5, lo: 5, meaning: 'virtual transparent encryption' },
  { name: 'ROGPT_ENABLE', hi: 6, lo: 6, meaning: 'guest page tables may be read-only' },
  { name: 'INVLPGB_TLBSYNC_ENABLE', hi: 7, lo: 7, meaning: 'the guest may use INVLPGB and TLBSYNC' },
  { name: 'PML_ENABLE', hi: 11, lo: 11, meaning: 'page-modification logging' },
] as const satisfies readonly BitField[];

export const NP_ENABLE = 0x1;
export const SEV_ENABLE = 0x2;
export const SEV_ES_ENABLE = 0x4;
export const GMET_ENABLE = 0x8;

/** Bits of the virtualization extension word at 0B8h. §15.23.1, §15.33.1, §15.38, §15.39 */
export const VIRT_EXT_BITS = [
  { name: 'LBR_VIRT_ENABLE', hi: 0, lo: 0, meaning: 'DebugCtl and LBRs are swapped' },
  { name: 'V_VMSAVE_VMLOAD_ENABLE', hi: 1, lo: 1, meaning: 'VMLOAD and VMSAVE of the guest take a GPA' },
  { name: 'IBS_VIRT_ENABLE', hi: 2, lo: 2, meaning: 'IBS state is swapped' },
  { name: 'PMC_VIRT_ENABLE', hi: 3, lo: 3, meaning: 'performance counters are swapped' },
] as const satisfies readonly BitField[];

export const LBR_VIRT_ENABLE = 0x1;
export const V_VMSAVE_VMLOAD_ENABLE = 0x2;

/** Bit 0 of the field at 068h. §15.21.5 */
export const INTERRUPT_SHADOW = 0x1;

/** Values of TLB_CONTROL. 3 and 7 need the FlushByAsid feature. §15.16.1 */
export const TLB_CONTROL_NOTHING = 0;
export const TLB_CONTROL_FLUSH_ALL = 1;
export const TLB_CONTROL_FLUSH_ASID = 3;
export const TLB_CONTROL_FLUSH_ASID_NON_GLOBAL = 7;

/** Byte offsets of the six intercept words, index = `vector` of INTERCEPTS. Appendix B */
export const INTERCEPT_WORD_OFFSETS = [0x000, 0x004, 0x008, 0x00c, 0x010, 0x014] as const;

/** The control area, 000h to 3FFh. Appendix B, table B-1 */
// prettier-ignore
export const VMCB_CONTROL = {
  interceptCrRead: { name: 'INTERCEPT_CR_READ', offset: 0x000, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'bit n intercepts reads of CRn', section: '15.9' },
  interceptCrWrite: { name: 'INTERCEPT_CR_WRITE', offset: 0x002, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'bit n intercepts writes of CRn', section: '15.9' },
  interceptDrRead: { name: 'INTERCEPT_DR_READ', offset: 0x004, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'bit n intercepts reads of DRn', section: '15.9' },
  interceptDrWrite: { name: 'INTERCEPT_DR_WRITE', offset: 0x006, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'bit n intercepts writes of DRn', section: '15.9' },
  interceptException: { name: 'INTERCEPT_EXCEPTION', offset: 0x008, size: 4, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'bit n intercepts exception vector n', section: '15.12' },
  interceptMisc1: { name: 'INTERCEPT_MISC1', offset: 0x00c, size: 4, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'events and instructions; bits in INTERCEPTS, vector 3', section: '15.9' },
  interceptMisc2: { name: 'INTERCEPT_MISC2', offset: 0x010, size: 4, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'SVM instructions and write traps; bits in INTERCEPTS, vector 4', section: '15.9' },
  interceptMisc3: { name: 'INTERCEPT_MISC3', offset: 0x014, size: 4, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, reserved: [{ hi: 31, lo: 7 }], meaning: 'newer instructions; bits in INTERCEPTS, vector 5', section: '15.9' },
  pauseFilterThreshold: { name: 'PAUSE_FILTER_THRESHOLD', offset: 0x03c, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'a PAUSE later than this many cycles after the last refills the counter', section: '15.14.4', doubt: 'clean group by practice; the manual names the count only' },
  pauseFilterCount: { name: 'PAUSE_FILTER_COUNT', offset: 0x03e, size: 2, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'PAUSEs let through before the intercept acts; the field is never written', section: '15.14.4' },
  iopmBasePa: { name: 'IOPM_BASE_PA', offset: 0x040, size: 8, clean: 1, vmrun: 'check', vmexit: 'none', vmload: false, bits: [{ name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 63, lo: 52 }, { hi: 11, lo: 0 }], meaning: 'SPA of the 12 KB I/O permission map', section: '15.10' },
  msrpmBasePa: { name: 'MSRPM_BASE_PA', offset: 0x048, size: 8, clean: 1, vmrun: 'check', vmexit: 'none', vmload: false, bits: [{ name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 63, lo: 52 }, { hi: 11, lo: 0 }], meaning: 'SPA of the 8 KB MSR permission map', section: '15.11' },
  tscOffset: { name: 'TSC_OFFSET', offset: 0x050, size: 8, clean: 0, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'added to the (scaled) TSC the guest reads', section: '15.30.5' },
  guestAsid: { name: 'GUEST_ASID', offset: 0x058, size: 4, clean: 2, vmrun: 'check', vmexit: 'none', vmload: false, meaning: 'tags the guest\'s translations; zero is the host\'s and illegal here', section: '15.16' },
  tlbControl: { name: 'TLB_CONTROL', offset: 0x05c, size: 1, clean: null, vmrun: 'consume', vmexit: 'none', vmload: false, bits: [{ name: 'TLB_CONTROL', hi: 2, lo: 0, meaning: '0 nothing, 1 every ASID, 3 this ASID, 7 this ASID but global entries' }], reserved: [{ hi: 7, lo: 3 }], meaning: 'translations VMRUN drops before it enters the guest', section: '15.16.1' },
  erapCtl: { name: 'ERAP_CTL', offset: 0x05d, size: 1, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'ALLOW_LARGER_RAP', hi: 0, lo: 0, meaning: 'guest may use the larger predictor' }, { name: 'CLEAR_RAP', hi: 1, lo: 1, meaning: 'clear predictor at VMRUN' }], reserved: [{ hi: 7, lo: 2 }], meaning: 'return-address predictor of the guest', section: '15.37.2' },
  vIntr: { name: 'VINTR_CONTROL', offset: 0x060, size: 8, clean: 3, vmrun: 'load', vmexit: 'store', vmload: false, bits: VINTR_BITS, reserved: [{ hi: 10, lo: 10 }, { hi: 15, lo: 13 }, { hi: 23, lo: 21 }, { hi: 29, lo: 27 }, { hi: 63, lo: 40 }], meaning: 'virtual interrupt, GIF, NMI and AVIC controls', section: '15.21' },
  interruptShadow: { name: 'INTERRUPT_SHADOW', offset: 0x068, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, bits: [{ name: 'INTERRUPT_SHADOW', hi: 0, lo: 0, meaning: 'the guest is in an interrupt shadow' }, { name: 'GUEST_INTERRUPT_MASK', hi: 1, lo: 1, meaning: 'guest RFLAGS.IF (SEV-ES)' }], reserved: [{ hi: 63, lo: 2 }], meaning: 'interrupt shadow of the guest', section: '15.21.5' },
  exitCode: { name: 'EXITCODE', offset: 0x070, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'reason of the last #VMEXIT, 64 bits, negative codes sign-extended', section: '15.6' },
  exitInfo1: { name: 'EXITINFO1', offset: 0x078, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'meaning depends on EXITCODE', section: 'C' },
  exitInfo2: { name: 'EXITINFO2', offset: 0x080, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'meaning depends on EXITCODE', section: 'C' },
  exitIntInfo: { name: 'EXITINTINFO', offset: 0x088, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, bits: EVENT_BITS, reserved: [{ hi: 30, lo: 12 }], meaning: 'the event whose delivery the #VMEXIT cut short', section: '15.7.2' },
  npEnable: { name: 'NP_CONTROL', offset: 0x090, size: 8, clean: 4, vmrun: 'check', vmexit: 'none', vmload: false, bits: NP_BITS, reserved: [{ hi: 10, lo: 8 }, { hi: 63, lo: 12 }], meaning: 'nested paging and memory encryption', section: '15.25.3', doubt: 'clean group by practice; bit 7 not confirmed' },
  avicApicBar: { name: 'AVIC_APIC_BAR', offset: 0x098, size: 8, clean: 11, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'APIC_BAR', hi: 51, lo: 0, meaning: 'page aligned' }], reserved: [{ hi: 63, lo: 52 }], meaning: 'GPA of the virtual APIC page', section: '15.29.4' },
  ghcbGpa: { name: 'GHCB_GPA', offset: 0x0a0, size: 8, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'GPA of the guest-hypervisor communication block (SEV-ES)', section: '15.35.7' },
  eventInj: { name: 'EVENTINJ', offset: 0x0a8, size: 8, clean: null, vmrun: 'consume', vmexit: 'clear', vmload: false, bits: EVENT_BITS, reserved: [{ hi: 30, lo: 12 }], meaning: 'event VMRUN delivers before the first guest instruction', section: '15.20', doubt: '30:12 should be zero; not tested' },
  nCr3: { name: 'nCR3', offset: 0x0b0, size: 8, clean: 4, vmrun: 'check', vmexit: 'none', vmload: false, meaning: 'SPA of the top nested page table', section: '15.25.4' },
  virtExt: { name: 'VIRT_EXT', offset: 0x0b8, size: 8, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, bits: VIRT_EXT_BITS, reserved: [{ hi: 63, lo: 4 }], meaning: 'LBR, VMLOAD/VMSAVE, IBS and PMC virtualization', section: '15.23.1', doubt: 'clean group not stated, so never cached' },
  cleanBits: { name: 'VMCB_CLEAN', offset: 0x0c0, size: 4, clean: null, vmrun: 'consume', vmexit: 'none', vmload: false, bits: CLEAN_FIELD_BITS, reserved: [{ hi: 31, lo: 13 }], meaning: 'a set bit lets the processor use its cached copy of that group', section: '15.15.3' },
  nRip: { name: 'nRIP', offset: 0x0c8, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'address of the instruction after the intercepted one, else zero', section: '15.7.1' },
  insnBytesFetched: { name: 'INSN_BYTES_FETCHED', offset: 0x0d0, size: 1, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, bits: [{ name: 'COUNT', hi: 3, lo: 0, meaning: '0 to 15' }], reserved: [{ hi: 7, lo: 4 }], meaning: 'how many of the following bytes are valid', section: '15.8.4' },
  guestInsnBytes: { name: 'GUEST_INSN_BYTES', offset: 0x0d1, size: 15, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'bytes at CS:RIP for #PF and NPF on data accesses', section: '15.8.4' },
  avicBackingPage: { name: 'AVIC_BACKING_PAGE', offset: 0x0e0, size: 8, clean: 11, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 11, lo: 0 }, { hi: 63, lo: 52 }], meaning: 'SPA of the vCPU\'s APIC backing page', section: '15.29.4' },
  avicLogicalTable: { name: 'AVIC_LOGICAL_TABLE', offset: 0x0f0, size: 8, clean: 11, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 11, lo: 0 }, { hi: 63, lo: 52 }], meaning: 'SPA of the logical APIC ID table', section: '15.29.4' },
  avicPhysicalTable: { name: 'AVIC_PHYSICAL_TABLE', offset: 0x0f8, size: 8, clean: 11, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'PHYSICAL_MAX_INDEX', hi: 11, lo: 0, meaning: '7:0 xAPIC, 8:0 x2AVIC, 11:0 with 4K extension' }, { name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 63, lo: 52 }], meaning: 'SPA of the physical APIC ID table, and its last index', section: '15.29.4', doubt: 'older text has the index in 7:0' },
  vmsaPtr: { name: 'VMSA_PTR', offset: 0x108, size: 8, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'PFN', hi: 51, lo: 12, meaning: 'page frame number' }], reserved: [{ hi: 11, lo: 0 }, { hi: 63, lo: 52 }], meaning: 'SPA of the encrypted save area (SEV-ES)', section: '15.35.8' },
  vmgexitRax: { name: 'VMGEXIT_RAX', offset: 0x110, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'guest RAX at VMGEXIT (SEV-ES)', section: '15.35.6' },
  vmgexitCpl: { name: 'VMGEXIT_CPL', offset: 0x118, size: 1, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'guest CPL at VMGEXIT (SEV-ES)', section: '15.35.6' },
  busLockCounter: { name: 'BUS_LOCK_COUNTER', offset: 0x120, size: 2, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'bus locks let through before the intercept acts', section: '15.14.5' },
  updateIrr: { name: 'UPDATE_IRR', offset: 0x134, size: 4, clean: null, vmrun: 'load', vmexit: 'clear', vmload: false, bits: [{ name: 'UPDATE_IRR', hi: 0, lo: 0, meaning: 'merge at the next VMRUN' }], reserved: [{ hi: 31, lo: 1 }], meaning: 'VMRUN merges REQUESTED_IRR (Secure AVIC)', section: '15.36.21', doubt: 'offset known from one other hypervisor only' },
  allowedSevFeatures: { name: 'ALLOWED_SEV_FEATURES', offset: 0x138, size: 8, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, bits: [{ name: 'MASK', hi: 61, lo: 0, meaning: 'one bit a feature' }, { name: 'ENABLE', hi: 63, lo: 63, meaning: 'field is valid' }], reserved: [{ hi: 62, lo: 62 }], meaning: 'SEV features the hypervisor allows', section: '15.36.20' },
  guestSevFeatures: { name: 'GUEST_SEV_FEATURES', offset: 0x140, size: 8, clean: null, vmrun: 'ignore', vmexit: 'store', vmload: false, meaning: 'SEV features the guest runs with', section: '15.36.20' },
  requestedIrr: { name: 'REQUESTED_IRR', offset: 0x150, size: 32, clean: null, vmrun: 'load', vmexit: 'clear', vmload: false, meaning: '256 vectors asked for by the hypervisor (Secure AVIC)', section: '15.36.21' },
  pmlBase: { name: 'PML_BASE', offset: 0x1c8, size: 8, clean: null, vmrun: 'load', vmexit: 'none', vmload: false, meaning: 'SPA of the page-modification log', section: '15.25.15' },
  pmlIndex: { name: 'PML_INDEX', offset: 0x1d0, size: 2, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'next slot of the log, counting down; above 1FFh it is full', section: '15.25.15' },
  hostReserved: { name: 'HOST_RESERVED', offset: 0x3e0, size: 32, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'free for software; the processor ignores it', section: 'B' },
} as const satisfies Record<string, VmcbRow>;

/** The state-save area, 400h to FFFh. Appendix B, table B-2 */
// prettier-ignore
export const VMCB_SAVE = {
  esSelector: { name: 'ES_SELECTOR', offset: 0x400, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'ES selector', section: '15.5.1' },
  esAttrib: { name: 'ES_ATTRIB', offset: 0x402, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'ES attributes, packed', section: '15.5.1' },
  esLimit: { name: 'ES_LIMIT', offset: 0x404, size: 4, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'ES limit in bytes', section: '15.5.1' },
  esBase: { name: 'ES_BASE', offset: 0x408, size: 8, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'ES base; 31:0 are implemented', section: '15.5.1' },
  csSelector: { name: 'CS_SELECTOR', offset: 0x410, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'CS selector', section: '15.5.1' },
  csAttrib: { name: 'CS_ATTRIB', offset: 0x412, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'CS attributes, packed', section: '15.5.1' },
  csLimit: { name: 'CS_LIMIT', offset: 0x414, size: 4, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'CS limit in bytes', section: '15.5.1' },
  csBase: { name: 'CS_BASE', offset: 0x418, size: 8, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'CS base; 31:0 are implemented', section: '15.5.1' },
  ssSelector: { name: 'SS_SELECTOR', offset: 0x420, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'SS selector', section: '15.5.1' },
  ssAttrib: { name: 'SS_ATTRIB', offset: 0x422, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'SS attributes, packed', section: '15.5.1' },
  ssLimit: { name: 'SS_LIMIT', offset: 0x424, size: 4, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'SS limit in bytes', section: '15.5.1' },
  ssBase: { name: 'SS_BASE', offset: 0x428, size: 8, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'SS base; 31:0 are implemented', section: '15.5.1' },
  dsSelector: { name: 'DS_SELECTOR', offset: 0x430, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'DS selector', section: '15.5.1' },
  dsAttrib: { name: 'DS_ATTRIB', offset: 0x432, size: 2, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'DS attributes, packed', section: '15.5.1' },
  dsLimit: { name: 'DS_LIMIT', offset: 0x434, size: 4, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'DS limit in bytes', section: '15.5.1' },
  dsBase: { name: 'DS_BASE', offset: 0x438, size: 8, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'DS base; 31:0 are implemented', section: '15.5.1' },
  fsSelector: { name: 'FS_SELECTOR', offset: 0x440, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'FS selector', section: '15.5.2' },
  fsAttrib: { name: 'FS_ATTRIB', offset: 0x442, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'FS attributes, packed', section: '15.5.2' },
  fsLimit: { name: 'FS_LIMIT', offset: 0x444, size: 4, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'FS limit in bytes', section: '15.5.2' },
  fsBase: { name: 'FS_BASE', offset: 0x448, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'FS base, sign-extended to canonical form', section: '15.5.2' },
  gsSelector: { name: 'GS_SELECTOR', offset: 0x450, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'GS selector', section: '15.5.2' },
  gsAttrib: { name: 'GS_ATTRIB', offset: 0x452, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'GS attributes, packed', section: '15.5.2' },
  gsLimit: { name: 'GS_LIMIT', offset: 0x454, size: 4, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'GS limit in bytes', section: '15.5.2' },
  gsBase: { name: 'GS_BASE', offset: 0x458, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'GS base, sign-extended to canonical form', section: '15.5.2' },
  gdtrSelector: { name: 'GDTR_SELECTOR', offset: 0x460, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'not used', section: 'B' },
  gdtrAttrib: { name: 'GDTR_ATTRIB', offset: 0x462, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'not used', section: 'B' },
  gdtrLimit: { name: 'GDTR_LIMIT', offset: 0x464, size: 4, clean: 7, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'GDTR limit in bytes; 15:0 are implemented', section: '15.5.1' },
  gdtrBase: { name: 'GDTR_BASE', offset: 0x468, size: 8, clean: 7, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'GDTR base, sign-extended to canonical form', section: '15.5.1' },
  ldtrSelector: { name: 'LDTR_SELECTOR', offset: 0x470, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'LDTR selector', section: '15.5.2' },
  ldtrAttrib: { name: 'LDTR_ATTRIB', offset: 0x472, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'LDTR attributes, packed', section: '15.5.2' },
  ldtrLimit: { name: 'LDTR_LIMIT', offset: 0x474, size: 4, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'LDTR limit in bytes', section: '15.5.2' },
  ldtrBase: { name: 'LDTR_BASE', offset: 0x478, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'LDTR base, sign-extended to canonical form', section: '15.5.2' },
  idtrSelector: { name: 'IDTR_SELECTOR', offset: 0x480, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'not used', section: 'B' },
  idtrAttrib: { name: 'IDTR_ATTRIB', offset: 0x482, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'not used', section: 'B' },
  idtrLimit: { name: 'IDTR_LIMIT', offset: 0x484, size: 4, clean: 7, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'IDTR limit in bytes; 15:0 are implemented', section: '15.5.1' },
  idtrBase: { name: 'IDTR_BASE', offset: 0x488, size: 8, clean: 7, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'IDTR base, sign-extended to canonical form', section: '15.5.1' },
  trSelector: { name: 'TR_SELECTOR', offset: 0x490, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'TR selector', section: '15.5.2' },
  trAttrib: { name: 'TR_ATTRIB', offset: 0x492, size: 2, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, bits: SEGMENT_ATTRIBUTES, reserved: [{ hi: 15, lo: 12 }], meaning: 'TR attributes, packed', section: '15.5.2' },
  trLimit: { name: 'TR_LIMIT', offset: 0x494, size: 4, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'TR limit in bytes', section: '15.5.2' },
  trBase: { name: 'TR_BASE', offset: 0x498, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'TR base, sign-extended to canonical form', section: '15.5.2' },
  vmpl: { name: 'VMPL', offset: 0x4ca, size: 1, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: false, meaning: 'privilege level of an SNP vCPU, encrypted save area only', section: '15.36.7' },
  cpl: { name: 'CPL', offset: 0x4cb, size: 1, clean: 8, vmrun: 'load', vmexit: 'store', vmload: false, bits: [{ name: 'CPL', hi: 1, lo: 0, meaning: 'current privilege level' }], reserved: [{ hi: 7, lo: 2 }], meaning: '0 in real mode and 3 in virtual-8086 mode, whatever is written here', section: '15.5.1' },
  efer: { name: 'EFER', offset: 0x4d0, size: 8, clean: 5, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'SVME must be one', section: '15.5.1' },
  perfCtl0: { name: 'PERF_CTL0', offset: 0x4e0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 0', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr0: { name: 'PERF_CTR0', offset: 0x4e8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 0', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtl1: { name: 'PERF_CTL1', offset: 0x4f0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 1', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr1: { name: 'PERF_CTR1', offset: 0x4f8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 1', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtl2: { name: 'PERF_CTL2', offset: 0x500, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 2', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr2: { name: 'PERF_CTR2', offset: 0x508, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 2', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtl3: { name: 'PERF_CTL3', offset: 0x510, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 3', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr3: { name: 'PERF_CTR3', offset: 0x518, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 3', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtl4: { name: 'PERF_CTL4', offset: 0x520, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 4', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr4: { name: 'PERF_CTR4', offset: 0x528, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 4', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtl5: { name: 'PERF_CTL5', offset: 0x530, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event select 5', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtr5: { name: 'PERF_CTR5', offset: 0x538, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'event counter 5', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  cr4: { name: 'CR4', offset: 0x548, size: 8, clean: 5, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'guest CR4', section: '15.5.1' },
  cr3: { name: 'CR3', offset: 0x550, size: 8, clean: 5, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'guest CR3, a GPA under nested paging', section: '15.5.1' },
  cr0: { name: 'CR0', offset: 0x558, size: 8, clean: 5, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'guest CR0; PG without PE (paged real mode) is legal', section: '15.5.1' },
  dr7: { name: 'DR7', offset: 0x560, size: 8, clean: 6, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'guest DR7', section: '15.5.1' },
  dr6: { name: 'DR6', offset: 0x568, size: 8, clean: 6, vmrun: 'check', vmexit: 'store', vmload: false, meaning: 'guest DR6', section: '15.5.1' },
  rflags: { name: 'RFLAGS', offset: 0x570, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'guest RFLAGS', section: '15.5.1' },
  rip: { name: 'RIP', offset: 0x578, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'guest RIP', section: '15.5.1' },
  instrRetiredCtr: { name: 'INSTR_RETIRED_CTR', offset: 0x5c0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'retired instruction counter', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtrGlobalSts: { name: 'PERF_CTR_GLOBAL_STS', offset: 0x5c8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'counter overflow status', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  perfCtrGlobalCtl: { name: 'PERF_CTR_GLOBAL_CTL', offset: 0x5d0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'pmc', meaning: 'counter enables', section: '15.39', doubt: 'offset known from one other hypervisor only' },
  rsp: { name: 'RSP', offset: 0x5d8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'guest RSP', section: '15.5.1' },
  sCet: { name: 'S_CET', offset: 0x5e0, size: 8, clean: 12, vmrun: 'check', vmexit: 'store', vmload: false, when: 'cet', meaning: 'supervisor shadow stack controls', section: '15.5.1' },
  ssp: { name: 'SSP', offset: 0x5e8, size: 8, clean: 12, vmrun: 'load', vmexit: 'store', vmload: false, when: 'cet', meaning: 'shadow stack pointer', section: '15.5.1' },
  isstAddr: { name: 'ISST_ADDR', offset: 0x5f0, size: 8, clean: 12, vmrun: 'load', vmexit: 'store', vmload: false, when: 'cet', meaning: 'linear address of the interrupt shadow stack table', section: '15.5.1' },
  rax: { name: 'RAX', offset: 0x5f8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'guest RAX; every other general register but RSP is left to software', section: '15.5.1' },
  star: { name: 'STAR', offset: 0x600, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSCALL and SYSRET selectors', section: '15.5.2' },
  lstar: { name: 'LSTAR', offset: 0x608, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSCALL target in 64-bit mode', section: '15.5.2' },
  cstar: { name: 'CSTAR', offset: 0x610, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSCALL target in compatibility mode', section: '15.5.2' },
  sfmask: { name: 'SFMASK', offset: 0x618, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'flags SYSCALL clears', section: '15.5.2' },
  kernelGsBase: { name: 'KERNEL_GS_BASE', offset: 0x620, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'what SWAPGS swaps in', section: '15.5.2' },
  sysenterCs: { name: 'SYSENTER_CS', offset: 0x628, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSENTER code selector', section: '15.5.2' },
  sysenterEsp: { name: 'SYSENTER_ESP', offset: 0x630, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSENTER stack pointer', section: '15.5.2' },
  sysenterEip: { name: 'SYSENTER_EIP', offset: 0x638, size: 8, clean: null, vmrun: 'ignore', vmexit: 'none', vmload: true, meaning: 'SYSENTER target', section: '15.5.2' },
  cr2: { name: 'CR2', offset: 0x640, size: 8, clean: 9, vmrun: 'load', vmexit: 'store', vmload: false, meaning: 'guest CR2', section: '15.5.1' },
  gPat: { name: 'G_PAT', offset: 0x668, size: 8, clean: 4, vmrun: 'check', vmexit: 'store', vmload: false, when: 'np', meaning: 'guest PAT under nested paging', section: '15.25.4' },
  dbgCtl: { name: 'DBGCTL', offset: 0x670, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'guest DebugCtl', section: '15.23.1' },
  brFrom: { name: 'BR_FROM', offset: 0x678, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'source of the last branch', section: '15.23.1' },
  brTo: { name: 'BR_TO', offset: 0x680, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'target of the last branch', section: '15.23.1' },
  lastExcpFrom: { name: 'LASTEXCPFROM', offset: 0x688, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'source of the last exception or interrupt', section: '15.23.1' },
  lastExcpTo: { name: 'LASTEXCPTO', offset: 0x690, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'target of the last exception or interrupt', section: '15.23.1' },
  dbgExtnCtl: { name: 'DBGEXTNCTL', offset: 0x698, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'guest DebugExtnCtl (LBR stack)', section: '15.23.1', doubt: 'clean group not confirmed' },
  specCtrl: { name: 'SPEC_CTRL', offset: 0x6e0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'specCtrl', meaning: 'guest SPEC_CTRL', section: '15.37.1' },
  lbrStack: { name: 'LBR_STACK', offset: 0xa70, size: 256, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'sixteen from/to pairs', section: '15.23.1', doubt: 'the manual names LBR_STACK_FROM and LBR_STACK_TO; how they lie in here is not confirmed' },
  lbrSelect: { name: 'LBR_SELECT', offset: 0xb70, size: 8, clean: 10, vmrun: 'load', vmexit: 'store', vmload: false, when: 'lbr', meaning: 'branch types the LBR stack leaves out', section: '15.23.1', doubt: 'clean group not confirmed' },
  ibsFetchCtl: { name: 'IBS_FETCH_CTL', offset: 0xb78, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsFetchLinaddr: { name: 'IBS_FETCH_LINADDR', offset: 0xb80, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsOpCtl: { name: 'IBS_OP_CTL', offset: 0xb88, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsOpRip: { name: 'IBS_OP_RIP', offset: 0xb90, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsOpData: { name: 'IBS_OP_DATA', offset: 0xb98, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsOpData2: { name: 'IBS_OP_DATA2', offset: 0xba0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsOpData3: { name: 'IBS_OP_DATA3', offset: 0xba8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsDcLinaddr: { name: 'IBS_DC_LINADDR', offset: 0xbb0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsBrtgtRip: { name: 'IBS_BRTGT_RIP', offset: 0xbb8, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
  ibsFetchExtdCtl: { name: 'IBS_FETCH_EXTD_CTL', offset: 0xbc0, size: 8, clean: null, vmrun: 'load', vmexit: 'store', vmload: false, when: 'ibs', meaning: 'IBS state', section: '15.38', doubt: 'offset not in the headers compared' },
} as const satisfies Record<string, VmcbRow>;

/** The whole VMCB. */
export const VMCB = { ...VMCB_CONTROL, ...VMCB_SAVE } as const;

export type VmcbField = keyof typeof VMCB;

/**
 * Bytes without a meaning; with VMCB they tile the page. Software writes zeros. Appendix B
 * Five newer IBS fields (IBS_FETCH_CTL2, IBS_OP_CTL2, IBS_BUFFER_BASE, _SIZE, _TAIL, §15.38) lie in the last range; their
 * offsets could not be confirmed.
 */
export const VMCB_RESERVED = [
  { offset: 0x018, size: 36 },
  { offset: 0x05e, size: 2 },
  { offset: 0x0c4, size: 4 },
  { offset: 0x0e8, size: 8 },
  { offset: 0x100, size: 8 },
  { offset: 0x119, size: 7 },
  { offset: 0x122, size: 18 },
  { offset: 0x148, size: 8 },
  { offset: 0x170, size: 88 },
  { offset: 0x1d2, size: 526 },
  { offset: 0x4a0, size: 40 },
  { offset: 0x4c8, size: 2 },
  { offset: 0x4cc, size: 4 },
  { offset: 0x4d8, size: 8 },
  { offset: 0x540, size: 8 },
  { offset: 0x580, size: 64 },
  { offset: 0x648, size: 32 },
  { offset: 0x6a0, size: 64 },
  { offset: 0x6e8, size: 904 },
  { offset: 0xbc8, size: 1080 },
] as const;
