/** Intercepts, exceptions and features that no other program comes upon, each by its first words: what happened, and its code. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { guest, legacy } from './guest-words';
import { answers, image, runOurs, runQemu } from './program';
import { testCase as c } from './rom-case';
import type { Case, Mode } from './rom-case';

const intercept = (word: number, bit: number): string => `or dword [rdi+${word * 4}], 1 << ${bit}\n`;
const exits = (name: string, code: string, word: number, bit: number, body: string, more = ''): Case =>
  c(name, `=${code}`, guest(intercept(word, bit) + more, body));
/** Of the VMCB of programs, and in it. */
const VMCB = 0x30000;
const EXITCODE = 0x70;
const hex = (code: number): string => code.toString(16).padStart(8, '0');
const UNMASKED = 'fninit\nmov dword [SPOT], 0x37b\nfldcw [SPOT]\nfld1\nfldz\nfdivp st1, st0\nfwait';
const CR0_NE = 'or dword [rdi+0x558], 0x20\n';

const GUESTS: readonly Case[] = [
  ...[2, 4, 8].map((n) => exits(`mov from cr${n}`, hex(n), 0, n, `mov rax, cr${n}`)),
  exits('mov to cr2', hex(0x12), 0, 18, 'mov cr2, rax'),
  ...[0, 1, 2, 3, 4, 5, 6].map((n) => exits(`mov from dr${n}`, hex(0x20 + n), 1, n, `db 0x0f, 0x21, 0xc0 | ${n} << 3`)),
  ...[1, 2, 3, 4, 5, 6, 7].map((n) =>
    exits(`mov to dr${n}`, hex(0x30 + n), 1, 16 + n, `db 0x0f, 0x23, 0xc0 | ${n} << 3`),
  ),
  exits('sidt', hex(0x66), 3, 6, 'sidt [SPOT]'),
  exits('lgdt', hex(0x6b), 3, 11, 'lgdt [gdt_pointer]'),
  exits('lldt', hex(0x6c), 3, 12, 'xor eax, eax\nlldt ax'),
  exits(
    'br',
    hex(0x45),
    2,
    5,
    'bits 32\nmov eax, 5\nmov dword [SPOT], 0\nmov dword [SPOT+4], 1\nbound eax, [SPOT]\nbits 64',
    legacy,
  ),
  exits('nm', hex(0x47), 2, 7, 'fnop', 'or dword [rdi+0x558], 8\n'),
  exits('np', hex(0x4b), 2, 11, 'mov eax, ABSENT\nmov ds, eax'),
  exits('ss', hex(0x4c), 2, 12, 'mov eax, ABSENT\nmov ss, eax'),
  exits('ts', hex(0x4a), 2, 10, 'bits 32\npushfd\nor dword [esp], 0x4000\npopfd\niretd\nbits 64', legacy),
  exits('mf', hex(0x50), 2, 16, UNMASKED, CR0_NE),
];
const GUESTS_HERE: readonly Case[] = [
  exits(
    'xf',
    hex(0x53),
    2,
    19,
    'mov dword [SPOT], 0\nldmxcsr [SPOT]\nxor eax, eax\ncvtsi2sd xmm0, eax\ndivsd xmm0, xmm0',
    'or dword [rdi+0x548], 0x600\n',
  ),
  exits(
    'ac',
    hex(0x51),
    2,
    17,
    'mov eax, [SPOT+1]',
    'or dword [rdi+0x558], 0x40000\nor dword [rdi+0x570], 0x40000\nmov byte [rdi+0x4cb], 3\n',
  ),
  exits('rdtscp', hex(0x87), 4, 7, 'rdtscp'),
  exits('of', hex(0x44), 2, 4, 'bits 32\nmov eax, 0x7fffffff\ninc eax\ninto\nbits 64', legacy),
  exits('skinit', hex(0x86), 4, 6, 'xor eax, eax\nskinit eax'),
  exits('ferr freeze', hex(0x7e), 3, 30, UNMASKED, 'and dword [rdi+0x558], ~0x20\n'),
];
const LONG: readonly Case[] = [
  c('de', '!00 ffffffff', 'xor ecx, ecx\ndiv ecx'),
  c('bp', '!03 ffffffff', 'int3'),
  c('mf', '!10 ffffffff', `mov rax, cr0\nor eax, 0x20\nmov cr0, rax\n${UNMASKED}`),
  c('smsw of memory', '11', 'mov dword [SPOT], -1\nsmsw [SPOT]\nmov al, [SPOT]\nand al, 0x11\ncall hex2\nfninit'),
  c('rdseed', '01', 'rdseed eax\nsetc al\ncall hex2'),
];
/** 512 bytes, at a multiple of 16. */
const AREA = 'OTHER + 0x100';
const FEATURES: readonly Case[] = [
  ...['xsave', 'xsaveopt', 'xsavec'].map((name) =>
    c(
      `${name} and xrstor of 32 bits`,
      '037f r',
      `mov rax, cr4\nbts eax, 18\nmov cr4, rax\nmov eax, 1\nxor edx, edx\nfninit\nfld1
       ${name} [${AREA}]\nmov ax, [${AREA}]\ncall hex4\nmov eax, 1\nxor edx, edx\nxrstor [${AREA}]\nput 'r'`,
    ),
  ),
  c(
    'misaligned mode: an operand of 16 bytes lies anywhere',
    'm',
    `mov rax, cr4\nor eax, 0x200\nmov cr4, rax\nmov dword [SPOT], 0x21f80\nldmxcsr [SPOT]\naddps xmm0, [SPOT + 1]\nput 'm'\nmov dword [SPOT], 0x1f80\nldmxcsr [SPOT]`,
  ),
  c(
    'without it, it does not',
    '!0d 00000000',
    `mov rax, cr4\nor eax, 0x200\nmov cr4, rax\nmov dword [SPOT], 0x1f80\nldmxcsr [SPOT]\naddps xmm0, [SPOT + 1]`,
  ),
  ...[true, false].map((fast) =>
    c(
      `fxsave ${fast ? 'under' : 'without'} efer.ffxsr ${fast ? 'leaves out' : 'stores'} xmm`,
      fast ? '77' : '55',
      `mov rax, cr4\nor eax, 0x200\nmov cr4, rax\nmov ecx, 0xc0000080\nrdmsr\n${fast ? 'bts' : 'btr'} eax, 14\nwrmsr
       mov eax, 0x55\nmovd xmm0, eax\nmov dword [${AREA} + 160], 0x77\nfxsave [${AREA}]\nmov al, [${AREA} + 160]\ncall hex2
       mov ecx, 0xc0000080\nrdmsr\nbtr eax, 14\nwrmsr`,
    ),
  ),
  c(
    'fxrstor loads pointers to the last x87 instruction though no error is pending',
    '1234',
    `fninit\nfxsave [${AREA}]\nmov dword [${AREA} + 8], 0x1234\nfxrstor [${AREA}]\nfnstenv [${AREA}]
     mov eax, [${AREA} + 12]\ncall hex4\nfninit`,
  ),
];
const PROTECTED: readonly Case[] = [
  c(
    '16-bit trap gate leaves IF',
    '0246',
    `mov dword [IDT+0x41*8+4], 0x8700
     mov dword [IDT+0x41*8], (CODE16<<16)|(($h - image) & 0xffff)
     sti\nint 0x41\nbits 16\n$h: cli\njmp dword CODE32:$y\nbits 32\n$y: mov ax, [esp+4]\ncall hex4`,
  ),
  c('de', '!00 ffffffff', 'xor ecx, ecx\ndiv ecx'),
  c('of', '!04 ffffffff', 'mov eax, 0x7fffffff\ninc eax\ninto'),
  c('br', '!05 ffffffff', 'mov eax, 5\nmov dword [SPOT], 0\nmov dword [SPOT+4], 1\nbound eax, [SPOT]'),
];

