/** What a kernel is handed beside its own bytes, and how text is. */
import { BootError } from './boot-error';
import type { FirmwarePiece } from './firmware';
import type { MemoryRange } from './memory-map';

export interface KernelOptions {
  readonly memoryMap: readonly MemoryRange[];
  /** None if left out. */
  readonly firmware?: readonly FirmwarePiece[];
  /** Empty if left out. */
  readonly commandLine?: string;
  /** Physical address of the ACPI tables' root pointer. */
  readonly rsdp?: number;
}

/** ASCII, with the zero at its end. `what` opens a complaint. */
export function textBytes(text: string, what: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code === 0 || code > 0x7e) throw new BootError(`character ${n + 1} of ${what} is not ASCII`);
    bytes[n] = code;
  }
  return bytes;
}
