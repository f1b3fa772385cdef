/**
 * Roads to a third fault, which shuts the processor down, and what is just short of one: the first event × what is wrong with the way to
 * #DF's handler. Where the board resets, the program goes on with the next case and writes `R`.
 */
import { v86 } from './protected-words';
import type { Case, Mode } from './rom-case';
import { user } from './words';

export interface Road extends Case {
  readonly mode: Mode;
  /** A reset, or a handler that has been reached. */
  readonly ends: 'reset' | 'handler';
}

const LIVES = 'mov dword [LIVES], 0x1ead1ead\n';
const road = (mode: Mode, name: string, ends: Road['ends'], code: string): Road => ({
  mode,
  name: `${mode}: ${name}`,
  ends,
  code: LIVES + code,
  expect: '',
});

/** An event that ends in #DF, for its own gate and that of #NP are spoilt; and how it comes about. */
interface First {
  readonly name: string;
  readonly code: string;
}
interface Wrong {
  readonly name: string;
  readonly code: string;
  readonly ends?: 'handler';
}

const firsts = (unit: 8 | 16): readonly First[] => {
  const absent = (v: number): string => `and dword [IDT+${v * unit}+4], ~0x8000\n`;
  return [
    { name: 'gp', code: `${absent(13)}mov eax, 0x1000\nmov es, eax` },
    { name: 'int n', code: `${absent(13)}int 0x31` },
    { name: 'ud', code: `${absent(6)}${absent(11)}ud2` },
    { name: 'de', code: `${absent(0)}xor ecx, ecx\ndiv ecx` },
  ];
};

const idt = (limit: number): string =>
  `mov word [SPOT], ${limit}\nmov dword [SPOT+2], IDT\nmov dword [SPOT+6], 0\nlidt [SPOT]\n`;

/** What is wrong with the gate of #DF, in every mode that has one. */
const gates = (unit: 8 | 16): readonly Wrong[] => {
  const at = 8 * unit;
  const code = (selector: number | string): string => `mov word [IDT+${at}+2], ${selector}\n`;
  return [
    { name: 'nothing', code: '', ends: 'handler' },
    { name: 'gate absent', code: `and dword [IDT+${at}+4], ~0x8000\n` },
    { name: 'gate an LDT', code: `mov byte [IDT+${at}+5], 0x82\n` },
    { name: 'gate a call gate', code: `mov byte [IDT+${at}+5], 0x8c\n` },
    { name: 'gate of zeros', code: `mov dword [IDT+${at}+4], 0\n` },
    { name: 'gate a code segment', code: `mov byte [IDT+${at}+5], 0x9e\n` },
    { name: 'a trap gate', code: `mov byte [IDT+${at}+5], 0x8f\n`, ends: 'handler' },
    { name: 'gate with DPL 3', code: `mov byte [IDT+${at}+5], 0xee\n`, ends: 'handler' },
    { name: 'no code segment', code: code(0) },
    { name: 'data for code', code: code('DATA32') },
    { name: 'code absent', code: code('ABSENTCODE') },
    { name: 'code of level 3', code: code(unit === 16 ? 'USER64 & ~3' : 'USER32 & ~3') },
    { name: 'code with another RPL', code: code(unit === 16 ? 'CODE64 + 3' : 'CODE32 + 3'), ends: 'handler' },
    { name: 'code beyond the GDT', code: code(0x1000) },
    { name: 'code in an empty LDT', code: code(12) },
    { name: 'IDT too short by a byte', code: idt(at + unit - 2) },
    { name: 'IDT just long enough', code: idt(at + unit - 1), ends: 'handler' },
    { name: 'IDT of nothing', code: idt(0) },
  ];
};

const cross = (mode: Mode, list: readonly First[], wrongs: readonly Wrong[]): Road[] =>
  list.flatMap((first) =>
    wrongs.map((wrong) =>
      road(mode, `${first.name}, ${wrong.name}`, wrong.ends ?? 'reset', `${wrong.code}${first.code}`),
    ),
  );

