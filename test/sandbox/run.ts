/** Guests in assembly, with a learner's TypeScript as their exit handlers. */
import { assemble } from '../../src/assembler/assembler';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { systemMemoryMb, type GuestSpec } from '../../src/hypervisor/guest-spec';
import { Hypervisor, type HypervisorStop } from '../../src/hypervisor/hypervisor';
import type { Vm } from '../../src/hypervisor/vm';
import { LearnersSoftware, type LearnersOptions } from '../../src/sandbox/learners-software';
import type { SandboxError } from '../../src/sandbox/sandbox-error';

export const FILE = 'handlers.ts';

export interface Ran {
  readonly stop: HypervisorStop;
  readonly problem: SandboxError | undefined;
  readonly vm: Vm;
  readonly hypervisor: Hypervisor;
  readonly logged: readonly string[];
  readonly console: string;
}

/** A guest in 64-bit mode would need tables; this one is in real mode, at 7C00h. */
const HEADER = 'bits 16\norg 0x7c00\n';

export function guestSpec(source: string, more: Partial<GuestSpec> = {}): GuestSpec {
  const text = source.includes('org ') ? source : HEADER + source;
  const assembly = assemble(text, { file: 'guest.asm' });
  const error = assembly.diagnostics.find(({ severity }) => severity === 'error');
  if (error) throw new Error(`${error.line}: ${error.message}`);
  const origin = Number(assembly.origin);
  const image = startState(loadFlat(assembly.bytes, { origin, entry: origin, bits: assembly.lines[0]?.bits ?? 16 }));
  return { name: 'guest', memoryMb: 2, image, ...more };
}

/** Runs a guest until it stops, or 10 ms of virtual time. Throws SandboxError for what does not load. */
export function runGuest(
  handlers: string,
  source: string,
  more: Partial<GuestSpec> = {},
  limit = 10_000_000,
  options: LearnersOptions = {},
): Ran {
  const logged: string[] = [];
  let console = '';
  const software = new LearnersSoftware(FILE, handlers, { ...options, log: (text) => logged.push(text) });
  try {
    const machine = new Machine({
      ramSize: (systemMemoryMb([{ memoryMb: 2 }]) + 2) << 20,
      onConsole: (byte) => (console += String.fromCharCode(byte)),
    });
    const hypervisor = new Hypervisor(new HostMode(machine));
    const vm = hypervisor.addGuest(guestSpec(source, more), software);
    const stop = hypervisor.run(limit);
    return { stop, problem: software.problem, vm, hypervisor, logged, console };
  } finally {
    software.dispose();
  }
}
