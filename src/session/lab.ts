/** A running lab as the tools see it: what runs, where it stands, what it says, and the questions one may ask of it. */
import type { LineEntry } from '../assembler/assembler';
import type { Machine } from '../engine/machine/machine';
import { Vmcb } from '../engine/state/vmcb';
import type { GuestShare, SessionState } from '../protocol/state';
import { Breakpoints } from './breakpoints';
import type { CodeBreakpoint, CodePlace } from './breakpoints';
import { Disassembler } from './disassembler';
import type { DisassembledInstruction } from './disassembler';
import { ExitFilters, ExitScope } from './exit-filter';
import type { ExitLog } from './exit-log';
import { ExitSearches } from './exit-search';
import { ExpressionError } from './expression';
import type { Names, Scope } from './expression';
import type { Guest } from './guests';
import { guestPhysicalSpace, promisedSpace, readMemory, virtualSpace } from './memory';
import type { AddressSpace } from './memory';
import { Program } from './program';
import {
  codeAddress,
  codeBits,
  guestRegisters,
  hostRegisters,
  modeOf,
  REGISTER_NAMES,
  registerValue,
} from './registers';
import type { Registers } from './registers';
import { isEnd, stopWords } from './stop';
import type { LabEnd, LabStop } from './stop';
import type { Target } from './target';
import { vmcbFieldNamed, vmcbFieldNames } from './vmcb-fields';

/** Whose registers and memory: the host's, or a guest's. */
export type World = 'host' | Guest;

/** A line of a source, and in whose code it lies. */
export interface CodeLine {
  readonly entry: LineEntry;
  readonly world: CodeBreakpoint['world'];
}

/** Line and column from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a lab tells while it runs. */
export interface LabEars {
  /** Bytes that left COM1 and the virtio console, in order. */
  console(bytes: Uint8Array): void;
  /** Words for the user; of a place in a source, if they are about one. */
  say(text: string, place?: SourcePlace): void;
}

const LONGEST_INSTRUCTION = 15;
const HLT = 0xf4;
const DEAF: LabEars = { console: () => undefined, say: () => undefined };

export class Lab {
  readonly breakpoints: Breakpoints;
  readonly exits = new ExitFilters();
  readonly searches: ExitSearches;
  /** Why it stands still; undefined while it runs. */
  stopped: LabStop | undefined = { kind: 'entry' };
  private listener: LabEars | undefined;
  /** Words of before somebody listened. */
  private readonly unheard: Parameters<LabEars['say']>[] = [];
  private readonly scope: ExitScope;
  /** The exit that asked for a stop in this slice. */
  private wanted: LabStop | undefined;
  private output: number[] = [];
  /** What was written to port E9h. */
  readonly debugcon: number[] = [];

  private readonly code: readonly { readonly program: Program; readonly disassembler: Disassembler }[];

  /** `programs`: one a guest of the built-in hypervisor, in their order; the one of a bare machine. */
  constructor(
    readonly target: Target,
    programs: readonly Program[] = [new Program(new Uint8Array(0))],
  ) {
    const { processor } = target.machine;
    this.breakpoints = new Breakpoints((isBreakpoint) => processor.setBreakpoints(isBreakpoint));
    this.code = programs.map((program) => ({
      program,
      disassembler: new Disassembler((address) => program.place(address)),
    }));
    this.searches = new ExitSearches(this.log);
    this.scope = new ExitScope(this.log, processor.state);
    target.onGuestEnd = (id) => this.guestEnded(id);
    target.watch.onExit = (number, guest) => this.exited(number, guest);
  }

  get machine(): Machine {
    return this.target.machine;
  }
  get log(): ExitLog {
    return this.target.watch.log;
  }
  get guests(): readonly Guest[] {
    return this.target.watch.guests;
  }
  get ended(): boolean {
    return this.stopped !== undefined && isEnd(this.stopped);
  }

