/** The 4 KB of a VMCB, read by the manual's rows. */
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField, VmcbRow } from '../../src/engine/arch/vmcb';

export function rowOf(field: VmcbField): VmcbRow {
  return VMCB[field];
}

export class VmcbPage {
  constructor(private readonly bytes: Uint8Array) {}

  /** A field's value, unsigned; of a field wider than 8 bytes the whole of it. */
  value(field: VmcbField): bigint {
    const { offset, size } = rowOf(field);
    return this.at(offset, size);
  }

  /** A little-endian number of `size` bytes. */
  at(offset: number, size: number): bigint {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[offset + i] ?? 0);
    return value;
  }

  /** EXITCODE as EXIT_CODES has it: signed. */
  get exitCode(): number {
    return Number(BigInt.asIntN(64, this.value('exitCode')));
  }

  /** A field's bytes in the order of memory. */
  bytesOf(field: VmcbField): Uint8Array {
    const { offset, size } = rowOf(field);
    return this.bytes.subarray(offset, offset + size);
  }
}

/** Does a field differ between two states of one VMCB? Without an earlier one nothing does. */
export function differs(now: VmcbPage, before: VmcbPage | undefined, field: VmcbField): boolean {
  return before !== undefined && now.value(field) !== before.value(field);
}
