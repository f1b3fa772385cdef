/** The opcode map by families, as the page has them. */
import { ARITHMETIC } from '../../src/engine/isa/instructions/arithmetic';
import { BIT_MANIPULATION } from '../../src/engine/isa/instructions/bit-manipulation';
import { BITS } from '../../src/engine/isa/instructions/bits';
import { BRANCH } from '../../src/engine/isa/instructions/branch';
import { CARRY_CHAIN } from '../../src/engine/isa/instructions/carry-chain';
import { DECIMAL } from '../../src/engine/isa/instructions/decimal';
import { FLAGS } from '../../src/engine/isa/instructions/flags';
import { FLOAT_STATE } from '../../src/engine/isa/instructions/float-state';
import { IO } from '../../src/engine/isa/instructions/io';
import { LOGIC } from '../../src/engine/isa/instructions/logic';
import { MOVE } from '../../src/engine/isa/instructions/move';
import { SEGMENT } from '../../src/engine/isa/instructions/segment';
import { SHIFT } from '../../src/engine/isa/instructions/shift';
import { STACK } from '../../src/engine/isa/instructions/stack';
import { STRING } from '../../src/engine/isa/instructions/string';
import { SVM } from '../../src/engine/isa/instructions/svm';
import { SYSTEM } from '../../src/engine/isa/instructions/system';
import { VECTOR_FLOAT } from '../../src/engine/isa/instructions/vector-float';
import { VECTOR_FLOAT_CONVERT } from '../../src/engine/isa/instructions/vector-float-convert';
import { VECTOR_INTEGER } from '../../src/engine/isa/instructions/vector-integer';
import { VECTOR_MOVE } from '../../src/engine/isa/instructions/vector-move';
import { VECTOR_SHIFT } from '../../src/engine/isa/instructions/vector-shift';
import { VECTOR_SHUFFLE } from '../../src/engine/isa/instructions/vector-shuffle';
import { VECTOR_SPECIAL } from '../../src/engine/isa/instructions/vector-special';
import { X87 } from '../../src/engine/isa/instructions/x87';
import type { Row } from '../../src/engine/isa/row';

export const FAMILIES: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ['Arithmetic', ARITHMETIC],
  ['Logic', LOGIC],
  ['Shifts and rotates', SHIFT],
  ['Moves', MOVE],
  ['Stack', STACK],
  ['Branches', BRANCH],
  ['Strings', STRING],
  ['Bits', BITS],
  ['Bit manipulation', BIT_MANIPULATION],
  ['Carry chains', CARRY_CHAIN],
  ['Flags', FLAGS],
  ['Decimal', DECIMAL],
  ['Segments', SEGMENT],
  ['System', SYSTEM],
  ['Ports', IO],
  ['SVM', SVM],
  ['x87', X87],
  ['State of the units', FLOAT_STATE],
  ['Vectors: moves', VECTOR_MOVE],
  ['Vectors: integers', VECTOR_INTEGER],
  ['Vectors: floating point', VECTOR_FLOAT],
  ['Vectors: conversions', VECTOR_FLOAT_CONVERT],
  ['Vectors: shifts', VECTOR_SHIFT],
  ['Vectors: shuffles', VECTOR_SHUFFLE],
  ['Vectors: cryptography and strings', VECTOR_SPECIAL],
];
