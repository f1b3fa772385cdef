/** Carries out what a learner's software asks of the machine, on behalf of one guest: whatever it must not touch is refused with a reason. */
import { PAGE_SIZE } from '../engine/arch/address';
import { RAX, RSP } from '../engine/arch/registers';
import { IOPM_SIZE, MSRPM_SIZE } from '../engine/arch/intercepts';
import { MSR_TSC } from '../engine/arch/msr';
import { VMCB_SIZE } from '../engine/arch/vmcb';
import { HostModeError, type HostMode } from '../engine/machine/host-mode';
import type { GuestControls } from '../hypervisor/paging/guest-entry';
import { OutOfMemory } from '../hypervisor/system-pages';
import type { Vm } from '../hypervisor/vm';
import { CALL_NAMES, type CallName } from './bridge/interface';
import { msrRefusal } from './host-msrs';
import {
  MAIL_CALL,
  MAIL_STATUS,
  MAIL_VMCB,
  MOST_BYTES,
  STATUS_DONE,
  STATUS_REFUSED,
  mailGpr,
  type Mailbox,
} from './mailbox';

/** What was asked cannot be had; the message is for the learner. */
class Refused extends Error {}

const MOST_PAGES = 4096;
const MOST_ALIGNMENT = 0x4000_0000n;

export class HostSide {
  /** Undefined while the module is being loaded. */
  vm: Vm | undefined;
  /** Pages of system memory that are the learner's: page numbers. */
  private readonly own = new Set<number>();
  /** What the time-stamp counter showed when the guest last stood still. */
  private exitTsc = 0n;
  private readonly carriers: Record<CallName, (mail: Mailbox, vm: Vm) => void>;

  constructor(private readonly log: (text: string) => void) {
    this.carriers = this.table();
  }

  /** The call that is in the mailbox. */
  answer(mail: Mailbox): void {
    try {
      const name = CALL_NAMES[mail.u32[MAIL_CALL / 4]!];
      if (name === 'log') this.log(mail.text(mail.word(0)));
      else if (name) {
        if (!this.vm) throw new Refused('there is no guest yet while the file is loaded: do this in setUp(vcpu)');
        this.carriers[name](mail, this.vm);
      }
      mail.u32[MAIL_STATUS / 4] = STATUS_DONE;
    } catch (error) {
      const told = error instanceof Refused || error instanceof HostModeError || error instanceof OutOfMemory;
      if (!told) throw error;
      mail.u32[MAIL_STATUS / 4] = STATUS_REFUSED;
      mail.setText(error.message);
    }
  }

  /** The guest has just been built, or has just exited. */
  paused({ vcpu: { host } }: Vm, atExit: boolean): void {
    // The counter has gone on by the cost of the exit; it counts ns of virtual time.
    this.exitTsc = BigInt.asUintN(64, tscOf(host) - BigInt(atExit ? host.time - host.exitTime : 0));
  }

  /** VMCB and registers, as the learner's software will see them. */
  copyIn(mail: Mailbox, { vcpu }: Vm): void {
    const { ram, at } = vcpu.vmcb;
    mail.u8.set(ram.u8.subarray(at, at + VMCB_SIZE), MAIL_VMCB);
    for (let n = 0; n < 16; n++) {
      if (n === RAX || n === RSP) continue;
      const { low, high } = vcpu.gpr(n);
      mail.i32[mailGpr(n) / 4] = low;
      mail.i32[mailGpr(n) / 4 + 1] = high;
    }
  }

  /** What it made of them. */
  copyOut(mail: Mailbox, { vcpu }: Vm): void {
    const { ram, spa } = vcpu.vmcb;
    ram.writeBytes(spa, mail.u8.subarray(MAIL_VMCB, MAIL_VMCB + VMCB_SIZE));
    for (let n = 0; n < 16; n++) {
      if (n === RAX || n === RSP) continue;
      vcpu.setGpr(n, mail.i32[mailGpr(n) / 4]!, mail.i32[mailGpr(n) / 4 + 1]!);
    }
  }