  private exited(number: number, guest: Guest): void {
    if (!this.exits.any) return;
    this.scope.number = number;
    const code = this.log.codeOf(number);
    let group;
    try {
      group = this.exits.match(this.scope, code);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.ears.say(`The condition of an exit breakpoint failed: ${error.message}\n`);
      group = 'any' as const;
    }
    if (!group) return;
    this.wanted = { kind: 'exit', number, code, guest: guest.id, group };
    this.target.requestStop();
  }

  /** One of several is told of; the others go on. */
  private guestEnded(id: number): void {
    const guest = this.guest(id);
    const end = guest && this.endOf(guest);
    if (end && this.several) this.ears.say(`${guest.identity.name} has ended: ${stopWords(end)}\n`);
  }

  /** The stop an exit has asked for, once. */
  takeWanted(): LabStop | undefined {
    const { wanted } = this;
    this.wanted = undefined;
    return wanted;
  }

  /** Who is told; what was said before is told now. */
  get ears(): LabEars {
    return this.listener ?? DEAF;
  }
  set ears(ears: LabEars) {
    this.listener = ears;
    for (const words of this.unheard.splice(0)) ears.say(...words);
  }

  say(text: string, place?: SourcePlace): void {
    if (this.listener) this.listener.say(text, place);
    else this.unheard.push([text, place]);
  }

  // Console

  /** A byte left COM1 or the virtio console: told at the next `flush`. */
  hearConsole(byte: number): void {
    this.output.push(byte);
  }
  hearDebugcon(byte: number): void {
    this.debugcon.push(byte);
  }
  flush(): void {
    if (this.output.length === 0) return;
    const bytes = Uint8Array.from(this.output);
    this.output = [];
    this.ears.console(bytes);
  }

  // Worlds

  /** The processor executes a guest: this one. */
  get executing(): Guest | undefined {
    const { watch, machine } = this.target;
    return machine.processor.inGuest ? watch.current : undefined;
  }
  /** Whose code comes next. The built-in hypervisor has none: under it, it is always a guest's. */
  get world(): World {
    const { kind, watch } = this.target;
    return this.executing ?? (kind === 'guest' ? watch.current : undefined) ?? 'host';
  }

  // Programs

  /** What a world runs. The bare machine has one program, its host's and its guests'; the built-in hypervisor none: its guest's. */
  programOf(world: World): Program {
    return this.codeOf(world).program;
  }
  disassemblerOf(world: World): Disassembler {
    return this.codeOf(world).disassembler;
  }
  private codeOf(world: World) {
    const { kind, watch } = this.target;
    const guest = world === 'host' ? watch.current : world;
    return this.code[kind === 'guest' ? (guest?.id ?? 0) : 0] ?? this.code[0]!;
  }

  /** Where the first line at or below a line has its code, in each program the file is part of. */
  placesOf(file: string, line: number): readonly CodeLine[] {
    const places = this.code.flatMap(({ program }, id): CodeLine[] => {
      const entry = program.addressOf(file, line);
      return entry ? [{ entry, world: this.target.kind === 'guest' ? id : 'any' }] : [];
    });
    const nearest = Math.min(...places.map(({ entry }) => entry.line));
    return places.filter(({ entry }) => entry.line === nearest);
  }
  /** Lines with code between two, in any program, in order, each once. */
  linesWithCode(file: string, first: number, last: number): number[] {
    const lines = this.code.flatMap(({ program }) => program.linesWithCode(file, first, last));
    return [...new Set(lines)].sort((a, b) => a - b);
  }

  /** Guest `id`. */
  guest(id: number): Guest | undefined {
    return this.guests[id];
  }

  registers(world: World): Registers {
    const { processor } = this.machine;
    return world === 'host' ? hostRegisters(processor) : guestRegisters(processor, world, world === this.executing);
  }

  /** Where the processor is about to execute. */
  get place(): CodePlace {
    const { world } = this;
    return { address: codeAddress(this.registers(world)), world: world === 'host' ? 'host' : world.id };
  }

  /**
   * The instruction a world stands at: the next one, but for a processor that HLT has halted for good, which is shown on its HLT although RIP
   * is behind it (volume 3, HLT).
   */
  standsAt(world: World): bigint {
    const address = codeAddress(this.registers(world));
    if (this.stopped?.kind !== 'halted' || this.target.kind !== 'bare' || world !== this.world) return address;
    return this.read(world, address - 1n, 1)[0] === HLT ? address - 1n : address;
  }

