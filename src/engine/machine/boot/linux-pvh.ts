/**
 * PVH: an ELF kernel with a Xen note that names its 32-bit entry. Linux's uncompressed vmlinux has one (CONFIG_PVH). Xen:
 * docs/misc/pvh.pandoc, public/arch-x86/hvm/start_info.h.
 */
import { RESET_STATE } from '../../arch/registers';
import { BootError, hex } from './boot-error';
import { readElf } from './elf';
import type { BootImage } from './image';
import { textBytes } from './kernel-options';
import { placeInitrd, type LinuxOptions } from './linux-bzimage';
import { MEMORY_TYPES, type MemoryRange } from './memory-map';
import { Placement } from './placement';
import { startState } from './start-state';

/** The note's type and owner. */
const XEN_ELFNOTE_PHYS32_ENTRY = 18;
const OWNER = 'Xen\0';

const START_INFO = { magic: 0x336e_c578, version: 1, size: 56 } as const;
const MODULE_ENTRY = 32;
const MEMORY_ENTRY = 24;
/** What a loader hands over: above what a BIOS would hold, below 1 MB or behind the kernel. */
const LOW = 0x1_0000;
/** A 32-bit kernel reaches what lies in its direct map, to 896 MB. */
const LOWMEM = 0x3800_0000;
const FOUR_GB = 0x1_0000_0000;
/** Of the task state segment the protocol asks for. */
const TSS_LIMIT = 0x67;

export function loadPvh(file: Uint8Array, options: LinuxOptions): BootImage {
  const elf = readElf(file);
  const entry = elf.notes.map(phys32Entry).find((found) => found !== undefined);
  if (entry === undefined) {
    throw new BootError('the ELF file has no note XEN_ELFNOTE_PHYS32_ENTRY: a Linux vmlinux has it with CONFIG_PVH');
  }
  if (!elf.loads.some(({ paddr, memSize }) => entry >= paddr && entry < paddr + memSize)) {
    throw new BootError(`the entry ${hex(entry)} of the note XEN_ELFNOTE_PHYS32_ENTRY lies in no segment`);
  }
  const placement = new Placement(options.memoryMap, elf.segments);
  placement.lay(options.firmware);
  const text = textBytes(options.commandLine ?? '', 'the command line');
  const commandLine = placement.put({ what: 'the command line', from: LOW }, text);
  const initrd = options.initrd && placeInitrd(placement, options.initrd, elf.is64 ? FOUR_GB : LOWMEM);
  const modules = initrd && placement.put({ what: 'the list of modules', from: LOW }, moduleEntry(initrd));
  const map = placement.put({ what: 'the memory map', from: LOW }, memoryEntries(options.memoryMap));
  const info = startInfo({ commandLine, modules, map, mapLength: options.memoryMap.length, rsdp: options.rsdp ?? 0 });
  const start = placement.put({ what: 'the start info', from: LOW }, info);

  const image = startState({ segments: placement.segments, entry, mode: 'protected' });
  const tr = { selector: 0, attributes: RESET_STATE.trAttrib, limit: TSS_LIMIT, base: 0 };
  return { ...image, registers: { ...image.registers, rsp: 0, rbx: start, tr } };
}

/** The entry, if one of a segment's notes names it. Notes are words of 4 bytes: sizes, type, owner and content. */
function phys32Entry(notes: Uint8Array): number | undefined {
  const view = viewOf(notes);
  for (let at = 0; at + 12 <= notes.length;) {
    const ownerSize = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const owner = at + 12;
    const content = owner + Math.ceil(ownerSize / 4) * 4;
    const end = content + Math.ceil(size / 4) * 4;
    if (content + size > notes.length) return undefined;
    const name = String.fromCharCode(...notes.subarray(owner, owner + Math.min(ownerSize, OWNER.length)));
    if (type === XEN_ELFNOTE_PHYS32_ENTRY && ownerSize === OWNER.length && name === OWNER) {
      if (size !== 4 && size !== 8) {
        throw new BootError(`the note XEN_ELFNOTE_PHYS32_ENTRY has ${size} bytes: an address has 4 or 8`);
      }
      const high = size === 8 ? view.getUint32(content + 4, true) : 0;
      if (high !== 0) throw new BootError('the entry of the note XEN_ELFNOTE_PHYS32_ENTRY lies above 4 GB');
      return view.getUint32(content, true);
    }
    at = end;
  }
  return undefined;
}

function moduleEntry({ address, size }: { readonly address: number; readonly size: number }): Uint8Array {
  const bytes = new Uint8Array(MODULE_ENTRY);
  const view = viewOf(bytes);
  view.setUint32(0, address, true);
  view.setUint32(8, size, true);
  return bytes;
}

function memoryEntries(map: readonly MemoryRange[]): Uint8Array {
  const bytes = new Uint8Array(map.length * MEMORY_ENTRY);
  const view = viewOf(bytes);
  map.forEach(({ start, size, type }, n) => {
    view.setBigUint64(n * MEMORY_ENTRY, BigInt(start), true);
    view.setBigUint64(n * MEMORY_ENTRY + 8, BigInt(size), true);
    view.setUint32(n * MEMORY_ENTRY + 16, MEMORY_TYPES[type], true);
  });
  return bytes;
}

/** struct hvm_start_info. */
function startInfo(at: {
  readonly commandLine: number;
  readonly modules: number | undefined;
  readonly map: number;
  readonly mapLength: number;
  readonly rsdp: number;
}): Uint8Array {
  const bytes = new Uint8Array(START_INFO.size);
  const view = viewOf(bytes);
  view.setUint32(0, START_INFO.magic, true);
  view.setUint32(4, START_INFO.version, true);
  view.setUint32(12, at.modules === undefined ? 0 : 1, true);
  view.setUint32(16, at.modules ?? 0, true);
  view.setUint32(24, at.commandLine, true);
  view.setUint32(32, at.rsdp, true);
  view.setUint32(40, at.map, true);
  view.setUint32(48, at.mapLength, true);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
