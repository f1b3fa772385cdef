/** What must hold of a machine whatever its guest has done. */
import assert from 'node:assert/strict';
import type { Machine } from '../../src/engine/machine/machine';
import {
  TLB_ADDEND,
  TLB_BANK,
  TLB_BANKS,
  TLB_CLASSES,
  TLB_ENTRY,
  TLB_SPACES,
  ZERO,
} from '../../src/engine/state/layout';

const NO_TAG = 1;

/** The guest has not left its memory: what it can reach by the TLB is RAM or ROM, and what it cannot is as it was. */
export function checkMachine({ state, map, processor }: Machine): void {
  assert.equal(state.low(ZERO) | state.high(ZERO), 0, 'the slot that holds zero');
  const end = map.rom + map.romSize;
  for (let entry = TLB_BANKS; entry < TLB_BANKS + TLB_BANK * TLB_CLASSES * TLB_SPACES; entry += TLB_ENTRY) {
    for (const tag of [entry, entry + 8]) {
      const low = state.i32[tag >> 2]!;
      if (low === NO_TAG) continue;
      assert.equal(low & 0xfff, 0, 'a TLB tag is a page');
      const host = (low + state.i32[(entry + TLB_ADDEND) >> 2]!) >>> 0;
      assert.ok(host >= map.ram && host + 0x1000 <= end, `the TLB leads to ${host.toString(16)}h, out of memory`);
      assert.ok(tag === entry || host < map.rom, 'the TLB lets ROM be written');
    }
  }
  assert.ok([0, 1, 2, 3].includes(state.cpl), 'CPL');
  assert.ok(Number.isSafeInteger(processor.retired) && processor.retired >= 0, 'retired instructions');
}
