/** CPUID and the time-stamp counter on the bare machine, beside QEMU. */
import assert from 'node:assert/strict';
import { PROFILES, type ProfileName } from '../../src/engine/cpu/profiles';
import { answers, image, runOurs, runQemu } from './program';
import { testCase } from './rom-case';
import { user } from './words';

/** Writes 0 or 1: whether what `compare` and its jump tell holds. */
const tell = (compare: string, holds: string): string => `${compare}\nset${holds} al\ncall hex2\n`;
const JOIN = 'shl rdx, 32\nor rax, rdx\n';
const TSC = `rdtsc\n${JOIN}`;

/** Each with what it writes, here and there. */
const CASES: readonly { name: string; code: string; writes: string | RegExp; qemu?: string }[] = [
  {
    name: 'CPUID clears the upper halves, and leaves the others alone',
    code: `mov rsi, -1
      mov rax, 0xffffffff00000000
      mov rbx, rsi
      mov rcx, 0xffffffff00000000
      mov rdx, rsi
      cpuid
      or rax, rbx
      or rax, rcx
      or rax, rdx
      shr rax, 32
      call hex8
      mov eax, esi
      call hex8`,
    writes: '00000000 ffffffff',
  },
  {
    name: 'CPUID spells the vendor',
    code: 'xor eax, eax\ncpuid\nmov eax, ebx\ncall hex8\nmov eax, edx\ncall hex8\nmov eax, ecx\ncall hex8',
    writes: '68747541 69746e65 444d4163',
  },
  {
    name: 'RDTSC goes up, and clears the upper halves',
    code: `mov rdx, -1
      mov rax, -1
      rdtsc
      mov r8, rax
      or r8, rdx
      shr r8, 32
      ${JOIN}
      mov rbx, rax
      ${TSC}
      ${tell('cmp rax, rbx', 'a')}
      ${tell('test r8, r8', 'z')}`,
    writes: '01 01',
  },
  {
    name: 'RDTSCP has TSC_AUX in RCX, its upper half clear',
    code: `mov ecx, 0xc0000103
      mov eax, 0x89abcdef
      xor edx, edx
      wrmsr
      mov rcx, -1
      rdtscp
      mov rax, rcx
      call hex8
      shr rcx, 32
      mov eax, ecx
      call hex8`,
    writes: '89abcdef 00000000',
  },
  {
    name: 'RDMSR of the TSC is the same counter, and WRMSR sets it',
    code: `mov ecx, 0x10
      rdmsr
      ${JOIN}
      mov rbx, rax
      ${TSC}
      ${tell('cmp rax, rbx', 'ae')}
      mov ecx, 0x10
      mov edx, 0x123456
      xor eax, eax
      wrmsr
      rdtsc
      mov eax, edx
      call hex8
      rdmsr
      mov eax, edx
      call hex8`,
    writes: '01 00123456 00123456',
    // its translator has a counter that cannot be set
    qemu: '01 00000000 00000000',
  },
  {
    name: 'WRMSR to TSC_AUX beyond 32 bits is #GP(0)',
    code: 'mov ecx, 0xc0000103\nxor eax, eax\nmov edx, 1\nwrmsr',
    writes: /^!0d 00000000 0018 /,
    // it keeps the low half and ignores the rest
    qemu: '',
  },
  { name: 'RDTSC is open to user code', code: `${user('rdtsc\nint 0x41')}`, writes: /^!41 ffffffff 0033 / },
  {
    name: 'CR4.TSD closes it: #GP(0)',
    code: `mov rax, cr4\nor eax, 4\nmov cr4, rax\n${user('rdtsc')}`,
    writes: /^!0d 00000000 0033 /,
  },
  {
    name: 'CR4.TSD closes RDTSCP, too',
    code: `mov rax, cr4\nor eax, 4\nmov cr4, rax\n${user('rdtscp')}`,
    writes: /^!0d 00000000 0033 /,
  },
  {
    name: 'CR4.TSD leaves it to CPL 0',
    code: `mov rax, cr4\nor eax, 4\nmov cr4, rax\n${tell('rdtsc\ntest eax, eax', 'nz')}`,
    writes: '01',
  },
];

/** QEMU's models of the same generations: its signature, and no feature of ours that it lacks. */
const MODELS: Readonly<Record<ProfileName, string>> = {
  // which leaves out the 1 GB pages the part has
  barcelona: 'Opteron_G3,+pdpe1gb',
  bulldozer: 'Opteron_G4',
  zen1: 'EPYC',
  zen3: 'EPYC-Milan',
};
/** Function and register, and what QEMU executes without reporting it, or does not have. */
const FEATURES: readonly (readonly [number, 'ebx' | 'ecx' | 'edx', number])[] = [
  // x2APIC and PCID, which QEMU has with hardware's help only
  [1, 'ecx', (1 << 21) | (1 << 17)],
  [1, 'edx', 0],
  // INVPCID, RDSEED and SHA, which this QEMU does not have
  [7, 'ebx', (1 << 10) | (1 << 18) | (1 << 29)],
  // PREFETCHW; misaligned SSE mode and performance counters QEMU has none of its own
  [0x80000001, 'ecx', (1 << 7) | (1 << 8) | (1 << 23)],
  // FFXSR it does not have
  [0x80000001, 'edx', 1 << 25],
];
const SIGNATURE_AND_FEATURES = [
  'mov eax, 1\ncpuid\ncall hex8',
  ...FEATURES.map(([leaf, register]) => `mov eax, ${leaf}\nxor ecx, ecx\ncpuid\nmov eax, ${register}\ncall hex8`),
].join('\n');

describe('cpu: CPUID and the time-stamp counter', () => {
  let ours: readonly string[];
  let theirs: readonly string[];
  before(() => {
    const rom = image(
      'long',
      CASES.map(({ name, code }) => testCase(name, '', code)),
    );
    ours = answers(runOurs(rom), CASES.length);
    theirs = answers(runQemu(rom), CASES.length);
  });

  CASES.forEach(({ name, writes, qemu }, n) => {
    it(name, () => {
      const text = ours[n]!;
      if (typeof writes === 'string') assert.equal(text, writes);
      else assert.match(text, writes);
      assert.equal(theirs[n], qemu ?? text, 'QEMU');
    });
  });

  for (const [profile, model] of Object.entries(MODELS) as [ProfileName, string][]) {
    it(`${profile}: QEMU’s ${model} has the signature and the features`, () => {
      const rom = image('long', [testCase('cpuid', '', SIGNATURE_AND_FEATURES)]);
      const words = (text: string): number[] => (text.match(/[0-9a-f]{8}/g) ?? []).map((word) => parseInt(word, 16));
      const [here = ''] = answers(runOurs(rom, PROFILES[profile]), 1);
      const [there = ''] = answers(runQemu(rom, `${model},+svm,+monitor,+mmxext`), 1);
      const [signature, ...features] = words(here);
      const [its, ...itsFeatures] = words(there);
      // the EPYC-Milan is of another model than the part our profile is of
      const shift = profile === 'zen3' ? 20 : 0;
      assert.equal(signature! >>> shift, its! >>> shift);
      FEATURES.forEach(([leaf, register, silent], n) => {
        assert.equal((features[n]! & ~itsFeatures[n]! & ~silent) >>> 0, 0, `${leaf.toString(16)}h ${register}`);
      });
    });
  }
});
