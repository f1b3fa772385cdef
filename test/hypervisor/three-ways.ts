/** The same program on the bare machine, under nested and under shadow paging: what each leaves behind. */
import type { MmioBus } from '../../src/engine/bus/bus';
import { exitName } from '../../src/engine/arch/exit-codes';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import type { BootImage } from '../../src/engine/machine/boot/image';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { PROFILES, type ProfileName } from '../../src/engine/cpu/profiles';
import { systemMemoryMb, type GuestSpec, type PagingChoice } from '../../src/hypervisor/guest-spec';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import type { Vm } from '../../src/hypervisor/vm';

export interface Result {
  /** Why it ended, in one line. */
  readonly end: string;
  readonly console: string;
  /** RBX to R15, RFLAGS, RIP. */
  readonly registers: readonly string[];
  readonly memory: Uint8Array;
  /** #VMEXITs by name. */
  readonly exits: Readonly<Record<string, number>>;
  /** Virtual time, in ns. */
  readonly time: number;
}

export interface Run {
  readonly image: BootImage;
  readonly memoryMb: number;
  readonly model?: ProfileName;
  readonly limit?: number;
  /** After each exit was handled. */
  readonly afterExit?: (vm: Vm, machine: Machine) => void;
  readonly spec?: Partial<GuestSpec>;
  /** Puts devices upon the board. */
  readonly attach?: (mmio: MmioBus) => void;
}

const MB = 0x10_0000;
const LIMIT = 2e7;
const HOLE_START = 0xa_0000;

function bytesOf(read: (address: number, length: number) => Uint8Array, memoryMb: number): Uint8Array {
  const bytes = new Uint8Array(memoryMb * MB);
  bytes.set(read(0, HOLE_START));
  bytes.set(read(MB, (memoryMb - 1) * MB), MB);
  return bytes;
}

export function onMachine({ image, memoryMb, model, limit = LIMIT, attach }: Run): Result {
  const output: number[] = [];
  const profile = model && PROFILES[model];
  const machine = new Machine({ ramSize: memoryMb * MB, onConsole: (byte) => output.push(byte), profile });
  attach?.(machine.board.mmio);
  startMachine(machine, image);
  let stop = machine.run(limit);
  while (stop.kind === 'time' && machine.clock.now < limit) stop = machine.run(limit);
  const { state, processor } = machine;
  const registers = Array.from({ length: 15 }, (_, n) => state.gpr(n + 1).toString(16));
  registers.push((processor.rflags() >>> 0).toString(16), state.ripLow.toString(16));
  return {
    end: stop.kind === 'debug-exit' ? `exit ${stop.value}` : stop.kind,
    console: String.fromCharCode(...output),
    registers,
    memory: bytesOf((address, length) => machine.ram.readBytes(address, length), memoryMb),
    exits: {},
    time: machine.clock.now,
  };
}

export function asGuest(paging: PagingChoice, run: Run): Result {
  const { image, memoryMb, model, limit = LIMIT, afterExit } = run;
  const output: number[] = [];
  const profile = model && PROFILES[model];
  const spec: GuestSpec = { name: paging, memoryMb, image, paging, ...run.spec };
  const machine = new Machine({
    ramSize: systemMemoryMb([spec]) * MB,
    onConsole: (byte) => output.push(byte),
    profile,
  });
  const hypervisor = new Hypervisor(new HostMode(machine));
  const exits: Record<string, number> = {};
  const vm = hypervisor.addGuest(spec);
  run.attach?.(vm.board.mmio);
  hypervisor.onExit = ({ code }) => {
    const name = exitName(code)!;
    exits[name] = (exits[name] ?? 0) + 1;
    afterExit?.(vm, machine);
  };
  let stop = hypervisor.run(limit);
  while (stop.kind === 'time' && machine.clock.now < limit) stop = hypervisor.run(limit);
  const { vcpu } = vm;
  const registers = Array.from({ length: 15 }, (_, n) => {
    const { low, high } = vcpu.gpr(n + 1);
    return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16);
  });
  registers.push((vcpu.vmcb.low('rflags') >>> 0).toString(16), vcpu.vmcb.low('rip').toString(16));
  const end =
    stop.kind === 'guest-exit'
      ? `exit ${stop.value}`
      : stop.kind === 'diagnosis'
        ? stop.message
        : stop.kind === 'guest-shutdown'
          ? stop.diagnosis
          : stop.kind;
  return {
    end,
    console: String.fromCharCode(...output),
    registers,
    memory: bytesOf((address, length) => vm.memory.read(address, length), memoryMb),
    exits,
    time: machine.clock.now,
  };
}

/** First address at which two memories differ, in words; empty: nowhere. */
export function difference(a: Uint8Array, b: Uint8Array): string {
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at]) continue;
    const from = at - (at % 8);
    const quad = (bytes: Uint8Array): string =>
      new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(from, true).toString(16);
    return `at ${from.toString(16)}h: ${quad(a)}h and ${quad(b)}h`;
  }
  return '';
}
