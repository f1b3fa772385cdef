/** Far calls and jumps, directly and through call gates, to every kind of target and onto every kind of inner stack. */
import { CALLER, FAR_LANDING, INNER, LANDING, enter, type Axis, type Matrix } from './matrix-frame';
import {
  CAREFUL_LANDING,
  CODE_SLOT,
  codeAxis,
  codeTable,
  CPL,
  GATE_SLOT,
  LEVELS,
  makeCode,
  makeInnerStack,
  makeTask,
  pointerAxis,
  pointerTable,
  RPL,
  STACK_SLOT,
  stackAxis,
  stackTable,
  TASKS,
} from './matrix-kinds';

/** Far pointers in memory, with an offset of 16 and of 32 bits. */
const POINTER16 = 0x5100;
const POINTER32 = 0x5108;

const OPERATION: Axis = { name: 'operation', values: ['CALL', 'JMP'] };
const SIZE: Axis = { name: 'size', values: ['16', '32'] };
/** DPL and P of a gate. */
const GATE: Axis = {
  name: 'gate',
  values: ['absent', 'present'].flatMap((p) => LEVELS.map((dpl) => `DPL ${dpl} ${p}`)),
};
const TYPE: Axis = { name: 'type', values: ['16-bit', '16-bit with upper half', '32-bit'] };
const SOURCE: Axis = { name: 'source', values: ['64-bit', 'compatibility'] };

/** EAX, a selector, and an offset into the far pointers. */
const pointers = (offset: string): string =>
  `
mov ecx, ${offset}
mov [POINTER16], cx
mov [POINTER16 + 2], ax
mov [POINTER32], ecx
mov [POINTER32 + 4], ax`
    .replace(/POINTER16/g, String(POINTER16))
    .replace(/POINTER32/g, String(POINTER32));

/** `{operation}` of `{size}` through the pointers. */
function transfer(label: string, sizes: boolean): string {
  const operations = ['call', 'jmp'] as const;
  const forms = [(op: string) => `${op} far word [${POINTER16}]`, (op: string) => `${op} far dword [${POINTER32}]`];
  const names = operations.flatMap((op) => forms.map((form) => form(op)));
  const dispatch = names.map((_, n) => `cmp eax, ${n}\nje ${label}${n}`).join('\n');
  return `imul eax, {operation}, ${forms.length}
add eax, ${sizes ? '{size}' : '1'}
${dispatch}
${names.map((code, n) => `${label}${n}: ${code}`).join('\n')}`;
}

/** The gate: `{gate}`, of a type, to the selector in EAX, with a parameter count. */
const makeGate = (type: string, count: string): string => `
shl eax, 16
or eax, ${LANDING}
mov [GDT + ${GATE_SLOT}], eax
mov eax, {gate}
shl eax, 13
or eax, ${FAR_LANDING & 0xffff0000}
${type}
${count}
mov [GDT + ${GATE_SLOT + 4}], eax
mov eax, {RPL}
add eax, ${GATE_SLOT}`;

const type32 = `or eax, 0x400
cmp dword {type}, 1
je $narrow
jb $lower
or eax, 0x800
jmp $narrow
$lower:
and eax, 0xffff
$narrow:`;

const STACKS = [
  [INNER - 0xc0, 0xc0 / 4],
  [CALLER - 0x20, 0x30 / 4],
] as const;
const RIGHTS_STACKS = [
  [INNER - 0x28, 0x28 / 4],
  [INNER + 0x100 - 0x28, 0x28 / 4],
  [INNER + 0x200 - 0x28, 0x28 / 4],
  [CALLER - 0x28, 0x28 / 4],
] as const;

const ring32 = (sizes: boolean): string => `
$ring:
mov esp, ${CALLER}
mov dword [esp], 0x11111111
mov dword [esp+4], 0x22222222
${transfer('$form', sizes)}`;

