/** A machine's state as a digest, but for what it caches; flags may be kept in more than one way. */
import { createHash } from 'node:crypto';
import type { Machine } from '../src/engine/machine/machine';
import { F_OP, SYSTEM_FLAGS, TRANSIENT, WINDOW_END } from '../src/engine/state/layout';

export function machineDigest({ state, ram, map, board, clock, processor }: Machine): string {
  const hash = createHash('sha256');
  const window = state.u8.slice(0, WINDOW_END);
  for (const [from, to] of [...TRANSIENT, [F_OP, SYSTEM_FLAGS] as const]) window.fill(0, from, to);
  hash.update(window);
  hash.update(String(processor.rflags()));
  hash.update(ram.u8.subarray(map.ram, map.rom));
  const devices = board.devices.map((device) => device.saveState());
  hash.update(stateText([clock.saveState(), devices]));
  return hash.digest('hex');
}

/** A saved state as text, runs of bytes in base64. */
export function stateText(state: unknown): string {
  return JSON.stringify(state, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') : value,
  );
}
