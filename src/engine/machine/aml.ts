/** ACPI machine language, as much of it as our tables need: each function gives the bytes of one term. ACPI specification 20.2. */

export type Aml = readonly number[];

const ZERO_OP = 0x00;
const ONE_OP = 0x01;
const NAME_OP = 0x08;
const BYTE_PREFIX = 0x0a;
const WORD_PREFIX = 0x0b;
const DWORD_PREFIX = 0x0c;
const STRING_PREFIX = 0x0d;
const SCOPE_OP = 0x10;
const BUFFER_OP = 0x11;
const PACKAGE_OP = 0x12;
const METHOD_OP = 0x14;
const DUAL_NAME_PREFIX = 0x2e;
const MULTI_NAME_PREFIX = 0x2f;
const DEVICE_OP = [0x5b, 0x82];
const STORE_OP = 0x70;
const IF_OP = 0xa0;
const RETURN_OP = 0xa4;
/** The first argument of a method. */
export const ARG_0: Aml = [0x68];

const bytesOf = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
const little = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, n) => Math.floor(value / 2 ** (8 * n)) % 256);

/** A path such as `\_SB.PCI0`; segments are filled up with `_`. */
export function path(text: string): Aml {
  const root = text.startsWith('\\');
  const segments = text
    .slice(root ? 1 : 0)
    .split('.')
    .filter((s) => s !== '');
  const prefix =
    segments.length <= 1 ? [] : segments.length === 2 ? [DUAL_NAME_PREFIX] : [MULTI_NAME_PREFIX, segments.length];
  const names = segments.flatMap((segment) => bytesOf(segment.padEnd(4, '_')));
  return [...(root ? [0x5c] : []), ...prefix, ...names, ...(segments.length === 0 ? [0] : [])];
}

/** Something with a length: the length counts its own bytes. */
function lengthened(op: Aml, body: Aml): Aml {
  let length: number[] = [];
  if (body.length + 1 < 0x40) length = [body.length + 1];
  else {
    const more = body.length + 2 < 0x1000 ? 1 : body.length + 3 < 0x10_0000 ? 2 : 3;
    const total = body.length + 1 + more;
    length = [(more << 6) | (total & 0xf), ...little(Math.floor(total / 16), more)];
  }
  return [...op, ...length, ...body];
}

export function integer(value: number): Aml {
  if (value === 0) return [ZERO_OP];
  if (value === 1) return [ONE_OP];
  if (value < 0x100) return [BYTE_PREFIX, value];
  if (value < 0x1_0000) return [WORD_PREFIX, ...little(value, 2)];
  return [DWORD_PREFIX, ...little(value, 4)];
}

export function string(text: string): Aml {
  return [STRING_PREFIX, ...bytesOf(text), 0];
}

export function name(at: string, value: Aml): Aml {
  return [NAME_OP, ...path(at), ...value];
}

export function scope(at: string, ...terms: readonly Aml[]): Aml {
  return lengthened([SCOPE_OP], [...path(at), ...terms.flat()]);
}

export function device(at: string, ...terms: readonly Aml[]): Aml {
  return lengthened(DEVICE_OP, [...path(at), ...terms.flat()]);
}

export function method(at: string, args: number, ...terms: readonly Aml[]): Aml {
  return lengthened([METHOD_OP], [...path(at), args, ...terms.flat()]);
}

export function buffer(bytes: Aml): Aml {
  return lengthened([BUFFER_OP], [...integer(bytes.length), ...bytes]);
}

export function packageOf(...elements: readonly Aml[]): Aml {
  return lengthened([PACKAGE_OP], [elements.length, ...elements.flat()]);
}

export function store(value: Aml, target: string): Aml {
  return [STORE_OP, ...value, ...path(target)];
}

export function ifThen(condition: Aml, ...terms: readonly Aml[]): Aml {
  return lengthened([IF_OP], [...condition, ...terms.flat()]);
}

export function returnOf(value: Aml): Aml {
  return [RETURN_OP, ...value];
}

/** A plug-and-play id such as `PNP0A03`, compressed into an integer. */
export function eisaId(id: string): Aml {
  const letter = (n: number): number => id.charCodeAt(n) & 0x1f;
  const word = (letter(0) << 10) | (letter(1) << 5) | letter(2);
  const product = parseInt(id.slice(3), 16);
  return [DWORD_PREFIX, word >> 8, word & 0xff, product >> 8, product & 0xff];
}

/** A resource template. ACPI specification 6.4. */
export function resources(...descriptors: readonly Aml[]): Aml {
  // The end tag; checksum 0 stands for none.
  return buffer([...descriptors.flat(), 0x79, 0x00]);
}

/** `length` ports at `base`, all 16 address bits decoded. */
export function ioPorts(base: number, length: number): Aml {
  return [0x47, 0x01, ...little(base, 2), ...little(base, 2), 1, length];
}

/** An ISA interrupt: by edge, high. */
export function irq(line: number): Aml {
  return [0x22, ...little(1 << line, 2)];
}

export function fixedMemory(base: number, length: number, writable: boolean): Aml {
  return [0x86, ...little(9, 2), writable ? 1 : 0, ...little(base, 4), ...little(length, 4)];
}

/** General flags of an address space: minimum and maximum are fixed. */
const FIXED_RANGE = 0x0c;
const MEMORY = { type: 0, flags: 0x01 };
const IO = { type: 1, flags: 0x03 };
const BUSES = { type: 2, flags: 0 };

function wordRange({ type, flags }: typeof IO, first: number, last: number): Aml {
  const fields = [0, first, last, 0, last - first + 1].flatMap((value) => little(value, 2));
  return [0x88, ...little(3 + fields.length, 2), type, FIXED_RANGE, flags, ...fields];
}

/** What a bridge passes on: buses, ports and memory, each from first to last. */
export function busRange(first: number, last: number): Aml {
  return wordRange(BUSES, first, last);
}
export function ioRange(first: number, last: number): Aml {
  return wordRange(IO, first, last);
}
export function memoryRange(first: number, last: number): Aml {
  const fields = [0, first, last, 0, last - first + 1].flatMap((value) => little(value, 4));
  return [0x87, ...little(3 + fields.length, 2), MEMORY.type, FIXED_RANGE, MEMORY.flags, ...fields];
}
