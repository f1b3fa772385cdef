/** A flat binary: bytes at an address, started at one of them. */
import { BootError, hex } from './boot-error';
import type { Program, StartMode } from './image';

export interface FlatOptions {
  /** Code size of the first instruction; decides the mode it starts in. 16 if left out. */
  readonly bits?: 16 | 32 | 64;
  /** Address of the first byte. If left out 7C00h for 16 bits, as a boot sector, else 1 MB. */
  readonly origin?: number;
  /** Address of the first instruction; if left out, the first byte. */
  readonly entry?: number;
}

const MODES = { 16: 'real', 32: 'protected', 64: 'long' } as const satisfies Record<16 | 32 | 64, StartMode>;
const BOOT_SECTOR = 0x7c00;
const MB = 0x10_0000;
const FOUR_GB = 0x1_0000_0000;

export function loadFlat(bytes: Uint8Array, options: FlatOptions = {}): Program {
  const { bits = 16 } = options;
  const origin = options.origin ?? (bits === 16 ? BOOT_SECTOR : MB);
  const entry = options.entry ?? origin;
  if (bytes.length === 0) throw new BootError('the file is empty: there is nothing to start');
  if (!Number.isInteger(origin) || origin < 0 || origin + bytes.length > FOUR_GB) {
    throw new BootError(`${bytes.length} bytes from ${hex(origin)} do not lie within the first 4 GB`);
  }
  if (entry < origin || entry >= origin + bytes.length) {
    throw new BootError(
      `the entry ${hex(entry)} lies outside the file's bytes, ${hex(origin)} to ${hex(origin + bytes.length - 1)}`,
    );
  }
  return { segments: [{ address: origin, bytes }], entry, mode: MODES[bits] };
}
