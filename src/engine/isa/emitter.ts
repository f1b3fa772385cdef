/**
 * The words an instruction's meaning is written in. A row's `emit` speaks to this interface only; behind it stands the
 * interpreter's generator (operands are loaded from a predecoded record) or the region JIT's (operands are constants and locals).
 *
 * Values are expressions of WebAssembly type i32 or i64. An operand of 1, 2 or 4 bytes is an i32, zero-extended; one of
 * 8 bytes an i64. An i32 expression stands for its operand-size low bits: narrow results with `mask` before they are compared or kept.
 */
import type { InterceptName } from '../arch/intercepts';
import type { FloatMeaning } from './float-meaning';
import type { VectorOp } from './vector-ops';

/** An expression. Pure: what it reads was fixed when it was made. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
export interface Value {
  readonly type: ValueType;
}

export type Size = 1 | 2 | 4 | 8;

/**
 * How lazy flags recover the six arithmetic flags from two words X and Y (see state/layout F_OP, F_X, F_Y):
 * `logic` X = result, CF = OF = AF = 0 · `add` X = result, Y = first operand · `sub` X = first, Y = second operand ·
 * `adc`, `sbb` the same with a carry in · `inc`, `dec` X = result, Y = CF before · `result` X = result, Y = CF, AF, OF as RFLAGS
 * bits · `flags` X = all six as RFLAGS bits.
 */
export type FlagKind = 'flags' | 'logic' | 'add' | 'sub' | 'adc' | 'sbb' | 'inc' | 'dec' | 'result';

export type Unary = 'eqz' | 'clz' | 'ctz' | 'popcnt';
export type Binary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_u'
  | 'shr_s'
  | 'rotl'
  | 'rotr'
  | 'div_u'
  | 'rem_u'
  | 'div_s'
  | 'rem_s'
  | 'eq'
  | 'ne'
  | 'lt_u'
  | 'lt_s'
  | 'gt_u'
  | 'gt_s'
  | 'le_u'
  | 'le_s'
  | 'ge_u'
  | 'ge_s';

/** Exceptions a meaning may raise itself; memory faults come from the accesses. */
export type FaultName = 'DE' | 'UD' | 'GP0' | 'BR';

export interface Emitter {
  /** Size in bytes of the first operand (or of the effective operand size when there is none). */
  readonly size: Size;
  /** Effective address size in bytes: how wide rCX, rSI, rDI count. */
  readonly addressSize: 2 | 4 | 8;
  /** Effective operand size in bytes. */
  readonly operandSize: 2 | 4 | 8;
  /** Condition code of the row (Jcc, SETcc, CMOVcc). */
  readonly condition: number;
  /** REP prefix in force: `none`, `f3` or `f2`. */
  readonly rep: 'none' | 'f3' | 'f2';
  /** Size in bytes of operand `index`. */
  sizeOf(index: number): Size;
  isMemory(index: number): boolean;

  /** The immediate's low 8 bits, known when code is generated: rows with `fixedImmediate` only. */
  readonly immediate: number;
  /** Operand `index`, of 4, 8 or 16 bytes, as a v128 with zeros above: XMM or MMX register or memory. Memory is read now and may fault. */
  vector(index: number): Value;
  /** Writes the low bytes of a v128 to operand `index`, as many as it has; those above in an XMM register stay. */
  setVector(index: number, value: Value): void;
  /** XMM register `register`, all 16 bytes. */
  xmm(register: number): Value;
  /** MXCSR, i32. */
  mxcsr(): Value;
  /** A vector or floating-point operation. */
  pure(op: VectorOp, ...operands: readonly Value[]): Value;
  /** Bytes 0 to 15 are of `a`, 16 to 31 of `b`. */
  shuffle(a: Value, b: Value, lanes: readonly number[]): Value;
  vectorConstant(bytes: readonly number[]): Value;
  /** A lane as i32 (zero-extended), or i64 from lanes of 8 bytes. */
  lane(vector: Value, size: Size, lane: number): Value;
  /** The vector with another value in a lane of `size` bytes. */
  withLane(vector: Value, size: Size, lane: number, value: Value): Value;

  /** Value of operand `index`: at most 8 bytes, as integer. Memory is read now and may fault. */
  read(index: number): Value;
  /** As `read`, but memory is translated for writing: follow it with `write` to the same operand. */
  modify(index: number): Value;
  /** Writes operand `index`; a 32-bit register write clears bits 63:32. Memory may fault unless `modify` came before. */
  write(index: number, value: Value): void;
  /** Effective address of memory operand `index`: the offset, without segment base, at address size; i64. */
  effectiveAddress(index: number): Value;
  gpr(register: number, size: Size): Value;
  setGpr(register: number, size: Size, value: Value): void;
  /** Pushes at `size` bytes; rSP changes after the store. */
  push(value: Value, size: Size): void;
  /** rSP (or rBP) at stack width: i64 in 64-bit mode, else i32 with the bits above SS.B's width cleared. */
  stackPointer(register?: number): Value;
  /** Sets rSP at stack width, keeping the bits above it. */
  setStackPointer(value: Value): void;
  /** Reads SS:pointer. */
  stackRead(pointer: Value, size: Size): Value;
  /** Asks for SS:pointer to be writable, without writing. */
  stackProbe(pointer: Value, size: Size): void;
  /** Writes SS:pointer. */
  stackWrite(pointer: Value, value: Value, size: Size): void;
  /** rIP of the next instruction, at operand size. */
  nextRip(size: Size): Value;
  /** ±`size` by RFLAGS.DF, as a value of address size. */
  stringStep(size: Size): Value;

