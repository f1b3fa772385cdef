/** A guest from assembly text, under the built-in hypervisor on a real machine. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import type { Profile } from '../../src/engine/cpu/profile';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { exitName } from '../../src/engine/arch/exit-codes';
import type { ExitRecord } from '../../src/hypervisor/exit-record';
import { systemMemoryMb } from '../../src/hypervisor/guest-spec';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import type { HypervisorStop } from '../../src/hypervisor/hypervisor';
import type { Vm } from '../../src/hypervisor/vm';

export interface Lab {
  readonly machine: Machine;
  readonly host: HostMode;
  readonly hypervisor: Hypervisor;
  readonly guest: Vm;
  readonly records: ExitRecord[];
  /** Names of all exits so far, without the NPFs of pages touched first. */
  names(): string[];
  console(): string;
  debugcon(): string;
  /** Runs to a stop that is not a matter of time, in slices of so many ns. */
  run(slice?: number, limit?: number): HypervisorStop;
}

export const MEMORY_MB = 4;

/** The guest of a source; `bits` says the mode it starts in, `org` in the source where it lies. */
export function spec(source: string, bits: 16 | 32 | 64, name = 'guest'): GuestSpec {
  const assembly = assemble(source, { file: `${name}.asm` });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  const program = loadFlat(assembly.bytes, { bits, origin: Number(assembly.origin) });
  return { name, memoryMb: MEMORY_MB, image: startState(program) };
}

export function lab(...specs: GuestSpec[]): Lab {
  return labOn(undefined, ...specs);
}

/** The same on a processor. */
export function labOn(profile: Profile | undefined, ...specs: GuestSpec[]): Lab {
  const output: number[] = [];
  const debug: number[] = [];
  const machine = new Machine({
    ramSize: systemMemoryMb(specs) << 20,
    profile,
    onConsole: (byte) => output.push(byte),
    onDebugcon: (byte) => debug.push(byte),
  });
  const host = new HostMode(machine);
  const hypervisor = new Hypervisor(host);
  const records: ExitRecord[] = [];
  hypervisor.onExit = (record) => records.push(record);
  const guests = specs.map((one) => hypervisor.addGuest(one));
  return {
    machine,
    host,
    hypervisor,
    guest: guests[0]!,
    records,
    names: () => records.map(({ code }) => exitName(code)!).filter((name) => name !== 'VMEXIT_NPF'),
    console: () => String.fromCharCode(...output),
    debugcon: () => String.fromCharCode(...debug),
    run(slice = Infinity, limit = 1e9) {
      for (;;) {
        const stop = hypervisor.run(Math.min(machine.clock.now + slice, limit));
        if (stop.kind !== 'time' || machine.clock.now >= limit) return stop;
      }
    },
  };
}

/** A real-mode guest at 7C00h. */
export function real(source: string): GuestSpec {
  return spec(`bits 16\norg 0x7c00\n${source}`, 16);
}
/** A 64-bit guest at 1 MB. */
export function long(source: string): GuestSpec {
  return spec(`bits 64\norg 0x100000\n${source}`, 64);
}
/** A 32-bit guest at 1 MB. */
export function flat32(source: string): GuestSpec {
  return spec(`bits 32\norg 0x100000\n${source}`, 32);
}

/** Ends the guest through port F4h: status (v << 1) | 1. */
export const EXIT = (value: number): string => `mov al, ${value}\nout 0xf4, al\n`;