const TASK_GATE = 'mov dword [IDT+8*8], TASK2<<16\nmov dword [IDT+8*8+4], 0x8500\n';
const task = (more = ''): string =>
  `${TASK_GATE}mov dword [TSS2+0x20], quit
mov dword [TSS2+0x24], 2
mov dword [TSS2+0x38], OTHER
${[0x48, 0x50, 0x54].map((offset) => `mov dword [TSS2+${offset}], DATA32`).join('\n')}
mov dword [TSS2+0x4c], CODE32
${more}\n`;

const LEGACY: readonly Wrong[] = [
  {
    name: 'code ends before the handler',
    code: 'mov word [IDT+66], TINY\nmov word [IDT+64], (quit - image) & 0xffff\nmov word [IDT+70], 0\n',
  },
  { name: 'task', code: task(), ends: 'handler' },
  { name: 'task absent', code: task('and dword [GDT+TASK2+4], ~0x8000') },
  { name: 'task busy', code: task('or dword [GDT+TASK2+4], 0x200') },
  { name: 'task short', code: task('mov word [GDT+TASK2], 0x66') },
  { name: 'task null', code: task('mov dword [IDT+8*8], 0') },
  { name: 'task in the LDT', code: task('mov dword [IDT+8*8], 12<<16') },
  { name: 'task a data segment', code: task('mov dword [IDT+8*8], DATA32<<16') },
  { name: 'task without code', code: task('mov dword [TSS2+0x4c], 0') },
  { name: 'task with code absent', code: task('mov dword [TSS2+0x4c], ABSENTCODE') },
  { name: 'task without a stack', code: task('mov dword [TSS2+0x50], 0') },
  { name: 'task with its stack absent', code: task('mov dword [TSS2+0x50], ABSENT') },
  { name: 'task with ES absent', code: task('mov dword [TSS2+0x48], ABSENT') },
  { name: 'task with a bad LDT', code: task('mov dword [TSS2+0x60], DATA32') },
  { name: 'task with no room for the error code', code: task('mov dword [TSS2+0x50], DOWN') },
  { name: 'task beyond its code', code: task('mov dword [TSS2+0x4c], TINY\nmov dword [TSS2+0x20], quit - image') },
];

/** From level 3, through the TSS. */
const RINGS: readonly Wrong[] = [
  { name: 'nothing', code: '', ends: 'handler' },
  { name: 'no SS0', code: 'mov dword [TSS+8], 0\n' },
  { name: 'SS0 of level 3', code: 'mov dword [TSS+8], USERDATA\n' },
  { name: 'SS0 absent', code: 'mov dword [TSS+8], ABSENT\n' },
  { name: 'SS0 read-only', code: 'mov dword [TSS+8], READONLY\n' },
  { name: 'SS0 that has no room', code: 'mov dword [TSS+8], DOWN\n' },
  { name: 'TSS short', code: 'mov word [GDT+TASK], 7\nand byte [GDT+TASK+5], ~2\nmov eax, TASK\nltr ax\n' },
];
const UD3 = 'ud2';

const PAGES = 0x40000;
/** 32-bit paging with the first 2 MB as they are; `more` may take something away before it is on. */
const paging = (more: string): string => `
mov eax, cr0
and eax, 0x7ffeffff
mov cr0, eax
mov edi, ${PAGES}
xor eax, eax
mov ecx, 0x800
rep stosd
mov dword [${PAGES}], ${PAGES + 0x1007}
mov edi, ${PAGES + 0x1000}
mov eax, 7
$page:
mov [edi], eax
add eax, 0x1000
add edi, 4
cmp eax, 0x200000
jb $page
mov esp, 0xa800
${more}
mov eax, ${PAGES}
mov cr3, eax
mov eax, cr0
or eax, 0x80010000
mov cr0, eax
`;
const page = (address: number, value: number): string =>
  `mov dword [${PAGES + 0x1000 + (address >> 12) * 4}], ${value}\n`;

