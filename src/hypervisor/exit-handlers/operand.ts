/** An operand in memory that a handler reads or writes: through the guest's segments and page tables (§4.7, §5.2). */
import { CANONICAL_HI_SHIFT, PAGE_OFFSET_MASK } from '../../engine/arch/address';
import { VECTOR_GP, VECTOR_SS } from '../../engine/arch/exceptions';
import { CR0_PE, EFER_LMA, RFLAGS_VM, SEG_FS, SEG_SS, SEGMENT_REGISTERS } from '../../engine/arch/registers';
import { ATTRIB_CODE, ATTRIB_DB, ATTRIB_EC, ATTRIB_L, ATTRIB_P, ATTRIB_RW } from '../../engine/arch/vmcb';
import { inject, type Outcome } from '../outcome';
import { guestWalk } from '../paging/guest-walk';
import { injectPageFault } from '../paging/page-fault';
import type { Register64, Vcpu } from '../vcpu';

const TWO32 = 0x1_0000_0000;

/** GPAs of the operand's bytes: from `first`, and those behind a page's end from `second`. */
export interface Place {
  readonly first: number;
  readonly second: number;
  /** Bytes in the first page. */
  readonly room: number;
}

/** Where the operand lies, or the fault of the access. */
export function locate(vcpu: Vcpu, segment: number, offset: Register64, size: number, write: boolean): Place | Outcome {
  const linear = linearAddress(vcpu, segment, offset, size, write);
  if ('kind' in linear) return linear;
  const room = Math.min(size, PAGE_OFFSET_MASK + 1 - (linear.low & PAGE_OFFSET_MASK));
  const first = guestWalk(vcpu, linear, write);
  if (first.kind === 'fault') return injectPageFault(vcpu, linear, first.errorCode);
  if (room === size) return { first: first.gpa, second: 0, room };
  const next = add(linear, room);
  const second = guestWalk(vcpu, next, write);
  if (second.kind === 'fault') return injectPageFault(vcpu, next, second.errorCode);
  return { first: first.gpa, second: second.gpa, room };
}

function linearAddress(
  vcpu: Vcpu,
  segment: number,
  offset: Register64,
  size: number,
  write: boolean,
): Register64 | Outcome {
  const { vmcb } = vcpu;
  const { cr0, efer } = vcpu.guestControls;
  const name = SEGMENT_REGISTERS[segment]!;
  const fault = (): Outcome => inject('operand', segment === SEG_SS ? VECTOR_SS : VECTOR_GP, 0);
  const base = { low: vmcb.low(`${name}Base`), high: vmcb.high(`${name}Base`) };
  const attributes = vmcb.low(`${name}Attrib`);
  if ((efer & EFER_LMA) !== 0 && (vmcb.low('csAttrib') & ATTRIB_L) !== 0) {
    const linear = segment >= SEG_FS ? sum(offset, base) : offset;
    const top = linear.high >> CANONICAL_HI_SHIFT;
    return top === 0 || top === -1 ? linear : fault();
  }
  const start = offset.low >>> 0;
  const limit = vmcb.low(`${name}Limit`) >>> 0;
  const restricted = (cr0 & CR0_PE) !== 0 && (vmcb.low('rflags') & RFLAGS_VM) === 0;
  const code = (attributes & ATTRIB_CODE) !== 0;
  const down = restricted && !code && (attributes & ATTRIB_EC) !== 0;
  const last = down ? (attributes & ATTRIB_DB ? 0xffff_ffff : 0xffff) : limit;
  if ((down && start <= limit) || start + size - 1 > last) return fault();
  if (restricted) {
    const granted = (attributes & ATTRIB_RW) !== 0;
    const allowed = write ? !code && granted : !code || granted;
    if ((attributes & ATTRIB_P) === 0 || !allowed) return fault();
  }
  return { low: (offset.low + base.low) | 0, high: 0 };
}

/** Its bytes as a number. */
export function fetch({ memory }: Vcpu, { first, second, room }: Place, size: number): number {
  const bytes = [...memory.read(first, room), ...memory.read(second, size - room)];
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

export function store({ memory }: Vcpu, { first, second, room }: Place, value: number, size: number): void {
  const bytes = Uint8Array.from({ length: size }, (_, n) => value >>> (8 * n));
  memory.write(first, bytes.subarray(0, room));
  memory.write(second, bytes.subarray(room));
}

/** A 64-bit sum. */
export function add({ low, high }: Register64, value: number): Register64 {
  const total = (low >>> 0) + value;
  return { low: total | 0, high: (high + Math.floor(total / TWO32)) | 0 };
}

/** A 64-bit sum. */
export function sum(a: Register64, b: Register64): Register64 {
  const total = (a.low >>> 0) + (b.low >>> 0);
  return { low: total | 0, high: (a.high + b.high + (total >= TWO32 ? 1 : 0)) | 0 };
}
