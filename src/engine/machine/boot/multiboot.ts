/**
 * Multiboot 1 (specification 0.6.96): ELF32 and ELF64 kernels and those that say their addresses in the header (the a.out kludge),
 * started in 32-bit protected mode. An ELF64 kernel starts in it too.
 */
import { VGA_TEXT_BASE } from '../../devices/vga-text';
import { BootError, hex } from './boot-error';
import { isElf, physicalEntry, readElf } from './elf';
import type { BootImage, BootSegment } from './image';
import { textBytes, type KernelOptions } from './kernel-options';
import { MEMORY_TYPES, type MemoryRange } from './memory-map';
import { Placement } from './placement';
import { startState } from './start-state';

export interface MultibootModule {
  readonly bytes: Uint8Array;
  /** By custom its file's name and words for it. */
  readonly text: string;
}

export interface MultibootOptions extends KernelOptions {
  readonly modules?: readonly MultibootModule[];
}

/** §3.1.1: the header lies in the file's first 8192 bytes, at a multiple of 4. */
const SEARCHED = 8192;
const HEADER_MAGIC = 0x1bad_b002;
/** §3.2: in EAX. */
const LOADER_MAGIC = 0x2bad_b002;
const LOADER_NAME = 'Pacifica';

/** §3.1.2. Of the flags a loader must understand there are three; those above bit 15 are optional. */
const PAGE_ALIGN = 1 << 0;
const MEMORY_INFO = 1 << 1;
const VIDEO_MODE = 1 << 2;
const MUST_UNDERSTAND = 0xffff;
const ADDRESSES = 1 << 16;

/** §3.3, flags of the information structure. */
const INFO_MEMORY = 1 << 0;
const INFO_COMMAND_LINE = 1 << 2;
const INFO_MODULES = 1 << 3;
const INFO_MMAP = 1 << 6;
const INFO_LOADER_NAME = 1 << 9;
const INFO_FRAMEBUFFER = 1 << 12;
/** Of the framebuffer: characters of the VGA's text mode. */
const TEXT_FRAMEBUFFER = 2;
const INFO_SIZE = 116;
const MODULE_ENTRY = 16;
const MMAP_ENTRY = 24;

const TEXT_COLUMNS = 80;
const TEXT_ROWS = 25;

const PAGE = 0x1000;
const MB = 0x10_0000;
const KB = 1024;
/** Where the structures go unless the kernel lies there. */
const LOW = 0x9000;
const FOUR_GB = 0x1_0000_0000;
/** More than any kernel has; a larger number is damage. */
const MOST_MEMORY = 0x4000_0000;

interface Kernel {
  readonly segments: readonly BootSegment[];
  readonly entry: number;
}

export function loadMultiboot(file: Uint8Array, options: MultibootOptions): BootImage {
  const { memoryMap, modules = [] } = options;
  const { at, flags } = findHeader(file);
  const kernel = (flags & ADDRESSES) !== 0 ? byAddresses(file, at) : byElf(file);
  const placement = new Placement(memoryMap, kernel.segments);
  placement.lay(options.firmware);
  for (const { address, bytes } of kernel.segments) {
    if (placement.isRam(address, bytes.length)) continue;
    throw new BootError(
      `the kernel wants RAM at ${hex(address)} to ${hex(address + bytes.length - 1)}: give the machine more memory`,
    );
  }
  const end = kernel.segments.reduce((most, { address, bytes }) => Math.max(most, address + bytes.length), MB);
  const put = (what: string, bytes: Uint8Array): number => placement.put({ what, from: LOW }, bytes);

  const loaded = modules.map(({ bytes, text }, n) => ({
    // page-aligned, asked for or not
    start: placement.put({ what: `module ${n + 1}`, align: PAGE, from: end }, bytes),
    size: bytes.length,
    text: put(`the string of module ${n + 1}`, textBytes(text, `the string of module ${n + 1}`)),
  }));
  const info = new Uint8Array(INFO_SIZE);
  const view = viewOf(info);
  const { lower, upper } = memorySizes(memoryMap);
  const map = mmap(memoryMap);
  const always = INFO_MEMORY | INFO_COMMAND_LINE | INFO_MODULES | INFO_MMAP | INFO_LOADER_NAME;
  const video = (flags & VIDEO_MODE) !== 0;
  view.setUint32(0, always | (video ? INFO_FRAMEBUFFER : 0), true);
  view.setUint32(4, lower, true);
  view.setUint32(8, upper, true);
  view.setUint32(16, put('the command line', textBytes(options.commandLine ?? '', 'the command line')), true);
  view.setUint32(20, loaded.length, true);
  view.setUint32(24, loaded.length === 0 ? 0 : put('the list of modules', moduleList(loaded)), true);
  view.setUint32(44, map.length, true);
  view.setUint32(48, put('the memory map', map), true);
  view.setUint32(64, put("the loader's name", textBytes(LOADER_NAME, "the loader's name")), true);
  if (video) describeText(view);
  const start = put('the multiboot information', info);

  const image = startState({ segments: placement.segments, entry: kernel.entry, mode: 'protected' });
  return { ...image, registers: { ...image.registers, rax: LOADER_MAGIC, rbx: start } };
}

