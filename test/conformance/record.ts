/**
 * What tests make the engine do: rows of the opcode map that are reached, events delivered, page tables walked, #VMEXITs; by the test,
 * and for programs in ROM by the case, that is running. The engine is watched from within its own classes: a test knows nothing of it.
 */
import { CR0_PE, CR0_PG, CR0_WP, CR4_PAE, CR4_PCIDE, CR4_PGE, CR4_PSE } from '../../src/engine/arch/registers';
import { CR4_SMAP, CR4_SMEP, EFER_LMA, EFER_NXE } from '../../src/engine/arch/registers';
import { Processor } from '../../src/engine/cpu/processor';
import { Debugcon } from '../../src/engine/devices/debugcon';
import { BlockCache } from '../../src/engine/exec/block-cache';
import type { Row } from '../../src/engine/isa/row';
import { ACCESS_INSPECT, Walker } from '../../src/engine/mmu/walk';
import type { Probe } from '../../src/engine/probe';
import type { CpuState } from '../../src/engine/state/cpu-state';
import { IDTR, NESTED_CR4, NESTED_EFER, NESTED_PAGING } from '../../src/engine/state/layout';
import { BOCHS_DEVIATIONS } from '../cpu/bochs-deviations';
import type { Case } from '../cpu/rom-case';

/** Where something happened. */
export interface Place {
  readonly file: string;
  /** Title of the test, or of the suite that runs a program and the name of its case. */
  readonly title: string;
  /** What else runs the same program and does the same: QEMU, Bochs. */
  readonly witnesses: Set<string>;
}

/** Where each thing happened, by name; in the order of the tests. */
export class Seen<Key> {
  readonly places = new Map<Key, Set<Place>>();

  add(key: Key): void {
    const known = this.places.get(key);
    if (known) known.add(at);
    else this.places.set(key, new Set([at]));
  }
  of(key: Key): readonly Place[] {
    return [...(this.places.get(key) ?? [])];
  }
}

export const rows = new Seen<Row>();
/** `vector kind`, with `error` where it brings an error code: `13 exception error`. */
export const events = new Seen<string>();
/** Ways into a handler: `long mode, interrupt gate, IST`. */
export const deliveries = new Seen<string>();
/** EXITCODE. */
export const exits = new Seen<number>();
/** `field: what` of rules that VMRUN found broken. */
export const refusals = new Seen<string>();
/** Facts of walks: `4-level, 2 MB`, `PAE under nested 4-level`, `CR0.WP`. */
export const walks = new Seen<string>();
/** Bits of #PF's error code: `4-level: W U`. */
export const pageFaults = new Seen<string>();

const places = new Map<string, Place>();
/** Emulators a file asks for what no case is known of. */
const files = new Map<string, Set<string>>();
const casesOf = new WeakMap<Uint8Array, readonly Case[]>();
const witnessesOf = new Map<Case, Set<string>>();
/** Cases in which an emulator is known to do otherwise, and so is no witness. */
export const deviating: Record<string, number> = { QEMU: 0, Bochs: 0 };

let file = '';
let suite = '';
let at: Place = { file, title: suite, witnesses: new Set() };
/** The cases of the program that runs, and what it has written since the last `#`. */
let running: readonly Case[] | undefined;
let head: string | undefined;

function place(title: string, witnesses: Set<string>): Place {
  const key = `${file}\n${title}`;
  const known = places.get(key);
  if (known?.witnesses === witnesses) return known;
  const made: Place = { file, title, witnesses };
  places.set(key, made);
  return made;
}

export function beginFile(name: string): void {
  file = name;
  files.set(name, new Set());
}
/** Every test that ran. */
export const titles: { readonly file: string; readonly title: string }[] = [];
/** `suites` around it, outermost first. */
export function beginTest(suites: readonly string[], title?: string): void {
  suite = suites.at(-1) ?? '';
  if (title !== undefined) titles.push({ file, title });
  at = place(title ?? suite, files.get(file)!);
}

/** A program in ROM is made of cases. */
export function made(rom: Uint8Array, cases: readonly Case[]): void {
  casesOf.set(rom, cases);
  for (const c of cases) if (!witnessesOf.has(c)) witnessesOf.set(c, new Set());
}
/** An emulator was to run a program. */
export function asked(rom: Uint8Array | undefined, emulator: 'QEMU' | 'Bochs'): void {
  const cases = rom && casesOf.get(rom);
  if (!cases) files.get(file)?.add(emulator);
  for (const c of cases ?? []) {
    const differs = emulator === 'QEMU' ? c.qemu !== undefined : BOCHS_DEVIATIONS[suite]?.[c.name] !== undefined;
    if (differs) deviating[emulator]!++;
    else witnessesOf.get(c)!.add(emulator);
  }
}
/** Our machine runs a program. */
export function during<Result>(rom: Uint8Array, run: () => Result): Result {
  const before = at;
  running = casesOf.get(rom);
  head = undefined;
  if (running?.length === 1) at = place(at.title, witnessesOf.get(running[0]!)!);
  try {
    return run();
  } finally {
    running = undefined;
    at = before;
  }
}

// A case begins with `#number `.
const { writePort } = Debugcon.prototype;
Debugcon.prototype.writePort = function (port, size, value) {
  writePort.call(this, port, size, value);
  if (running === undefined || running.length === 1) return;
  const character = String.fromCharCode(value);
  if (character === '#') head = '';
  else if (head !== undefined && character !== ' ') head += character;
  else if (head !== undefined) {
    const c = running[Number(head)];
    head = undefined;
    if (c) at = place(`${suite}: ${c.name}`, witnessesOf.get(c)!);
  }
};

