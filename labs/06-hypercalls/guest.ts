/** The guest of the lab: makes a list of calls one by one, then another list in batches. */
import { BATCH, ENTRY_SIZE, type Call } from './abi';

/** GPA of the memory that calls name. */
export const DATA = 0x12_0000;

const RESULT_SPACE = 512;

/** `data` lies at DATA: a multiple of 8 bytes. */
export function callingGuest(calls: readonly Call[], batch: readonly Call[], data: Uint8Array): string {
  const quads = (values: readonly bigint[]): string => `    dq ${values.map((value) => hex(value)).join(', ')}`;
  const rows: string[] = [];
  const contents = [...new BigUint64Array(data.slice().buffer)];
  for (let at = 0; at < contents.length; at += 4) rows.push(quads(contents.slice(at, at + 4)));
  return `; Makes ${calls.length} hypercalls one by one, then ${batch.length} in batches.
bits 64
ORIGIN equ 0x100000
DATA   equ ${hex(BigInt(DATA))}
BATCH  equ ${BATCH}
ENTRY  equ ${ENTRY_SIZE}
org ORIGIN

_start:
    mov esi, calls
    mov edi, results
    mov r12d, ${calls.length}
.next:
    test r12d, r12d
    jz .batch
    mov rax, [rsi]
    mov rbx, [rsi + 8]
    mov rcx, [rsi + 16]
    mov rdx, [rsi + 24]
    vmmcall
    stosq
    add rsi, 32
    dec r12d
    jmp .next
.batch:
    mov esi, entries
    mov r12d, ${batch.length}
.more:
    test r12, r12
    jz .done
    mov eax, BATCH
    mov rbx, rsi
    mov rcx, r12
    vmmcall
    mov [answer], rax               ; so many are done
    test rax, rax
    jle .done
    cmp rax, r12
    ja .done
    sub r12, rax
    imul rax, rax, ENTRY
    add rsi, rax
    jmp .more
.done:
    mov [left], r12
    cli
    hlt

    align 8
calls:
${calls.map((call) => quads(call)).join('\n')}
    align 4096
results:
    times ${RESULT_SPACE} dq 0
answer: dq 0
left:   dq 0
entries:
${batch.map((call) => quads([...call, 0x5a5a5a5a5a5a5a5an])).join('\n')}

    times DATA - ORIGIN - ($ - $$) db 0
data:
${rows.join('\n')}
`;
}

function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}
