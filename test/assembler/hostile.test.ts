import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';

const lines = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');
const nested = (open: string, inner: string, close: string, count: number): string =>
  open.repeat(count) + inner + close.repeat(count);

/** Sources nobody writes in good faith, and what is said of them. */
const HOSTILE: Readonly<Record<string, { readonly source: string; readonly says: RegExp }>> = {
  'a trillion bytes': {
    source: 'times 1000000000000 db 0',
    says: /more than an image can have: the limit is 67108864/,
  },
  'a billion instructions': { source: 'times 1000000000 nop', says: /the limit is 67108864/ },
  'sixty million different jumps': { source: 'times 60000000 jmp 0x1234', says: /repeated 65536 times at most/ },
  'a hundred megabytes reserved': { source: 'section .bss\nresb 100 * 1024 * 1024', says: /the limit is 67108864/ },
  'two halves of too much': { source: 'section .bss\nresb 40 << 20\nresb 40 << 20', says: /more than 67108864 bytes/ },
  'more bytes than there are numbers': { source: 'resq 1 << 62', says: /the limit is/ },
  'ten thousand parentheses': { source: `dd ${nested('(', '1', ')', 10_000)}`, says: /nested more than 200 deep/ },
  'parentheses in %if': { source: `%if ${'('.repeat(10_000)}\n%endif`, says: /nested more than 200 deep/ },
  'ten thousand signs': { source: `dd ${'- '.repeat(10_000)}1`, says: /nested more than 200 deep/ },
  'ten thousand choices': { source: `dd ${'1 ? '.repeat(10_000)}1`, says: /nested more than 200 deep/ },
  'ten thousand dups': { source: `db ${nested('1 dup (', '1', ')', 10_000)}`, says: /nested more than 200 deep/ },
  'a billion dups': { source: 'db 1000 dup (1000 dup (1000 dup (1)))', says: /the limit is/ },
  'a sum of a hundred thousand': { source: `dd ${Array(40_000).fill('1').join('+')}`, says: /more than 2000 terms/ },
  'a chain of macros': {
    source: `${lines(10_000, (n) => `%define m${n} m${n + 1}`)}\ndb m0`,
    says: /goes through more than 200 others/,
  },
  'a bomb of macros': {
    source: `${lines(40, (n) => `%define b${n} b${n + 1} b${n + 1}`)}\ndb b0`,
    says: /more than 100000 words/,
  },
  'a macro that calls itself': { source: '%macro m 0\nm\nm\n%endmacro\nm', says: /nested more than 100 deep/ },
  'a macro that grows': {
    source: '%macro m 1-*\n%rep %0\nm %1,1\n%endrep\n%endmacro\nm 1',
    says: /nested more than 100 deep/,
  },
  'a file that includes itself': { source: '%include "self.asm"', says: /nested more than 100 deep/ },
  'a billion repetitions': { source: '%rep 1000000000\nnop\n%endrep', says: /%rep makes more than 300000 lines/ },
  'repetitions of repetitions': {
    source: `${'%rep 1000\n'.repeat(4)}nop\n${'%endrep\n'.repeat(4)}`,
    says: /more than 300000 lines/,
  },
  'a hundred thousand %if': { source: '%if 1\n'.repeat(100_000), says: /no %endif/ },
  'a hundred thousand errors': { source: 'mvo eax, 1\n'.repeat(100_000), says: /more than 200 problems/ },
  'a symbol that is itself': { source: 'x equ x + 1\ndb x', says: /depends on itself/ },
  'symbols that are each other': { source: 'x equ y\ny equ x\ndb x', says: /depends on itself/ },
  'a length that depends on itself': {
    source: 'a: times 1 - (b - a) nop\nb:',
    says: /labels still move after 100 passes/,
  },
  'sections in a circle': { source: 'section .a follows=.b\ndb 1\nsection .b follows=.a\ndb 2', says: /in a circle/ },
  'sections far apart': {
    source: 'section .a start=0x7fffffffffffffff\ndb 1\nsection .text\nnop',
    says: /bytes apart/,
  },
  'names every object has': {
    source: 'constructor eax\n__proto__ eax\ndb toString',
    says: /unknown instruction 'constructor'/,
  },
  brackets: { source: '['.repeat(50_000), says: /not a directive/ },
  'nothing but noise': { source: '\0\x01\xff\ufffe%%%{}}}[[:,;\n:::\n,,,\n%\n', says: /./ },
  'a long name': { source: `jmp ${'a'.repeat(100_000)}`, says: /is not defined|…/ },
};

describe('hostile sources are refused', function () {
  this.timeout(60_000);

  for (const [name, { source, says }] of Object.entries(HOSTILE)) {
    it(name, () => {
      const started = process.cpuUsage().user;
      const result = assemble(source, {
        file: 'self.asm',
        readFile: (path) => (path === 'self.asm' ? source : undefined),
      });
      assert.equal(result.failed, true);
      const heard = result.diagnostics.map((d) => d.message);
      assert.ok(
        heard.some((message) => says.test(message)),
        heard.slice(0, 5).join('\n'),
      );
      assert.ok(heard.length <= 201);
      assert.ok(heard.every((message) => message.length < 500));
      const seconds = (process.cpuUsage().user - started) / 1e6;
      assert.ok(seconds < 20, `${seconds} s`);
    });
  }

  it('random words never make it throw', () => {
    // prettier-ignore
    const words = [
      'mov', 'eax', 'rax', 'al', '[', ']', ',', '+', '-', '*', '(', ')', ':', 'x', '.y', '$', '$$', '5', '0xff', "'ab'", 'db', 'dq', 'times',
      'equ', 'section', '.text', '.bss', 'align', 'resb', '%define', '%macro', '%endmacro', '%if', '%else', '%endif', '%rep', '%endrep', '%1',
      '%%a', 'jmp', 'short', 'far', 'byte', 'qword', 'rel', 'lock', 'rep', 'movsb', 'struc', 'endstruc', '?', 'dup', 'fs', 'vmrun', '\n', '\n',
      'org', 'bits', '64', '16', 'incbin', '%include', 'strict', 'near', 'push', 'cr0', 'bx', 'si', '*2', '%+', '"s"', '`\\n`', '1.5', '//', '%',
    ];
    let seed = 12345;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    for (let n = 0; n < 3000; n++) {
      const source = Array.from({ length: 1 + random(60) }, () => words[random(words.length)]).join(
        random(4) === 0 ? '' : ' ',
      );
      assert.doesNotThrow(() => assemble(source, { file: 'self.asm', readFile: () => undefined }), source);
    }
  });
});
