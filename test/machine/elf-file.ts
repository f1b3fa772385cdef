/** ELF files made for tests. */

export interface Load {
  paddr: number;
  vaddr?: bigint;
  bytes: Uint8Array;
  memSize?: number;
}

/** An executable with one PT_NOTE and these PT_LOAD segments. */
export function elf(
  is64: boolean,
  entry: bigint,
  loads: readonly Load[],
  notes: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const headerSize = is64 ? 64 : 52;
  const phSize = is64 ? 56 : 32;
  let offset = headerSize + phSize * (loads.length + 1);
  const bytes = new Uint8Array(offset + notes.length + loads.reduce((sum, load) => sum + load.bytes.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, is64 ? 62 : 3, true);
  const word = (at: number, value: bigint): void =>
    is64 ? view.setBigUint64(at, value, true) : view.setUint32(at, Number(value), true);
  word(24, entry);
  word(is64 ? 32 : 28, BigInt(headerSize));
  view.setUint16(is64 ? 54 : 42, phSize, true);
  view.setUint16(is64 ? 56 : 44, loads.length + 1, true);
  view.setUint32(headerSize, 4, true);
  word(headerSize + (is64 ? 8 : 4), BigInt(offset));
  word(headerSize + (is64 ? 32 : 16), BigInt(notes.length));
  bytes.set(notes, offset);
  offset += notes.length;
  loads.forEach((load, n) => {
    const at = headerSize + phSize * (n + 1);
    view.setUint32(at, 1, true);
    const fields = [
      BigInt(offset),
      load.vaddr ?? BigInt(load.paddr),
      BigInt(load.paddr),
      BigInt(load.bytes.length),
      BigInt(load.memSize ?? load.bytes.length),
    ];
    fields.forEach((value, field) => word(at + (is64 ? 8 + field * 8 : 4 + field * 4), value));
    bytes.set(load.bytes, offset);
    offset += load.bytes.length;
  });
  return bytes;
}
