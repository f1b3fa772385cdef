/**
 * The forms an assembler may choose from: every row of the opcode map, once for each operand size it can have, in the order NASM
 * prefers them. What NASM spells differently from the rows is a table here.
 */
import type { Bits, OperandSize } from './assemble-operand';
import type { OperandType, Width } from './operand';
import { ROWS } from './opcode-map';
import type { Row } from './row';
import { SPELLED_OTHERWISE } from './assemble-spellings';

export interface Form {
  readonly row: Row;
  /** Operands as they are written; implicit ones (string operands, XLAT's byte) are left out. */
  readonly operands: readonly OperandType[];
  /** The effective operand size this form encodes; undefined when the row has none, or takes the mode's. */
  readonly operandSize: OperandSize | undefined;
  /** MOV r64, imm through a 32-bit form: `zero` writes 32 bits, `sign` a sign-extended immediate. */
  readonly extension?: 'zero' | 'sign';
  /** The operands are written the other way round (TEST, XCHG). */
  readonly swapped?: true;
}

/** Spellings that are not in the rows: which row's name they mean, and at which operand size (`mode`: no size prefix). */
const SPELLINGS: Readonly<Record<string, { readonly of: string; readonly size?: OperandSize | 'mode' }>> = {
  PUSHF: { of: 'PUSHF', size: 'mode' },
  PUSHFW: { of: 'PUSHF', size: 2 },
  POPF: { of: 'POPF', size: 'mode' },
  POPFW: { of: 'POPF', size: 2 },
  PUSHA: { of: 'PUSHA', size: 'mode' },
  PUSHAW: { of: 'PUSHA', size: 2 },
  POPA: { of: 'POPA', size: 'mode' },
  POPAW: { of: 'POPA', size: 2 },
  IRET: { of: 'IRET', size: 'mode' },
  IRETW: { of: 'IRET', size: 2 },
  RETW: { of: 'RET', size: 2 },
  RETD: { of: 'RET', size: 4 },
  RETQ: { of: 'RET', size: 8 },
  RETNW: { of: 'RET', size: 2 },
  RETND: { of: 'RET', size: 4 },
  RETNQ: { of: 'RET', size: 8 },
  RETFW: { of: 'RETF', size: 2 },
  RETFD: { of: 'RETF', size: 4 },
  RETFQ: { of: 'RETF', size: 8 },
  INT03: { of: 'INT3' },
  INT01: { of: 'INT1' },
  UD2A: { of: 'UD2' },
};

/** Rows whose name fixes an operand size the row itself leaves open, because REX.W does not change them. */
const SIZE_IN_NAME: Readonly<Record<string, OperandSize>> = { INSD: 4, OUTSD: 4 };

/** Operand sizes NASM has no form for, by mnemonic and source width. */
function hasNoForm(row: Row, size: OperandSize): boolean {
  const source = row.operands[1]?.width;
  if (row.mnemonic === 'MOVZX' || row.mnemonic === 'MOVSX') return source === 2 && size === 2;
  // The manual leaves the result of a 16-bit BSWAP undefined.
  if (row.mnemonic === 'BSWAP') return size === 2;
  return row.mnemonic === 'MOVSXD' && size !== 8;
}

const IMPLICIT: ReadonlySet<string> = new Set(['source-index', 'destination-index']);
const SIZED: ReadonlySet<Width> = new Set<Width>(['v', 'z', 'y', 'p']);

function sizesOf(row: Row, operands: readonly OperandType[]): readonly (OperandSize | undefined)[] {
  const inName = SIZE_IN_NAME[row.mnemonic];
  if (inName !== undefined) return [inName];
  if (row.operandSize !== undefined) return [row.operandSize];
  const sized = operands.filter((o) => (SIZED.has(o.width) || o.signExtended) && o.place !== 'fixed-segment');
  if (sized.length === 0) return [undefined];
  if (sized.every((o) => o.width === 'y')) return [4, 8];
  if (sized.every((o) => o.width === 'z') && row.size === undefined && sized[0]!.place === 'fixed') return [2, 4];
  return ([2, 4, 8] as const).filter((size) => !hasNoForm(row, size));
}

function formsOf(row: Row): Form[] {
  const operands = row.operands.filter((o) => !IMPLICIT.has(o.place));
  const forms: Form[] = sizesOf(row, operands).map((operandSize) => ({ row, operands, operandSize }));
  // The SVM instructions' operands can be left unwritten.
  if (row.needs === 'SVME' && operands.length > 0) forms.push({ row, operands: [], operandSize: undefined });
  return forms;
}

