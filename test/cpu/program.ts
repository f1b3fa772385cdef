/**
 * Small ROM programs, one case after the other: each begins with fresh tables, flat segments and a known stack, does something, and every
 * exception it meets is written to port E9h. The same image runs on our machine and on QEMU.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble } from '../../src/assembler/assembler';
import type { Profile } from '../../src/engine/cpu/profile';
import { Machine } from '../../src/engine/machine/machine';
import { GDT_TEMPLATE, MAP, OUTPUT } from './rom-case';
import type { Case, Mode } from './rom-case';
import { GUEST_MAP } from './rom-guest';
import { LONG } from './rom-long';
import { PROTECTED } from './rom-protected';
import { REAL } from './rom-real';

function source(mode: Mode, cases: readonly Case[]): string {
  const body = mode === 'protected' ? PROTECTED(cases) : mode === 'long' ? LONG(cases) : REAL(cases);
  const bits = mode === 'protected' ? 32 : mode === 'long' ? 64 : 16;
  return `${MAP}
${GUEST_MAP}
${OUTPUT(bits)}
org ROM
image:
${body}
${GDT_TEMPLATE}
times 0xfff0 - ($ - $$) db 0xf4
bits 16
  jmp 0xf000:(begin - ROM)
times 0x10000 - ($ - $$) db 0
`;
}

export function image(mode: Mode, cases: readonly Case[]): Uint8Array {
  const result = assemble(source(mode, cases), { file: `${mode}.asm` });
  const errors = result.diagnostics.filter((d) => d.severity === 'error');
  if (result.failed) throw new Error(errors.map((d) => `${d.line}: ${d.message}`).join('\n'));
  return result.bytes;
}

/** `resets`: a shutdown resets the machine, as boards do; otherwise it ends the program. */
export function runOurs(rom: Uint8Array, profile?: Profile, instructions = 2_000_000, resets = false): string {
  let text = '';
  const onDebugcon = (byte: number) => (text += String.fromCharCode(byte));
  const machine = new Machine({ ramSize: 2 << 20, rom, profile, onDebugcon });
  let stop = machine.run(Infinity, instructions);
  for (let n = 0; resets && stop.kind === 'shutdown' && n < 1000; n++) {
    machine.reset();
    stop = machine.run(Infinity, instructions);
  }
  if (stop.kind !== 'debug-exit') text += `[${stop.kind}]`;
  return text;
}

/** `cpu`: QEMU's model and what it has or lacks beyond it, such as `EPYC,-bmi1`. */
export function runQemu(rom: Uint8Array, cpu = 'EPYC', resets = false): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'cpu-'));
  try {
    const file = path.join(directory, 'rom.bin');
    writeFileSync(file, rom);
    const words =
      `-cpu ${cpu} -m 2 -bios ${file} -debugcon stdio -display none ${resets ? '' : '-no-reboot '}-net none -device isa-debug-exit,iobase=0xf4,iosize=4`.split(
        ' ',
      );
    const run = spawnSync('qemu-system-x86_64', words, { encoding: 'latin1', timeout: 60_000, maxBuffer: 1 << 24 });
    if (run.error && !run.stdout) throw run.error;
    return run.stdout + (run.status === 1 ? '' : `[${run.error?.message ?? `status ${run.status}`}]`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Text of each case. */
export function answers(text: string, count: number): string[] {
  const parts = text.split('#').slice(1);
  return Array.from({ length: count }, (_, n) => (parts[n] ?? 'nothing').replace(/^\d+ /, '').trim());
}
