/**
 * The maps a hypervisor keeps in system memory to say which ports and MSRs of a guest exit (§15.10, §15.11). Bases are SPAs whose
 * bits 11:0 are ignored. Memory that is absent reads all ones: it intercepts.
 */
import { IOPM_SIZE, MSRPM_RANGES, MSRPM_SIZE } from '../arch/intercepts';
import type { Ram } from './ram';

const PAGE = 4096;

/** Whether any port of an access of 1, 2 or 4 bytes has its bit set; an access at FFFFh reaches into the third page. §15.10.1 */
export function iopmIntercepts(ram: Ram, iopmBase: number, port: number, size: number): boolean {
  const base = iopmBase - (iopmBase % PAGE);
  for (let bit = port; bit < port + size; bit++) {
    if ((byteAt(ram, base + (bit >> 3)) >> (bit & 7)) & 1) return true;
  }
  return false;
}

/** Whether RDMSR, or WRMSR with `write`, of an MSR exits; MSRs outside the map's ranges always do. §15.11 */
export function msrpmIntercepts(ram: Ram, msrpmBase: number, msr: number, write: boolean): boolean {
  const bit = msrBit(msr);
  if (bit < 0) return true;
  const base = msrpmBase - (msrpmBase % PAGE);
  return ((byteAt(ram, base + (bit >> 3)) >> ((bit & 7) + (write ? 1 : 0))) & 1) !== 0;
}

/** Number of the even bit (RDMSR) of an MSR in the map, or −1 outside its ranges. §15.11 */
export function msrBit(msr: number): number {
  const number = msr >>> 0;
  for (const range of MSRPM_RANGES) {
    if (number >= range.first && number <= range.last) return range.byteOffset * 8 + (number - range.first) * 2;
  }
  return -1;
}

/** Makes `count` ports from `port` on exit, or not. The three bits past port FFFFh are ports 10000h to 10002h. */
export function setIopm(ram: Ram, iopmBase: number, port: number, count: number, intercept: boolean): void {
  const base = iopmBase - (iopmBase % PAGE);
  for (let bit = port; bit < port + count; bit++) setBit(ram, base, bit, intercept);
}

/** Sets which accesses of one MSR exit; an MSR outside the ranges cannot be let through: returns false. */
export function setMsrpm(ram: Ram, msrpmBase: number, msr: number, read: boolean, write: boolean): boolean {
  const bit = msrBit(msr);
  if (bit < 0) return false;
  const base = msrpmBase - (msrpmBase % PAGE);
  setBit(ram, base, bit, read);
  setBit(ram, base, bit + 1, write);
  return true;
}

/** Fills a whole map: everything exits, or nothing does that can be let through. */
export function fillIopm(ram: Ram, iopmBase: number, intercept: boolean): void {
  fill(ram, iopmBase, IOPM_SIZE, intercept);
}
export function fillMsrpm(ram: Ram, msrpmBase: number, intercept: boolean): void {
  fill(ram, msrpmBase, MSRPM_SIZE, intercept);
}

function byteAt(ram: Ram, spa: number): number {
  const at = ram.offset(spa);
  return at < 0 ? 0xff : ram.u8[at]!;
}

function setBit(ram: Ram, base: number, bit: number, value: boolean): void {
  const at = ram.offset(base + (bit >> 3));
  if (at < 0 || !ram.isWritable(at)) return;
  ram.touch(at, 1);
  const mask = 1 << (bit & 7);
  ram.u8[at] = value ? ram.u8[at]! | mask : ram.u8[at]! & ~mask;
}

function fill(ram: Ram, mapBase: number, size: number, value: boolean): void {
  ram.writeBytes(mapBase - (mapBase % PAGE), new Uint8Array(size).fill(value ? 0xff : 0));
}
