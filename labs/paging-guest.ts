/**
 * The guest of the paging labs: two address spaces of 4 KB pages, and a script, made by the seed, of reads, writes, changes of page
 * tables, INVLPGs and CR3 writes. It asks for nothing but memory that behaves, and leaves behind what it saw.
 */
import type { Random } from '../src/labs/workbench';

export const PAGES = 10;
export const FRAMES = 16;
/** Bytes of its log, which is never full. */
const LOG_SIZE = 0x2000;

/** What the guest does, counted while its script was written. */
export interface PagingScript {
  readonly source: string;
  /** Address of the first page both address spaces map; canonical. */
  readonly window: bigint;
  readonly cr3Writes: number;
  readonly invlpgs: number;
  /** #PFs that are the guest's own affair. */
  readonly guestFaults: number;
  /** What its log holds, in order: copies of PTEs, and #PFs as CR2 and error code. */
  readonly log: readonly ('sample' | 'fault')[];
  /** What it must have in `checksum` when it halts. */
  readonly checksum: bigint;
}

interface Page {
  readonly frame: number;
  readonly present: boolean;
  readonly writable: boolean;
}

const SPACES = ['a', 'b'] as const;
type Space = (typeof SPACES)[number];

const STEPS = 110;
const WEIGHTS = [
  ['read', 9],
  ['write', 8],
  ['sample', 6],
  ['remap', 5],
  ['poke', 2],
  ['reload', 2],
  ['switch', 2],
] as const;
const KINDS = WEIGHTS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

