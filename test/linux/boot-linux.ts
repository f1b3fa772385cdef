/** Starts an unmodified Linux on the machine or as a guest, waits for its shell, has it answer, powers it off. */
import { readFile } from 'node:fs/promises';
import { exitName } from '../../src/engine/arch/exit-codes';
import { openLab } from '../../src/session/launch';
import type { LaunchOptions } from '../../src/session/launch-options';
import { GuestTarget } from '../../src/session/guest-target';
import type { Lab } from '../../src/session/lab';
import type { TargetStop } from '../../src/session/target';
import { ANSWER, LINUX_MEMORY, POWER_OFF, QUESTION, type LinuxImages } from './images';

/** `bare` starts vmlinux (PVH), `bzimage` the bzImage at its 64-bit entry, both on the machine itself. */
export const WAYS = ['bare', 'bzimage', 'nested', 'shadow'] as const;
export type Way = (typeof WAYS)[number];

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

export function launchOptions(way: Way, images: LinuxImages): LaunchOptions {
  const guest = way === 'nested' || way === 'shadow';
  return {
    program: way === 'bzimage' ? images.bzImage : images.vmlinux,
    boot: 'linux',
    mode: guest ? 'guest' : 'bare',
    ...(guest ? { paging: way } : {}),
    memory: LINUX_MEMORY,
    initrd: images.initrd,
    append: images.commandLine,
  };
}

/** Throws when the shell does not come, or answers wrongly; the end of the console's text is in the message. */
export async function bootLinux(
  way: Way,
  images: LinuxImages,
  hear: (text: string) => void = () => undefined,
): Promise<LinuxRun> {
  const lab = await openLab(launchOptions(way, images), readFile);
  const { machine } = lab;
  let console = '';
  lab.ears = {
    console: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      console += text;
      hear(text);
    },
    say: hear,
  };
  const cpu = process.cpuUsage();
  const mark = (): Mark => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      instructions: machine.processor.retired,
      cpu: (user + system) / 1e6,
      virtual: machine.clock.now / 1e9,
    };
  };
  /** Runs on until `done`, or to the end. Time and steps are the machine's own, so that every run is the same. */
  const until = (what: string, done: () => boolean): TargetStop | undefined => {
    while (!done()) {
      const stop = lab.target.run(machine.clock.now + STRETCH, STEPS);
      lab.flush();
      if (stop.kind !== 'time' && stop.kind !== 'stopped') return stop;
      const { instructions, virtual } = mark();
      if (instructions > MOST_INSTRUCTIONS || virtual > MOST_VIRTUAL / 1e9) {
        throw failure(`${what} has not come after ${instructions} instructions and ${virtual} s`, console);
      }
    }
    return undefined;
  };
  /** The text behind what has been typed, once there is a prompt again. */
  const prompted = (from: number): boolean => console.indexOf(images.prompt, from) >= 0;
  const wanted = (what: string, from: number): void => {
    const stop = until(what, () => prompted(from));
    if (stop) throw failure(`${what} did not come: ${JSON.stringify(stop)}`, console);
  };

  wanted('the shell', 0);
  const prompt = mark();
  if (!console.includes(images.marker)) throw failure('/init did not speak', console);
  const asked = console.indexOf(images.prompt) + images.prompt.length;
  type(lab, QUESTION);
  wanted('the answer', asked);
  if (!ANSWER.test(console.slice(asked).replace(/\r/g, ''))) throw failure('the answer is wrong', console);
  type(lab, POWER_OFF);
  const stop = until('the end', () => false)!;
  return {
    prompt,
    end: mark(),
    stop: stop.kind,
    exits: new Map([...lab.log.tally.kinds.values()].map(({ code, count }) => [exitName(code) ?? `${code}`, count])),
    tables: tablesOf(lab),
    console,
  };
}

function type(lab: Lab, line: string): void {
  lab.target.sendConsole(Buffer.from(`${line}\n`, 'latin1'));
}

function failure(what: string, console: string): Error {
  return new Error(`${what}; the console said last:\n${console.slice(-3000)}`);
}

/** Bytes of the tables from GPA to SPA, and of shadow tables; those a hypervisor has at hand for later are no tables. */
function tablesOf({ target }: Lab): number {
  if (!(target instanceof GuestTarget)) return 0;
  const { map, shadow } = target.hypervisor.guests[0]!.memory.tablePages;
  return (map + shadow) * PAGE;
}
