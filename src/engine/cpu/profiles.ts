/**
 * The processors there are: what four generations answer to CPUID, less what this engine does not implement. Signatures, largest
 * functions, ASIDs and address widths are those of an Opteron 2350, an Opteron 6234, an EPYC 7601 and a Ryzen 9
 * 5900X. Left out of all, for nothing behind it is implemented: 3DNow!, AVX and what builds on it, machine
 * checks, MTRRs, MONITOR, watchdogs and performance counters; of SVM: LBR_VIRT, SVML, TSC_RATE_MSR, VMCB_CLEAN, AVIC,
 * VMSAVE_VMLOAD_VIRT, VGIF and what came later. MOVBE, SMEP and SMAP are of Zen 1 and later, as the parts named have them.
 */
import {
  CR0_AM,
  CR0_CD,
  CR0_EM,
  CR0_ET,
  CR0_MP,
  CR0_NE,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR0_TS,
  CR0_WP,
  CR4_DE,
  CR4_FSGSBASE,
  CR4_MCE,
  CR4_OSFXSR,
  CR4_OSXMMEXCPT,
  CR4_OSXSAVE,
  CR4_PAE,
  CR4_PCE,
  CR4_PCIDE,
  CR4_PGE,
  CR4_PSE,
  CR4_SMAP,
  CR4_SMEP,
  CR4_TSD,
  CR4_UMIP,
  EFER_FFXSR,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SCE,
  EFER_SVME,
} from '../arch/registers';
import {
  SVM_DECODE_ASSISTS,
  SVM_FLUSH_BY_ASID,
  SVM_NP,
  SVM_NRIPS,
  SVM_PAUSE_FILTER,
  SVM_PAUSE_FILTER_THRESHOLD,
  type Limits,
} from '../state/limits';
import type { FeatureName, Profile } from './profile';

const VENDOR = 'AuthenticAMD';

/** What every generation has. */
const FEATURES: readonly FeatureName[] = [
  'FPU',
  'DE',
  'PSE',
  'TSC',
  'MSR',
  'PAE',
  'CMPXCHG8B',
  'SYSENTER',
  'PGE',
  'CMOV',
  'PSE36',
  'CLFSH',
  'FXSR',
  'FFXSR',
  'MMX',
  'MMX_EXT',
  'SSE',
  'SSE2',
  'SSE3',
  'SSE4A',
  'MISALIGN_SSE',
  'CMPXCHG16B',
  'POPCNT',
  'SYSCALL',
  'NX',
  'PAGE_1GB',
  'RDTSCP',
  'TSC_INVARIANT',
  'LM',
  'LAHF_SAHF',
  'SVM',
  'ABM',
  'PREFETCHW',
  'APIC',
  'MONITOR',
];
const BULLDOZER_FEATURES: readonly FeatureName[] = [
  ...FEATURES,
  'PERF_CTR_EXT_CORE',
  'EFF_FREQ',
  'SSSE3',
  'SSE41',
  'SSE42',
  'AES',
  'PCLMULQDQ',
  'XSAVE',
];
/** Hashes, general-purpose and system instructions of Zen 1, and what Zen 2 and 3 added. */
const ZEN_INSTRUCTIONS: readonly FeatureName[] = [
  'SHA',
  'FSGSBASE',
  'CLFLUSHOPT',
  'CLZERO',
  'RDRAND',
  'RDSEED',
  'RSTR_FP_ERR_PTRS',
  'EFF_FREQ_RO',
  'XSAVEOPT',
  'XSAVEC',
  'XGETBV1',
];
/** PCID as an EPYC 7003 has it; the Ryzen of Zen 3 has INVPCID alone. */
const ZEN3_INSTRUCTIONS: readonly FeatureName[] = ['CLWB', 'INVPCID', 'PCID', 'RDPID', 'RDPRU', 'UMIP', 'WBNOINVD'];
const ZEN_FEATURES: readonly FeatureName[] = [
  ...BULLDOZER_FEATURES,
  'MOVBE',
  'SMEP',
  'SMAP',
  'BMI1',
  'BMI2',
  'ADX',
  'ARAT',
  ...ZEN_INSTRUCTIONS,
];
const ZEN3_FEATURES: readonly FeatureName[] = [...ZEN_FEATURES, ...ZEN3_INSTRUCTIONS, 'X2APIC'];

