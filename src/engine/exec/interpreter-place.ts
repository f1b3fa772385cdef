/** Where handlers stand: in the main loop or in functions of their own, and what both share. */
import { BUDGET, CONTEXT_TAG, JUMP_CACHE, JUMP_CACHE_ENTRIES, JUMP_CACHE_SHIFT, NEXT, RIP } from '../state/layout';
import type { LocalPool } from './expression';
import { type FunctionBuilder, type Label, VOID } from './wasm';

/** Function indexes shared by all interpreter modules. */
export const FN_TRANSLATE = 0;
export const FN_CARRY = 1;
export const FN_FLAGS = 2;
export const FN_CONDITION = 3;
export const GLOBAL_TLB = 0;

/** Return values of a handler function: the record to go on at; a negative exit code; or this, another iteration. */
export const COLD_REPEAT = 1;

/** Where the code goes: into the loop, or into a function of its own. */
export interface Place {
  readonly f: FunctionBuilder;
  readonly pool: LocalPool;
  /** Local with the record's address. */
  readonly record: number;
  /** Pushes the TLB bank's address. */
  tlb(): void;
  /** In the loop: the labels to go on at, and the local of the exit code; undefined in a function of its own. */
  readonly loop?: {
    readonly next: Label;
    /** Goes on at a record that is probably a block's header. */
    readonly enter: Label;
    readonly budget: number;
    readonly exitCode: number;
    readonly exit: Label;
    readonly repeat: Label;
    readonly lookup: Label;
    readonly ripLocal: number;
  };
}

/** 64-bit code, or 16/32-bit code. */
export type Width = 64 | 32;

/** Looks local `rip` up in the jump cache: a hit leaves the record on the stack and calls `hit`; a miss sets RIP and falls through. */
export function emitLookup(f: FunctionBuilder, rip: number, scratch: number, hit: () => void): void {
  f.get(rip)
    .op('i32.wrap_i64')
    .get(rip)
    .i64(BigInt(JUMP_CACHE_SHIFT))
    .op('i64.shr_u', 'i32.wrap_i64', 'i32.xor')
    .i32(JUMP_CACHE_ENTRIES - 1)
    .op('i32.and')
    .i32(4)
    .op('i32.shl')
    .tee(scratch);
  f.memory('i64.load', JUMP_CACHE)
    .get(rip)
    .op('i64.eq')
    .get(scratch)
    .memory('i32.load', JUMP_CACHE + 8);
  f.i32(0).memory('i32.load', CONTEXT_TAG).op('i32.eq', 'i32.and').if(VOID);
  f.get(scratch).memory('i32.load', JUMP_CACHE + 12);
  hit();
  f.op('end');
  f.i32(0).get(rip).memory('i64.store', RIP);
}

/** Stores record and budget for whoever looks after an exit. */
export function emitSave(f: FunctionBuilder, record: number, budget: number): void {
  f.i32(0).get(record).memory('i32.store', NEXT).i32(0).get(budget).memory('i32.store', BUDGET);
}
