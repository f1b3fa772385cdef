/** What the processor has of SVM's features (§15.4; volume 3, E.4.9). */
import { CPUID_FEATURES, SVM_LEAF } from '../engine/arch/cpuid';
import type { HostMode } from '../engine/machine/host-mode';

export type SvmFeature = 'NRIPS' | 'DECODE_ASSISTS' | 'FLUSH_BY_ASID';

export function hasSvmFeature(host: HostMode, feature: SvmFeature): boolean {
  return (host.cpuid(SVM_LEAF, 0).edx & (1 << CPUID_FEATURES[feature].bit)) !== 0;
}
