/** Starts an unmodified Linux on the machine or as a guest, waits for its shell, has it answer, powers it off. */
import { exitName } from '../../src/engine/arch/exit-codes';
import { GuestTarget } from '../../src/session/guest-target';
import type { Lab } from '../../src/session/lab';
import { LabSnapshots } from '../../src/session/lab-snapshots';
import type { TargetStop } from '../../src/session/target';
import { ANSWER, POWER_OFF, QUESTION, type LinuxImages } from './images';
import { openLinux, type Way } from './open-linux';
import { useConsole } from './use-console';
import { useDisk, type DiskRun } from './use-disk';

/** Where a run has come to. */
export interface Mark {
  readonly instructions: number;
  /** Seconds of this process's processor time. */
  readonly cpu: number;
  /** Virtual seconds. */
  readonly virtual: number;
}

export interface LinuxRun {
  readonly prompt: Mark;
  readonly end: Mark;
  /** How it ended after it was told to power off. */
  readonly stop: TargetStop['kind'];
  /** What its disk did; undefined where it was not used. */
  readonly disk: DiskRun | undefined;
  readonly exits: ReadonlyMap<string, number>;
  /** Bytes of the tables the hypervisor keeps for the guest at the end. */
  readonly tables: number;
  readonly console: string;
}

/** Instructions and virtual ns between two looks at the console. */
const STEPS = 1_000_000;
const STRETCH = 20_000_000;
const MOST_INSTRUCTIONS = 8_000_000_000;
const MOST_VIRTUAL = 300_000_000_000;
const PAGE = 4096;

/** A Linux that runs: what it says is heard, and it is spoken to. */
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

/** `devices`: with a disk, bare a virtio console too. Throws when the shell does not come, or answers wrongly; the end of the console's text is in the message. */
export async function bootLinux(
  way: Way,
  images: LinuxImages,
  devices: boolean,
  hear: (text: string) => void = () => undefined,
): Promise<LinuxRun> {
  const { lab, image, printed } = await openLinux(way, images, devices);
  const snapshots = new LabSnapshots(lab.target);
  const linux = new Linux(lab, images.prompt, hear);
  linux.prompted('the shell', 0);
  const prompt = linux.mark();
  if (!linux.console.includes(images.marker)) throw linux.failure('/init did not speak');
  const answer = linux.ask(QUESTION);
  if (!ANSWER.test(answer)) throw linux.failure('the answer is wrong');
  if (printed) useConsole(linux, printed, images.prompt);
  const disk = image && useDisk(linux, snapshots, image, images.busybox);
  linux.type(POWER_OFF);
  const stop = linux.until('the end', () => false)!;
  return {
    prompt,
    end: linux.mark(),
    stop: stop.kind,
    disk,
    exits: new Map([...lab.log.tally.kinds.values()].map(({ code, count }) => [exitName(code) ?? `${code}`, count])),
    tables: tablesOf(lab),
    console: linux.console,
  };
}

/** Bytes of the tables from GPA to SPA, and of shadow tables; those a hypervisor has at hand for later are no tables. */
function tablesOf({ target }: Lab): number {
  if (!(target instanceof GuestTarget)) return 0;
  const { map, shadow } = target.hypervisor.guests[0]!.memory.tablePages;
  return (map + shadow) * PAGE;
}
