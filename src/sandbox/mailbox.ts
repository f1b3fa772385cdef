/**
 * The memory both sides of the bridge look at: one array buffer of the sandbox, so that reading a VMCB field costs no call across.
 * Before the learner's function runs, VMCB and general registers are copied in; after it, they are copied out.
 */
import { RAX, RSP } from '../engine/arch/registers';
import { VMCB, VMCB_SIZE } from '../engine/arch/vmcb';

/** Byte offsets. */
export const MAIL_VMCB = 0;
const MAIL_GPRS = VMCB_SIZE;
/** Eight 64-bit slots: arguments of a call, and its result in the first. */
export const MAIL_SLOTS = 0x1100;
export const SLOTS = 8;
/** 32-bit words: which call, or which function of the learner's to run and its answer; how it went. */
export const MAIL_CALL = 0x1180;
export const MAIL_STATUS = 0x1184;
/** Bytes, or a text as 16-bit units. */
export const MAIL_BYTES = 0x1200;
export const MOST_BYTES = 0x1_0000;
export const MOST_UNITS = MOST_BYTES / 2;
export const MAILBOX_SIZE = MAIL_BYTES + MOST_BYTES;

/** MAIL_STATUS: done, or refused with a text. */
export const STATUS_DONE = 0;
export const STATUS_REFUSED = 1;

/** Where general register `n` is: RAX and RSP are fields of the VMCB. §15.5.1 */
export function mailGpr(n: number): number {
  if (n === RAX) return MAIL_VMCB + VMCB.rax.offset;
  if (n === RSP) return MAIL_VMCB + VMCB.rsp.offset;
  return MAIL_GPRS + n * 8;
}

/** Views of the buffer, for as long as the sandbox's memory does not grow. */
export class Mailbox {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;

  constructor(
    readonly memory: ArrayBuffer,
    at: number,
  ) {
    this.u8 = new Uint8Array(memory, at, MAILBOX_SIZE);
    this.u16 = new Uint16Array(memory, at, MAILBOX_SIZE / 2);
    this.i32 = new Int32Array(memory, at, MAILBOX_SIZE / 4);
    this.u32 = new Uint32Array(memory, at, MAILBOX_SIZE / 4);
    this.u64 = new BigUint64Array(memory, at, MAILBOX_SIZE / 8);
  }

  /** A slot as 64 bits, and as 32. */
  big(slot: number): bigint {
    return this.u64[MAIL_SLOTS / 8 + slot]!;
  }
  setBig(slot: number, value: bigint): void {
    this.u64[MAIL_SLOTS / 8 + slot] = value;
  }
  word(slot: number): number {
    return this.u32[MAIL_SLOTS / 4 + slot * 2]!;
  }
  setWord(slot: number, value: number): void {
    this.u32[MAIL_SLOTS / 4 + slot * 2] = value;
  }

  /** The first `count` bytes, copied. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.u8.subarray(MAIL_BYTES, MAIL_BYTES + Math.min(count, MOST_BYTES)));
  }
  setBytes(bytes: Uint8Array): void {
    this.u8.set(bytes.subarray(0, MOST_BYTES), MAIL_BYTES);
  }

  /** A text of `count` units. */
  text(count: number): string {
    let text = '';
    for (let n = 0; n < Math.min(count, MOST_UNITS); n++) text += String.fromCharCode(this.u16[MAIL_BYTES / 2 + n]!);
    return text;
  }
  /** Puts a text in, and its length into the first slot. */
  setText(text: string): void {
    const count = Math.min(text.length, MOST_UNITS);
    for (let n = 0; n < count; n++) this.u16[MAIL_BYTES / 2 + n] = text.charCodeAt(n);
    this.setWord(0, count);
  }
}
