/** Instructions of the system that came with Zen: what they do, and when they may not. */
import assert from 'node:assert/strict';
import type { FeatureName, Profile } from '../../src/engine/cpu/profile';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { CR4_OSXSAVE } from '../../src/engine/arch/registers';
import { answers, image, runOurs, runQemu } from './program';
import { guest } from './guest-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';
import { user } from './words';

const UD = '!06 ffffffff';
const GP = '!0d 00000000';
const enable = (bit: number): string => `mov rax, cr4\nbts eax, ${bit}\nmov cr4, rax\n`;
const disable = (bit: number): string => `mov rax, cr4\nbtr eax, ${bit}\nmov cr4, rax\n`;
const FSGSBASE = enable(16);
const OSXSAVE = enable(18);
const UMIP = enable(11);
const invpcid = (type: number, pcid: string, low = '0', high = '0'): string =>
  `mov qword [SPOT], ${pcid}\nmov dword [SPOT+8], ${low}\nmov dword [SPOT+12], ${high}\nmov eax, ${type}\ninvpcid rax, [SPOT]\nput 'i'`;

/** Page 1F0000h leads to itself, which holds 1, or to the next one, which holds 2. */
const PAGE = '0x1f0000';
const toPage = (n: 1 | 2, bits: number): string => `mov dword [TABLES+0x3f80], 0x1f${n - 1}000 | ${bits}\n`;
const told = `mov al, [${PAGE}]\ncall hex2\n`;
const cr3 = (pcid: number, keep = false): string =>
  `mov rax, TABLES | ${pcid}\n${keep ? 'bts rax, 63\n' : ''}mov cr3, rax\n`;
const NO_CONTEXTS = `${cr3(0)}${disable(17)}`;
const CONTEXTS = `${NO_CONTEXTS}mov byte [0x1f1000], 2\nmov byte [0x1f0000], 1\n${enable(7)}${enable(17)}`;
const contexts = (name: string, expect: string, code: string): Case =>
  c(name, expect, `${CONTEXTS}${code}${NO_CONTEXTS}${toPage(1, 7)}${cr3(0)}`);
/** Context 1 has cached the page, which since leads elsewhere; `code` is run in context 0. */
const cached = (bits: number, code: string): string =>
  `${toPage(1, bits)}${cr3(1)}${told}${cr3(0)}${toPage(2, bits)}${code}\n${cr3(1, true)}${told}`;

/** Cases QEMU does too, with the model of processor it needs. */
const WITNESSED: readonly Case[] = [
  c(
    'wrgsbase',
    '0042 fff8',
    `${FSGSBASE}mov eax, SPOT - 8\nwrgsbase rax\nmov dword [SPOT], 0x42\nmov eax, [gs:8]\ncall hex4\nrdgsbase eax\nsub eax, SPOT\ncall hex4`,
  ),
  c(
    'wrfsbase of 32 bits',
    '00000000',
    `${FSGSBASE}mov rax, 0x123400000000\nwrfsbase rax\nxor eax, eax\nwrfsbase eax\nrdfsbase rax\nshr rax, 32\ncall hex8`,
  ),
  c('rdfsbase without cr4.fsgsbase', UD, `${disable(16)}rdfsbase rax`),
  c('xgetbv without cr4.osxsave', UD, `${disable(18)}xor ecx, ecx\nxgetbv`),
  c(
    'xsetbv',
    '03 00 03',
    `${OSXSAVE}xor ecx, ecx\nmov eax, 3\nxor edx, edx\nxsetbv\nmov eax, -1\nmov edx, eax\nxgetbv\ncall hex2\nmov eax, edx\ncall hex2\nxgetbv\ncall hex2`,
  ),
  c('xsetbv without x87', GP, `${OSXSAVE}xor ecx, ecx\nmov eax, 2\nxor edx, edx\nxsetbv`),
  c('xsetbv of a component there is not', GP, `${OSXSAVE}xor ecx, ecx\nmov eax, 1 << 30 | 1\nxor edx, edx\nxsetbv`),
  c('xsetbv of another register', GP, `${OSXSAVE}mov ecx, 5\nmov eax, 3\nxor edx, edx\nxsetbv`),
  c('xsetbv at cpl 3', GP, `${OSXSAVE}xor ecx, ecx\nmov eax, 3\nxor edx, edx\n${user('xsetbv')}`),
  c(
    'cpuid shows cr4.osxsave',
    '00 01',
    `${disable(18)}mov eax, 1\ncpuid\nbt ecx, 27\nsetc al\ncall hex2\n${OSXSAVE}mov eax, 1\ncpuid\nbt ecx, 27\nsetc al\ncall hex2`,
  ),
  ...['sgdt [SPOT]', 'sidt [SPOT]', 'sldt eax', 'str eax', 'smsw eax'].flatMap((code) => [
    c(`umip: ${code} at cpl 3`, GP, `${UMIP}${user(code)}`),
    c(`umip: ${code} at cpl 0`, 'p', `${UMIP}${code}\nput 'p'`),
    c(`${code} at cpl 3 without umip`, 'p', `${disable(11)}${user(`${code}\nput 'p'`)}`),
  ]),
];

