/** A guest on the loader's 2 MB pages, which touches memory here and there, and where there is none. */
import type { Random } from '../../src/labs/workbench';

export interface TouchingGuest {
  readonly source: string;
  /** GPAs of 2 MB regions it uses, its own code's among them. */
  readonly regions: ReadonlySet<number>;
  /** An address without memory, which it also touches. */
  readonly absent: number;
  /** What it must have in `sum` when it halts. */
  readonly sum: bigint;
}

const LARGE_PAGE = 0x20_0000;
const MB = 1 << 20;
const TOUCHES = 40;

export function touchingGuest(random: Random, memoryMb: number): TouchingGuest {
  const regions = new Set([0]);
  const few = random
    .shuffled(Array.from({ length: memoryMb / 2 - 1 }, (_, n) => (n + 1) * LARGE_PAGE))
    .slice(0, memoryMb / 4);
  const contents = new Map<number, bigint>();
  let sum = 0n;
  const rows = Array.from({ length: TOUCHES }, () => {
    const region = random.pick(few);
    regions.add(region);
    const address = region + random.below(LARGE_PAGE / 8) * 8;
    const value = random.bits64();
    sum = BigInt.asUintN(64, sum * 3n + (contents.get(address) ?? 0n));
    contents.set(address, value);
    return `    dq 0x${address.toString(16)}, 0x${value.toString(16)}`;
  });
  const absent = memoryMb * MB + random.below(1 << 24) * 8;
  return { source: source(rows, absent), regions, absent, sum };
}

function source(rows: readonly string[], absent: number): string {
  return `; Touches memory here and there.
bits 64
ORIGIN equ 0x100000
org ORIGIN

_start:
    lidt [idt_pointer]
    xor r12d, r12d
    mov esi, touches
    mov ecx, ${rows.length}
.next:
    mov rbx, [rsi]
    mov rdx, [rsi + 8]
    add rsi, 16
    lea r12, [r12 + r12 * 2]
    add r12, [rbx]
    mov [rbx], rdx
    loop .next
    mov [sum], r12

    mov ebx, 0x${absent.toString(16)}
absent_read:
    mov rax, [rbx]                  ; no memory there: #GP, which skips these three bytes
absent_write:
    mov [rbx], rax
    cli
    hlt

general_protection:
    inc qword [refused]
    add rsp, 8
    add qword [rsp], 3
    iretq

    align 16
HANDLER equ general_protection - $$ + ORIGIN
idt:
    times 13 * 2 dq 0
    dw HANDLER & 0xffff, 8, 0x8e00, (HANDLER >> 16) & 0xffff
    dd 0, 0
idt_pointer:
    dw 14 * 16 - 1
    dq idt

    align 8
sum:     dq 0
refused: dq 0
touches:
${rows.join('\n')}
`;
}
