/** A guest: memory, board and one virtual processor. */
import type { DmaMemory } from '../engine/bus/dma';
import { PAGE_SIZE } from '../engine/arch/address';
import { SVM_LEAF } from '../engine/arch/cpuid';
import type { HostMode } from '../engine/machine/host-mode';
import { newAccount, type Account } from './account';
import { GuestBoard, type GuestBoardState } from './guest-board';
import { hasFeature, physicalBitsOf } from './guest-features';
import type { GuestCards, GuestSpec } from './guest-spec';
import type { HostDevices } from './host-devices';
import type { GuestStop } from './outcome';
import { makeMemory, saveMemory, type MemoryState } from './paging/choose';
import type { GuestMemory } from './paging/guest-memory';
import type { SystemPages } from './system-pages';
import { Vcpu, type VcpuPages, type VcpuState } from './vcpu';

const MB = 0x10_0000;

/** A guest as a snapshot holds it; the rest is system memory. */
export interface VmState {
  readonly name: string;
  readonly memory: MemoryState;
  readonly pages: VcpuPages;
  readonly vcpu: VcpuState;
  readonly account: Account;
  readonly board: GuestBoardState;
}

export class Vm {
  readonly board: GuestBoard;
  readonly memory: GuestMemory;
  readonly vcpu: Vcpu;
  /** Its processor time. */
  account: Account = newAccount();
  /** Set by a device during an exit: the guest ends. */
  ending: GuestStop | undefined;

  /** Prints a character on the console, as COM1 does. */
  readonly console: (byte: number) => void;

  private constructor(
    /** Counts from 0. */
    readonly id: number,
    readonly name: string,
    host: HostMode,
    devices: HostDevices,
    memory: GuestMemory,
    /** Nested tables map 2 MB pages where they can. */
    private readonly largePages: boolean,
    pages: VcpuPages,
    /** Where software of a user's takes its pages from. */
    readonly systemPages: SystemPages,
    { disk, virtioConsole }: GuestCards,
  ) {
    this.memory = memory;
    this.console = (byte) => devices.transmit(byte);
    this.board = new GuestBoard({
      ramSize: memory.size,
      dma: guestDma(memory),
      disk,
      x2apic: hasFeature(host, 'X2APIC'),
      physicalBits: physicalBitsOf(host),
      onNmi: () => {
        this.vcpu.state.nmiPending = true;
      },
      onConsole: this.console,
      onVirtioConsole: virtioConsole ? this.console : undefined,
      onDebugcon: (byte) => devices.debug(byte),
      onExit: (status, value) => {
        this.ending = { kind: 'guest-exit', status, value };
      },
      onReset: () => {
        this.ending = { kind: 'guest-shutdown', diagnosis: 'the guest asked for RESET' };
      },
      onPowerOff: () => {
        this.ending = { kind: 'power-off' };
      },
    });
    this.board.io.onAbsentPort = (port, size, write, value) => host.announceAbsentPort(port, size, write, value);
    this.board.mmio.onAbsentMmio = (gpa, size, write) => host.announceAbsentMemory(gpa, size, write);
    this.vcpu = new Vcpu(host, memory, this.board, pages);
  }

  /** Builds a guest in system memory: tables, image, VMCB. */
  static create(id: number, spec: GuestSpec, host: HostMode, devices: HostDevices, pages: SystemPages): Vm {
    // ASID 0 is the host's.
    const asid = id + 1;
    const asids = host.cpuid(SVM_LEAF, 0).ebx;
    if (asid >= asids) throw new RangeError(`${spec.name}: the processor has ${asids} ASIDs, for ${asids - 1} guests`);
    const large = spec.nestedPage === '2M';
    const memory = makeMemory(host, pages, { kind: spec.paging ?? 'nested', size: spec.memoryMb * MB, large });
    const vm = new Vm(id, spec.name, host, devices, memory, large, Vcpu.allocate(pages), pages, spec);
    vm.account = newAccount(spec.weight);
    for (const { address, bytes } of spec.image.segments) {
      if (memory.load(address, bytes) === bytes.length) continue;
      const end = (address + bytes.length - 1).toString(16).toUpperCase();
      throw new RangeError(
        `${spec.name}: the image needs memory at ${address.toString(16).toUpperCase()}h to ${end}h; the guest has ` +
          `${spec.memoryMb} MB${memory.kind === 'own' ? '' : ', without A0000h to FFFFFh'}`,
      );
    }
    vm.vcpu.initialise(asid, spec.image.registers);
    vm.board.advanceTo(host.time);
    return vm;
  }

  /** `cards`: as the guest that was saved had them. */
  static restore(
    id: number,
    saved: VmState,
    host: HostMode,
    devices: HostDevices,
    pages: SystemPages,
    cards: GuestCards,
  ): Vm {
    const memory = makeMemory(host, pages, saved.memory);
    const vm = new Vm(id, saved.name, host, devices, memory, saved.memory.large, saved.pages, pages, cards);
    vm.loadState(saved);
    return vm;
  }

  saveState(): VmState {
    return {
      name: this.name,
      memory: saveMemory(this.memory, this.largePages),
      pages: { ...this.vcpu.pages },
      vcpu: copyOf(this.vcpu.state),
      account: { ...this.account },
      board: this.board.saveState(),
    };
  }

  private loadState(saved: VmState): void {
    this.board.loadState(saved.board);
    this.vcpu.state = copyOf(saved.vcpu);
    this.account = { ...saved.account };
  }
}

/** Objects in it are replaced, never changed. */
function copyOf(state: VcpuState): VcpuState {
  return { ...state };
}

/** Guest memory as bus masters of the guest's board reach it. */
function guestDma(memory: GuestMemory): DmaMemory {
  const isWhole = (gpa: number, length: number): boolean => {
    for (let at = gpa; at < gpa + length; at += PAGE_SIZE) if (!memory.isMemory(at)) return false;
    return length === 0 || memory.isMemory(gpa + length - 1);
  };
  return {
    read: (gpa, into) => {
      if (!isWhole(gpa, into.length)) return false;
      into.set(memory.read(gpa, into.length));
      return true;
    },
    write: (gpa, bytes) => isWhole(gpa, bytes.length) && memory.write(gpa, bytes) === bytes.length,
  };
}
