/** What a board without firmware is given in its place. */

/** Bytes that firmware would have put into memory. */
export interface FirmwarePiece {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** What the memory map calls the range; `low`: below A0000h, where the map needs no entry for it. */
  readonly kind: 'acpi' | 'nvs' | 'low';
}
