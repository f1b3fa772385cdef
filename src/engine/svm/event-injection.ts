/** EVENTINJ and EXITINTINFO: one format, 64 bits (§15.20, §15.7.2). */
import {
  EVENT_EV,
  EVENT_TYPES,
  EVENT_TYPE_EXCEPTION,
  EVENT_TYPE_MASK,
  EVENT_TYPE_NMI,
  EVENT_TYPE_SHIFT,
  EVENT_TYPE_SOFTINT,
  EVENT_V,
  EVENT_VECTOR_MASK,
  INJECTABLE_EXCEPTIONS,
  INJECTABLE_OUTSIDE_64BIT_ONLY,
  INJECTABLE_WITH_FEATURE,
} from '../arch/events';
import { VECTOR_BP, VECTOR_NMI, VECTOR_OF } from '../arch/exceptions';

/** An event VMRUN is to deliver before the first guest instruction. */
export interface InjectedEvent {
  /** EVENT_TYPE_* of arch/events. */
  readonly type: number;
  readonly vector: number;
  /** Pushed error code, unsigned, or −1 when there is none (EV = 0). */
  readonly errorCode: number;
  /** rIP to push: nRIP of the VMCB for INT n, INT3 and INTO on a processor with NRIPS, else the guest's RIP. */
  readonly returnLow: number;
  readonly returnHigh: number;
}

const LEGAL_TYPES = mask(EVENT_TYPES.filter((row) => row.legal).map((row) => row.type));
// no processor here has shadow stacks, SEV-ES or SNP, so their exceptions cannot occur
const LEGAL_VECTORS = mask(INJECTABLE_EXCEPTIONS.filter((vector) => !(vector in INJECTABLE_WITH_FEATURE)));
const LEGACY_VECTORS = mask(INJECTABLE_OUTSIDE_64BIT_ONLY);

/** V of the low half. */
export function isEvent(low: number): boolean {
  return (low & EVENT_V) !== 0;
}

/** Whether TYPE is one VMRUN accepts. §15.20 */
export function isLegalType(low: number): boolean {
  return ((LEGAL_TYPES >>> ((low & EVENT_TYPE_MASK) >>> EVENT_TYPE_SHIFT)) & 1) !== 0;
}

/** Whether TYPE 3 carries a vector below 32 other than 2. §15.20 */
export function isExceptionVector(low: number): boolean {
  const vector = low & EVENT_VECTOR_MASK;
  return vector < 32 && vector !== VECTOR_NMI;
}

/** Whether the exception `vector` (below 32, not 2) can occur in the guest's mode on this processor. §15.20 */
export function canOccur(vector: number, mode64: boolean): boolean {
  const vectors = mode64 ? LEGAL_VECTORS & ~LEGACY_VECTORS : LEGAL_VECTORS;
  return ((vectors >>> vector) & 1) !== 0;
}

/** All rules of EVENTINJ at once, for the low half. §15.20 */
export function isLegalEvent(low: number, mode64: boolean): boolean {
  if (!isEvent(low)) return true;
  if (!isLegalType(low)) return false;
  if (eventType(low) !== EVENT_TYPE_EXCEPTION) return true;
  return isExceptionVector(low) && canOccur(low & EVENT_VECTOR_MASK, mode64);
}

export function eventType(low: number): number {
  return (low & EVENT_TYPE_MASK) >>> EVENT_TYPE_SHIFT;
}

/**
 * Reads a valid, legal EVENTINJ. `nRip…` is the VMCB's nRIP, or RIP on a processor without NRIPS: the return address of an event that
 * stands for an instruction.
 */
export function decodeEvent(
  low: number,
  errorCode: number,
  ripLow: number,
  ripHigh: number,
  nRipLow: number,
  nRipHigh: number,
): InjectedEvent {
  const type = eventType(low);
  const vector = type === EVENT_TYPE_NMI ? VECTOR_NMI : low & EVENT_VECTOR_MASK;
  const ofInstruction =
    type === EVENT_TYPE_SOFTINT || (type === EVENT_TYPE_EXCEPTION && (vector === VECTOR_BP || vector === VECTOR_OF));
  return {
    type,
    vector,
    errorCode: low & EVENT_EV ? errorCode >>> 0 : -1,
    returnLow: ofInstruction ? nRipLow : ripLow,
    returnHigh: ofInstruction ? nRipHigh : ripHigh,
  };
}

/** Low half of EVENTINJ or EXITINTINFO with V set; the error code is the high half. §15.7.2 */
export function encodeEvent(type: number, vector: number, hasErrorCode: boolean): number {
  return EVENT_V | (hasErrorCode ? EVENT_EV : 0) | (type << EVENT_TYPE_SHIFT) | (vector & EVENT_VECTOR_MASK) | 0;
}

function mask(bits: readonly number[]): number {
  return bits.reduce((all, bit) => all | (1 << bit), 0);
}
