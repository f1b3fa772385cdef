/**
 * Builds the interpreter: one WebAssembly function that loops over records with a switch of hot handlers, and small modules of
 * handler functions for every other shape, made when a block first needs them. Compiled once for all machines.
 */
import {
  CRS,
  FAULT_ERROR,
  FAULT_VECTOR,
  FSW,
  MXCSR,
  REGS,
  RIP,
  SEG_BASE,
  SEG_READ_FIRST,
  SEG_READ_LAST,
  SEGMENTS,
  SEGMENT_SIZE,
} from '../state/layout';
import { VECTOR_GP, VECTOR_MF } from '../arch/exceptions';
import { CR0_NE, RCX, SEG_SS } from '../arch/registers';
import type { HelperName } from '../isa/emitter';
import { MXCSR_MM } from '../isa/unit';
import { LocalPool } from './expression';
import { hotShapes } from './hot-shapes';
import { InterpreterEmitter } from './interpreter-emitter';
import { FSW_ES } from './interpreter-operands';
import {
  COLD_REPEAT,
  emitLookup,
  emitSave,
  FN_CONDITION,
  FN_FLAGS,
  GLOBAL_TLB,
  type Place,
  type Width,
} from './interpreter-place';
import { buildConditionFunction, buildFlagsFunction } from './lazy-flags';
import {
  ALIGNED_ALWAYS,
  ALIGNED_USUALLY,
  EXIT_BUDGET,
  EXIT_FAULT,
  EXIT_HELPER,
  EXIT_LOOKUP,
  EXIT_STOP,
  EXIT_UNRESOLVED,
  FIRST_SHAPE_HANDLER,
  HANDLER_BLOCK,
  R_BASE,
  R_DISPLACEMENT,
  R_HANDLER,
  R_IMMEDIATE,
  R_INDEX,
  R_NEXT,
  R_OPERAND_0,
  R_OPERAND_1,
  R_PREPARED,
  R_TRAITS,
  R_RIP,
  R_SCALE,
  R_TARGET,
  RECORD_SIZE,
  REPEATED,
  USES_MMX,
} from './record';
import { shapeKey, type Shape } from './shape';
import { encodeModule, FunctionBuilder, I32, I64, VOID, type Import, type Label } from './wasm';

const TYPES = [
  { parameters: [I32], results: [I32] },
  { parameters: [], results: [I32] },
  { parameters: [I32, I32], results: [I32] },
] as const;

const SHARED_IMPORTS: readonly Import[] = [
  { name: 'memory', kind: 'memory' },
  { name: 'table', kind: 'table' },
  { name: 'tlb', kind: 'global' },
];

export interface EmittedShape {
  /** Whether it changes the arithmetic flags. */
  readonly changesFlags: boolean;
  /** The helper it may give up to. */
  readonly fallback: HelperName | undefined;
}

export interface HandlerInfo extends EmittedShape {
  readonly handler: number;
}

/** The main loop's module for one code width, and the handlers it has. */
export interface InterpreterModule {
  readonly module: WebAssembly.Module;
  readonly handlers: ReadonlyMap<string, HandlerInfo>;
  /** First free function-table index: handler numbers from here on are functions. */
  readonly firstFunction: number;
  readonly size: number;
}

/** Emits a shape's meaning at a place. */
function emitShape(shape: Shape, width: Width, place: Place): EmittedShape {
  const e = new InterpreterEmitter(shape, width, place);
  if (typeof shape.row.meaning === 'string') throw new Error(`interpreter: ${shape.row.mnemonic} lies out of line`);
  const mmx = shape.row.unit === 'mmx' || shape.row.unit === 'sse-mmx';
  if (mmx) e.beginMmx();
  shape.row.meaning(e);
  if (mmx) e.endMmx();
  if (shape.then && typeof shape.then.row.meaning !== 'string') {
    shape.then.row.meaning(new InterpreterEmitter(shape.then, width, place, e));
  }
  return { changesFlags: e.changesFlags, fallback: e.fallback };
}

