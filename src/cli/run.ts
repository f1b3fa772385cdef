/** `pacifica run FILE`: a guest, or a bare machine, in the terminal. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exitLogText } from '../session/exit-text';
import type { Lab } from '../session/lab';
import { openLab } from '../session/launch';
import {
  BOOT_KINDS,
  CONSOLES,
  CPU_NAMES,
  HEAVIEST,
  LaunchError,
  NESTED_PAGES,
  PAGING_CHOICES,
} from '../session/launch-options';
import type { GuestOptions, LaunchOptions, ModuleOptions } from '../session/launch-options';
import { AssemblyError } from '../session/program';
import { screenText } from '../session/screen';
import { Runner } from '../session/runner';
import { stopWords } from '../session/stop';
import type { LabStop } from '../session/stop';
import { CTRL_BRACKET, CTRL_C, listenToTerminal } from './terminal';
import { oneOf, STATUS_USAGE, UsageError, wholeNumber } from './usage';

export const RUN_HELP = `pacifica run FILE… [options]

  Runs a guest in this terminal: its COM1 is standard input and output. With several files, each is a guest, and they share
  the processor.

  --boot rom|flat|elf|multiboot|linux
                         how the file starts (an .asm file is assembled first)
  --guest                under the built-in hypervisor (the default for .asm)
  --bare                 on the machine itself (the default for everything else)
  --kernel FILE          the same as FILE with --boot elf
  --append TEXT          a command line: for Linux and multiboot kernels in their protocol,
                         for other programs at 500h, its address in RAX
  --initrd FILE          a Linux kernel's first file system
  --disk FILE            a virtio disk of each guest: what is written is kept in memory, the
                         file is never changed
  --console serial|virtio
                         what hears the terminal: COM1 (serial), or a virtio console of each guest
                         beside it; what either writes is in the terminal
  --module FILE[,TEXT]   a file for a multiboot kernel, with words for it; as often as wanted
  --memory MB            memory, of each guest, in megabytes (128)
  --weights W:W…         shares of the processor, a weight a file (equal)
  --paging nested|shadow|own
                         how guest-physical memory is mapped (nested); own: by the handlers
  --nested-pages 4K|2M   size of the pages nested tables map where they can (4K)
  --cpu NAME             the processor: barcelona, bulldozer, zen1, zen3 (zen1)
  --handlers FILE.ts     your own answers to the exits of each guest
  --interactive          virtual time keeps to the wall clock (the default in a terminal)
  --max-instructions N   stops after so many
  --exits                prints the log of #VMEXITs
  --screen               prints the text screen as it stands at the end
  --json                 ends with one line of JSON

  Status: 0 halted for good or switched off; (v << 1) | 1 after a write of v to port F4h; 2 wrong words or files;
  4 triple fault; 6 an encoding nobody knows; 8 the limit; 10 the hypervisor gave up; 130 interrupted.
  Of several guests each has its own end; the status is that of the first whose own is not 0.
`;

/** Exit statuses of ours are even: those of the debug exit are odd. */
const STATUS: Readonly<Record<LabStop['kind'], number>> = {
  halted: 0,
  'debug-exit': 1,
  shutdown: 4,
  'unknown-encoding': 6,
  'power-off': 0,
  'guests-ended': 0,
  limit: 8,
  diagnosis: 10,
  pause: 130,
  entry: 130,
  step: 130,
  breakpoint: 130,
  exit: 130,
};
const OUTCOMES: Partial<Record<LabStop['kind'], string>> = { shutdown: 'triple-fault', pause: 'interrupted' };
function outcomeOf(stop: LabStop): string {
  return OUTCOMES[stop.kind] ?? stop.kind;
}
/** Ends that need no words. */
const QUIET: readonly LabStop['kind'][] = ['halted', 'debug-exit', 'power-off', 'guests-ended'];

