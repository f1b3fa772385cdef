/**
 * All rows, and the index the decoder looks them up in. Order matters inside one opcode: the first row whose conditions hold wins
 * (mandatory prefixes before plain forms, exact ModRM bytes before digits, sized forms before general ones).
 */
import { ARITHMETIC } from './instructions/arithmetic';
import { BIT_MANIPULATION } from './instructions/bit-manipulation';
import { BITS } from './instructions/bits';
import { BRANCH } from './instructions/branch';
import { CARRY_CHAIN } from './instructions/carry-chain';
import { DECIMAL } from './instructions/decimal';
import { FLAGS } from './instructions/flags';
import { FLOAT_STATE } from './instructions/float-state';
import { IO } from './instructions/io';
import { LOGIC } from './instructions/logic';
import { MOVE } from './instructions/move';
import { SEGMENT } from './instructions/segment';
import { SHIFT } from './instructions/shift';
import { STACK } from './instructions/stack';
import { STRING } from './instructions/string';
import { SVM } from './instructions/svm';
import { SYSTEM } from './instructions/system';
import { VECTOR_FLOAT } from './instructions/vector-float';
import { VECTOR_FLOAT_CONVERT } from './instructions/vector-float-convert';
import { VECTOR_INTEGER } from './instructions/vector-integer';
import { VECTOR_MOVE } from './instructions/vector-move';
import { VECTOR_SHIFT } from './instructions/vector-shift';
import { VECTOR_SHUFFLE } from './instructions/vector-shuffle';
import { VECTOR_SPECIAL } from './instructions/vector-special';
import { X87 } from './instructions/x87';
import type { Row } from './row';

export const ROWS: readonly Row[] = [
  ...ARITHMETIC,
  ...LOGIC,
  ...SHIFT,
  ...MOVE,
  ...STACK,
  ...BRANCH,
  ...STRING,
  ...BITS,
  ...BIT_MANIPULATION,
  ...CARRY_CHAIN,
  ...FLAGS,
  ...DECIMAL,
  ...SEGMENT,
  ...SYSTEM,
  ...IO,
  ...SVM,
  ...X87,
  ...FLOAT_STATE,
  ...VECTOR_MOVE,
  ...VECTOR_INTEGER,
  ...VECTOR_FLOAT,
  ...VECTOR_FLOAT_CONVERT,
  ...VECTOR_SHIFT,
  ...VECTOR_SHUFFLE,
  ...VECTOR_SPECIAL,
];

const specificity = (r: Row): number =>
  (r.encoding.prefix === undefined || r.encoding.prefix === 0 ? 8 : 0) +
  (r.encoding.modrm === 'exact' ? 0 : 4) +
  (r.encoding.rexW ? 0 : 2) +
  (r.operandSize === undefined ? 1 : 0);

/** Candidates by `map << 8 | opcode`, most specific first. */
export const OPCODE_MAP: readonly (readonly Row[])[] = (() => {
  const table: Row[][] = Array.from({ length: 1024 }, () => []);
  for (const r of ROWS) {
    const { map, opcode, plusRegister } = r.encoding;
    for (let n = 0; n < (plusRegister ? 8 : 1); n++) table[(map << 8) | (opcode + n)]!.push(r);
  }
  for (const rows of table) rows.sort((a, b) => specificity(a) - specificity(b));
  return table;
})();
