/** What neither a processor nor an emulator is asked for, and the test that holds it: file and words of its title. */
export interface KnownAnswer {
  readonly file: string;
  readonly test: string;
}

const TRANSCENDENTAL = {
  file: 'test/float/x87.test.ts',
  test: 'of transcendental functions: within one unit in the last place',
} as const;
const APPROXIMATION = {
  file: 'test/silicon/vector-float.test.ts',
  test: 'approximations: zeros, infinities and NaNs as there, all else within 1.5 × 2^-12',
} as const;

/** By mnemonic. */
export const INSTRUCTIONS: Readonly<Record<string, KnownAnswer>> = {
  ...Object.fromEntries(
    ['F2XM1', 'FYL2X', 'FYL2XP1', 'FPTAN', 'FPATAN', 'FSIN', 'FCOS', 'FSINCOS'].map((name) => [name, TRANSCENDENTAL]),
  ),
  ...Object.fromEntries(['RCPPS', 'RCPSS', 'RSQRTPS', 'RSQRTSS'].map((name) => [name, APPROXIMATION])),
};

const NO_SUCH = 'no such exception is raised by anything here';
const ENCRYPTED = 'of encrypted guests, which no processor here has';
const NOT_ADVERTISED = 'no processor here has it';

/** By the name of the intercept. */
export const INTERCEPTED: Readonly<Record<string, KnownAnswer>> = {
  INTR: {
    file: 'test/machine/host-mode.test.ts',
    test: 'a physical interrupt is #VMEXIT(INTR), then STGI, then acknowledged',
  },
};

/** Exceptions and intercepts that never act on these processors, and why. */
export const NEVER_ACT: Readonly<Record<string, string>> = {
  '#MC': 'no machine checks: CR4.MCE cannot be set',
  '#CP': 'no shadow stacks',
  '#HV': ENCRYPTED,
  '#VC': ENCRYPTED,
  '#SX': 'INIT is not redirected',
  EXCEPTION_2: 'NMIs have an intercept of their own',
  EXCEPTION_MC: 'no machine checks',
  EXCEPTION_CP: 'no shadow stacks',
  EXCEPTION_HV: ENCRYPTED,
  EXCEPTION_VC: ENCRYPTED,
  EXCEPTION_SX: 'INIT is not redirected',
  ...Object.fromEntries([9, 15, 20, 22, 23, 24, 25, 26, 27, 31].map((n) => [`EXCEPTION_${n}`, NO_SUCH])),
  SMI: 'nothing on the board raises SMI',
  INIT: 'nothing on the board raises INIT',
  ...Object.fromEntries(['EFER', 'CR0', 'CR2', 'CR3', 'CR4', 'CR8'].map((name) => [`${name}_WRITE_TRAP`, ENCRYPTED])),
  ...Object.fromEntries(
    ['INVLPGB', 'INVLPGB_ILLEGAL', 'MCOMMIT', 'TLBSYNC', 'BUS_LOCK', 'IDLE_HLT'].map((name) => [name, NOT_ADVERTISED]),
  ),
};

const walk = (test: string): KnownAnswer => ({ file: 'test/mmu/walk.test.ts', test });
const ALONE = walk('paging ${nested');
const SIZES = walk('met every size of page, every error code and the longest walks');
const oneByOne = (test: string): KnownAnswer => ({ file: 'test/cpu/one-by-one.test.ts', test });

/** Features of CPUID without rows of their own: the instructions they bring, or the test that holds what they promise. */
export const FEATURES: Readonly<Record<string, KnownAnswer | readonly string[]>> = {
  CMPXCHG8B: ['CMPXCHG8B'],
  CMPXCHG16B: ['CMPXCHG16B'],
  TSC: ['RDTSC'],
  MSR: ['RDMSR', 'WRMSR'],
  SYSENTER: ['SYSENTER', 'SYSEXIT'],
  SYSCALL: ['SYSCALL', 'SYSRET'],
  CLFSH: ['CLFLUSH'],
  LAHF_SAHF: ['LAHF', 'SAHF'],
  PREFETCHW: ['PREFETCHW'],
  SVM: ['VMRUN', 'VMLOAD', 'VMSAVE', 'VMMCALL', 'STGI', 'CLGI', 'INVLPGA'],
  DE: { file: 'test/cpu/debug-cases.ts', test: 'mov rax, cr4' },
  PSE: SIZES,
  PSE36: { file: 'test/mmu/walk-examples.test.ts', test: 'reads addresses 39:32 of a 4 MB page from bits 20:13' },
  PAGE_1GB: SIZES,
  PAE: ALONE,
  LM: ALONE,
  NX: ALONE,
  SMEP: ALONE,
  SMAP: ALONE,
  PGE: { file: 'test/mmu/tlb.test.ts', test: 'flushes one space, with or without its global pages' },
  PCID: {
    file: 'test/mmu/tlb.test.ts',
    test: 'gives each context of an ASID and of the host a space, and finds all of an ASID',
  },
  UMIP: { file: 'test/cpu/system-instructions.test.ts', test: 'umip: ${code} at cpl 3' },
  APIC: { file: 'test/cpu/apic.test.ts', test: 'CPUID shows the feature while APIC_BASE.AE is set' },
  X2APIC: { file: 'test/cpu/apic.test.ts', test: 'x2APIC MSRs are #GP in xAPIC mode' },
  ARAT: { file: 'test/cpu/apic.test.ts', test: 'the periodic timer ends HLT again and again' },
  TSC_INVARIANT: {
    file: 'test/hypervisor/time-stamp.test.ts',
    test: 'counts virtual nanoseconds: an instruction is one, an exit what it costs',
  },
  PERF_CTR_EXT_CORE: {
    file: 'test/cpu/performance.test.ts',
    test: 'have old and new numbers; six with the extension, four without',
  },
  EFF_FREQ: { file: 'test/cpu/system-instructions.test.ts', test: 'rdpru of what was written to aperf' },
  EFF_FREQ_RO: { file: 'test/cpu/system-instructions.test.ts', test: 'rdpru counts instructions' },
  XGETBV1: { file: 'test/cpu/xsave.test.ts', test: 'XGETBV tells which components are in use' },
  FFXSR: oneByOne('efer.ffxsr'),
  MISALIGN_SSE: oneByOne('misaligned mode: an operand of 16 bytes lies anywhere'),
  RSTR_FP_ERR_PTRS: oneByOne('fxrstor loads pointers to the last x87 instruction though no error is pending'),
};

/** What is held by nothing, and why: nothing may come to it. */
export const UNHELD: Readonly<Record<string, string>> = {};
