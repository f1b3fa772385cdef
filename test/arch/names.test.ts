import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CONDITIONS } from '../../src/engine/arch/conditions';
import { GPR16, GPR32, GPR64, GPR8, GPR8_REX, SEGMENT_REGISTERS } from '../../src/engine/arch/registers';

/** Assembles lines with Debian's nasm and gives the bytes. */
function nasm(lines: readonly string[]): number[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-'));
  try {
    const source = path.join(folder, 'names.asm');
    writeFileSync(source, ['bits 64', ...lines, ''].join('\n'));
    execFileSync('nasm', ['-f', 'bin', '-o', path.join(folder, 'names.bin'), source]);
    return [...readFileSync(path.join(folder, 'names.bin'))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('names, as nasm knows them', () => {
  it('condition codes and their aliases', () => {
    const words = CONDITIONS.flatMap((row) => [row.name, ...row.aliases].map((name) => ({ name, code: row.code })));
    const bytes = nasm(words.map(({ name }) => `set${name} al`));
    const found = words.map(({ name }, at) => ({ name, code: bytes[3 * at + 1]! - 0x90 }));
    assert.equal(words.length, 30);
    assert.deepEqual(found, words);
  });

  it('general registers at every size', () => {
    // every instruction is padded to eight bytes: the last byte before the padding is its ModRM
    const numbers = (names: readonly string[]): number[] => {
      const bytes = nasm(names.map((name) => `mov ${name}, ${name}\nalign 8, db 0x90`));
      return names.map((_, at) => {
        const instruction = bytes.slice(8 * at, 8 * at + 8).filter((byte) => byte !== 0x90);
        const rex = instruction.find((byte) => byte >= 0x40 && byte < 0x50) ?? 0;
        return (instruction.at(-1)! & 7) | ((rex & 1) << 3);
      });
    };
    const inOrder = Array.from({ length: 16 }, (_, number) => number);
    for (const names of [GPR64, GPR32, GPR16, GPR8_REX]) assert.deepEqual(numbers(names), inOrder, names[0]);
    assert.deepEqual(numbers(GPR8), inOrder.slice(0, 8));
  });

  it('segment registers', () => {
    const bytes = nasm(SEGMENT_REGISTERS.map((name) => `mov eax, ${name}`));
    assert.deepEqual(
      SEGMENT_REGISTERS.map((_, at) => (bytes[2 * at + 1]! >> 3) & 7),
      [0, 1, 2, 3, 4, 5],
    );
  });
});
