import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { hex, runNasm } from './nasm';
import { EXTENSIONS, REFUSED, SPELLINGS } from './spellings';

const SLOT = 16;
const source = (bits: number, texts: readonly string[]): string =>
  [`bits ${bits}`, ...texts.map((text) => `${text}\ntimes ($$-$) & ${SLOT - 1} nop`)].join('\n') + '\n';
const index = (line: number): number => Math.floor((line - 2) / 2);

describe('ways of writing', function () {
  this.timeout(120_000);

  for (const bits of [16, 32, 64] as const) {
    it(`are taken and refused as nasm does, bits ${bits}`, () => {
      // nasm speaks of some errors only when there are none of the first kind: it is asked until it takes the rest.
      let taken = [...SPELLINGS];
      let nasm = runNasm(source(bits, taken));
      for (let round = 0; !nasm.bytes && round < 5; round++) {
        const refused = new Set([...nasm.refused.keys()].map(index));
        taken = taken.filter((_, n) => !refused.has(n));
        nasm = runNasm(source(bits, taken));
      }
      assert.ok(nasm.bytes && taken.length > 200, `${taken.length} taken`);
      const ours = assemble(source(bits, taken), { file: 'a.asm' });
      const errors = ours.diagnostics.filter((d) => d.severity === 'error');
      assert.deepEqual(
        errors.map((d) => `${taken[index(d.line)]}: ${d.message}`),
        [],
      );
      const different = taken.flatMap((text, n) => {
        const [theirs, mine] = [nasm.bytes!, ours.bytes].map((bytes) => hex(bytes.subarray(n * SLOT, (n + 1) * SLOT)));
        return theirs === mine ? [] : [`${text}: nasm ${theirs}, here ${mine}`];
      });
      assert.deepEqual(different, []);
      const kept = new Set(taken);
      const lenient = SPELLINGS.filter(
        (text) => !kept.has(text) && !assemble(`bits ${bits}\n${text}`, { file: 'a.asm' }).failed,
      );
      assert.deepEqual(lenient, [], 'taken here, refused by nasm');
    });
  }

  for (const [bits, text, bytes] of EXTENSIONS) {
    it(`${text} (bits ${bits}) is taken here only`, () => {
      const ours = assemble(`bits ${bits}\n${text}\n`, { file: 'a.asm' });
      assert.equal(hex(ours.bytes), bytes, ours.diagnostics[0]?.message);
      assert.equal(runNasm(`bits ${bits}\n${text}\n`).bytes, undefined);
    });
  }

  for (const [bits, text, message] of REFUSED) {
    it(`${text} (bits ${bits}) is refused here only`, () => {
      const ours = assemble(`bits ${bits}\n${text}\n`, { file: 'a.asm' });
      assert.match(ours.diagnostics[0]?.message ?? '', message);
      assert.equal(ours.failed, true);
      assert.ok(runNasm(`bits ${bits}\n${text}\n`).bytes);
    });
  }
});
