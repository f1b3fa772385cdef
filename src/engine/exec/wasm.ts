/** Writes WebAssembly modules: bytes, functions, sections. Knows nothing of x86. */
import type { VectorOp } from '../isa/vector-ops';
import { I8X16_SHUFFLE, LANE_OPS, V128_CONST, VECTOR_ENCODINGS, VECTOR_MEMORY_OPS } from './wasm-vector';

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const VOID = 0x40;
export type ValueType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128;

const OPS = {
  unreachable: 0x00,
  nop: 0x01,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i64.eqz': 0x50,
  'i64.eq': 0x51,
  'i64.ne': 0x52,
  'i64.lt_s': 0x53,
  'i64.lt_u': 0x54,
  'i64.gt_s': 0x55,
  'i64.gt_u': 0x56,
  'i64.le_s': 0x57,
  'i64.le_u': 0x58,
  'i64.ge_s': 0x59,
  'i64.ge_u': 0x5a,
  'i32.clz': 0x67,
  'i32.ctz': 0x68,
  'i32.popcnt': 0x69,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'i32.rotl': 0x77,
  'i32.rotr': 0x78,
  'i64.clz': 0x79,
  'i64.ctz': 0x7a,
  'i64.popcnt': 0x7b,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.div_s': 0x7f,
  'i64.div_u': 0x80,
  'i64.rem_s': 0x81,
  'i64.rem_u': 0x82,
  'i64.and': 0x83,
  'i64.or': 0x84,
  'i64.xor': 0x85,
  'i64.shl': 0x86,
  'i64.shr_s': 0x87,
  'i64.shr_u': 0x88,
  'i64.rotl': 0x89,
  'i64.rotr': 0x8a,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_s': 0xac,
  'i64.extend_i32_u': 0xad,
  'i32.extend8_s': 0xc0,
  'i32.extend16_s': 0xc1,
  'i64.extend8_s': 0xc2,
  'i64.extend16_s': 0xc3,
  'i64.extend32_s': 0xc4,
} as const;
export type Op = keyof typeof OPS;

const MEMORY_OPS = {
  'i32.load': 0x28,
  'i64.load': 0x29,
  'i32.load8_s': 0x2c,
  'i32.load8_u': 0x2d,
  'i32.load16_s': 0x2e,
  'i32.load16_u': 0x2f,
  'i64.load8_u': 0x31,
  'i64.load16_u': 0x33,
  'i64.load32_s': 0x34,
  'i64.load32_u': 0x35,
  'i32.store': 0x36,
  'i64.store': 0x37,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'i64.store8': 0x3c,
  'i64.store16': 0x3d,
  'i64.store32': 0x3e,
} as const;
export type MemoryOp = keyof typeof MEMORY_OPS;

export function unsignedLeb(out: number[], value: number): void {
  do {
    const byte = value & 0x7f;
    value >>>= 7;
    out.push(value ? byte | 0x80 : byte);
  } while (value);
}

function signedLeb(out: number[], value: bigint): void {
  for (;;) {
    const byte = Number(value & 0x7fn);
    value >>= 7n;
    if ((value === 0n && !(byte & 0x40)) || (value === -1n && byte & 0x40)) {
      out.push(byte);
      return;
    }
    out.push(byte | 0x80);
  }
}

/** A structured label: `br` counts from the innermost. */
export type Label = number;

/** One function body under construction. */
export class FunctionBuilder {
  readonly code: number[] = [];
  readonly locals: ValueType[] = [];
  depth = 0;

  constructor(readonly parameters: number) {}

