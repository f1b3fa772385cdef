/** The guests of a machine, one a VMCB in the order of their first VMRUN, and what is remembered of each between its exits. */
import { VMCB_SIZE } from '../engine/arch/vmcb';
import type { Processor } from '../engine/cpu/processor';
import type { ExitEvent, Probe, RefusedEntry } from '../engine/probe';
import { REGS } from '../engine/state/layout';
import type { OutcomeKind } from '../protocol/exit-log';
import type { GuestIdentity } from '../protocol/state';
import type { ExitLog } from './exit-log';
import type { KeptPaging } from './kept-paging';

const GENERAL_REGISTERS = 16;

export class Guest {
  readonly identity: GuestIdentity;
  /** Number of its last #VMEXIT in the exit log, 0 before the first. */
  exit = 0;
  /** VMRUNs of it, refused ones too. */
  vmruns = 0;
  /** Instructions retired, by all, at its last VMRUN; and between that and its #VMEXIT. */
  entered = 0;
  since = 0;
  /** What VMRUN refused last, until it accepts. */
  refused: RefusedEntry | undefined;
  /** Under the built-in hypervisor, where the guest's paging is not in its VMCB. */
  kept: (() => KeptPaging | undefined) | undefined;
  /** Under the built-in hypervisor: general registers wherever it has them while the guest does not execute. */
  general: { get(n: number): bigint; set(n: number, value: bigint): void } | undefined;
  /** The processor's general registers right after the last #VMEXIT: the guest's, but for RAX and RSP, which are in the VMCB. */
  readonly registers = new BigUint64Array(GENERAL_REGISTERS);
  /** The VMCB's page right after the last #VMEXIT, and after the one before. */
  private pages: [Uint8Array, Uint8Array] = [new Uint8Array(VMCB_SIZE), new Uint8Array(VMCB_SIZE)];
  private exits = 0;

  constructor(
    id: number,
    /** SPA of its VMCB. */
    readonly vmcb: number,
    name: string | undefined,
  ) {
    this.identity = { id, letter: letterOf(id), name: name ?? guestName(id) };
  }

  get id(): number {
    return this.identity.id;
  }

  /** The page right after the #VMEXIT before the last, if there were two. */
  get previousPage(): Uint8Array | undefined {
    return this.exits < 2 ? undefined : this.pages[1];
  }

  /** What is remembered of it, to go back to. */
  mark(): () => void {
    const { exit, vmruns, entered, since, refused, exits } = this;
    const registers = this.registers.slice();
    const pages: [Uint8Array, Uint8Array] = [this.pages[0].slice(), this.pages[1].slice()];
    return () => {
      Object.assign(this, { exit, vmruns, entered, since, refused, exits });
      this.registers.set(registers);
      this.pages = [pages[0].slice(), pages[1].slice()];
    };
  }

  keep(number: number, processor: Processor): void {
    const { state, ram } = processor;
    this.exit = number;
    this.exits++;
    for (let n = 0; n < GENERAL_REGISTERS; n++) this.registers[n] = state.big(REGS + n * 8);
    this.pages = [this.pages[1], this.pages[0]];
    const at = ram.offset(this.vmcb);
    if (at >= 0) this.pages[0].set(ram.u8.subarray(at, at + VMCB_SIZE));
  }
}

/** What a guest is called that nobody named. */
export function guestName(id: number): string {
  return `guest ${letterOf(id)}`;
}

/** A, B, … Z, AA, AB, … */
function letterOf(id: number): string {
  const last = String.fromCharCode(65 + (id % 26));
  return id < 26 ? last : letterOf(Math.floor(id / 26) - 1) + last;
}

/** As many are told apart: a guest can reach for more pages than any list could hold. */
const MOST_UNANSWERED = 1000;
const ELSEWHERE = 'accesses elsewhere';

type DeliveredKind = Parameters<NonNullable<Probe['event']>>[1];

