/** RETF and IRET to every kind of code and stack segment, at every level; and from frames that are there in part only. */
import { CALLER, enter, FAR_LANDING, LANDING, OUTER, RINGS } from './matrix-frame';
import type { Axis, Matrix } from './matrix-frame';
import {
  CODE_SLOT,
  codeAxis,
  codeTable,
  CPL,
  GATE_SLOT,
  makeCode,
  makeStack,
  makeTask,
  RPL,
  STACK_SLOT,
  stackAxis,
  stackTable,
  stacksOf,
} from './matrix-kinds';

const LEVEL_0 = { mode: 'protected', handlers: 'level 0' } as const;
const IN_LONG = { mode: 'long', handlers: 'level 0' } as const;

const OPERATIONS = ['RETF', 'RETF 8', 'IRET'] as const;
const SIZES = ['16', '32', '64'] as const;
const OPERATION: Axis = { name: 'operation', values: OPERATIONS };
const SIZE: Axis = { name: 'size', values: ['16', '32'] };
const SIZE64: Axis = { name: 'size', values: SIZES };
const SOURCE: Axis = { name: 'source', values: ['64-bit', 'compatibility'] };

/** The words of a frame, from CS on to SS: kept here before the frame is laid out. */
const WORDS = 0x5200;
const WORD = {
  ip: WORDS,
  ipHigh: WORDS + 4,
  cs: WORDS + 8,
  flags: WORDS + 12,
  sp: WORDS + 16,
  spHigh: WORDS + 20,
  ss: WORDS + 24,
};

const PREFIXES = { '16': 'o16', '32': 'o32', '64': 'o64' } as const;
const IRETS = { '16': 'iretw', '32': 'iretd', '64': 'iretq' } as const;

/** Lays the frame of `{operation}` and `{size}` out at the address in EDI. EAX, ECX and EDI are lost. */
function layFrame(sizes: readonly (typeof SIZES)[number][]): string {
  const put = (size: string, from: number, high: number): string => {
    if (size === '16') return `mov eax, [${from}]\nmov [edi], ax\nadd edi, 2`;
    const low = `mov eax, [${from}]\nmov [edi], eax\nadd edi, 4`;
    return size === '32' ? low : `${low}\n${high ? `mov eax, [${high}]` : 'xor eax, eax'}\nmov [edi], eax\nadd edi, 4`;
  };
  const forms = OPERATIONS.flatMap((operation, o) =>
    sizes.map(
      (size, s) => `$lay${o}_${s}:
${put(size, WORD.ip, WORD.ipHigh)}
${put(size, WORD.cs, 0)}
${operation === 'IRET' ? put(size, WORD.flags, 0) : ''}
${operation === 'RETF 8' ? 'add edi, 8' : ''}
${put(size, WORD.sp, WORD.spHigh)}
${put(size, WORD.ss, 0)}
jmp $laid`,
    ),
  );
  const choose = OPERATIONS.flatMap((_, o) =>
    sizes.map((_, s) => `cmp eax, ${o * sizes.length + s}\nje $lay${o}_${s}`),
  );
  return `imul eax, {operation}, ${sizes.length}\nadd eax, {size}\n${choose.join('\n')}\n${forms.join('\n')}\n$laid:`;
}

function perform(label: string, sizes: readonly (typeof SIZES)[number][], count: number): string {
  const forms = OPERATIONS.flatMap((operation) =>
    sizes.map((size) => {
      if (operation === 'IRET') return IRETS[size];
      return `${PREFIXES[size]} retf${operation === 'RETF 8' ? ' 8' : ''}`;
    }),
  );
  const number = (n: number): number => Math.floor(n / sizes.length) * count + (n % sizes.length);
  return `imul eax, {operation}, ${count}\nadd eax, {size}
${forms.map((_, n) => `cmp eax, ${number(n)}\nje ${label}${n}`).join('\n')}
${forms.map((form, n) => `${label}${n}: ${form}`).join('\n')}`;
}

/** ES of the level itself, GS its code, FS conforming code: the way outward takes the first two away. */
const SEGMENTS = `
imul eax, {CPL}, 0x11
lea ecx, [eax+${RINGS + 8}]
mov es, ecx
lea ecx, [eax+${RINGS}]
mov gs, ecx
mov ecx, CONFORMING
mov fs, ecx`;

