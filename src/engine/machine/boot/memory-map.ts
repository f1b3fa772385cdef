/** What a boot loader tells a kernel about memory, in the form of the BIOS's INT 15h E820h: Linux, PVH and multiboot share the types. */
import type { FirmwarePiece } from './firmware';

export const MEMORY_TYPES = { ram: 1, reserved: 2, acpi: 3, nvs: 4 } as const;

export interface MemoryRange {
  /** Physical address (SPA on the machine, GPA in a guest) of the first byte, below 4 GB. */
  readonly start: number;
  /** Bytes. */
  readonly size: number;
  readonly type: keyof typeof MEMORY_TYPES;
}

const MB = 0x10_0000;
/** The last kilobyte of low memory, which a BIOS keeps for itself: the extended BIOS data area. */
export const EBDA = 0x9_fc00;
const VIDEO = 0xa_0000;
/** A BIOS's own; between it and video memory are option ROMs. */
const BIOS = 0xf_0000;

/** Of a board with this much RAM (bytes), lowest first. What firmware has put at the top of RAM is no RAM any more. */
export function boardMemoryMap(ramSize: number, firmware: readonly FirmwarePiece[] = []): MemoryRange[] {
  const top = firmware
    .filter(({ kind }) => kind !== 'low')
    .map(({ address, bytes, kind }): MemoryRange => ({
      start: address,
      size: bytes.length,
      type: kind as 'acpi' | 'nvs',
    }))
    .sort((a, b) => a.start - b.start);
  const end = top[0]?.start ?? ramSize;
  const map: MemoryRange[] = [
    { start: 0, size: EBDA, type: 'ram' },
    { start: EBDA, size: VIDEO - EBDA, type: 'reserved' },
    { start: BIOS, size: MB - BIOS, type: 'reserved' },
  ];
  if (end > MB) map.push({ start: MB, size: end - MB, type: 'ram' });
  return [...map, ...top];
}
