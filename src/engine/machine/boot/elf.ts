/**
 * ELF executables: ELF32 for the 386 starts in protected mode, ELF64 for x86-64 in long mode. PT_LOAD segments go to their physical
 * addresses (p_paddr); memory behind the file's bytes is zero.
 */
import { BootError, hex } from './boot-error';
import type { BootSegment, Program } from './image';

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const CLASS_32 = 1;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_EXEC = 2;
const MACHINE_386 = 3;
const MACHINE_X86_64 = 62;
const PT_LOAD = 1;
const PT_NOTE = 4;
const FOUR_GB = 0x1_0000_0000;
/** More than any program has; a larger number is damage. */
const MOST_MEMORY = 0x4000_0000;

const TYPES = [
  'no type',
  'a relocatable object',
  'an executable',
  'position-independent or a shared object',
  'a core file',
];

interface Header {
  readonly is64: boolean;
  /** Virtual, as are segments' vaddr: anywhere in 64 bits. */
  readonly entry: bigint;
  readonly phOff: number;
  readonly phEntSize: number;
  readonly phNum: number;
}

interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly vaddr: bigint;
  readonly paddr: number;
  readonly fileSize: number;
  readonly memSize: number;
}

export function isElf(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, n) => bytes[n] === byte);
}

/** What is in an ELF executable: where it starts, and what it loads. */
export interface ElfFile {
  readonly is64: boolean;
  /** e_entry as it stands in the file. */
  readonly entry: bigint;
  readonly loads: readonly ElfLoad[];
  /** Bytes of the PT_LOAD segments, none over another. */
  readonly segments: readonly BootSegment[];
  /** Contents of the PT_NOTE segments. */
  readonly notes: readonly Uint8Array[];
}

/** Where a PT_LOAD segment lies. */
export interface ElfLoad {
  readonly vaddr: bigint;
  readonly paddr: number;
  readonly memSize: number;
}

export function loadElf(bytes: Uint8Array): Program {
  const { is64, entry, loads, segments } = readElf(bytes);
  const physical = physicalEntry(entry, loads);
  if (physical === undefined) {
    throw new BootError(`the entry ${entry.toString(16).toUpperCase()}h lies in no segment`);
  }
  return { segments, entry: physical, mode: is64 ? 'long' : 'protected' };
}

/** Throws BootError. */
export function readElf(bytes: Uint8Array): ElfFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view);
  const loads: ProgramHeader[] = [];
  const segments: BootSegment[] = [];
  const notes: Uint8Array[] = [];
  for (let n = 0; n < header.phNum; n++) {
    const at = header.phOff + n * header.phEntSize;
    if (at + header.phEntSize > bytes.length) {
      throw new BootError(`program header ${n} at offset ${hex(at)} lies outside the file of ${bytes.length} bytes`);
    }
    const load = readProgramHeader(view, at, header.is64, n);
    if (load.type === PT_NOTE) notes.push(fileBytes(bytes, load, n));
    if (load.type !== PT_LOAD || load.memSize === 0) continue;
    loads.push(load);
    segments.push(readSegment(bytes, load, n));
  }
  if (loads.length === 0) throw new BootError('the file has no PT_LOAD segment: there is nothing to start');
  checkOverlap(segments);
  return { is64: header.is64, entry: header.entry, loads, segments, notes };
}