  private table(): Record<CallName, (mail: Mailbox, vm: Vm) => void> {
    const guestRead =
      (size: number) =>
      (mail: Mailbox, vm: Vm): void =>
        putNumber(mail, vm.memory.read(guestRange(vm, mail.big(0), size), size));
    const guestWrite =
      (size: number) =>
      (mail: Mailbox, vm: Vm): void => {
        this.guestWrite(mail, vm, guestRange(vm, mail.big(0), size), takeNumber(mail, size));
      };
    const hostRead =
      (size: number) =>
      (mail: Mailbox, vm: Vm): void =>
        putNumber(mail, this.hostRead(mail, vm, this.ownRange(vm, mail.big(0), size, 'read'), size));
    const hostWrite =
      (size: number) =>
      (mail: Mailbox, vm: Vm): void =>
        this.hostWrite(mail, vm, this.ownRange(vm, mail.big(0), size, 'write'), takeNumber(mail, size));
    const readDr =
      (n: 0 | 1 | 2 | 3) =>
      (mail: Mailbox, { vcpu }: Vm): void =>
        mail.setBig(0, wide(...vcpu.host.readDr(n)));
    const writeDr =
      (n: 0 | 1 | 2 | 3) =>
      (mail: Mailbox, { vcpu }: Vm): void =>
        vcpu.host.writeDr(n, low(mail.big(0)), high(mail.big(0)));
    const readControl =
      (name: keyof GuestControls) =>
      (mail: Mailbox, vm: Vm): void => {
        this.copyOut(mail, vm);
        mail.setBig(0, BigInt(vm.vcpu.guestControls[name]));
      };
    const writeControl =
      (name: keyof GuestControls, bits: number) =>
      (mail: Mailbox, vm: Vm): void => {
        const value = mail.big(0);
        if (value >> BigInt(bits) !== 0n) {
          throw new Refused(
            `${name.toUpperCase()} = ${hex(value)}: bits above ${bits - 1} are reserved, and a guest that sets them gets #GP(0)`,
          );
        }
        this.onVmcb(mail, vm, () => vm.vcpu.setGuestControls({ [name]: Number(value) }));
      };
    return {
      guestRead8: guestRead(1),
      guestRead16: guestRead(2),
      guestRead32: guestRead(4),
      guestRead64: guestRead(8),
      guestWrite8: guestWrite(1),
      guestWrite16: guestWrite(2),
      guestWrite32: guestWrite(4),
      guestWrite64: guestWrite(8),
      guestReadBytes: (mail, vm) => {
        const count = byteCount(mail.word(1));
        mail.setBytes(vm.memory.read(guestRange(vm, mail.big(0), count), count));
        mail.setWord(0, count);
      },
      guestWriteBytes: (mail, vm) => {
        const count = byteCount(mail.word(1));
        this.guestWrite(mail, vm, guestRange(vm, mail.big(0), count), mail.bytes(count));
      },
      guestIsMemory: (mail, vm) => mail.setWord(0, isGuestMemory(vm, mail.big(0), mail.word(1)) ? 1 : 0),
      guestSpaOf: (mail, vm) => {
        const gpa = guestRange(vm, mail.big(0), 1);
        const spa = vm.memory.spaOf(gpa);
        if (spa === undefined) {
          throw new Refused(
            `GPA ${hex(gpa)} has no page of system memory yet: it is given one at its first use (or by a write)`,
          );
        }
        this.own.add(Math.floor(spa / PAGE_SIZE));
        mail.setBig(0, BigInt(spa));
      },
      guestSize: (mail, vm) => mail.setBig(0, BigInt(vm.memory.size)),
      hostRead8: hostRead(1),
      hostRead16: hostRead(2),
      hostRead32: hostRead(4),
      hostRead64: hostRead(8),
      hostWrite8: hostWrite(1),
      hostWrite16: hostWrite(2),
      hostWrite32: hostWrite(4),
      hostWrite64: hostWrite(8),
      hostReadBytes: (mail, vm) => {
        const count = byteCount(mail.word(1));
        mail.setBytes(this.hostRead(mail, vm, this.ownRange(vm, mail.big(0), count, 'read'), count));
        mail.setWord(0, count);
      },
      hostWriteBytes: (mail, vm) => {
        const count = byteCount(mail.word(1));
        this.hostWrite(mail, vm, this.ownRange(vm, mail.big(0), count, 'write'), mail.bytes(count));
      },
      allocatePage: (mail, vm) => mail.setBig(0, BigInt(this.allocate(vm, mail.word(0), mail.big(1)))),
      cpuid: (mail, { vcpu }) => {
        const { eax, ebx, ecx, edx } = vcpu.host.cpuid(mail.word(0), mail.word(1));
        [eax, ebx, ecx, edx].forEach((value, slot) => mail.setWord(slot, value));
      },
      rdmsr: (mail, { vcpu }) => {
        refuse(msrRefusal(mail.word(0), false));
        mail.setBig(0, wide(...vcpu.host.readMsr(mail.word(0))));
      },
      wrmsr: (mail, { vcpu }) => {
        refuse(msrRefusal(mail.word(0), true));
        vcpu.host.writeMsr(mail.word(0), low(mail.big(1)), high(mail.big(1)));
      },
      invlpga: (mail, { vcpu }) => vcpu.host.invlpga(low(mail.big(0)), high(mail.big(0)), mail.word(1)),
      time: (mail, { vcpu }) => mail.setBig(0, BigInt(vcpu.host.time)),
      tsc: (mail, { vcpu }) => mail.setBig(0, tscOf(vcpu.host)),
      exitTsc: (mail) => mail.setBig(0, this.exitTsc),
      console: (mail, vm) => vm.console(mail.word(0) & 0xff),
      vcpuId: (mail, vm) => mail.setWord(0, vm.id),
      guestCr0: readControl('cr0'),
      guestCr3: readControl('cr3'),
      guestCr4: readControl('cr4'),
      guestEfer: readControl('efer'),
      setGuestCr0: writeControl('cr0', 32),
      setGuestCr3: writeControl('cr3', 52),
      setGuestCr4: writeControl('cr4', 32),
      setGuestEfer: writeControl('efer', 32),
      dr0: readDr(0),
      dr1: readDr(1),
      dr2: readDr(2),
      dr3: readDr(3),
      setDr0: writeDr(0),
      setDr1: writeDr(1),
      setDr2: writeDr(2),
      setDr3: writeDr(3),
      log: () => undefined,
    };
  }