  local(type: ValueType): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }
  op(...names: Op[]): this {
    for (const name of names) {
      this.code.push(OPS[name]);
      if (name === 'end') this.depth--;
    }
    return this;
  }
  /** A load or store at a constant offset from the address on the stack; unaligned access is allowed. */
  memory(name: MemoryOp, offset = 0): this {
    this.code.push(MEMORY_OPS[name], 0);
    unsignedLeb(this.code, offset);
    return this;
  }
  vector(name: VectorOp): this {
    const [prefix, code] = VECTOR_ENCODINGS[name];
    if (prefix === 0) this.code.push(code);
    else {
      this.code.push(prefix);
      unsignedLeb(this.code, code);
    }
    return this;
  }
  lane(name: keyof typeof LANE_OPS, lane: number): this {
    this.code.push(0xfd, LANE_OPS[name], lane);
    return this;
  }
  /** Bytes of the first vector are 0 to 15, of the second 16 to 31. */
  shuffle(lanes: readonly number[]): this {
    this.code.push(0xfd, I8X16_SHUFFLE, ...lanes);
    return this;
  }
  vectorConstant(bytes: readonly number[]): this {
    this.code.push(0xfd, V128_CONST, ...bytes);
    return this;
  }
  /** Lane 0 where a part is loaded or stored. */
  vectorMemory(name: keyof typeof VECTOR_MEMORY_OPS, offset = 0): this {
    this.code.push(0xfd, VECTOR_MEMORY_OPS[name], 0);
    unsignedLeb(this.code, offset);
    if (name.endsWith('_lane')) this.code.push(0);
    return this;
  }
  get(local: number): this {
    this.code.push(0x20);
    unsignedLeb(this.code, local);
    return this;
  }
  set(local: number): this {
    this.code.push(0x21);
    unsignedLeb(this.code, local);
    return this;
  }
  tee(local: number): this {
    this.code.push(0x22);
    unsignedLeb(this.code, local);
    return this;
  }
  globalGet(index: number): this {
    this.code.push(0x23);
    unsignedLeb(this.code, index);
    return this;
  }
  i32(value: number): this {
    this.code.push(0x41);
    signedLeb(this.code, BigInt(value | 0));
    return this;
  }
  i64(value: bigint): this {
    this.code.push(0x42);
    signedLeb(this.code, BigInt.asIntN(64, value));
    return this;
  }
  block(type: ValueType | typeof VOID = VOID): Label {
    this.code.push(0x02, type);
    return ++this.depth;
  }
  loop(type: ValueType | typeof VOID = VOID): Label {
    this.code.push(0x03, type);
    return ++this.depth;
  }
  if(type: ValueType | typeof VOID = VOID): Label {
    this.code.push(0x04, type);
    return ++this.depth;
  }
  br(label: Label): this {
    this.code.push(0x0c);
    unsignedLeb(this.code, this.depth - label);
    return this;
  }
  brIf(label: Label): this {
    this.code.push(0x0d);
    unsignedLeb(this.code, this.depth - label);
    return this;
  }
  brTable(labels: readonly Label[], otherwise: Label): this {
    this.code.push(0x0e);
    unsignedLeb(this.code, labels.length);
    for (const label of labels) unsignedLeb(this.code, this.depth - label);
    unsignedLeb(this.code, this.depth - otherwise);
    return this;
  }
  call(fn: number): this {
    this.code.push(0x10);
    unsignedLeb(this.code, fn);
    return this;
  }
  callIndirect(type: number, table = 0): this {
    this.code.push(0x11);
    unsignedLeb(this.code, type);
    unsignedLeb(this.code, table);
    return this;
  }
}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export type Import =
  | { readonly name: string; readonly kind: 'function'; readonly type: number }
  | { readonly name: string; readonly kind: 'memory' }
  | { readonly name: string; readonly kind: 'table' }
  | { readonly name: string; readonly kind: 'global' };

export interface ModuleDescription {
  readonly types: readonly FunctionType[];
  /** Imports from the module `e`; functions first get the lowest indexes in order. */
  readonly imports: readonly Import[];
  readonly functions: readonly { readonly type: number; readonly body: FunctionBuilder }[];
  /** Export name → function index. */
  readonly exports: readonly (readonly [string, number])[];
}

function text(out: number[], s: string): void {
  unsignedLeb(out, s.length);
  for (const c of s) out.push(c.charCodeAt(0));
}

/** Encodes a whole module. */
export function encodeModule(m: ModuleDescription): Uint8Array {
  const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const section = (id: number, count: number, write: (b: number[]) => void): void => {
    const body: number[] = [];
    unsignedLeb(body, count);
    write(body);
    out.push(id);
    unsignedLeb(out, body.length);
    for (const byte of body) out.push(byte);
  };
  section(1, m.types.length, (b) => {
    for (const t of m.types) {
      b.push(0x60);
      unsignedLeb(b, t.parameters.length);
      b.push(...t.parameters);
      unsignedLeb(b, t.results.length);
      b.push(...t.results);
    }
  });
  section(2, m.imports.length, (b) => {
    for (const i of m.imports) {
      text(b, 'e');
      text(b, i.name);
      if (i.kind === 'function') {
        b.push(0);
        unsignedLeb(b, i.type);
      } else if (i.kind === 'table') b.push(1, 0x70, 0, 0);
      else if (i.kind === 'memory') b.push(2, 0, 1);
      else b.push(3, I32, 1);
    }
  });
  section(3, m.functions.length, (b) => {
    for (const f of m.functions) unsignedLeb(b, f.type);
  });
  section(7, m.exports.length, (b) => {
    for (const [name, index] of m.exports) {
      text(b, name);
      b.push(0);
      unsignedLeb(b, index);
    }
  });
  section(10, m.functions.length, (b) => {
    for (const { body } of m.functions) {
      const head: number[] = [];
      const groups: { type: ValueType; count: number }[] = [];
      for (const type of body.locals) {
        const last = groups[groups.length - 1];
        if (last && last.type === type) last.count++;
        else groups.push({ type, count: 1 });
      }
      unsignedLeb(head, groups.length);
      for (const g of groups) {
        unsignedLeb(head, g.count);
        head.push(g.type);
      }
      unsignedLeb(b, head.length + body.code.length + 1);
      for (const byte of head) b.push(byte);
      for (const byte of body.code) b.push(byte);
      b.push(0x0b);
    }
  });
  return new Uint8Array(out);
}
