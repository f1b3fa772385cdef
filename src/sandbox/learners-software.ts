/** A learner's TypeScript as software of the hypervisor, for one guest. */
import { EXIT_CODES, type ExitName } from '../engine/arch/exit-codes';
import { RFLAGS_IF } from '../engine/arch/registers';
import { ATTRIB_L } from '../engine/arch/vmcb';
import type { GuestSoftware } from '../hypervisor/guest-software';
import { advance, diagnosis, inject, resume, stop, type Outcome } from '../hypervisor/outcome';
import type { Vm } from '../hypervisor/vm';
import { ADOPTED_BEFORE_ENTRY, ADOPTED_EXITS, ADOPTED_SET_UP, ANSWERS, moduleSource } from './bridge/module-source';
import { compile } from './compile';
import { HostSide } from './host-side';
import type { Mailbox } from './mailbox';
import { Sandbox } from './sandbox';
import { SandboxError } from './sandbox-error';

/** Turns of loops in the JavaScript engine: a statement takes some ten. Building tables takes longer than answering an exit. */
const STEPS_TO_SET_UP = 200_000_000;
const STEPS_TO_ANSWER = 10_000_000;

const EXIT_NAMES = Object.keys(EXIT_CODES) as ExitName[];
const PLACES = new Map(EXIT_NAMES.map((name, n) => [name, ADOPTED_EXITS + n]));
/** Who decided, in the exit log. */
const BY = 'your handler';

let library: string | undefined;

export interface LearnersOptions {
  /** Steps all its answers together may take; any number if left out. */
  readonly budget?: number;
  /** What the software says with log(). */
  readonly log?: (text: string) => void;
  /** The first thing that goes wrong, once. */
  readonly onError?: (error: SandboxError) => void;
}

export class LearnersSoftware implements GuestSoftware {
  /** What went wrong, once it has. */
  problem: SandboxError | undefined;
  private readonly sandbox: Sandbox;
  private readonly side: HostSide;
  private readonly adopted: Uint8Array;

  /** Compiles and loads; an engine must be ready (`prepareEngines`). Throws SandboxError. */
  constructor(
    private readonly file: string,
    text: string,
    private readonly options: LearnersOptions = {},
  ) {
    const compiled = compile(file, text);
    this.side = new HostSide(options.log ?? (() => undefined));
    library ??= moduleSource();
    this.sandbox = new Sandbox(compiled, library, (mailbox) => this.side.answer(mailbox));
    this.adopted = this.sandbox.mailbox.bytes(ADOPTED_EXITS + EXIT_NAMES.length);
  }

  /** The exits it answers. */
  get exitNames(): readonly ExitName[] {
    return EXIT_NAMES.filter((_, n) => this.adopted[ADOPTED_EXITS + n] !== 0);
  }

  setUp(vm: Vm): Outcome | undefined {
    this.side.paused(vm, false);
    return this.run(vm, ADOPTED_SET_UP, 'setUp', STEPS_TO_SET_UP);
  }
  beforeEntry(vm: Vm): Outcome | undefined {
    return this.run(vm, ADOPTED_BEFORE_ENTRY, 'beforeEntry', STEPS_TO_ANSWER);
  }
  exit(name: ExitName, vm: Vm): Outcome | undefined {
    this.side.paused(vm, true);
    return this.run(vm, PLACES.get(name)!, name, STEPS_TO_ANSWER);
  }

  dispose(): void {
    this.sandbox.dispose();
  }

  private run(vm: Vm, place: number, name: string, steps: number): Outcome | undefined {
    if (this.adopted[place] === 0) return undefined;
    const { side, sandbox } = this;
    const { budget = Infinity } = this.options;
    side.vm = vm;
    side.copyIn(sandbox.mailbox, vm);
    try {
      const answer = sandbox.run(place, name, steps);
      if (sandbox.stepsUsed > budget) {
        throw sandbox.errorAt(
          name,
          `the answers to all exits took more than ${budget.toLocaleString('en-US')} steps together`,
        );
      }
      side.copyOut(sandbox.mailbox, vm);
      return this.outcome(answer, sandbox.mailbox, vm, name, place >= ADOPTED_EXITS);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      if (!this.problem) {
        this.problem = error;
        this.options.onError?.(error);
      }
      return diagnosis(BY, error.text);
    }
  }

  /** `atExit`: the guest is at an instruction, or an event, that wants an answer. */
  private outcome(answer: number, mail: Mailbox, vm: Vm, name: string, atExit: boolean): Outcome | undefined {
    const { vcpu } = vm;
    const kind = ANSWERS[answer] ?? 'nothing';
    switch (kind) {
      case 'stop':
        return diagnosis(BY, mail.text(mail.word(0)));
      case 'exitGuest':
        return stop(BY, { kind: 'guest-exit', status: mail.word(0), value: mail.word(0) });
      case 'nothing':
      case 'builtIn':
        return undefined;
    }
    if (!atExit) {
      throw this.sandbox.errorAt(
        name,
        `${name} returned ${kind}(): nothing has exited, so it returns nothing, stop(text) or exitGuest(status)`,
      );
    }
    if (name === 'VMEXIT_INTR') {
      throw this.sandbox.errorAt(
        name,
        `${name} returned ${kind}(): the interrupt is the host's, and the hypervisor must serve it: return builtIn()`,
      );
    }
    switch (kind) {
      case 'resume':
        return resume(BY);
      case 'advance': {
        const bytes = mail.word(0);
        return advance(BY, bytes === 0 ? undefined : behind(vm, bytes));
      }
      case 'inject':
        return inject(BY, mail.word(0), mail.word(1) === 0 ? undefined : mail.word(2));
      case 'halt':
        if ((vcpu.vmcb.low('rflags') & RFLAGS_IF) === 0) return stop(BY, { kind: 'halted' });
        vcpu.state.halted = true;
        return advance(BY);
    }
  }
}

/** Address of the instruction after one of `bytes` bytes: outside 64-bit mode it wraps at 4 GB. */
function behind({ vcpu }: Vm, bytes: number): bigint {
  const long = (vcpu.vmcb.low('csAttrib') & ATTRIB_L) !== 0;
  return BigInt.asUintN(long ? 64 : 32, vcpu.vmcb.big('rip') + BigInt(bytes));
}
