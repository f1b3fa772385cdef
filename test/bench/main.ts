/**
 * `npm run bench [-- --bits 32] [-- --rounds 3]`: the benchmark ROM here and on the peers this machine has, side by side.
 *
 * Each candidate is a process; its time is CPU time of all its threads between two markers on port E9h. Rounds are interleaved and the best of
 * each counts. Only ratios of one run mean anything. Peers: QEMU's TCG, plain and with -icount; Bochs where `bochs` (or $BOCHS) is; v86 (32-bit
 * guests only) where the package can be resolved.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Machine } from '../../src/engine/machine/machine';

type Bits = '32' | '64';

/** The six that the geometric mean is taken of; `list` measures memory, `repmovs` string moves. */
const GEOMEAN = ['sieve', 'crc', 'sha', 'qsort', 'mix', 'interp'];
const WORKLOADS = ['sieve', 'crc', 'sha', 'qsort', 'list', 'mix', 'interp', 'repmovs'];
const REPMOVS_MEGABYTES = 40.96;

interface Candidate {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
}

const romPath = (bits: Bits): string => path.resolve(`test/bench/rom${bits}.bin`);

/** CPU seconds of all threads of a process. */
function cpuSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e9;
}

/** Runs a candidate once: seconds by workload, and checksums. */
function measure(c: Candidate): Promise<{ seconds: Record<string, number>; sums: Record<string, string> }> {
  return new Promise((resolve, reject) => {
    const child = spawn(c.command, c.words, { stdio: ['ignore', 'pipe', 'ignore'] });
    const seconds: Record<string, number> = {};
    const sums: Record<string, string> = {};
    let rest = '';
    let start = 0;
    let done = false;
    child.on('error', reject);
    child.stdout.on('data', (data: Buffer) => {
      const lines = (rest + data.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (line.startsWith('<')) start = cpuSeconds(child.pid!);
        const end = /^>(\w+) (\w+)/.exec(line);
        if (end) {
          seconds[end[1]!] = cpuSeconds(child.pid!) - start;
          sums[end[1]!] = end[2]!;
        }
        if (line.startsWith('DONE')) {
          done = true;
          child.kill('SIGKILL');
        }
      }
    });
    child.on('close', (code) => {
      if (done) resolve({ seconds, sums });
      else reject(new Error(`${c.name} ended with status ${code} before DONE`));
    });
  });
}

/** In the child: the ROM on our machine, E9h to standard output. */
function runHere(bits: Bits): void {
  let line = '';
  let done = false;
  const machine = new Machine({
    ramSize: 128 << 20,
    rom: readFileSync(romPath(bits)),
    onDebugcon: (byte) => {
      line += String.fromCharCode(byte);
      if (byte !== 10) return;
      writeSync(1, line);
      done = line === 'DONE\n';
      line = '';
    },
  });
  for (let until = 1e6; !done; until += 1e6) {
    const stop = machine.run(until);
    if (stop.kind !== 'time' && !done) throw new Error(`stopped: ${stop.kind}`);
  }
  // The parent reads our CPU time from /proc: stay until it has.
  setInterval(() => undefined, 1000);
}

