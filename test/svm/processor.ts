/** A bare processor for the tests of SVM: registers and 1 MB of RAM, a context that writes down what it is asked. */
import type { Probe } from '../../src/engine/probe';
import { CpuState } from '../../src/engine/state/cpu-state';
import { F_OP, F_X, memoryMap } from '../../src/engine/state/layout';
import type { Limits } from '../../src/engine/state/limits';
import { Ram } from '../../src/engine/state/ram';
import type { SvmContext } from '../../src/engine/svm/context';

export const RAM_SIZE = 1 << 20;
/** ROM at F0000h of the last megabyte below 4 GB. */
export const ROM_SPA = 0xfffff000;
const ROM_SIZE = 0x1000;
const map = memoryMap(RAM_SIZE, ROM_SIZE);
const buffer = new ArrayBuffer(map.total);

/** Where the tests put things. */
export const VMCB_SPA = 0x10000;
export const HSAVE_SPA = 0x11000;
export const IOPM_SPA = 0x20000;
export const MSRPM_SPA = 0x24000;

/** A processor with nested paging, LBR virtualization, NRIPS, decode assists and the PAUSE filter. */
export const LIMITS: Limits = {
  physicalBits: 48,
  asids: 16,
  cr0Valid: 0xe005003f,
  cr4Valid: 0x003707ff,
  eferValid: 0x00005d01,
  pages1g: true,
  svm: 0x14cb,
};

export class Processor implements SvmContext {
  readonly state = new CpuState(buffer);
  readonly ram = new Ram(buffer, map, [
    { start: 0, size: RAM_SIZE, kind: 'ram', offset: 0 },
    { start: ROM_SPA, size: ROM_SIZE, kind: 'rom', offset: 0 },
  ]);
  probe: Probe | undefined;
  readonly calls: string[] = [];

  constructor(readonly limits: Limits = LIMITS) {
    this.state.u8.fill(0, 0, 0x1000);
    this.state.u8.fill(0, map.written, map.total);
  }

  rflags(): number {
    if (this.state.i32[F_OP >> 2] !== 0) throw new Error('this processor has no lazy flags');
    return this.state.systemFlags | this.state.i32[F_X >> 2]!;
  }
  flushAsid(asid: number): void {
    this.calls.push(`flush ${asid}`);
  }
  flushAllAsids(): void {
    this.calls.push('flush all');
  }
  contextChanged(): void {
    this.calls.push('changed');
  }

  /** Little-endian values of RAM, by SPA. */
  u8(spa: number): number {
    return this.state.u8[map.ram + spa]!;
  }
  u16(spa: number): number {
    return this.state.view.getUint16(map.ram + spa, true);
  }
  u32(spa: number): number {
    return this.state.view.getUint32(map.ram + spa, true);
  }
  u64(spa: number): bigint {
    return this.state.view.getBigUint64(map.ram + spa, true);
  }
  put8(spa: number, value: number): void {
    this.state.view.setUint8(map.ram + spa, value);
  }
  put16(spa: number, value: number): void {
    this.state.view.setUint16(map.ram + spa, value, true);
  }
  put32(spa: number, value: number): void {
    this.state.view.setUint32(map.ram + spa, value, true);
  }
  put64(spa: number, value: bigint): void {
    this.state.view.setBigUint64(map.ram + spa, value, true);
  }
  /** A copy of a page of RAM, and of the register window. */
  page(spa: number): Uint8Array {
    return this.state.u8.slice(map.ram + spa, map.ram + spa + 4096);
  }
  window(): Uint8Array {
    return this.state.u8.slice(0, 0x1000);
  }
}

/** Reproducible numbers. */
export class Dice {
  constructor(private seed: number) {}
  u32(): number {
    this.seed = (this.seed + 0x9e3779b9) | 0;
    let z = this.seed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }
  below(n: number): number {
    return this.u32() % n;
  }
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
}

/** A 64-bit guest every rule accepts, at a VMCB that was zero; the host has paging on. Offsets by hand, from appendix B. */
export function legalEntry(p: Processor): void {
  const at = VMCB_SPA;
  p.state.u8.fill(0, map.ram + at, map.ram + at + 4096);
  p.state.setCr(0, 0x80010033);
  p.state.setCr(4, 0x20);
  p.state.efer = 0x1d00;
  p.state.setNumber(p.state.msrAt('VM_HSAVE_PA'), HSAVE_SPA);
  p.state.setFlags(0x2);
  p.put32(at + 0x010, 1);
  p.put64(at + 0x040, BigInt(IOPM_SPA));
  p.put64(at + 0x048, BigInt(MSRPM_SPA));
  p.put32(at + 0x058, 1);
  p.put16(at + 0x412, 0xa9b);
  p.put64(at + 0x4d0, 0x1500n);
  p.put64(at + 0x548, 0x20n);
  p.put64(at + 0x550, 0x1000n);
  p.put64(at + 0x558, 0x80010033n);
  p.put64(at + 0x560, 0x400n);
  p.put64(at + 0x568, 0xffff0ff0n);
  p.put64(at + 0x570, 0x2n);
  p.put64(at + 0x668, 0x0007040600070406n);
}
