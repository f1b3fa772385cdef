/**
 * Matrices of transfers between levels as cases of the ROM programs: nested loops over axes, one attempt for each combination. However it
 * ends — with INT 42h at the landing or with an exception — its frame, the segments, what lies on the stacks and the accessed bits are
 * recorded. A row, named by the slowest axes, is one hash of all records in it; `detail` writes the records of one row in full.
 */
import { testCase } from './rom-case';
import type { Case } from './rom-case';

export interface Axis {
  readonly name: string;
  readonly values: readonly string[];
}

export interface Matrix {
  readonly name: string;
  readonly mode: 'protected' | 'long';
  /** Slowest first. `{name}` in the code is the place of its number. */
  readonly axes: readonly Axis[];
  /** So many of them name a row. */
  readonly rows: number;
  /** Where exceptions are handled; at the same level they need no inner stack. Long mode has IST1 for all. */
  readonly handlers: 'level 0' | 'same level';
  /** Linear addresses and dwords that are cleared before, and hashed after an attempt. */
  readonly stacks: readonly (readonly [address: number, dwords: number])[];
  /** Descriptors whose access bytes are recorded: offsets in the GDT, three at most. */
  readonly watched: readonly number[];
  /** Once. */
  readonly setup?: string;
  /** For each combination, at level 0 in flat segments; `$skip` leaves it out. */
  readonly attempt: string;
  /** Behind the last one. */
  readonly teardown?: string;
  /** Tables and code that is jumped to. */
  readonly data: string;
}

/** What a record holds: dwords. */
const LEGACY_WORDS = [
  'error:vector',
  'CS now:then',
  'EIP',
  'EFLAGS',
  'DS:SS',
  'FS:ES',
  'SS then:GS',
  'ESP',
  'ESP then',
  'page of CR2',
  'stacks',
  'accessed',
] as const;
const LONG_WORDS = [
  'error:vector',
  'DS:CS',
  'RIP',
  'RFLAGS',
  'RIP high',
  'RSP',
  'RSP high',
  'SS then',
  'FS:ES',
  'page of CR2',
  'stacks',
  'accessed',
] as const;
const WORDS = LONG_WORDS.length;

const VARIABLES = 0x38000;
const ROW = 0x380f0;
/** Free for what an attempt needs: dwords, zero at first. */
export const SCRATCH = 0x380e0;
export const RECORD = 0x38100;
const HASHES = 0x40000;

/** `INT 42h` lies at every even address from here on, so that 16-bit segments find it, too. */
export const LANDING = 0x6000;
/** The landing of offsets with more than 16 bits; its lower half is LANDING. */
export const FAR_LANDING = 0x16000;
/** Tops of stacks. */
export const INNER = 0xb000;
export const CALLER = 0xc000;
export const OUTER = 0xd000;
const HANDLERS = 0xf000;

/** Code and data segments of each level, 16 bytes apart; RINGS32: 32-bit code of long mode, 8 bytes apart. */
export const RINGS = 0x100;
export const RINGS32 = 0x140;

const FAULTS = [1, 3, 4, 6, 8, 10, 11, 12, 13, 14, 17];
const WITH_ERROR = new Set([8, 10, 11, 12, 13, 14, 17]);

export const rowCount = (m: Matrix): number => m.axes.slice(0, m.rows).reduce((n, axis) => n * axis.values.length, 1);
export const rowSize = (m: Matrix): number => m.axes.slice(m.rows).reduce((n, axis) => n * axis.values.length, 1);

