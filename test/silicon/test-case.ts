/** A case: registers, memory and a few instructions; and how it becomes bytes at addresses. */
import type { Row } from '../../src/engine/isa/row';
import { flow, type FlowStep } from './flag-use';
import { CODE, PAGE } from './windows';

/** A field of an instruction that depends on where it or another one lies. */
export type Fix =
  | { readonly kind: 'branch'; readonly at: number; readonly size: number }
  | { readonly kind: 'rip'; readonly at: number; readonly size: 4; readonly address: number }
  /** The address itself of the step a far branch goes to. */
  | { readonly kind: 'far'; readonly at: number; readonly size: number }
  /** The address of the last byte of a later step: that instruction is changed before it is reached. */
  | { readonly kind: 'victim'; readonly at: number; readonly size: 4 };

export interface Step extends FlowStep {
  readonly row: Row;
  /** For people. */
  readonly text: string;
  /** Linear address of a memory operand that lies in or around the windows, and its bytes. */
  readonly operand?: { readonly address: number; readonly size: number } | undefined;
  readonly bytes: readonly number[];
  readonly fixes: readonly Fix[];
  /** Step a branch may go to (the number of steps: the end), −1 for none. */
  readonly target: number;
  /** Goes on to the next step, if nothing faults. */
  readonly falls: boolean;
  /** The step whose last byte this one writes. */
  readonly victim?: number;
}

/** Bytes set before the case; or the address of a step, `size` bytes of it. */
export type Patch =
  | { readonly address: number; readonly bytes: readonly number[] }
  | { readonly address: number; readonly step: number; readonly size: number };

export interface TestCase {
  readonly bits: 32 | 64;
  readonly registers: readonly bigint[];
  readonly flags: number;
  /** FXSAVE image of the vector and floating-point units before the case, when it uses them. */
  readonly units?: Uint8Array | undefined;
  /** Registers that hold the address of a step. */
  readonly codeRegisters: readonly { readonly register: number; readonly step: number }[];
  readonly patches: readonly Patch[];
  /** Linear address of the first byte. */
  readonly origin: number;
  readonly steps: readonly Step[];
  /** The order the steps lie in; jumps are put in where they do not run on. */
  readonly order: readonly number[];
}

export interface Piece {
  readonly address: number;
  readonly bytes: readonly number[];
}

/** A case with everything placed. */
export interface Placed {
  readonly test: TestCase;
  readonly rip: number;
  readonly registers: readonly bigint[];
  readonly pieces: readonly Piece[];
  /** Linear address of each step, and of the end. */
  readonly addresses: readonly number[];
  /** Flags not defined before each step, and at the end. */
  readonly undefinedFlags: readonly number[];
}

export function littleEndian(value: bigint | number, size: number): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let n = 0; n < size; n++) {
    out.push(Number(rest & 0xffn));
    rest >>= 8n;
  }
  return out;
}

const JUMP = 5;

/** Undefined when the case cannot be: a short branch too far, code beyond its window, an undefined flag that steers. */
export function place(test: TestCase): Placed | undefined {
  const { steps, order } = test;
  const undefinedBefore = flow(steps);
  if (!undefinedBefore) return undefined;
  const addresses = new Array<number>(steps.length + 1).fill(0);
  let at = test.origin;
  const jumps: { at: number; to: number }[] = [];
  const first = order[0];
  if (first !== undefined && first !== 0) {
    jumps.push({ at, to: 0 });
    at += JUMP;
  }
  order.forEach((n, position) => {
    const step = steps[n]!;
    addresses[n] = at;
    at += step.bytes.length;
    const next = order[position + 1];
    if (step.falls && (next === undefined ? n + 1 !== steps.length : next !== n + 1)) {
      jumps.push({ at, to: n + 1 });
      at += JUMP;
    }
  });
  addresses[steps.length] = at;
  if (at >= CODE.address + CODE.pages * PAGE + 16) return undefined;

  const code = new Array<number>(at - test.origin).fill(0xcc);
  const put = (address: number, bytes: readonly number[]): void => {
    bytes.forEach((byte, n) => (code[address - test.origin + n] = byte));
  };
  for (const j of jumps) put(j.at, [0xe9, ...littleEndian(addresses[j.to]! - j.at - JUMP, 4)]);
  for (let n = 0; n < steps.length; n++) {
    const step = steps[n]!;
    const start = addresses[n]!;
    put(start, step.bytes);
    const next = start + step.bytes.length;
    for (const fix of step.fixes) {
      const target = aim(fix, step, steps, addresses);
      const isAbsolute = fix.kind === 'far' || (fix.kind === 'victim' && test.bits === 32);
      const distance = isAbsolute ? target : target - next;
      if (fix.size === 1 && (distance < -128 || distance > 127)) return undefined;
      put(start + fix.at, littleEndian(distance, fix.size));
    }
  }
  const registers = [...test.registers];
  for (const r of test.codeRegisters) registers[r.register] = BigInt(addresses[r.step]!);
  // What would lie beyond the window is not there to be fetched.
  const room = CODE.address + CODE.pages * PAGE - test.origin;
  const pieces: Piece[] = [{ address: test.origin, bytes: code.slice(0, room) }];
  for (const p of test.patches) {
    pieces.push({ address: p.address, bytes: 'bytes' in p ? p.bytes : littleEndian(addresses[p.step]!, p.size) });
  }
  return {
    test,
    rip: first === undefined ? at : test.origin,
    registers,
    pieces,
    addresses,
    undefinedFlags: undefinedBefore,
  };
}

function aim(fix: Fix, step: Step, steps: readonly Step[], addresses: readonly number[]): number {
  if (fix.kind === 'rip') return fix.address;
  if (fix.kind === 'branch' || fix.kind === 'far') return addresses[step.target]!;
  return addresses[step.victim!]! + steps[step.victim!]!.bytes.length - 1;
}

/** The case without one of its steps; branches to it go to the one behind. Undefined if another step changes its bytes. */
export function withoutStep(test: TestCase, gone: number): TestCase | undefined {
  if (test.steps.some((s) => s.victim === gone)) return undefined;
  const moved = (n: number): number => (n > gone ? n - 1 : n);
  const steps = test.steps
    .filter((_, n) => n !== gone)
    .map((s) => ({
      ...s,
      target: moved(s.target),
      ...(s.victim === undefined ? {} : { victim: moved(s.victim) }),
    }));
  return {
    ...test,
    steps,
    order: test.order.filter((n) => n !== gone).map(moved),
    codeRegisters: test.codeRegisters.map((r) => ({ ...r, step: moved(r.step) })),
    patches: test.patches.map((p) => ('step' in p ? { ...p, step: moved(p.step) } : p)),
  };
}
