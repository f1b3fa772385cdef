/** What this processor implements, as the checks of MMU, MSRs and VMRUN need it: derived from its CPUID profile, fixed for a machine. */
export interface Limits {
  /** MAXPHYADDR: width of GPA and SPA in bits (CPUID Fn8000_0008 EAX). */
  readonly physicalBits: number;
  /** Number of ASIDs (CPUID Fn8000_000A EBX). */
  readonly asids: number;
  /** Bits that may be 1 in CR0, CR4, EFER (low 32 bits; the rest is reserved). */
  readonly cr0Valid: number;
  readonly cr4Valid: number;
  readonly eferValid: number;
  readonly pages1g: boolean;
  /** SVM features, CPUID Fn8000_000A EDX. */
  readonly svm: number;
}

export const SVM_NP = 1 << 0;
export const SVM_LBR_VIRT = 1 << 1;
export const SVM_LOCK = 1 << 2;
export const SVM_NRIPS = 1 << 3;
export const SVM_TSC_RATE = 1 << 4;
export const SVM_VMCB_CLEAN = 1 << 5;
export const SVM_FLUSH_BY_ASID = 1 << 6;
export const SVM_DECODE_ASSISTS = 1 << 7;
export const SVM_PAUSE_FILTER = 1 << 10;
export const SVM_PAUSE_FILTER_THRESHOLD = 1 << 12;