/** Writes a guest. */
export function pagingGuest(random: Random): PagingScript {
  // the fourth level's index is never 0, where the guest's own code is
  const indexes = [1 + random.below(511), random.below(512), random.below(512)] as const;
  const window = BigInt.asUintN(
    64,
    BigInt.asIntN(48, (BigInt(indexes[0]) << 39n) | (BigInt(indexes[1]) << 30n) | (BigInt(indexes[2]) << 21n)),
  );
  const first = random.below(512 - PAGES);
  const gva = (page: number): string => hex(window + BigInt((first + page) * 4096));
  const randomPage = (): Page => ({
    frame: random.below(FRAMES),
    present: random.below(4) > 0,
    writable: random.below(3) > 0,
  });
  const pages: Record<Space, Page[]> = {
    a: Array.from({ length: PAGES }, randomPage),
    b: Array.from({ length: PAGES }, randomPage),
  };
  const initial = { a: [...pages.a], b: [...pages.b] };

  const patterns = Array.from({ length: FRAMES }, () => random.bits64());
  const contents = patterns.map((pattern) => Array<bigint>(512).fill(pattern));
  let checksum = 0n;

  const script: string[] = [];
  const repairs: string[] = [];
  let space: Space = 'a';
  const counts = { cr3Writes: 1, invlpgs: 0, guestFaults: 0 };
  const log: ('sample' | 'fault')[] = [];
  const slot = (of: Space, page: number): string => `pt_${of} + ${(first + page) * 8}`;
  const step = (operation: string, ...operands: string[]): void => {
    script.push(`    dq ${[operation, ...operands, ...Array<string>(3 - operands.length).fill('0')].join(', ')}`);
  };
  const repair = (page: number, repaired: Page): void => {
    counts.guestFaults++;
    log.push('fault');
    pages[space][page] = repaired;
    repairs.push(`    dq ${slot(space, page)}, ${entry(repaired)}`);
  };

  const access = (page: number, write: boolean): void => {
    const now = pages[space][page]!;
    if (!now.present) repair(page, { ...randomPage(), present: true });
    const then = pages[space][page]!;
    if (write && !then.writable) repair(page, { ...then, writable: true });
    const word = random.below(512);
    const address = `${gva(page)} + ${word * 8}`;
    const frame = contents[pages[space][page]!.frame]!;
    if (write) {
      frame[word] = random.bits64();
      step('WRITE', address, hex(frame[word]));
    } else {
      checksum = BigInt.asUintN(64, (checksum << 7n) | (checksum >> 57n)) ^ frame[word]!;
      step('READ', address);
    }
  };
  const sample = (page: number): void => {
    log.push('sample');
    step('SAMPLE', slot(space, page));
  };
  const remap = (page: number): void => {
    counts.invlpgs++;
    const next = randomPage();
    pages[space][page] = next;
    step('REMAP', slot(space, page), entry(next), gva(page));
  };
  const turn = (): void => {
    space = space === 'a' ? 'b' : 'a';
    counts.cr3Writes++;
    step('SWITCH', `pml4_${space}`);
  };

  // what every seed must show: a page read, then written, then taken away from under its translation
  for (const page of random.shuffled([0, 1, 2, 3])) {
    access(page, false);
    sample(page);
    access(page, true);
    sample(page);
    remap(page);
    access(page, false);
  }
  turn();
  for (let n = 0; n < STEPS; n++) {
    const page = random.below(PAGES);
    switch (random.pick(KINDS)) {
      case 'read':
        access(page, false);
        break;
      case 'write':
        access(page, true);
        break;
      case 'sample':
        sample(page);
        break;
      case 'remap':
        remap(page);
        access(page, random.below(2) > 0);
        break;
      case 'poke': {
        // tables that are not in use may be changed without a word
        const other = space === 'a' ? 'b' : 'a';
        const next = randomPage();
        pages[other][page] = next;
        step('POKE', slot(other, page), entry(next));
        break;
      }
      case 'reload': {
        const next = randomPage();
        pages[space][page] = next;
        counts.cr3Writes++;
        step('RELOAD', slot(space, page), entry(next), `pml4_${space}`);
        access(page, false);
        break;
      }
      case 'switch':
        turn();
        break;
    }
  }
  for (let page = 0; page < PAGES; page++) access(page, false);

  const source = [
    HEAD,
    'script:',
    ...script,
    '    dq DONE, 0, 0, 0',
    'repairs:',
    ...repairs,
    '    dq 0, 0',
    '',
    '    align 4096',
    'tables:',
    ...lowTables(),
    ...SPACES.flatMap((of) => spaceTables(of, indexes, first, initial[of])),
    'tables_end:',
    'frames:',
    ...patterns.map((pattern) => `    times 512 dq ${hex(pattern)}`),
    'frames_end:',
    'log:',
    `    times ${LOG_SIZE / 8} dq 0`,
    'log_end:',
    '',
  ].join('\n');
  return { source, window: window + BigInt(first * 4096), ...counts, log, checksum };
}

