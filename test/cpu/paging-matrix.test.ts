import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { BLOCKS, combinations, describeAccess, describeEntry, has, modeOf, pagingCase } from './paging-matrix';
import type { Block } from './paging-matrix';
import { answers, image, runOurs, runQemu } from './program';
import type { Mode } from './rom-case';

interface Witness {
  readonly name: 'QEMU' | 'Bochs';
  readonly run: (rom: Uint8Array) => string;
}

interface Deviation {
  readonly witnesses: readonly Witness['name'][];
  /** Exactly these combinations are answered differently. */
  readonly where: (block: Block, entry: number) => boolean;
  /** What the witness writes where we write this: #PF's error code with bit 7, or 0. Missing: another access altogether. */
  readonly writes?: (ours: number) => number;
  readonly because: string;
}

const DEVIATIONS: readonly Deviation[] = [
  {
    witnesses: ['QEMU', 'Bochs'],
    where: (block, entry) =>
      block.format === '4-level' && ((block.level === 3 && !has(block, entry, 'PS')) || block.level === 4)
        ? has(block, entry, 'P', 'G') && !has(block, entry, 'bit 51') && !(block.level === 4 && has(block, entry, 'PS'))
        : false,
    because: 'bit 8 of a PML4E, and of a PDPE that points to a table, must be zero (§5.3.3, §5.3.4)',
  },
  {
    witnesses: ['QEMU'],
    where: (block, entry) =>
      block.level > 0 &&
      has(block, entry, 'P') &&
      (has(block, entry, 'bit 51') ||
        has(block, entry, 'PS', 'reserved') ||
        (block.format !== '32-bit' && has(block, entry, 'NX')) ||
        (block.level === 4 && has(block, entry, 'PS'))),
    writes: (ours) => (ours & 8 ? ours & ~1 : ours),
    because: 'a reserved bit is found in an entry that is present: P is 1 with RSV (§8.4.2)',
  },
];

const WITNESSES: Witness[] = [{ name: 'QEMU', run: runQemu }];
if (bochsIsThere()) WITNESSES.push({ name: 'Bochs', run: runBochs });
else console.error('bochs is not installed: NOTHING below is compared with it');

const INSTRUCTIONS = 1e9;
/** Without those that are not tried. */
const entriesOf = (block: Block): readonly number[] =>
  Array.from({ length: combinations(block) }, (_, n) => n).filter(
    (n) => !has(block, n, 'reserved') || has(block, n, 'PS'),
  );
const numbers = (text: string | undefined): readonly string[] => (text ?? '').trim().split(' ');

/** One combination in full: a line for each access. */
function lines(text: string, block: Block): { access: string; word: number; text: string }[] {
  const words = numbers(answers(text, 1)[0]);
  const size = block.format === '4-level' ? 7 : 5;
  return Array.from({ length: words.length / size }, (_, n) => {
    const line = words.slice(n * size, (n + 1) * size);
    const [tried, access, word] = line.map((digits) => Number.parseInt(digits, 16));
    return { access: describeAccess(tried!, access!), word: word!, text: line.slice(2).join(' ') };
  });
}

describe('cpu: page-table entries in every combination', () => {
  for (const mode of ['protected', 'long'] as const satisfies readonly Mode[]) {
    const blocks = BLOCKS.filter((block) => modeOf(block) === mode);
    const told = new Map<string, readonly string[]>();

    before(function () {
      this.timeout(120_000);
      const rom = image(
        mode,
        blocks.map((block) => pagingCase(block)),
      );
      told.set('ours', answers(runOurs(rom, undefined, INSTRUCTIONS), blocks.length));
      for (const { name, run } of WITNESSES) told.set(name, answers(run(rom), blocks.length));
    });

    blocks.forEach((block, at) => {
      for (const { name, run } of WITNESSES) {
        it(`${block.name}: ${name}`, function () {
          this.timeout(30_000);
          const ours = numbers(told.get('ours')![at]);
          const theirs = numbers(told.get(name)![at]);
          assert.equal(ours.length, combinations(block), 'hashes');
          assert.equal(theirs.length, combinations(block), 'hashes');
          const known = DEVIATIONS.filter((deviation) => deviation.witnesses.includes(name));
          const differ = entriesOf(block).filter((n) => ours[n] !== theirs[n]);
          const unknown = differ.filter((n) => !known.some((deviation) => deviation.where(block, n)));
          if (unknown.length > 0) assert.fail(explain(block, unknown[0]!, run, unknown.length));
          for (const deviation of known) {
            const expected = entriesOf(block).filter((n) => deviation.where(block, n));
            const agrees = expected.filter((n) => ours[n] === theirs[n]);
            assert.deepEqual(
              agrees.map((n) => describeEntry(block, n)),
              [],
              `no deviation any more: ${deviation.because}`,
            );
            if (!deviation.writes || expected.length === 0) continue;
            // the first and the last of them in full
            for (const n of [expected[0]!, expected[expected.length - 1]!]) {
              const rom = image(mode, [pagingCase(block, n)]);
              const we = lines(runOurs(rom, undefined, INSTRUCTIONS), block);
              assert.deepEqual(
                lines(run(rom), block).map(({ word }) => word),
                we.map(({ word }) => deviation.writes!(word)),
                describeEntry(block, n),
              );
            }
          }
        });
      }
    });
  }
});

/** What differs for one combination, access by access. */
function explain(block: Block, entry: number, run: (rom: Uint8Array) => string, count: number): string {
  const rom = image(modeOf(block), [pagingCase(block, entry)]);
  const ours = lines(runOurs(rom, undefined, INSTRUCTIONS), block);
  const theirs = lines(run(rom), block);
  const differ = ours.flatMap(({ access, text }, n) =>
    text === theirs[n]?.text ? [] : [`${access}: we ${text}, they ${theirs[n]?.text}`],
  );
  return `${count} combinations; the first is ${describeEntry(block, entry)}: ${differ.slice(0, 8).join('; ')}`;
}
