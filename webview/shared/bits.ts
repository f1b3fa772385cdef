/** Reading runs of bits out of values, by the rows of the manual's tables. */
import type { BitField } from '../../src/engine/arch/bit-field';

export function bitsOf(value: bigint, { hi, lo }: { readonly hi: number; readonly lo: number }): bigint {
  return (value >> BigInt(lo)) & ((1n << BigInt(hi - lo + 1)) - 1n);
}

export function isSet(value: bigint, bit: number): boolean {
  return ((value >> BigInt(bit)) & 1n) === 1n;
}

/** A function that reads fields of one value by their names in a table. */
export function reader<Name extends string>(
  fields: readonly (BitField & { readonly name: Name })[],
  value: bigint,
): (name: Name) => number {
  return (name) => {
    const field = fields.find((row) => row.name === name);
    if (!field) throw new Error(`no field ${name}`);
    return Number(bitsOf(value, field));
  };
}
