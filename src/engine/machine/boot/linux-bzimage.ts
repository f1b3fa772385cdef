/**
 * Linux's bzImage, by its boot protocol 2.06 and later: at the 64-bit entry when the kernel has one, else at the 32-bit entry. What is
 * in real mode before them is left out: the loader hands boot_params over with the memory map it would have asked a BIOS for.
 */
import { BootError, hex } from './boot-error';
import type { BootImage, Program } from './image';
import { textBytes, type KernelOptions } from './kernel-options';
import {
  BOOT_FLAG,
  BOOT_PARAMS,
  CAN_USE_HEAP,
  E820_ENTRY,
  ENTRY_64,
  KEEP_SEGMENTS,
  LINUX_SELECTORS,
  LOADED_HIGH,
  LOADER_UNDEFINED,
  SECTOR,
  SCREEN_INFO,
  SETUP,
  SETUP_MAGIC,
  SINCE,
  XLF_KERNEL_64,
} from './linux-setup';
import { MEMORY_TYPES, type MemoryRange } from './memory-map';
import { Placement } from './placement';
import { startState } from './start-state';

export interface LinuxOptions extends KernelOptions {
  /** The file system a kernel begins with. */
  readonly initrd?: Uint8Array;
}

const PAGE = 0x1000;
/** boot_params and the command line: above what real mode's BIOS would hold. */
const LOW = 0x1_0000;
const MB = 0x10_0000;
/** Of a header that does not say: protocols 2.06 and later always do. */
const SMALLEST_HEADER = 0x23c;

interface SetupHeader {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly setupSize: number;
  readonly loadAddress: number;
  /** Where the kernel unpacks itself, and how much memory it needs there. */
  readonly runtime: { readonly start: number; readonly size: number };
  readonly has64: boolean;
  readonly initrdMax: number;
  readonly commandLineSize: number;
}

export function isBzImage(bytes: Uint8Array): boolean {
  return bytes.length >= SETUP.version && viewOf(bytes).getUint32(SETUP.magic, true) === SETUP_MAGIC;
}

export function loadBzImage(file: Uint8Array, options: LinuxOptions): BootImage {
  const header = readHeader(file);
  const kernel = { address: header.loadAddress, bytes: file.slice(header.setupSize) };
  const placement = new Placement(options.memoryMap, [kernel]);
  const { start, size } = header.runtime;
  for (const [address, length] of [[kernel.address, kernel.bytes.length] as const, [start, size] as const]) {
    if (placement.isRam(address, length)) continue;
    throw new BootError(
      `the kernel wants RAM at ${hex(address)} to ${hex(address + length - 1)}: ` +
        `give the machine at least ${Math.ceil((address + length) / MB)} MB`,
    );
  }
  placement.take(start, size);
  placement.lay(options.firmware);

  const text = textBytes(options.commandLine ?? '', 'the command line');
  if (text.length - 1 > header.commandLineSize) {
    throw new BootError(
      `a command line of ${text.length - 1} characters is too long: this kernel takes ${header.commandLineSize}`,
    );
  }
  const params = placement.reserve({ what: 'boot_params', size: BOOT_PARAMS.size, align: PAGE, from: LOW });
  const commandLine = placement.put({ what: 'the command line', from: LOW }, text);
  const initrd = options.initrd && placeInitrd(placement, options.initrd, header.initrdMax + 1);
  placement.fill(params, bootParams(header, options, { commandLine, initrd }));

  const program: Program = {
    segments: placement.segments,
    entry: kernel.address + (header.has64 ? ENTRY_64 : 0),
    mode: header.has64 ? 'long' : 'protected',
  };
  const image = startState(program, LINUX_SELECTORS);
  return { ...image, registers: { ...image.registers, rsp: 0, rsi: params } };
}

/** As high as it goes: a kernel unpacks itself below. */
export function placeInitrd(placement: Placement, bytes: Uint8Array, below: number): Range {
  const address = placement.put({ what: 'the initrd', align: PAGE, from: MB, below, high: true }, bytes);
  return { address, size: bytes.length };
}

interface Range {
  readonly address: number;
  readonly size: number;
}

