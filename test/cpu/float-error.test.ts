/** Pending x87 errors: CR0.NE, the board's line to IRQ 13 and port F0h, IGNNE; CR0.EM, TS and MP; layouts of the environment. */
import assert from 'node:assert/strict';
import { answers, image, runOurs } from './program';
import { picsSetup } from '../pic-setup';
import { testCase, type Mode } from './rom-case';

function run(mode: Mode, code: readonly string[]): string[] {
  const cases = code.map((body, n) => testCase(`case ${n}`, '', body));
  return answers(runOurs(image(mode, cases)), cases.length);
}

/** CR0.NE as given, MP set, EM and TS clear; a division by zero that is not masked is left pending. */
const pending = (ne: boolean): string => `
  mov rax, cr0
  and eax, ~0x2c
  or eax, ${ne ? 0x22 : 2}
  mov cr0, rax
  mov eax, 0x220
  mov cr4, rax
  fninit
  mov word [SPOT], 0x37b
  fldcw [SPOT]
  fld1
  fldz
  fdivp
`;
const MEETS = ['fwait', 'fld1', 'pxor mm0, mm0', 'cvtpi2ps xmm0, mm0', 'emms'] as const;

/** The 8259s at 20h and A0h, of which only IRQ 13 is let through; its gate. */
const CATCH = `
  ${picsSetup(0xdf)}
  lea rax, [rel %%handler]
  mov [IDT + 0x2d * 16], ax
  mov word [IDT + 0x2d * 16 + 2], CODE64
  mov word [IDT + 0x2d * 16 + 4], 0x8e00
  shr rax, 16
  mov [IDT + 0x2d * 16 + 6], ax
  mov qword [IDT + 0x2d * 16 + 8], 0
  jmp %%on
%%handler:
  put 'i'
  out 0xf0, al
  fnstsw ax
  call hex4
  mov al, 0x20
  out 0xa0, al
  out 0x20, al
  iretq
%%on:
`;
/** Labels of each case are its own. */
const labelled = (code: string, n: number): string => code.replaceAll('%%', `irq${n}_`);

describe('cpu: pending x87 errors', () => {
  it('are #MF with CR0.NE, whatever meets them', () => {
    for (const [n, text] of run(
      'long',
      MEETS.map((one) => `${pending(true)}${one}\nput 'g'`),
    ).entries())
      assert.match(text, /^!10/, MEETS[n]);
  });

  it('without it raise IRQ 13; after port F0h the instruction goes on, by IGNNE', () => {
    const code = MEETS.map((one, n) => labelled(`${CATCH}${pending(false)}sti\n${one}\ncli\nput 'g'`, n));
    for (const [n, text] of run('long', code).entries())
      assert.match(text.replace(/\s/g, ''), /^i[ab]...g$/i, MEETS[n]);
  });

  it('are not met by instructions that do not wait', () => {
    const [text] = run('long', [`${pending(true)}fnstsw ax\nfnclex\nfwait\nput 'g'\ncall hex4`]);
    assert.match(text!.replace(/\s/g, ''), /^gb?[0-9a-f]+84$/i);
  });
});

const units = (bits: number, one: string): string => `
  mov eax, 0x220
  mov cr4, rax
  mov rax, cr0
  and eax, ~0x0e
  mov cr0, rax
  fninit
  or eax, ${bits}
  mov cr0, rax
  ${one}
  clts
  mov rax, cr0
  and eax, ~0x0e
  mov cr0, rax
  put 'g'
`;
const MP = 2;
const EM = 4;
const TS = 8;
/** By bits of CR0: what x87, FWAIT, MMX, SSE and FXSAVE meet. Volume 2, §3.1.1; volume 5, table of exceptions of each. */
const UNITS: readonly (readonly [number, readonly RegExp[]])[] = [
  [0, [/^g/, /^g/, /^g/, /^g/, /^g/]],
  [MP, [/^g/, /^g/, /^g/, /^g/, /^g/]],
  [TS, [/^!07/, /^g/, /^!07/, /^!07/, /^!07/]],
  [TS | MP, [/^!07/, /^!07/, /^!07/, /^!07/, /^!07/]],
  [EM, [/^!07/, /^g/, /^!06/, /^!06/, /^!07/]],
  [EM | MP, [/^!07/, /^g/, /^!06/, /^!06/, /^!07/]],
  [EM | TS | MP, [/^!07/, /^!07/, /^!06/, /^!06/, /^!07/]],
];

describe('cpu: CR0.EM, TS and MP', () => {
  it('decide who may use which unit', () => {
    const ones = ['fld1', 'fwait', 'pxor mm0, mm0', 'xorps xmm0, xmm0', 'fxsave [0x40000]'];
    const told = run(
      'long',
      UNITS.flatMap(([bits]) => ones.map((one) => units(bits, one))),
    );
    for (const [row, [bits, expected]] of UNITS.entries())
      for (const [n, wanted] of expected.entries())
        assert.match(told[row * ones.length + n]!, wanted, `CR0 bits ${bits}: ${ones[n]}`);
  });

  it('EFER.FFXSR leaves XMM out of FXSAVE at CPL 0', () => {
    const save = (efer: string): string => `
      mov rax, cr0
      and eax, ~0x0e
      mov cr0, rax
      mov eax, 0x220
      mov cr4, rax
      mov ecx, 0xc0000080
      rdmsr
      ${efer}
      wrmsr
      pcmpeqd xmm1, xmm1
      mov dword [0x40000 + 176], 0x12345678
      fxsave64 [0x40000]
      mov eax, [0x40000 + 176]
      call hex8`;
    assert.deepEqual(run('long', [save('or eax, 0x4000'), save('and eax, ~0x4000')]), ['12345678', 'ffffffff']);
  });
});
