/** Where code, data and stack of every case lie: the same linear addresses and rights on the processor and in the engine. */
import { Random } from './random';

export const PAGE = 4096;

export interface Window {
  readonly address: number;
  readonly pages: number;
  /** The last pages of the window cannot be written. */
  readonly readOnlyPages: number;
}

/** Two pages of code, full of INT3; what lies around each window is not mapped. */
export const CODE: Window = { address: 0x10000000, pages: 2, readOnlyPages: 0 };
/** Two pages that can be written, one that can only be read. */
export const DATA: Window = { address: 0x20000000, pages: 3, readOnlyPages: 1 };
export const STACK: Window = { address: 0x30000000, pages: 2, readOnlyPages: 0 };
export const WINDOWS: readonly Window[] = [CODE, DATA, STACK];

/** GS base in 64-bit mode. */
export const GS_BASE = 0x1ffff000n;

export const CODE_END = CODE.address + CODE.pages * PAGE;
export const READ_ONLY = DATA.address + (DATA.pages - DATA.readOnlyPages) * PAGE;
export const DATA_END = DATA.address + DATA.pages * PAGE;
export const STACK_END = STACK.address + STACK.pages * PAGE;

/** What data and stack hold before every case, one window after the other. */
export function pristineImage(): Uint8Array {
  const random = new Random(0x50414349);
  const image = new Uint8Array((DATA.pages + STACK.pages) * PAGE);
  const words = new Uint32Array(image.buffer);
  const plain = [0, 1, -1, 0x80000000, 0x7fffffff, 0x80, 0x8000, 0xff00];
  for (let n = 0; n < words.length; n++) words[n] = random.chance(0.2) ? random.pick(plain) : random.u32();
  return image;
}
