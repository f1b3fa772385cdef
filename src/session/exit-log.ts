/**
 * The exit log: a ring of typed columns that takes a row at each #VMEXIT and is decoded only when somebody looks, and counts over
 * the whole run. It reads the VMCB as #VMEXIT left it, whoever runs the guest.
 */
import { EXIT_CODES } from '../engine/arch/exit-codes';
import { RCX, RDX } from '../engine/arch/registers';
import { VMCB } from '../engine/arch/vmcb';
import type { CpuState } from '../engine/state/cpu-state';
import type { Ram } from '../engine/state/ram';
import type { OutcomeKind } from '../protocol/exit-log';

/** Rows the ring keeps. */
export const EXIT_LOG_ROWS = 1 << 16;

const OUTCOMES = ['pending', 'resume', 'advance', 'inject', 'stop', 'software'] as const satisfies OutcomeKind[];

/** 64-bit columns, each two int32 words: low, high. */
const WIDE = ['info1', 'info2', 'intInfo', 'rip', 'nRip', 'rax', 'rcx', 'rdx'] as const;
export type WideColumn = (typeof WIDE)[number];

/** VMCB fields the columns are read from. */
const FROM_VMCB = [
  ['info1', VMCB.exitInfo1.offset],
  ['info2', VMCB.exitInfo2.offset],
  ['intInfo', VMCB.exitIntInfo.offset],
  ['rip', VMCB.rip.offset],
  ['nRip', VMCB.nRip.offset],
  ['rax', VMCB.rax.offset],
] as const satisfies (readonly [WideColumn, number])[];

/** EXITINFO1 of IOIO: the port, and TYPE. §15.10.2 */
const IOIO_PORT_SHIFT = 16;
const IOIO_IN = 1;

export class ExitLog {
  /** #VMEXITs since reset, kept or not; the number of the newest. */
  total = 0;
  /** By EXITCODE, signed. */
  readonly byCode = new Map<number, number>();
  /** By guest id. */
  readonly byGuest = new Map<number, number>();
  /** VMEXIT_IOIO by port × 2 + (1: IN). */
  readonly byPort = new Map<number, number>();
  private readonly time: Float64Array;
  private readonly guest: Uint16Array;
  private readonly codes: Int32Array;
  private readonly wide: Record<WideColumn, Int32Array>;
  private readonly outcomes: Uint8Array;
  private readonly outcomeValues: Uint16Array;
  private readonly handlers: Uint8Array;
  /** Handlers by the number in their column; 0 is nobody. */
  private readonly handlerNames: string[] = [''];

  constructor(readonly rows = EXIT_LOG_ROWS) {
    this.time = new Float64Array(rows);
    this.guest = new Uint16Array(rows);
    this.codes = new Int32Array(rows);
    this.outcomes = new Uint8Array(rows);
    this.outcomeValues = new Uint16Array(rows);
    this.handlers = new Uint8Array(rows);
    this.wide = Object.fromEntries(WIDE.map((name) => [name, new Int32Array(rows * 2)])) as Record<
      WideColumn,
      Int32Array
    >;
  }

  clear(): void {
    this.total = 0;
    this.byCode.clear();
    this.byGuest.clear();
    this.byPort.clear();
  }

  /** Number of the oldest row kept; 0 if there is none. */
  get oldest(): number {
    return this.total === 0 ? 0 : Math.max(1, this.total - this.rows + 1);
  }

  /**
   * Takes the exit that the VMCB at an SPA holds; general registers are still the guest's. Returns its number. `decided`: by whom the
   * exit is handled: `pending` when a handler is still to say, `software` when emulated code is.
   */
  take(
    state: CpuState,
    ram: Ram,
    vmcb: number,
    guest: number,
    code: number,
    time: number,
    decided: OutcomeKind,
  ): number {
    const number = ++this.total;
    const at = (number - 1) % this.rows;
    this.time[at] = time;
    this.guest[at] = guest;
    this.codes[at] = code;
    this.outcomes[at] = OUTCOMES.indexOf(decided);
    this.outcomeValues[at] = 0;
    this.handlers[at] = 0;
    const { wide } = this;
    const page = ram.offset(vmcb);
    for (const [name, offset] of FROM_VMCB) {
      const word = (page + offset) >>> 2;
      wide[name][at * 2] = page < 0 ? 0 : state.i32[word]!;
      wide[name][at * 2 + 1] = page < 0 ? 0 : state.i32[word + 1]!;
    }
    wide.rcx[at * 2] = state.gprLow(RCX);
    wide.rcx[at * 2 + 1] = state.gprHigh(RCX);
    wide.rdx[at * 2] = state.gprLow(RDX);
    wide.rdx[at * 2 + 1] = state.gprHigh(RDX);

    count(this.byCode, code);
    count(this.byGuest, guest);
    if (code === EXIT_CODES.VMEXIT_IOIO.code) {
      const info = wide.info1[at * 2]!;
      count(this.byPort, (info >>> IOIO_PORT_SHIFT) * 2 + (info & IOIO_IN));
    }
    return number;
  }

  /** What became of an exit. `value`: bytes of an advance, or a vector. */
  decide(number: number, outcome: OutcomeKind, value: number, handler: string): void {
    if (!this.keeps(number)) return;
    const at = (number - 1) % this.rows;
    this.outcomes[at] = OUTCOMES.indexOf(outcome);
    this.outcomeValues[at] = value;
    let index = this.handlerNames.indexOf(handler);
    if (index < 0) index = this.handlerNames.push(handler) - 1;
    this.handlers[at] = index;
  }

  keeps(number: number): boolean {
    return number >= 1 && number >= this.oldest && number <= this.total;
  }

  // By number, of a row that is kept

  timeOf(number: number): number {
    return this.time[(number - 1) % this.rows]!;
  }
  guestOf(number: number): number {
    return this.guest[(number - 1) % this.rows]!;
  }
  codeOf(number: number): number {
    return this.codes[(number - 1) % this.rows]!;
  }
  low(number: number, column: WideColumn): number {
    return this.wide[column][((number - 1) % this.rows) * 2]!;
  }
  high(number: number, column: WideColumn): number {
    return this.wide[column][((number - 1) % this.rows) * 2 + 1]!;
  }
  /** A 64-bit column as unsigned BigInt. */
  big(number: number, column: WideColumn): bigint {
    return (BigInt(this.high(number, column) >>> 0) << 32n) | BigInt(this.low(number, column) >>> 0);
  }
  outcomeOf(number: number): OutcomeKind {
    return OUTCOMES[this.outcomes[(number - 1) % this.rows]!]!;
  }
  outcomeValueOf(number: number): number {
    return this.outcomeValues[(number - 1) % this.rows]!;
  }
  handlerOf(number: number): string {
    return this.handlerNames[this.handlers[(number - 1) % this.rows]!]!;
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