const STORMS: readonly Road[] = (
  [
    ['IDT absent', page(0x2000, 0), 'ud2', 'reset'],
    ['GDT absent', page(0x1000, 0), 'ud2', 'reset'],
    ['stack absent', page(0xa000, 0), 'ud2', 'reset'],
    ['stack read-only', page(0xa000, 0xa005), 'ud2', 'reset'],
    [
      'the program absent',
      `mov edi, ${PAGES + 0x1000 + 0xf0 * 4}\nmov ecx, 16\nxor eax, eax\nrep stosd\n${page(0x9000, 0)}`,
      'ud2',
      'reset',
    ],
    ['all of it', `mov dword [${PAGES}], 0\n`, 'ud2', 'reset'],
    ['page absent, nothing more', '', 'mov eax, [0x300000]', 'handler'],
    ['page absent and IDT, too', page(0x2000, 0), 'mov eax, [0x300000]', 'reset'],
    ['page absent and stack, too', page(0xa000, 0), 'mov eax, [0x300000]', 'reset'],
    ['page absent, #PF’s gate, too', 'and dword [IDT+14*8+4], ~0x8000\n', 'mov eax, [0x300000]', 'handler'],
    [
      'page absent, gates of #PF and #DF',
      'and dword [IDT+14*8+4], ~0x8000\nand dword [IDT+8*8+4], ~0x8000\n',
      'mov eax, [0x300000]',
      'reset',
    ],
    [
      'page absent, task of #DF',
      `${task(`mov dword [TSS2+0x1c], ${PAGES}`)}${page(0xa000, 0)}`,
      'mov eax, [0x300000]',
      'handler',
    ],
    [
      'page absent, task of #DF with no CR3',
      `${task('mov dword [TSS2+0x1c], 0x7000')}${page(0xa000, 0)}`,
      'mov eax, [0x300000]',
      'reset',
    ],
    ['CR3 of nothing', '', 'mov eax, 0x7000\nmov cr3, eax', 'reset'],
  ] as const
).map(([name, more, code, ends]) => road('protected', `paging, ${name}`, ends, `${paging(more)}${code}`));

const wide64: readonly Wrong[] = [
  ...gates(16),
  { name: 'a task gate', code: 'mov byte [IDT+8*16+5], 0x85\n' },
  { name: 'a 16-bit gate', code: 'mov byte [IDT+8*16+5], 0x86\n' },
  { name: '32-bit code', code: 'mov word [IDT+8*16+2], CODE32\n' },
  { name: 'code with L and D', code: 'mov word [IDT+8*16+2], BOTH\n' },
  { name: 'handler not canonical', code: 'mov dword [IDT+8*16+8], 0x8000\n' },
  { name: 'IST', code: 'mov byte [IDT+8*16+4], 2\n', ends: 'handler' },
  { name: 'IST not canonical', code: 'mov byte [IDT+8*16+4], 2\nmov dword [TSS+0x30], 0x8000\n' },
  { name: 'IST in a page that is absent', code: 'mov byte [IDT+8*16+4], 2\nmov dword [TSS+0x2c], 0x300000\n' },
  {
    name: 'IST beyond the TSS',
    code: 'mov byte [IDT+8*16+4], 7\nmov word [GDT+TASK], 0x5a\nand byte [GDT+TASK+5], ~2\nmov eax, TASK\nltr ax\n',
  },
];

/** Tables of the long-mode program: the page of an address taken away. */
const gone = (address: number): string => `mov dword [TABLES+0x3000+${(address >> 12) * 8}], 0\ninvlpg [${address}]\n`;
const STACK = 'mov esp, 0xa800\n';
const STORMS64: readonly (readonly [name: string, code: string, ends: Road['ends']])[] = [
  ['IDT absent', `${gone(0x2000)}ud2`, 'reset'],
  ['GDT absent', `${gone(0x1000)}ud2`, 'reset'],
  ['stack absent', `${STACK}${gone(0xa000)}ud2`, 'reset'],
  ['stack absent, IST for #DF', `${STACK}mov byte [IDT+8*16+4], 2\n${gone(0xa000)}ud2`, 'handler'],
  ['stack absent, IST for #PF', `${STACK}mov byte [IDT+14*16+4], 2\n${gone(0xa000)}ud2`, 'handler'],
  ['stack not canonical', 'mov rsp, 0x800000000000\nud2', 'reset'],
  ['stack not canonical, IST for #DF', 'mov byte [IDT+8*16+4], 2\nmov rsp, 0x800000000000\nud2', 'handler'],
  ['page absent', 'mov eax, [0x300000]', 'handler'],
  [
    'page absent, gates of #PF and #DF',
    'and dword [IDT+14*16+4], ~0x8000\nand dword [IDT+8*16+4], ~0x8000\nmov eax, [0x300000]',
    'reset',
  ],
  ['CR3 of nothing', 'mov eax, 0x7000\nmov cr3, rax', 'reset'],
  ['RIP in a page that is absent, IDT, too', `${gone(0x2000)}mov eax, 0x300000\njmp rax`, 'reset'],
];

