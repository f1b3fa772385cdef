/** Kinds of descriptors that transfers meet, as tables of the ROM programs; and code that makes the one of an axis. */
import { FAR_LANDING, INNER, LANDING, RECORD, type Axis } from './matrix-frame';

/** A descriptor, and the selector that leads to it. */
interface Kind {
  readonly name: string;
  readonly word0?: number;
  readonly word1?: number;
  readonly selector?: string;
  /** Of stacks: added to the level that DPL and RPL should have. */
  readonly dpl?: number;
  readonly rpl?: number;
}

/** Offsets in the GDT. */
export const GATE_SLOT = 0x200;
export const CODE_SLOT = 0x210;
export const STACK_SLOT = 0x218;
const LOCAL_CODE = 0x8;
const BEYOND = 0x400;

const FLAT = 0xffff;
const levels = [0, 1, 2, 3];

/** `flags`: bits 55:52 of a code segment as it ought to be. */
function codeKinds(flags: number): readonly Kind[] {
  const word1 = (access: number, bits = flags): number => (bits << 20) | 0xf0000 | (access << 8);
  const other = flags === 0xa ? 0xc : 0x8;
  return [
    ...levels.map((dpl) => ({ name: `DPL ${dpl}`, word1: word1(0x9b | (dpl << 5)) })),
    ...levels.map((dpl) => ({ name: `conforming DPL ${dpl}`, word1: word1(0x9f | (dpl << 5)) })),
    { name: 'not accessed', word1: word1(0x9a) },
    { name: 'absent', word1: word1(0x1b) },
    { name: 'absent DPL 3', word1: word1(0x7b) },
    { name: 'absent conforming', word1: word1(0x1f) },
    { name: '16-bit', word0: 0xffff, word1: 0x009b00 },
    { name: flags === 0xa ? '32-bit' : 'L', word1: word1(0xfb, flags === 0xa ? 0xc : 0xa) },
    { name: 'L and D', word1: word1(0xfb, 0xe) },
    { name: 'neither L nor D', word1: word1(0xfb, other & 8) },
    { name: 'short', word0: 0xfff, word1: ((flags & 7) << 20) | 0xfb00 },
    { name: 'data', word1: word1(0xf3) },
    { name: 'TSS', word0: 0x14000067, word1: 0xeb00 },
    { name: 'call gate', word0: 0x80000 | LANDING, word1: 0xec00 },
    { name: 'local', word1: word1(0xfb), selector: `${LOCAL_CODE + 4}` },
    { name: 'null', selector: '0' },
    { name: 'beyond', selector: `${BEYOND}` },
  ].map((kind) => ({ word0: FLAT, selector: `${CODE_SLOT}`, ...kind }));
}

const STACK = `${STACK_SLOT}`;
const writable = (flags: number, access = 0x93): number => (flags << 20) | 0xf0000 | (access << 8);

/** Stacks of an inner or an outer level. `down`: expand-down, with its lower bound so that two dwords are left below INNER. */
const STACKS: readonly Kind[] = [
  { name: 'good', word1: writable(0xc) },
  { name: 'not accessed', word1: writable(0xc, 0x92) },
  { name: '16-bit', word0: 0xffff, word1: 0x009300 },
  { name: 'expand-down', word0: 0x0fff, word1: 0x409700 },
  { name: 'room for two dwords', word0: INNER - 9, word1: 0x409700 },
  { name: 'no room', word0: 0x0fff, word1: 0x409300 },
  { name: 'absent', word1: writable(0xc, 0x13) },
  { name: 'read-only', word1: writable(0xc, 0x91) },
  { name: 'code', word1: writable(0xc, 0x9b) },
  { name: 'TSS', word0: 0x14000067, word1: 0x8900 },
  { name: 'DPL + 1', word1: writable(0xc), dpl: 1 },
  { name: 'RPL + 1', word1: writable(0xc), rpl: 1 },
  { name: 'DPL and RPL + 1', word1: writable(0xc), dpl: 1, rpl: 1 },
  { name: 'absent with DPL + 1', word1: writable(0xc, 0x13), dpl: 1 },
  { name: 'null', selector: '0' },
  { name: 'null with RPL + 1', selector: '0', rpl: 1 },
  { name: 'beyond', selector: `${BEYOND}` },
].map((kind) => ({ word0: FLAT, selector: STACK, ...kind }));

const table = (label: string, kinds: readonly Kind[]): string =>
  `${label}:\n${kinds
    .map(
      ({ word0 = 0, word1 = 0, selector = '0', dpl = 0, rpl = 0 }) =>
        `dd ${word0}, ${word1 >>> 0}, ${selector}, ${dpl | (rpl << 8)}`,
    )
    .join('\n')}`;

const CODE = { protected: codeKinds(0xc), long: codeKinds(0xa) } as const;

export const codeAxis = (mode: 'protected' | 'long'): Axis => ({
  name: 'target',
  values: CODE[mode].map(({ name }) => name),
});
export const codeTable = (mode: 'protected' | 'long'): string => table('$targets', CODE[mode]);
export const stackAxis: Axis = { name: 'stack', values: STACKS.map(({ name }) => name) };
export const stackTable = table('$stacks', STACKS);

