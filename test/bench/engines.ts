/** The engines a benchmark ROM runs on: ours in a process of its own, and the peers that are installed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type Bits = 32 | 64;

/** A line `workload checksum seconds` a workload, on standard output; the seconds are CPU time of all threads. */
export interface Engine {
  readonly name: string;
  /** Which ROMs it can run. */
  readonly bits: readonly Bits[];
  /** Why it is not here; undefined: it is. */
  readonly missing?: string;
  readonly run: (bits: Bits) => Promise<Times>;
}

/** CPU seconds by workload. */
export type Times = ReadonlyMap<string, { readonly checksum: string; readonly seconds: number }>;

const FOLDER = path.resolve('test/bench');
export const romOf = (bits: Bits): string => path.join(FOLDER, `rom${bits}.bin`);

/** Reads the guest's console: tells each workload with the CPU seconds between its markers. */
export function markers(cpu: () => number, done: () => void): { times: Times; hear: (byte: number) => void } {
  const times = new Map<string, { checksum: string; seconds: number }>();
  let line = '';
  let start = 0;
  const hear = (byte: number): void => {
    if (byte !== 10) {
      line += String.fromCharCode(byte);
      return;
    }
    const text = line.trim();
    line = '';
    if (/^<\w+$/.test(text)) start = cpu();
    const end = /^>(\w+) (\w+)$/.exec(text);
    if (end) times.set(end[1]!, { checksum: end[2]!, seconds: cpu() - start });
    if (text === 'DONE') done();
  };
  return { times, hear };
}

/** CPU seconds of all threads of a process, from the scheduler. */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let sum = 0;
  for (const task of readdirSync(tasks)) {
    sum += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return sum / 1e9;
}

/** Runs a program whose standard output is the guest's console. */
function watched(command: string, words: readonly string[]): Promise<Times> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    const { times, hear } = markers(
      () => cpuOf(child.pid!),
      () => child.kill('SIGKILL'),
    );
    child.stdout.on('data', (bytes: Buffer) => bytes.forEach(hear));
    child.on('error', reject);
    child.on('close', () => resolve(times));
  });
}

/** A child of this program that runs a ROM here and prints its times. */
function child(engine: string, bits: Bits): Promise<Times> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [process.argv[1]!, '--child', engine, String(bits)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    process_.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
    process_.on('error', reject);
    process_.on('close', (code) => {
      if (code !== 0) reject(new Error(`${engine} ended with status ${code}`));
      const rows = text
        .trim()
        .split('\n')
        .map((row) => row.split(' '));
      resolve(
        new Map(rows.map(([name, checksum, seconds]) => [name!, { checksum: checksum!, seconds: Number(seconds) }])),
      );
    });
  });
}

function qemu(name: string, ...more: string[]): Engine {
  const command = 'qemu-system-x86_64';
  const words = [
    '-accel',
    'tcg',
    '-m',
    '128',
    '-debugcon',
    'stdio',
    '-display',
    'none',
    '-serial',
    'null',
    '-monitor',
    'none',
    '-no-reboot',
  ];
  return {
    name,
    bits: [64, 32],
    missing: onPath(command) ? undefined : `${command} is not installed`,
    run: (bits) => watched(command, [...words, ...more, '-bios', romOf(bits)]),
  };
}

function bochs(): Engine {
  const command = process.env.BOCHS;
  return {
    name: 'bochs',
    bits: [64, 32],
    missing: command ? undefined : 'set BOCHS to a release build; a debugger build is no measure of speed',
    run: async (bits) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-bochs-'));
      const rc = path.join(folder, 'bochsrc');
      const lines = [
        'display_library: nogui',
        'megs: 128',
        `romimage: file=${romOf(bits)}`,
        'cpu: model=ryzen, count=1, ips=4000000, reset_on_triple_fault=0',
        'clock: sync=none',
        'port_e9_hack: enabled=1',
        `log: ${path.join(folder, 'log')}`,
        'panic: action=fatal',
        'error: action=ignore',
        'info: action=ignore',
        'debug: action=ignore',
      ];
      writeFileSync(rc, `${lines.join('\n')}\n`);
      const times = await watched(command!, ['-q', '-f', rc]);
      rmSync(folder, { recursive: true });
      return times;
    },
  };
}

function v86(): Engine {
  let there = true;
  try {
    createRequire(path.resolve('package.json')).resolve('v86');
  } catch {
    there = false;
  }
  return {
    name: 'v86',
    bits: [32],
    missing: there ? undefined : "the package 'v86' is not installed",
    run: (bits) => child('v86', bits),
  };
}

function onPath(command: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(path.join(folder, command)));
}

export const ENGINES: readonly Engine[] = [
  { name: 'pacifica', bits: [64, 32], run: (bits) => child('pacifica', bits) },
  { name: 'interpreter', bits: [64, 32], run: (bits) => child('interpreter', bits) },
  qemu('qemu'),
  qemu('qemu-icount', '-icount', 'shift=0,sleep=off'),
  bochs(),
  v86(),
];
