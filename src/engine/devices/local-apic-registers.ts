/** The local APIC's registers: where they are, and what may be written to them (§16.3.2, §16.11). */
import { COUNT, FLAG, U8, U32, bytes, integer, type StateOf } from '../bus/device-state';

/** Offsets from APIC_BASE; the MSR of the same register in x2APIC mode is 800h + offset / 10h. */
export const APIC = {
  ID: 0x020,
  VERSION: 0x030,
  TPR: 0x080,
  APR: 0x090,
  PPR: 0x0a0,
  EOI: 0x0b0,
  REMOTE_READ: 0x0c0,
  LDR: 0x0d0,
  DFR: 0x0e0,
  SVR: 0x0f0,
  ISR: 0x100,
  TMR: 0x180,
  IRR: 0x200,
  ESR: 0x280,
  ICR_LOW: 0x300,
  ICR_HIGH: 0x310,
  LVT_TIMER: 0x320,
  LVT_THERMAL: 0x330,
  LVT_PERFORMANCE: 0x340,
  LVT_LINT0: 0x350,
  LVT_LINT1: 0x360,
  LVT_ERROR: 0x370,
  TIMER_INITIAL: 0x380,
  TIMER_CURRENT: 0x390,
  TIMER_DIVIDE: 0x3e0,
  /** In x2APIC mode only. */
  SELF_IPI: 0x3f0,
} as const;

/** Version 10h, six LVT entries, no extended register space. §16.3.4 */
export const APIC_VERSION = 0x0005_0010;

/** What software can write; all other bits read as they were. */
export const WRITABLE: Readonly<Record<number, number>> = {
  [APIC.ID]: 0xff00_0000,
  [APIC.TPR]: 0xff,
  [APIC.LDR]: 0xff00_0000,
  [APIC.DFR]: 0xf000_0000,
  [APIC.SVR]: 0x3ff,
  [APIC.ESR]: 0,
  [APIC.EOI]: 0,
  [APIC.ICR_LOW]: 0xc_cfff,
  [APIC.ICR_HIGH]: 0xff00_0000,
  [APIC.LVT_TIMER]: 0x3_00ff,
  [APIC.LVT_THERMAL]: 0x1_07ff,
  [APIC.LVT_PERFORMANCE]: 0x1_07ff,
  [APIC.LVT_LINT0]: 0x1_87ff,
  [APIC.LVT_LINT1]: 0x1_87ff,
  [APIC.LVT_ERROR]: 0x1_07ff,
  [APIC.TIMER_INITIAL]: 0xffff_ffff,
  [APIC.TIMER_DIVIDE]: 0xb,
};

/** Registers that exist beside the writable ones, ISR, TMR and IRR. */
const READ_ONLY: readonly number[] = [APIC.VERSION, APIC.APR, APIC.PPR, APIC.REMOTE_READ, APIC.TIMER_CURRENT];

/** Whether there is a register at that offset, a multiple of 16. */
export function exists(offset: number): boolean {
  if (offset >= APIC.ISR && offset < APIC.IRR + 0x80) return true;
  return WRITABLE[offset] !== undefined || READ_ONLY.includes(offset);
}

export type LvtName = 'lvtTimer' | 'lvtThermal' | 'lvtPerformance' | 'lvtLint0' | 'lvtLint1' | 'lvtError';
export const LVT_NAMES: Readonly<Record<number, LvtName>> = {
  [APIC.LVT_TIMER]: 'lvtTimer',
  [APIC.LVT_THERMAL]: 'lvtThermal',
  [APIC.LVT_PERFORMANCE]: 'lvtPerformance',
  [APIC.LVT_LINT0]: 'lvtLint0',
  [APIC.LVT_LINT1]: 'lvtLint1',
  [APIC.LVT_ERROR]: 'lvtError',
};
export const LVTS = Object.values(LVT_NAMES);

