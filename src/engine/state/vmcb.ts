/**
 * A VMCB in system memory, seen by field (§15.5, appendix B). The processor, hypervisors and inspectors read it through this.
 */
import { VMCB, VMCB_SIZE } from '../arch/vmcb';
import type { VmcbField } from '../arch/vmcb';
import type { Ram } from './ram';

/** Fields of 1, 2, 4 or 8 bytes. */
export type VmcbScalar = {
  [F in VmcbField]: (typeof VMCB)[F]['size'] extends 1 | 2 | 4 | 8 ? F : never;
}[VmcbField];

const TWO32 = 0x1_0000_0000;

export class Vmcb {
  /** Offset of the page in the linear memory; −1 where there is no memory: it reads all ones and keeps nothing. */
  readonly at: number;
  private readonly view: DataView;
  private readonly writable: boolean;

  /** `spa`: 4 KB aligned SPA of the page. */
  constructor(
    readonly ram: Ram,
    readonly spa: number,
  ) {
    this.at = ram.offset(spa);
    this.view = ram.view;
    this.writable = this.at >= 0 && ram.isWritable(this.at);
  }

  /** Bits 31:0 of a field as int32; fields of 1 and 2 bytes are zero-extended. */
  low(field: VmcbScalar): number {
    const { offset, size } = VMCB[field];
    return size === 1 ? this.byte(offset) : size === 2 ? this.word(offset) : this.int(offset);
  }

  /** Bits 63:32 of a field as int32; 0 for narrower fields. */
  high(field: VmcbScalar): number {
    const { offset, size } = VMCB[field];
    return size === 8 ? this.int(offset + 4) : 0;
  }

  /** A field as an unsigned number: exact below 2^53. */
  number(field: VmcbScalar): number {
    return (this.low(field) >>> 0) + (this.high(field) >>> 0) * TWO32;
  }

  /** A field, unsigned, for the outer edge. */
  big(field: VmcbScalar): bigint {
    return (BigInt(this.high(field) >>> 0) << 32n) | BigInt(this.low(field) >>> 0);
  }

  /** Sets a field from an integer of at most 53 bits; negative values are sign-extended to 64. */
  set(field: VmcbScalar, value: number): void {
    this.setHalves(field, (value % TWO32) | 0, Math.floor(value / TWO32) | 0);
  }

  /** Sets a field from its halves; bits beyond its width are dropped. */
  setHalves(field: VmcbScalar, low: number, high: number): void {
    const { offset, size } = VMCB[field];
    if (size === 1) this.setByte(offset, low);
    else if (size === 2) this.setWord(offset, low);
    else {
      this.setInt(offset, low);
      if (size === 8) this.setInt(offset + 4, high);
    }
  }

  setBig(field: VmcbScalar, value: bigint): void {
    this.setHalves(field, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }

  /** The bytes of a field of any size, copied. */
  bytes(field: VmcbField): Uint8Array {
    const { offset, size } = VMCB[field];
    return this.ram.readBytes(this.spa + offset, size);
  }

  setBytes(field: VmcbField, bytes: Uint8Array): void {
    const { offset, size } = VMCB[field];
    this.ram.writeBytes(this.spa + offset, bytes.subarray(0, size));
  }

  /** Makes every byte of the page zero. */
  clear(): void {
    this.ram.writeBytes(this.spa, new Uint8Array(VMCB_SIZE));
  }

  /** Accessors by byte offset in the page, naturally aligned. */
  byte(offset: number): number {
    return this.at < 0 ? 0xff : this.view.getUint8(this.at + offset);
  }
  word(offset: number): number {
    return this.at < 0 ? 0xffff : this.view.getUint16(this.at + offset, true);
  }
  int(offset: number): number {
    return this.at < 0 ? -1 : this.view.getInt32(this.at + offset, true);
  }
  setByte(offset: number, value: number): void {
    if (!this.writable) return;
    this.ram.touch(this.at + offset, 1);
    this.view.setUint8(this.at + offset, value);
  }
  setWord(offset: number, value: number): void {
    if (!this.writable) return;
    this.ram.touch(this.at + offset, 2);
    this.view.setUint16(this.at + offset, value, true);
  }
  setInt(offset: number, value: number): void {
    if (!this.writable) return;
    this.ram.touch(this.at + offset, 4);
    this.view.setInt32(this.at + offset, value, true);
  }
}
