/** MOVS, STOS, LODS, CMPS, SCAS. Under REP each handler does one iteration; one iteration retires one instruction. */
import { RAX, RCX, RDI, RSI } from '../../arch/registers';
import type { Emitter, Value } from '../emitter';
import { Xb, Xv, Yb, Yv } from '../operand';
import { row, type Emit, type Row } from '../row';

/** Wraps one iteration: `body` does it and may return a condition under which repetition goes on (REPE, REPNE). */
function repeated(body: (e: Emitter) => void, whileZero = false): Emit {
  return (e) => {
    if (e.rep === 'none') return body(e);
    const size = e.addressSize;
    const count = e.let(e.gpr(RCX, size));
    e.if(e.bin('ne', count, e.constant(0, size)), () => {
      body(e);
      const left = e.let(e.mask(e.bin('sub', count, e.constant(1, size)), size));
      e.setGpr(RCX, size, left);
      const more = e.bin('ne', left, e.constant(0, size));
      e.if(whileZero ? e.bin('and', more, e.test(e.rep === 'f3' ? 4 : 5)) : more, () => e.repeat());
    });
  };
}

function advance(e: Emitter, register: number): void {
  const size = e.addressSize;
  e.setGpr(register, size, e.mask(e.bin('add', e.gpr(register, size), e.stringStep(e.size)), size));
}

const movs = repeated((e) => {
  e.write(0, e.read(1));
  advance(e, RSI);
  advance(e, RDI);
});

const stos = repeated((e) => {
  e.write(0, e.gpr(RAX, e.size));
  advance(e, RDI);
});

const lods = repeated((e) => {
  const v: Value = e.read(0);
  e.setGpr(RAX, e.size, v);
  advance(e, RSI);
});

const cmps = repeated((e) => {
  // Where neither can be read, ES:rDI is the one that faults, as in AMD's processors.
  const b = e.read(1);
  const a = e.read(0);
  advance(e, RSI);
  advance(e, RDI);
  e.setFlags('sub', e.size, a, b);
}, true);

const scas = repeated((e) => {
  const b = e.read(0);
  advance(e, RDI);
  e.setFlags('sub', e.size, e.gpr(RAX, e.size), b);
}, true);

function forms(
  name: string,
  opcode: number,
  byte: Row['operands'],
  word: Row['operands'],
  rep: 'rep' | 'repz',
  meaning: Emit,
): Row[] {
  const hex = (n: number): string => n.toString(16).toUpperCase();
  const sized = (suffix: string, operandSize: 2 | 4 | 8): Row =>
    row(name + suffix, hex(opcode + 1), word, { rep, operandSize, ends: true }, meaning);
  return [
    row(`${name}B`, hex(opcode), byte, { rep, ends: true }, meaning),
    sized('W', 2),
    sized('D', 4),
    sized('Q', 8),
  ];
}

export const STRING: readonly Row[] = [
  ...forms('MOVS', 0xa4, [Yb, Xb], [Yv, Xv], 'rep', movs),
  ...forms('CMPS', 0xa6, [Xb, Yb], [Xv, Yv], 'repz', cmps),
  ...forms('STOS', 0xaa, [Yb], [Yv], 'rep', stos),
  ...forms('LODS', 0xac, [Xb], [Xv], 'rep', lods),
  ...forms('SCAS', 0xae, [Yb], [Yv], 'repz', scas),
];
