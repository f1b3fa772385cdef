import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { LISTINGS } from './listings';
import { runNasm } from './nasm';

/** Source line and offset of everything nasm's listing gives bytes for. */
function listed(listing: string): { line: number; offset: number; bytes: string }[] {
  const rows: { line: number; offset: number; bytes: string }[] = [];
  for (const text of listing.split('\n')) {
    const match = /^\s*(\d+) ([0-9A-F]{8}) ([0-9A-F<>?()[\]-]+)/.exec(text);
    if (match) rows.push({ line: Number(match[1]), offset: parseInt(match[2]!, 16), bytes: match[3]! });
  }
  return rows;
}

const STRAIGHT = `bits 64
org 0x8000
start:  mov rax, 1
        add eax, 5

label:  jmp .near       ; a comment
.near:  jz start
        times 3 nop
        db 1, 2, 3
        rep movsb
        mov rbx, 0x123456789abcdef0
        lock cmpxchg [rbx + rcx*8 + 0x12345678], rdx
        hlt
`;

describe('line table', () => {
  for (const [name, source] of [
    ['straight code', STRAIGHT],
    ['into long mode', LISTINGS['into long mode']!],
  ] as const) {
    it(`has the addresses of nasm's listing: ${name}`, () => {
      const { listing } = runNasm(source);
      const { lines, sections, failed } = assemble(source, { file: 'test.asm' });
      assert.equal(failed, false);
      const text = sections.find((s) => s.name === '.text')!;
      const code = lines.filter((l) => l.address >= text.vstart && l.address < text.vstart + text.length);
      assert.ok(code.length > 8);
      const theirs = listed(listing);
      for (const entry of code) {
        const offset = Number(entry.address - text.vstart);
        const row = theirs.find((r) => r.line === entry.line && r.offset === offset);
        assert.ok(row, `line ${entry.line} at ${offset.toString(16)} is not in nasm's listing`);
      }
      // And the other way: every line of nasm's whose text is an instruction has an entry.
      const instructions = source.split('\n').flatMap((line, n) => (isInstruction(line) ? [n + 1] : []));
      assert.deepEqual(
        code.map((l) => l.line).sort((a, b) => a - b),
        instructions,
      );
    });
  }

  it('gives length, mode and file', () => {
    const { lines } = assemble('bits 16\nnop\nbits 64\nmov rax, rbx\n', { file: 'a.asm' });
    assert.deepEqual(lines, [
      { address: 0n, file: 'a.asm', line: 2, length: 1, bits: 16 },
      { address: 1n, file: 'a.asm', line: 4, length: 3, bits: 64 },
    ]);
  });

  it('is sorted by virtual address, whatever the order of the source', () => {
    const source = 'section .b vstart=0x2000\nnop\nsection .a vstart=0x1000\nhlt\nsection .b\ncli\n';
    const { lines } = assemble(source, { file: 'a.asm' });
    assert.deepEqual(
      lines.map((l) => [l.address, l.line]),
      [
        [0x1000n, 4],
        [0x2000n, 2],
        [0x2001n, 6],
      ],
    );
  });

  it('puts a macro at the line that calls it, and an include at its own', () => {
    const source = '%macro two 0\nnop\nhlt\n%endmacro\ntwo\n%include "i.inc"\n';
    const { lines } = assemble(source, { file: 'a.asm', readFile: () => '\ncli\n' });
    assert.deepEqual(
      lines.map((l) => `${l.file}:${l.line} ${l.length}`),
      ['a.asm:5 1', 'a.asm:5 1', 'i.inc:2 1'],
    );
  });

  it('keeps 64-bit addresses whole', () => {
    const { lines, symbols, origin } = assemble('org 0xffffffff80000000\nbits 64\nnop\nhere: hlt\n', { file: 'a.asm' });
    assert.equal(origin, 0xffff_ffff_8000_0000n);
    assert.equal(lines[1]!.address, 0xffffffff80000001n);
    assert.deepEqual(symbols, [{ name: 'here', value: 0xffffffff80000001n, section: '.text', file: 'a.asm', line: 4 }]);
  });

  it('lists symbols with their sections', () => {
    const source =
      'org 0x100\nk equ 5\nmain: nop\n.loop: jmp .loop\nsection .data\nx: dw main.loop\nsection .bss\ny: resb 4\n';
    const { symbols } = assemble(source, { file: 'a.asm' });
    assert.deepEqual(
      symbols.map((s) => `${s.name} ${s.value.toString(16)} ${s.section} ${s.line}`),
      ['k 5 undefined 2', 'main 100 .text 3', 'main.loop 101 .text 4', 'x 104 .data 6', 'y 108 .bss 8'],
    );
  });
});

function isInstruction(line: string): boolean {
  const text = line
    .replace(/;.*/, '')
    .replace(/^\s*[\w.]+:/, '')
    .trim();
  return (
    text !== '' && !/^(%|bits|default|org|section|align|d[bwdq]\b|res|times \d+ d|\w+ +equ|\w+:? +d[bwdq]\b)/.test(text)
  );
}