function readHeader(bytes: Uint8Array, view: DataView): Header {
  if (!isElf(bytes)) throw new BootError('this is no ELF file: it does not begin with 7F 45 4C 46');
  const fileClass = bytes[4];
  if (fileClass !== CLASS_32 && fileClass !== CLASS_64) {
    throw new BootError(`the class at offset 4h is ${fileClass ?? 'missing'}: 1 (32-bit) and 2 (64-bit) exist`);
  }
  const is64 = fileClass === CLASS_64;
  const length = is64 ? 64 : 52;
  if (bytes.length < length) throw new BootError(`the ELF header has ${length} bytes, the file only ${bytes.length}`);
  if (bytes[5] !== LITTLE_ENDIAN) throw new BootError('the data encoding at offset 5h is not little-endian');
  const type = view.getUint16(16, true);
  if (type !== TYPE_EXEC) {
    throw new BootError(
      `the file is ${TYPES[type] ?? `of type ${type}`}: only executables with fixed addresses can be started`,
    );
  }
  const machine = view.getUint16(18, true);
  if (machine !== (is64 ? MACHINE_X86_64 : MACHINE_386)) {
    throw new BootError(
      `the machine at offset 12h is ${machine}: ELF64 must be for x86-64 (62), ELF32 for the 386 (3)`,
    );
  }
  const header = is64
    ? {
        entry: view.getBigUint64(24, true),
        phOff: word64(view, 32, 'the offset of the program headers'),
        phEntSize: view.getUint16(54, true),
        phNum: view.getUint16(56, true),
      }
    : {
        entry: BigInt(view.getUint32(24, true)),
        phOff: view.getUint32(28, true),
        phEntSize: view.getUint16(42, true),
        phNum: view.getUint16(44, true),
      };
  const least = is64 ? 56 : 32;
  if (header.phNum > 0 && header.phEntSize < least) {
    throw new BootError(`program headers of ${header.phEntSize} bytes are too short: they have ${least}`);
  }
  return { is64, ...header };
}

function readProgramHeader(view: DataView, at: number, is64: boolean, n: number): ProgramHeader {
  const type = view.getUint32(at, true);
  if (type !== PT_LOAD && type !== PT_NOTE) return { type, offset: 0, vaddr: 0n, paddr: 0, fileSize: 0, memSize: 0 };
  const of = (what: string): string => `${what} of program header ${n}`;
  if (!is64) {
    const [offset, vaddr, paddr, fileSize, memSize] = [4, 8, 12, 16, 20].map((field) =>
      view.getUint32(at + field, true),
    );
    return { type, offset: offset!, vaddr: BigInt(vaddr!), paddr: paddr!, fileSize: fileSize!, memSize: memSize! };
  }
  return {
    type,
    offset: word64(view, at + 8, of('the offset')),
    vaddr: view.getBigUint64(at + 16, true),
    paddr: word64(view, at + 24, of('the physical address')),
    fileSize: word64(view, at + 32, of('the size in the file')),
    memSize: word64(view, at + 40, of('the size in memory')),
  };
}

function fileBytes(bytes: Uint8Array, { offset, fileSize }: ProgramHeader, n: number): Uint8Array {
  if (offset + fileSize > bytes.length) {
    throw new BootError(
      `program header ${n}: ${hex(fileSize)} bytes from offset ${hex(offset)} lie outside the file of ${bytes.length} bytes`,
    );
  }
  return bytes.subarray(offset, offset + fileSize);
}

function readSegment(bytes: Uint8Array, load: ProgramHeader, n: number): BootSegment {
  const { paddr, fileSize, memSize } = load;
  const content = fileBytes(bytes, load, n);
  if (memSize < fileSize) {
    throw new BootError(
      `program header ${n}: its ${hex(memSize)} bytes of memory hold less than its ${hex(fileSize)} bytes of the file`,
    );
  }
  if (memSize > MOST_MEMORY || paddr + memSize > FOUR_GB) {
    throw new BootError(
      `program header ${n}: ${hex(memSize)} bytes from ${hex(paddr)} do not lie within 1 GB below 4 GB`,
    );
  }
  const memory = new Uint8Array(memSize);
  memory.set(content);
  return { address: paddr, bytes: memory };
}

function checkOverlap(segments: readonly BootSegment[]): void {
  const sorted = [...segments].sort((a, b) => a.address - b.address);
  sorted.forEach((segment, n) => {
    const next = sorted[n + 1];
    if (next && segment.address + segment.bytes.length > next.address) {
      throw new BootError(`the segments at ${hex(segment.address)} and ${hex(next.address)} overlap`);
    }
  });
}

/** e_entry is virtual; the program starts with paging off or identity, at the physical address of the same byte. */
export function physicalEntry(entry: bigint, loads: readonly ElfLoad[]): number | undefined {
  for (const { vaddr, paddr, memSize } of loads) {
    if (entry >= vaddr && entry < vaddr + BigInt(memSize)) return paddr + Number(entry - vaddr);
  }
  return undefined;
}

function word64(view: DataView, at: number, what: string): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new BootError(`${what} at offset ${hex(at)} is ${value.toString(16).toUpperCase()}h`);
  return Number(value);
}
