/** Random hosts and guests for the tests of the world switch, and what of them is compared. */
import type { Dice, Processor } from './processor';
import { VMCB_SPA } from './processor';

const at = VMCB_SPA;

/** Layout offset of an MSR's slot. */
export const msr = (p: Processor, name: Parameters<Processor['state']['msrAt']>[0]): number => p.state.msrAt(name);

export interface SegmentParts {
  readonly selector: number;
  readonly attributes: number;
  readonly limit: number;
  readonly base: bigint;
}

export function windowSegment(p: Processor, index: number): SegmentParts {
  const s = 0x200 + index * 32;
  const { view } = p.state;
  return {
    selector: view.getUint16(s, true),
    attributes: view.getUint16(s + 2, true),
    limit: view.getUint32(s + 4, true),
    base: view.getBigUint64(s + 8, true),
  };
}

export function vmcbSegment(p: Processor, offset: number): SegmentParts {
  return {
    selector: p.u16(at + offset),
    attributes: p.u16(at + offset + 2),
    limit: p.u32(at + offset + 4),
    base: p.u64(at + offset + 8),
  };
}

/** Fills every register of the window with noise that a host in long mode could hold. */
export function noisyHost(p: Processor, dice: Dice): void {
  const { state } = p;
  const hsave = state.number(state.msrAt('VM_HSAVE_PA'));
  for (let reg = 0; reg < 16; reg++) state.setGprBig(reg, dice.u64());
  for (let index = 0; index < 8; index++) {
    state.setSegment(index, dice.below(0x10000), dice.below(0x1000), dice.u32(), dice.u32(), dice.u32());
  }
  for (const table of [0x300, 0x310] as const)
    state.setTable(table as 0x300, dice.below(0x10000), dice.u32(), dice.u32());
  state.setCr(0, 0x80050033);
  state.setBig(0x330, dice.u64());
  state.setNumber(0x338, dice.below(0x1000) * 4096);
  state.setCr(4, 0x6f0);
  for (let n = 0; n < 8; n++) state.setBig(0x3a0 + n * 8, BigInt(dice.u32()));
  for (let word = 0x400; word < 0x5c8; word += 8) state.setBig(word, dice.u64());
  state.efer = 0x1d01;
  state.setNumber(state.msrAt('VM_HSAVE_PA'), hsave);
  state.setFlags((dice.u32() & 0x3f7fd5 & ~0x20000) | 2);
  state.cpl = 0;
  for (let byte = 0xc00; byte < 0x1000; byte++) state.u8[byte] = dice.below(256);
}

/** The state-save area and the loadable controls of a random guest in 64-bit mode. */
export function noisyGuest(p: Processor, dice: Dice): void {
  for (let offset = 0x400; offset < 0x4a0; offset += 16) {
    p.put16(at + offset, dice.below(0x10000));
    p.put16(at + offset + 2, dice.below(0x1000));
    p.put32(at + offset + 4, dice.u32());
    p.put64(at + offset + 8, dice.u64());
  }
  p.put16(at + 0x412, 0x29b | (dice.below(2) << 8));
  p.put8(at + 0x4cb, dice.below(4));
  p.put64(at + 0x4d0, 0x1d01n);
  p.put64(at + 0x548, 0x2006a0n);
  p.put64(at + 0x550, BigInt(dice.below(0x10000)) << 12n);
  p.put64(at + 0x558, 0x8005003bn);
  p.put64(at + 0x560, BigInt(dice.u32()));
  p.put64(at + 0x568, BigInt(dice.u32()));
  p.put64(at + 0x570, BigInt(dice.u32() & ~0x20000) & 0xffffffffn);
  for (const offset of [0x578, 0x5d8, 0x5f8, 0x600, 0x608, 0x610, 0x618, 0x620, 0x628, 0x630, 0x638, 0x640]) {
    p.put64(at + offset, dice.u64());
  }
  for (let offset = 0x670; offset < 0x698; offset += 8) p.put64(at + offset, dice.u64());
  p.put64(at + 0x050, dice.u64());
  for (let word = 0; word < 6; word++) p.put32(at + word * 4, dice.u32());
  p.put32(at + 0x010, p.u32(at + 0x010) | 1);
  p.put32(at + 0x058, 1 + dice.below(15));
  p.put32(at + 0x060, dice.u32() & 0x011f010f);
  p.put32(at + 0x064, dice.below(256));
  p.put32(at + 0x068, dice.below(2));
}

export const sign48 = (value: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(48, value));

/** Window bytes a range list does not cover and that differ. */
export function touchedOutside(
  before: Uint8Array,
  after: Uint8Array,
  allowed: readonly (readonly [number, number])[],
): string[] {
  const out: string[] = [];
  for (let n = 0; n < before.length; n++) {
    if (before[n] !== after[n] && !allowed.some(([first, last]) => n >= first && n <= last)) out.push(n.toString(16));
  }
  return out;
}
