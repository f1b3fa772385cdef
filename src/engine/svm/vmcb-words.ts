/** Index of the 32-bit word at which a VMCB field begins, for straight copies between the page and the registers. */
import { VMCB } from '../arch/vmcb';

export const W_IOPM_BASE = VMCB.iopmBasePa.offset >> 2;
export const W_MSRPM_BASE = VMCB.msrpmBasePa.offset >> 2;
/** PAUSE_FILTER_THRESHOLD in bits 15:0, PAUSE_FILTER_COUNT in 31:16. */
export const W_PAUSE_FILTER = VMCB.pauseFilterThreshold.offset >> 2;
export const W_INTERCEPT_MISC2 = VMCB.interceptMisc2.offset >> 2;
export const W_TSC_OFFSET = VMCB.tscOffset.offset >> 2;
export const W_ASID = VMCB.guestAsid.offset >> 2;
/** TLB_CONTROL in bits 7:0. */
export const W_TLB_CONTROL = VMCB.tlbControl.offset >> 2;
export const W_VINTR = VMCB.vIntr.offset >> 2;
export const W_SHADOW = VMCB.interruptShadow.offset >> 2;
export const W_EXITCODE = VMCB.exitCode.offset >> 2;
export const W_EXITINFO1 = VMCB.exitInfo1.offset >> 2;
export const W_EXITINFO2 = VMCB.exitInfo2.offset >> 2;
export const W_EXITINTINFO = VMCB.exitIntInfo.offset >> 2;
export const W_NP = VMCB.npEnable.offset >> 2;
export const W_EVENTINJ = VMCB.eventInj.offset >> 2;
export const W_NCR3 = VMCB.nCr3.offset >> 2;
export const W_VIRT_EXT = VMCB.virtExt.offset >> 2;
export const W_NRIP = VMCB.nRip.offset >> 2;
/** INSN_BYTES_FETCHED in bits 7:0, then the fifteen bytes. */
export const W_INSTRUCTION_BYTES = VMCB.insnBytesFetched.offset >> 2;

/** Selector and attributes in the first word, then limit, then base; ES CS SS DS FS GS GDTR LDTR IDTR TR follow one another. */
export const W_ES = VMCB.esSelector.offset >> 2;
export const W_CS = VMCB.csSelector.offset >> 2;
export const W_FS = VMCB.fsSelector.offset >> 2;
export const W_GS = VMCB.gsSelector.offset >> 2;
export const W_LDTR = VMCB.ldtrSelector.offset >> 2;
export const W_TR = VMCB.trSelector.offset >> 2;
export const W_GDTR = VMCB.gdtrSelector.offset >> 2;
export const W_IDTR = VMCB.idtrSelector.offset >> 2;
export const W_SEGMENT = 4;
export const CPL_BYTE = VMCB.cpl.offset;
export const W_EFER = VMCB.efer.offset >> 2;
export const W_CR4 = VMCB.cr4.offset >> 2;
export const W_CR3 = VMCB.cr3.offset >> 2;
export const W_CR0 = VMCB.cr0.offset >> 2;
export const W_DR7 = VMCB.dr7.offset >> 2;
export const W_DR6 = VMCB.dr6.offset >> 2;
export const W_RFLAGS = VMCB.rflags.offset >> 2;
export const W_RIP = VMCB.rip.offset >> 2;
export const W_RSP = VMCB.rsp.offset >> 2;
export const W_RAX = VMCB.rax.offset >> 2;
export const W_CR2 = VMCB.cr2.offset >> 2;
export const W_GPAT = VMCB.gPat.offset >> 2;
/** DBGCTL, BR_FROM, BR_TO, LASTEXCPFROM, LASTEXCPTO: five words of 64 bits in a row. */
export const W_DBGCTL = VMCB.dbgCtl.offset >> 2;
export const LBR_HALVES = 10;
export const W_STAR = VMCB.star.offset >> 2;
export const W_LSTAR = VMCB.lstar.offset >> 2;
export const W_CSTAR = VMCB.cstar.offset >> 2;
export const W_SFMASK = VMCB.sfmask.offset >> 2;
export const W_KERNEL_GS_BASE = VMCB.kernelGsBase.offset >> 2;
export const W_SYSENTER_CS = VMCB.sysenterCs.offset >> 2;
export const W_SYSENTER_ESP = VMCB.sysenterEsp.offset >> 2;
export const W_SYSENTER_EIP = VMCB.sysenterEip.offset >> 2;
