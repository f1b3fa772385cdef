/**
 * What NASM lets one write otherwise than the rows have it: an x87 instruction with operands left out, one that waits first, a
 * comparison with its predicate in its name.
 */
import type { AssemblerOperand, Instruction, RegisterOperand } from './assemble-operand';

const stack = (number: number): RegisterOperand => ({
  kind: 'register',
  class: 'st',
  number,
  size: 0,
  name: `st${number}`,
});

const isStack = (operand: AssemblerOperand | undefined): operand is RegisterOperand =>
  operand?.kind === 'register' && operand.class === 'st';

/** Without operands they pop: FADD is FADDP. */
const ARITHMETIC = /^F(ADD|MUL|SUBR?|DIVR?)$/;
const ARITHMETIC_POP = /^F(ADD|MUL|SUBR?|DIVR?)P$/;
/** ST(0) with ST(1), or with the one written. */
const FROM_STACK = /^(FCOM[IP]?|FCOMIP|FUCOM[IP]?|FUCOMIP|FXCH|FCMOVN?(B|E|BE|U))$/;
/** ST(1), where nothing is written. */
const ALONE = /^(FLD|FSTP?|FFREEP?)$/;
function stackOperands(mnemonic: string, operands: readonly AssemblerOperand[]): Instruction['operands'] | undefined {
  const [first, second] = operands;
  if (operands.length > 2 || (operands.length > 0 && !isStack(first))) return undefined;
  if (operands.length === 2) {
    if (mnemonic === 'FXCH' && isStack(first) && isStack(second) && second.number === 0) return [second, first];
    return undefined;
  }
  if (ALONE.test(mnemonic)) return first === undefined ? [stack(1)] : undefined;
  if (FROM_STACK.test(mnemonic)) return [stack(0), first ?? stack(1)];
  if (ARITHMETIC_POP.test(mnemonic)) return [first ?? stack(1), stack(0)];
  if (ARITHMETIC.test(mnemonic) && first !== undefined)
    return isStack(first) && first.to ? [stack(first.number), stack(0)] : [{ ...stack(0), to: false }, first];
  return undefined;
}

/** Names that mean WAIT and then the instruction with FN. */
const WAITING: ReadonlySet<string> = new Set(
  ['CLEX', 'INIT', 'SAVE', 'STCW', 'STENV', 'STSW', 'DISI', 'ENI'].map((name) => `F${name}`),
);
const SAME: Readonly<Record<string, string>> = { FSETPM: 'FNSETPM' };

/** Immediates of CMPPS and its kin, and of PCLMULQDQ, that have names. Volume 4 */
const PREDICATES = ['EQ', 'LT', 'LE', 'UNORD', 'NEQ', 'NLT', 'NLE', 'ORD'] as const;
const HALVES = { LQLQ: 0x00, HQLQ: 0x01, LQHQ: 0x10, HQHQ: 0x11 } as const;
const WITH_IMMEDIATE = new Map<string, readonly [string, number]>([
  ...PREDICATES.flatMap((name, value) =>
    ['PS', 'PD', 'SS', 'SD'].map((kind) => [`CMP${name}${kind}`, [`CMP${kind}`, value]] as const),
  ),
  ...Object.entries(HALVES).map(([name, value]) => [`PCLMUL${name}DQ`, ['PCLMULQDQ', value]] as const),
]);

/** Names of instructions that no row has. */
export const SPELLED_OTHERWISE: readonly string[] = [...WAITING, ...Object.keys(SAME), ...WITH_IMMEDIATE.keys()];

/** Whether it is written with WAIT before it, and how the rows name it. */
export function waitingForm(mnemonic: string): string | undefined {
  return WAITING.has(mnemonic) ? `FN${mnemonic.slice(1)}` : undefined;
}

/** The instruction as the rows have it; itself when it is one of them. The mnemonic is in upper case. */
export function unspell(instruction: Instruction): Instruction {
  const { mnemonic, operands, prefixes } = instruction;
  const same = SAME[mnemonic];
  if (same !== undefined) return { mnemonic: same, operands, prefixes };
  const named = WITH_IMMEDIATE.get(mnemonic);
  if (named !== undefined) {
    const [name, value] = named;
    return {
      mnemonic: name,
      operands: [...operands, { kind: 'immediate', value: BigInt(value), nature: 'constant' }],
      prefixes,
    };
  }
  if (ARITHMETIC.test(mnemonic) && operands.length === 0)
    return { mnemonic: `${mnemonic}P`, operands: [stack(1), stack(0)], prefixes };
  const written = mnemonic.startsWith('F') ? stackOperands(mnemonic, operands) : undefined;
  return written === undefined ? instruction : { mnemonic, operands: written, prefixes };
}
