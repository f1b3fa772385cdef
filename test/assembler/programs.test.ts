import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { LISTINGS } from './listings';
import { hex, runNasm } from './nasm';
import { PROGRAMS } from './programs';

/** Bytes of both, for a source and the files it includes. */
function compare(source: string, files: Readonly<Record<string, string | Uint8Array>> = {}): void {
  const nasm = runNasm(source, files);
  const ours = assemble(source, { file: 'test.asm', readFile: (path) => files[path] });
  const errors = ours.diagnostics.filter((d) => d.severity === 'error');
  assert.deepEqual(
    errors.map((d) => `${d.line}:${d.column} ${d.message}`),
    [],
  );
  assert.ok(nasm.bytes, `nasm refuses: ${[...nasm.refused].join(' ')}`);
  assert.equal(hex(ours.bytes), hex(nasm.bytes));
}

describe('programs against nasm', function () {
  this.timeout(120_000);

  for (const bits of [16, 32, 64] as const) {
    it(`small programs, bits ${bits}`, () => {
      let same = 0;
      const wrong: string[] = [];
      for (const program of PROGRAMS) {
        const source = `bits ${bits}\n${program.replaceAll('|', '\n')}\n`;
        const nasm = runNasm(source);
        const ours = assemble(source, { file: 'test.asm' });
        if (!nasm.bytes) {
          // What nasm refuses in this mode is refused here, or is a mode-independent extension listed in docs/assembler.md.
          if (!ours.failed) wrong.push(`${program}: taken, nasm says ${[...nasm.refused.values()].join(', ')}`);
        } else if (ours.failed) wrong.push(`${program}: ${ours.diagnostics.map((d) => d.message).join(', ')}`);
        else if (hex(nasm.bytes) !== hex(ours.bytes))
          wrong.push(`${program}: nasm ${hex(nasm.bytes)}, here ${hex(ours.bytes)}`);
        else same++;
      }
      assert.deepEqual(wrong, []);
      assert.ok(same > 100, `only ${same} programs compared`);
    });
  }

  it('includes and binary files', () => {
    const files = {
      'constants.inc':
        '%ifndef CONSTANTS\n%define CONSTANTS\nPORT equ 0x3f8\n%macro out_byte 1\nmov al, %1\nmov dx, PORT\nout dx, al\n%endmacro\n%endif\n',
      'table.bin': Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    };
    compare(
      'bits 64\n%include "constants.inc"\n%include "constants.inc"\nout_byte 65\nincbin "table.bin"\nincbin "table.bin", 2\nincbin "table.bin", 2, 3\ntimes 2 incbin "table.bin", 6\n',
      files,
    );
  });

  for (const [name, source] of Object.entries(LISTINGS)) it(`whole program: ${name}`, () => compare(source));
});