// Blocks of one instruction are decoded when it is reached, and not before.
const decoding = BlockCache.prototype as unknown as {
  decodeRun(block: { single: boolean }): readonly { readonly row: Row }[] | object;
};
const { decodeRun } = decoding;
decoding.decodeRun = function (block) {
  const { single } = block;
  block.single = true;
  const decoded = decodeRun.call(this, block);
  block.single = single;
  if (Array.isArray(decoded)) rows.add((decoded[0] as { row: Row }).row);
  return decoded;
};

/** A field that is there on an instance only once it is set: the bundle leaves out those without a value. */
const own = new WeakMap<Processor, Probe | undefined>();
const watching = new WeakMap<Processor, Probe>();
Object.defineProperty(Processor.prototype, 'probe', {
  get(this: Processor): Probe {
    const known = watching.get(this);
    if (known) return known;
    const probe = watch(this);
    watching.set(this, probe);
    return probe;
  },
  set(this: Processor, probe: Probe | undefined) {
    own.set(this, probe);
    watching.delete(this);
  },
});

function watch(processor: Processor): Probe {
  const theirs = own.get(processor);
  return {
    ...(theirs &&
      Object.fromEntries(Object.entries(theirs).map(([name, f]) => [name, (f as () => void).bind(theirs)]))),
    event(vector, kind, errorCode) {
      events.add(`${vector} ${kind}${errorCode >= 0 ? ' error' : ''}`);
      deliveries.add(wayIn(processor, vector));
      if (vector === 14 && kind === 'exception') pageFaults.add(faultName(processor.state, errorCode));
      theirs?.event?.(vector, kind, errorCode);
    },
    vmexit(event) {
      exits.add(event.code);
      theirs?.vmexit?.(event);
    },
    refused(entry) {
      for (const { field, what } of entry.violations) refusals.add(`${field}: ${what}`);
      theirs?.refused?.(entry);
    },
  };
}

const ERROR_BITS = ['P', 'W', 'U', 'RSV', 'I'];
function faultName(state: CpuState, errorCode: number): string {
  const bits = ERROR_BITS.filter((_, n) => (errorCode >> n) & 1).join(' ');
  return `${formatOf(state.cr(4), state.efer)}: ${bits === '' ? 'none' : bits}`;
}

/** How the handler was reached, by the gate that lies in the IDT. */
function wayIn(processor: Processor, vector: number): string {
  const { state } = processor;
  if ((state.cr(0) & CR0_PE) === 0) return 'real mode';
  const long = (state.efer & EFER_LMA) !== 0;
  const gate = state.i32[(IDTR + 8) >> 2]! + vector * (long ? 16 : 8);
  // Tables of these programs lie in the first gigabytes.
  if (!walk.call(processor.walker, (gate + 4) | 0, 0, ACCESS_INSPECT)) return 'out of sight';
  const high = processor.ram.read32(processor.walker.spa);
  const type = (high >> 8) & 15;
  const names: Readonly<Record<number, string>> = {
    5: 'task gate',
    6: '16-bit interrupt gate',
    7: '16-bit trap gate',
    14: 'interrupt gate',
    15: 'trap gate',
  };
  const ist = long && (high & 7) !== 0 ? ', IST' : '';
  return `${long ? 'long' : 'protected'} mode, ${names[type] ?? `type ${type}`}${ist}`;
}

function formatOf(cr4: number, efer: number): string {
  if ((efer & EFER_LMA) !== 0) return '4-level';
  if ((cr4 & CR4_PAE) !== 0) return 'PAE';
  return (cr4 & CR4_PSE) !== 0 ? '32-bit with PSE' : '32-bit';
}
const SIZES: Readonly<Record<number, string>> = { 12: '4 KB', 21: '2 MB', 22: '4 MB', 30: '1 GB' };

const { walk } = Walker.prototype;
Walker.prototype.walk = function (low, high, access) {
  const mapped = walk.call(this, low, high, access);
  const { state } = this as unknown as { state: CpuState };
  const cr0 = state.cr(0);
  const cr4 = state.cr(4);
  const guest = (cr0 & CR0_PG) === 0 ? 'off' : formatOf(cr4, state.efer);
  const nested = state.i32[NESTED_PAGING >> 2] !== 0;
  if (nested) {
    const host = formatOf(state.i32[NESTED_CR4 >> 2]!, state.i32[NESTED_EFER >> 2]!);
    walks.add(`${guest} under nested ${host}`);
  }
  if (!mapped || (access & ACCESS_INSPECT) !== 0) return mapped;
  if (guest === 'off') walks.add('off');
  else {
    walks.add(`${guest}, ${SIZES[this.linearPageShift]!}`);
    const on = (name: string, bit: number): void => void (bit !== 0 && walks.add(name));
    on('CR0.WP', cr0 & CR0_WP);
    on('CR4.PGE', this.global ? cr4 & CR4_PGE : 0);
    on('CR4.PCIDE', cr4 & CR4_PCIDE);
    on('CR4.SMEP', cr4 & CR4_SMEP);
    on('CR4.SMAP', cr4 & CR4_SMAP);
    on('EFER.NXE', state.efer & EFER_NXE);
  }
  return mapped;
};