function buildLoop(
  width: Width,
  shapes: readonly Shape[],
): { body: FunctionBuilder; handlers: Map<string, HandlerInfo> } {
  const f = new FunctionBuilder(2);
  const record = 0;
  const budget = 1;
  const tlb = f.local(I32);
  const exitCode = f.local(I32);
  const ripLocal = f.local(I64);
  const scratch = f.local(I32);
  const pool = new LocalPool(f);
  const handlers = new Map<string, HandlerInfo>();
  f.globalGet(GLOBAL_TLB).set(tlb);

  const exit = f.block();
  const next = f.loop();
  // Inside the loop, from the outside in: repeat · lookup · fall to the next record · the cases.
  const repeat = f.block();
  const enter = f.block();
  const lookup = f.block();
  const count = FIRST_SHAPE_HANDLER + shapes.length;
  const cold = f.block();
  const labels: Label[] = [];
  for (let n = count - 1; n >= 0; n--) labels[n] = f.block();
  f.get(record).memory('i32.load', R_HANDLER).brTable(labels, cold);

  const leave = (code: number): void => {
    f.i32(code).set(exitCode).br(exit);
  };
  const advance = (): void => {
    f.get(record).i32(RECORD_SIZE).op('i32.add').set(record).br(next);
  };
  const setRip = (): void => {
    f.i32(0).get(record).memory('i64.load', R_RIP).memory('i64.store', RIP);
  };

  // HANDLER_UNRESOLVED
  f.op('end');
  setRip();
  leave(EXIT_UNRESOLVED);
  // HANDLER_BLOCK
  f.op('end');
  f.get(budget).get(record).memory('i32.load', R_NEXT).op('i32.lt_s').if(VOID);
  setRip();
  leave(EXIT_BUDGET);
  f.op('end');
  f.get(budget).get(record).memory('i32.load', R_NEXT).op('i32.sub').set(budget);
  f.get(record).memory('i32.load', R_TARGET).set(record).br(next);
  // HANDLER_LOOKUP
  f.op('end');
  f.get(record).memory('i64.load', R_RIP).set(ripLocal).br(lookup);
  // HANDLER_JUMP
  f.op('end');
  f.get(record).memory('i32.load', R_TARGET).set(record).br(enter);
  // HANDLER_HELPER
  f.op('end');
  leave(EXIT_HELPER);
  // HANDLER_STOP
  f.op('end');
  setRip();
  leave(EXIT_STOP);
  // HANDLER_ADDRESS
  f.op('end');
  emitAddress(f, width, record, ripLocal, scratch, () => leave(EXIT_FAULT));
  advance();
  // HANDLER_BIT_OFFSET_2, _4, _8, HANDLER_AL_OFFSET
  for (const size of [2, 4, 8, 0] as const) {
    f.op('end');
    emitDisplaced(f, record, size);
    advance();
  }
  shapes.forEach((shape, n) => {
    f.op('end');
    pool.reset();
    const place: Place = {
      f,
      pool,
      record,
      tlb: () => void f.get(tlb),
      loop: { next, enter, budget, exitCode, exit, repeat, lookup, ripLocal },
    };
    handlers.set(shapeKey(shape), { handler: FIRST_SHAPE_HANDLER + n, ...emitShape(shape, width, place) });
    advance();
  });
  // All others: a function in the table.
  f.op('end');
  f.get(record)
    .get(record)
    .memory('i32.load', R_HANDLER)
    .callIndirect(0)
    .tee(scratch)
    .i32(COLD_REPEAT)
    .op('i32.gt_s')
    .if(VOID);
  f.get(scratch).set(record).br(next);
  f.op('end');
  f.get(scratch).i32(COLD_REPEAT).op('i32.eq').brIf(repeat);
  f.i32(0).get(scratch).op('i32.sub').set(exitCode).br(exit);
  // lookup
  f.op('end');
  emitLookup(f, ripLocal, scratch, () => f.set(record).br(enter));
  leave(EXIT_LOOKUP);
  // enter: a header that the budget allows is entered at once, anything else as usual
  f.op('end');
  f.get(record).memory('i32.load', R_HANDLER).i32(HANDLER_BLOCK).op('i32.eq').if(VOID);
  f.get(budget).get(record).memory('i32.load', R_NEXT).tee(scratch).op('i32.ge_s').if(VOID);
  f.get(budget).get(scratch).op('i32.sub').set(budget).get(record).memory('i32.load', R_TARGET).set(record);
  f.op('end');
  f.op('end');
  f.br(next);
  // repeat: one more iteration of a string instruction, if the budget allows
  f.op('end');
  f.get(budget).op('i32.eqz').if(VOID);
  setRip();
  leave(EXIT_BUDGET);
  f.op('end');
  f.get(budget).i32(1).op('i32.sub').set(budget);
  f.get(record)
    .get(record)
    .memory('i32.load8_u', R_PREPARED)
    .i32(RECORD_SIZE)
    .op('i32.mul', 'i32.sub')
    .set(record)
    .br(next);
  f.op('end'); // loop
  f.op('end'); // exit
  emitSave(f, record, budget);
  f.get(exitCode);
  return { body: f, handlers };
}

