/** Whether a byte typed at the terminal, or a key, would raise an interrupt: what a HLT may be waiting for. */
import { CONSOLE_WIRE, IO_APIC_PCI_PIN, type BoardParts } from '../engine/machine/board';

/** IER.ERBFI and MCR.OUT2 of the 16550; the wire it is soldered to. */
const ERBFI = 1;
const OUT2 = 8;
const COM1_IRQ = 4;
const KEYBOARD_IRQ = 1;
const CASCADE = 2;
/** Bits of the keyboard controller's command byte. */
const KEYBOARD_INTERRUPT = 0x01;
const NO_KEYBOARD = 0x10;
/** The mask bit of an entry of the I/O APIC, in its low half. */
const MASKED = 0x1_0000;

type Controllers = Pick<BoardParts, 'pic' | 'ioApic'>;
type Consoles = Pick<BoardParts, 'com1' | 'virtioConsole' | 'isaBridge'>;

export function consoleInterrupts(parts: Controllers & Consoles): boolean {
  const { virtioConsole, isaBridge } = parts;
  if (virtioConsole) {
    const lines = isaBridge.linesOf(CONSOLE_WIRE);
    return virtioConsole.canWake && passes(parts, IO_APIC_PCI_PIN + CONSOLE_WIRE, lines);
  }
  const uart = parts.com1.saveState() as unknown as { readonly ier: number; readonly mcr: number };
  return (uart.ier & ERBFI) !== 0 && (uart.mcr & OUT2) !== 0 && passes(parts, COM1_IRQ);
}

export function keyboardInterrupts(parts: Controllers & Pick<BoardParts, 'i8042'>): boolean {
  const { ram, keyboard } = parts.i8042.saveState() as unknown as {
    readonly ram: Uint8Array;
    readonly keyboard: { readonly scanning: boolean };
  };
  const mode = ram[0]!;
  const asks = (mode & KEYBOARD_INTERRUPT) !== 0 && (mode & NO_KEYBOARD) === 0 && keyboard.scanning;
  return asks && passes(parts, KEYBOARD_IRQ);
}

/** By way of the 8259s, by one of some lines, or of the I/O APIC: an operating system masks one of them. */
function passes({ pic, ioApic }: Controllers, pin: number, lines = 1 << pin): boolean {
  const { master, slave } = pic.saveState() as unknown as Record<'master' | 'slave', { readonly imr: number }>;
  const { entries } = ioApic.saveState() as unknown as { readonly entries: readonly { readonly low: number }[] };
  // the slave is behind line 2 of the master
  const masks = master.imr | ((master.imr & (1 << CASCADE) ? 0xff : slave.imr) << 8);
  return (lines & ~masks) !== 0 || (entries[pin]!.low & MASKED) === 0;
}
