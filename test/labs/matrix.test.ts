/** Every lab on its own answers, with three seeds: `pacifica labs --seeds 20` does it with more. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { LABS, labNamed } from '../../labs/catalog';
import { filesOf, versionName } from '../../src/cli/lab-files';
import { grade } from '../../src/session/lab-runner/grade';
import { answersOf, deviation, wantedOf } from '../../src/session/lab-runner/matrix';

const SEEDS = [1, 2, 3];
const FOLDER = 'labs';

describe('the labs', () => {
  for (const lab of LABS) {
    describe(`${lab.id}`, () => {
      for (const answer of answersOf(lab)) {
        it(`${versionName(answer)} ${wantedOf(lab, answer)}`, async () => {
          const files = filesOf(lab, answer, FOLDER);
          for (const seed of SEEDS) {
            const fault = deviation(lab, answer, await grade(lab, files, seed));
            assert.equal(fault, undefined, `seed ${seed}`);
          }
        });
      }
    });
  }
});

describe('grades of labs', () => {
  for (const lab of LABS) {
    it(`${lab.id}: the same seed, the same grade`, async () => {
      const mutant = { mutant: Object.keys(lab.mutants)[0]! };
      const files = filesOf(lab, mutant, FOLDER);
      const once = await grade(lab, files, 5);
      assert.deepEqual(await grade(lab, files, 5), once);
      // what goes to the editor is plain data
      assert.deepEqual(JSON.parse(JSON.stringify(once)), once);
    });
  }
});

describe('the catalog', () => {
  it('has every folder of labs, once and in order', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      LABS.map(({ id }) => id),
      folders.map(({ name }) => name).sort(),
    );
    for (const { id, number } of LABS) assert.equal(Number(id.slice(0, 2)), number);
  });

  for (const lab of LABS) {
    it(`${lab.id} is whole`, () => {
      const ids = lab.claims.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const claim of [lab.starterFails.claim, ...Object.values(lab.mutants)])
        assert.ok(ids.includes(claim), claim);
      assert.ok(Object.keys(lab.mutants).length >= 3);
      assert.deepEqual(readdirSync(`labs/${lab.id}/mutants`).sort(), Object.keys(lab.mutants).sort());
      assert.deepEqual(readdirSync(`labs/${lab.id}/starter`).sort(), [...lab.files].sort());
      assert.equal(lab.files[0], lab.file);
      assert.ok(existsSync(`labs/${lab.id}/README.md`));
      // mutants and solution differ only where the learner works
      for (const folder of ['solution', ...Object.keys(lab.mutants).map((name) => `mutants/${name}`)]) {
        for (const file of readdirSync(`labs/${lab.id}/${folder}`)) assert.ok(lab.files.includes(file), file);
      }
      const { program } = (lab.launch ?? {}) as { program?: string };
      if (program !== undefined) assert.ok(lab.files.includes(program));
    });
  }

  it('finds a lab by number and by folder', () => {
    assert.equal(labNamed('4')?.id, '04-cpuid');
    assert.equal(labNamed('04')?.id, '04-cpuid');
    assert.equal(labNamed('04-cpuid')?.number, 4);
    assert.equal(labNamed('3'), undefined);
    assert.equal(labNamed('constructor'), undefined);
  });
});
