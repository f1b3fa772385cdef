/** `npm run guest:linux`: Debian's Linux on the machine and as a guest, side by side, and beside QEMU. */
import { parseArgs } from 'node:util';
import { bootLinux, type LinuxRun } from './boot-linux';
import type { LinuxImages } from './images';
import { WAYS, type Way } from './open-linux';
import { bootOnQemu } from './qemu';
import type { DiskRun } from './use-disk';
import { snapshotBoot, type SnapshotRow } from './snapshots';

const USUAL: readonly Way[] = ['bare', 'nested', 'shadow'];

interface Column {
  readonly name: Way;
  readonly run: LinuxRun;
}

async function main(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      made: { type: 'string' },
      only: { type: 'string' },
      disk: { type: 'boolean', default: false },
      qemu: { type: 'boolean' },
      console: { type: 'boolean' },
      snapshots: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const images = JSON.parse(values.made!) as LinuxImages;
  const ways = values.only === undefined ? USUAL : values.only.split(',').map(wayNamed);
  if (values.snapshots !== undefined) return snapshots(ways, images, Number(values.snapshots), Number(values.seed));
  const columns: Column[] = [];
  let failed = 0;
  for (const name of ways) {
    process.stderr.write(`${name} …\n`);
    try {
      columns.push({
        name,
        run: await bootLinux(name, images, values.disk, (text) => values.console && process.stdout.write(text)),
      });
    } catch (error) {
      failed++;
      process.stderr.write(`${name}: ${(error as Error).message}\n`);
    }
  }
  if (columns.length > 0) process.stdout.write(`\n${table(rowsOf(columns))}`);
  if (values.qemu) {
    process.stderr.write('QEMU …\n');
    const { cpu } = await bootOnQemu(images);
    process.stdout.write(`\nQEMU (TCG), to the prompt: ${cpu.toFixed(2)} s of processor time\n`);
    for (const { name, run } of columns) {
      process.stdout.write(`${name}: ${(run.prompt.cpu / cpu).toFixed(2)} times as much\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

/** Instructions of a boot that lie well before the prompt. */
const BOOT = 500_000_000;

async function snapshots(ways: readonly Way[], images: LinuxImages, counts: number, seed: number): Promise<number> {
  for (const way of ways) {
    const rows = await snapshotBoot(way, images, { counts, instructions: BOOT, seed });
    process.stdout.write(
      `\n${way}: ${counts} snapshots in ${thousands(BOOT)} instructions, each gone back to: no difference\n`,
    );
    process.stdout.write(
      `  ${rows.filter(({ midRep }) => midRep).length} within a repeated instruction, ` +
        `${rows.filter(({ inGuest }) => inGuest).length} inside the guest\n`,
    );
    process.stdout.write(table(costsOf(rows)));
    process.stdout.write(
      `  to take: ${lineThrough(rows.map(({ pages, take }) => [pages, take]))}; ` +
        `to go: ${lineThrough(rows.flatMap(({ back, far }) => [back, far].map(({ pages, ms }) => [pages, ms] as const)))}\n`,
    );
  }
  return 0;
}

/** What each snapshot cost, in processor time. */
function costsOf(rows: readonly SnapshotRow[]): string[][] {
  return [
    ['at instruction', 'pages copied', 'ms to take', 'back from astray', 'ms to go', 'from an earlier one', 'ms to go'],
    ...rows.map(({ at, pages, take, back, far }) => [
      thousands(at),
      thousands(pages),
      take.toFixed(2),
      ...[back, far].flatMap((way) => [`${thousands(way.pages)} pages`, way.ms.toFixed(2)]),
    ]),
  ];
}

/** The straight line through two of the points (pages, ms) that all lie least far from in sum: garbage collections do not move it. */
function lineThrough(points: readonly (readonly [number, number])[]): string {
  let [least, constant, slope] = [Infinity, NaN, NaN];
  for (const [x1, y1] of points) {
    for (const [x2, y2] of points) {
      const k = x1 === x2 ? 0 : (y2 - y1) / (x2 - x1);
      const away = points.reduce((sum, [x, y]) => sum + Math.abs(y - y1 - k * (x - x1)), 0);
      if (away < least) [least, constant, slope] = [away, y1 - k * x1, k];
    }
  }
  return `${constant.toFixed(2)} ms + ${(slope * 1000).toFixed(2)} µs a page`;
}

function wayNamed(word: string): Way {
  const way = WAYS.find((name) => name === word);
  if (!way) throw new Error(`--only wants some of ${WAYS.join(', ')} with commas between, not '${word}'`);
  return way;
}

function rowsOf(columns: readonly Column[]): string[][] {
  const row = (what: string, cell: (run: LinuxRun) => string): string[] => [
    what,
    ...columns.map(({ run }) => cell(run)),
  ];
  const sum = (run: LinuxRun): number => [...run.exits.values()].reduce((all, count) => all + count, 0);
  const kinds = new Map<string, number>();
  for (const { run } of columns) for (const [kind, n] of run.exits) kinds.set(kind, (kinds.get(kind) ?? 0) + n);
  const byCount = [...kinds].sort(([, a], [, b]) => b - a).map(([kind]) => kind);
  return [
    ['', ...columns.map(({ name }) => name)],
    row('instructions to the prompt', ({ prompt }) => thousands(prompt.instructions)),
    row('processor seconds to the prompt', ({ prompt }) => prompt.cpu.toFixed(2)),
    row('million instructions a second', ({ prompt }) => (prompt.instructions / prompt.cpu / 1e6).toFixed(1)),
    row('virtual seconds to the prompt', ({ prompt }) => prompt.virtual.toFixed(2)),
    row('instructions in all', ({ end }) => thousands(end.instructions)),
    ...(columns.every(({ run }) => run.disk) ? diskRows(columns.map(({ run }) => run.disk!)) : []),
    row('ended by', ({ stop }) => stop),
    row('#VMEXITs', (run) => thousands(sum(run))),
    ...byCount.map((kind) => row(`  ${kind}`, ({ exits }) => thousands(exits.get(kind) ?? 0))),
    row('memory for tables', ({ tables }) => `${thousands(tables / 1024)} KB`),
  ];
}

function diskRows(runs: readonly DiskRun[]): string[][] {
  const row = (what: string, cell: (run: DiskRun) => number): string[] => [
    what,
    ...runs.map((run) => thousands(Math.round(cell(run)))),
  ];
  return [
    row('disk: KB read in a virtual second', ({ rate }) => rate / 1024),
    row('  instructions to read all of it', ({ instructions }) => instructions),
    row('  interrupts in all', ({ interrupts }) => interrupts),
  ];
}

function thousands(value: number): string {
  return value.toLocaleString('en');
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, n) => Math.max(...rows.map((row) => row[n]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);
