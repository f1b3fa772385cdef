/** Which handler answers which exit: all 172 codes; leave one out and it does not compile. */
import type { ExitName } from '../../engine/arch/exit-codes';
import { controlRead, controlWrite, invlpg } from './control-registers';
import { cpuid } from './cpuid';
import { exception } from './exception';
import type { ExitHandler } from './exit-handler';
import { hlt, invd } from './hlt';
import { interruptWindow, nmiReturn, physicalInterrupt } from './interrupt';
import { io } from './io';
import { msr } from './msr';
import { nestedPageFault } from './nested-page-fault';
import { pageFault } from './page-fault';
import { invalid, shutdown } from './shutdown';
import { svm, xsetbv } from './svm';
import { rdtsc, rdtscp } from './time-stamp';
import { taskSwitch } from './task-switch';
import { unexpected } from './unexpected';
import { vmmcall } from './vmmcall';

// prettier-ignore
export const EXIT_HANDLERS: Record<ExitName, ExitHandler> = {
  VMEXIT_CR0_READ: controlRead, VMEXIT_CR1_READ: unexpected, VMEXIT_CR2_READ: unexpected, VMEXIT_CR3_READ: controlRead,
  VMEXIT_CR4_READ: controlRead, VMEXIT_CR5_READ: unexpected, VMEXIT_CR6_READ: unexpected, VMEXIT_CR7_READ: unexpected,
  VMEXIT_CR8_READ: unexpected, VMEXIT_CR9_READ: unexpected, VMEXIT_CR10_READ: unexpected,
  VMEXIT_CR11_READ: unexpected, VMEXIT_CR12_READ: unexpected, VMEXIT_CR13_READ: unexpected,
  VMEXIT_CR14_READ: unexpected, VMEXIT_CR15_READ: unexpected, VMEXIT_CR0_WRITE: controlWrite,
  VMEXIT_CR1_WRITE: unexpected, VMEXIT_CR2_WRITE: unexpected, VMEXIT_CR3_WRITE: controlWrite,
  VMEXIT_CR4_WRITE: controlWrite, VMEXIT_CR5_WRITE: unexpected, VMEXIT_CR6_WRITE: unexpected,
  VMEXIT_CR7_WRITE: unexpected, VMEXIT_CR8_WRITE: unexpected, VMEXIT_CR9_WRITE: unexpected,
  VMEXIT_CR10_WRITE: unexpected, VMEXIT_CR11_WRITE: unexpected, VMEXIT_CR12_WRITE: unexpected,
  VMEXIT_CR13_WRITE: unexpected, VMEXIT_CR14_WRITE: unexpected, VMEXIT_CR15_WRITE: unexpected,
  VMEXIT_DR0_READ: unexpected, VMEXIT_DR1_READ: unexpected, VMEXIT_DR2_READ: unexpected, VMEXIT_DR3_READ: unexpected,
  VMEXIT_DR4_READ: unexpected, VMEXIT_DR5_READ: unexpected, VMEXIT_DR6_READ: unexpected, VMEXIT_DR7_READ: unexpected,
  VMEXIT_DR8_READ: unexpected, VMEXIT_DR9_READ: unexpected, VMEXIT_DR10_READ: unexpected,
  VMEXIT_DR11_READ: unexpected, VMEXIT_DR12_READ: unexpected, VMEXIT_DR13_READ: unexpected,
  VMEXIT_DR14_READ: unexpected, VMEXIT_DR15_READ: unexpected, VMEXIT_DR0_WRITE: unexpected,
  VMEXIT_DR1_WRITE: unexpected, VMEXIT_DR2_WRITE: unexpected, VMEXIT_DR3_WRITE: unexpected,
  VMEXIT_DR4_WRITE: unexpected, VMEXIT_DR5_WRITE: unexpected, VMEXIT_DR6_WRITE: unexpected,
  VMEXIT_DR7_WRITE: unexpected, VMEXIT_DR8_WRITE: unexpected, VMEXIT_DR9_WRITE: unexpected,
  VMEXIT_DR10_WRITE: unexpected, VMEXIT_DR11_WRITE: unexpected, VMEXIT_DR12_WRITE: unexpected,
  VMEXIT_DR13_WRITE: unexpected, VMEXIT_DR14_WRITE: unexpected, VMEXIT_DR15_WRITE: unexpected,
  VMEXIT_EXCP_DE: exception, VMEXIT_EXCP_DB: exception, VMEXIT_EXCP_2: exception, VMEXIT_EXCP_BP: exception,
  VMEXIT_EXCP_OF: exception, VMEXIT_EXCP_BR: exception, VMEXIT_EXCP_UD: exception, VMEXIT_EXCP_NM: exception,
  VMEXIT_EXCP_DF: exception, VMEXIT_EXCP_9: exception, VMEXIT_EXCP_TS: exception, VMEXIT_EXCP_NP: exception,
  VMEXIT_EXCP_SS: exception, VMEXIT_EXCP_GP: exception, VMEXIT_EXCP_PF: pageFault, VMEXIT_EXCP_15: exception,
  VMEXIT_EXCP_MF: exception, VMEXIT_EXCP_AC: exception, VMEXIT_EXCP_MC: exception, VMEXIT_EXCP_XF: exception,
  VMEXIT_EXCP_20: exception, VMEXIT_EXCP_CP: exception, VMEXIT_EXCP_22: exception, VMEXIT_EXCP_23: exception,
  VMEXIT_EXCP_24: exception, VMEXIT_EXCP_25: exception, VMEXIT_EXCP_26: exception, VMEXIT_EXCP_27: exception,
  VMEXIT_EXCP_HV: exception, VMEXIT_EXCP_VC: exception, VMEXIT_EXCP_SX: exception, VMEXIT_EXCP_31: exception,
  VMEXIT_INTR: physicalInterrupt,
  VMEXIT_NMI: unexpected, VMEXIT_SMI: unexpected, VMEXIT_INIT: unexpected,
  VMEXIT_VINTR: interruptWindow,
  VMEXIT_CR0_SEL_WRITE: unexpected, VMEXIT_IDTR_READ: unexpected, VMEXIT_GDTR_READ: unexpected,
  VMEXIT_LDTR_READ: unexpected, VMEXIT_TR_READ: unexpected, VMEXIT_IDTR_WRITE: unexpected,
  VMEXIT_GDTR_WRITE: unexpected, VMEXIT_LDTR_WRITE: unexpected, VMEXIT_TR_WRITE: unexpected,
  VMEXIT_RDTSC: rdtsc,
  VMEXIT_RDPMC: unexpected, VMEXIT_PUSHF: unexpected, VMEXIT_POPF: unexpected,
  VMEXIT_CPUID: cpuid,
  VMEXIT_RSM: unexpected, VMEXIT_IRET: nmiReturn, VMEXIT_SWINT: unexpected,
  VMEXIT_INVD: invd,
  VMEXIT_PAUSE: unexpected,
  VMEXIT_HLT: hlt,
  VMEXIT_INVLPG: invlpg,
  VMEXIT_INVLPGA: svm,
  VMEXIT_IOIO: io,
  VMEXIT_MSR: msr,
  VMEXIT_TASK_SWITCH: taskSwitch, VMEXIT_FERR_FREEZE: unexpected,
  VMEXIT_SHUTDOWN: shutdown,
  VMEXIT_VMRUN: svm,
  VMEXIT_VMMCALL: vmmcall,
  VMEXIT_VMLOAD: svm,
  VMEXIT_VMSAVE: svm,
  VMEXIT_STGI: svm,
  VMEXIT_CLGI: svm,
  VMEXIT_SKINIT: svm,
  VMEXIT_RDTSCP: rdtscp,
  VMEXIT_ICEBP: unexpected, VMEXIT_WBINVD: unexpected, VMEXIT_MONITOR: unexpected,
  VMEXIT_MWAIT: unexpected, VMEXIT_MWAIT_CONDITIONAL: unexpected,
  VMEXIT_XSETBV: xsetbv,
  VMEXIT_RDPRU: unexpected, VMEXIT_EFER_WRITE_TRAP: unexpected, VMEXIT_CR0_WRITE_TRAP: unexpected,
  VMEXIT_CR1_WRITE_TRAP: unexpected, VMEXIT_CR2_WRITE_TRAP: unexpected, VMEXIT_CR3_WRITE_TRAP: unexpected,
  VMEXIT_CR4_WRITE_TRAP: unexpected, VMEXIT_CR5_WRITE_TRAP: unexpected, VMEXIT_CR6_WRITE_TRAP: unexpected,
  VMEXIT_CR7_WRITE_TRAP: unexpected, VMEXIT_CR8_WRITE_TRAP: unexpected, VMEXIT_CR9_WRITE_TRAP: unexpected,
  VMEXIT_CR10_WRITE_TRAP: unexpected, VMEXIT_CR11_WRITE_TRAP: unexpected, VMEXIT_CR12_WRITE_TRAP: unexpected,
  VMEXIT_CR13_WRITE_TRAP: unexpected, VMEXIT_CR14_WRITE_TRAP: unexpected, VMEXIT_CR15_WRITE_TRAP: unexpected,
  VMEXIT_INVLPGB: unexpected, VMEXIT_INVLPGB_ILLEGAL: unexpected, VMEXIT_INVPCID: unexpected,
  VMEXIT_MCOMMIT: unexpected, VMEXIT_TLBSYNC: unexpected, VMEXIT_BUSLOCK: unexpected, VMEXIT_IDLE_HLT: unexpected,
  VMEXIT_NPF: nestedPageFault,
  VMEXIT_AVIC_INCOMPLETE_IPI: unexpected, VMEXIT_AVIC_NOACCEL: unexpected, VMEXIT_VMGEXIT: unexpected,
  VMEXIT_INVALID: invalid,
};
