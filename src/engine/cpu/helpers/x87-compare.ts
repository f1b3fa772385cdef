/** Comparisons, FTST and FXAM. */
import { RFLAGS_CF, RFLAGS_PF, RFLAGS_STATUS, RFLAGS_ZF } from '../../arch/registers';
import { compare, type Relation } from '../../float/compare';
import { F80, unpack, zero, type Unpacked } from '../../float/format';
import type { Core, Helper, HelperTable } from '../core';
import { positionOf, report, stackFault, unpackRegister } from '../x87-operation';
import { C0, C1, C2, C3, CONDITIONS, isEmpty, pop, setConditions, stackRegister, statusWord } from '../x87-registers';
import { memoryOperand, numeric } from '../x87-unit';
import { memoryFloat, memoryInteger } from './x87-arithmetic';

const CODES: Readonly<Record<Relation, number>> = { greater: 0, less: C0, equal: C3, unordered: C0 | C2 | C3 };
const EFLAGS: Readonly<Record<Relation, number>> = {
  greater: 0,
  less: RFLAGS_CF,
  equal: RFLAGS_ZF,
  unordered: RFLAGS_ZF | RFLAGS_PF | RFLAGS_CF,
};

interface Comparing {
  /** A quiet NaN is an invalid operand. */
  readonly ordered: boolean;
  readonly pops: 0 | 1 | 2;
  /** The answer goes to RFLAGS. */
  readonly toFlags?: true;
}

function answer(core: Core, relation: Relation, toFlags: boolean): void {
  if (toFlags) core.setArithmeticFlags((core.rflags() & ~RFLAGS_STATUS) | EFLAGS[relation]);
  else setConditions(core.state, C0 | C2 | C3, CODES[relation]);
}

/**
 * ST(0) with a value; `other` is the register it comes from, 0 for memory and constants. Unmasked exceptions keep from popping, not
 * from answering.
 */
function comparison(core: Core, value: () => Unpacked, other: number, how: Comparing): void {
  const { state } = core;
  const toFlags = how.toFlags === true;
  let complete: boolean;
  if (isEmpty(state, 0) || isEmpty(state, other)) {
    complete = stackFault(core, false);
    answer(core, 'unordered', toFlags);
  } else {
    const { relation, flags } = compare(unpackRegister(core, 0), value(), how.ordered);
    const rounded = statusWord(state) & C1;
    complete = report(core, flags);
    // those that answer in RFLAGS leave the condition codes alone
    if (toFlags) setConditions(state, C1, rounded);
    answer(core, relation, toFlags);
  }
  if (!complete) return;
  for (let n = 0; n < how.pops; n++) pop(state);
}

const withOperand = (how: Comparing): Helper =>
  numeric((core, i) => {
    if (memoryOperand(i)) {
      const value = memoryFloat(core, i);
      comparison(core, () => value, 0, how);
      return;
    }
    const other = i.operands.length === 0 ? 1 : positionOf(i, i.operands.length - 1);
    comparison(core, () => unpackRegister(core, other), other, how);
  });

const withInteger = (pops: 0 | 1): Helper =>
  numeric((core, i) => {
    const value = memoryInteger(core, i);
    comparison(core, () => value, 0, { ordered: true, pops });
  });

const ftst = numeric((core) => comparison(core, () => zero(0), 0, { ordered: true, pops: 0 }));

const fxam = numeric((core) => {
  const { state } = core;
  const bits = stackRegister(state, 0);
  const x = unpack(F80, bits);
  let codes = bits >> 79n ? C1 : 0;
  if (isEmpty(state, 0)) codes |= C3 | C0;
  else if (x.class === 'zero') codes |= C3;
  else if (x.class === 'infinity') codes |= C2 | C0;
  else if (x.class === 'quiet' || x.class === 'signalling') codes |= C0;
  else if (x.class === 'finite') codes |= x.denormal ? C3 | C2 : C2;
  setConditions(state, CONDITIONS, codes);
});

export const X87_COMPARE_HELPERS = {
  fcom: withOperand({ ordered: true, pops: 0 }),
  fcomp: withOperand({ ordered: true, pops: 1 }),
  fcompp: withOperand({ ordered: true, pops: 2 }),
  fucom: withOperand({ ordered: false, pops: 0 }),
  fucomp: withOperand({ ordered: false, pops: 1 }),
  fucompp: withOperand({ ordered: false, pops: 2 }),
  fcomi: withOperand({ ordered: true, pops: 0, toFlags: true }),
  fcomip: withOperand({ ordered: true, pops: 1, toFlags: true }),
  fucomi: withOperand({ ordered: false, pops: 0, toFlags: true }),
  fucomip: withOperand({ ordered: false, pops: 1, toFlags: true }),
  ficom: withInteger(0),
  ficomp: withInteger(1),
  ftst,
  fxam,
} satisfies HelperTable;
