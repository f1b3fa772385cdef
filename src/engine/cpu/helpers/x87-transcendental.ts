/** F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FSINCOS, FPTAN. */
import type { Unpacked } from '../../float/format';
import type { Environment, Result } from '../../float/round';
import { arcTangent, cosine, exp2m1, isOutOfRange, sine, tangent, yLog2, yLog2Plus1 } from '../../float/transcendental';
import type { Core, Helper, HelperTable } from '../core';
import { INDEFINITE_BITS, report, stackFault, storeResult, unpackRegister } from '../x87-operation';
import { C1, C2, environment, isEmpty, pop, push, setConditions, setStackRegister } from '../x87-registers';
import { numeric } from '../x87-unit';

const f2xm1 = numeric((core) => {
  const { state } = core;
  if (isEmpty(state, 0)) {
    if (stackFault(core, false)) setStackRegister(state, 0, INDEFINITE_BITS);
  } else storeResult(core, 0, exp2m1(unpackRegister(core, 0), environment(state)));
});

/** ST(1) with ST(0) → ST(1), then a pop. */
const combined = (op: (y: Unpacked, x: Unpacked, env: Environment) => Result): Helper =>
  numeric((core) => {
    const { state } = core;
    let stored: boolean;
    if (isEmpty(state, 0) || isEmpty(state, 1)) {
      stored = stackFault(core, false);
      if (stored) setStackRegister(state, 1, INDEFINITE_BITS);
    } else stored = storeResult(core, 1, op(unpackRegister(core, 1), unpackRegister(core, 0), environment(state)));
    if (stored) pop(state);
  });

/** An angle in ST(0). C2 says that it is too large, and nothing else happens. */
const ofAngle = (op: (core: Core, angle: Unpacked) => void, pushes: boolean): Helper =>
  numeric((core) => {
    const { state } = core;
    setConditions(state, C2, 0);
    const empty = isEmpty(state, 0);
    if (empty || (pushes && !isEmpty(state, -1))) {
      if (!stackFault(core, !empty)) return;
      setStackRegister(state, 0, INDEFINITE_BITS);
      if (pushes) push(state, INDEFINITE_BITS);
      return;
    }
    const angle = unpackRegister(core, 0);
    if (isOutOfRange(angle)) setConditions(state, C1 | C2, C2);
    else op(core, angle);
  });

const single = (op: (x: Unpacked, env: Environment) => Result): Helper =>
  ofAngle((core, angle) => void storeResult(core, 0, op(angle, environment(core.state))), false);

const ONE = 0x3fff_8000_0000_0000_0000n;

const isNumber = (x: Unpacked): boolean => x.class === 'finite' || x.class === 'zero';

/** Two results: the first to ST(0), the second on top of it. */
const double = (
  first: (x: Unpacked, env: Environment) => Result,
  second: (x: Unpacked, env: Environment) => Result,
): Helper =>
  ofAngle((core, angle) => {
    const env = environment(core.state);
    const [a, b] = [first(angle, env), second(angle, env)];
    if (!report(core, a.flags | b.flags)) return;
    setStackRegister(core.state, 0, a.bits);
    push(core.state, b.bits);
  }, true);

export const X87_TRANSCENDENTAL_HELPERS = {
  f2xm1,
  fyl2x: combined(yLog2),
  fyl2xp1: combined(yLog2Plus1),
  fpatan: combined(arcTangent),
  fsin: single(sine),
  fcos: single(cosine),
  fsincos: double(sine, cosine),
  // The tangent is the quotient of the two that are left: 1 stands below it. A NaN is left twice.
  fptan: double(tangent, (x, env) => (isNumber(x) ? { bits: ONE, flags: 0 } : tangent(x, env))),
} satisfies HelperTable;