function findHeader(file: Uint8Array): { readonly at: number; readonly flags: number } {
  const view = viewOf(file);
  let damaged: number | undefined;
  for (let at = 0; at + 12 <= Math.min(file.length, SEARCHED); at += 4) {
    if (view.getUint32(at, true) !== HEADER_MAGIC) continue;
    const flags = view.getUint32(at + 4, true);
    if (((HEADER_MAGIC + flags + view.getUint32(at + 8, true)) | 0) !== 0) {
      damaged ??= at;
      continue;
    }
    const strange = flags & MUST_UNDERSTAND & ~(PAGE_ALIGN | MEMORY_INFO | VIDEO_MODE);
    if (strange !== 0) {
      throw new BootError(`flags ${hex(flags)} of the multiboot header at offset ${hex(at)} are not of version 1`);
    }
    return { at, flags };
  }
  if (damaged !== undefined) {
    throw new BootError(
      `the multiboot header at offset ${hex(damaged)} is damaged: its three words do not add up to 0`,
    );
  }
  throw new BootError(
    'there is no multiboot header: 1BADB002h is nowhere in the first 8192 bytes at a multiple of 4' +
      (file.length === 0 ? ' (the file is empty)' : ''),
  );
}

/** §3.1.3: addresses in the header say what to load where, whatever the file's form. */
function byAddresses(file: Uint8Array, at: number): Kernel {
  if (at + 32 > file.length)
    throw new BootError(`the multiboot header at offset ${hex(at)} is cut short: no addresses`);
  const view = viewOf(file);
  const [headerAddr, loadAddr, loadEnd, bssEnd, entry] = [12, 16, 20, 24, 28].map((n) =>
    view.getUint32(at + n, true),
  ) as [number, number, number, number, number];
  const wrong = (what: string): BootError => new BootError(`the multiboot header at offset ${hex(at)}: ${what}`);
  const from = at - (headerAddr - loadAddr);
  if (loadAddr > headerAddr) throw wrong(`load_addr ${hex(loadAddr)} lies above header_addr ${hex(headerAddr)}`);
  if (from < 0) {
    throw wrong(`load_addr ${hex(loadAddr)} lies ${hex(-from)} bytes before the file begins`);
  }
  const size = loadEnd === 0 ? file.length - from : loadEnd - loadAddr;
  if (size < 0) throw wrong(`load_end_addr ${hex(loadEnd)} lies below load_addr ${hex(loadAddr)}`);
  if (from + size > file.length) {
    throw wrong(`load_end_addr ${hex(loadEnd)} lies ${from + size - file.length} bytes behind the end of the file`);
  }
  const memSize = bssEnd === 0 ? size : bssEnd - loadAddr;
  if (memSize < size) throw wrong(`bss_end_addr ${hex(bssEnd)} lies below the end of what is loaded`);
  if (memSize > MOST_MEMORY || loadAddr + memSize > FOUR_GB) {
    throw wrong(`${hex(memSize)} bytes from ${hex(loadAddr)} do not lie within 1 GB below 4 GB`);
  }
  if (entry < loadAddr || entry >= loadAddr + memSize)
    throw wrong(`entry_addr ${hex(entry)} lies outside what is loaded`);
  const bytes = new Uint8Array(memSize);
  bytes.set(file.subarray(from, from + size));
  return { segments: [{ address: loadAddr, bytes }], entry };
}

/** The entry is where its byte is loaded: paging is off. A kernel linked elsewhere may also say the physical address itself. */
function byElf(file: Uint8Array): Kernel {
  if (!isElf(file)) {
    throw new BootError('the kernel is no ELF file, and its multiboot header says no addresses (bit 16 of its flags)');
  }
  const { entry, loads, segments } = readElf(file);
  const physical = physicalEntry(entry, loads) ?? physicalEntry(entry, loads.map(atPhysical));
  if (physical === undefined) throw new BootError(`the entry ${hexBig(entry)} lies in no segment`);
  return { segments, entry: physical };
}

function atPhysical({ paddr, memSize }: { readonly paddr: number; readonly memSize: number }) {
  return { vaddr: BigInt(paddr), paddr, memSize };
}

/** The mode a kernel prefers is a wish (§3.1.4): the screen is in text mode, 80 by 25. */
function describeText(view: DataView): void {
  view.setBigUint64(88, BigInt(VGA_TEXT_BASE), true);
  view.setUint32(96, TEXT_COLUMNS * 2, true);
  view.setUint32(100, TEXT_COLUMNS, true);
  view.setUint32(104, TEXT_ROWS, true);
  view.setUint8(108, 16);
  view.setUint8(109, TEXT_FRAMEBUFFER);
}

/** Kilobytes below 640 KB, and from 1 MB to the first hole. */
function memorySizes(map: readonly MemoryRange[]): { readonly lower: number; readonly upper: number } {
  const from = (address: number): number => {
    const range = map.find(({ start, type }) => start === address && type === 'ram');
    return Math.floor((range?.size ?? 0) / KB);
  };
  return { lower: from(0), upper: from(MB) };
}

/** Each entry begins with its own size, which does not count itself. */
function mmap(map: readonly MemoryRange[]): Uint8Array {
  const bytes = new Uint8Array(map.length * MMAP_ENTRY);
  const view = viewOf(bytes);
  map.forEach(({ start, size, type }, n) => {
    const at = n * MMAP_ENTRY;
    view.setUint32(at, MMAP_ENTRY - 4, true);
    view.setBigUint64(at + 4, BigInt(start), true);
    view.setBigUint64(at + 12, BigInt(size), true);
    view.setUint32(at + 20, MEMORY_TYPES[type], true);
  });
  return bytes;
}

function moduleList(
  modules: readonly { readonly start: number; readonly size: number; readonly text: number }[],
): Uint8Array {
  const bytes = new Uint8Array(modules.length * MODULE_ENTRY);
  const view = viewOf(bytes);
  modules.forEach(({ start, size, text }, n) => {
    view.setUint32(n * MODULE_ENTRY, start, true);
    view.setUint32(n * MODULE_ENTRY + 4, start + size, true);
    view.setUint32(n * MODULE_ENTRY + 8, text, true);
  });
  return bytes;
}

function hexBig(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
