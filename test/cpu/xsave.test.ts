/**
 * XSAVE and its family. QEMU writes other bytes and keeps other components in use: what is expected was read off a Zen 4, on which a
 * program of its own ran these with EAX of 0 to 3 (its further components are not asked for then).
 */
import assert from 'node:assert/strict';
import { cpuid } from '../../src/engine/cpu/profile';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { answers, image, runOurs } from './program';
import { testCase } from './rom-case';

/** CR4 with OSFXSR and OSXSAVE, XCR0 of both components, registers as after FNINIT and all zero. */
const START = `
  AREA equ 0x40000
  clts
  mov eax, 0x40220
  mov cr4, rax
  xor ecx, ecx
  xor edx, edx
  mov eax, 3
  xsetbv
  mov rdi, AREA
  mov ecx, 0x1000
  mov al, 0xcc
  rep stosb
  mov rdi, AREA + 0x1000
  mov ecx, 0x1000
  xor eax, eax
  rep stosb
  mov eax, 3
  mov dword [AREA + 0x1000 + 24], 0x1f80
  xrstor64 [AREA + 0x1000]
`;
/** Two hexadecimal digits of each byte named, by its offset. */
const bytes = (...at: readonly number[]): string => at.map((n) => `mov al, [AREA + ${n}]\ncall hex2\n`).join('');
const words = (...at: readonly number[]): string => at.map((n) => `mov eax, [AREA + ${n}]\ncall hex8\n`).join('');
/** FCW, ST(0)'s top byte, MXCSR's low byte, XMM1, the tail, the header: XSTATE_BV, XCOMP_BV, its end. */
const TELL = `${bytes(0, 41, 24, 176, 416, 464)}${words(512, 516, 520, 524, 528)}`;

const SETUP = {
  initial: '',
  xmm: 'pcmpeqd xmm1, xmm1\n',
  x87: 'fld1\n',
  mxcsr: 'mov dword [SPOT], 0x1fa0\nldmxcsr [SPOT]\n',
} as const;

