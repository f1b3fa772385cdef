/** Whether a byte typed at COM1 would raise an interrupt: what a HLT may be waiting for. */
import type { PicPair } from '../engine/devices/pic8259';
import type { Uart16550 } from '../engine/devices/uart16550';

/** IER.ERBFI and MCR.OUT2 of the 16550; the wire it is soldered to. */
const ERBFI = 1;
const OUT2 = 8;
const COM1_IRQ = 4;

export function consoleInterrupts(com1: Uart16550, pic: PicPair): boolean {
  const uart = com1.saveState() as unknown as { readonly ier: number; readonly mcr: number };
  const { master } = pic.saveState() as unknown as { readonly master: { readonly imr: number } };
  return (uart.ier & ERBFI) !== 0 && (uart.mcr & OUT2) !== 0 && (master.imr & (1 << COM1_IRQ)) === 0;
}