function readHeader(file: Uint8Array): SetupHeader {
  const view = viewOf(file);
  if (!isBzImage(file)) throw new BootError("this is no bzImage: 'HdrS' is not at offset 202h");
  if (view.getUint16(SETUP.bootFlag, true) !== BOOT_FLAG) {
    throw new BootError('this is no bzImage: the boot flag at offset 1FEh is not AA55h');
  }
  const end = SETUP.magic + (file[SETUP.length] ?? 0);
  if (end > file.length)
    throw new BootError(`the setup header ends at ${hex(end)}, the file of ${file.length} bytes before`);
  const bytes = file.slice(0, end);
  const version = end >= SETUP.version + 2 ? view.getUint16(SETUP.version, true) : 0;
  if (version < SINCE.commandLineSize) {
    throw new BootError(
      `boot protocol ${version >> 8}.${String(version & 0xff).padStart(2, '0')} at offset 206h is too old: 2.06 is the least`,
    );
  }
  const least = version >= SINCE.prefAddress ? SETUP.initSize + 4 : SMALLEST_HEADER;
  if (end < least)
    throw new BootError(`the setup header ends at ${hex(end)}: boot protocol ${hex(version)} wants ${hex(least)}`);
  if ((view.getUint8(SETUP.loadFlags) & LOADED_HIGH) === 0) {
    throw new BootError(
      'the kernel is a zImage, for below 1 MB (LOADED_HIGH at offset 211h is clear): a bzImage is wanted',
    );
  }
  const setupSize = ((view.getUint8(SETUP.sectors) || 4) + 1) * SECTOR;
  if (setupSize >= file.length) {
    throw new BootError(`the kernel begins at ${hex(setupSize)}, behind the end of the file of ${file.length} bytes`);
  }
  const loadsAnywhere = view.getUint8(SETUP.relocatable) !== 0;
  const saysWhere = version >= SINCE.prefAddress;
  const pref = saysWhere ? view.getBigUint64(SETUP.prefAddress, true) : BigInt(MB);
  if (pref < BigInt(MB) || pref > 0xffff_ffffn) {
    throw new BootError(
      `the kernel's address at offset 258h is ${pref.toString(16).toUpperCase()}h: not from 1 MB to 4 GB`,
    );
  }
  const loadAddress = saysWhere && loadsAnywhere ? Number(pref) : view.getUint32(SETUP.code32Start, true);
  if (loadAddress < MB)
    throw new BootError(`the kernel's load address at offset 214h is ${hex(loadAddress)}: below 1 MB`);
  return {
    bytes,
    version,
    setupSize,
    loadAddress,
    runtime: {
      start: Number(pref),
      size: saysWhere ? view.getUint32(SETUP.initSize, true) : file.length - setupSize,
    },
    has64: version >= SINCE.xloadFlags && (view.getUint16(SETUP.xloadFlags, true) & XLF_KERNEL_64) !== 0,
    initrdMax: view.getUint32(SETUP.initrdMax, true),
    commandLineSize: view.getUint32(SETUP.commandLineSize, true),
  };
}

function bootParams(
  header: SetupHeader,
  { memoryMap, rsdp }: LinuxOptions,
  { commandLine, initrd }: { commandLine: number; initrd: Range | undefined },
): Uint8Array {
  const bytes = new Uint8Array(BOOT_PARAMS.size);
  const view = viewOf(bytes);
  const end = Math.min(header.bytes.length, BOOT_PARAMS.headerEnd);
  bytes.set(header.bytes.subarray(SETUP.sectors, end), SETUP.sectors);
  bytes[SETUP.loader] = LOADER_UNDEFINED;
  bytes[SETUP.loadFlags]! &= ~(CAN_USE_HEAP | KEEP_SEGMENTS);
  view.setUint32(SETUP.code32Start, header.loadAddress, true);
  view.setUint32(SETUP.commandLine, commandLine, true);
  view.setUint32(SETUP.ramdiskImage, initrd?.address ?? 0, true);
  view.setUint32(SETUP.ramdiskSize, initrd?.size ?? 0, true);
  view.setBigUint64(BOOT_PARAMS.rsdp, BigInt(rsdp ?? 0), true);
  writeScreenInfo(view);
  writeE820(view, memoryMap);
  return bytes;
}

/** What real mode would have asked the BIOS: a VGA in mode 3, 80 × 25 characters of 16 lines, blank, the cursor at the top. */
function writeScreenInfo(view: DataView): void {
  view.setUint8(SCREEN_INFO.cursorColumn, 0);
  view.setUint8(SCREEN_INFO.cursorRow, 0);
  view.setUint8(SCREEN_INFO.mode, 3);
  view.setUint8(SCREEN_INFO.columns, 80);
  // BL of the BIOS's answer, 256 KB; 10h would mean that there is neither EGA nor VGA
  view.setUint16(SCREEN_INFO.egaMemory, 3, true);
  view.setUint8(SCREEN_INFO.rows, 25);
  view.setUint8(SCREEN_INFO.isVga, 1);
  view.setUint16(SCREEN_INFO.characterHeight, 16, true);
}

function writeE820(view: DataView, map: readonly MemoryRange[]): void {
  view.setUint8(BOOT_PARAMS.e820Entries, map.length);
  map.forEach(({ start, size, type }, n) => {
    const at = BOOT_PARAMS.e820 + n * E820_ENTRY;
    view.setBigUint64(at, BigInt(start), true);
    view.setBigUint64(at + 8, BigInt(size), true);
    view.setUint32(at + 16, MEMORY_TYPES[type], true);
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
