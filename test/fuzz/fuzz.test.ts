/** The fuzzer's first cases, at every change. */
import assert from 'node:assert/strict';
import { kindOf, runCase } from './cases';

const CASES = 160;
const SEED = 20_061_023;

describe('hostile programs, guests and device accesses', () => {
  it(`${CASES} cases of seed ${SEED} throw nothing, stay in memory, and come to the same in slices`, function () {
    this.timeout(180_000);
    const tally = new Map<string, number>();
    for (let number = 0; number < CASES; number++) {
      try {
        runCase(SEED, number, tally);
      } catch (error) {
        throw new Error(`case ${number} (${kindOf(number)}): npm run fuzz -- --seed ${SEED} --case ${number}`, {
          cause: error,
        });
      }
    }
    assert.ok([...tally.keys()].filter((name) => name.includes('bit, ')).length >= 6, [...tally.keys()].join('; '));
  });
});
