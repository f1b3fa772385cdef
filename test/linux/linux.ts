/** A Linux in a lab: what it says is heard, and it is spoken to. */
import type { Lab } from '../../src/session/lab';
import type { TargetStop } from '../../src/session/target';

/** Where a run has come to. */
export interface Mark {
  readonly instructions: number;
  /** Seconds of this process's processor time. */
  readonly cpu: number;
  /** Virtual seconds. */
  readonly virtual: number;
}

/** Instructions and virtual ns between two looks at the console. */
const STEPS = 1_000_000;
const STRETCH = 20_000_000;
const MOST_INSTRUCTIONS = 8_000_000_000;
const MOST_VIRTUAL = 300_000_000_000;

export class Linux {
  console = '';
  private readonly cpu = process.cpuUsage();

  constructor(
    readonly lab: Lab,
    private readonly prompt: string,
    hear: (text: string) => void = () => undefined,
  ) {
    lab.ears = {
      console: (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        this.console += text;
        hear(text);
      },
      say: hear,
    };
  }

  mark(): Mark {
    const { machine } = this.lab;
    const { user, system } = process.cpuUsage(this.cpu);
    return {
      instructions: machine.processor.retired,
      cpu: (user + system) / 1e6,
      virtual: machine.clock.now / 1e9,
    };
  }

  /** Runs on until `done`, or to the end. Time and steps are the machine's own, so that every run is the same. */
  until(what: string, done: () => boolean): TargetStop | undefined {
    const { lab } = this;
    while (!done()) {
      const stop = lab.target.run(lab.machine.clock.now + STRETCH, STEPS);
      lab.flush();
      if (stop.kind !== 'time' && stop.kind !== 'stopped') return stop;
      const { instructions, virtual } = this.mark();
      if (instructions > MOST_INSTRUCTIONS || virtual > MOST_VIRTUAL / 1e9) {
        throw this.failure(`${what} has not come after ${instructions} instructions and ${virtual} s`);
      }
    }
    return undefined;
  }

  /** Runs until there is a prompt behind what has been said so far. */
  prompted(what: string, from = this.console.length): void {
    const stop = this.until(what, () => this.console.indexOf(this.prompt, from) >= 0);
    if (stop) throw this.failure(`${what} did not come: ${JSON.stringify(stop)}`);
  }

  type(line: string): void {
    this.lab.target.sendConsole(Buffer.from(`${line}\n`, 'latin1'));
  }

  /** Types a command; what was echoed and printed, without carriage returns. */
  ask(line: string): string {
    const from = this.console.length;
    this.type(line);
    this.prompted(`the answer to '${line}'`, from);
    return this.console.slice(from).replace(/\r/g, '');
  }

  failure(what: string): Error {
    return new Error(`${what}; the console said last:\n${this.console.slice(-3000)}`);
  }
}
