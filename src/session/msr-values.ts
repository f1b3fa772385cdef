/** MSRs by their number, read and set from outside: no check, no effect but the value. */
import { MSRS, MSR_APIC_BASE, MSR_EFER } from '../engine/arch/msr';
import type { Msr } from '../engine/arch/msr';
import type { Machine } from '../engine/machine/machine';
import { MSR_SLOTS } from '../engine/state/cpu-state';
import type { MsrSlot } from '../engine/state/cpu-state';

function slotOf(number: number): MsrSlot {
  const row = (Object.values(MSRS) as Msr[]).find((msr) => msr.number >>> 0 === number >>> 0);
  const name = row?.name === 'KERNEL_GS_BASE' ? 'KernelGSBase' : row?.name;
  const slot = MSR_SLOTS.find((one) => one === name);
  if (!slot) throw new RangeError(`MSR ${number.toString(16)}h is not stored by itself`);
  return slot;
}

/** Throws RangeError for an MSR that is no register of its own. */
export function setMsr({ state }: Machine, number: number, value: bigint): void {
  if (number === MSR_APIC_BASE) throw new RangeError('APIC_BASE moves devices: let code change it');
  if (number >>> 0 === MSR_EFER >>> 0) state.efer = Number(value);
  else state.setBig(state.msrAt(slotOf(number)), value);
}

export function readMsr({ state, board }: Machine, number: number): bigint {
  if (number === MSR_APIC_BASE) {
    const { low, high } = board.localApic.readMsr(number)!;
    return (BigInt(high) << 32n) | BigInt(low);
  }
  return number >>> 0 === MSR_EFER >>> 0 ? BigInt(state.efer) : state.big(state.msrAt(slotOf(number)));
}