  /** Something that reads or changes the VMCB in memory, while the learner's software has it in the mailbox. */
  private onVmcb(mail: Mailbox, vm: Vm, work: () => void): void {
    this.copyOut(mail, vm);
    work();
    this.copyIn(mail, vm);
  }

  private guestWrite(mail: Mailbox, vm: Vm, gpa: number, bytes: Uint8Array): void {
    // Shadow tables follow a write to the guest's own, and with them TLB_CONTROL.
    if (vm.memory.kind === 'shadow') this.onVmcb(mail, vm, () => vm.memory.write(gpa, bytes));
    else vm.memory.write(gpa, bytes);
  }

  private allocate(vm: Vm, count: number, alignment: bigint): number {
    if (count < 1 || count > MOST_PAGES)
      throw new Refused(`host.allocatePage(count): 1 to ${MOST_PAGES} pages, not ${count}`);
    if (alignment < 0x1000n || alignment > MOST_ALIGNMENT || (alignment & (alignment - 1n)) !== 0n) {
      throw new Refused(
        `host.allocatePage(count, alignment): a power of two from 1000h to 4000_0000h, not ${hex(alignment)}`,
      );
    }
    const spa = vm.systemPages.allocate(count, Number(alignment));
    for (let n = 0; n < count; n++) this.own.add(spa / PAGE_SIZE + n);
    return spa;
  }

  /** SPA of a range that is the learner's to use. */
  private ownRange(vm: Vm, address: bigint, count: number, access: 'read' | 'write'): number {
    const first = Number(address);
    if (address + BigInt(count) <= MOST_PHYSICAL) {
      let page = Math.floor(first / PAGE_SIZE);
      while (page * PAGE_SIZE < first + count && this.isOwn(vm, page)) page++;
      if (page * PAGE_SIZE >= first + count) return first;
    }
    const many = count === 1 ? '' : ` (${count} bytes)`;
    throw new Refused(
      `${access} of SPA ${hex(address)}${many}: that memory is not this software's. It has the pages host.allocatePage gave it, its guest's ` +
        'VMCB and permission maps, and pages that vcpu.guest.spaOf named; guest memory by GPA is at vcpu.guest',
    );
  }