/** Features that bring a bit of CR4; performance counters every generation has. §3.1.3 */
const CR4_OF_FEATURE = {
  TSC: CR4_TSD,
  DE: CR4_DE,
  PSE: CR4_PSE,
  PAE: CR4_PAE,
  MCE: CR4_MCE,
  PGE: CR4_PGE,
  FXSR: CR4_OSFXSR,
  SSE: CR4_OSXMMEXCPT,
  UMIP: CR4_UMIP,
  FSGSBASE: CR4_FSGSBASE,
  PCID: CR4_PCIDE,
  XSAVE: CR4_OSXSAVE,
  SMEP: CR4_SMEP,
  SMAP: CR4_SMAP,
} as const satisfies Partial<Record<FeatureName, number>>;

const cr4Of = (features: readonly FeatureName[]): number =>
  features.reduce((bits, name) => bits | (CR4_OF_FEATURE[name as keyof typeof CR4_OF_FEATURE] ?? 0), CR4_PCE);

const LIMITS = {
  physicalBits: 48,
  cr0Valid: (CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG) >>> 0,
  eferValid: EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE | EFER_SVME | EFER_FFXSR,
  pages1g: true,
} as const satisfies Partial<Limits>;
const SVM_OF_FAMILY_15H =
  SVM_NP | SVM_NRIPS | SVM_FLUSH_BY_ASID | SVM_DECODE_ASSISTS | SVM_PAUSE_FILTER | SVM_PAUSE_FILTER_THRESHOLD;

/**
 * Cycles of a world switch. AMD gave 1000 to 2000 for its first processors with SVM, and a quarter less for Barcelona. Zen: 1344 to
 * 1376 ticks around VMRUN, told on the kernel's mailing list in December 2020. For Bulldozer and Zen 3 no figure was found: they have
 * their predecessor's.
 */
const BARCELONA_SWITCH = 1125;
const ZEN_SWITCH = 1350;
/** Cycles of handlers: guesses of their order. Without nRIP the instruction is fetched and decoded by software. */
const HANDLERS = { io: 300, memory: 600, instruction: 150, event: 150, idle: 150, fault: 1000 } as const;
const DECODING = 300;
const HANDLERS_THAT_DECODE = {
  ...HANDLERS,
  instruction: HANDLERS.instruction + DECODING,
  idle: HANDLERS.idle + DECODING,
} as const;

export const PROFILES = {
  barcelona: {
    name: 'barcelona',
    vendor: VENDOR,
    brand: 'Pacifica model of AMD family 10h (Barcelona)',
    // Family 10h model 02h stepping 3.
    signature: 0x0010_0f23,
    largestStandard: 0x5,
    largestExtended: 0x8000_001a,
    features: new Set(FEATURES),
    limits: { ...LIMITS, cr4Valid: cr4Of(FEATURES), asids: 0x40, svm: SVM_NP },
    exitCosts: { worldSwitch: BARCELONA_SWITCH, handler: HANDLERS_THAT_DECODE },
  },
  bulldozer: {
    name: 'bulldozer',
    vendor: VENDOR,
    brand: 'Pacifica model of AMD family 15h (Bulldozer)',
    // Family 15h model 01h stepping 2.
    signature: 0x0060_0f12,
    largestStandard: 0xd,
    largestExtended: 0x8000_001e,
    features: new Set(BULLDOZER_FEATURES),
    limits: { ...LIMITS, cr4Valid: cr4Of(BULLDOZER_FEATURES), asids: 0x1_0000, svm: SVM_OF_FAMILY_15H },
    exitCosts: { worldSwitch: BARCELONA_SWITCH, handler: HANDLERS },
  },
  zen1: {
    name: 'zen1',
    vendor: VENDOR,
    brand: 'Pacifica model of AMD family 17h (Zen 1)',
    // Family 17h model 01h stepping 2.
    signature: 0x0080_0f12,
    largestStandard: 0xd,
    largestExtended: 0x8000_001f,
    features: new Set(ZEN_FEATURES),
    limits: { ...LIMITS, cr4Valid: cr4Of(ZEN_FEATURES), asids: 0x8000, svm: SVM_OF_FAMILY_15H },
    exitCosts: { worldSwitch: ZEN_SWITCH, handler: HANDLERS },
  },
  zen3: {
    name: 'zen3',
    vendor: VENDOR,
    brand: 'Pacifica model of AMD family 19h (Zen 3)',
    // Family 19h model 21h stepping 0.
    signature: 0x00a2_0f10,
    largestStandard: 0x10,
    largestExtended: 0x8000_0023,
    features: new Set(ZEN3_FEATURES),
    limits: { ...LIMITS, cr4Valid: cr4Of(ZEN3_FEATURES), asids: 0x8000, svm: SVM_OF_FAMILY_15H },
    exitCosts: { worldSwitch: ZEN_SWITCH, handler: HANDLERS },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
/** What is built when nobody says. */
export const DEFAULT_PROFILE: Profile = PROFILES.zen1;