/** SVR. §16.4.7 */
export const SVR_ASE = 0x100;
/** LVT. §16.4 */
export const LVT_VECTOR = 0xff;
export const LVT_MESSAGE_TYPE = 0x700;
export const LVT_MESSAGE_TYPE_SHIFT = 8;
export const LVT_REMOTE_IRR = 0x4000;
/** Delivery status and remote IRR: read-only. */
export const LVT_STATUS = 0x1000 | LVT_REMOTE_IRR;
export const LVT_LEVEL = 0x8000;
export const LVT_MASKED = 0x1_0000;
export const LVT_PERIODIC = 0x2_0000;
/** ESR. §16.4.6 */
export const ESR_SENT_ACCEPT = 0x04;
export const ESR_SENT_ILLEGAL_VECTOR = 0x20;
export const ESR_RECEIVED_ILLEGAL_VECTOR = 0x40;
export const ESR_ILLEGAL_REGISTER = 0x80;
/** ICR. §16.5 */
export const ICR_LOGICAL = 0x800;
export const ICR_ASSERT = 0x4000;
export const ICR_LEVEL = 0x8000;
export const ICR_SHORTHAND_SHIFT = 18;
export const SHORTHAND = { NONE: 0, SELF: 1, ALL: 2, OTHERS: 3 } as const;

/** What the local APIC remembers. */
export const LOCAL_APIC_STATE = {
  /** APIC_BASE: page number, and AE, EXTD. */
  page: integer(0, 2 ** 40 - 1),
  enabled: FLAG,
  extended: FLAG,
  /** APIC ID of xAPIC mode. */
  id: U8,
  tpr: U8,
  ldr: U8,
  /** DFR bits 31:28. */
  model: integer(0, 0xf),
  svr: integer(0, 0x3ff),
  isr: bytes(32),
  tmr: bytes(32),
  irr: bytes(32),
  /** ESR, and what has happened since it was written. */
  esr: U8,
  errors: U8,
  icrLow: U32,
  icrHigh: U32,
  lvtTimer: U32,
  lvtThermal: U32,
  lvtPerformance: U32,
  lvtLint0: U32,
  lvtLint1: U32,
  lvtError: U32,
  /** Timer: initial count, divide configuration, the count at a moment, and that moment. */
  initial: U32,
  divide: integer(0, 0xb),
  count: U32,
  since: COUNT,
  /** Levels of the pins LINT0 and LINT1. */
  lint0: FLAG,
  lint1: FLAG,
  /** An ExtINT message waits. */
  external: FLAG,
  /** Level of the wire to the processor. */
  interrupt: FLAG,
};

export type LocalApicState = StateOf<typeof LOCAL_APIC_STATE>;

/** A set of vectors as ISR, TMR and IRR hold it. */
export function hasVector(set: Uint8Array, vector: number): boolean {
  return (set[vector >> 3]! & (1 << (vector & 7))) !== 0;
}
export function setVector(set: Uint8Array, vector: number, on: boolean): void {
  if (on) set[vector >> 3]! |= 1 << (vector & 7);
  else set[vector >> 3]! &= ~(1 << (vector & 7));
}
/** The highest vector of a set, or −1. */
export function highestVector(set: Uint8Array): number {
  for (let n = 31; n >= 0; n--) if (set[n] !== 0) return n * 8 + 31 - Math.clz32(set[n]!);
  return -1;
}
/** The n-th register of a set: 32 vectors. */
export function vectorWord(set: Uint8Array, n: number): number {
  return (set[n * 4]! | (set[n * 4 + 1]! << 8) | (set[n * 4 + 2]! << 16) | (set[n * 4 + 3]! << 24)) >>> 0;
}

/** The state of RESET; LINT0 passes the 8259 on, as firmware leaves it (the virtual wire of the multiprocessor specification). */
export function resetState(id: number): LocalApicState {
  return {
    page: 0xf_ee00,
    enabled: true,
    extended: false,
    id,
    tpr: 0,
    ldr: 0,
    model: 0xf,
    svr: 0xff,
    isr: new Uint8Array(32),
    tmr: new Uint8Array(32),
    irr: new Uint8Array(32),
    esr: 0,
    errors: 0,
    icrLow: 0,
    icrHigh: 0,
    lvtTimer: LVT_MASKED,
    lvtThermal: LVT_MASKED,
    lvtPerformance: LVT_MASKED,
    lvtLint0: 7 << LVT_MESSAGE_TYPE_SHIFT,
    lvtLint1: LVT_MASKED,
    lvtError: LVT_MASKED,
    initial: 0,
    divide: 0,
    count: 0,
    since: 0,
    lint0: false,
    lint1: false,
    external: false,
    interrupt: false,
  };
}