  /** A constant of the type that operands of `size` bytes have. */
  constant(value: number | bigint, size: Size): Value;
  un(op: Unary, a: Value): Value;
  bin(op: Binary, a: Value, b: Value): Value;
  select(condition: Value, ifTrue: Value, ifFalse: Value): Value;
  /** Narrows to `size` bytes, zero-extended: i32 up to 4, i64 for 8. Accepts either type. */
  zero(value: Value, size: Size): Value;
  /** Sign-extends the low `from` bytes of a value to the full width of type `to` (4 → i32, 8 → i64). */
  sign(value: Value, from: Size, to: 4 | 8): Value;
  /** Keeps the low `size` bytes of an i32 (nothing to do at 4 and 8). */
  mask(value: Value, size: Size): Value;
  /** Evaluates once, now; the result may be used any number of times. */
  let(value: Value): Value;

  /** Sets all six arithmetic flags by kind; see `FlagKind` for `x` and `y`. `carry` (i32 0 or 1) goes with adc and sbb. */
  setFlags(kind: FlagKind, size: Size, x: Value, y?: Value, carry?: Value): void;
  /** CF as i32 0 or 1. */
  carry(): Value;
  /** All six arithmetic flags as RFLAGS bits, i32. */
  arithmeticFlags(): Value;
  /** Condition code as i32 0 or 1. */
  test(condition: number): Value;

  if(condition: Value, then: () => void, otherwise?: () => void): void;
  /** Raises an exception; nothing the meaning did before may be visible except what it committed. */
  fault(name: FaultName): void;
  /** Leaves for the target of relative operand `index`. */
  jump(index: number): void;
  /** Leaves for the target of relative operand `index` if the condition holds, else for the next instruction. */
  jumpIf(condition: Value, index: number): void;
  /** #GP(0) unless `target` is canonical (64-bit mode) or within CS's limit. Call it before anything is committed. */
  checkTarget(target: Value): void;
  /** Leaves for an offset within CS, at operand size; asked with `checkTarget` before. */
  jumpTo(target: Value): void;
  /** Sets RFLAGS.DF. */
  setDirection(down: 0 | 1): void;
  /** Another iteration of a repeated string instruction, after the budget was asked. */
  repeat(): void;
  /** CR4's low half and CPL, i32. */
  cr4(): Value;
  cpl(): Value;
  /** Other than 0 when the running guest's instruction is to exit: i32, 0 in host mode. */
  intercepted(name: InterceptName): Value;
  /** The TSC with the guest's offset, i64. `orElse`: the helper that does the instruction where generated code has no clock. */
  timeStamp(orElse: HelperName): Value;
  /** Gives up on the fast meaning: the named out-of-line helper does the whole instruction. */
  helper(name: HelperName): void;
}

/** Instructions whose meaning lies out of line, in `cpu/`: rare, or reaching beyond registers and memory. */
export type HelperName =
  | 'cpuid'
  | 'rdtsc'
  | 'rdtscp'
  | 'rdmsr'
  | 'wrmsr'
  | 'rdpmc'
  | 'rdpru'
  | 'rdpid'
  | 'random'
  | 'clzero'
  | 'monitor'
  | 'mwait'
  | 'xgetbv'
  | 'xsetbv'
  | 'invpcid'
  | 'rdfsbase'
  | 'rdgsbase'
  | 'wrfsbase'
  | 'wrgsbase'
  | 'hlt'
  | 'pause'
  | 'invd'
  | 'wbinvd'
  | 'invlpg'
  | 'clts'
  | 'cli'
  | 'sti'
  | 'clac'
  | 'stac'
  | 'pushf'
  | 'popf'
  | 'in'
  | 'out'
  | 'ins'
  | 'outs'
  | 'div'
  | 'idiv'
  | 'enter'
  | 'bound'
  | 'pdep'
  | 'pext'
  | 'cmpxchg16b'
  | 'mov-from-cr'
  | 'mov-to-cr'
  | 'mov-from-dr'
  | 'mov-to-dr'
  | 'lmsw'
  | 'smsw'
  | 'lgdt'
  | 'lidt'
  | 'sgdt'
  | 'sidt'
  | 'lldt'
  | 'sldt'
  | 'ltr'
  | 'str'
  | 'lar'
  | 'lsl'
  | 'verr'
  | 'verw'
  | 'arpl'
  | 'mov-to-segment'
  | 'mov-from-segment'
  | 'push-segment'
  | 'pop-segment'
  | 'load-far-pointer'
  | 'jmp-far'
  | 'call-far'
  | 'ret-far'
  | 'int'
  | 'int3'
  | 'int1'
  | 'into'
  | 'iret'
  | 'syscall'
  | 'sysret'
  | 'sysenter'
  | 'sysexit'
  | 'swapgs'
  | 'undefined'
  | FloatMeaning
  | 'device-not-available'
  | 'vector-float'
  | 'fpu-error'
  | 'emms'
  | 'maskmov'
  | 'mpsadbw'
  | 'phminposuw'
  | 'pclmulqdq'
  | 'extrq'
  | 'insertq'
  | 'pcmpestri'
  | 'pcmpestrm'
  | 'pcmpistri'
  | 'pcmpistrm'
  | 'aesenc'
  | 'aesenclast'
  | 'aesdec'
  | 'aesdeclast'
  | 'aesimc'
  | 'aeskeygenassist'
  | 'sha1rnds4'
  | 'sha1nexte'
  | 'sha1msg1'
  | 'sha1msg2'
  | 'sha256rnds2'
  | 'sha256msg1'
  | 'sha256msg2'
  | 'vmrun'
  | 'vmload'
  | 'vmsave'
  | 'vmmcall'
  | 'stgi'
  | 'clgi'
  | 'invlpga'
  | 'skinit';