/** A PTE: P, R/W, U/S on odd frames; A and D are 0. */
function entry({ frame, present, writable }: Page): string {
  const flags = (present ? 1 : 0) | (writable ? 2 : 0) | (frame % 2 ? 4 : 0);
  return `frames + ${frame * 4096 + flags}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** A table of 512 entries, of which some are given. */
function table(label: string, entries: ReadonlyMap<number, string>): string[] {
  const lines = [`${label}:`];
  let next = 0;
  for (const [index, value] of [...entries].sort(([a], [b]) => a - b)) {
    if (index > next) lines.push(`    times ${index - next} dq 0`);
    lines.push(`    dq ${value}`);
    next = index + 1;
  }
  if (next < 512) lines.push(`    times ${512 - next} dq 0`);
  return lines;
}

/** Stack, GDT and the image itself, each page where it is. */
function lowTables(): string[] {
  return [
    ...table('pdpt_low', new Map([[0, 'pd_low + 3']])),
    ...table('pd_low', new Map([[0, 'pt_low + 3']])),
    'pt_low:',
    '    times 0x7e dq 0',
    '%assign page 0x7e',
    '%rep 3',
    '    dq page * 4096 + 3',
    '%assign page page + 1',
    '%endrep',
    '    times 256 - 0x81 dq 0',
    '%assign page 256',
    '%rep 256',
    '    dq page * 4096 + 3',
    '%assign page page + 1',
    '%endrep',
  ];
}

function spaceTables(of: Space, indexes: readonly [number, number, number], first: number, pages: Page[]): string[] {
  return [
    ...table(
      `pml4_${of}`,
      new Map([
        [0, 'pdpt_low + 3'],
        [indexes[0], `pdpt_${of} + 7`],
      ]),
    ),
    ...table(`pdpt_${of}`, new Map([[indexes[1], `pd_${of} + 7`]])),
    ...table(`pd_${of}`, new Map([[indexes[2], `pt_${of} + 7`]])),
    ...table(`pt_${of}`, new Map(pages.map((page, n) => [first + n, entry(page)]))),
  ];
}

const HEAD = `; A guest with page tables of its own: two address spaces, and a script of what to do with them.
bits 64
ORIGIN equ 0x100000
org ORIGIN

CR0_WP equ 1 << 16

DONE   equ 0
READ   equ 1        ; address
WRITE  equ 2        ; address, value
SAMPLE equ 3        ; address of a PTE, which goes to the log
REMAP  equ 4        ; address of a PTE, its new value, the page: INVLPG
POKE   equ 5        ; address of a PTE that is not in use, its new value
RELOAD equ 6        ; address of a PTE, its new value, CR3: the same value again
SWITCH equ 7        ; CR3: the other address space

_start:
    mov rax, cr0
    or eax, CR0_WP                  ; read-only is read-only for the kernel too
    mov cr0, rax
    lidt [idt_pointer]
    mov eax, pml4_a
    mov cr3, rax
    mov rsi, script
    mov rdi, log
    mov r15, repairs
    xor r12d, r12d                  ; the checksum
next:
    mov rax, [rsi]
    mov rbx, [rsi + 8]
    mov rdx, [rsi + 16]
    mov rcx, [rsi + 24]
    add rsi, 32
    inc qword [steps]
    cmp eax, READ
    je .read
    cmp eax, WRITE
    je .write
    cmp eax, SAMPLE
    je .sample
    cmp eax, REMAP
    je .remap
    cmp eax, POKE
    je .poke
    cmp eax, RELOAD
    je .reload
    cmp eax, SWITCH
    je .switch
    mov [checksum], r12
    cli
    hlt
.read:
    rol r12, 7
    xor r12, [rbx]
    jmp next
.write:
    mov [rbx], rdx
    jmp next
.sample:
    mov rax, [rbx]
    stosq
    jmp next
.remap:
    mov [rbx], rdx
    invlpg [rcx]
    jmp next
.poke:
    mov [rbx], rdx
    jmp next
.reload:
    mov [rbx], rdx
    mov cr3, rcx
    jmp next
.switch:
    mov cr3, rbx
    jmp next

; #PF: to the log with CR2 and the error code; the next repair is written into the tables, and the instruction tried again.
page_fault:
    push rax
    push rbx
    mov rax, cr2
    stosq
    mov rax, [rsp + 16]
    stosq
    mov rbx, [r15]
    test rbx, rbx
    jz .strange                     ; nothing is left to repair
    mov rax, [r15 + 8]
    add r15, 16
    mov [rbx], rax
    inc qword [faults]
    pop rbx
    pop rax
    add rsp, 8
    iretq
.strange:
    mov qword [strange], 1
    cli
    hlt

    align 16
PAGE_FAULT equ page_fault - $$ + ORIGIN
idt:
    times 14 * 2 dq 0
    dw PAGE_FAULT & 0xffff, 8, 0x8e00, (PAGE_FAULT >> 16) & 0xffff
    dd 0, 0
idt_pointer:
    dw 15 * 16 - 1
    dq idt

    align 4096
results:
checksum: dq 0
steps:    dq 0
faults:   dq 0
strange:  dq 0

    align 4096`;
