/** What a handler of the interpreter is specialised on: the meaning, operand sizes and kinds, and what the flags come from. */
import type { FlagKind, Size } from '../isa/emitter';
import type { Row } from '../isa/row';

/**
 * `r` register by slot · `m` memory: base + displacement · `x` memory: base + index × scale + displacement · `n` memory: the address
 * is in a slot · `i` immediate · `j` relative target · `v` XMM or `q` MMX register by slot · `f0`…`f15` a fixed register beyond the second
 * operand.
 */
export type OperandKind = 'r' | 'm' | 'x' | 'n' | 'i' | 'j' | 'v' | 'q' | `f${number}`;

export interface ShapeOperand {
  readonly kind: OperandKind;
  /** Bytes; 16 only in vectors. */
  readonly size: Size | 16;
  /** Memory of 16 bytes that must lie on a multiple of 16: always, or unless MXCSR.MM says otherwise. */
  readonly aligned?: 'always' | 'usually';
}

export interface Shape {
  readonly row: Row;
  readonly operands: readonly ShapeOperand[];
  readonly operandSize: 2 | 4 | 8;
  readonly addressSize: 2 | 4 | 8;
  readonly rep: 'none' | 'f3' | 'f2';
  /** Of rows with `fixedImmediate`. */
  readonly immediate?: number;
  /** What set the flags last, when that is known and useful. */
  readonly flags: { readonly kind: FlagKind; readonly size: Size } | undefined;
  /** Nobody will see the flags it sets: they are not kept. */
  readonly dead?: true;
  /** A conditional jump that follows at once and is done by the same handler; its flags are this instruction's. */
  readonly then?: Shape;
}

/** Meanings that look at the address size beyond their operands, or at the operand size although they have operands. */
const counts = (s: Shape): boolean =>
  s.row.rep !== undefined || s.row.mnemonic.startsWith('LOOP') || s.row.addressSize !== undefined;

export function shapeKey(s: Shape): string {
  let key = s.row.meaningName;
  for (const o of s.operands) key += `.${o.kind}${o.size}${o.aligned?.[0] ?? ''}`;
  if (s.immediate !== undefined) key += `.#${s.immediate}`;
  if (s.row.unit === 'mmx' || s.row.unit === 'sse-mmx') key += `.${s.row.unit}`;
  if (s.operands.length === 0 || s.row.ends) key += `.o${s.operandSize}`;
  if (counts(s)) key += `.a${s.addressSize}`;
  if (s.rep !== 'none') key += `.${s.rep}`;
  if (s.dead) key += '.dead';
  if (s.then) key += `+${shapeKey(s.then)}`;
  if (s.row.condition !== undefined) {
    key += `.c${s.row.condition}`;
    if (s.flags) key += `.${s.flags.kind}${s.flags.size}`;
  }
  return key;
}