const OURS: readonly Case[] = [
  c('wrfsbase of no address', GP, `${FSGSBASE}mov rax, 1 << 63\nwrfsbase rax`),
  c(
    'rdpid',
    '00001234 00000000',
    'mov ecx, 0xc0000103\nmov eax, 0x1234\nxor edx, edx\nwrmsr\nmov rax, -1\nrdpid rax\nmov rbx, rax\ncall hex8\nmov rax, rbx\nshr rax, 32\ncall hex8',
  ),
  c('rdpid of memory', UD, 'db 0xf3, 0x0f, 0xc7, 0x38'),
  c(
    'clzero',
    '00 00 07',
    'mov dword [SPOT], -1\nmov byte [0x5040], 7\nmov rax, SPOT + 3\nclzero\nmov al, [SPOT]\ncall hex2\nmov al, [0x503f]\ncall hex2\nmov al, [0x5040]\ncall hex2',
  ),
  c('clzero in user memory that is not', '!0e 00000006', user('mov eax, 0x80000000\nclzero')),
  ...[0, 1, 2, 3].map((type) => c(`invpcid ${type}`, 'i', invpcid(type, '0', '0x1000'))),
  c('invpcid of no type', GP, invpcid(4, '0')),
  c('invpcid of reserved bits', GP, invpcid(2, '0x1000')),
  c('invpcid of a context that cannot be', GP, invpcid(1, '1')),
  c('invpcid of no address', GP, invpcid(0, '0', '0', '0x80000000')),
  c('invpcid of all ignores the address', 'i', invpcid(2, '0', '0', '0x80000000')),
  contexts(
    'pcid: a context sees what it has cached',
    '01 02 01',
    `${toPage(1, 7)}${cr3(0)}${told}${toPage(2, 7)}${cr3(1)}${told}${cr3(0, true)}${told}`,
  ),
  contexts(
    'pcid: mov cr3 drops what the new context has cached',
    '01 02',
    `${toPage(1, 7)}${cr3(5)}${told}${toPage(2, 7)}${cr3(0)}${cr3(5)}${told}`,
  ),
  contexts('pcid: mov cr3 leaves the old context alone', '01 01', cached(7, cr3(2))),
  contexts('pcid: mov cr3 keeps global pages', '01 01', cached(0x107, cr3(1))),
  contexts('pcid: invlpg is for the context it is in', '01 01', cached(7, `invlpg [${PAGE}]`)),
  contexts('pcid: invlpg is for global pages of all', '01 02', cached(0x107, `invlpg [${PAGE}]`)),
  contexts('pcid: a change of cr4.pge is for all', '01 02', cached(0x107, disable(7) + enable(7))),
  contexts('pcid: cr4.pcide cleared is for all', '01 02', cached(0x107, disable(17) + enable(17))),
  c(
    'pcid: cr3 read back',
    '0003 00',
    `${CONTEXTS}${cr3(3, true)}mov rax, cr3\nmov rbx, rax\nand eax, 0xfff\ncall hex4\nshr rbx, 63\nmov al, bl\ncall hex2\n${NO_CONTEXTS}`,
  ),
  contexts('invpcid 0', '01 i02', cached(7, invpcid(0, '1', PAGE))),
  contexts('invpcid 0 of another address', '01 i01', cached(7, invpcid(0, '1', '0x1f1000'))),
  contexts('invpcid 0 of another context', '01 i01', cached(7, invpcid(0, '2', PAGE))),
  contexts('invpcid 0 of a global page', '01 i01', cached(0x107, invpcid(0, '1', PAGE))),
  contexts('invpcid 1', '01 i02', cached(7, invpcid(1, '1'))),
  contexts('invpcid 1 of another context', '01 i01', cached(7, invpcid(1, '0xfff'))),
  contexts('invpcid 1 of a global page', '01 i01', cached(0x107, invpcid(1, '1'))),
  contexts('invpcid 2', '01 i02', cached(0x107, invpcid(2, '0'))),
  contexts('invpcid 3', '01 i02', cached(7, invpcid(3, '0'))),
  contexts('invpcid 3 of a global page', '01 i01', cached(0x107, invpcid(3, '0'))),
  c('pcid: contexts begin with context 0', GP, `${NO_CONTEXTS}${cr3(8)}${enable(17)}`),
  c('pcid: cr3 bit 63 without contexts', GP, `${NO_CONTEXTS}${cr3(0, true)}`),
  c('pcid: cr3 bit 62', GP, `${CONTEXTS}mov rax, TABLES\nbts rax, 62\nmov cr3, rax`),
  c(
    'pcid: no end of paging',
    GP,
    `${CONTEXTS}push CODE32\nlea rax, [rel $c]\npush rax\no64 retf\nbits 32\n$c:\nmov eax, cr0\nbtr eax, 31\nmov cr0, eax\nbits 64`,
  ),
  c('no contexts again', 'n', `${NO_CONTEXTS}put 'n'`),
  c(
    'rdpru counts instructions',
    '0002 0000',
    'mov ecx, 1\nrdpru\nmov ebx, eax\nrdpru\nsub eax, ebx\ncall hex4\nmov eax, edx\ncall hex4',
  ),
  c(
    'rdpru of what was written to aperf',
    '0100',
    'mov ecx, 0xe8\nmov edx, 0x100\nmov eax, 0\nwrmsr\nmov ecx, 1\nrdpru\nmov eax, edx\ncall hex4',
  ),
  c('rdpru of mperf is not that of aperf', '0000', 'xor ecx, ecx\nrdpru\nmov eax, edx\ncall hex4'),
  c(
    'rdpru of a register there is not',
    '00000000 00000000',
    'mov ecx, 2\nmov eax, -1\nmov edx, -1\nrdpru\nmov ebx, edx\ncall hex8\nmov eax, ebx\ncall hex8',
  ),
  c('rdpru at cpl 3', '0001', user('mov ecx, 0\nrdpru\nmov ebx, eax\nrdpru\nsub eax, ebx\nshr eax, 1\ncall hex4')),
  c('rdpru at cpl 3 under cr4.tsd', UD, `${enable(2)}${user('xor ecx, ecx\nrdpru')}`),
  c('rdpru at cpl 0 under cr4.tsd', 'p', `${enable(2)}xor ecx, ecx\nrdpru\n${disable(2)}put 'p'`),
  ...[0x8b, 0xc001001f, 0xc0011029].map((msr) =>
    c(`msr ${msr.toString(16)} is there`, 'm', `mov ecx, ${msr}\nrdmsr\nput 'm'`),
  ),
  c('patch level, not writable', GP, 'mov ecx, 0x8b\nxor eax, eax\nxor edx, edx\nwrmsr'),
  c('aperf, not writable', GP, 'mov ecx, 0xc00000e8\nwrmsr'),
  c('aperf, not writable, is not what was written', '0000', 'mov ecx, 0xc00000e8\nrdmsr\nmov eax, edx\ncall hex4'),
  c('invpcid at cpl 3', GP, `xor eax, eax\n${user('invpcid rax, [SPOT]')}`),
  c('monitor at cpl 3', UD, `xor ecx, ecx\n${user('monitor')}`),
  c('mwait at cpl 3', UD, `xor ecx, ecx\n${user('mwait')}`),
  c('monitor with an extension', GP, 'mov ecx, 1\nmonitor'),
  c('mwait with an extension there is not', GP, 'mov ecx, 2\nmwait'),
  c('mwait without monitor goes on', 'm', "xor ecx, ecx\nmwait\nput 'm'"),
  c(
    'mwait ends when a device has come up',
    'm',
    `mov al, 0x30\nout 0x43, al\nmov al, 100\nout 0x40, al\nmov al, 0\nout 0x40, al\nmov eax, SPOT\nxor ecx, ecx\nmonitor\nmwait\nput 'm'`,
  ),
  c('rsm', UD, 'rsm'),
  c('wbnoinvd at cpl 3', GP, user('wbnoinvd')),
];

