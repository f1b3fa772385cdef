/**
 * Counts the steps of a WebAssembly module by rewriting it: every turn of every loop takes one from a counter, and a turn that finds
 * none left traps. So a JavaScript engine is bounded in whatever it does — a script's own loop, a regular expression, a sort, the
 * product of two long integers — by a number that is the same on every machine and in every run.
 *
 * The state of such a module is its memory and its mutable globals; those are exported too, so that it can be put back.
 */

/** Export of the counter: steps left. */
export const STEPS_EXPORT = 'pacifica_steps';
/** Exports of the module's own mutable globals: this and an index. */
export const GLOBAL_EXPORT = 'pacifica_global_';

const SECTION_IMPORT = 2;
const SECTION_GLOBAL = 6;
const SECTION_EXPORT = 7;
const SECTION_CODE = 10;
const HEADER = 8;

const KIND_TABLE = 1;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const KIND_FUNCTION = 0;

const BLOCK_VOID = 0x40;
const I32 = 0x7f;
const OP_UNREACHABLE = 0x00;
const OP_BLOCK = 0x02;
const OP_LOOP = 0x03;
const OP_IF = 0x04;
const OP_END = 0x0b;
const OP_BR = 0x0c;
const OP_BR_IF = 0x0d;
const OP_BR_TABLE = 0x0e;
const OP_CALL = 0x10;
const OP_CALL_INDIRECT = 0x11;
const OP_SELECT_TYPED = 0x1c;
const OP_LOCAL_GET = 0x20;
const OP_GLOBAL_GET = 0x23;
const OP_GLOBAL_SET = 0x24;
const OP_TABLE_SET = 0x26;
const OP_FIRST_MEMORY = 0x28;
const OP_LAST_MEMORY = 0x3e;
const OP_MEMORY_GROW = 0x40;
const OP_I32_CONST = 0x41;
const OP_I64_CONST = 0x42;
const OP_F32_CONST = 0x43;
const OP_F64_CONST = 0x44;
const OP_I32_LT_S = 0x48;
const OP_I32_SUB = 0x6b;
const OP_LAST_PLAIN = 0xc4;
const OP_REF_NULL = 0xd0;
const OP_REF_IS_NULL = 0xd1;
const OP_REF_FUNC = 0xd2;
const OP_PREFIX = 0xfc;

/** LEB128 immediates after the opcodes of prefix FCh: saturating truncation has none, memory and tables have one or two. */
const PREFIXED_IMMEDIATES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1] as const;

class Reader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}
  byte(): number {
    return this.bytes[this.at++]!;
  }
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
  /** Past one LEB128 number of any size. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }
  skipName(): void {
    const length = this.unsigned();
    this.at += length;
  }
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** Pieces of output, joined once. */
class Writer {
  private readonly pieces: (Uint8Array | readonly number[])[] = [];
  length = 0;
  add(piece: Uint8Array | readonly number[]): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }
  join(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

/** The module, metered. Throws if it uses anything this does not know. */
export function metered(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(module);
  const globals = sections.find(({ id }) => id === SECTION_GLOBAL);
  if (!globals || !sections.some(({ id }) => id === SECTION_EXPORT))
    throw new Error('a module without globals or exports');
  const imported = importedGlobals(sections.find(({ id }) => id === SECTION_IMPORT)?.body);
  const { count, mutable } = globalsOf(globals.body);
  const counter = imported + count;
  const out = new Writer();
  out.add(module.subarray(0, HEADER));
  for (const { id, body } of sections) {
    const changed =
      id === SECTION_GLOBAL
        ? appended(body, [[I32, 1, OP_I32_CONST, 0, OP_END]])
        : id === SECTION_EXPORT
          ? appended(
              body,
              exportsFor(
                counter,
                mutable.map((index) => imported + index),
              ),
            )
          : id === SECTION_CODE
            ? meteredCode(body, counter)
            : body;
    out.add([id, ...unsigned(changed.length)]);
    out.add(changed);
  }
  return out.join();
}

function sectionsOf(module: Uint8Array): { id: number; body: Uint8Array }[] {
  const sections = [];
  const reader = new Reader(module);
  reader.at = HEADER;
  while (reader.at < module.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    sections.push({ id, body: module.subarray(reader.at, reader.at + size) });
    reader.at += size;
  }
  return sections;
}

function importedGlobals(body: Uint8Array | undefined): number {
  if (!body) return 0;
  const reader = new Reader(body);
  let globals = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === KIND_GLOBAL) globals++;
    if (kind === KIND_FUNCTION) reader.skipNumber();
    else if (kind === KIND_GLOBAL) reader.at += 2;
    else if (kind === KIND_TABLE || kind === KIND_MEMORY) {
      if (kind === KIND_TABLE) reader.byte();
      const bounded = (reader.byte() & 1) !== 0;
      reader.skipNumber();
      if (bounded) reader.skipNumber();
    } else throw new Error(`an import of kind ${kind}`);
  }
  return globals;
}