/** Listens to the machine: tells VMRUNs and #VMEXITs apart by guest and writes the exit log. */
export class GuestWatch implements Probe {
  readonly guests: Guest[] = [];
  /** The guest in whose favour the processor works: it executes it, or the last #VMEXIT came from it. */
  current: Guest | undefined;
  /** Ports, pages and MSRs nobody answered for, by what they are, with how often: told at the end. */
  readonly unanswered = new Map<string, number>();
  /** Told of each #VMEXIT once it is in the log. */
  onExit: (number: number, guest: Guest) => void = () => undefined;
  /** Told of each event once it is delivered through an IDT. */
  onEvent: ((kind: DeliveredKind, errorCode: boolean) => void) | undefined;
  private readonly byVmcb = new Map<number, Guest>();
  /** Instructions retired at the newest #VMEXIT, until the VMRUN after it. */
  private openExit: number | undefined;

  constructor(
    private readonly processor: Processor,
    readonly log: ExitLog,
    /** Who decides what becomes of an exit. */
    private readonly decided: OutcomeKind,
  ) {}

  guestAt(vmcb: number, name?: string): Guest {
    let guest = this.byVmcb.get(vmcb);
    if (!guest) {
      guest = new Guest(this.guests.length, vmcb, name);
      this.guests.push(guest);
      this.byVmcb.set(vmcb, guest);
    }
    return guest;
  }

  vmrun(vmcb: number): void {
    const guest = this.guestAt(vmcb);
    guest.vmruns++;
    // an emulated VMRUN retires now; the built-in hypervisor's is no instruction
    guest.entered = this.processor.retired + (this.decided === 'software' ? 1 : 0);
    this.closeExit(guest.entered);
    guest.refused = undefined;
    this.current = guest;
  }

  refused(entry: RefusedEntry): void {
    const guest = this.guestAt(entry.vmcb);
    guest.vmruns++;
    guest.refused = entry;
    guest.entered = this.processor.retired;
    this.closeExit(guest.entered);
  }

  /** What emulated software did with the newest exit has cost the instructions up to here; host mode's cost is told by its own. */
  private closeExit(retired: number): void {
    if (this.openExit === undefined) return;
    this.log.spent(retired - this.openExit);
    this.openExit = undefined;
  }

  vmexit({ code, vmcb }: ExitEvent): void {
    this.exited(this.guestAt(vmcb), code);
  }

  private exited(guest: Guest, code: number): void {
    const { processor, log } = this;
    this.current = guest;
    const time = processor.retired;
    guest.since = time - guest.entered;
    const { state, ram, now } = processor;
    const number = log.take(state, ram, guest.vmcb, guest.id, code, time, now, guest.since, this.decided);
    if (this.decided === 'software') this.openExit = time;
    guest.keep(number, processor);
    this.onExit(number, guest);
  }

  event(_vector: number, kind: DeliveredKind, errorCode: number): void {
    this.onEvent?.(kind, errorCode >= 0);
  }

  /** What is remembered, to go back to: the function does, any number of times. */
  mark(): () => void {
    const { current, openExit } = this;
    const guests = this.guests.map((guest) => ({ guest, back: guest.mark() }));
    const unanswered = [...this.unanswered];
    const log = this.log.mark();
    return () => {
      this.guests.splice(0, Infinity, ...guests.map(({ guest }) => guest));
      this.byVmcb.clear();
      for (const guest of this.guests) this.byVmcb.set(guest.vmcb, guest);
      for (const { back } of guests) back();
      this.current = current;
      this.openExit = openExit;
      this.unanswered.clear();
      for (const [what, count] of unanswered) this.unanswered.set(what, count);
      this.log.backTo(log);
    };
  }

  absentPort(port: number, size: number, write: boolean): void {
    this.note(`${write ? 'write to' : 'read of'} port ${hex(port)} (${size * 8} bits)`);
  }
  absentMemory(spa: number, _size: number, write: boolean): void {
    this.note(`${write ? 'write to' : 'read of'} memory at ${hex(spa - (spa % 4096))}`);
  }
  unknownMsr(number: number, write: boolean): void {
    this.note(`${write ? 'WRMSR' : 'RDMSR'} ${hex(number >>> 0)}`);
  }

  private note(what: string): void {
    const { unanswered } = this;
    const kind = unanswered.has(what) || unanswered.size < MOST_UNANSWERED ? what : ELSEWHERE;
    unanswered.set(kind, (unanswered.get(kind) ?? 0) + 1);
  }
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase()}h`;
}
