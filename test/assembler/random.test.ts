import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { hex, runNasm } from './nasm';
import { Dice, randomProgram } from './random-programs';

/** Lines nasm 2.16 refuses that are taken here (docs/assembler.md). */
const TAKEN_HERE = /^mov \[.*\], qword |^invlpg byte /;

/** nasm cuts the distance of a short jump into another section off, with a warning. */
const REFUSED_HERE = /bytes too far$/;

const PROGRAMS = 150;

describe('random programs against nasm', function () {
  this.timeout(300_000);

  it(`${PROGRAMS} programs: the same lines are refused, the rest make the same bytes`, () => {
    const dice = new Dice(20);
    let compared = 0;
    let bytes = 0;
    for (let n = 0; n < PROGRAMS; n++) {
      let lines = randomProgram(dice);
      // What either refuses is taken out until both take the rest.
      for (let round = 0; ; round++) {
        assert.ok(round < 12, `no agreement on\n${lines.join('\n')}`);
        const source = lines.join('\n') + '\n';
        const nasm = runNasm(source);
        const ours = assemble(source, { file: 'test.asm' });
        const mine = new Map(ours.diagnostics.filter((d) => d.severity === 'error').map((d) => [d.line, d.message]));
        for (const [line, why] of nasm.refused) {
          const text = lines[line - 1]!;
          if (!TAKEN_HERE.test(text)) assert.ok(mine.has(line), `${lines[0]}: nasm refuses "${text}": ${why}`);
        }
        const only = [...mine].filter(([, why]) => !REFUSED_HERE.test(why));
        const said = only.map(([line, why]) => `${lines[0]}: ${lines[line - 1]}: ${why}`);
        if (nasm.bytes) assert.deepEqual(said, []);
        if (nasm.bytes && !ours.failed) {
          assert.equal(hex(ours.bytes), hex(nasm.bytes), source);
          compared++;
          bytes += ours.bytes.length;
          break;
        }
        lines = lines.map((text, at) => (nasm.refused.has(at + 1) || mine.has(at + 1) ? 'nop' : text));
      }
    }
    assert.equal(compared, PROGRAMS);
    assert.ok(bytes > 10_000, `${bytes} bytes compared`);
  });
});