/** How many globals a section defines, and which of them can change. */
function globalsOf(body: Uint8Array): { count: number; mutable: number[] } {
  const reader = new Reader(body);
  const count = reader.unsigned();
  const mutable: number[] = [];
  for (let index = 0; index < count; index++) {
    reader.byte();
    if (reader.byte() === 1) mutable.push(index);
    for (let opcode = reader.byte(); opcode !== OP_END; opcode = reader.byte()) skipImmediates(reader, opcode);
  }
  return { count, mutable };
}

function exportsFor(counter: number, mutable: readonly number[]): number[][] {
  const entry = (name: string, index: number): number[] => [
    ...unsigned(name.length),
    ...[...name].map((letter) => letter.charCodeAt(0)),
    KIND_GLOBAL,
    ...unsigned(index),
  ];
  return [entry(STEPS_EXPORT, counter), ...mutable.map((index, n) => entry(`${GLOBAL_EXPORT}${n}`, index))];
}

/** A vector with more elements at its end. */
function appended(body: Uint8Array, elements: readonly (readonly number[])[]): Uint8Array {
  const reader = new Reader(body);
  const count = reader.unsigned();
  const out = new Writer();
  out.add(unsigned(count + elements.length));
  out.add(body.subarray(reader.at));
  for (const element of elements) out.add(element);
  return out.join();
}

function meteredCode(body: Uint8Array, counter: number): Uint8Array {
  const tick = [
    ...[OP_GLOBAL_GET, ...unsigned(counter), OP_I32_CONST, 1, OP_I32_SUB, OP_GLOBAL_SET, ...unsigned(counter)],
    ...[OP_GLOBAL_GET, ...unsigned(counter), OP_I32_CONST, 0, OP_I32_LT_S],
    ...[OP_IF, BLOCK_VOID, OP_UNREACHABLE, OP_END],
  ];
  const reader = new Reader(body);
  const count = reader.unsigned();
  const out = new Writer();
  out.add(unsigned(count));
  for (let n = 0; n < count; n++) {
    const size = reader.unsigned();
    const end = reader.at + size;
    const code = new Writer();
    let copied = reader.at;
    for (let groups = reader.unsigned(); groups > 0; groups--) {
      reader.skipNumber();
      reader.byte();
    }
    while (reader.at < end) {
      const opcode = reader.byte();
      skipImmediates(reader, opcode);
      if (opcode !== OP_LOOP) continue;
      code.add(body.subarray(copied, reader.at));
      code.add(tick);
      copied = reader.at;
    }
    code.add(body.subarray(copied, end));
    out.add(unsigned(code.length));
    out.add(code.join());
  }
  return out.join();
}

function skipImmediates(reader: Reader, opcode: number): void {
  switch (opcode) {
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
    case OP_BR:
    case OP_BR_IF:
    case OP_CALL:
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_REF_NULL:
    case OP_REF_FUNC:
      return reader.skipNumber();
    case OP_CALL_INDIRECT:
      reader.skipNumber();
      return reader.skipNumber();
    case OP_BR_TABLE:
      for (let targets = reader.unsigned() + 1; targets > 0; targets--) reader.skipNumber();
      return;
    case OP_SELECT_TYPED:
      for (let types = reader.unsigned(); types > 0; types--) reader.byte();
      return;
    case OP_F32_CONST:
      reader.at += 4;
      return;
    case OP_F64_CONST:
      reader.at += 8;
      return;
    case OP_PREFIX: {
      const immediates = PREFIXED_IMMEDIATES[reader.unsigned()];
      if (immediates === undefined) break;
      for (let n = 0; n < immediates; n++) reader.skipNumber();
      return;
    }
    case OP_REF_IS_NULL:
      return;
    default:
      if (opcode >= OP_LOCAL_GET && opcode <= OP_TABLE_SET) return reader.skipNumber();
      if (opcode >= OP_FIRST_MEMORY && opcode <= OP_LAST_MEMORY) {
        reader.skipNumber();
        return reader.skipNumber();
      }
      if (opcode > OP_LAST_MEMORY && opcode <= OP_MEMORY_GROW) return reader.skipNumber();
      if (opcode <= OP_LAST_PLAIN && !(opcode > 0x05 && opcode < OP_END) && !(opcode > 0x11 && opcode < 0x1a)) return;
  }
  throw new Error(`a WebAssembly opcode this does not know: ${opcode.toString(16)}h`);
}
