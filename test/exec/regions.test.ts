/** Compiled regions against the interpreter: the same programs, to the same instruction, are in the same state. */
import assert from 'node:assert/strict';
import type { Machine } from '../../src/engine/machine/machine';
import { machineDigest } from '../machine-digest';
import { open } from '../session/run-lab';
import { Random } from '../silicon/random';
import { regionProgram, type Bits } from './region-program';

const PROGRAMS = 24;
const STOPS = 60;
/** Instructions between two stops, at most. */
const FAR = 500;

const registers = ({ state, processor }: Machine): string =>
  [processor.rflags(), state.ripLow, ...Array.from({ length: 16 }, (_, n) => state.gpr(n))].join(' ');

describe('compiled regions', () => {
  for (const bits of [64, 32, 16] as const satisfies readonly Bits[]) {
    it(`come to the same as the interpreter in ${PROGRAMS} random programs of ${bits} bits, wherever they stop`, async () => {
      let compiled = 0;
      for (let seed = 1; seed <= PROGRAMS; seed++) {
        const random = new Random(seed * 1000 + bits);
        const source = regionProgram(random, bits);
        const distances = Array.from({ length: STOPS }, () => 1 + random.below(FAR));
        let expected: readonly string[] | undefined;
        for (const compileAfter of [Infinity, 1, 7]) {
          const { lab } = await open(source, 'bare', { memory: 4 });
          const { machine } = lab;
          const { executor } = machine.processor;
          executor.compileAfter(compileAfter);
          const seen = distances.map((distance) => {
            const stop = machine.run(Infinity, distance);
            assert.equal(stop.kind, 'time', `${JSON.stringify(stop)}\n${source}`);
            return registers(machine);
          });
          seen.push(machineDigest(machine));
          compiled += executor.regions.compiled;
          assert.equal(executor.regions.compiled > 0, compileAfter !== Infinity);
          expected ??= seen;
          const at = expected.findIndex((state, n) => state !== seen[n]);
          assert.equal(at, -1, `seed ${seed}, stop ${at}:\n${expected[at]}\n${seen[at]}\n${source}`);
        }
      }
      assert.ok(compiled > PROGRAMS * 5, `${compiled} regions`);
    });
  }
});