const intercept = (word: number, bit: number): string => `or dword [rdi+${word * 4}], 1 << ${bit}\n`;
const armed = 'mov eax, SPOT\nxor ecx, ecx\nmonitor\n';
/** `=` EXITCODE EXITINFO1 EXITINFO2, low halves. */
const INTERCEPTED: readonly Case[] = [
  c('monitor', '=0000008a', guest(intercept(4, 10), armed)),
  c('mwait', '=0000008b', guest(intercept(4, 11), 'xor ecx, ecx\nmwait')),
  c('mwait, when armed only', '=0000008c', guest(intercept(4, 12), `${armed}mwait`)),
  c('mwait, when armed only, and it is not', '=00000081', guest(intercept(4, 12), 'xor ecx, ecx\nmwait')),
  c(
    'mwait with an extension there is not',
    '=0000004d',
    guest(`${intercept(4, 11)}mov dword [rdi+8], 1 << 13\n`, 'mov ecx, 2\nmwait'),
  ),
  c(
    'no intercept: a guest under contexts of its own',
    '=00000081',
    `${guest('or dword [rdi+0x548], 1 << 17\nor dword [rdi+0x550], 5\n', 'mov rax, cr3\ninc rax\nmov cr3, rax')}\nmov eax, [VMCB+0x550]\nand eax, 0xfff\ncall hex4`,
  ),
  c('xsetbv', '=0000008d', guest(intercept(4, 13), 'xor ecx, ecx\nxsetbv')),
  c('rsm', '=00000073', guest(intercept(3, 19), 'rsm')),
  c('wbnoinvd', '=00000089', guest(intercept(4, 9), 'wbnoinvd')),
  c('rdpru', '=0000008e', guest(intercept(4, 14), 'xor ecx, ecx\nrdpru')),
  c('invpcid', '=000000a2 00005010 00000002', guest(intercept(5, 2), 'mov eax, 2\ninvpcid rax, [SPOT]')),
];

