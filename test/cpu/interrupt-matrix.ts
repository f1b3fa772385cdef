/** INT n and exceptions through every kind of gate, to every kind of target and stack, from every level and from virtual-8086 mode. */
import {
  CALLER,
  enter,
  enterVirtual,
  FAR_LANDING,
  idtEntry,
  INNER,
  LANDING,
  SCRATCH,
  standardGate,
} from './matrix-frame';
import type { Axis, Matrix } from './matrix-frame';
import {
  CAREFUL_LANDING,
  CODE_SLOT,
  codeAxis,
  codeTable,
  CPL,
  LEVELS,
  makeCode,
  makeInnerStack,
  makeTask,
  pointerAxis,
  pointerTable,
  STACK_SLOT,
  stackAxis,
  stackTable,
  TASKS,
} from './matrix-kinds';

/** What is tested is vector 50h, or that of the exception. */
const CAUSE: Axis = { name: 'cause', values: ['INT n', '#UD', '#GP'] };
const VECTORS = [0x50, 6, 13] as const;
const SOURCE: Axis = { name: 'source', values: ['64-bit', 'compatibility'] };
const IOPL: Axis = { name: 'IOPL', values: LEVELS };

/** Second dwords of gates. */
interface Access {
  readonly name: string;
  readonly word1: number;
}
const hex = (n: number): string => n.toString(16).padStart(2, '0');
const every = (types: readonly number[]): readonly Access[] =>
  types.flatMap((type) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ name: hex(type | (n << 5)), word1: (type | (n << 5)) << 8 })),
  );
const LEGACY_GATES = [5, 6, 7, 0xe, 0xf] as const;
const others = (known: readonly number[]): readonly Access[] =>
  Array.from({ length: 32 }, (_, type) => type)
    .filter((type) => !known.includes(type))
    .map((type) => ({ name: hex(type | 0xe0), word1: (type | 0xe0) << 8 }));
const wide = (accesses: readonly Access[]): readonly Access[] =>
  accesses.map((access) =>
    access.word1 & 0x800 ? { ...access, word1: access.word1 | (FAR_LANDING & 0xffff0000) } : access,
  );
const LEGACY_ACCESSES = wide([...every(LEGACY_GATES), ...others(LEGACY_GATES)]).concat({
  name: 'e6 with upper half',
  word1: 0xe600 | (FAR_LANDING & 0xffff0000),
});
const VIRTUAL_ACCESSES = LEGACY_ACCESSES.filter(({ name }) => /^[8e][567ef]$/.test(name));
const LONG_ACCESSES = [
  ...wide([...every([0xe, 0xf]), ...others([0xe, 0xf])]),
  { name: 'ee, not canonical', word1: 0xee00 },
];

const accessAxis = (accesses: readonly Access[]): Axis => ({ name: 'gate', values: accesses.map(({ name }) => name) });
const accessTable = (accesses: readonly Access[]): string =>
  `$accesses: dd ${accesses.map(({ word1 }) => word1).join(', ')}`;

const vectorTable = (mode: Matrix['mode']): string =>
  `$vectors: dd ${VECTORS.map((v) => idtEntry(mode, v)).join(', ')}`;

/** The gate of `{cause}`: to the selector in EAX, with the second dword in ECX. */
const makeGate = (m: Pick<Matrix, 'mode' | 'handlers'>): string => `
${standardGate(m, 6)}
${standardGate(m, 13)}
shl eax, 16
or eax, ${LANDING}
mov edx, {cause}
mov edx, [edx*4 + $vectors]
mov [edx], eax
mov [edx+4], ecx
${m.mode === 'long' ? 'mov dword [edx+8], 0' : ''}`;

const cause = (label: string): string => `
cmp dword {cause}, 1
jb ${label}int
je ${label}ud
mov ecx, 0x400
mov fs, ecx
${label}ud: ud2
${label}int: int 0x50`;

const ring32 = `$ring:\nmov esp, ${CALLER}${cause('$i')}`;
const ringLong = `$ring:\nmov esp, ${CALLER}${cause('$i')}\nbits 32\n$ring32:\nmov esp, ${CALLER}${cause('$j')}\nbits 64`;

