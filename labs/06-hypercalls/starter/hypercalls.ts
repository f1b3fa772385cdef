/** Answers the guest's VMMCALLs. */
import { advance, host, type Handlers, type Vcpu } from 'pacifica';

const UNKNOWN = -1n;
const POINTER = -2n;
const TOO_MUCH = -3n;

const MOST_BYTES = 4096n;
const MOST_ENTRIES = 64n;

/** A function: RBX, RCX and RDX in, RAX out. */
type Hypercall = (vcpu: Vcpu, rbx: bigint, rcx: bigint, rdx: bigint) => bigint;

/** Whether all of a buffer is memory of the guest. */
function isBuffer(vcpu: Vcpu, gpa: bigint, length: bigint): boolean {
  return false;
}

function consoleWrite(vcpu: Vcpu, address: bigint, length: bigint): bigint {
  return UNKNOWN;
}

function copy(vcpu: Vcpu, to: bigint, from: bigint, length: bigint): bigint {
  return UNKNOWN;
}

function info(vcpu: Vcpu, address: bigint, room: bigint): bigint {
  return UNKNOWN;
}

function batch(vcpu: Vcpu, address: bigint, count: bigint): bigint {
  return UNKNOWN;
}

const FUNCTIONS = new Map<bigint, Hypercall>([
  [1n, consoleWrite],
  [2n, copy],
  [3n, info],
  [4n, batch],
]);

export const exits: Handlers = {
  VMEXIT_VMMCALL(vcpu) {
    const call = FUNCTIONS.get(vcpu.rax);
    vcpu.rax = call ? call(vcpu, vcpu.rbx, vcpu.rcx, vcpu.rdx) : UNKNOWN;
    return advance();
  },
};