/** Zen 3, and the family of XSAVE whose registers are tried here. */
const features = new Set<FeatureName>([...PROFILES.zen3.features, 'XSAVE']);
const { limits } = PROFILES.zen3;
const profile: Profile = { ...PROFILES.zen3, features, limits: { ...limits, cr4Valid: limits.cr4Valid | CR4_OSXSAVE } };
const WITNESS = 'EPYC,+pcid,+umip,-avx,-avx2,-fma,-f16c';

const starts = (text: string | undefined, expect: string): void =>
  /^[!=]/.test(expect) ? assert.ok(text?.startsWith(expect), `${text}, not ${expect}`) : assert.equal(text, expect);

describe('cpu: instructions of the system', () => {
  it('contexts begin in long mode', () => {
    const rom = image('protected', [c('pcide', GP, 'mov eax, cr4\nbts eax, 17\nmov cr4, eax')]);
    starts(answers(runOurs(rom, profile), 1)[0], GP);
  });

  const groups = [
    { name: 'as QEMU does', cases: WITNESSED, witness: true },
    { name: 'which QEMU has not', cases: OURS, witness: false },
    { name: 'of a guest, intercepted', cases: INTERCEPTED, witness: false },
  ];
  for (const { name, cases, witness } of groups) {
    describe(name, () => {
      let ours: string[] = [];
      let theirs: string[] = [];
      before(function () {
        this.timeout(60_000);
        const rom = image('long', cases);
        ours = answers(runOurs(rom, profile), cases.length);
        if (witness) theirs = answers(runQemu(rom, WITNESS), cases.length);
      });
      cases.forEach(({ name: what, expect }, n) => {
        it(what, () => {
          starts(ours[n], expect);
          if (witness) assert.equal(theirs[n], ours[n], 'QEMU');
        });
      });
    });
  }
});