  space(world: World, physical = false): AddressSpace {
    const { paging } = this.registers(world);
    if (this.target.kind === 'guest' && world !== 'host') return promisedSpace(this.machine, paging, physical);
    return physical ? guestPhysicalSpace(this.machine, paging) : virtualSpace(this.machine, paging);
  }

  read(world: World, address: bigint, count: number): Uint8Array {
    return readMemory(this.machine, this.space(world), address, count);
  }

  /** The next instruction of a world; undefined where it cannot be read. */
  instruction(world: World): DisassembledInstruction | undefined {
    const registers = this.registers(world);
    const address = codeAddress(registers);
    const bytes = this.read(world, address, LONGEST_INSTRUCTION);
    return this.disassemblerOf(world).decode(bytes, codeBits(registers), address, 1)[0];
  }

  // Expressions

  /** What may stand in conditions and watches: registers, flags, MSRs, symbols of the programs. */
  get names(): Names {
    const { code } = this;
    const registers = new Set(REGISTER_NAMES);
    return {
      has: (name) =>
        registers.has(name.toLowerCase()) ||
        code.some(({ program }) => program.symbol(name) !== undefined || program.hasLocal(name)) ||
        vmcbFieldNamed(name) !== undefined,
      all: function* () {
        yield* registers;
        yield* new Set(code.flatMap(({ program }) => [...program.symbolNames]));
        yield* vmcbFieldNames();
      },
    };
  }

  scopeOf(world: World): Scope {
    const registers = this.registers(world);
    const program = this.programOf(world);
    const guest = world === 'host' ? this.target.watch.current : world;
    return {
      value: (name) => {
        const field = vmcbFieldNamed(name);
        if (field) return guest && new Vmcb(this.machine.ram, guest.vmcb).big(field);
        if (name.startsWith('.')) return program.localSymbol(name, codeAddress(registers));
        return program.symbol(name) ?? registerValue(registers, name.toLowerCase());
      },
      read: (address, size) => {
        const bytes = this.read(world, address, size);
        if (bytes.length < size) return undefined;
        return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
      },
    };
  }

  // Guests beside each other

  /** Several guests share the processor, and each has an end of its own. */
  get several(): boolean {
    return this.target.kind === 'guest' && this.guests.length > 1;
  }

  /** How a guest has ended: its own end, or that of the lab; undefined while it may go on. */
  endOf(guest: Guest): LabEnd | undefined {
    const { end } = this.target.standing(guest);
    const { stopped } = this;
    if (end || !stopped || !isEnd(stopped)) return end;
    // one that sleeps where nothing can wake it
    return stopped.kind === 'guests-ended' ? { kind: 'halted' } : stopped;
  }

  /** Processor time of each guest. */
  get shares(): GuestShare[] {
    return this.guests.map((guest) => {
      const { weight, used } = this.target.standing(guest);
      const end = this.endOf(guest);
      return { guest: guest.id, weight, processorTime: used, end: end ? stopWords(end) : null };
    });
  }

  /** Whose screen: that of the guest the debugger looks at, or of the bare machine. */
  get screenInSight(): number | null {
    const { kind, watch } = this.target;
    return kind === 'guest' ? (watch.current?.id ?? 0) : null;
  }

  // State

  get state(): SessionState {
    const { watch, machine } = this.target;
    const { executing } = this;
    const { current } = watch;
    return {
      running: this.stopped === undefined,
      ended: this.ended,
      time: machine.processor.retired,
      guests: this.guests.filter(({ vmruns }) => vmruns > 0).map(({ identity }) => identity),
      shares: this.shares,
      guest: current && current.vmruns > 0 ? current.id : null,
      inGuest: executing !== undefined,
      mode: modeOf(this.registers(executing ?? 'host')),
      exits: this.log.total,
      reason: this.stopped ? stopWords(this.stopped) : '',
    };
  }
}
