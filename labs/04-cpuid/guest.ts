/** Guests of the lab: they ask CPUID for this and that, each time with registers full of noise, and stop. */
import type { Random } from '../../src/labs/workbench';

/** One CPUID of the guest. */
export interface Query {
  readonly leaf: number;
  readonly subleaf: number;
  /** Bytes before 0F A2 that change nothing but its length. */
  readonly prefixes: readonly number[];
  /** Bits 63:32 of RAX, RBX, RCX and RDX, and bits 31:0 of RBX and RDX, when it is executed. */
  readonly noise: readonly bigint[];
}

/** Operand and address size, segment overrides, REPNE and REP: CPUID takes no notice of them. LOCK is #UD. */
const LEGACY_PREFIXES = [0x66, 0x67, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0xf2, 0xf3] as const;
/** Of 15 bytes an instruction may have, CPUID's own are two. */
const MOST_PREFIXES = 13;

export function query(random: Random, leaf: number, prefixes: readonly number[] = []): Query {
  const subleaf = random.pick([0, 0, 1, 2, random.below(2 ** 32)]);
  return { leaf, subleaf, prefixes, noise: Array.from({ length: 4 }, () => random.bits64()) };
}

/** From none to thirteen; a REX prefix counts only right before the opcode, and is a byte like any other elsewhere. */
export function somePrefixes(random: Random, length: number): number[] {
  const prefixes: number[] = Array.from({ length: Math.min(length, MOST_PREFIXES) }, () =>
    random.pick(LEGACY_PREFIXES),
  );
  if (prefixes.length > 0 && random.below(2) === 0) prefixes[prefixes.length - 1] = 0x40 + random.below(16);
  return prefixes;
}

/** Asks one after the other, then halts for good. `q0`, `q1`, … are its CPUIDs, `e0`, `e1`, … what comes after each. */
export function askingGuest(queries: readonly Query[]): string {
  return `; Asks CPUID ${queries.length} times.
bits 64
org 0x100000
_start:
    mov rsp, 0x110000
    mov rbp, 0x1111111111111111
    mov rsi, 0x2222222222222222
    mov rdi, 0x3333333333333333
    mov r8, 0x4444444444444444
    mov r15, 0x5555555555555555
${queries.map((one, n) => asked(one, n)).join('')}
    cli
    hlt
`;
}

function asked({ leaf, subleaf, prefixes, noise }: Query, n: number): string {
  const [rax, rbx, rcx, rdx] = noise as readonly [bigint, bigint, bigint, bigint];
  return `
    mov rax, ${hex((rax & ~0xffff_ffffn) | BigInt(leaf))}
    mov rbx, ${hex(rbx)}
    mov rcx, ${hex((rcx & ~0xffff_ffffn) | BigInt(subleaf))}
    mov rdx, ${hex(rdx)}
q${n}: ${prefixes.length === 0 ? 'cpuid' : `db ${[...prefixes, 0x0f, 0xa2].map((byte) => hex(BigInt(byte))).join(', ')}`}
e${n}:
`;
}

/** The same questions put to the processor itself, on the bare machine: four doublewords a question from `answers` on. */
export function askingProcessor(queries: readonly Query[]): string {
  return `bits 64
org 0x100000
_start:
    mov esi, questions
    mov edi, answers
    mov ebp, ${queries.length}
.next:
    mov eax, [rsi]
    mov ecx, [rsi + 4]
    cpuid
    mov [rdi], eax
    mov [rdi + 4], ebx
    mov [rdi + 8], ecx
    mov [rdi + 12], edx
    add rsi, 8
    add rdi, 16
    dec ebp
    jnz .next
    cli
    hlt
    align 16
questions:
${queries.map(({ leaf, subleaf }) => `    dd ${leaf}, ${subleaf}`).join('\n')}
answers:
    times ${queries.length * 4} dd 0
`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
