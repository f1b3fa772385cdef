import type { BitField } from './bit-field';
import type { Section } from './manual';

/** EVENTINJ and EXITINTINFO share one format. §15.20, §15.7.2 */
export const EVENT_BITS = [
  { name: 'VECTOR', hi: 7, lo: 0, meaning: 'IDT vector; ignored for an NMI' },
  { name: 'TYPE', hi: 10, lo: 8, meaning: '0 interrupt, 2 NMI, 3 exception, 4 software interrupt' },
  { name: 'EV', hi: 11, lo: 11, meaning: 'ERRORCODE is valid and is pushed' },
  { name: 'V', hi: 31, lo: 31, meaning: 'the field holds an event' },
  { name: 'ERRORCODE', hi: 63, lo: 32, meaning: 'error code' },
] as const satisfies readonly BitField[];

/** Masks of the low half; the high half is the error code. */
export const EVENT_VECTOR_MASK = 0x0000_00ff;
export const EVENT_TYPE_SHIFT = 8;
export const EVENT_TYPE_MASK = 0x0000_0700;
export const EVENT_EV = 0x0000_0800;
export const EVENT_V = 0x8000_0000;

export interface EventTypeRow {
  readonly type: number;
  readonly name: string;
  readonly legal: boolean;
  readonly meaning: string;
  readonly section: Section;
}

/** TYPE, index = value. VMRUN with V set and an illegal type is VMEXIT_INVALID. §15.20 */
export const EVENT_TYPES = [
  { type: 0, name: 'INTR', legal: true, meaning: 'external or virtual interrupt', section: '15.20' },
  { type: 1, name: 'RESERVED', legal: false, meaning: 'reserved', section: '15.20' },
  { type: 2, name: 'NMI', legal: true, meaning: 'non-maskable interrupt', section: '15.20' },
  { type: 3, name: 'EXCEPTION', legal: true, meaning: 'fault, trap or abort; also INT3 and INTO', section: '15.20' },
  { type: 4, name: 'SOFTINT', legal: true, meaning: 'INT n', section: '15.20' },
  { type: 5, name: 'RESERVED', legal: false, meaning: 'reserved', section: '15.20' },
  { type: 6, name: 'RESERVED', legal: false, meaning: 'reserved', section: '15.20' },
  { type: 7, name: 'RESERVED', legal: false, meaning: 'reserved', section: '15.20' },
] as const satisfies readonly EventTypeRow[];

export const EVENT_TYPE_INTR = 0;
export const EVENT_TYPE_NMI = 2;
export const EVENT_TYPE_EXCEPTION = 3;
export const EVENT_TYPE_SOFTINT = 4;

/**
 * Exception vectors VMRUN accepts in EVENTINJ with TYPE 3 in every guest mode; vector 2 is never an exception, and #BR is
 * impossible in 64-bit mode. §15.20
 */
export const INJECTABLE_EXCEPTIONS = [
  0, 1, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 21, 28, 29, 30,
] as const;
/** Vectors legal in EVENTINJ as exceptions outside 64-bit mode only. §15.20 */
export const INJECTABLE_OUTSIDE_64BIT_ONLY = [5] as const;
/** Vectors whose injection needs the processor feature named. §15.20 */
export const INJECTABLE_WITH_FEATURE = { 21: 'CET_SS', 28: 'SEV_SNP', 29: 'SEV_ES' } as const;