/** An address record: segment base and checks, address size; the linear address goes to a scratch slot. */
function emitAddress(
  f: FunctionBuilder,
  width: Width,
  record: number,
  va: number,
  segment: number,
  fault: () => void,
): void {
  const field = (at: number): FunctionBuilder => f.get(record).memory('i32.load16_u', at).memory('i64.load');
  field(R_BASE);
  field(R_INDEX);
  f.get(record).memory('i64.load8_u', R_SCALE).op('i64.shl', 'i64.add');
  f.get(record)
    .memory('i64.load', R_DISPLACEMENT)
    .op('i64.add')
    .get(record)
    .memory('i64.load', R_IMMEDIATE)
    .op('i64.and')
    .set(va);
  f.get(record).memory('i32.load16_u', R_OPERAND_0).set(segment);
  if (width === 32) {
    // first ≤ offset and offset + size − 1 ≤ last, for reading or for writing
    const bounds = (): FunctionBuilder => f.get(segment).get(record).memory('i32.load', R_NEXT).op('i32.add');
    f.get(va);
    bounds().memory('i64.load32_u', SEG_READ_FIRST).op('i64.lt_u');
    f.get(va).get(record).memory('i64.load32_u', R_TARGET).op('i64.add');
    bounds().memory('i64.load32_u', SEG_READ_LAST).op('i64.gt_u', 'i32.or').if(VOID);
    f.get(record).memory('i32.load8_u', R_TRAITS).i32(REPEATED).op('i32.and', 'i32.eqz');
    f.i32(0)
      .memory('i64.load', REGS + 8 * RCX)
      .get(record)
      .memory('i64.load', R_IMMEDIATE)
      .op('i64.and', 'i64.eqz', 'i32.eqz', 'i32.or')
      .if(VOID);
    f.i32(0)
      .i32(12)
      .i32(13)
      .get(segment)
      .i32(SEGMENTS + SEG_SS * SEGMENT_SIZE)
      .op('i32.eq', 'select')
      .memory('i32.store', FAULT_VECTOR);
    f.i32(0).i32(0).memory('i32.store', FAULT_ERROR);
    // Alignment comes before limits.
    const trait = (which: number): FunctionBuilder =>
      f.get(record).memory('i32.load8_u', R_TRAITS).i32(which).op('i32.and');
    f.get(va).get(segment).memory('i64.load', SEG_BASE).op('i64.add', 'i32.wrap_i64').i32(15).op('i32.and').if(VOID);
    trait(ALIGNED_ALWAYS);
    f.i32(0);
    trait(ALIGNED_USUALLY);
    f.i32(0).memory('i32.load', MXCSR).i32(MXCSR_MM).op('i32.and', 'select', 'i32.or').if(VOID);
    f.i32(0).i32(VECTOR_GP).memory('i32.store', FAULT_VECTOR);
    f.op('end', 'end');
    // A pending x87 exception comes first, when it is one of the processor's own.
    trait(USES_MMX).op('i32.eqz', 'i32.eqz');
    f.i32(0).memory('i32.load16_u', FSW).i32(FSW_ES).op('i32.and', 'i32.eqz', 'i32.eqz', 'i32.and');
    f.i32(0).memory('i32.load', CRS).i32(CR0_NE).op('i32.and', 'i32.eqz', 'i32.eqz', 'i32.and').if(VOID);
    f.i32(0).i32(VECTOR_MF).memory('i32.store', FAULT_VECTOR).i32(0).i32(-1).memory('i32.store', FAULT_ERROR);
    f.op('end');
    fault();
    f.op('end', 'end');
  }
  f.get(record).memory('i32.load16_u', R_OPERAND_1);
  f.get(va).get(segment).memory('i64.load', SEG_BASE).op('i64.add');
  if (width === 32) f.i64(0xffffffffn).op('i64.and');
  f.memory('i64.store');
}

