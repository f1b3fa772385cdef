/**
 * Blocks of page-table entries, each tried with every access in every mode that matters, as cases of the ROM programs. A block writes one
 * hash per entry: of #PF's error code and CR2, and of the entries the access leaves at every level. `detail` writes them in full, for one.
 *
 * The table below the entry under test lies at physical address 0, so that the same entry is good as a pointer and as a large page.
 */
import { testCase } from './rom-case';
import type { Case, Mode } from './rom-case';

export type Format = '32-bit' | 'PAE' | '4-level';

export interface Block {
  readonly name: string;
  readonly format: Format;
  /** Level whose entry takes every combination of bits; 0: permissions at several levels at once. */
  readonly level: number;
}

const LEVELS: Readonly<Record<Format, number>> = { '32-bit': 2, PAE: 2, '4-level': 4 };

/** The combinations: of the entry under test, or of RW, US and NX at several levels. */
export const BLOCKS: readonly Block[] = (['32-bit', 'PAE', '4-level'] as const).flatMap((format) =>
  Array.from({ length: LEVELS[format] + 1 }, (_, level) => ({
    name: `${format}, ${level === 0 ? 'permissions of several levels' : `level ${level}`}`,
    format,
    level,
  })),
);

export const modeOf = (block: Block): Mode => (block.format === '4-level' ? 'long' : 'protected');

const TARGET = 0x39000;
const TABLE = [0, 0x36000, 0x35000, 0x34000, 0x30000] as const;
const VARIABLES = 0x3b000;
const HASHES = 0x40000;

interface Bit {
  /** Of the entry's 64 bits. */
  readonly at: number;
  readonly name: string;
  /** Tried with PS only: else it were a part of the next table's address. */
  readonly largeOnly?: true;
}

const PERMISSIONS: readonly Bit[] = [
  { at: 1, name: 'RW' },
  { at: 2, name: 'US' },
  { at: 63, name: 'NX' },
];

/** What each bit of a combination's number stands for, by level. */
function bits(block: Block): readonly { readonly level: number; readonly bit: Bit }[] {
  const wide = block.format !== '32-bit';
  if (block.level === 0) {
    const permissions = wide ? PERMISSIONS : PERMISSIONS.slice(0, 2);
    // the third level's are tried by themselves only
    const levels = LEVELS[block.format] === 4 ? [1, 2, 4] : [1, 2];
    return levels.flatMap((level) => permissions.map((bit) => ({ level, bit })));
  }
  const list: Bit[] = ['P', 'RW', 'US'].map((name, at) => ({ at, name }));
  list.push({ at: 5, name: 'A' }, { at: 6, name: 'D' }, { at: 7, name: 'PS' }, { at: 8, name: 'G' });
  if (wide) list.push({ at: 51, name: 'bit 51' }, { at: 63, name: 'NX' });
  if (block.level === 2 || block.level === 3) list.push({ at: wide ? 13 : 21, name: 'reserved', largeOnly: true });
  return list.map((bit) => ({ level: block.level, bit }));
}

export const combinations = (block: Block): number => 1 << bits(block).length;

/** Whether a combination of a block for one level has the bits named. */
export const has = (block: Block, number: number, ...names: readonly string[]): boolean =>
  names.every((name) => bits(block).some(({ bit }, n) => bit.name === name && (number >> n) & 1));

/** The set bits of a combination. */
export function describeEntry(block: Block, number: number): string {
  const set = bits(block).filter((_, n) => (number >> n) & 1);
  return set.map(({ level, bit }) => (block.level === 0 ? `${level}:${bit.name}` : bit.name)).join(' ') || 'none';
}

/** The modes a block is tried in: all bits of them. */
const MODES: readonly string[] = ['WP', 'SMEP', 'SMAP', 'AC', 'NXE or PSE'];
const ACCESSES: readonly string[] = ['read', 'write', 'execute', 'user read', 'user write', 'user execute'];

export const describeAccess = (mode: number, access: number): string =>
  `${ACCESSES[access]} with ${MODES.filter((_, n) => (mode >> n) & 1).join(' ') || 'nothing'}`;

