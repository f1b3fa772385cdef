/**
 * MSRs of a guest beside those with a place in the VMCB: the ones its processor has, each guest its own, by the rules of arch/msr. Writes
 * are kept, and have no effect upon the machine. What only can be read is the processor's.
 */
import { CANONICAL_HI_SHIFT } from '../engine/arch/address';
import { MSRS, type Msr } from '../engine/arch/msr';
import { MEMORY_TYPES } from '../engine/arch/paging';
import { HostModeError, type HostMode } from '../engine/machine/host-mode';
import { physicalBitsOf } from './guest-features';
import type { Vcpu } from './vcpu';

type Halves = readonly [number, number];

const ROWS: ReadonlyMap<number, Msr> = new Map(Object.values(MSRS).map((row: Msr) => [row.number >>> 0, row]));

/** Of SVM, which guests do not have, and of system management mode. */
const HIDDEN: readonly number[] = [
  MSRS.VM_CR.number,
  MSRS.VM_HSAVE_PA.number,
  MSRS.SVM_KEY.number,
  MSRS.SMM_CTL.number,
  MSRS.TSC_RATIO.number,
];
/** What other parts of the hypervisor answer. */
const ELSEWHERE: readonly number[] = [MSRS.EFER.number, MSRS.TSC.number, MSRS.PAT.number];

export function isMsrOfGuests(host: HostMode, number: number): boolean {
  const row = ROWS.get(number);
  if (!row || HIDDEN.includes(number) || ELSEWHERE.includes(number)) return false;
  // Of what can only be written the processor cannot be asked.
  return row.access === 'wo' || hostMsr(host, number) !== undefined;
}

/** Undefined: #GP(0). */
export function readGuestMsr({ host, state }: Vcpu, number: number): Halves | undefined {
  const { access, resetLo, resetHi } = ROWS.get(number)!;
  if (access === 'wo') return undefined;
  if (access === 'ro') return hostMsr(host, number);
  return state.msrs[number] ?? [resetLo | 0, resetHi | 0];
}

/** False: #GP(0), and nothing has changed. */
export function writeGuestMsr({ host, state }: Vcpu, number: number, low: number, high: number): boolean {
  const row = ROWS.get(number)!;
  if (row.access === 'ro') return false;
  if ((low & ~row.writableLo) !== 0 || (high & ~row.writableHi) !== 0 || !isLegal(host, row, low, high)) return false;
  if (row.access === 'rw') state.msrs = { ...state.msrs, [number]: [low, high] };
  return true;
}

/** RDMSR in host mode; undefined where it raises #GP(0). */
function hostMsr(host: HostMode, number: number): Halves | undefined {
  try {
    return host.readMsr(number);
  } catch (thrown) {
    if (thrown instanceof HostModeError) return undefined;
    throw thrown;
  }
}

function isLegal(host: HostMode, { check }: Msr, low: number, high: number): boolean {
  switch (check) {
    case 'canonical':
      return [0, -1].includes(high >> CANONICAL_HI_SHIFT);
    case 'pat':
      return bytesOf(low, high).every((type) => MEMORY_TYPES.some((row) => row.type === type));
    case 'mtrr-type':
    case 'mtrr-base':
      return isMtrrType(low & 0xff);
    case 'mtrr-fixed':
      return bytesOf(low, high).every(isMtrrType);
    case 'page-address':
      return (low & 0xfff) === 0 && high >>> 0 < 2 ** (physicalBitsOf(host) - 32);
    default:
      return true;
  }
}

/** Bits 4:3 of fixed ranges, RdMem and WrMem, say no type. §7.7.1, §7.9.1 */
function isMtrrType(byte: number): boolean {
  return MEMORY_TYPES.some(({ type, inMtrr }) => inMtrr && type === (byte & ~0x18));
}

function bytesOf(low: number, high: number): number[] {
  return [low, high].flatMap((half) => [0, 8, 16, 24].map((shift) => (half >>> shift) & 0xff));
}