/** Some of the stacks only: axis and table. */
export function stacksOf(names: readonly string[]): readonly [axis: Axis, table: string] {
  return [
    { name: 'stack', values: names },
    table(
      '$stacks',
      names.map((name) => STACKS.find((kind) => kind.name === name)!),
    ),
  ];
}

/** The descriptor of `{target}` into CODE_SLOT and into the LDT, its selector to EAX. ECX is lost. */
export const makeCode = `
mov ecx, {target}
shl ecx, 4
mov eax, [ecx + $targets]
mov [GDT + ${CODE_SLOT}], eax
mov [LDT + ${LOCAL_CODE}], eax
mov eax, [ecx + $targets + 4]
mov [GDT + ${CODE_SLOT + 4}], eax
mov [LDT + ${LOCAL_CODE + 4}], eax
mov eax, [ecx + $targets + 8]`;

/** The descriptor of `{stack}` for the level in EDX into STACK_SLOT, its selector to EAX. EBX, ECX and EBP are lost. */
export const makeStack = `
mov ecx, {stack}
shl ecx, 4
mov eax, [ecx + $stacks]
mov [GDT + ${STACK_SLOT}], eax
mov ebx, [ecx + $stacks + 12]
movzx ebp, bl
add ebp, edx
and ebp, 3
shl ebp, 13
or ebp, [ecx + $stacks + 4]
mov [GDT + ${STACK_SLOT + 4}], ebp
shr ebx, 8
add ebx, edx
and ebx, 3
mov eax, [ecx + $stacks + 8]
or eax, ebx`;

export const LEVELS: readonly string[] = ['0', '1', '2', '3'];
export const CPL: Axis = { name: 'CPL', values: LEVELS };
export const RPL: Axis = { name: 'RPL', values: LEVELS };

/** TSSs whose inner stacks count; `short` ones have that of level 0 only. */
export const TASKS: Axis = { name: 'TSS', values: ['32-bit', '16-bit', 'short 32-bit', 'short 16-bit'] };

/** Good stacks for all levels in both TSSs, then LTR of `{TSS}`, or of the 32-bit one. EAX and ECX are lost. */
export function makeTask(axis: boolean): string {
  const level = (n: number): string => `mov dword [TSS+${4 + n * 8}], ${INNER + 0x100 * n}
mov dword [TSS+${8 + n * 8}], ${n === 0 ? 'DATA32' : `${0x108 + n * 0x10 + n}`}
mov dword [TSS3+${2 + n * 4}], ${((n === 0 ? 0x10 : 0x108 + n * 0x11) << 16) | (INNER + 0x100 * n)}`;
  const choose = `
mov ecx, {TSS}
mov eax, 0x67
test ecx, 2
jz $long
mov eax, 11
$long:
mov [GDT+TASK], ax
mov eax, 0x2b
test ecx, 2
jz $long16
mov eax, 5
$long16:
mov [GDT+TASK3], ax
mov eax, TASK
test ecx, 1
jz $wide32
mov eax, TASK3
$wide32:`;
  return `${[0, 1, 2].map(level).join('\n')}
mov byte [GDT+TASK+5], 0x89
mov byte [GDT+TASK3+5], 0x81
${axis ? choose : 'mov eax, TASK'}
ltr ax`;
}

/** A task whose inner stack of level {level} is of kind {stack}; EDX is the level. */
export const makeInnerStack = `${makeTask(true)}
mov edx, {level}
${makeStack}
mov dword [TSS+edx*8+4], ${INNER}
mov [TSS+edx*8+8], eax
mov word [TSS3+edx*4+2], ${INNER}
mov [TSS3+edx*4+4], ax`;

/**
 * A landing of 32-bit code that does not trust the stack it came with: SS and eSP are noted in place of CR2 and of accessed bits, then SS
 * is made good.
 */
export const CAREFUL_LANDING = {
  setup: [LANDING, FAR_LANDING]
    .map((to) => `mov esi, $careful\nmov edi, ${to}\nmov ecx, $carefulend - $careful\nrep movsb`)
    .join('\n'),
  data: `
$careful:
mov [${RECORD + 36}], esp
mov [${RECORD + 46}], ss
mov eax, cs
and eax, 3
imul eax, eax, 0x11
add eax, 0x108
mov ss, eax
mov esp, ${INNER + 0x400}
int 0x42
$carefulend:`,
};

/** Where RSP of a level, or of an IST entry, points: its lower and its upper half. */
const POINTERS: readonly (readonly [name: string, low: number, high: number])[] = [
  ['good', INNER, 0],
  ['not aligned', INNER - 4, 0],
  ['odd', INNER - 1, 0],
  ['not canonical', INNER, 0x8000],
  ['first not canonical', 0, 0x8000],
  ['canonical above', INNER, 0xffff8000],
  ['not mapped', 0x300000, 0],
];
export const pointerAxis: Axis = { name: 'pointer', values: POINTERS.map(([name]) => name) };
export const pointerTable = `$pointers: dd ${POINTERS.map(([, low, high]) => `${low}, ${high}`).join(', ')}`;
