/**
 * The machine's devices as the hypervisor drives them, by ports alone: COM1 as the console of its guests, the PIT's channel 0 as
 * the one alarm behind all alarms of guests, the keyboard, the PIC that brings all three as physical interrupts, and port E9h.
 */
import type { HostMode } from '../engine/machine/host-mode';

const PIC1 = 0x20;
const PIC2 = 0xa0;
const VECTORS = 0x20;
const IRQ_TIMER = 0;
const IRQ_KEYBOARD = 1;
const IRQ_COM1 = 4;
const IRQ_SPURIOUS = 7;
const EOI = 0x20;

const PIT_CHANNEL_0 = 0x40;
const PIT_CONTROL = 0x43;
/** Channel 0, both bytes, mode 0: one interrupt when the count runs out. */
const PIT_ONE_SHOT = 0x30;
const PIT_HZ = 1_193_182;
const PIT_LONGEST = 0xffff;

/** Its alarm, by name. */
export const PHYSICAL_TIMER = 'PIT channel 0';

const COM1 = 0x3f8;
const RBR_THR = COM1;
const IER = COM1 + 1;
const FCR = COM1 + 2;
const LCR = COM1 + 3;
const MCR = COM1 + 4;
const LSR = COM1 + 5;
const LSR_DATA_READY = 0x01;
const LSR_THR_EMPTY = 0x20;

const KEYBOARD_DATA = 0x60;
const KEYBOARD_COMMAND = 0x64;
const KEYBOARD_FULL = 0x01;
const WRITE_COMMAND_BYTE = 0x60;
/** The keyboard's interrupt, the system flag, no aux port; codes come as the keyboard sends them, in set 2. */
const COMMAND_BYTE = 0x25;

const DEBUGCON = 0xe9;

/** What a physical interrupt was for. */
export type HostInterrupt = 'timer' | 'console' | 'keyboard' | 'spurious';

const INTERRUPTS: Readonly<Record<number, HostInterrupt>> = {
  [IRQ_TIMER]: 'timer',
  [IRQ_KEYBOARD]: 'keyboard',
  [IRQ_COM1]: 'console',
};

export class HostDevices {
  /** Moment the one-shot timer is set for; −1: none. */
  timerDue = -1;

  constructor(private readonly host: HostMode) {}

  /** Programs PIC, UART and keyboard controller; the interrupts of the timer, of COM1 and of the keyboard are let through. */
  initialise(): void {
    const out = (port: number, ...values: number[]): void => {
      for (const value of values) this.host.writePort(port, 1, value);
    };
    out(PIC1, 0x11);
    out(PIC1 + 1, VECTORS, 1 << 2, 0x01);
    out(PIC2, 0x11);
    out(PIC2 + 1, VECTORS + 8, 2, 0x01);
    out(PIC1 + 1, 0xff & ~((1 << IRQ_TIMER) | (1 << IRQ_KEYBOARD) | (1 << IRQ_COM1)));
    out(PIC2 + 1, 0xff);
    // 8 bits, no FIFO, DTR RTS OUT2, received-data interrupt.
    out(LCR, 0x03);
    out(FCR, 0x00);
    out(MCR, 0x0b);
    out(IER, 0x01);
    out(KEYBOARD_COMMAND, WRITE_COMMAND_BYTE);
    out(KEYBOARD_DATA, COMMAND_BYTE);
  }

  /** Takes a pending physical interrupt and ends it at the PIC; its device still has to be served. */
  acknowledge(): HostInterrupt {
    const { host } = this;
    host.stgi();
    const irq = host.acknowledgeInterrupt() - VECTORS;
    host.clgi();
    if (irq === IRQ_SPURIOUS) return 'spurious';
    host.writePort(PIC1, 1, EOI);
    return INTERRUPTS[irq] ?? 'spurious';
  }

  /** What has been typed at the console. */
  received(): number[] {
    const { host } = this;
    const bytes: number[] = [];
    while ((host.readPort(LSR, 1) & LSR_DATA_READY) !== 0) bytes.push(host.readPort(RBR_THR, 1));
    return bytes;
  }

  /** Scan codes of the keyboard. */
  typed(): number[] {
    const { host } = this;
    const codes: number[] = [];
    while ((host.readPort(KEYBOARD_COMMAND, 1) & KEYBOARD_FULL) !== 0) codes.push(host.readPort(KEYBOARD_DATA, 1));
    return codes;
  }

  transmit(byte: number): void {
    const { host } = this;
    while ((host.readPort(LSR, 1) & LSR_THR_EMPTY) === 0);
    host.writePort(RBR_THR, 1, byte);
  }

  debug(byte: number): void {
    this.host.writePort(DEBUGCON, 1, byte);
  }

  /** Sets the one-shot timer so that it interrupts at or after virtual time `due`; a far moment takes several shots. */
  setTimer(due: number): void {
    if (due === Infinity || due === this.timerDue) return;
    const { host } = this;
    const ticks = Math.min(PIT_LONGEST, Math.max(1, Math.ceil(((due - host.time) * PIT_HZ) / 1e9)));
    host.writePort(PIT_CONTROL, 1, PIT_ONE_SHOT);
    host.writePort(PIT_CHANNEL_0, 1, ticks & 0xff);
    host.writePort(PIT_CHANNEL_0, 1, ticks >> 8);
    this.timerDue = due;
  }

  /** The shot was fired. */
  timerFired(): void {
    this.timerDue = -1;
  }
}