const OPTIONS = {
  boot: { type: 'string' },
  kernel: { type: 'string' },
  append: { type: 'string' },
  initrd: { type: 'string' },
  disk: { type: 'string' },
  console: { type: 'string' },
  module: { type: 'string', multiple: true },
  memory: { type: 'string' },
  weights: { type: 'string' },
  paging: { type: 'string' },
  'nested-pages': { type: 'string' },
  cpu: { type: 'string' },
  guest: { type: 'boolean' },
  bare: { type: 'boolean' },
  handlers: { type: 'string' },
  interactive: { type: 'boolean' },
  'max-instructions': { type: 'string' },
  exits: { type: 'boolean' },
  screen: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]!.replace(/\.? To specify.*$/, ''));
  }
}

type Values = ReturnType<typeof parse>['values'];

function launchOptions(values: Values, positionals: readonly string[]): LaunchOptions {
  const files = values.kernel === undefined ? positionals : [values.kernel, ...positionals];
  const [file, ...more] = files;
  if (file === undefined) throw new UsageError('run wants a file: pacifica run FILE [options]');
  if (values.guest && values.bare) throw new UsageError('--guest and --bare exclude each other');
  const weights = weightsOf(values.weights, files.length);
  const guests = files.map((program, index): GuestOptions => ({ program, weight: weights?.[index] }));
  return {
    ...(more.length > 0 ? { guests } : { program: file }),
    boot: oneOf('--boot', values.boot, BOOT_KINDS) ?? (values.kernel === undefined ? undefined : 'elf'),
    mode: values.guest ? 'guest' : values.bare ? 'bare' : undefined,
    memory: wholeNumber('--memory', values.memory, 1, 3072),
    append: values.append,
    initrd: values.initrd,
    disk: values.disk,
    console: oneOf('--console', values.console, CONSOLES),
    modules: values.module?.map(moduleOf),
    paging: oneOf('--paging', values.paging, PAGING_CHOICES),
    nestedPages: oneOf('--nested-pages', values['nested-pages'], NESTED_PAGES),
    cpu: oneOf('--cpu', values.cpu, CPU_NAMES),
    handlers: values.handlers,
  };
}

/** `FILE,TEXT` */
function moduleOf(text: string): ModuleOptions {
  const comma = text.indexOf(',');
  return comma < 0 ? { file: text } : { file: text.slice(0, comma), append: text.slice(comma + 1) };
}

/** `1:3`: a weight a file. */
function weightsOf(text: string | undefined, files: number): number[] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(':');
  if (parts.length !== files) {
    throw new UsageError(`--weights wants a weight a file, ${files}, with colons between, such as 1:3, not '${text}'`);
  }
  return parts.map((part) => wholeNumber('--weights', part, 1, HEAVIEST)!);
}

export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(words);
  if (values.help) {
    process.stdout.write(RUN_HELP);
    return 0;
  }
  const options = launchOptions(values, positionals);
  const maxInstructions = wholeNumber('--max-instructions', values['max-instructions'], 1, Number.MAX_SAFE_INTEGER);

  let lab: Lab;
  try {
    lab = await openLab(options, readFile);
  } catch (error) {
    if (error instanceof AssemblyError) {
      for (const { file: where, line, column, severity, message } of error.diagnostics) {
        process.stderr.write(`${where}:${line}:${column}: ${severity}: ${message}\n`);
      }
      return STATUS_USAGE;
    }
    if (error instanceof LaunchError) throw new UsageError(error.message);
    throw error;
  }
  return runLab(lab, {
    maxInstructions,
    exits: values.exits ?? false,
    screen: values.screen ?? false,
    json: values.json ?? false,
    interactive: values.interactive ?? process.stdin.isTTY,
    typesCtrlC: options.boot === 'linux',
  });
}

interface RunOptions {
  readonly maxInstructions: number | undefined;
  readonly exits: boolean;
  readonly screen: boolean;
  readonly json: boolean;
  /** Virtual time keeps to the wall clock: somebody sits there. */
  readonly interactive: boolean;
  /** The guest has a use for Ctrl+C. */
  readonly typesCtrlC: boolean;
}

