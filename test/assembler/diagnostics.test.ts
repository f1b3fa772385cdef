import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';

/** A source, and what must be said of it: `line:columns severity message`, columns as the words they cover. */
interface Complaint {
  readonly source: string;
  readonly says: readonly string[];
}

const said = (source: string, file = 'test.asm'): string[] => {
  const lines = source.split('\n');
  return assemble(source, { file }).diagnostics.map((d) => {
    const words = lines[d.line - 1]!.slice(d.column - 1, d.endColumn - 1);
    return `${d.line} ${d.severity} [${words}] ${d.message}`;
  });
};

const COMPLAINTS: readonly Complaint[] = [
  { source: ' mvo eax, 1', says: ["1 error [mvo] unknown instruction 'mvo', did you mean 'mov'?"] },
  { source: 'start: vmrunn rax', says: ["1 error [vmrunn] unknown instruction 'vmrunn', did you mean 'vmrun'?"] },
  {
    source: 'cly',
    says: ["1 warning [cly] 'cly' alone on a line is a label: write a colon after it, did you mean 'clc'?"],
  },
  { source: 'tlbsync', says: ['1 error [tlbsync] tlbsync is an AMD64 instruction this machine does not have yet'] },
  {
    source: 'monitorx',
    says: ['1 error [monitorx] monitorx is an AMD64 instruction this machine does not have yet'],
  },
  {
    source: 'vpxor ymm0, ymm1, ymm2',
    says: ['1 error [vpxor] vpxor is an AMD64 instruction this machine does not have yet'],
  },
  { source: 'mov ymm0, eax', says: ['1 error [ymm0] no instruction here takes ymm0'] },
  {
    source: 'bits 64\ninc [rax]',
    says: ['2 error [[rax]] operation size not specified: write byte, word, dword or qword before the operand'],
  },
  {
    source: 'bits 64\nmovzx eax, [rbx]',
    says: ['2 error [[rbx]] operation size not specified: write byte or word before the operand'],
  },
  {
    source: 'mov eax, bx',
    says: ['1 error [bx] operands of mov differ in size: eax has 32 bits, bx has 16'],
  },
  {
    source: 'bits 32\nadd eax, word [ebx]',
    says: ['2 error [word [ebx]] operands of add differ in size: eax has 32 bits, word memory 16'],
  },
  { source: 'bits 64\npush eax', says: ['2 error [push] push eax does not exist in 64-bit mode'] },
  { source: 'bits 64\npusha', says: ['2 error [pusha] pusha does not exist in 64-bit mode'] },
  { source: 'bits 32\nmov rax, 1', says: ['2 error [mov] mov rax, a number does not exist in 32-bit mode'] },
  {
    source: 'bits 32\nmov r8d, 1',
    says: ['2 error [mov] registers r8 to r15 and 64-bit operands need 64-bit mode; this is bits 32'],
  },
  { source: 'bits 64\nmov ah, r8b', says: ['2 error [ah] ah cannot be used in an instruction with a REX prefix'] },
  { source: 'bits 64\nmov eax, [rsp*2]', says: ['2 error [[rsp*2]] rsp cannot be an index'] },
  { source: 'bits 64\nmov eax, [rax+rbx*3]', says: ['2 error [[rax+rbx*3]] the scale of an index is 1, 2, 4 or 8'] },
  {
    source: 'bits 64\nmov eax, [rax+rbx+rcx]',
    says: ['2 error [rax+rbx+rcx] an address has at most two registers, a base and an index'],
  },
  { source: 'bits 64\nmov eax, [bx+si]', says: ['2 error [[bx+si]] 16-bit addresses do not exist in 64-bit mode'] },
  {
    source: 'bits 16\nmov eax, [cx]',
    says: ['2 error [[cx]] a 16-bit address takes bx or bp, si or di, and a displacement'],
  },
  {
    source: 'bits 64\nmov eax, [eax+rbx]',
    says: ['2 error [[eax+rbx]] registers and sizes in an address must all be of one width'],
  },
  { source: 'hlt 5', says: ['1 error [hlt] hlt takes no operands, not 1'] },
  { source: 'mov eax', says: ['1 error [mov] mov takes 2 operands, not 1'] },
  { source: 'imul', says: ['1 error [imul] imul takes 1, 2 or 3 operands, not 0'] },
  { source: 'mov 5, eax', says: ['1 error [5] mov does not take a number, eax'] },
  { source: 'jmp nowhere', says: ["1 error [nowhere] the symbol 'nowhere' is not defined"] },
  { source: 'start: jmp strat', says: ["1 error [strat] the symbol 'strat' is not defined, did you mean 'start'?"] },
  { source: 'x: nop\nx: nop', says: ["2 error [x] 'x' is already defined at line 1"] },
  {
    source: 'jmp short x\ntimes 200 nop\nx:',
    says: ['1 error [short x] the target of this short jump is 73 bytes too far'],
  },
  { source: 'x: times 200 nop\nloop x', says: ['2 error [x] the target of this short jump is 74 bytes too far'] },
  { source: 'mov al, 300', says: ['1 warning [300] the number does not fit in a byte: it is cut off'] },
  {
    source: 'bits 64\nmov qword [rax], 0xffffffff',
    says: ['2 warning [0xffffffff] the number does not fit in a dword, sign-extended: it is cut off'],
  },
  { source: 'db 256', says: ['1 warning [256] the number does not fit in 1 byte: it is cut off'] },
  { source: 'db 1/0', says: ['1 error [0] division by zero'] },
  {
    source: 'x: dd x*2',
    says: [
      '1 error [x*2] this is neither a number nor an address: addresses can be subtracted only from others of the same section',
    ],
  },
  {
    source: 'x: dd x & 5',
    says: [
      '1 error [x] operator & needs plain numbers, and an address is none until the image is laid out: use a difference of two labels of one section',
    ],
  },
  {
    source: 'dd eax',
    says: ['1 error [eax] a register cannot be part of a number: put brackets around it to address memory'],
  },
  { source: 'db (1+2', says: ["1 error [] ')' expected before the end of the line"] },
  { source: 'db 1+', says: ['1 error [] an expression is missing before the end of the line'] },
  { source: "db 'abc", says: ["1 error ['abc] the string is not closed: ' is missing"] },
  { source: 'db 12abc', says: ["1 error [12abc] '12abc' is not a number in any of NASM's forms"] },
  { source: 'mov eax, [ebx', says: ["1 error [] after an address: ']' expected before the end of the line"] },
  { source: 'mov eax ebx', says: ["1 error [ebx] a comma or the end of the line is expected before 'ebx'"] },
  { source: 'mov eax, dword ptr [ebx]', says: ["1 error [ptr] NASM has no 'ptr': leave it out"] },
  { source: 'mov eax, offset x', says: ["1 error [offset] NASM has no 'offset': a label alone is its address"] },
  {
    source: 'bits 64\nmov eax, [rip+5]',
    says: ['2 error [rip] rip cannot be written: use [rel label] for an address relative to it'],
  },
  { source: 'bits 48', says: ['1 error [48] bits is 16, 32 or 64'] },
  {
    source: 'times -1 nop',
    says: ['1 error [-1] times -1: a count cannot be negative; the code before is 1 bytes too long'],
  },
  {
    source: 'nop\ntimes 1-($-$$)-5 db 0',
    says: ['2 error [1-($-$$)-5] times -5: a count cannot be negative; the code before is 5 bytes too long'],
  },
  { source: 'align 3', says: ['1 error [3] 3 is not a power of two: align takes 1, 2, 4, 8 …'] },
  {
    source: 'resb 4',
    says: ['1 warning [resb 4] reserved space in .text is written as zeros: section .bss takes none in the image'],
  },
  { source: 'section .bss\ndb 1', says: ['2 warning [db 1] .bss has no bytes in the image: these are lost'] },
  {
    source: 'global x\nx: nop',
    says: ["1 information [x] global means nothing in a flat image: there is no linker to see 'x'"],
  },
  {
    source: 'extern y\ncall y',
    says: [
      "1 warning [y] a flat image cannot refer to other files: %include the one that defines 'y'",
      "2 error [y] 'y' is declared extern, and a flat image cannot refer to other files",
    ],
  },
  { source: '%include "no.inc"', says: ['1 error ["no.inc"] the file \'no.inc\' cannot be read'] },
  { source: 'incbin "no.bin"', says: ['1 error ["no.bin"] the file \'no.bin\' cannot be read'] },
  { source: '%if 1\nnop', says: ['1 error [%if] this %if has no %endif'] },
  { source: '%endif', says: ['1 error [%endif] %endif without %if'] },
  { source: '%macro a 1\nnop', says: ['1 error [%macro] %endmacro is missing'] },
  { source: '%rotate 1', says: ['1 error [%rotate] %rotate turns the parameters of a macro, and this is not a macro'] },
  { source: '%strlen n abc', says: ['1 error [abc] a string in quotes is expected'] },
  { source: 'at x, db 1', says: ['1 error [at] at stands between istruc and iend'] },
  { source: '%push x', says: ['1 error [%push] the directive %push is not supported'] },
  { source: '%error this is wrong', says: ['1 error [this is wrong] this is wrong'] },
  { source: 'x equ x + 1\ndb x', says: ["1 error [x + 1] 'x' depends on itself: it has no value"] },
  {
    source: 'lock mov eax, ebx',
    says: ['1 warning [mov] lock raises #UD here: mov is not lockable with these operands'],
  },
  {
    source: 'bits 64\nmov eax, [es:rax]',
    says: ['2 warning [[es:rax]] es has no base in 64-bit mode: the override does nothing'],
  },
  { source: 'bits 64\nmov eax, [rel rax]', says: ['2 warning [[rel rax]] rel is ignored: the address has registers'] },
];