/** Short before long, registers in the opcode before ModRM, sign-extended bytes before accumulators before full immediates. */
function rank({ row, operands }: Form): number {
  const [first, second] = operands;
  if (operands.some((o) => o.place === 'offset')) return 0;
  if (operands.some((o) => o.place === 'one')) return 1;
  if (row.mnemonic === 'XCHG' && first!.place === 'opcode') return 1;
  if (operands.length === 1 && first!.place === 'opcode') return 1;
  if (operands.at(-1)?.name === 'Is') return 2;
  // NASM writes `fadd st0, st0` as it does `fadd st1, st0`.
  if (first?.place === 'stack' && operands.length === 2) return 3;
  if (first?.place === 'fixed' && second?.place === 'immediate') return 3;
  return 4;
}

function addMoveExtensions(forms: Form[]): void {
  const long = forms.find((f) => f.operands[0]!.place === 'opcode' && f.operandSize === 8)!;
  const sign = forms.find((f) => f.row.encoding.text === 'C7 /0' && f.operandSize === 8)!;
  const zero: Form = { ...long, extension: 'zero' };
  forms.splice(forms.indexOf(long), 0, zero, { ...sign, extension: 'sign' });
}

function withSwapped(mnemonic: string, forms: readonly Form[]): Form[] {
  // NASM puts the first register of XCHG into ModRM.reg, that of TEST into ModRM.r/m.
  return forms.flatMap((form): Form[] => {
    if (form.operands[1]?.place !== 'register' && form.operands[0]?.place !== 'opcode') return [form];
    const swapped: Form = { ...form, operands: [form.operands[1]!, form.operands[0]!], swapped: true };
    return mnemonic === 'XCHG' ? [swapped, form] : [form, swapped];
  });
}

function build(): ReadonlyMap<string, readonly Form[]> {
  const names = new Map<string, Form[]>();
  const add = (name: string, forms: readonly Form[]): void => {
    names.set(name, [...(names.get(name) ?? []), ...forms]);
  };
  for (const row of ROWS) {
    const forms = formsOf(row);
    for (const name of [row.mnemonic, ...(row.aliases ?? [])]) add(name.toUpperCase(), forms);
  }
  add('MOVSX', names.get('MOVSXD') ?? []);
  for (const [name, forms] of names)
    names.set(
      name,
      [...forms].sort((a, b) => rank(a) - rank(b)),
    );
  const spelled = new Map<string, readonly Form[]>();
  for (const [name, { of, size }] of Object.entries(SPELLINGS)) {
    const forms = (names.get(of) ?? []).map((form): Form => {
      if (size === undefined) return form;
      if (size !== 'mode') return { ...form, operandSize: size };
      return { ...form, operandSize: undefined };
    });
    if (forms.length > 0) spelled.set(name, forms);
  }
  addMoveExtensions(names.get('MOV')!);
  for (const name of ['TEST', 'XCHG']) names.set(name, withSwapped(name, names.get(name)!));
  for (const [name, forms] of spelled) names.set(name, [...forms]);
  return names;
}

const FORMS: ReadonlyMap<string, readonly Form[]> = build();

/** Forms of a mnemonic (upper case), in NASM's order of preference; undefined when there is no such instruction. */
export function formsNamed(mnemonic: string): readonly Form[] | undefined {
  return FORMS.get(mnemonic);
}

const OTHERWISE: ReadonlySet<string> = new Set(SPELLED_OTHERWISE);

/** Whether the assembler knows a mnemonic (upper case). */
export const isMnemonic = (name: string): boolean => FORMS.has(name) || OTHERWISE.has(name);

/** Every mnemonic the assembler knows, upper case. */
export function mnemonics(): Iterable<string> {
  return [...FORMS.keys(), ...OTHERWISE];
}

/** Whether a form exists in a mode. */
export function existsIn({ row, operandSize, extension }: Form, bits: Bits): boolean {
  if (row.mode === 'long' && bits !== 64) return false;
  if (row.mode === 'legacy' && bits === 64) return false;
  if (row.encoding.rexW && bits !== 64) return false;
  if (row.addressSize !== undefined && (bits === 64 ? row.addressSize === 2 : row.addressSize === 8)) return false;
  if (operandSize === 8 || extension !== undefined) return bits === 64;
  if (bits !== 64 || operandSize === undefined) return true;
  if (row.size === 'force64') return false;
  if (row.size !== 'default64') return true;
  // Near branches with an operand of 16 bits would cut rIP off: NASM has no such forms.
  return operandSize === 2 && !isNearBranch(row);
}

function isNearBranch(row: Row): boolean {
  const place = row.operands[0]?.place;
  return place === 'relative' || ((row.mnemonic === 'JMP' || row.mnemonic === 'CALL') && place === 'rm');
}

/** Width in bytes of an operand in a form, or undefined where memory of any size, or none, is meant. */
export function widthOf(type: OperandType, operandSize: OperandSize | undefined, bits: Bits): number | undefined {
  const { width } = type;
  if (typeof width === 'number') return width;
  if (width === 'native') return bits === 64 ? 8 : 4;
  if (width === 'z') return operandSize === undefined ? undefined : Math.min(operandSize, 4);
  if (width === 'y') return operandSize === 2 ? 4 : operandSize;
  return width === 'v' ? operandSize : undefined;
}
