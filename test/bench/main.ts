/**
 * `npm run bench`: the benchmark ROM here and on the peers that are installed. CPU time of all threads, the best of interleaved
 * rounds; only the ratios of one run are worth keeping. `--rounds N` (3), `--bits 64|32` (both), `--only pacifica,qemu`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runChild } from './child';
import { ENGINES } from './engines';
import type { Bits, Engine } from './engines';

/** Workloads whose instructions are counted. */
const WORKLOADS = ['sieve', 'crc', 'sha', 'qsort', 'list', 'mix', 'interp'] as const;
/** The list lives in main memory: it measures the machine, not the engine. */
const IN_GEOMEAN = WORKLOADS.filter((name) => name !== 'list');
/** What compiled regions, and the interpreter alone, are to reach of QEMU's speed on 64-bit guests. */
const BARS: ReadonlyMap<string, { readonly bar: number; readonly aim: number }> = new Map([
  ['pacifica', { bar: 0.7, aim: 1 }],
  ['interpreter', { bar: 0.15, aim: 0.25 }],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    bits: { type: 'string' },
    only: { type: 'string' },
    child: { type: 'string' },
  },
});

const work = values.child === undefined ? compare() : runChild(values.child, Number(positionals[0]) as Bits);
work.catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function compare(): Promise<void> {
  const rounds = Number(values.rounds ?? 3);
  const only = values.only?.split(',');
  const wanted = ENGINES.filter(({ name }) => !only || only.includes(name));
  for (const { name, missing } of wanted) if (missing) console.log(`${name}: left out, ${missing}`);
  const here = wanted.filter(({ missing }) => missing === undefined);
  for (const bits of [64, 32] as const) {
    if (values.bits !== undefined && Number(values.bits) !== bits) continue;
    await table(
      here.filter((engine) => engine.bits.includes(bits)),
      bits,
      rounds,
    );
  }
}

async function table(engines: readonly Engine[], bits: Bits, rounds: number): Promise<void> {
  const counts = (JSON.parse(readFileSync('test/bench/counts.json', 'utf8')) as Record<string, Record<string, number>>)[
    bits
  ]!;
  const best = new Map<string, Map<string, number>>(engines.map(({ name }) => [name, new Map()]));
  const checksums = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    for (const engine of engines) {
      process.stderr.write(`${bits}-bit guest, round ${round} of ${rounds}: ${engine.name}            \r`);
      for (const [name, { checksum, seconds }] of await engine.run(bits)) {
        const known = checksums.get(name) ?? checksum;
        if (known !== checksum) throw new Error(`${engine.name}, ${name}: checksum ${checksum}, another has ${known}`);
        checksums.set(name, known);
        const times = best.get(engine.name)!;
        times.set(name, Math.min(times.get(name) ?? Infinity, seconds));
      }
    }
  }
  process.stderr.write('\x1b[2K');
  console.log(`\n${bits}-bit guest, MIPS of guest instructions, best of ${rounds}`);
  const heads = ['engine', ...WORKLOADS, 'geomean'];
  console.log(heads.map((head, index) => (index === 0 ? head.padEnd(14) : head.padStart(9))).join(''));
  const means = new Map<string, number>();
  for (const { name } of engines) {
    const times = best.get(name)!;
    const rate = (workload: string): number => counts[workload]! / (times.get(workload) ?? NaN) / 1e6;
    const mean = Math.exp(IN_GEOMEAN.reduce((sum, workload) => sum + Math.log(rate(workload)), 0) / IN_GEOMEAN.length);
    means.set(name, mean);
    const cells = [...WORKLOADS.map(rate), mean].map((value) => value.toFixed(0).padStart(9));
    console.log(name.padEnd(14) + cells.join(''));
  }
  for (const [name, { bar, aim }] of BARS) {
    const ours = means.get(name);
    for (const [other, mean] of means) {
      if (ours === undefined || BARS.has(other)) continue;
      const ratio = ours / mean;
      const verdict = ratio >= bar ? `  (bar ${bar} reached, aim ${aim})` : `  (bar ${bar} MISSED, aim ${aim})`;
      console.log(`${name} / ${other}: ${ratio.toFixed(3)}${other === 'qemu' && bits === 64 ? verdict : ''}`);
    }
  }
}