const LEGACY: readonly Matrix[] = [
  {
    name: 'direct, protected mode',
    mode: 'protected',
    axes: [codeAxis('protected'), { name: 'offset', values: ['near', 'far'] }, OPERATION, SIZE, CPL, RPL],
    rows: 3,
    handlers: 'level 0',
    stacks: RIGHTS_STACKS,
    watched: [CODE_SLOT],
    attempt: `${makeTask(false)}
${makeCode}
or eax, {RPL}
imul ebx, {offset}, ${FAR_LANDING - LANDING}
add ebx, ${LANDING}
${pointers('ebx')}
${enter({ mode: 'protected' })}`,
    data: `${ring32(true)}\n${codeTable('protected')}`,
  },
  {
    name: 'call gates, protected mode',
    mode: 'protected',
    axes: [codeAxis('protected'), GATE, TYPE, OPERATION, CPL, RPL],
    rows: 4,
    handlers: 'level 0',
    stacks: RIGHTS_STACKS,
    watched: [CODE_SLOT],
    attempt: `${makeTask(false)}
${makeCode}
or eax, {CPL}
${makeGate(type32, 'or eax, 1')}
${pointers('0x7777')}
${enter({ mode: 'protected' })}`,
    data: `${ring32(false)}\n${codeTable('protected')}`,
  },
  {
    name: 'inner stacks of call gates, protected mode',
    mode: 'protected',
    axes: [
      stackAxis,
      TASKS,
      TYPE,
      { name: 'parameters', values: ['0', '1', '31'] },
      { name: 'level', values: ['0', '1', '2'] },
      { name: 'caller', values: ['flat', 'short'] },
      CPL,
    ],
    rows: 4,
    handlers: 'same level',
    stacks: STACKS,
    watched: [STACK_SLOT],
    setup: CAREFUL_LANDING.setup,
    attempt: `${makeInnerStack}
mov edi, ${CALLER}
mov ecx, 31
$fill:
mov [edi], ecx
mov [edi+2], cl
add edi, 4
dec ecx
jnz $fill
; the caller's stack may end behind two dwords
mov ecx, {CPL}
shl ecx, 13
or ecx, 0x409300
mov [GDT + ${GATE_SLOT + 0x2c}], ecx
mov dword [GDT + ${GATE_SLOT + 0x28}], ${CALLER + 7}
shl edx, 4
lea eax, [edx + ${0x100}]
shl eax, 16
or eax, ${LANDING}
mov [GDT + ${GATE_SLOT}], eax
mov eax, {parameters}
mov al, [eax + $counts]
movzx eax, al
or eax, ${(FAR_LANDING & 0xffff0000) | 0xe000}
${type32}
mov [GDT + ${GATE_SLOT + 4}], eax
mov eax, ${GATE_SLOT}
${pointers('0x7777')}
${enter({ mode: 'protected' })}`,
    data: `
$ring:
mov esp, ${CALLER}
cmp dword {caller}, 0
je $flat
mov eax, {CPL}
add eax, ${GATE_SLOT + 0x28}
mov ss, eax
$flat:
call far dword [${POINTER32}]
$counts: db 0, 1, 31
${CAREFUL_LANDING.data}
align 4
${stackTable}`,
  },
];

const longRings = (sizes: boolean): string => `
$ring:
mov esp, ${CALLER}
${transfer('$form', sizes)}
bits 32
$ring32:
mov esp, ${CALLER}
${transfer('$form32', sizes)}
bits 64`;

const INNER_POINTERS = [0, 1, 2]
  .map((n) => `mov dword [TSS+${4 + n * 8}], ${INNER + 0x100 * n}\nmov dword [TSS+${8 + n * 8}], 0`)
  .join('\n');

const LONG: readonly Matrix[] = [
  {
    name: 'direct, long mode',
    mode: 'long',
    axes: [codeAxis('long'), SOURCE, { name: 'offset', values: ['near', 'far'] }, OPERATION, SIZE, CPL, RPL],
    rows: 5,
    handlers: 'level 0',
    stacks: RIGHTS_STACKS,
    watched: [CODE_SLOT],
    attempt: `${INNER_POINTERS}
${makeCode}
or eax, {RPL}
imul ebx, {offset}, ${FAR_LANDING - LANDING}
add ebx, ${LANDING}
${pointers('ebx')}
${enter({ mode: 'long' }, '2', true)}`,
    data: `${longRings(true)}\n${codeTable('long')}`,
  },
  {
    name: 'call gates, long mode',
    mode: 'long',
    axes: [
      codeAxis('long'),
      { name: 'upper', values: ['good', 'with a type', 'not canonical'] },
      SOURCE,
      OPERATION,
      GATE,
      CPL,
      RPL,
    ],
    rows: 4,
    handlers: 'level 0',
    stacks: RIGHTS_STACKS,
    watched: [CODE_SLOT],
    attempt: `${INNER_POINTERS}
${makeCode}
or eax, {CPL}
${makeGate('or eax, 0xc00', '')}
xor ecx, ecx
xor edx, edx
cmp dword {upper}, 1
jb $made
ja $far
mov edx, 0x1900
jmp $made
$far:
mov ecx, 0x8000
$made:
mov [GDT + ${GATE_SLOT + 8}], ecx
mov [GDT + ${GATE_SLOT + 12}], edx
${pointers('0x7777')}
${enter({ mode: 'long' }, '2', true)}`,
    data: `${longRings(false)}\n${codeTable('long')}`,
  },
  {
    name: 'inner stacks of call gates, long mode',
    mode: 'long',
    axes: [pointerAxis, SOURCE, { name: 'level', values: ['0', '1', '2'] }, CPL],
    rows: 2,
    handlers: 'level 0',
    stacks: RIGHTS_STACKS,
    watched: [],
    attempt: `
mov edx, {pointer}
mov ecx, [edx*8 + $pointers]
mov edx, [edx*8 + $pointers + 4]
${[4, 12, 20].map((at) => `mov [TSS+${at}], ecx\nmov [TSS+${at + 4}], edx`).join('\n')}
mov eax, {level}
shl eax, 4
add eax, 0x100
shl eax, 16
or eax, ${LANDING}
mov [GDT + ${GATE_SLOT}], eax
mov dword [GDT + ${GATE_SLOT + 4}], ${(FAR_LANDING & 0xffff0000) | 0xec00}
mov dword [GDT + ${GATE_SLOT + 8}], 0
mov dword [GDT + ${GATE_SLOT + 12}], 0
mov eax, ${GATE_SLOT}
${pointers('0x7777')}
${enter({ mode: 'long' }, '2', true)}`,
    data: `$ring:
mov esp, ${CALLER}
call far dword [${POINTER32}]
bits 32
$ring32:
mov esp, ${CALLER}
call far dword [${POINTER32}]
bits 64
align 4
${pointerTable}`,
  },
];

export const GATE_MATRICES: readonly Matrix[] = [...LEGACY, ...LONG];