/** In the child: v86, which the caller found. */
async function runV86(): Promise<void> {
  const main = resolveV86()!;
  const { V86 } = (await import(main)) as {
    V86: new (options: object) => { add_listener(e: string, f: (b: number) => void): void };
  };
  const bytes = readFileSync(romPath('32'));
  const machine = new V86({
    wasm_path: path.join(path.dirname(main), 'v86.wasm'),
    memory_size: 128 << 20,
    vga_memory_size: 2 << 20,
    bios: { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    autostart: true,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
  });
  machine.add_listener('serial0-output-byte', (byte) => writeSync(1, String.fromCharCode(byte)));
}

function resolveV86(): string | undefined {
  try {
    return createRequire(path.join(process.cwd(), 'x.js')).resolve('v86');
  } catch {
    return undefined;
  }
}

const exists = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function candidates(bits: Bits): Candidate[] {
  const self = process.argv[1]!;
  const list: Candidate[] = [{ name: 'pacifica', command: process.execPath, words: [self, '--here', bits] }];
  const machine = ['-accel', 'tcg', '-m', '128', '-bios', romPath(bits), '-debugcon', 'stdio', '-display', 'none'];
  const quiet = ['-serial', 'null', '-monitor', 'none', '-no-reboot'];
  if (exists('qemu-system-x86_64')) {
    list.push({ name: 'qemu', command: 'qemu-system-x86_64', words: [...machine, ...quiet] });
    const icount = ['-icount', 'shift=0,sleep=off'];
    list.push({ name: 'qemu-icount', command: 'qemu-system-x86_64', words: [...machine, ...quiet, ...icount] });
  } else console.log('no qemu-system-x86_64 here: apt-get install qemu-system-x86');
  const bochs = process.env['BOCHS'];
  if (bochs) {
    const rc = path.join(tmpdir(), `bochsrc-${process.pid}`);
    const config = [
      'display_library: nogui',
      'megs: 128',
      `romimage: file=${romPath(bits)}`,
      'cpu: model=ryzen, count=1, ips=4000000, reset_on_triple_fault=0',
      'clock: sync=none',
      'port_e9_hack: enabled=1',
      `log: ${rc}.log`,
      'panic: action=fatal',
      'error: action=ignore',
      'info: action=ignore',
      'debug: action=ignore',
    ];
    writeFileSync(rc, config.join('\n'));
    list.push({ name: 'bochs', command: bochs, words: ['-q', '-f', rc] });
  } else console.log('no Bochs: give a release build with nogui as $BOCHS (the packaged one is a debugger build)');
  if (bits === '32') {
    if (resolveV86()) list.push({ name: 'v86', command: process.execPath, words: [self, '--v86'] });
    else console.log('no v86: npm install --no-save v86');
  }
  return list;
}

async function main(): Promise<void> {
  const option = (name: string, otherwise: string): string => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
  };
  const bits = option('bits', '64') as Bits;
  const rounds = Number(option('rounds', '3'));
  const counts = (JSON.parse(readFileSync('test/bench/counts.json', 'utf8')) as Record<Bits, Record<string, number>>)[
    bits
  ];
  const all = candidates(bits);
  const best = new Map<string, Record<string, number>>(all.map((c) => [c.name, {}]));
  let sums: Record<string, string> | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const c of all) {
      const result = await measure(c);
      sums ??= result.sums;
      for (const [name, sum] of Object.entries(result.sums)) {
        if (sums[name] !== sum) throw new Error(`${c.name}: checksum of ${name} is ${sum}, not ${sums[name]}`);
      }
      const kept = best.get(c.name)!;
      for (const [name, s] of Object.entries(result.seconds)) kept[name] = Math.min(kept[name] ?? Infinity, s);
    }
  }
  const rate = (candidate: string, workload: string): number => {
    const s = best.get(candidate)![workload]!;
    return workload === 'repmovs' ? REPMOVS_MEGABYTES / s : counts[workload]! / s / 1e6;
  };
  const mean = (candidate: string): number =>
    Math.exp(GEOMEAN.reduce((sum, w) => sum + Math.log(rate(candidate, w)), 0) / GEOMEAN.length);
  console.log(
    `\nMIPS of ${bits}-bit guest instructions (repmovs: MB/s), CPU time of all threads, best of ${rounds} interleaved rounds`,
  );
  const row = (cells: readonly string[]): string =>
    cells.map((c, n) => (n === 0 ? c.padEnd(12) : c.padStart(9))).join('');
  console.log(row(['', ...WORKLOADS, 'geomean']));
  for (const { name } of all)
    console.log(row([name, ...WORKLOADS.map((w) => rate(name, w).toFixed(0)), mean(name).toFixed(0)]));
  for (const { name } of all.slice(1)) console.log(`pacifica / ${name}: ${(mean('pacifica') / mean(name)).toFixed(3)}`);
}

if (process.argv[2] === '--here') runHere(process.argv[3] as Bits);
else if (process.argv[2] === '--v86') void runV86();
else void main();
