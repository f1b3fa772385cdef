/**
 * The shapes that get a case of the main loop's switch: common rows in the sizes and operand forms compilers emit. The loop slows
 * down beyond about 1,750 cases, so rare rows, 16-bit operands and odd forms are functions made on demand.
 */
import type { FlagKind, Size } from '../isa/emitter';
import { ROWS } from '../isa/opcode-map';
import type { OperandType } from '../isa/operand';
import type { Row } from '../isa/row';
import { knowsCondition } from './lazy-flags';
import type { Width } from './place';
import { shapeKey, type OperandKind, type Shape, type ShapeOperand } from './shape';

const KINDS: Partial<Record<OperandType['place'], readonly OperandKind[]>> = {
  rm: ['r', 'm', 'x'],
  'rm-register': ['r'],
  memory: ['m', 'x'],
  register: ['r'],
  opcode: ['r'],
  fixed: ['r'],
  immediate: ['i'],
  one: ['i'],
  relative: ['j'],
  offset: ['m'],
  'source-index': ['n'],
  'destination-index': ['n'],
};

/** Flag sources a condition is specialised for in the loop. */
const SOURCES: readonly (readonly [FlagKind, Size])[] = [
  ['sub', 1],
  ['sub', 4],
  ['sub', 8],
  ['logic', 1],
  ['logic', 4],
  ['logic', 8],
  ['add', 4],
  ['add', 8],
  ['dec', 4],
  ['dec', 8],
];

function sizeOf(type: OperandType, operandSize: 2 | 4 | 8, addressSize: 4 | 8): Size {
  switch (type.width) {
    case 'v':
      return operandSize;
    case 'z':
      return operandSize === 2 ? 2 : 4;
    case 'y':
      return operandSize === 8 ? 8 : 4;
    case 'none':
      return addressSize;
    default:
      return type.width as Size;
  }
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

/** Rows worth a second handler that keeps no flags. */
const mayDie = (row: Row): boolean =>
  (row.leaves !== undefined || row.undefinedFlags !== undefined) &&
  !/^(CMP|TEST|MUL|DIV|IDIV)$/.test(row.mnemonic) &&
  row.rep === undefined;

function shapesOf(row: Row, width: Width): Shape[] {
  const addressSize = width === 64 ? 8 : 4;
  const sizes = (row.size && width === 64 ? [8] : width === 64 ? [4, 8] : [4]) as (4 | 8)[];
  const shapes: Shape[] = [];
  for (const operandSize of sizes) {
    if (row.operandSize !== undefined && row.operandSize !== operandSize) continue;
    const forms = row.operands.map((type, n): ShapeOperand[] => {
      const size = type.signExtended
        ? operandSize
        : type.place === 'relative'
          ? operandSize
          : sizeOf(type, operandSize, addressSize);
      const kinds = type.place === 'fixed' && n > 1 ? [`f${type.register!}` as const] : (KINDS[type.place] ?? []);
      return kinds.map((kind) => ({ kind, size }));
    });
    const reps: Shape['rep'][] =
      row.rep === undefined ? ['none'] : row.rep === 'rep' ? ['none', 'f3'] : ['none', 'f3', 'f2'];
    const flags: Shape['flags'][] = [undefined];
    if (row.condition !== undefined) {
      const narrow = row.mnemonic.startsWith('J') ? SOURCES : SOURCES.filter(([, size]) => size !== 1);
      for (const [kind, size] of narrow)
        if (knowsCondition(kind, row.condition) && (size !== 8 || width === 64)) flags.push({ kind, size });
    }
    for (const operands of product(forms)) {
      // Conditional moves and sets from memory are rare enough to be functions.
      if (
        row.condition !== undefined &&
        operands.some((o) => o.kind === 'x' || (o.kind === 'm' && !row.mnemonic.startsWith('CMOV')))
      )
        continue;
      for (const rep of reps)
        for (const f of flags) shapes.push({ row, operands, operandSize, addressSize, rep, flags: f });
      if (mayDie(row) && operands[0]!.size >= 4 && operands.every((o) => o.kind !== 'x')) {
        shapes.push({ row, operands, operandSize, addressSize, rep: 'none', flags: undefined, dead: true });
      }
    }
  }
  return shapes;
}

/** What is worth doing together with the conditional jump behind it, by mnemonic: operand forms and sizes. */
const FUSED: Readonly<Record<string, readonly { readonly forms: string; readonly sizes: readonly Size[] }[]>> = {
  CMP: [{ forms: 'rr ri rm mr mi', sizes: [1, 4, 8] }],
  TEST: [{ forms: 'rr ri', sizes: [1, 4, 8] }],
  AND: [{ forms: 'ri rr', sizes: [4] }],
  SUB: [{ forms: 'ri rr', sizes: [4, 8] }],
  ADD: [{ forms: 'ri', sizes: [4, 8] }],
  DEC: [{ forms: 'r', sizes: [4, 8] }],
};

/** Shapes of an instruction and the conditional jump behind it. */
function fusedShapes(singles: readonly Shape[]): Shape[] {
  const jumps = singles.filter((s) => s.row.mnemonic.startsWith('J') && s.flags !== undefined);
  const pairs: Shape[] = [];
  for (const first of singles) {
    const size = first.operands[0]?.size;
    const forms = first.operands.map((o) => o.kind).join('');
    const wanted = FUSED[first.row.mnemonic]?.some(
      (f) => f.forms.split(' ').includes(forms) && f.sizes.includes(size as Size),
    );
    if (!wanted || first.dead) continue;
    for (const jump of jumps) {
      if (jump.flags!.kind === first.row.leaves && jump.flags!.size === size) pairs.push({ ...first, then: jump });
    }
  }
  return pairs;
}

export function hotShapes(width: Width): Shape[] {
  const byKey = new Map<string, Shape>();
  for (const row of ROWS) {
    if (typeof row.meaning === 'string' || row.rare || row.mode === (width === 64 ? 'legacy' : 'long')) continue;
    if (row.addressSize !== undefined) continue;
    // The low byte forms of a condition after anything but a compare stay out as well: see SOURCES.
    for (const shape of shapesOf(row, width)) {
      const key = shapeKey(shape);
      if (!byKey.has(key)) byKey.set(key, shape);
    }
  }
  const singles = [...byKey.values()];
  return [...singles, ...fusedShapes(singles)];
}
