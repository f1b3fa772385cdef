/** Matrices on our machine, QEMU and Bochs: what differs must be a known deviation, and every known deviation must differ. */
import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { combinationOf, inWords, differences, matrixCase, records, rowCount, rowOf, rowSize } from './matrix-frame';
import type { Matrix } from './matrix-frame';
import { answers, image, runOurs, runQemu } from './program';

export interface Deviation {
  readonly witness: 'QEMU' | 'Bochs';
  /** Exactly these rows are answered differently; with `some`, some of them. */
  readonly where: (matrix: string, row: Readonly<Record<string, string>>) => boolean;
  readonly some?: true;
  readonly because: string;
}

const INSTRUCTIONS = 1e9;
const WITNESSES: { readonly name: Deviation['witness']; readonly run: (rom: Uint8Array) => string }[] = [
  { name: 'QEMU', run: runQemu },
];
if (bochsIsThere()) WITNESSES.push({ name: 'Bochs', run: runBochs });
else console.error('bochs is not installed: NOTHING below is compared with it');

const words = (text: string | undefined): readonly string[] => (text ?? '').trim().split(/\s+/);

export function compareMatrices(title: string, matrices: readonly Matrix[], deviations: readonly Deviation[]): void {
  describe(title, () => {
    for (const mode of ['protected', 'long'] as const) {
      const list = matrices.filter((matrix) => matrix.mode === mode);
      if (list.length === 0) continue;
      const told = new Map<string, readonly string[]>();
      before(function () {
        this.timeout(60_000);
        const rom = image(
          mode,
          list.map((matrix) => matrixCase(matrix)),
        );
        told.set('ours', answers(runOurs(rom, undefined, INSTRUCTIONS), list.length));
        for (const { name, run } of WITNESSES) told.set(name, answers(run(rom), list.length));
      });
      list.forEach((matrix, at) => {
        for (const { name, run } of WITNESSES) {
          it(`${matrix.name}: ${name}`, function () {
            this.timeout(30_000);
            const ours = words(told.get('ours')![at]);
            const theirs = words(told.get(name)![at]);
            assert.equal(ours.length, rowCount(matrix), 'rows of ours');
            assert.equal(theirs.length, rowCount(matrix), `rows of ${name}`);
            const known = deviations.filter(({ witness }) => witness === name);
            const rows = ours.map((_, row) => row);
            const differ = rows.filter((row) => ours[row] !== theirs[row]);
            const unknown = differ.filter((row) => !known.some(({ where }) => where(matrix.name, rowOf(matrix, row))));
            if (unknown.length > 0)
              assert.fail(`${unknown.length} of ${rows.length} rows; ${explain(matrix, unknown[0]!, run)}`);
            for (const { where, some, because } of known) {
              const named = rows.filter((row) => where(matrix.name, rowOf(matrix, row)));
              const agrees = named.filter((row) => ours[row] === theirs[row]);
              if (some && agrees.length < named.length) continue;
              assert.deepEqual(
                agrees.map((row) => inWords(rowOf(matrix, row))),
                [],
                `no deviation any more: ${because}`,
              );
            }
          });
        }
      });
    }
  });
}

/** What differs in one row, combination by combination. */
function explain(matrix: Matrix, row: number, run: (rom: Uint8Array) => string): string {
  const rom = image(matrix.mode, [matrixCase(matrix, row)]);
  const [ours, theirs] = [runOurs(rom, undefined, INSTRUCTIONS), run(rom)].map((text) => records(answers(text, 1)[0]!));
  assert.equal(ours!.length, rowSize(matrix), 'records of the row');
  const lines = ours!.flatMap((record, n) =>
    record === theirs![n]
      ? []
      : [`${inWords(combinationOf(matrix, n))}: ${differences(matrix, record, theirs![n] ?? '')}`],
  );
  return [`${inWords(rowOf(matrix, row))}: ${lines.length} of ${ours!.length}`, ...lines.slice(0, 6)].join('\n    ');
}
