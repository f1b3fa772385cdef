/** INS and OUTS with their REP prefix, through the guest's segments and page tables (volume 3, INS and OUTS). */
import { RCX, RDI, RFLAGS_DF, RSI, SEG_DS, SEG_ES } from '../../engine/arch/registers';
import type { AccessSize } from '../../engine/bus/device';
import { advance, resume, type Outcome } from '../outcome';
import type { Register64, Vcpu } from '../vcpu';
import type { Vm } from '../vm';
import { hasSvmFeature } from '../svm-features';
import { prefixesAt } from './instruction';
import { add, fetch, locate, store } from './operand';

/** EXITINFO1. §15.10.2 */
const TYPE_IN = 1 << 0;
const REP = 1 << 3;
const A16 = 1 << 7;
const A64 = 1 << 9;
const SEG_SHIFT = 10;
const SEG_MASK = 7;

/** Iterations before the guest is resumed on the same instruction: keeps an exit short. */
const LONGEST = 4096;

export function stringIo(vm: Vm, info: number, port: number, size: AccessSize, by: string): Outcome {
  const { vcpu, board } = vm;
  const isIn = (info & TYPE_IN) !== 0;
  const repeated = (info & REP) !== 0;
  const width = info & A16 ? 2 : info & A64 ? 8 : 4;
  const index = isIn ? RDI : RSI;
  const segment = isIn ? SEG_ES : sourceSegment(vcpu, info);
  const step = (vcpu.vmcb.low('rflags') & RFLAGS_DF) !== 0 ? -size : size;
  for (let n = 0; n < LONGEST; n++) {
    if (repeated && isZero(part(vcpu.gpr(RCX), width))) return advance(by);
    const place = locate(vcpu, segment, part(vcpu.gpr(index), width), size, isIn);
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

/** Of OUTS: without decode assists its prefixes say. §15.10.2 */
function sourceSegment(vcpu: Vcpu, info: number): number {
  if (hasSvmFeature(vcpu.host, 'DECODE_ASSISTS')) return (info >>> SEG_SHIFT) & SEG_MASK;
  return prefixesAt(vcpu)?.segment ?? SEG_DS;
}

/** The part of a register an address size uses. */
function part({ low, high }: Register64, width: number): Register64 {
  return width === 2 ? { low: low & 0xffff, high: 0 } : { low, high: width === 8 ? high : 0 };
}

function isZero({ low, high }: Register64): boolean {
  return low === 0 && high === 0;
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
