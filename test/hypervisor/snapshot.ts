/** All the snapshot there is to take of a lab. */
import type { Lab } from './guest';

/** Taken now; the function it gives goes back to it. */
export function snapshot({ machine, hypervisor }: Lab): () => void {
  const memory = new Uint8Array(machine.memory.buffer).slice();
  const devices = machine.board.devices.map((device) => device.saveState());
  const clock = machine.clock.saveState();
  const saved = structuredClone(hypervisor.saveState());
  return () => {
    new Uint8Array(machine.memory.buffer).set(memory);
    machine.board.devices.forEach((device, n) => device.loadState(devices[n]!));
    machine.clock.loadState(clock);
    hypervisor.loadState(structuredClone(saved));
    machine.processor.executor.flushBlocks();
    machine.processor.flushAllAsids();
  };
}