function spell(axes: readonly Axis[], number: number): Readonly<Record<string, string>> {
  const named: Record<string, string> = {};
  let rest = number;
  for (const { name, values } of [...axes].reverse()) {
    named[name] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(axes.map(({ name }) => [name, named[name]!]));
}

/** The axes that name a row, or that tell its combinations apart. */
export const rowOf = (m: Matrix, row: number): Readonly<Record<string, string>> => spell(m.axes.slice(0, m.rows), row);
export const combinationOf = (m: Matrix, n: number): Readonly<Record<string, string>> => spell(m.axes.slice(m.rows), n);

export const inWords = (named: Readonly<Record<string, string>>): string =>
  Object.entries(named)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** Records of one row, as `detail` writes them. */
export function records(text: string): readonly string[] {
  const words = text.trim().split(/\s+/);
  return Array.from({ length: words.length / WORDS }, (_, n) => words.slice(n * WORDS, (n + 1) * WORDS).join(' '));
}

/** What differs between two records, by name. */
export function differences(m: Matrix, ours: string, theirs: string): string {
  const names = m.mode === 'long' ? LONG_WORDS : LEGACY_WORDS;
  const they = theirs.split(' ');
  const differ = ours
    .split(' ')
    .flatMap((word, n) => (word === they[n] ? [] : [`${names[n]} ${word}, they ${they[n]}`]));
  return `we ${ours.slice(0, 8)}: ${differ.join('; ')}`;
}

/** Where a vector's gate lies, as an expression of the programs. */
export const idtEntry = (mode: Matrix['mode'], vector: number): string =>
  `IDT + ${vector * (mode === 'long' ? 16 : 8)}`;

/** A gate of the IDT into the image: its first eight bytes, and the rest. */
export function idtGate(m: Pick<Matrix, 'mode'>, vector: number, handler: string, selector: string, ist = 0): string {
  const at = vector * (m.mode === 'long' ? 16 : 8);
  return `mov dword [IDT + ${at}], (${selector} << 16) | ((${handler} - image) & 0xffff)
mov dword [IDT + ${at + 4}], (ROM & 0xffff0000) | 0xee00 | ${ist}${m.mode === 'long' ? `\nmov dword [IDT + ${at + 8}], 0` : ''}`;
}

const CONFORMING_OR_NOT = { 'level 0': 'CODE32', 'same level': 'CONFORMING' } as const;
const handlerCode = (m: Matrix): string => (m.mode === 'long' ? 'CODE64' : CONFORMING_OR_NOT[m.handlers]);

/** The gate of an exception, as it was before an attempt changed it. */
export const standardGate = (m: Pick<Matrix, 'mode' | 'handlers'>, vector: number): string =>
  idtGate(m, vector, `$fault${vector}`, handlerCode(m as Matrix), m.mode === 'long' ? 1 : 0);

function setup(m: Matrix): string {
  const long = m.mode === 'long';
  const rings = [0, 1, 2, 3].map(
    (dpl) => `mov dword [GDT+${RINGS + dpl * 16}], 0xffff
mov dword [GDT+${RINGS + dpl * 16 + 4}], 0x00${long ? 'a' : 'c'}f9b00 | ${dpl << 13}
mov dword [GDT+${RINGS + dpl * 16 + 8}], 0xffff
mov dword [GDT+${RINGS + dpl * 16 + 12}], 0x00cf9300 | ${dpl << 13}
mov dword [GDT+${RINGS32 + dpl * 8}], 0xffff
mov dword [GDT+${RINGS32 + dpl * 8 + 4}], 0x00cf9b00 | ${dpl << 13}`,
  );
  return `
mov al, 0xff
out 0x21, al
out 0xa1, al
${FAULTS.map((vector) => standardGate(m, vector)).join('\n')}
${idtGate(m, 0x42, '$fine', handlerCode(m), long ? 1 : 0)}
${long ? `mov dword [TSS+0x24], ${HANDLERS}` : idtGate(m, 0x43, '$level0', 'CODE32')}
${rings.join('\n')}
mov edi, ${LANDING}
mov eax, 0x42cd42cd
mov ecx, 0x7f0
rep stosd
mov edi, ${FAR_LANDING}
stosd
mov edi, ${HASHES}
mov eax, 0x811c9dc5
mov ecx, ${rowCount(m)}
rep stosd
mov edi, ${VARIABLES}
xor eax, eax
mov ecx, 64
rep stosd`;
}

/** Stubs push what is missing of error code and vector. */
const stubs = (word: string): string =>
  FAULTS.map(
    (v) => `$fault${v}:${WITH_ERROR.has(v) ? '' : `\npush ${word} 0`}\npush ${word} ${v}\njmp near $record`,
  ).join('\n') + `\n$fine:\npush ${word} 0\npush ${word} 0x42\njmp near $record`;

const LEGACY_RECORD = `
$record:
push eax
mov eax, ds
push eax
mov eax, USERDATA
mov ds, eax
pop eax
mov [${RECORD + 18}], ax
mov eax, [esp+4]
mov [${RECORD}], ax
mov eax, [esp+8]
mov [${RECORD + 2}], ax
mov eax, [esp+16]
mov [${RECORD + 4}], ax
mov [${RECORD + 6}], cs
mov eax, [esp+12]
mov [${RECORD + 8}], eax
and dword [esp+20], ~0x10000
mov eax, [esp+20]
mov [${RECORD + 12}], eax
mov [${RECORD + 16}], ss
mov [${RECORD + 20}], es
mov [${RECORD + 22}], fs
mov [${RECORD + 24}], gs
lea eax, [esp+12]
mov [${RECORD + 28}], eax
mov eax, cs
xor eax, [esp+16]
and eax, 3
jnz $outer
test dword [esp+20], 0x20000
jz $told
$outer:
mov eax, [esp+28]
mov [${RECORD + 26}], ax
mov eax, [esp+24]
mov [${RECORD + 32}], eax
$told:
mov dword [TSS+4], ${HANDLERS}
mov dword [TSS+8], DATA32
mov word [TSS3+2], ${HANDLERS}
mov word [TSS3+4], DATA32
int 0x43
$level0:
mov eax, DATA32
mov ds, eax
mov es, eax
mov ss, eax
mov esp, STACK0 - 0x400
push dword 2
popfd
`;

const LONG_RECORD = `
$record:
push rax
mov eax, [rsp+8]
mov [${RECORD}], ax
mov eax, [rsp+16]
mov [${RECORD + 2}], ax
mov eax, [rsp+32]
mov [${RECORD + 4}], ax
mov [${RECORD + 6}], ds
mov eax, [rsp+24]
mov [${RECORD + 8}], eax
mov eax, [rsp+28]
mov [${RECORD + 16}], eax
and dword [rsp+40], ~0x10000
mov eax, [rsp+40]
mov [${RECORD + 12}], eax
mov eax, [rsp+48]
mov [${RECORD + 20}], eax
mov eax, [rsp+52]
mov [${RECORD + 24}], eax
mov eax, [rsp+56]
mov [${RECORD + 28}], ax
mov [${RECORD + 32}], es
mov [${RECORD + 34}], fs
mov eax, DATA32
mov ds, eax
mov es, eax
mov ss, eax
mov esp, STACK0 - 0x400
push qword 2
popfq
`;

const MIX = 'xor ebx, eax\nimul ebx, ebx, 0x01000193';

/** The hash of some dwords, into a word of the record; without RF, which QEMU never pushes. */
function hashStacks(m: Matrix): string {
  const parts = m.stacks.map(
    ([address, dwords], n) => `mov esi, ${address}
mov ecx, ${dwords}
$hash${n}:
mov eax, [esi]
and eax, ~0x10000
${MIX}
add esi, 4
dec ecx
jnz $hash${n}`,
  );
  return `mov ebx, 0x811c9dc5\n${parts.join('\n')}\nmov [${RECORD + 40}], ebx`;
}

export function matrixCase(m: Matrix, detail = -1): Case {
  const place = (n: number): string => `${VARIABLES + 4 * n}`;
  const named = (code: string): string =>
    code.replace(/\{(\w+)\}/g, (_, name: string) => {
      const n = m.axes.findIndex((axis) => axis.name === name);
      if (n < 0) throw new Error(`${m.name} has no axis ${name}`);
      return `[${place(n)}]`;
    });
  const long = m.mode === 'long';
  const loops = m.axes
    .map(
      (axis, n) => `inc dword [${place(n)}]
cmp dword [${place(n)}], ${axis.values.length}
jb near $again
mov dword [${place(n)}], 0${n === m.rows ? `\ninc dword [${ROW}]` : ''}`,
    )
    .reverse();
  const clear = [[RECORD, WORDS] as const, ...m.stacks].map(
    ([address, dwords]) => `mov edi, ${address}\nmov ecx, ${dwords}\nrep stosd`,
  );
  const code = `
${setup(m)}
${named(m.setup ?? '')}
$again:
xor eax, eax
${clear.join('\n')}
${named(m.attempt)}
${stubs(long ? 'qword' : 'dword')}
${long ? LONG_RECORD : LEGACY_RECORD}
cld
cmp word [${RECORD}], 14
jne $no14
mov ${long ? 'rax' : 'eax'}, cr2
; of the words of a frame any may be read first
and eax, ~0xfff
mov [${RECORD + 36}], eax
$no14:
; what a transfer that faults leaves below the stack pointer is nobody's
cmp word [${RECORD}], 0x42
jne $nostacks
${hashStacks(m)}
$nostacks:
${m.watched.map((at, n) => `mov al, [GDT + ${at + 5}]\nmov [${RECORD + 44 + n}], al`).join('\n')}
$skip:
mov eax, [${ROW}]
cmp eax, ${detail >>> 0}
jne $quiet
mov esi, ${RECORD}
mov ebp, ${WORDS}
$tell:
mov eax, [esi]
call hex8
add esi, 4
dec ebp
jnz $tell
$quiet:
mov edi, [${ROW}]
lea edi, [edi*4 + ${HASHES}]
mov ebx, [edi]
mov esi, ${RECORD}
mov ecx, ${WORDS}
$mix:
mov eax, [esi]
${MIX}
add esi, 4
dec ecx
jnz $mix
mov [edi], ebx
${loops.join('\n')}
${m.teardown ?? ''}
${detail < 0 ? `mov esi, ${HASHES}\nmov ebp, ${rowCount(m)}\n$print:\nmov eax, [esi]\ncall hex8\nadd esi, 4\ndec ebp\njnz $print` : ''}
jmp near $end
align 4
${named(m.data)}
bits ${long ? 64 : 32}
$end:
`;
  return testCase(m.name, '', code);
}

/**
 * To the level of `{CPL}`, to the label `$ring` (with an axis `source`, whose second value is 32-bit code of long mode, to `$ring32`),
 * on the stack CALLER. `choose` may put another label into EBX.
 */
export function enter(m: Pick<Matrix, 'mode'>, flags = '2', source = false, choose = ''): string {
  const long = m.mode === 'long';
  const r = (name: string): string => `${long ? 'r' : 'e'}${name}`;
  const word = long ? 'qword' : 'dword';
  return `
mov eax, USERDATA
mov ds, eax
mov es, eax
xor eax, eax
mov fs, eax
mov gs, eax
mov edi, {CPL}
mov ecx, edi
shl ecx, 4
or ecx, edi
add ecx, ${RINGS}
lea eax, [ecx+8]
mov ebx, $ring
${source ? `cmp dword {source}, 0\nje $wide\nlea ecx, [edi*8+edi+${RINGS32}]\nmov ebx, $ring32\n$wide:` : ''}
${choose}
push ${r('ax')}
push ${word} ${CALLER}
push ${word} ${flags}
push ${r('cx')}
push ${r('bx')}
iret${long ? 'q' : 'd'}`;
}

/** To virtual-8086 mode at F000h:`ip`, with four data segments; EAX: its flags. */
export const enterVirtual = (ip: string): string => `push dword 0x4444
push dword 0x3333
push dword 0x2222
push dword 0x1111
push dword 0
push dword ${CALLER}
push eax
push dword 0xf000
push ${ip}
iretd`;
