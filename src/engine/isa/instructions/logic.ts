/** AND, OR, XOR, TEST, NOT. */
import type { Binary } from '../emitter';
import { AL, Eb, Ev, Gb, Gv, Ib, Iz, rAX } from '../operand';
import { row, type Emit, type Row } from '../row';
import { classic } from './arithmetic';

const bitwise =
  (op: Binary): Emit =>
  (e) => {
    const a = e.modify(0);
    const r = e.let(e.bin(op, a, e.read(1)));
    e.write(0, r);
    e.setFlags('logic', e.size, r);
  };

const test: Emit = (e) => {
  const a = e.read(0);
  e.setFlags('logic', e.size, e.bin('and', a, e.read(1)));
};

const not: Emit = (e) => {
  e.write(0, e.mask(e.bin('xor', e.modify(0), e.constant(-1, e.size)), e.size));
};

const RULES = { leaves: 'logic', undefinedFlags: 'AF' } as const;

export const LOGIC: readonly Row[] = [
  ...classic('OR', 0x08, 1, RULES, bitwise('or')),
  ...classic('AND', 0x20, 4, RULES, bitwise('and')),
  ...classic('XOR', 0x30, 6, RULES, bitwise('xor')),
  row('TEST', '84 /r', [Eb, Gb], RULES, test),
  row('TEST', '85 /r', [Ev, Gv], RULES, test),
  row('TEST', 'A8', [AL, Ib], RULES, test),
  row('TEST', 'A9', [rAX, Iz], RULES, test),
  row('TEST', 'F6 /0', [Eb, Ib], RULES, test),
  row('TEST', 'F7 /0', [Ev, Iz], RULES, test),
  row('TEST', 'F6 /1', [Eb, Ib], { ...RULES, rare: true }, test),
  row('TEST', 'F7 /1', [Ev, Iz], { ...RULES, rare: true }, test),
  row('NOT', 'F6 /2', [Eb], { lock: true }, not),
  row('NOT', 'F7 /2', [Ev], { lock: true }, not),
];
