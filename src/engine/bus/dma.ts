/** Memory as a bus master reaches it: RAM alone, whole accesses alone. Addresses are physical (SPA on the machine, GPA in a guest). */
export interface DmaMemory {
  /** Fills `into`; false where some byte is not RAM, and then `into` is worth nothing. */
  read(address: number, into: Uint8Array): boolean;
  /** False where some byte is not RAM, and then nothing was written. */
  write(address: number, bytes: Uint8Array): boolean;
}