export function pagingCase(block: Block, detail = -1): Case {
  const { format, level: tested } = block;
  const long = format === '4-level';
  const wide = format !== '32-bit';
  const depth = LEVELS[format];
  const a = long ? 'rax' : 'eax';
  const word = long ? 'qword' : 'dword';
  const shift = wide ? 3 : 2;
  /** Where the access goes: the second 512 GB, 4 MB or third 2 MB. */
  const address = long ? '0x8000039000' : '0x439000';
  const index = (level: number): number => (level === 1 ? 0x39 : level === depth ? (format === 'PAE' ? 2 : 1) : 0);
  const table = (level: number): number => (level === tested - 1 ? 0 : TABLE[level === depth ? 4 : level]!);
  const place = (level: number): number => table(level) + (index(level) << shift);
  const plain = (level: number): number => (level === 1 ? TARGET : table(level - 1));
  const levels = Array.from({ length: depth }, (_, n) => depth - n);
  const list = bits(block);

  /** Kernel pages are the supervisor's; page 38h is the user's. */
  const identity = (pages: number): string => `
  mov edi, ${TABLE[4]}
  xor eax, eax
  mov ecx, 0x8000 / 4
  rep stosd
  xor edi, edi
  mov ecx, 0x400
  rep stosd
  mov edi, 0x33000
  mov eax, 3
$page:
  mov [edi], eax
  add eax, 0x1000
  add edi, ${wide ? 8 : 4}
  cmp eax, ${pages}
  jb $page
  or dword [0x33000 + (0x38 << ${shift})], 4`;
  const tables = long
    ? `mov dword [${TABLE[4]}], 0x31003\nmov dword [0x31000], 0x32003\nmov dword [0x32000], 0x33003`
    : `mov dword [${TABLE[4]}], 0x33003`;
  const root = format === 'PAE' ? 0x37000 : TABLE[4];

  const gate = (vector: string, handler: string, type: string): string =>
    `mov dword [IDT + ${vector} * ${long ? 16 : 8}], (${long ? 'CODE64' : 'CODE32'} << 16) | ((${handler} - image) & 0xffff)
mov dword [IDT + ${vector} * ${long ? 16 : 8} + 4], (ROM & 0xffff0000) | ${type}${long ? `\nmov qword [IDT + ${vector} * 16 + 8], 0` : ''}`;

  /** EBP is the combination; each level's entry is made anew. */
  const entries = levels
    .map((level) => {
      const own = list.flatMap(({ level: l, bit }, n) => (l === level ? [{ bit, n }] : []));
      const fixed = tested === 0 ? 1 : 7;
      if (own.length === 0) {
        return `mov dword [${place(level)}], ${plain(level) | 7}${wide ? `\nmov dword [${place(level) + 4}], 0` : ''}`;
      }
      const set = own.map(({ bit, n }) => {
        const half = bit.at < 32 ? 'eax' : 'edx';
        return `bt ebp, ${n}\njnc $no${level}_${n}\nor ${half}, 1 << ${bit.at & 31}\n$no${level}_${n}:`;
      });
      return `mov eax, ${plain(level) | (tested === 0 ? fixed : 0)}\nxor edx, edx\n${set.join('\n')}
mov [${place(level)}], eax${wide ? `\nmov [${place(level) + 4}], edx` : ''}`;
    })
    .join('\n');
  const ps = list.findIndex(({ bit }) => bit.name === 'PS');
  const large = list.findIndex(({ bit }) => bit.largeOnly);
  /** Absent entries are tried in the first and the last mode; bit 21 of 32-bit tables under PSE only. */
  const skip = `
${large < 0 ? '' : `bt ebp, ${large}\njnc $tried\nbt ebp, ${ps}\njnc $skipped\n${wide ? '' : `bt dword [${VARIABLES}], 4\njnc $skipped\n`}$tried:`}
${tested === 0 ? '' : `bt ebp, 0\njc $present\nmov eax, [${VARIABLES}]\ninc eax\ntest al, 30\njnz $skipped\n$present:`}`;
  const mix = 'xor ebx, eax\nimul ebx, ebx, 0x01000193';

  const code = `
${identity(0x200000)}
${tables}
${format === 'PAE' ? `mov dword [0x37000], ${TABLE[4] | 1}\nmov dword [0x37004], 0` : ''}
${gate('14', '$fault', '0x8e00')}
${gate('0x42', '$fine', '0xee00')}
mov byte [${TARGET}], 0xc3
mov esi, $user
mov edi, 0x38000
mov ecx, $userend - $user
rep movsb
mov edi, ${HASHES}
mov eax, 0x811c9dc5
mov ecx, ${combinations(block)}
rep stosd
mov eax, USERDATA
mov ds, eax
mov es, eax
${long ? `mov eax, ${root}\nmov cr3, rax` : `mov eax, ${format === 'PAE' ? '0x20' : '0'}\nmov cr4, eax\nmov eax, ${root}\nmov cr3, eax\nmov eax, cr0\nor eax, 0x80000000\nmov cr0, eax`}
mov dword [${VARIABLES}], ${tested === 0 ? 16 : 0}
$mode:
mov edx, [${VARIABLES}]
mov ${a}, cr0
and eax, ~0x10000
bt edx, 0
jnc $nowp
or eax, 0x10000
$nowp:
mov cr0, ${a}
mov eax, ${wide ? '0x20' : '0'}
bt edx, 1
jnc $nosmep
or eax, 1 << 20
$nosmep:
bt edx, 2
jnc $nosmap
or eax, 1 << 21
$nosmap:
${wide ? '' : 'bt edx, 4\njnc $nopse\nor eax, 0x10\n$nopse:'}
mov cr4, ${a}
${wide ? `push ${a.replace('a', 'd')}\nmov ecx, 0xc0000080\nrdmsr\npop ${a.replace('a', 'd')}\nand eax, ~0x800\nbt edx, 4\njnc $nonxe\nor eax, 0x800\n$nonxe:\nxor edx, edx\nwrmsr` : ''}
xor ebp, ebp
$combination:
${skip}
mov dword [${VARIABLES + 4}], 0
$access:
${entries}
mov ${a}, ${address}
invlpg [${a}]
mov edx, [${VARIABLES}]
and edx, 8
shl edx, 15
or edx, 2
mov esp, STACK0
push ${long ? 'rdx' : 'edx'}
popf${long ? 'q' : 'd'}
mov ecx, [${VARIABLES + 4}]
cmp ecx, 3
jae $outer
cmp ecx, 1
je $write
ja $execute
mov cl, [${a}]
jmp $nofault
$write:
mov byte [${a}], 0xc3
jmp $nofault
$execute:
call ${a}
jmp $nofault
$outer:
push ${word} USERDATA
push ${word} 0x38800
push ${long ? 'rdx' : 'edx'}
push ${word} ${long ? 'USER64' : 'USER32'}
push ${word} 0x38000
iret${long ? 'q' : 'd'}
$fine:
$nofault:
xor eax, eax
jmp $hash
$fault:
mov ${a}, ${address}
mov ${long ? 'rcx' : 'ecx'}, cr2
sub ${long ? 'rcx' : 'ecx'}, ${a}
pop ${a}
shl ecx, 8
or eax, 0x80
add eax, ecx
$hash:
; whether a walk that ends in a fault sets A on its way is left open
mov dword [${VARIABLES + 8}], 0xff
test eax, eax
jz $whole
and dword [${VARIABLES + 8}], ~0x20
$whole:
mov esp, STACK0
push ${word} 2
popf${long ? 'q' : 'd'}
lea edi, [ebp*4 + ${HASHES}]
mov ebx, [edi]
cmp ebp, ${detail >>> 0}
je $show
$shown:
${mix}
${levels.map((level) => `movzx eax, byte [${place(level)}]\nand eax, [${VARIABLES + 8}]\n${mix}`).join('\n')}
mov [edi], ebx
mov ecx, [${VARIABLES + 4}]
inc ecx
mov [${VARIABLES + 4}], ecx
cmp ecx, 6
jb $access
$skipped:
inc ebp
cmp ebp, ${combinations(block)}
jb $combination
mov edx, [${VARIABLES}]
$next:
inc edx
mov [${VARIABLES}], edx
; AC matters under SMAP only
mov eax, edx
and al, 12
cmp al, 8
je $next
cmp edx, 32
jb $mode
jmp $end
$show:
push ${a}
mov ebx, eax
mov eax, [${VARIABLES}]
call hex2
mov eax, [${VARIABLES + 4}]
call hex2
mov eax, ebx
call hex8
${levels.map((level) => `mov eax, [${place(level)}]\nand eax, [${VARIABLES + 8}]\ncall hex2`).join('\n')}
pop ${a}
mov ebx, [edi]
jmp $shown
$user:
${userCode(long)}
$userend:
$end:
${long ? 'mov eax, cr0\nand eax, ~0x10000\nmov cr0, rax\nmov ecx, 0xc0000080\nrdmsr\nor eax, 0x800\nwrmsr\nmov eax, 0x20\nmov cr4, rax\nmov eax, TABLES\nmov cr3, rax'.replace('mov eax, cr0', 'mov rax, cr0') : 'mov eax, cr0\nand eax, ~0x80010000\nmov cr0, eax\nxor eax, eax\nmov cr4, eax\nmov cr3, eax\nmov ecx, 0xc0000080\nrdmsr\nand eax, ~0x800\nwrmsr'}
${detail < 0 ? `mov esi, ${HASHES}\nmov ebp, ${combinations(block)}\n$print:\nmov eax, [esi]\ncall hex8\nadd esi, 4\ndec ebp\njnz $print` : ''}
`;
  return testCase(block.name, '', code);
}

/** Runs in page 38h at level 3: RAX is the address, ECX the access; vector 42h when it has gone well. */
function userCode(long: boolean): string {
  const a = long ? 'rax' : 'eax';
  return `
cmp ecx, 4
je $uwrite
ja $uexecute
mov cl, [${a}]
int 0x42
$uwrite:
mov byte [${a}], 0xc3
int 0x42
$uexecute:
call ${a}
int 0x42`;
}