/** A displaced address: base + index × scale + displacement + the bytes a bit offset or AL adds; still an offset, to a scratch slot. */
function emitDisplaced(f: FunctionBuilder, record: number, size: 0 | 2 | 4 | 8): void {
  f.get(record).memory('i32.load16_u', R_OPERAND_1);
  f.get(record).memory('i32.load16_u', R_BASE).memory('i64.load');
  f.get(record)
    .memory('i32.load16_u', R_INDEX)
    .memory('i64.load')
    .get(record)
    .memory('i64.load8_u', R_SCALE)
    .op('i64.shl', 'i64.add');
  f.get(record).memory('i64.load', R_DISPLACEMENT).op('i64.add');
  f.get(record).memory('i32.load16_u', R_OPERAND_0);
  if (size === 0) f.memory('i64.load8_u');
  else {
    if (size === 2) f.memory('i64.load16_u').op('i64.extend16_s');
    else if (size === 4) f.memory('i64.load32_s');
    else f.memory('i64.load');
    const shift = BigInt(Math.log2(size * 8));
    f.i64(shift).op('i64.shr_s').i64(BigInt(size)).op('i64.mul');
  }
  f.op('i64.add').get(record).memory('i64.load', R_IMMEDIATE).op('i64.and').memory('i64.store');
}

const modules = new Map<Width, InterpreterModule>();

/** The main loop's module; built and compiled on first use. */
export function interpreterModule(width: Width): InterpreterModule {
  const known = modules.get(width);
  if (known) return known;
  const shapes = hotShapes(width);
  const { body, handlers } = buildLoop(width, shapes);
  const bytes = encodeModule({
    types: TYPES,
    imports: [{ name: 'translate', kind: 'function', type: 0 }, ...SHARED_IMPORTS],
    functions: [
      { type: 1, body: buildFlagsFunction(true) },
      { type: 1, body: buildFlagsFunction(false) },
      { type: 0, body: buildConditionFunction(FN_FLAGS) },
      { type: 2, body },
    ],
    exports: [
      ['carry', 1],
      ['flags', 2],
      ['condition', FN_CONDITION],
      ['run', 4],
    ],
  });
  const built = {
    module: new WebAssembly.Module(bytes),
    handlers,
    firstFunction: FIRST_SHAPE_HANDLER + shapes.length,
    size: bytes.length,
  };
  modules.set(width, built);
  return built;
}

/** One function for each shape, in one module. */
export function buildHandlerModule(
  width: Width,
  shapes: readonly Shape[],
): { module: WebAssembly.Module; emitted: EmittedShape[] } {
  const emitted: EmittedShape[] = [];
  const functions = shapes.map((shape) => {
    const f = new FunctionBuilder(1);
    const place: Place = { f, pool: new LocalPool(f), record: 0, tlb: () => void f.globalGet(GLOBAL_TLB) };
    emitted.push(emitShape(shape, width, place));
    // The next record itself: the loop asks no more.
    f.get(0).i32(RECORD_SIZE).op('i32.add');
    return { type: 0, body: f };
  });
  const bytes = encodeModule({
    types: TYPES,
    imports: [
      { name: 'translate', kind: 'function', type: 0 },
      { name: 'carry', kind: 'function', type: 1 },
      { name: 'flags', kind: 'function', type: 1 },
      { name: 'condition', kind: 'function', type: 0 },
      ...SHARED_IMPORTS,
    ],
    functions,
    exports: functions.map((_, n) => [`f${n}`, 4 + n] as const),
  });
  return { module: new WebAssembly.Module(bytes), emitted };
}