/** What lies in the area afterwards. CC: not written. */
const SAVES: readonly (readonly [keyof typeof SETUP, string, number, string])[] = [
  ['initial', 'xsave64', 1, '7f 00 cc cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['initial', 'xsave64', 2, 'cc cc 80 00 cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['initial', 'xsave64', 3, '7f 00 80 00 cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['initial', 'xsaveopt64', 1, 'cc cc cc cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['initial', 'xsaveopt64', 3, 'cc cc 80 cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['initial', 'xsavec64', 3, 'cc cc cc cc cc cc 00000000 00000000 00000003 80000000 cccccccc'],
  ['xmm', 'xsave64', 3, '7f 00 80 ff cc cc ccccccce cccccccc cccccccc cccccccc cccccccc'],
  ['xmm', 'xsaveopt64', 1, 'cc cc cc cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['xmm', 'xsaveopt64', 3, 'cc cc 80 ff cc cc ccccccce cccccccc cccccccc cccccccc cccccccc'],
  ['xmm', 'xsavec64', 1, 'cc cc cc cc cc cc 00000000 00000000 00000001 80000000 cccccccc'],
  ['xmm', 'xsavec64', 3, 'cc cc 80 ff cc cc 00000002 00000000 00000003 80000000 cccccccc'],
  ['x87', 'xsave64', 1, '7f 3f cc cc cc cc cccccccd cccccccc cccccccc cccccccc cccccccc'],
  ['x87', 'xsave64', 2, 'cc cc 80 00 cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['x87', 'xsaveopt64', 3, '7f 3f 80 cc cc cc cccccccd cccccccc cccccccc cccccccc cccccccc'],
  ['x87', 'xsavec64', 3, '7f 3f cc cc cc cc 00000001 00000000 00000003 80000000 cccccccc'],
  ['mxcsr', 'xsave64', 3, '7f 00 a0 00 cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['mxcsr', 'xsaveopt64', 2, 'cc cc a0 cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'],
  ['mxcsr', 'xsavec64', 1, 'cc cc cc cc cc cc 00000000 00000000 00000001 80000000 cccccccc'],
  ['mxcsr', 'xsavec64', 3, 'cc cc a0 00 cc cc 00000002 00000000 00000003 80000000 cccccccc'],
];

/** A header and a legacy area with FCW 017F, ST full of 44h, MXCSR 1F90h, XMM of 55h. */
const AREA_WITH = (held: number, compacted: string): string => `
  mov rdi, AREA
  mov ecx, 0x1000
  xor eax, eax
  rep stosb
  mov word [AREA], 0x17f
  mov byte [AREA + 4], 0xff
  mov dword [AREA + 24], 0x1f90
  mov rdi, AREA + 32
  mov ecx, 128
  mov al, 0x44
  rep stosb
  mov ecx, 256
  mov al, 0x55
  rep stosb
  mov qword [AREA + 512], ${held}
  mov rax, ${compacted}
  mov [AREA + 520], rax
`;
/** What is there before it: FCW 027F, ST(0) of 1.0, MXCSR 1FA0h, XMM0 of FFh. */
const BEFORE = `fninit\nfld1\nmov word [SPOT], 0x27f\nfldcw [SPOT]\n${SETUP.mxcsr}pcmpeqd xmm0, xmm0\n`;
const AFTER = `
  mov rdi, AREA + 0x1000
  fxsave64 [rdi]
  mov al, [rdi + 1]
  call hex2
  mov al, [rdi + 4]
  call hex2
  mov al, [rdi + 24]
  call hex2
  mov al, [rdi + 40]
  call hex2
  mov al, [rdi + 160]
  call hex2
`;
const COMPACTED = '(1 << 63) | 3';

/** XSTATE_BV, XCOMP_BV, EAX; FCW's upper byte, tags, MXCSR, ST(0), XMM0 afterwards. */
const RESTORES: readonly (readonly [number, string, number, string])[] = [
  [3, '0', 0, '02 80 a0 ff ff'],
  [0, '0', 1, '03 00 a0 00 ff'],
  [0, '0', 2, '02 80 90 ff 00'],
  [1, '0', 3, '01 ff 90 44 00'],
  [3, '0', 3, '01 ff 90 44 55'],
  [0, COMPACTED, 3, '03 00 80 00 00'],
  [1, COMPACTED, 2, '02 80 80 ff 00'],
  [1, COMPACTED, 3, '01 ff 80 44 00'],
  [2, COMPACTED, 3, '03 00 90 00 55'],
  [3, COMPACTED, 3, '01 ff 90 44 55'],
  [1, '(1 << 63) | 1', 3, '01 ff 80 44 00'],
];

const GP = /^!0d 00000000/;
/** What is done to a good area of both components, and whether XRSTOR takes it. */
const HEADERS: readonly (readonly [string, string, string, number, boolean])[] = [
  ['byte 16 of a standard header', '0', 'mov byte [AREA + 528], 1', 3, false],
  ['byte 23 of a standard header', '0', 'mov byte [AREA + 535], 1', 3, false],
  ['byte 24 of a standard header', '0', 'mov byte [AREA + 536], 1', 3, true],
  ['byte 63 of a standard header', '0', 'mov byte [AREA + 575], 1', 3, true],
  ['byte 16 of a compacted header', COMPACTED, 'mov byte [AREA + 528], 1', 3, false],
  ['byte 63 of a compacted header', COMPACTED, 'mov byte [AREA + 575], 1', 3, false],
  ['XCOMP_BV without bit 63', '1', '', 3, false],
  ['XSTATE_BV beyond XCOMP_BV', '(1 << 63) | 1', '', 3, false],
  ['XCOMP_BV beyond XCR0', '(1 << 63) | (1 << 40) | 3', '', 3, false],
  ['XCOMP_BV with bit 62', '(1 << 63) | (1 << 62) | 3', '', 3, false],
  ['XSTATE_BV beyond XCR0', '0', 'mov byte [AREA + 517], 1', 3, false],
  ['XSTATE_BV beyond XCR0, asked for nothing', '0', 'mov byte [AREA + 517], 1', 0, false],
  ['AVX, which XCR0 has not', '0', 'mov byte [AREA + 512], 7', 3, false],
  ['reserved bits of MXCSR', '0', 'mov byte [AREA + 27], 1', 2, false],
  ['reserved bits of MXCSR, without SSE', '0', 'mov byte [AREA + 27], 1', 1, true],
  [
    'reserved bits of MXCSR, standard, no SSE in it',
    '0',
    'mov byte [AREA + 27], 1\nmov byte [AREA + 512], 1',
    3,
    false,
  ],
  [
    'reserved bits of MXCSR, compacted, no SSE in it',
    COMPACTED,
    'mov byte [AREA + 27], 1\nmov byte [AREA + 512], 1',
    3,
    true,
  ],
];

function run(code: readonly string[], profile: (typeof PROFILES)[keyof typeof PROFILES] = PROFILES.zen1): string[] {
  // Each case is assembled with its own area's name, which all of them define.
  const cases = code.map((body, n) =>
    testCase(`case ${n}`, '', n === 0 ? body : body.replace('  AREA equ 0x40000\n', '')),
  );
  return answers(runOurs(image('long', cases), profile), cases.length);
}
const spaced = (text: string): string => text.replace(/\s+/g, '');

describe('cpu: XSAVE and its family', () => {
  it('write what is asked for, and what of it is in use', () => {
    const code = SAVES.map(([setup, name, mask]) => `${START}${SETUP[setup]}mov eax, ${mask}\n${name} [AREA]\n${TELL}`);
    const told = run(code);
    for (const [n, [setup, name, mask, expected]] of SAVES.entries())
      assert.equal(spaced(told[n]!), spaced(expected), `${setup}: ${name} with EAX = ${mask}`);
  });

  it('XRSTOR loads what the area has, and makes the rest as it is initially', () => {
    const code = RESTORES.map(
      ([held, format, mask]) =>
        `${START}${BEFORE}${AREA_WITH(held, format)}mov eax, ${mask}\nxrstor64 [AREA]\n${AFTER}`,
    );
    const told = run(code);
    for (const [n, [held, format, mask, expected]] of RESTORES.entries())
      assert.equal(spaced(told[n]!), spaced(expected), `XSTATE_BV ${held}, XCOMP_BV ${format}, EAX ${mask}`);
  });

  it('XRSTOR refuses headers that are none', () => {
    const code = HEADERS.map(
      ([, format, change, mask]) =>
        `${START}${AREA_WITH(3, format)}${change}\nmov eax, ${mask}\nxrstor64 [AREA]\nput 'g'`,
    );
    const told = run(code);
    for (const [n, [name, , , , good]] of HEADERS.entries()) assert.match(told[n]!, good ? /^g/ : GP, name);
  });

  it('a processor without XSAVEC has no compacted areas', () => {
    const code = `${START}${AREA_WITH(3, COMPACTED)}mov eax, 3\nxrstor64 [AREA]\nput 'g'`;
    assert.match(run([code], PROFILES.bulldozer)[0]!, GP);
  });

  it('areas lie on multiples of 64', () => {
    const told = run(
      ['xsave64', 'xrstor64', 'xsaveopt64', 'xsavec64'].map((name) => `${START}mov eax, 3\n${name} [AREA + 32]`),
    );
    for (const text of told) assert.match(text, GP);
  });

  it('need CR4.OSXSAVE, and CR0.TS clear; CR0.EM means nothing to them', () => {
    const [undefinedOne, absent, emulated] = run([
      `${START}mov eax, 0x220\nmov cr4, rax\nmov eax, 3\nxsave64 [AREA]`,
      `${START}mov rax, cr0\nor eax, 8\nmov cr0, rax\nmov eax, 3\nxsave64 [AREA]`,
      `${START}mov rax, cr0\nor eax, 4\nmov cr0, rax\nmov eax, 3\nxsave64 [AREA]\nmov rax, cr0\nand eax, -13\nmov cr0, rax\nput 'g'`,
    ]);
    assert.match(undefinedOne!, /^!06/);
    assert.match(absent!, /^!07/);
    assert.match(emulated!, /^g/);
  });

  it('XGETBV tells which components are in use, MXCSR with SSE', () => {
    const ask = 'mov ecx, 1\nxgetbv\ncall hex8';
    const told = run(Object.values(SETUP).map((setup) => START + setup + ask));
    assert.deepEqual(told, ['00000000', '00000002', '00000001', '00000002']);
    assert.match(run([START + ask], PROFILES.bulldozer)[0]!, GP);
  });

  it('XCR0 of x87 alone leaves SSE alone', () => {
    const [text] = run([
      `${START}${SETUP.xmm}xor ecx, ecx\nxor edx, edx\nmov eax, 1\nxsetbv\nmov eax, -1\nmov edx, -1\nxsave64 [AREA]\n${TELL}`,
    ]);
    assert.equal(spaced(text!), spaced('7f 00 cc cc cc cc cccccccc cccccccc cccccccc cccccccc cccccccc'));
  });

  it('CPUID tells components and sizes', () => {
    const of = (name: keyof typeof PROFILES, subleaf: number): number[] => {
      const { eax, ebx, ecx, edx } = cpuid(PROFILES[name], 0xd, subleaf);
      return [eax, ebx, ecx, edx];
    };
    assert.deepEqual(of('barcelona', 0), [0, 0, 0, 0]);
    assert.deepEqual(of('bulldozer', 0), [3, 576, 576, 0]);
    assert.deepEqual(of('bulldozer', 1), [0, 0, 0, 0]);
    for (const name of ['zen1', 'zen3'] as const) {
      assert.deepEqual(of(name, 0), [3, 576, 576, 0]);
      // XSAVEOPT, XSAVEC, XGETBV with ECX = 1.
      assert.deepEqual(of(name, 1), [7, 576, 0, 0]);
      assert.deepEqual(of(name, 2), [0, 0, 0, 0]);
    }
  });
});
