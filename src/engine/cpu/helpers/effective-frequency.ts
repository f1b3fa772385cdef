/**
 * MPERF and APERF (§17.3), and RDPRU, which reads them for user code. Both count cycles outside halts, of which an instruction takes
 * one: the processor always runs at its maximum frequency.
 */
import { VECTOR_GP, VECTOR_UD } from '../../arch/exceptions';
import { EXIT_CODES } from '../../arch/exit-codes';
import { MSRS } from '../../arch/msr';
import { CR4_TSD, RAX, RCX, RDX } from '../../arch/registers';
import { interceptsNamed } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import type { FeatureName } from '../profile';

type Base = 'MPERF_BASE' | 'APERF_BASE';

interface Counter {
  readonly feature: FeatureName;
  /** What WRMSR has added, of those that can be written. */
  readonly base: Base | undefined;
}

const BY_NUMBER: ReadonlyMap<number, Counter> = new Map<number, Counter>([
  [MSRS.MPERF.number, { feature: 'EFF_FREQ', base: 'MPERF_BASE' }],
  [MSRS.APERF.number, { feature: 'EFF_FREQ', base: 'APERF_BASE' }],
  [MSRS.MPERF_READ_ONLY.number, { feature: 'EFF_FREQ_RO', base: undefined }],
  [MSRS.APERF_READ_ONLY.number, { feature: 'EFF_FREQ_RO', base: undefined }],
]);
/** By the value of ECX. */
const OF_RDPRU: readonly Base[] = ['MPERF_BASE', 'APERF_BASE'];

export function isFrequencyMsr(core: Core, number: number): boolean {
  const counter = BY_NUMBER.get(number);
  return counter !== undefined && core.profile.features.has(counter.feature);
}

export function readFrequencyMsr(core: Core, number: number): void {
  put(core, value(core, BY_NUMBER.get(number)!.base));
}

export function writeFrequencyMsr(core: Core, number: number, low: number, high: number): void {
  const { base } = BY_NUMBER.get(number)!;
  if (base === undefined) core.raise(VECTOR_GP, 0);
  const wanted = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  core.state.setBig(core.state.msrAt(base), BigInt.asUintN(64, wanted - BigInt(core.retired)));
}

function value(core: Core, base: Base | undefined): bigint {
  const added = base === undefined ? 0n : core.state.big(core.state.msrAt(base));
  return BigInt.asUintN(64, BigInt(core.retired) + added);
}

function put(core: Core, counter: bigint): void {
  core.state.setGpr(RAX, Number(BigInt.asIntN(32, counter)), 0);
  core.state.setGpr(RDX, Number(BigInt.asIntN(32, counter >> 32n)), 0);
}

/** A register there is not reads 0. CR4.TSD closes it to user code, by #UD. Volume 3, RDPRU */
const rdpru: Helper = (core, i) => {
  const { state } = core;
  if (state.cpl !== 0 && (state.cr(4) & CR4_TSD) !== 0) core.raise(VECTOR_UD);
  if (core.inGuest && interceptsNamed(state, 'RDPRU')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_RDPRU.code, i);
    return JUMPED;
  }
  const base = OF_RDPRU[state.gprLow(RCX) >>> 0];
  put(core, base === undefined ? 0n : value(core, base));
  return NEXT;
};

export const EFFECTIVE_FREQUENCY_HELPERS = { rdpru } satisfies HelperTable;
