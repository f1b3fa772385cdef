/** Hostile guests of the built-in hypervisor, under nested and under shadow paging. */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { systemMemoryMb, type GuestSpec } from '../../src/hypervisor/guest-spec';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import type { Random } from '../silicon/random';
import type { Tally } from './bare';
import { hostileCode } from './code';
import { checkMachine } from './invariants';

const CODE = 0x1_0000;
const CODE_SIZE = 0x600;
const TIME = 60_000;
const ENDS = new Set([
  'time',
  'halted',
  'shutdown',
  'unknown-encoding',
  'guest-exit',
  'guest-shutdown',
  'diagnosis',
  'guests-ended',
  'power-off',
]);

function guest(random: Random, name: string): GuestSpec {
  const bits = random.pick([16, 32, 64, 64] as const);
  const code = hostileCode(random, CODE_SIZE, bits === 64);
  const image = startState(loadFlat(code, { bits, origin: CODE, entry: CODE }));
  // Page tables that point at themselves, at each other, at nothing.
  const edits = Array.from({ length: bits === 64 && random.chance(0.5) ? random.below(16) : 0 }, () => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(
      0,
      random.chance(0.7) ? BigInt((random.below(1 << 22) & ~0xfff) | random.below(0x1000)) : random.u64(),
      true,
    );
    return { address: 0x8_1000 + (random.below(0x3000) & ~7), bytes };
  });
  return {
    name,
    memoryMb: 4,
    paging: random.pick(['nested', 'shadow'] as const),
    nestedPage: random.pick(['4K', '2M'] as const),
    image: { ...image, segments: [...image.segments, ...edits] },
  };
}

export function guestCase(random: Random, tally: Tally): void {
  const specs = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, n) => guest(random, `guest ${n}`));
  const machine = new Machine({
    ramSize: systemMemoryMb(specs) << 20,
    profile: random.pick(Object.values(PROFILES)),
  });
  const hypervisor = new Hypervisor(new HostMode(machine));
  for (const spec of specs) hypervisor.addGuest(spec);
  let kind = 'time';
  while (kind === 'time' && machine.clock.now < TIME * specs.length) {
    kind = hypervisor.run(machine.clock.now + 1 + random.below(20_000)).kind;
  }
  assert.ok(ENDS.has(kind), `the run ended with ${kind}`);
  checkMachine(machine);
  const name = `guest, ${specs.map((spec) => spec.paging).join(' and ')} paging, ${kind}`;
  tally.set(name, (tally.get(name) ?? 0) + 1);
}