const STACKS = [
  [INNER - 0x28, 0x28 / 4],
  [INNER + 0x100 - 0x28, 0x28 / 4],
  [INNER + 0x200 - 0x28, 0x28 / 4],
  [CALLER - 0x28, 0x28 / 4],
] as const;

const LEVEL_0 = { mode: 'protected', handlers: 'level 0' } as const;
const SAME_LEVEL = { mode: 'protected', handlers: 'same level' } as const;
const IN_LONG = { mode: 'long', handlers: 'level 0' } as const;

const access = 'mov ecx, {gate}\nmov ecx, [ecx*4 + $accesses]';

/** Types of legacy gates for which the stack is asked. */
const TYPE: Axis = { name: 'type', values: ['6', '7', 'e', 'f'] };
const makeType = 'mov ecx, {type}\nmov ecx, [ecx*4 + $types]';
const typeTable = (type: Axis): string => `$types: dd ${type.values.map((t) => `0xe000 | 0x${t}00`).join(', ')}`;

/** Flags an event may find, by bit. */
const FLAG_BITS = [0, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 20, 21];
const FLAG: Axis = { name: 'flag', values: ['none', ...FLAG_BITS.map(String)] };
const flagTable = `$flags: dd 2, ${FLAG_BITS.map((bit) => 2 | (1 << bit)).join(', ')}`;

/** Into virtual-8086 mode at EBX, where the cause is 16-bit code. */
const VIRTUAL = `
mov eax, {IOPL}
shl eax, 12
or eax, 0x20002
${enterVirtual('ebx')}`;

const LEGACY: readonly Matrix[] = [
  {
    name: 'gates, protected mode',
    ...LEVEL_0,
    axes: [accessAxis(LEGACY_ACCESSES), codeAxis('protected'), CAUSE, CPL],
    rows: 3,
    stacks: STACKS,
    watched: [CODE_SLOT],
    attempt: `${makeTask(false)}\n${makeCode}\nor eax, {CPL}\n${access}\n${makeGate(LEVEL_0)}\n${enter(LEVEL_0)}`,
    data: `${ring32}\nalign 4\n${vectorTable('protected')}\n${accessTable(LEGACY_ACCESSES)}\n${codeTable('protected')}`,
  },
  {
    name: 'inner stacks, protected mode',
    ...SAME_LEVEL,
    axes: [stackAxis, TASKS, TYPE, CAUSE, { name: 'level', values: ['0', '1', '2'] }, CPL],
    rows: 4,
    stacks: STACKS,
    watched: [STACK_SLOT],
    setup: CAREFUL_LANDING.setup,
    attempt: `${makeInnerStack}
imul eax, edx, 0x10
add eax, 0x100
${makeType}
${makeGate(SAME_LEVEL)}
${enter(SAME_LEVEL)}`,
    data: `${ring32}\n${CAREFUL_LANDING.data}\nalign 4\n${vectorTable('protected')}\n${typeTable(TYPE)}\n${stackTable}`,
  },
  {
    name: 'flags, protected mode',
    ...LEVEL_0,
    axes: [FLAG, TYPE, CAUSE, { name: 'target', values: ['level 0', 'conforming'] }, CPL],
    rows: 3,
    stacks: STACKS,
    watched: [],
    attempt: `${makeTask(false)}
mov eax, CODE32
cmp dword {target}, 0
je $target0
mov eax, CONFORMING
$target0:
${makeType}
${makeGate(LEVEL_0)}
mov eax, {flag}
mov eax, [eax*4 + $flags]
mov [${SCRATCH}], eax
${enter(LEVEL_0, `[${SCRATCH}]`, false, 'mov edx, {cause}\nmov ebx, [edx*4 + $rings]')}`,
    data: `$ring: int 0x50\n$ud: ud2\n$gp: mov ecx, 0x400\nmov fs, ecx\nalign 4\n$rings: dd $ring, $ud, $gp
${vectorTable('protected')}\n${typeTable(TYPE)}\n${flagTable}`,
  },
  {
    name: 'gates, virtual-8086 mode',
    ...LEVEL_0,
    axes: [accessAxis(VIRTUAL_ACCESSES), codeAxis('protected'), CAUSE, IOPL],
    rows: 3,
    stacks: STACKS,
    watched: [CODE_SLOT],
    attempt: `${makeTask(false)}\n${makeCode}\nor eax, 1\n${access}\n${makeGate(LEVEL_0)}
mov edx, {cause}
movzx ebx, word [edx*2 + $entries]
${VIRTUAL}`,
    data: `bits 16\n$ring: int 0x50\n$ud: ud2\n$gp: hlt\nbits 32\n$entries: dw $ring - image, $ud - image, $gp - image
align 4\n${vectorTable('protected')}\n${accessTable(VIRTUAL_ACCESSES)}\n${codeTable('protected')}`,
  },
];

