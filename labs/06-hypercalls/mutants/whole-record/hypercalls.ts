/** Answers the guest's VMMCALLs. */
import { advance, host, type Handlers, type Vcpu } from 'pacifica';

const UNKNOWN = -1n;
const POINTER = -2n;
const TOO_MUCH = -3n;

const MOST_BYTES = 4096n;
const MOST_ENTRIES = 64n;
const ENTRY_SIZE = 40n;
const BATCH = 4n;

/** A function: RBX, RCX and RDX in, RAX out. */
type Hypercall = (vcpu: Vcpu, rbx: bigint, rcx: bigint, rdx: bigint) => bigint;

/** Whether all of a buffer is memory of the guest. */
function isBuffer(vcpu: Vcpu, gpa: bigint, length: bigint): boolean {
  return vcpu.guest.isMemory(gpa, Number(length));
}

function consoleWrite(vcpu: Vcpu, address: bigint, length: bigint): bigint {
  if (length > MOST_BYTES) return TOO_MUCH;
  if (!isBuffer(vcpu, address, length)) return POINTER;
  for (const byte of vcpu.guest.readBytes(address, Number(length))) host.console(byte);
  return length;
}

function copy(vcpu: Vcpu, to: bigint, from: bigint, length: bigint): bigint {
  if (length > MOST_BYTES) return TOO_MUCH;
  if (!isBuffer(vcpu, to, length) || !isBuffer(vcpu, from, length)) return POINTER;
  vcpu.guest.writeBytes(to, vcpu.guest.readBytes(from, Number(length)));
  return length;
}

function info(vcpu: Vcpu, address: bigint, room: bigint): bigint {
  const record = new Uint8Array(BigUint64Array.of(1n, vcpu.guest.size, MOST_BYTES, MOST_ENTRIES).buffer);
  const length = room < 32n ? room : 32n;
  if (!isBuffer(vcpu, address, 32n)) return POINTER;
  vcpu.guest.writeBytes(address, record);
  return length;
}

function batch(vcpu: Vcpu, address: bigint, count: bigint): bigint {
  if (count > MOST_ENTRIES) return TOO_MUCH;
  if (!isBuffer(vcpu, address, count * ENTRY_SIZE)) return POINTER;
  for (let entry = address; entry < address + count * ENTRY_SIZE; entry += ENTRY_SIZE) {
    const [code, rbx, rcx, rdx] = [0n, 8n, 16n, 24n].map((at) => vcpu.guest.read64(entry + at));
    const call = code === BATCH ? undefined : FUNCTIONS.get(code!);
    vcpu.guest.write64(entry + 32n, call ? call(vcpu, rbx!, rcx!, rdx!) : UNKNOWN);
  }
  return count;
}

const FUNCTIONS = new Map<bigint, Hypercall>([
  [1n, consoleWrite],
  [2n, copy],
  [3n, info],
  [BATCH, batch],
]);

export const exits: Handlers = {
  VMEXIT_VMMCALL(vcpu) {
    const call = FUNCTIONS.get(vcpu.rax);
    vcpu.rax = call ? call(vcpu, vcpu.rbx, vcpu.rcx, vcpu.rdx) : UNKNOWN;
    return advance();
  },
};