const ring32 = `$ring:\n${SEGMENTS}\nmov esp, ${CALLER}\n${perform('$do', ['16', '32'], 2)}`;
const ringLong = `$ring:\n${SEGMENTS}\nmov esp, ${CALLER}\n${perform('$do', SIZES, 3)}
bits 32\n$ring32:\n${SEGMENTS}\nmov esp, ${CALLER}\n${perform('$did', ['16', '32'], 3)}\nbits 64`;

const STACKS = [[CALLER, 0x30 / 4]] as const;
const encodable = `cmp dword {source}, 0\nje $encodable\ncmp dword {size}, 2\nje $skip\n$encodable:`;

/** Selectors of `{target}`, `{stack}` and `{RPL}` into the frame's words. */
const segments = `
${makeCode}
or eax, {RPL}
mov [${WORD.cs}], eax
mov edx, {RPL}
${makeStack}
mov [${WORD.ss}], eax`;

/** Long mode asks less of stacks. */
const [LONG_STACKS, LONG_STACK_TABLE] = stacksOf([
  'good',
  'not accessed',
  '16-bit',
  'absent',
  'DPL + 1',
  'RPL + 1',
  'null',
  'null with RPL + 1',
]);

/** Landing by operand size: 16 bits have the near one. */
const landing = `
mov dword [${WORD.ip}], ${FAR_LANDING}
cmp dword {size}, 0
jne $wideip
mov dword [${WORD.ip}], ${LANDING}
$wideip:
mov dword [${WORD.flags}], 2`;

/** Instruction pointers and stack pointers of 64-bit frames. */
const POINTERS: readonly (readonly [name: string, low: number, high: number])[] = [
  ['good', FAR_LANDING, 0],
  ['above 4 GB', FAR_LANDING, 1],
  ['not canonical', FAR_LANDING, 0x8000],
  ['in the upper half', FAR_LANDING, 0xffff8000],
  ['not quite canonical', FAR_LANDING, 0xffff0000],
];
const pointerTable = `$pointers: dd ${POINTERS.map(([, low, high]) => `${low}, ${high}`).join(', ')}`;
const pointerAxis = (name: string): Axis => ({ name, values: POINTERS.map(([value]) => value) });

/** How many words of a frame can be read. */
const ROOM: Axis = { name: 'room', values: Array.from({ length: 10 }, (_, n) => String(n)) };
const ROOM_LONG: Axis = { name: 'room', values: ROOM.values.slice(0, 6) };
/** Nothing is mapped here and above. */
const EDGE = 0x200000;

const LEGACY: readonly Matrix[] = [
  {
    name: 'segments, protected mode',
    ...LEVEL_0,
    axes: [codeAxis('protected'), OPERATION, SIZE, stackAxis, RPL, CPL],
    rows: 4,
    stacks: STACKS,
    watched: [CODE_SLOT, STACK_SLOT],
    attempt: `${makeTask(false)}
${segments}
${landing}
mov dword [${WORD.sp}], ${0x12340000 | OUTER}
mov edi, ${CALLER}
${layFrame(['16', '32'])}
${enter(LEVEL_0)}`,
    data: `${ring32}\nalign 4\n${codeTable('protected')}\n${stackTable}`,
  },
  {
    name: 'short frames, protected mode',
    ...LEVEL_0,
    axes: [
      ROOM,
      { name: 'operation', values: ['RETF', 'IRET', 'IRET with VM'] },
      SIZE,
      { name: 'offset', values: ['near', 'far'] },
      RPL,
      CPL,
    ],
    rows: 4,
    stacks: STACKS,
    watched: [],
    attempt: `${makeTask(false)}
mov edi, ${CALLER}
mov ecx, {operation}
imul edx, {offset}, ${FAR_LANDING - LANDING}
add edx, ${LANDING}
imul ebp, {RPL}, 0x11
lea ebx, [ebp + ${RINGS}]
add ebp, ${RINGS + 8}
mov esi, 0x3002
cmp ecx, 2
jne $novm
mov esi, 0x23002
$novm:
mov eax, 2
cmp dword {size}, 0
je $step
mov eax, 4
$step:
mov [edi], edx
add edi, eax
mov [edi], ebx
add edi, eax
cmp ecx, 0
je $noflags
mov [edi], esi
add edi, eax
$noflags:
mov dword [edi], ${OUTER}
add edi, eax
mov [edi], ebp
add edi, eax
mov dword [edi], 0x11
mov dword [edi+4], 0x22
mov dword [edi+8], 0x33
mov dword [edi+12], 0x44
; the stack's limit
imul eax, {room}
add eax, ${CALLER - 1}
mov [GDT + ${GATE_SLOT}], eax
mov ecx, {CPL}
shl ecx, 13
or ecx, 0x409300
mov [GDT + ${GATE_SLOT + 4}], ecx
${enter(LEVEL_0)}`,
    data: `
$ring:
mov eax, {CPL}
add eax, ${GATE_SLOT}
mov ss, eax
mov esp, ${CALLER}
mov eax, {operation}
cmp dword {size}, 0
je $narrow
cmp eax, 0
je $retf
iretd
$retf: retf
$narrow:
cmp eax, 0
je $retfw
iretw
$retfw: o16 retf`,
  },
];

