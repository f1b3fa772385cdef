/** What the local APIC tells from its registers alone: what they read, priorities, and whether a message is meant for it. */
import { MESSAGE } from './apic-message';
import {
  APIC,
  APIC_VERSION,
  LVT_LEVEL,
  LVT_MASKED,
  LVT_MESSAGE_TYPE,
  LVT_MESSAGE_TYPE_SHIFT,
  LVT_NAMES,
  type LocalApicState,
  SVR_ASE,
  highestVector,
  vectorWord,
} from './local-apic-registers';

/** The message type of an LVT entry or of the ICR: one of MESSAGE. */
export function messageType(entry: number): number {
  return (entry & LVT_MESSAGE_TYPE) >>> LVT_MESSAGE_TYPE_SHIFT;
}

export function isFixedLevel(entry: number): boolean {
  return (entry & LVT_LEVEL) !== 0 && messageType(entry) === MESSAGE.FIXED;
}

/** PPR: what is being done. §16.6.4 */
export function processorPriority({ tpr, isr }: LocalApicState): number {
  const service = highestVector(isr);
  return tpr >> 4 >= service >> 4 ? tpr : service & 0xf0;
}

/** APR: what is being done or asked for. */
export function arbitrationPriority({ tpr, isr, irr }: LocalApicState): number {
  const request = Math.max(highestVector(irr), highestVector(isr));
  return tpr >> 4 >= request >> 4 ? tpr : request & 0xf0;
}

/** The vector that can interrupt the processor, or −1. While the APIC is disabled requests wait. */
export function deliverable(reg: LocalApicState): number {
  if (!reg.enabled || (reg.svr & SVR_ASE) === 0) return -1;
  const vector = highestVector(reg.irr);
  return vector >> 4 > processorPriority(reg) >> 4 ? vector : -1;
}

/** An interrupt of the 8259, which neither a priority nor a software disable of the local APIC holds back. §16.5 */
export function externalPending({ enabled, external, lint0, lvtLint0 }: LocalApicState): boolean {
  if (!enabled) return lint0;
  return external || (lint0 && (lvtLint0 & LVT_MASKED) === 0 && messageType(lvtLint0) === MESSAGE.EXTINT);
}

/** LDR of x2APIC mode: the cluster in bits 31:16, one bit of 15:0. §16.14 */
export function extendedName(id: number): number {
  return (((id >> 4) << 16) | (1 << (id & 0xf))) >>> 0;
}

/** Whether the APIC with hardware's ID `id` is one of the destination. §16.6.1 */
export function isMeant(
  reg: LocalApicState,
  id: number,
  destination: number,
  logical: boolean,
  everybody: number,
): boolean {
  if (destination === everybody) return true;
  if (!logical) return destination === (reg.extended ? id : reg.id);
  if (reg.extended) {
    const name = extendedName(id);
    return destination >>> 16 === name >>> 16 && (destination & name & 0xffff) !== 0;
  }
  if (reg.model !== 0) return (destination & reg.ldr) !== 0;
  const cluster = destination >> 4;
  return (cluster === 0xf || cluster === reg.ldr >> 4) && (destination & reg.ldr & 0xf) !== 0;
}

/** What a register reads, but for the timer's current count. */
export function readRegister(reg: LocalApicState, id: number, offset: number): number {
  const lvt = LVT_NAMES[offset];
  if (lvt) return reg[lvt];
  if (offset >= APIC.ISR && offset < APIC.IRR + 0x80) {
    const set = offset < APIC.TMR ? reg.isr : offset < APIC.IRR ? reg.tmr : reg.irr;
    return vectorWord(set, (offset >> 4) & 7);
  }
  switch (offset) {
    case APIC.ID:
      return reg.extended ? id : (reg.id << 24) >>> 0;
    case APIC.VERSION:
      return APIC_VERSION;
    case APIC.TPR:
      return reg.tpr;
    case APIC.APR:
      return arbitrationPriority(reg);
    case APIC.PPR:
      return processorPriority(reg);
    case APIC.LDR:
      return reg.extended ? extendedName(id) : (reg.ldr << 24) >>> 0;
    case APIC.DFR:
      return ((reg.model << 28) | 0xfff_ffff) >>> 0;
    case APIC.SVR:
      return reg.svr;
    case APIC.ESR:
      return reg.esr;
    case APIC.ICR_LOW:
      return reg.icrLow;
    case APIC.ICR_HIGH:
      return reg.icrHigh;
    case APIC.TIMER_INITIAL:
      return reg.initial;
    case APIC.TIMER_DIVIDE:
      return reg.divide;
    default:
      return 0;
  }
}
