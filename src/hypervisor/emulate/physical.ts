/** Reads and writes of guest-physical addresses on the guest's behalf: memory, or devices of its board in the pieces a bus takes. */
import type { AccessSize } from '../../engine/bus/device';
import { locate, type Place } from '../exit-handlers/operand';
import type { Register64 } from '../vcpu';
import type { Vm } from '../vm';
import { Ended, refuse } from './ended';
import { hex } from '../exit-handlers/shutdown';

/** Where an operand lies; the fault of an access that is not allowed is the guest's. */
export function find({ vcpu, memory }: Vm, segment: number, offset: Register64, size: number, write: boolean): Place {
  const place = locate(vcpu, segment, offset, size, write);
  if ('kind' in place) throw new Ended(place);
  const { first, second, room } = place;
  if (room < size && !(memory.isMemory(first) && memory.isMemory(second))) {
    const where = `${size} bytes at GPA ${hex(first)} go on at GPA ${hex(second)}`;
    refuse(
      `at RIP ${hex(vcpu.vmcb.number('rip'))}, ${where}: an access to a device over the end of a page is not carried out`,
    );
  }
  return place;
}

export function isDevice({ memory }: Vm, { first }: Place): boolean {
  return !memory.isMemory(first);
}

export function read(vm: Vm, place: Place, size: number): bigint {
  const { memory } = vm;
  if (isDevice(vm, place)) return readDevice(vm, place.first, size);
  const { first, second, room } = place;
  let value = ofBytes(memory.read(first, Math.min(room, size)));
  if (room < size) value |= ofBytes(memory.read(second, size - room)) << BigInt(8 * room);
  return value;
}

export function write(vm: Vm, place: Place, size: number, value: bigint): void {
  const { memory } = vm;
  if (isDevice(vm, place)) return writeDevice(vm, place.first, size, value);
  const { first, second, room } = place;
  const bytes = Uint8Array.from({ length: size }, (_, n) => Number((value >> BigInt(8 * n)) & 0xffn));
  memory.write(first, bytes.subarray(0, room));
  if (room < size) memory.write(second, bytes.subarray(room));
}

function readDevice({ board }: Vm, gpa: number, size: number): bigint {
  let value = 0n;
  for (let at = 0; at < size;) {
    const width = pieceAt(gpa + at, size - at);
    value |= BigInt(board.mmio.read(gpa + at, width)) << BigInt(8 * at);
    at += width;
  }
  return value;
}

function writeDevice({ board }: Vm, gpa: number, size: number, value: bigint): void {
  for (let at = 0; at < size;) {
    const width = pieceAt(gpa + at, size - at);
    board.mmio.write(gpa + at, width, Number((value >> BigInt(8 * at)) & 0xffff_ffffn));
    at += width;
  }
}

/** The widest aligned piece. */
function pieceAt(gpa: number, size: number): AccessSize {
  if (size >= 4 && gpa % 4 === 0) return 4;
  return size >= 2 && gpa % 2 === 0 ? 2 : 1;
}

function ofBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let n = bytes.length - 1; n >= 0; n--) value = (value << 8n) | BigInt(bytes[n]!);
  return value;
}
