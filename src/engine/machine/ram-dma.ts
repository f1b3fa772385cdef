/** System memory for bus masters: what they write is announced as any other write, so that code decoded from it is decoded anew. */
import type { DmaMemory } from '../bus/dma';
import type { Ram } from '../state/ram';

const PAGE = 4096;

export function ramDma(ram: Ram): DmaMemory {
  const isRam = (address: number, length: number): boolean => {
    if (!Number.isSafeInteger(address) || address < 0) return false;
    for (let at = address - (address % PAGE); at < address + length; at += PAGE) {
      const offset = ram.offset(at);
      if (offset < 0 || !ram.isWritable(offset)) return false;
    }
    return true;
  };
  return {
    read: (address, into) => {
      if (!isRam(address, into.length)) return false;
      into.set(ram.readBytes(address, into.length));
      return true;
    },
    write: (address, bytes) => isRam(address, bytes.length) && ram.writeBytes(address, bytes) === bytes.length,
  };
}
