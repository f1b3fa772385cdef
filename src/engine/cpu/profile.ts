/** A processor profile: what CPUID answers, and the limits that follow. Nothing is advertised that is not implemented. */
import { CPUID_FEATURES, type CpuidFeature } from '../arch/cpuid';
import type { ExitClass } from '../arch/exit-codes';
import { XCR0_SSE, XCR0_X87 } from '../arch/registers';
import type { Limits } from '../state/limits';

export type FeatureName = keyof typeof CPUID_FEATURES;

export interface Profile {
  readonly name: string;
  /** CPUID Fn0000_0000: twelve characters. */
  readonly vendor: string;
  /** CPUID Fn8000_0002–4: up to 48 characters. */
  readonly brand: string;
  /** CPUID Fn0000_0001 EAX: family, model, stepping. */
  readonly signature: number;
  /** Largest standard and extended functions of CPUID. */
  readonly largestStandard: number;
  readonly largestExtended: number;
  readonly features: ReadonlySet<FeatureName>;
  readonly limits: Limits;
  readonly exitCosts: ExitCosts;
}

/**
 * What a #VMEXIT costs under a hypervisor outside the machine: a model, not a measurement. In cycles, of which one is one instruction,
 * one tick of the TSC and one nanosecond of virtual time.
 */
export interface ExitCosts {
  /** VMRUN and #VMEXIT, with VMLOAD and VMSAVE. */
  readonly worldSwitch: number;
  /** What a hypervisor does in between. */
  readonly handler: Readonly<Record<ExitClass, number>>;
}

export interface CpuidAnswer {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** The last register RDPRU reads: APERF. */
const LARGEST_OF_RDPRU = 1;

const NOTHING: CpuidAnswer = { eax: 0, ebx: 0, ecx: 0, edx: 0 };

function word(text: string, at: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) value |= (text.charCodeAt(at + n) || 0) << (8 * n);
  return value;
}

function bits(profile: Profile, leaf: number, register: 'eax' | 'ebx' | 'ecx' | 'edx', subleaf = 0): number {
  let value = 0;
  for (const name of profile.features) {
    const f: CpuidFeature = CPUID_FEATURES[name];
    if (f.leaf === leaf && f.subleaf === subleaf && f.register === register) value |= 1 << f.bit;
  }
  return value;
}

/** CPUID as the processor answers (APM volume 3, appendix E). Functions beyond the largest answer 0. */
export function cpuid(profile: Profile, leaf: number, subleaf: number): CpuidAnswer {
  const { vendor, limits } = profile;
  const largest = leaf < 0 ? profile.largestExtended : profile.largestStandard;
  if (leaf >>> 0 > largest >>> 0) return NOTHING;
  switch (leaf) {
    case 0:
      return { eax: largest, ebx: word(vendor, 0), ecx: word(vendor, 8), edx: word(vendor, 4) };
    case 1:
      // CLFLUSH line of 8 quadwords, one logical processor, APIC ID 0.
      return {
        eax: profile.signature,
        ebx: (8 << 8) | (1 << 16),
        ecx: bits(profile, 1, 'ecx'),
        edx: bits(profile, 1, 'edx'),
      };
    case 5:
      // Lines of 64 bytes; MWAIT's extensions, interrupts among them; no states of sleep to choose from.
      return profile.features.has('MONITOR') ? { eax: 64, ebx: 64, ecx: 3, edx: 0 } : NOTHING;
    case 6:
      return { ...NOTHING, eax: bits(profile, 6, 'eax'), ecx: bits(profile, 6, 'ecx') };
    case 7:
      if (subleaf !== 0) return NOTHING;
      return { eax: 0, ebx: bits(profile, 7, 'ebx'), ecx: bits(profile, 7, 'ecx'), edx: bits(profile, 7, 'edx') };
    case 0xd:
      return profile.features.has('XSAVE') ? extendedState(profile, subleaf) : NOTHING;
    case 0x80000000 | 0:
      return { eax: largest | 0, ebx: word(vendor, 0), ecx: word(vendor, 8), edx: word(vendor, 4) };
    case 0x80000001 | 0:
      return { eax: profile.signature, ebx: 0, ecx: bits(profile, 0x80000001, 'ecx'), edx: extendedEdx(profile) };
    case 0x80000002 | 0:
    case 0x80000003 | 0:
    case 0x80000004 | 0: {
      const at = ((leaf & 0xff) - 2) * 16;
      const b = profile.brand;
      return { eax: word(b, at), ebx: word(b, at + 4), ecx: word(b, at + 8), edx: word(b, at + 12) };
    }
    case 0x80000007 | 0:
      return { ...NOTHING, edx: bits(profile, 0x80000007, 'edx') };
    case 0x80000008 | 0:
      return {
        eax: limits.physicalBits | (48 << 8),
        ebx: bits(profile, 0x80000008, 'ebx'),
        ecx: 0,
        edx: profile.features.has('RDPRU') ? LARGEST_OF_RDPRU << 16 : 0,
      };
    case 0x8000000a | 0:
      return profile.features.has('SVM') ? { eax: 1, ebx: limits.asids, ecx: 0, edx: limits.svm } : NOTHING;
    default:
      return NOTHING;
  }
}

/** Fn8000_0001 EDX repeats the bits of Fn0000_0001 EDX that AMD defined there. */
function extendedEdx(profile: Profile): number {
  return bits(profile, 0x80000001, 'edx') | (bits(profile, 1, 'edx') & 0x0183f3ff);
}

/** Bytes of XSAVE's legacy area and header: the x87 and SSE components lie in the former, so that XCR0 does not change the size. */
const XSAVE_AREA = 576;

/** Fn0000_000D: components of XCR0 and sizes of areas; XSAVEOPT and its kin, and the size of a compacted area. */
function extendedState(profile: Profile, subleaf: number): CpuidAnswer {
  if (subleaf === 0) return { eax: XCR0_X87 | XCR0_SSE, ebx: XSAVE_AREA, ecx: XSAVE_AREA, edx: 0 };
  if (subleaf !== 1) return NOTHING;
  return { ...NOTHING, eax: bits(profile, 0xd, 'eax', 1), ebx: profile.features.has('XSAVEC') ? XSAVE_AREA : 0 };
}
