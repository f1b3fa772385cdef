/** INS and OUTS with their REP prefix, through the guest's segments and page tables (volume 3, INS and OUTS). */
import { CANONICAL_HI_SHIFT, PAGE_OFFSET_MASK } from '../../engine/arch/address';
import { VECTOR_GP, VECTOR_SS } from '../../engine/arch/exceptions';
import { EFER_LMA, RCX, RDI, RFLAGS_DF, RSI, SEG_FS, SEG_SS, SEGMENT_REGISTERS } from '../../engine/arch/registers';
import { ATTRIB_CODE, ATTRIB_DB, ATTRIB_EC, ATTRIB_L, ATTRIB_P, ATTRIB_RW } from '../../engine/arch/vmcb';
import { CR0_PE, RFLAGS_VM } from '../../engine/arch/registers';
import type { AccessSize } from '../../engine/bus/device';
import { advance, inject, resume, type Outcome } from '../outcome';
import { guestWalk } from '../paging/guest-walk';
import { injectPageFault } from '../paging/page-fault';
import type { Register64, Vcpu } from '../vcpu';
import type { Vm } from '../vm';

/** EXITINFO1. §15.10.2 */
const TYPE_IN = 1 << 0;
const REP = 1 << 3;
const A16 = 1 << 7;
const A64 = 1 << 9;
const SEG_SHIFT = 10;
const SEG_MASK = 7;

/** Iterations before the guest is resumed on the same instruction: keeps an exit short. */
const LONGEST = 4096;
const TWO32 = 0x1_0000_0000;

export function stringIo(vm: Vm, info: number, port: number, size: AccessSize, by: string): Outcome {
  const { vcpu, board } = vm;
  const isIn = (info & TYPE_IN) !== 0;
  const repeated = (info & REP) !== 0;
  const width = info & A16 ? 2 : info & A64 ? 8 : 4;
  const index = isIn ? RDI : RSI;
  const step = (vcpu.vmcb.low('rflags') & RFLAGS_DF) !== 0 ? -size : size;
  for (let n = 0; n < LONGEST; n++) {
    if (repeated && isZero(part(vcpu.gpr(RCX), width))) return advance(by);
    const place = locate(vcpu, (info >>> SEG_SHIFT) & SEG_MASK, part(vcpu.gpr(index), width), size, isIn);
    if ('kind' in place) return place;
    if (isIn) store(vcpu, place, board.io.readPort(port, size), size);
    else board.io.writePort(port, size, fetch(vcpu, place, size));
    change(vcpu, index, width, step);
    if (!repeated) return advance(by);
    change(vcpu, RCX, width, -1);
    if (vm.ending) return advance(by);
  }
  return resume(by);
}

/** GPAs of the operand's bytes: from `first`, and those behind a page's end from `second`. */
interface Place {
  readonly first: number;
  readonly second: number;
  /** Bytes in the first page. */
  readonly room: number;
}

function locate(vcpu: Vcpu, segment: number, offset: Register64, size: number, write: boolean): Place | Outcome {
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
  const name = SEGMENT_REGISTERS[segment]!;
  const fault = (): Outcome => inject('string I/O', segment === SEG_SS ? VECTOR_SS : VECTOR_GP, 0);
  const base = { low: vmcb.low(`${name}Base`), high: vmcb.high(`${name}Base`) };
  const attributes = vmcb.low(`${name}Attrib`);
  if ((vmcb.low('efer') & EFER_LMA) !== 0 && (vmcb.low('csAttrib') & ATTRIB_L) !== 0) {
    const linear = segment >= SEG_FS ? sum(offset, base) : offset;
    const top = linear.high >> CANONICAL_HI_SHIFT;
    return top === 0 || top === -1 ? linear : fault();
  }
  const start = offset.low >>> 0;
  const limit = vmcb.low(`${name}Limit`) >>> 0;
  const restricted = (vmcb.low('cr0') & CR0_PE) !== 0 && (vmcb.low('rflags') & RFLAGS_VM) === 0;
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

function fetch({ memory }: Vcpu, { first, second, room }: Place, size: number): number {
  const bytes = [...memory.read(first, room), ...memory.read(second, size - room)];
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function store({ memory }: Vcpu, { first, second, room }: Place, value: number, size: number): void {
  const bytes = Uint8Array.from({ length: size }, (_, n) => value >>> (8 * n));
  memory.write(first, bytes.subarray(0, room));
  memory.write(second, bytes.subarray(room));
}

/** The part of a register an address size uses. */
function part({ low, high }: Register64, width: number): Register64 {
  return width === 2 ? { low: low & 0xffff, high: 0 } : { low, high: width === 8 ? high : 0 };
}

function isZero({ low, high }: Register64): boolean {
  return low === 0 && high === 0;
}

function add({ low, high }: Register64, value: number): Register64 {
  const total = (low >>> 0) + value;
  return { low: total | 0, high: (high + Math.floor(total / TWO32)) | 0 };
}

function sum(a: Register64, b: Register64): Register64 {
  const total = (a.low >>> 0) + (b.low >>> 0);
  return { low: total | 0, high: (a.high + b.high + (total >= TWO32 ? 1 : 0)) | 0 };
}

function change(vcpu: Vcpu, register: number, width: number, delta: number): void {
  const old = vcpu.gpr(register);
  if (width === 2) vcpu.setGpr(register, (old.low & ~0xffff) | ((old.low + delta) & 0xffff), old.high);
  else if (width === 4) vcpu.setGpr(register, (old.low + delta) | 0, 0);
  else {
    const { low, high } = add(old, delta);
    vcpu.setGpr(register, low, high);
  }
}