const compatible = (code: string): string =>
  `push qword CODE32\nlea rax, [rel $compatible]\npush rax\no64 retf\nbits 32\n$compatible:\n${code}\nbits 64`;
const COMPATIBLE: readonly Wrong[] = wide64.filter(({ name }) =>
  ['nothing', 'gate absent', 'a task gate', '32-bit code', 'IST', 'IST not canonical', 'IDT of nothing'].includes(name),
);

const REAL_LIMITS = [0, 0x17, 0x1a, 0x1b, 0x22, 0x23, 0x2f, 0x32, 0x33, 0x36, 0x37, 0x3f, 0xc6, 0xc7];
const REAL_FIRSTS: readonly (readonly [name: string, vector: number, code: string])[] = [
  ['int n', 0x31, 'mov dword [0x31*4], $h - ROM + 0xf0000000\nint 0x31'],
  ['ud', 6, 'ud2'],
  ['de', 0, 'xor cx, cx\ndiv cx'],
];
/** Vector `v` is within the table. */
const within = (v: number, limit: number): boolean => v * 4 + 3 <= limit;

const REAL: readonly Road[] = [
  ...REAL_FIRSTS.flatMap(([name, vector, code]) =>
    REAL_LIMITS.map((limit) =>
      road(
        'real',
        `${name}, IVT limit ${limit.toString(16)}h`,
        within(vector, limit) || within(13, limit) || within(8, limit) ? 'handler' : 'reset',
        `mov word [SPOT], ${limit}\nmov dword [SPOT+2], 0\nlidt [SPOT]\n${code}\n$h: put 'h'`,
      ),
    ),
  ),
  road('real', 'SP of 1', 'reset', 'mov sp, 1\nud2'),
  road('real', 'SP of 2', 'handler', 'mov sp, 2\nud2'),
  road('real', 'SP of 5', 'reset', 'mov sp, 5\nud2'),
  road('real', 'SP of 6', 'handler', 'mov sp, 6\nud2'),
];

export const ROADS: readonly Road[] = [
  ...REAL,
  ...cross('protected', firsts(8), [...gates(8), ...LEGACY]),
  ...RINGS.map(({ name, code, ends }) =>
    road('protected', `from level 3, ${name}`, ends ?? 'reset', `${code}${user(UD3)}`),
  ),
  ...RINGS.map(({ name, code, ends }) =>
    road('protected', `from virtual-8086 mode, ${name}`, ends ?? 'reset', `${code}${v86(UD3)}`),
  ),
  road('protected', 'stack with no room', 'reset', 'mov eax, DOWN\nmov ss, eax\nud2'),
  road('protected', 'stack with no room, task', 'handler', `${task()}mov eax, DOWN\nmov ss, eax\nud2`),
  ...STORMS,
  ...cross('long', firsts(16), wide64),
  ...cross(
    'long',
    firsts(16).map(({ name, code }) => ({ name: `compatibility mode, ${name}`, code: compatible(code) })),
    COMPATIBLE,
  ),
  ...STORMS64.map(([name, code, ends]) => road('long', name, ends, code)),
  road('long', 'from level 3, RSP0 not canonical', 'reset', `mov dword [TSS+8], 0x8000\n${user('ud2')}`),
  road('long', 'from level 3, RSP0 in a page that is absent', 'reset', `mov dword [TSS+4], 0x300000\n${user('ud2')}`),
  road(
    'long',
    'from level 3, IST for #DF',
    'handler',
    `mov byte [IDT+8*16+4], 2\nmov dword [TSS+8], 0x8000\n${user('ud2')}`,
  ),
];
