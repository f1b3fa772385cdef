import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { ENVIRONMENT_CASES } from './float-environment-cases';
import { answers, image, runOurs, runQemu } from './program';

/**
 * Where QEMU differs: it keeps no opcode, FLDENV leaves its pointers alone, and what is reserved in the 32-bit layouts is stored as zeros
 * (volume 2, §11.4.4). Layouts of 16 bits without an opcode are the same. Bochs has no deviation.
 */
const onQemu = (name: string): boolean =>
  !/ fn(stenv|save), 16$/.test(name) || !(name.startsWith('protected') || name.includes(', nothing,'));

if (!bochsIsThere()) console.error('bochs is not installed: NOTHING below is compared with it');

describe('cpu: the x87 environment', () => {
  for (const mode of ['real', 'protected'] as const) {
    const cases = ENVIRONMENT_CASES.filter((c) => c.mode === mode);
    let rom: Uint8Array;
    let ours: string[];
    before(() => {
      rom = image(mode, cases);
      ours = answers(runOurs(rom), cases.length);
      for (const [n, { name, words }] of cases.entries()) assert.equal(ours[n]!.split(' ').length, words, name);
    });

    const differing = (text: string): string[] => {
      const theirs = answers(text, cases.length);
      return cases.flatMap(({ name }, n) => (ours[n] === theirs[n] ? [] : [name]));
    };
    it(`${mode}: Bochs`, function () {
      this.timeout(30_000);
      if (bochsIsThere()) assert.deepEqual(differing(runBochs(rom)), []);
    });
    it(`${mode}: QEMU`, function () {
      this.timeout(30_000);
      assert.deepEqual(differing(runQemu(rom)), cases.map(({ name }) => name).filter(onQemu));
    });
  }
});
