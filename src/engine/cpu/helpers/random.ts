/** RDRAND, RDSEED: numbers from a generator whose state is the processor's, so that a run can be repeated. */
import { RFLAGS_CF } from '../../arch/registers';
import { RANDOM } from '../../state/layout';
import { NEXT, type Core, type Helper, type HelperTable } from '../core';
import { writeOperand } from '../operands';

const STEP = 0x9e37_79b9_7f4a_7c15n;

/** SplitMix64: a counter in big steps, mixed. */
function next(core: Core): bigint {
  const { state } = core;
  const counter = BigInt.asUintN(64, state.big(RANDOM) + STEP);
  state.setBig(RANDOM, counter);
  let z = counter;
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
  return z ^ (z >> 31n);
}

/** There always is a number: CF = 1, the other arithmetic flags are cleared. */
const random: Helper = (core, i) => {
  const value = next(core);
  writeOperand(core, i, 0, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  core.setArithmeticFlags(RFLAGS_CF);
  return NEXT;
};

export const RANDOM_HELPERS = { random } satisfies HelperTable;