  private isOwn({ vcpu, memory }: Vm, page: number): boolean {
    if (this.own.has(page)) return true;
    const spa = page * PAGE_SIZE;
    const { vmcb, iopm, msrpm } = vcpu.pages;
    if (spa === vmcb || (spa >= iopm && spa < iopm + IOPM_SIZE) || (spa >= msrpm && spa < msrpm + MSRPM_SIZE))
      return true;
    if (memory.kind !== 'own') return false;
    const base = memory.spaOf(0) ?? 0;
    return spa >= base && spa < base + memory.size;
  }

  /** The VMCB is in the mailbox while the software runs; all else is where it is. */
  private hostRead(mail: Mailbox, { vcpu }: Vm, spa: number, count: number): Uint8Array {
    const bytes = vcpu.host.memory.readBytes(spa, count);
    overlap(spa, count, vcpu.pages.vmcb, (at, from, length) => {
      bytes.set(mail.u8.subarray(MAIL_VMCB + from, MAIL_VMCB + from + length), at);
    });
    return bytes;
  }

  private hostWrite(mail: Mailbox, { vcpu }: Vm, spa: number, bytes: Uint8Array): void {
    vcpu.host.memory.writeBytes(spa, bytes);
    overlap(spa, bytes.length, vcpu.pages.vmcb, (at, from, length) => {
      mail.u8.set(bytes.subarray(at, at + length), MAIL_VMCB + from);
    });
  }
}

/** One past the highest address that is looked at. */
const MOST_PHYSICAL = 1n << 52n;

function overlap(
  spa: number,
  count: number,
  page: number,
  visit: (at: number, from: number, length: number) => void,
): void {
  const start = Math.max(spa, page);
  const end = Math.min(spa + count, page + VMCB_SIZE);
  if (start < end) visit(start - spa, start - page, end - start);
}

function tscOf(host: HostMode): bigint {
  return wide(...host.readMsr(MSR_TSC));
}

function isGuestMemory({ memory }: Vm, gpa: bigint, count: number): boolean {
  if (gpa + BigInt(count) > MOST_PHYSICAL) return false;
  const first = Number(gpa);
  for (let at = first; at < first + count; at += PAGE_SIZE - (at % PAGE_SIZE)) if (!memory.isMemory(at)) return false;
  return true;
}

/** GPA of a range that is memory. */
function guestRange(vm: Vm, gpa: bigint, count: number): number {
  if (!isGuestMemory(vm, gpa, count)) {
    const many = count === 1 ? '' : ` to ${hex(gpa + BigInt(count - 1))}`;
    throw new Refused(
      `GPA ${hex(gpa)}${many} is not memory of the guest, which has ${hex(vm.memory.size)} bytes: ask vcpu.guest.isMemory before using an address the guest gave`,
    );
  }
  return Number(gpa);
}

function byteCount(count: number): number {
  if (count > MOST_BYTES) throw new Refused(`${count} bytes at once: at most ${MOST_BYTES}`);
  return count;
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new Refused(reason);
}

/** Little-endian bytes as the result of a call. */
function putNumber(mail: Mailbox, bytes: Uint8Array): void {
  let [lower, upper] = [0, 0];
  for (let n = 0; n < bytes.length; n++) {
    if (n < 4) lower |= bytes[n]! << (8 * n);
    else upper |= bytes[n]! << (8 * (n - 4));
  }
  mail.setBig(0, wide(lower, upper));
}

/** The second argument as little-endian bytes. */
function takeNumber(mail: Mailbox, size: number): Uint8Array {
  const value = mail.big(1);
  return Uint8Array.from({ length: size }, (_, n) => Number((value >> BigInt(8 * n)) & 0xffn));
}

function wide(lower: number, upper: number): bigint {
  return (BigInt(upper >>> 0) << 32n) | BigInt(lower >>> 0);
}
function low(value: bigint): number {
  return Number(value & 0xffff_ffffn) | 0;
}
function high(value: bigint): number {
  return Number(value >> 32n) | 0;
}

function hex(value: number | bigint): string {
  const digits = value.toString(16).toUpperCase();
  return `${digits.replace(/(?<=.)(?=(.{4})+$)/g, '_')}h`;
}
