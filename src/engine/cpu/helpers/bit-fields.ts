/** PDEP, PEXT: bits gathered under a mask, and spread over it. */
import type { Instruction } from '../../isa/decode';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { readOperand, writeOperand, type Linear } from '../operands';

/** Positions of the bits of a mask, from the lowest. */
function positions(mask: Linear): number[] {
  const found: number[] = [];
  for (let n = 0; n < 64; n++) if (((n < 32 ? mask.low : mask.high) >>> (n & 31)) & 1) found.push(n);
  return found;
}

const bit = (value: Linear, n: number): number => ((n < 32 ? value.low : value.high) >>> (n & 31)) & 1;

const masked =
  (place: (n: number, position: number) => readonly [from: number, to: number]): Helper =>
  (core: Core, i: Instruction) => {
    const source = readOperand(core, i, 1);
    const mask = readOperand(core, i, 2);
    let low = 0;
    let high = 0;
    positions(mask).forEach((position, n) => {
      const [from, to] = place(n, position);
      if (to < 32) low |= bit(source, from) << to;
      else high |= bit(source, from) << (to - 32);
    });
    writeOperand(core, i, 0, low, high);
    return NEXT;
  };

export const BIT_FIELD_HELPERS = {
  pdep: masked((n, position) => [n, position]),
  pext: masked((n, position) => [position, n]),
} satisfies HelperTable;
