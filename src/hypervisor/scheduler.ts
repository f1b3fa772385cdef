/**
 * Whose turn it is: weighted round robin with credit. A round gives each guest processor time in proportion to its weight; what it runs
 * and what its exits cost is taken off to the nanosecond, and too much is taken off the next round's. A round ends when nobody who can
 * run has credit left; who slept takes over what it did not use, a round's worth at most, so that short sleeps cost no share.
 */
import { CREDIT } from './account';
import { nmiWaits } from './event-window';
import type { Vm } from './vm';

/** Virtual ns a guest runs at most while another waits. */
export const TURN = 200_000;

/** Whether the guest has something to execute; one in HLT has if an interrupt can be injected. */
export function canRun({ vcpu }: Vm): boolean {
  const { stopped, halted } = vcpu.state;
  return stopped === null && (!halted || nmiWaits(vcpu) || vcpu.board.interrupts.interruptPending);
}

/** Whether another guest than this one can run. */
export function isWanted(guests: readonly Vm[], index: number): boolean {
  return guests.some((vm, other) => other !== index && canRun(vm));
}

/** The next guest to run: `current` while its turn lasts and it can, else the next one after it; −1 if none can. */
export function nextGuest(guests: readonly Vm[], current: number, turnEnd: number, now: number): number {
  const holder = guests[current];
  if (holder && canRun(holder) && now < turnEnd && holder.account.credit > 0) return current;
  if (!guests.some(canRun)) return -1;
  for (;;) {
    for (let n = 1; n <= guests.length; n++) {
      const index = (current + n) % guests.length;
      const vm = guests[index]!;
      if (canRun(vm) && vm.account.credit > 0) return index;
    }
    for (const { account } of guests) {
      const round = account.weight * CREDIT;
      account.credit = Math.min(account.credit, round) + round;
    }
  }
}
