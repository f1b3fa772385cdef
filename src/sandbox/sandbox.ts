/**
 * One module of a learner's in a QuickJS runtime of its own. It sees the language and the module 'pacifica', and is bounded in steps,
 * memory and depth of calls; whatever goes wrong in it is an error with a place, and the sandbox is dead from then on.
 */
import { DefaultIntrinsics, Lifetime } from 'quickjs-emscripten-core';
import type {
  JSValueConstPointerPointer,
  JSValuePointer,
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
} from 'quickjs-emscripten-core';
import { at, type CompiledModule } from './compile';
import { MOST_MEMORY, takeEngine, type Engine } from './engine';
import { MAIL_CALL, MAILBOX_SIZE, Mailbox } from './mailbox';
import { SandboxError } from './sandbox-error';

export const LIBRARY = 'pacifica';
/** What the learner's module is called inside. */
const MODULE = 'handlers';

const STACK_LIMIT = 192 << 10;
/** Turns of loops in the JavaScript engine: a statement takes some ten. */
const STEPS_TO_LOAD = 100_000_000;
const STEPS_TO_EXPLAIN = 2_000_000;
/** With fewer left, the script is interrupted where it is, so that the place can be told; the rest is for what it does at once. */
const STEPS_IN_RESERVE = 1_000_000;

const NO_ARGUMENTS = 0 as JSValueConstPointerPointer;
const NO_ERROR = 0 as JSValuePointer;
const NOTHING = { error: undefined, value: undefined };

type Result<Value> =
  { readonly error: QuickJSHandle; readonly value?: undefined } | { readonly error?: undefined; readonly value: Value };

export class Sandbox {
  private readonly engine: Engine;
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly runHandle: QuickJSHandle;
  private readonly mailboxAt: number;
  private views: Mailbox;
  /** Steps of all runs so far. */
  stepsUsed = 0;
  private disposed = false;
  private death: SandboxError | undefined;
  /** What was thrown on this side in a call across, to be thrown again when the sandbox has let go. */
  private thrown: { readonly error: unknown } | undefined;
  private interrupted = false;

