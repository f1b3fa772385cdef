/**
 * The benchmark guests, whole: reset vector, protected or long mode, 4 KB paging, eight workloads. Checksums are those of the native
 * build; the instructions retired between two markers may not depend on how the run is cut into slices.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Machine } from '../../src/engine/machine/machine';

const CHECKSUMS: Record<string, string> = {
  sieve: '0000a97e',
  crc: '865e2056',
  sha: '41ab1684',
  qsort: 'ffeb05e9',
  list: '70830c18',
  mix: '5b9c4860',
  interp: '3204d1b6',
  repmovs: '0000013c',
};

interface Outcome {
  readonly lines: string[];
  /** Instructions retired between the markers of each workload. */
  readonly retired: Record<string, number>;
}

function runRom(bits: 32 | 64, slice: number): Outcome {
  const lines: string[] = [];
  const retired: Record<string, number> = {};
  let line = '';
  let start = 0;
  let done = false;
  const machine = new Machine({
    ramSize: 128 << 20,
    rom: readFileSync(`test/bench/rom${bits}.bin`),
    onDebugcon: (byte) => {
      if (byte !== 10) {
        line += String.fromCharCode(byte);
        return;
      }
      lines.push(line);
      if (line.startsWith('<')) start = machine.processor.retired;
      else if (line.startsWith('>')) retired[line.slice(1).split(' ')[0]!] = machine.processor.retired - start;
      done = line === 'DONE';
      line = '';
    },
  });
  for (let until = slice; !done; until += slice) {
    const stop = machine.run(until);
    assert.equal(done || stop.kind, done || 'time', `stopped: ${JSON.stringify(stop)} after ${lines.join(' ')}`);
  }
  return { lines, retired };
}

describe('benchmark ROMs', function () {
  this.timeout(240_000);
  const counts = JSON.parse(readFileSync('test/bench/counts.json', 'utf8')) as Record<string, Record<string, number>>;

  for (const bits of [64, 32] as const) {
    let whole: Outcome;
    it(`rom${bits}.bin runs to DONE with every checksum right`, () => {
      whole = runRom(bits, 1_000_000);
      const results = Object.fromEntries(
        whole.lines.filter((l) => l.startsWith('>')).map((l) => l.slice(1).split(' ')),
      );
      assert.deepEqual(results, CHECKSUMS);
      assert.equal(whole.lines.at(-1), 'DONE');
    });

    it(`rom${bits}.bin retires what the native build was counted to execute, within half a percent`, () => {
      for (const [name, count] of Object.entries(counts[bits]!)) {
        const share = whole.retired[name]! / count;
        assert.ok(Math.abs(share - 1) < 0.005, `${name}: ${whole.retired[name]} of ${count}`);
      }
    });

    for (const slice of [1_000, 31_337]) {
      it(`rom${bits}.bin retires the same number between any two markers in slices of ${slice}`, () => {
        const { retired, lines } = runRom(bits, slice);
        assert.deepEqual(retired, whole.retired);
        assert.deepEqual(lines, whole.lines);
      });
    }
  }
});
