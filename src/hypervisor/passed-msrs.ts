/** MSRs a guest uses without exits: VMLOAD, VMSAVE or nested paging (PAT) give each guest its own; TSC_AUX is carried by software. */
import {
  MSR_CSTAR,
  MSR_FS_BASE,
  MSR_GS_BASE,
  MSR_KERNEL_GS_BASE,
  MSR_LSTAR,
  MSR_PAT,
  MSR_SFMASK,
  MSR_STAR,
  MSR_SYSENTER_CS,
  MSR_SYSENTER_EIP,
  MSR_SYSENTER_ESP,
  MSR_TSC_AUX,
} from '../engine/arch/msr';

export const PASSED_MSRS = [
  MSR_FS_BASE,
  MSR_GS_BASE,
  MSR_KERNEL_GS_BASE,
  MSR_STAR,
  MSR_LSTAR,
  MSR_CSTAR,
  MSR_SFMASK,
  MSR_SYSENTER_CS,
  MSR_SYSENTER_ESP,
  MSR_SYSENTER_EIP,
  MSR_PAT,
  MSR_TSC_AUX,
] as const;
