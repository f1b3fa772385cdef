/** Which of the processor's features a guest is shown. */
import { CPUID_FEATURES } from '../engine/arch/cpuid';
import type { HostMode } from '../engine/machine/host-mode';
import type { PagingChoice } from './guest-spec';

/** Function of CPUID whose EAX[7:0] is the width of a physical address. */
const ADDRESS_SIZES = 0x8000_0008;

export function physicalBitsOf(host: HostMode): number {
  return host.cpuid(ADDRESS_SIZES, 0).eax & 0xff;
}

export type FeatureName = keyof typeof CPUID_FEATURES;

/** As much of a guest as its features hang on. */
interface Guest {
  readonly host: HostMode;
  readonly memory: { readonly kind: PagingChoice };
}

/** Shadow tables are not kept by process-context identifiers. */
const NOT_UNDER_SHADOW: readonly FeatureName[] = ['PCID', 'INVPCID'];

/** MSRs no guest is given: they count for the whole processor. */
const OF_THE_WHOLE: readonly FeatureName[] = ['EFF_FREQ', 'EFF_FREQ_RO'];

/** What no guest is shown, though the processor has it. */
export function hiddenFeatures({ memory }: Guest): readonly FeatureName[] {
  return memory.kind === 'shadow' ? ['SVM', ...OF_THE_WHOLE, ...NOT_UNDER_SHADOW] : ['SVM', ...OF_THE_WHOLE];
}

/** Whether the processor has it. */
export function hasFeature(host: HostMode, name: FeatureName): boolean {
  const { leaf, subleaf, register, bit } = CPUID_FEATURES[name];
  return (host.cpuid(leaf, subleaf)[register] & (1 << bit)) !== 0;
}

export function guestHas(guest: Guest, name: FeatureName): boolean {
  return hasFeature(guest.host, name) && !hiddenFeatures(guest).includes(name);
}