  /**
   * Runs the module's top level. `library`: source of 'pacifica'; `call`: carries out what it asks for, through the mailbox.
   * Throws SandboxError.
   */
  constructor(
    private readonly module: CompiledModule,
    library: string,
    private readonly call: (mailbox: Mailbox) => void,
  ) {
    this.engine = takeEngine();
    try {
      this.engine.stepsLeft = STEPS_TO_LOAD;
      this.runtime = this.engine.quickjs.newRuntime();
      this.runtime.setMaxStackSize(STACK_LIMIT);
      this.context = this.runtime.newContext({ intrinsics: { ...DefaultIntrinsics, Date: false } });
      this.runtime.setModuleLoader(
        (name) => ({ error: new Error(noModule(name)) }),
        (_, name) => name,
      );
      this.runtime.setInterruptHandler(() => {
        this.interrupted = this.engine.stepsLeft < STEPS_IN_RESERVE;
        return this.interrupted;
      });
      const { context } = this;
      const box = context.newObject();
      const buffer = this.engine.sharedBuffer(context, MAILBOX_SIZE);
      this.mailboxAt = buffer.at;
      this.views = new Mailbox(this.engine.memory, this.mailboxAt);
      context.setProp(box, 'buffer', buffer.handle);
      context.setProp(
        box,
        'bridge',
        context.newFunction('bridge', () => undefined),
      );
      context.setProp(context.global, '__pacifica', box);
      this.engine.onCall = () => this.answer();
      this.own(context.evalCode(library, LIBRARY, { type: 'module', strict: true }));
      this.runHandle = context.getProp(box, 'run');
      const adopt = context.getProp(box, 'adopt');
      this.engine.stepsLeft = STEPS_TO_LOAD;
      const exported = this.checked(
        () => context.evalCode(module.code, MODULE, { type: 'module', strict: true }),
        undefined,
      );
      if (context.typeof(exported) === 'object' && context.getPromiseState(exported).type === 'pending') {
        throw this.fails(
          at(
            module.file,
            module.text,
            Math.max(0, module.text.search(/\bawait\b/)),
            'a handler file cannot await: nothing runs between two exits',
          ),
        );
      }
      this.checked(() => context.callFunction(adopt, context.undefined, exported), undefined);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Both sides look at it; ask for it again after every call, it may have moved. */
  get mailbox(): Mailbox {
    const { memory } = this.engine;
    if (this.views.memory !== memory) this.views = new Mailbox(memory, this.mailboxAt);
    return this.views;
  }

  /**
   * Runs function number `place` of those adopted; what it answered is in the mailbox. `name`: where an error without a place of its
   * own is put. Throws SandboxError.
   */
  run(place: number, name: string, steps: number): number {
    if (this.death) throw this.death;
    this.engine.stepsLeft = steps + STEPS_IN_RESERVE;
    this.mailbox.u32[MAIL_CALL / 4] = place;
    this.checked(this.callRun, name, steps);
    this.stepsUsed += steps + STEPS_IN_RESERVE - this.engine.stepsLeft;
    return this.mailbox.u32[MAIL_CALL / 4]!;
  }

  /** What the package's callFunction does, without a handle for everything it touches: every exit comes through here. */
  private readonly callRun = (): Result<undefined> => {
    const { context, runtime, runHandle } = this;
    const { ffi } = this.engine;
    const pointer = context['ctx'].value;
    const result = ffi.QTS_Call(pointer, runHandle.value, context.undefined.value, 0, NO_ARGUMENTS);
    const error = ffi.QTS_ResolveException(pointer, result);
    ffi.QTS_FreeValuePointer(pointer, result);
    return error === NO_ERROR
      ? NOTHING
      : { error: new Lifetime(error, undefined, undefined, runtime) as QuickJSHandle };
  };

  /** An error of what `name` gave back; the sandbox is dead with it. */
  errorAt(name: string, message: string): SandboxError {
    return this.fails(this.somewhere(message, name));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.engine.giveBack();
  }

  /** The library asked for something. Nothing may be thrown through the engine's frames. */
  private answer(): void {
    try {
      this.call(this.mailbox);
    } catch (error) {
      this.thrown = { error };
      this.engine.stepsLeft = 0;
    }
  }

  // What goes wrong

  /** The library's own code: an error in it is ours. */
  private own(result: ReturnType<QuickJSContext['evalCode']>): void {
    if (result.error) throw new Error(`the library of the sandbox: ${JSON.stringify(this.context.dump(result.error))}`);
    result.value.dispose();
  }

  private checked<Value>(work: () => Result<Value>, name: string | undefined, steps = STEPS_TO_LOAD): Value {
    this.interrupted = false;
    let result;
    try {
      result = work();
    } catch (error) {
      throw this.fails(this.trapped(error, name, steps));
    }
    if (this.thrown) throw this.takeThrown();
    if (result.error) throw this.fails(this.explain(result.error, name, steps));
    return result.value;
  }

  private fails(error: SandboxError): SandboxError {
    this.death = error;
    return error;
  }

  private takeThrown(): unknown {
    const { error } = this.thrown!;
    this.thrown = undefined;
    this.fails(this.somewhere('stopped by an error of the hypervisor', undefined));
    return error;
  }

  /** The WebAssembly itself stopped: the engine is not to be entered again before it is put back. */
  private trapped(error: unknown, name: string | undefined, steps: number): SandboxError {
    if (this.thrown) throw this.takeThrown();
    if (this.engine.stepsLeft < 0) return this.somewhere(tooLong(steps), name);
    if (error instanceof RangeError) return this.somewhere(TOO_DEEP, name);
    return this.somewhere(`the sandbox broke: ${String(error)}`, name);
  }

  private explain(thrown: QuickJSHandle, name: string | undefined, steps: number): SandboxError {
    const { interrupted } = this;
    this.engine.stepsLeft = STEPS_TO_EXPLAIN;
    this.engine.openReserve();
    let kind = '';
    let message = 'something was thrown that cannot be read';
    let stack = '';
    try {
      const part = (key: string): string => {
        const handle = this.context.getProp(thrown, key);
        return this.context.typeof(handle) === 'string' ? this.context.getString(handle) : '';
      };
      if (this.context.typeof(thrown) === 'object')
        [kind, message, stack] = [part('name'), part('message'), part('stack')];
      else message = this.context.getString(thrown);
    } catch {
      // It fights being read: what is known is told.
    }
    if (interrupted) message = tooLong(steps);
    else if (kind === 'InternalError' && message === 'out of memory')
      message = `this takes more than ${MOST_MEMORY >> 20} MB of memory`;
    else if (kind === 'InternalError' && message === 'stack overflow') message = TOO_DEEP;
    else if (/^$|^(Type|Range|)Error$/.test(kind)) message ||= 'an error without a message was thrown';
    else message = `${kind}: ${message}`;
    return this.placed(message, stack, name);
  }

  /** An error at the learner's innermost line. */
  private placed(message: string, stack: string, name: string | undefined): SandboxError {
    const { file, map, text } = this.module;
    const frame = new RegExp(`\\b${MODULE}:(\\d+)(?::(\\d+))?`).exec(stack);
    if (frame) {
      const { line, column } = map.source(Number(frame[1]), Number(frame[2] ?? 1));
      return new SandboxError(message, file, line, column);
    }
    const quoted = /'([^']+)'/.exec(message)?.[1];
    return this.somewhere(message, name ?? (quoted !== undefined && text.includes(quoted) ? quoted : undefined));
  }

  /** An error at the first mention of a name. */
  private somewhere(message: string, name: string | undefined): SandboxError {
    const { file, text } = this.module;
    const index =
      name === undefined ? -1 : text.search(new RegExp(`(?<![\\w$])${name.replace(/[^\w ]/g, '\\$&')}(?![\\w$])`));
    return at(file, text, Math.max(0, index), message);
  }
}

const TOO_DEEP = 'calls go too deep: a recursion without an end?';

function tooLong(steps: number): string {
  return `this ran for more than ${steps.toLocaleString('en-US')} steps: a loop without an end?`;
}

function noModule(name: string): string {
  return `there is no module '${name}': a handler file is one file, and imports from 'pacifica' only`;
}
