/** What instructions on devices mean: by mnemonic, which operands are written, and what is done with them. */
import { RAX, RFLAGS_CF, RFLAGS_ZF } from '../../engine/arch/registers';
import { register, setRegister } from './effective-address';
import { added, extend, keepingCarry, logical, subtracted, truncate, withStatus, type Computed } from './flags';
import type { Operands } from './operands';

export interface Meaning {
  /** Numbers of the operands that are written. */
  readonly writes: readonly number[];
  readonly run: (o: Operands) => void;
}

type Binary = (a: bigint, b: bigint, size: number, rflags: number) => Computed;

const NOTHING: Meaning = { writes: [], run: () => undefined };
const MOV: Meaning = { writes: [0], run: (o) => o.write(0, o.read(1)) };

function rflags({ vm }: Operands): number {
  return vm.vcpu.vmcb.low('rflags');
}

function leave({ vm }: Operands, flags: number): void {
  const { vmcb } = vm.vcpu;
  vmcb.set('rflags', withStatus(vmcb.low('rflags'), flags) >>> 0);
}

function binary(compute: Binary, keeps: boolean): Meaning {
  return {
    writes: keeps ? [0] : [],
    run: (o) => {
      const { value, flags } = compute(o.read(0), o.read(1), o.size(0), rflags(o));
      if (keeps) o.write(0, value);
      leave(o, flags);
    },
  };
}

function unary(compute: (a: bigint, size: number, old: number) => Computed): Meaning {
  return {
    writes: [0],
    run: (o) => {
      const { value, flags } = compute(o.read(0), o.size(0), rflags(o));
      o.write(0, value);
      leave(o, flags);
    },
  };
}

/** BT and its kind: CF is the bit; other flags, which the manual leaves open, stay. */
function bit(change: ((value: bigint, mask: bigint) => bigint) | undefined): Meaning {
  return {
    writes: change ? [0] : [],
    run: (o) => {
      const value = o.read(0);
      const mask = 1n << (o.read(1) % BigInt(o.size(0) * 8));
      if (change) o.write(0, change(value, mask));
      leave(o, (rflags(o) & ~RFLAGS_CF) | ((value & mask) !== 0n ? RFLAGS_CF : 0));
    },
  };
}

const carry = (flags: number): bigint => BigInt(flags & RFLAGS_CF);
const add: Binary = (a, b, size) => added(a, b, 0n, size);
const sub: Binary = (a, b, size) => subtracted(a, b, 0n, size);
const and: Binary = (a, b, size) => logical(a & b, size);

const XCHG: Meaning = {
  writes: [0, 1],
  run: (o) => {
    const [a, b] = [o.read(0), o.read(1)];
    o.write(0, b);
    o.write(1, a);
  },
};

const XADD: Meaning = {
  writes: [0, 1],
  run: (o) => {
    const old = o.read(0);
    const { value, flags } = add(old, o.read(1), o.size(0), 0);
    o.write(1, old);
    o.write(0, value);
    leave(o, flags);
  },
};

const CMPXCHG: Meaning = {
  writes: [0],
  run: (o) => {
    const size = o.size(0);
    const old = o.read(0);
    const { flags } = sub(truncate(register(o.vm.vcpu, RAX), size), old, size, 0);
    const equal = (flags & RFLAGS_ZF) !== 0;
    o.write(0, equal ? o.read(1) : old);
    if (!equal) setRegister(o.vm.vcpu, RAX, size, old);
    leave(o, flags);
  },
};

const MOVBE: Meaning = {
  writes: [0],
  run: (o) => {
    let value = 0n;
    for (let n = 0, from = o.read(1); n < o.size(0); n++, from >>= 8n) value = (value << 8n) | (from & 0xffn);
    o.write(0, value);
  },
};

export const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    MOV,
    MOVNTI: MOV,
    MOVZX: MOV,
    MOVSX: { writes: [0], run: (o) => o.write(0, extend(o.read(1), o.size(1), o.size(0))) },
    MOVSXD: { writes: [0], run: (o) => o.write(0, extend(o.read(1), o.size(1), o.size(0))) },
    MOVBE,
    ADD: binary(add, true),
    ADC: binary((a, b, size, old) => added(a, b, carry(old), size), true),
    SUB: binary(sub, true),
    SBB: binary((a, b, size, old) => subtracted(a, b, carry(old), size), true),
    CMP: binary(sub, false),
    AND: binary(and, true),
    OR: binary((a, b, size) => logical(a | b, size), true),
    XOR: binary((a, b, size) => logical(a ^ b, size), true),
    TEST: binary(and, false),
    INC: unary((a, size, old) => keepingCarry(added(a, 1n, 0n, size), old)),
    DEC: unary((a, size, old) => keepingCarry(subtracted(a, 1n, 0n, size), old)),
    NEG: unary((a, size) => subtracted(0n, a, 0n, size)),
    NOT: { writes: [0], run: (o) => o.write(0, ~o.read(0)) },
    XCHG,
    XADD,
    CMPXCHG,
    BT: bit(undefined),
    BTS: bit((value, mask) => value | mask),
    BTR: bit((value, mask) => value & ~mask),
    BTC: bit((value, mask) => value ^ mask),
    // Of a device there is nothing in the caches.
    CLFLUSH: NOTHING,
    CLFLUSHOPT: NOTHING,
  } satisfies Record<string, Meaning>),
);