const LONG_TYPE: Axis = { name: 'type', values: ['e', 'f'] };

const LONG: readonly Matrix[] = [
  {
    name: 'gates, long mode',
    ...IN_LONG,
    axes: [accessAxis(LONG_ACCESSES), codeAxis('long'), CAUSE, SOURCE, CPL],
    rows: 3,
    stacks: STACKS,
    watched: [CODE_SLOT],
    attempt: `
${[0, 1, 2].map((n) => `mov dword [TSS+${4 + n * 8}], ${INNER + 0x100 * n}\nmov dword [TSS+${8 + n * 8}], 0`).join('\n')}
${makeCode}\nor eax, {CPL}\n${access}\n${makeGate(IN_LONG)}
cmp dword {gate}, ${LONG_ACCESSES.length - 1}
jne $canonical
mov dword [edx+8], 0x8000
$canonical:
${enter(IN_LONG, '2', true)}`,
    data: `${ringLong}\nalign 4\n${vectorTable('long')}\n${accessTable(LONG_ACCESSES)}\n${codeTable('long')}`,
  },
  {
    name: 'inner stacks, long mode',
    ...IN_LONG,
    axes: [
      pointerAxis,
      { name: 'IST', values: ['none', 'IST2', 'IST3 beyond the TSS'] },
      CAUSE,
      SOURCE,
      { name: 'level', values: LEVELS },
      LONG_TYPE,
      CPL,
    ],
    rows: 4,
    stacks: STACKS,
    watched: [],
    setup: `
mov dword [GDT+TASK], 0x14000033
mov byte [GDT+TASK+5], 0x89
mov eax, TASK
ltr ax`,
    attempt: `
mov edx, {pointer}
mov ecx, [edx*8 + $pointers]
mov edx, [edx*8 + $pointers + 4]
${[4, 12, 20, 0x2c, 0x34].map((at) => `mov [TSS+${at}], ecx\nmov [TSS+${at + 4}], edx`).join('\n')}
mov eax, {level}
shl eax, 4
add eax, 0x100
${makeType}
mov ebx, {IST}
cmp ebx, 0
je $none
inc ebx
or ecx, ebx
$none:
${makeGate(IN_LONG)}
${enter(IN_LONG, '2', true)}`,
    data: `${ringLong}\nalign 4\n${vectorTable('long')}\n${typeTable(LONG_TYPE)}
${pointerTable}`,
  },
  {
    name: 'flags, long mode',
    ...IN_LONG,
    axes: [FLAG, LONG_TYPE, CAUSE, { name: 'target', values: ['level 0', 'level of the caller'] }, CPL],
    rows: 3,
    stacks: STACKS,
    watched: [],
    attempt: `
mov dword [TSS+4], ${INNER}
mov eax, CODE64
cmp dword {target}, 0
je $target0
mov eax, {CPL}
shl eax, 4
add eax, 0x100
$target0:
${makeType}
${makeGate(IN_LONG)}
mov eax, {flag}
mov eax, [eax*4 + $flags]
mov [${SCRATCH}], eax
${enter(IN_LONG, `[${SCRATCH}]`, false, 'mov edx, {cause}\nmov ebx, [edx*4 + $rings]')}`,
    data: `$ring: int 0x50\n$ud: ud2\n$gp: mov ecx, 0x400\nmov fs, ecx\nalign 4\n$rings: dd $ring, $ud, $gp
${vectorTable('long')}\n${typeTable(LONG_TYPE)}\n${flagTable}`,
  },
];

export const INTERRUPT_MATRICES: readonly Matrix[] = [...LEGACY, ...LONG];
