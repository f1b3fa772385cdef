/** Hostile accesses to every device of the board: ports and windows it answers, at every width, with time passing between. */
import assert from 'node:assert/strict';
import type { AccessSize } from '../../src/engine/bus/device';
import { Machine } from '../../src/engine/machine/machine';
import type { Random } from '../silicon/random';
import type { Tally } from './bare';

const WIDTHS = [1, 2, 4] as const satisfies readonly AccessSize[];
/** Where a PC's memory-mapped devices are; others are found by PCI's base addresses. */
const WINDOWS = [0xb_8000, 0xfec0_0000, 0xfed0_0000, 0xfee0_0000] as const;

export function deviceCase(random: Random, tally: Tally): void {
  const machine = new Machine({ ramSize: 2 << 20 });
  const { board, clock } = machine;
  const { io, mmio } = board;
  const ports: number[] = [];
  for (let port = 0; port < 0x1_0000; port++) if (io.deviceAt(port)) ports.push(port);
  const few = Array.from({ length: 4 }, () => random.pick(ports));
  let used = 0;
  for (let n = 0; n < 600; n++) {
    const port = random.chance(0.6)
      ? random.pick(few)
      : random.chance(0.9)
        ? random.pick(ports)
        : random.below(0x1_0000);
    const size = random.chance(0.7) ? 1 : random.pick(WIDTHS);
    const written = random.chance(0.5) ? random.u32() : random.below(256);
    switch (random.below(5)) {
      case 0:
        assert.ok(io.readPort(port, size) < 2 ** (8 * size));
        break;
      case 1:
      case 2:
        io.writePort(port, size, written);
        break;
      case 3: {
        const spa = random.pick(WINDOWS) + random.below(0x1000);
        if (random.chance(0.5)) assert.ok(mmio.read(spa, size) >= 0);
        else mmio.write(spa, size, written);
        break;
      }
      default:
        clock.advanceTo(Math.min(clock.next(), clock.now + random.below(random.chance(0.2) ? 1e8 : 5000)));
        clock.runDue();
    }
    used++;
  }
  if (random.chance(0.3)) machine.sendConsole(Array.from({ length: 40 }, () => random.below(256)));
  // What a device says of itself it takes back, and says it again.
  for (const device of board.devices) {
    const saved = device.saveState();
    device.loadState(saved);
    assert.deepEqual(device.saveState(), saved, device.name);
  }
  tally.set('accesses to devices', (tally.get('accesses to devices') ?? 0) + used);
}
