/**
 * QuickJS in WebAssembly: instances that are ready, because the loader that comes with it cannot make one at once. An instance that
 * was used is put back to the bytes and globals it started with, whatever was done in it; one whose memory has grown is let go.
 */
import loadGlue from '@jitl/quickjs-wasmfile-release-sync/emscripten-module';
import { QuickJSFFI } from '@jitl/quickjs-wasmfile-release-sync/ffi';
import bytes from '@jitl/quickjs-wasmfile-release-sync/wasm';
import { QuickJSWASMModule } from 'quickjs-emscripten-core';
import type { JSValuePointer, QuickJSContext, QuickJSEmscriptenModule, QuickJSHandle } from 'quickjs-emscripten-core';
import { GLOBAL_EXPORT, STEPS_EXPORT, metered } from './meter';

/** Instances kept ready: as many guests with software of their own can run at once. */
const READY = 4;
/** Of its memory: what it starts with and what it may grow to, in pages of 64 KB. */
const FIRST_PAGES = 256;
const MOST_PAGES = 512;
export const MOST_MEMORY = MOST_PAGES << 16;
/** Kept back, so that something can be said when all is taken. */
const RESERVE = 128 << 10;
const CHUNK_WORDS = 0x4000;
/** More than starting an instance takes. */
const STEPS_TO_START = 1 << 30;

const UNDEFINED = 0 as JSValuePointer;
const NO_POINTER = 0;

let compiled: WebAssembly.Module | undefined;
const free: Engine[] = [];

/** Loads what `takeEngine` hands out; to be awaited before software of learners is run. */
export async function prepareEngines(count = READY): Promise<void> {
  for (let n = free.length - 1; n >= 0; n--) if (free[n]!.hasGrown) free.splice(n, 1);
  while (free.length < count) free.push(await Engine.create());
}

/** An instance as new. Throws when none is ready. */
export function takeEngine(): Engine {
  const engine = free.pop();
  if (!engine) throw new Error(`no sandbox is ready: more than ${READY} guests with handlers of their own`);
  return engine;
}

export class Engine {
  /** To make a runtime with; renewed by `giveBack`. */
  quickjs: QuickJSWASMModule;
  /** What any function of ours does when the script calls it. */
  onCall: () => void = () => undefined;
  private reserve: number;
  private readonly firstReserve: number;
  private readonly image: Uint8Array;
  private readonly globalValues: readonly number[];
  private readonly size: number;

  private constructor(
    readonly module: QuickJSEmscriptenModule,
    readonly ffi: QuickJSFFI,
    private readonly steps: WebAssembly.Global,
    private readonly globals: readonly WebAssembly.Global[],
  ) {
    this.quickjs = this.fresh();
    this.reserve = this.firstReserve = module._malloc(RESERVE);
    const heap = module.HEAPU8;
    let end = heap.length;
    while (end > 0 && heap[end - 1] === 0) end--;
    this.image = heap.slice(0, end);
    this.globalValues = globals.map(({ value }) => value as number);
    this.size = heap.length;
  }

  static async create(): Promise<Engine> {
    compiled ??= new WebAssembly.Module(metered(bytes));
    let instance: WebAssembly.Instance | undefined;
    const module = await loadGlue({
      instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
        instance = new WebAssembly.Instance(compiled!, imports);
        (instance.exports[STEPS_EXPORT] as WebAssembly.Global).value = STEPS_TO_START;
        receive(instance);
        return instance.exports;
      },
      // The limit JavaScript engines keep themselves is not kept in this build: it does not know how large its blocks are.
      wasmMemory: new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES }),
      print: () => undefined,
      printErr: () => undefined,
    } as Parameters<typeof loadGlue>[0]);
    const { exports } = instance!;
    const globals = Object.keys(exports)
      .filter((name) => name.startsWith(GLOBAL_EXPORT))
      .map((name) => exports[name] as WebAssembly.Global);
    return new Engine(module, new QuickJSFFI(module), exports[STEPS_EXPORT] as WebAssembly.Global, globals);
  }

  /** Turns of loops it may still take; at 0 the next traps. */
  get stepsLeft(): number {
    return this.steps.value as number;
  }
  set stepsLeft(steps: number) {
    this.steps.value = steps;
  }

  get memory(): ArrayBuffer {
    return this.module.HEAPU8.buffer as ArrayBuffer;
  }

  /** Memory was added since the start: it can never be given back but by letting go of the whole. */
  get hasGrown(): boolean {
    return this.module.HEAPU8.length > this.size;
  }

  /** Memory is used up: gives it what was kept back, once. */
  openReserve(): void {
    this.module._free(this.reserve);
    this.reserve = NO_POINTER;
  }

  /** An array buffer of a script's, of zeros, and where in this instance's memory its bytes are. */
  sharedBuffer(context: QuickJSContext, size: number): { readonly handle: QuickJSHandle; readonly at: number } {
    const { module } = this;
    const { _malloc: allocate } = module;
    let at = 0;
    module._malloc = (bytes) => {
      const pointer = allocate(bytes);
      if (bytes === size) at = pointer;
      return pointer;
    };
    const handle = context.newArrayBuffer(new ArrayBuffer(size));
    module._malloc = allocate;
    if (at === 0) throw new Error('where an array buffer is was not to be seen');
    return { handle, at };
  }

  /** Nothing of what was done in it remains, and it can be taken again. */
  giveBack(): void {
    const heap = this.module.HEAPU8;
    const words = new Int32Array(heap.buffer);
    for (let at = 0; at < words.length; at += CHUNK_WORDS) {
      const end = Math.min(at + CHUNK_WORDS, words.length);
      for (let n = at; n < end; n++) {
        if (words[n] === 0) continue;
        words.fill(0, n, end);
        break;
      }
    }
    heap.set(this.image);
    this.globals.forEach((global, n) => (global.value = this.globalValues[n]!));
    this.quickjs = this.fresh();
    this.reserve = this.firstReserve;
    this.onCall = () => undefined;
    free.push(this);
  }

  /**
   * The package's own way from a script's call to ours makes handles of all arguments; ours has none, and no answer but undefined.
   * The rest of the package's callbacks stays.
   */
  private fresh(): QuickJSWASMModule {
    const quickjs = new QuickJSWASMModule(this.module, this.ffi);
    this.module.callbacks.callFunction = () => {
      this.onCall();
      return UNDEFINED;
    };
    return quickjs;
  }
}
