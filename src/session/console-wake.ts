/** Whether a byte typed at COM1 would raise an interrupt: what a HLT may be waiting for. */
import type { BoardParts } from '../engine/machine/board';

/** IER.ERBFI and MCR.OUT2 of the 16550; the wire it is soldered to. */
const ERBFI = 1;
const OUT2 = 8;
const COM1_IRQ = 4;
/** The mask bit of an entry of the I/O APIC, in its low half. */
const MASKED = 0x1_0000;

/** By way of the 8259s or of the I/O APIC: an operating system masks one of them. */
export function consoleInterrupts({ com1, pic, ioApic }: Pick<BoardParts, 'com1' | 'pic' | 'ioApic'>): boolean {
  const uart = com1.saveState() as unknown as { readonly ier: number; readonly mcr: number };
  const { master } = pic.saveState() as unknown as { readonly master: { readonly imr: number } };
  const { entries } = ioApic.saveState() as unknown as { readonly entries: readonly { readonly low: number }[] };
  const passes = (master.imr & (1 << COM1_IRQ)) === 0 || (entries[COM1_IRQ]!.low & MASKED) === 0;
  return (uart.ier & ERBFI) !== 0 && (uart.mcr & OUT2) !== 0 && passes;
}
