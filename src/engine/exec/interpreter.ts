/**
 * Builds the interpreter: one WebAssembly function that loops over records with a switch of hot handlers, and small modules of
 * handler functions for every other shape, made when a block first needs them. Compiled once for all machines.
 */
import { BUDGET, NEXT, RIP } from '../state/layout';
import type { HelperName } from '../isa/emitter';
import { LocalPool } from './expression';
import { handlerImports, loopImports, TABLE_REGIONS, TYPES } from './generated-module';
import { hotShapes } from './hot-shapes';
import { emitAddress, emitDisplaced } from './address-records';
import { COLD_REPEAT, emitLookup, emitSave, InterpreterPlace } from './interpreter-place';
import { FN_CONDITION, FN_FLAGS, GLOBAL_TLB, type Width } from './place';
import { RowEmitter } from './row-emitter';
import { buildConditionFunction, buildFlagsFunction } from './lazy-flags';
import {
  EXIT_BUDGET,
  EXIT_HOT,
  EXIT_HELPER,
  EXIT_LOOKUP,
  EXIT_STOP,
  EXIT_UNRESOLVED,
  FIRST_SHAPE_HANDLER,
  HANDLER_BLOCK,
  R_COUNTER,
  R_HANDLER,
  R_REGION,
  R_SLACK,
  R_NEXT,
  R_PREPARED,
  R_RIP,
  R_TARGET,
  RECORD_SIZE,
} from './record';
import { shapeKey, type Shape } from './shape';
import { encodeModule, FunctionBuilder, I32, I64, VOID, type Label } from './wasm';

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
function emitShape(shape: Shape, width: Width, place: InterpreterPlace): EmittedShape {
  const e = new RowEmitter(shape, width, place);
  e.emit();
  if (shape.then) new RowEmitter(shape.then, width, place.behind()).emit();
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
  const counter = f.local(I32);
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
  const cases: Label[] = [];
  for (let n = count - 1; n >= 0; n--) cases[n] = f.block();
  const labels = { next, enter, tlb, budget, exitCode, exit, repeat, lookup, ripLocal };
  const plain = new InterpreterPlace(f, pool, record, labels, false);
  f.get(record).memory('i32.load', R_HANDLER).brTable(cases, cold);

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
  /** A block begins, if the budget allows; `otherwise` if not. */
  const begin = (otherwise: () => void): void => {
    f.get(budget).get(record).memory('i32.load', R_NEXT).tee(scratch).op('i32.ge_s').if(VOID);
    f.get(record).get(record).memory('i32.load', R_COUNTER).i32(1).op('i32.sub').tee(counter);
    f.memory('i32.store', R_COUNTER).get(counter).op('i32.eqz').if(VOID);
    setRip();
    leave(EXIT_HOT);
    f.op('end');
    f.get(budget).get(scratch).op('i32.sub').set(budget).get(record).memory('i32.load', R_TARGET).set(record).br(next);
    f.op('end');
    otherwise();
  };
  // HANDLER_BLOCK
  f.op('end');
  begin(() => {
    setRip();
    leave(EXIT_BUDGET);
  });
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
  emitAddress(plain, width, ripLocal, scratch);
  advance();
  // HANDLER_BIT_OFFSET_2, _4, _8, HANDLER_AL_OFFSET
  for (const size of [2, 4, 8, 0] as const) {
    f.op('end');
    emitDisplaced(plain, size);
    advance();
  }
  // HANDLER_REGION: with too little budget it is a block as others are
  f.op('end');
  f.get(budget).get(record).memory('i32.load', R_SLACK).op('i32.ge_s').if(VOID);
  f.get(record).get(budget).get(record).memory('i32.load', R_REGION).callIndirect(2, TABLE_REGIONS).set(scratch);
  f.i32(0).memory('i32.load', BUDGET).set(budget);
  f.get(scratch).i32(0).op('i32.gt_s').if(VOID);
  f.get(scratch).set(record).br(next);
  f.op('end');
  f.i32(0).memory('i32.load', NEXT).set(record);
  f.i32(0).get(scratch).op('i32.sub').set(exitCode).br(exit);
  f.op('end');
  begin(() => {
    setRip();
    leave(EXIT_BUDGET);
  });
  shapes.forEach((shape, n) => {
    f.op('end');
    pool.reset();
    const place = new InterpreterPlace(f, pool, record, labels, shape.dead === true);
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
  begin(() => undefined);
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

const modules = new Map<Width, InterpreterModule>();

/** The main loop's module; built and compiled on first use. */
export function interpreterModule(width: Width): InterpreterModule {
  const known = modules.get(width);
  if (known) return known;
  const shapes = hotShapes(width);
  const { body, handlers } = buildLoop(width, shapes);
  const bytes = encodeModule({
    types: TYPES,
    imports: loopImports,
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
    const place = new InterpreterPlace(f, new LocalPool(f), 0, undefined, shape.dead === true);
    emitted.push(emitShape(shape, width, place));
    // The next record itself: the loop asks no more.
    f.get(0).i32(RECORD_SIZE).op('i32.add');
    return { type: 0, body: f };
  });
  const bytes = encodeModule({
    types: TYPES,
    imports: handlerImports,
    functions,
    exports: functions.map((_, n) => [`f${n}`, 4 + n] as const),
  });
  return { module: new WebAssembly.Module(bytes), emitted };
}