async function runLab(lab: Lab, options: RunOptions): Promise<number> {
  const { interactive, maxInstructions } = options;
  const runner = new Runner(lab, { interactive, maxInstructions });
  const said: Uint8Array[] = [];
  lab.ears = {
    console: (bytes) => {
      said.push(bytes);
      process.stdout.write(bytes);
    },
    // what is wrong at a place ends the guest, whose end says so
    say: (text, place) => void (place ?? process.stderr.write(text)),
  };
  const hangUp = listenToTerminal(runner, options.typesCtrlC ? CTRL_BRACKET : CTRL_C);
  const stop = await runner.run({ kind: 'continue' });
  hangUp();
  lab.flush();
  const text = Buffer.concat(said).toString('latin1');
  if (text !== '' && !text.endsWith('\n')) process.stdout.write('\n');
  if (options.exits) {
    process.stdout.write(exitLogText(lab.log, lab.guests));
    if (lab.several) process.stdout.write(sharesText(lab));
  }
  if (options.screen) process.stdout.write(screensText(lab));
  tellUnanswered(lab);
  if (!QUIET.includes(stop.kind)) process.stderr.write(`pacifica: ${stopWords(stop)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary(lab, stop, text))}\n`);
  return stop.kind === 'guests-ended' ? statusOfGuests(lab) : statusOf(stop);
}

function statusOf(stop: LabStop): number {
  return stop.kind === 'debug-exit' ? stop.status & 0xff : STATUS[stop.kind];
}

/** The status of the first guest whose own is not 0. */
function statusOfGuests(lab: Lab): number {
  for (const guest of lab.guests) {
    const end = lab.endOf(guest);
    const status = end ? statusOf(end) : 0;
    if (status !== 0) return status;
  }
  return 0;
}

/** Each guest's part of the processor time that all of them had, in percent. */
function shareOf(lab: Lab, id: number): number {
  const { shares } = lab;
  const all = shares.reduce((sum, { processorTime }) => sum + processorTime, 0);
  return all === 0 ? 0 : (100 * shares[id]!.processorTime) / all;
}

function sharesText(lab: Lab): string {
  const rows = lab.shares.map(({ guest, weight, processorTime, end }) => {
    const { name } = lab.guest(guest)!.identity;
    const share = `${shareOf(lab, guest).toFixed(1)} %`;
    return `${name}: weight ${weight}, ${processorTime} ns of processor time, ${share}${end ? `; ${end}` : ''}\n`;
  });
  return rows.join('');
}

/** What there is to be read on the screen; of several guests, on each one's, under its name. */
function screensText({ target }: Lab): string {
  return target.screens.map(({ name, vga }) => (name === null ? '' : `${name}:\n`) + screenText(vga.text())).join('');
}

function summary(lab: Lab, stop: LabStop, text: string) {
  const exits = [...lab.log.tally.kinds.values()].sort((a, b) => b.count - a.count);
  return {
    outcome: outcomeOf(stop),
    instructions: lab.machine.processor.retired,
    virtualTime: lab.machine.clock.now,
    exits: Object.fromEntries(
      exits.map(({ code, count }) => [`0x${BigInt.asUintN(64, BigInt(code)).toString(16)}`, count]),
    ),
    console: text,
    debugcon: Buffer.from(lab.debugcon).toString('latin1'),
    guests: lab.guests.map((guest) => {
      const { weight, processorTime } = lab.shares[guest.id]!;
      const end = lab.endOf(guest);
      return {
        name: guest.identity.name,
        outcome: end ? outcomeOf(end) : 'running',
        ...(end ? { status: statusOf(end), end: stopWords(end) } : {}),
        weight,
        processorTime,
        share: Number(shareOf(lab, guest.id).toFixed(2)),
        exits: lab.log.tally.guests.get(guest.id)?.count ?? 0,
      };
    }),
  };
}

/** What was asked of the machine and nobody answered: counted, and listed at the end. */
function tellUnanswered(lab: Lab): void {
  const { unanswered } = lab.target.watch;
  if (unanswered.size === 0) return;
  const rows = [...unanswered].sort(([, a], [, b]) => b - a);
  process.stderr.write(
    `pacifica: nobody answered ${rows
      .slice(0, 8)
      .map(([what, count]) => `${what}${count > 1 ? ` ×${count}` : ''}`)
      .join(', ')}`,
  );
  process.stderr.write(rows.length > 8 ? ` and ${rows.length - 8} more\n` : '\n');
}