const LONG: readonly Matrix[] = [
  {
    name: 'segments, long mode',
    ...IN_LONG,
    axes: [codeAxis('long'), SOURCE, OPERATION, SIZE64, LONG_STACKS, RPL, CPL],
    rows: 5,
    stacks: STACKS,
    watched: [CODE_SLOT, STACK_SLOT],
    attempt: `${encodable}
${segments}
${landing}
mov dword [${WORD.ipHigh}], 0
mov dword [${WORD.sp}], ${0x12340000 | OUTER}
mov dword [${WORD.spHigh}], 0x1234
mov edi, ${CALLER}
${layFrame(SIZES)}
${enter(IN_LONG, '2', true)}`,
    data: `${ringLong}\nalign 4\n${codeTable('long')}\n${LONG_STACK_TABLE}`,
  },
  {
    name: 'offsets, long mode',
    ...IN_LONG,
    axes: [
      codeAxis('long'),
      pointerAxis('RIP'),
      { name: 'operation', values: ['RETF', 'RETF 8', 'IRET'] },
      pointerAxis('RSP'),
      { name: 'stack', values: ['good'] },
      { name: 'size', values: ['64'] },
      RPL,
      CPL,
    ],
    rows: 3,
    stacks: STACKS,
    watched: [],
    attempt: `
${segments}
mov dword [${WORD.flags}], 2
mov ecx, {RIP}
${[WORD.ip, WORD.ipHigh].map((to, n) => `mov eax, [ecx*8 + $pointers + ${n * 4}]\nmov [${to}], eax`).join('\n')}
mov ecx, {RSP}
${[WORD.sp, WORD.spHigh].map((to, n) => `mov eax, [ecx*8 + $pointers + ${n * 4}]\nmov [${to}], eax`).join('\n')}
mov edi, ${CALLER}
${layFrame(['64'])}
${enter(IN_LONG)}`,
    data: `$ring:\n${SEGMENTS}\nmov esp, ${CALLER}\n${perform('$do', ['64'], 1)}\nalign 4
${codeTable('long')}\n${stackTable}\n${pointerTable}`,
  },
  {
    name: 'broken frames, long mode',
    ...IN_LONG,
    axes: [
      ROOM_LONG,
      SOURCE,
      OPERATION,
      SIZE64,
      { name: 'target', values: ['DPL 0', 'DPL 1', 'DPL 2', 'DPL 3'] },
      { name: 'stack', values: ['good'] },
      RPL,
      CPL,
    ],
    rows: 4,
    stacks: [[EDGE - 0x30, 0x30 / 4]],
    watched: [],
    attempt: `${encodable}
${segments}
${landing}
mov dword [${WORD.ipHigh}], 0
mov dword [${WORD.sp}], ${OUTER}
mov dword [${WORD.spHigh}], 0
mov edi, ${CALLER}
${layFrame(SIZES)}
mov ecx, {size}
mov eax, {room}
inc ecx
shl eax, cl
mov ecx, eax
mov edi, ${EDGE}
sub edi, ecx
mov esi, ${CALLER}
mov edx, edi
rep movsb
mov [${WORDS + 32}], edx
${enter(IN_LONG, '2', true)}`,
    data: `$ring:\nmov esp, [${WORDS + 32}]\n${perform('$do', SIZES, 3)}
bits 32\n$ring32:\nmov esp, [${WORDS + 32}]\n${perform('$did', ['16', '32'], 3)}\nbits 64\nalign 4\n${codeTable('long')}\n${stackTable}`,
  },
];

export const RETURN_MATRICES: readonly Matrix[] = [...LEGACY, ...LONG];