const GROUPS: readonly {
  readonly name: string;
  readonly mode: Mode;
  readonly cases: readonly Case[];
  qemu: boolean;
}[] = [
  { name: 'exits of guests', mode: 'long', cases: GUESTS, qemu: true },
  { name: 'exits of guests QEMU has not', mode: 'long', cases: GUESTS_HERE, qemu: false },
  { name: 'exceptions of 64-bit code', mode: 'long', cases: LONG, qemu: true },
  { name: 'features of AMD’s that QEMU has not', mode: 'long', cases: FEATURES, qemu: false },
  { name: 'exceptions of 32-bit code', mode: 'protected', cases: PROTECTED, qemu: true },
];

describe('cpu: intercepts, exceptions and features one by one', () => {
  for (const { name, mode, cases, qemu } of GROUPS) {
    describe(name, () => {
      let ours: string[] = [];
      let theirs: string[] = [];
      before(function () {
        this.timeout(60_000);
        const rom = image(mode, cases);
        ours = answers(runOurs(rom), cases.length);
        if (qemu) theirs = answers(runQemu(rom, 'EPYC,+svm,+rdseed'), cases.length);
      });
      cases.forEach((one, n) => {
        it(one.name, () => {
          assert.equal(ours[n]!.slice(0, one.expect.length), one.expect, ours[n]!.slice(0, 80));
          if (qemu)
            assert.equal(
              theirs[n]!.slice(0, one.expect.length),
              one.qemu?.writes ?? one.expect,
              `QEMU: ${theirs[n]!.slice(0, 80)}`,
            );
        });
      });
    });
  }

  it('an NMI is #VMEXIT(NMI) under its intercept', () => {
    let text = '';
    const rom = image('long', [c('nmi', '', guest(intercept(3, 1), "put 'g'\n$w: jmp $w"))]);
    const machine = new Machine({ ramSize: 2 << 20, rom, onDebugcon: (byte) => (text += String.fromCharCode(byte)) });
    machine.run(Infinity, 500_000);
    assert.equal(answers(text, 1)[0], 'g');
    machine.processor.pendNmi();
    machine.run(Infinity, 500_000);
    assert.equal(machine.ram.read32(VMCB + EXITCODE), 0x61);
    // It stays pending, and comes to the host when STGI lets it.
    assert.match(text, /g!02 /);
  });
});