describe('what the assembler says', () => {
  for (const { source, says } of COMPLAINTS) {
    it(says[0]!.replace(/^\d+ /, ''), () => {
      const heard = said(source).filter((line) => !/labels still move/.test(line));
      assert.deepEqual(heard, says);
    });
  }

  it('says several things in one run, in the order of the source', () => {
    const heard = said('mvo eax, 1\nnop\njmp nowhere\ninc [bx]\nmov eax, bx\n%if\ndb 256');
    assert.deepEqual(
      heard.map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['1 error', '3 error', '4 error', '5 error', '6 error', '6 error', '6 error'].slice(0, heard.length),
    );
    assert.ok(heard.length >= 5);
  });

  it('names the file an error stands in', () => {
    const files: Record<string, string> = { 'lib/a.inc': 'nop\n%include "b.inc"\n', 'lib/b.inc': 'nop\nbad eax, 1\n' };
    const { diagnostics } = assemble('%include "lib/a.inc"\n', { file: 'main.asm', readFile: (path) => files[path] });
    assert.deepEqual(
      diagnostics.map((d) => `${d.file}:${d.line}`),
      ['lib/b.inc:2'],
    );
  });

  it('reports an error inside a macro where the macro is called', () => {
    const { diagnostics } = assemble('%macro m 1\n nop\n mov %1, bx\n%endmacro\nnop\n  m eax\n', { file: 'a.asm' });
    assert.deepEqual(
      diagnostics.map((d) => `${d.line}:${d.column}-${d.endColumn} ${d.message}`),
      ['6:3-8 operands of mov differ in size: eax has 32 bits, bx has 16'],
    );
  });

  it('gives no diagnostics for a clean program, and all bytes in spite of warnings', () => {
    assert.deepEqual(said('bits 64\nnop\n'), []);
    const { failed, bytes } = assemble('db 256', { file: 'a.asm' });
    assert.equal(failed, false);
    assert.deepEqual([...bytes], [0]);
  });

  it('keeps assembling after two hundred warnings', () => {
    const { failed, bytes } = assemble('db 256\n'.repeat(1000), { file: 'a.asm' });
    assert.equal(failed, false);
    assert.equal(bytes.length, 1000);
  });
});
