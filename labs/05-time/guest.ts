/** The guests of the lab: they read the clock, and do this and that between two readings. */
import type { Random } from '../../src/labs/workbench';

/** Ticks around an exiting instruction that are no matter of the clock's: whether it counts itself. */
export interface ClockGuest {
  readonly source: string;
  readonly readings: number;
  /** Instructions from each reading to the next; one tick each. */
  readonly steps: readonly number[];
  /** Of those, how many exit. */
  readonly exits: readonly number[];
}

/** Instructions of every gap: two MOVs to store a reading, two that spoil RAX and RDX, RDTSC. */
const FRAME = 5;
const LONGEST_NOPS = 40;

const EXITING = ['cpuid', 'in al, 0x61', 'out 0x80, al'] as const;

/** A guest of so many readings; with `loops`, up to so many turns of a loop between two of them. */
export function clockGuest(random: Random, readings: number, loops: number): ClockGuest {
  const lines: string[] = [];
  const steps: number[] = [];
  const exits: number[] = [];
  for (let n = 0; n < readings; n++) {
    lines.push('    mov rax, -1', '    mov rdx, rax', '    rdtsc', '    mov [rdi], rax', '    mov [rdi + 8], rdx');
    lines.push('    add rdi, 16');
    const nops = 1 + random.below(LONGEST_NOPS);
    lines.push(`    times ${nops} nop`);
    let own = FRAME + 1 + nops;
    if (loops > 0) {
      const turns = Math.ceil(loops / 2) + random.below(Math.ceil(loops / 2));
      lines.push(`    mov ecx, ${turns}`, '    loop $');
      own += 1 + turns;
    }
    const exiting = random.below(3);
    for (let k = 0; k < exiting; k++) lines.push(`    ${random.pick(EXITING)}`);
    steps.push(own + exiting);
    exits.push(exiting);
  }
  const source = `; Reads its clock and stores what it read, again and again.
bits 64
org 0x100000
_start:
    mov edi, readings
    mov byte [rdi], 0
${lines.join('\n')}
    cli
    hlt

    align 4096
readings:
    times ${readings * 2} dq 0
readings_end:
`;
  return { source, readings, steps, exits };
}

/** A guest that only takes time. */
export const BUSY_GUEST = `; Keeps the processor busy.
bits 64
org 0x100000
_start:
    inc rax
    jmp _start
`;
