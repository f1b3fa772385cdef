/** The machine: linear memory, processor, board and clock, put together; reset, run, and what it says when it stops. */
import { Clock } from '../bus/clock';
import type { Profile } from '../cpu/profile';
import { DEFAULT_PROFILE } from '../cpu/profiles';
import { Processor } from '../cpu/processor';
import type { StopReason } from '../cpu/processor-board';
import { resetProcessor } from '../cpu/reset';
import type { Probe } from '../probe';
import { CpuState } from '../state/cpu-state';
import { INIT_PENDING, MAX_RAM, memoryMap, type MemoryMap } from '../state/layout';
import { Ram, type MemoryRegion } from '../state/ram';
import { buildBoard, type BoardParts } from './board';
import { ramDma } from './ram-dma';

export interface MachineOptions {
  /** RAM in bytes, a multiple of 1 MB. */
  readonly ramSize: number;
  /** Firmware: mapped at the top of 4 GB and, its last 128 KB, below 1 MB. */
  readonly rom?: Uint8Array;
  readonly profile?: Profile;
  /** Time of day at virtual time 0: seconds since 1970-01-01 00:00:00 UTC. Always the same if left out. */
  readonly startTime?: number;
  /** Contents of a virtio disk; it is not changed. No disk if left out. */
  readonly disk?: Uint8Array;
  /** Told of what the virtio console prints; there is none if left out. */
  readonly onVirtioConsole?: (byte: number) => void;
  /** Runs of a block after which it is compiled: Infinity leaves all of them to the interpreter. Nobody sees a difference but in time. */
  readonly compileAfter?: number;
  readonly onConsole?: (byte: number) => void;
  readonly onDebugcon?: (byte: number) => void;
}

export type MachineStop =
  | StopReason
  | { readonly kind: 'debug-exit'; readonly status: number; readonly value: number }
  | { readonly kind: 'power-off' }; // soft off of ACPI; it stays so until RESET

/** Thrown for options no machine can be built from; the message is for the user. */
export class MachineError extends Error {}

const PAGE = 4096;
const MB = 1 << 20;
const FOUR_GB = 0x100000000;
/** Below 1 MB: video memory and option ROMs are no RAM. */
const HOLE = 0xa0000;
const LEGACY_ROM = 0x20000;

export class Machine {
  readonly memory: WebAssembly.Memory;
  readonly map: MemoryMap;
  readonly state: CpuState;
  readonly ram: Ram;
  readonly clock = new Clock();
  readonly board: BoardParts;
  readonly processor: Processor;
  private exit: { status: number; value: number } | undefined;
  private resetRequested = false;

  constructor(options: MachineOptions) {
    const { ramSize, rom } = options;
    if (!Number.isInteger(ramSize / MB) || ramSize < MB || ramSize > MAX_RAM) {
      throw new MachineError(
        `memory of ${ramSize / MB} MB cannot be built: give a whole number of megabytes from 1 to ${MAX_RAM / MB}`,
      );
    }
    const romSize = rom ? Math.ceil(rom.length / PAGE) * PAGE : 0;
    if (romSize > 16 * MB)
      throw new MachineError(`a ROM of ${rom!.length} bytes is too large: at most 16 MB lie below 4 GB`);
    this.map = memoryMap(ramSize, romSize);
    this.memory = new WebAssembly.Memory({ initial: this.map.total / 65536, maximum: this.map.total / 65536 });
    this.state = new CpuState(this.memory.buffer);
    this.ram = new Ram(this.memory.buffer, this.map, regions(ramSize, romSize));
    const profile: Profile = options.profile ?? DEFAULT_PROFILE;
    this.board = buildBoard({
      clock: this.clock,
      ramSize,
      startTime: options.startTime,
      dma: ramDma(this.ram),
      disk: options.disk,
      onVirtioConsole: options.onVirtioConsole,
      intr: { set: (level) => this.processor.setInterruptLine(level) },
      onNmi: () => this.processor.pendNmi(),
      onInit: () => {
        this.state.i32[INIT_PENDING >> 2] = 1;
        this.processor.endSlice();
      },
      x2apic: profile.features.has('X2APIC'),
      physicalBits: profile.limits.physicalBits,
      onIgnoreFloatError: () => this.state.setHalves(this.state.msrAt('IGNNE'), 1, 0),
      onConsole: options.onConsole ?? (() => undefined),
      onDebugcon: options.onDebugcon ?? (() => undefined),
      onExit: (status, value) => {
        this.exit = { status, value };
        this.processor.requestStop();
      },
      onReset: () => {
        this.resetRequested = true;
        this.processor.requestStop();
      },
      onPowerOff: () => this.processor.requestStop(),
      onA20: (open) => this.processor.setA20Masked(!open),
    });
    this.processor = new Processor(this.memory, this.state, this.ram, profile, {
      io: this.board.io,
      mmio: this.board.mmio,
      clock: this.clock,
      floatError: () => this.board.floatError.raise(),
      interrupts: this.board.localApic,
    });
    if (options.compileAfter !== undefined) this.processor.executor.compileAfter(options.compileAfter);
    if (rom) {
      const image = new Uint8Array(romSize).fill(0xff);
      // Firmware ends at the top: a shorter image is padded below.
      image.set(rom, romSize - rom.length);
      this.ram.u8.set(image, this.map.rom);
    }
    this.reset();
  }

  get probe(): Probe | undefined {
    return this.processor.probe;
  }
  set probe(probe: Probe | undefined) {
    this.processor.probe = probe;
    const io = probe?.absentPort;
    const mmio = probe?.absentMemory;
    this.board.io.onAbsentPort = io && ((port, size, write, value) => io.call(probe, port, size, write, value));
    this.board.mmio.onAbsentMmio = mmio && ((spa, size, write) => mmio.call(probe, spa, size, write));
  }

  /** RESET: registers as in table 14-1, devices at rest; memory stays. */
  reset(): void {
    const { processor } = this;
    resetProcessor(processor);
    for (const device of this.board.devices) device.reset();
    processor.clearStop();
    processor.flushAllAsids();
    processor.executor.flushBlocks();
    processor.contextChanged();
  }

  /** Runs until a virtual time (ns), or a number of instructions. */
  run(until = Infinity, steps = Infinity): MachineStop {
    for (;;) {
      if (this.board.acpi.isOff) return { kind: 'power-off' };
      this.exit = undefined;
      const stop = this.processor.run(until, steps);
      if (this.exit !== undefined) return { kind: 'debug-exit', ...(this.exit as { status: number; value: number }) };
      if (this.board.acpi.isOff) continue;
      if (!this.resetRequested) return stop;
      this.resetRequested = false;
      this.reset();
    }
  }

  /** Bytes typed at the terminal: at the far end of COM1, or of the virtio console if there is one. */
  sendConsole(bytes: Iterable<number>): void {
    this.board.console.input(bytes);
  }
}

function regions(ramSize: number, romSize: number): MemoryRegion[] {
  const list: MemoryRegion[] = [{ start: 0, size: Math.min(ramSize, HOLE), kind: 'ram', offset: 0 }];
  if (romSize > 0) {
    const legacy = Math.min(romSize, LEGACY_ROM);
    list.push({ start: MB - legacy, size: legacy, kind: 'rom', offset: romSize - legacy });
    list.push({ start: FOUR_GB - romSize, size: romSize, kind: 'rom', offset: 0 });
  }
  if (ramSize > MB) list.push({ start: MB, size: ramSize - MB, kind: 'ram', offset: MB });
  // The most used region first: everything above 1 MB.
  return list.sort((a, b) => b.size - a.size);
}
