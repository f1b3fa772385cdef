/** Whose turn it is: guests that can run take turns, a quantum of virtual time each. */
import type { Vm } from './vm';

/** Virtual ns a guest keeps the processor while another waits. */
export const QUANTUM = 1_000_000;

/** Whether the guest has something to execute; one in HLT has if an interrupt can be injected. */
export function canRun({ vcpu }: Vm): boolean {
  return vcpu.state.stopped === null && (!vcpu.state.halted || vcpu.board.pic.interruptPending);
}

/** The next guest to run: `current` while its quantum lasts and it can, else the next one after it; −1 if none can. */
export function nextGuest(guests: readonly Vm[], current: number, quantumEnd: number, now: number): number {
  const holder = guests[current];
  if (holder && canRun(holder) && now < quantumEnd) return current;
  for (let n = 1; n <= guests.length; n++) {
    const index = (current + n) % guests.length;
    if (canRun(guests[index]!)) return index;
  }
  return -1;
}
