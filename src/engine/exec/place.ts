/**
 * Where an instruction's meaning is written to, and what its operands, registers, flags and exits are there: in the interpreter
 * fields of a record that are loaded when it runs, in a compiled region constants and locals. One row emitter serves both.
 */
import type { FlagKind, Size } from '../isa/emitter';
import type { LocalPool, Node } from './expression';
import type { FunctionBuilder, MemoryOp } from './wasm';

/** Function indexes shared by all modules of generated code. */
export const FN_TRANSLATE = 0;
export const FN_CARRY = 1;
export const FN_FLAGS = 2;
export const FN_CONDITION = 3;
export const GLOBAL_TLB = 0;

/** 64-bit code, or 16/32-bit code. */
export type Width = 64 | 32;

/** A slot of the register window: the one that a field of the record names, or one at a known address. */
export type Slot = { readonly field: number } | { readonly address: number };

export interface FlagsBefore {
  readonly kind: FlagKind;
  readonly size: Size;
}

export interface Place {
  readonly f: FunctionBuilder;
  readonly pool: LocalPool;
  /** Local with the instructions still allowed, but for those already charged; undefined where that is not known. */
  readonly budget: number | undefined;
  /** Pushes the TLB bank's address. */
  tlb(): void;
  /** Pushes a field of the instruction's record. */
  field(op: MemoryOp, at: number): void;
  /** The instruction's immediate: its low `size` bytes. */
  immediate(size: Size): Node;
  /** Pushes the address of a slot that holds a vector. */
  vectorSlot(at: number): void;
  /** Pushes a general register's low `size` bytes, zero-extended (or a scratch slot's, a field of 8 bytes). */
  load(size: Size, slot: Slot): void;
  /** Writes them; 4 bytes clear the upper half. */
  store(size: Size, slot: Slot, value: Node): void;
  /** Writes the low 4 bytes and keeps the upper half. */
  storeLow(slot: Slot, value: Node): void;

  /** The arithmetic flags from now on; see isa/emitter. */
  setFlags(kind: FlagKind, size: Size, x: Node, y: Node | undefined, carry: Node | undefined): void;
  /** CF as 0 or 1; all six as RFLAGS bits; a condition as 0 or 1. `before`: what set the flags last, as far as the shape knows. */
  carry(): Node;
  arithmeticFlags(): Node;
  condition(code: number, before: FlagsBefore | undefined): Node;

  /** Paths part or meet here: what is known of the flags on one of them may not hold on the other. */
  settle(): void;

  /** Leaves generated code with this instruction not done. */
  leave(code: number): void;
  /** Ends the instruction by going on at R_TARGET; at R_TARGET or, if not so, R_NEXT; at the rIP in a local of type i64. */
  jump(): void;
  jumpIf(condition: Node): void;
  jumpTo(rip: number): void;
  /** Another iteration of this instruction, if the budget allows. */
  repeat(): void;
}
