/** What an assembler is given: one instruction with its operands evaluated, and where it stands. */

export type Bits = 16 | 32 | 64;
export type OperandSize = 2 | 4 | 8;

export interface RegisterOperand {
  readonly kind: 'register';
  readonly class: 'general' | 'segment' | 'control' | 'debug' | 'xmm' | 'mmx' | 'st';
  /** As encoded; of AH, CH, DH and BH 4 to 7. */
  readonly number: number;
  /** Bytes. Segment registers 2; control and debug registers 0, they take the mode's; XMM, MMX and x87 registers 0, they take the form's. */
  readonly size: 0 | 1 | 2 | 4 | 8;
  /** AH, CH, DH, BH: `high`, not with REX. SPL, BPL, SIL, DIL: `low`, only with REX. */
  readonly byte?: 'high' | 'low';
  readonly name: string;
  /** Of x87: written with TO, it is where the result goes (`fadd to st1`); false: not written, and nothing but ST(0). */
  readonly to?: boolean;
}

/**
 * What is known about a number: `constant` a plain number; `address` relative to some section, so never shortened;
 * `unknown` it stands on a symbol not met yet.
 */
export type Nature = 'constant' | 'address' | 'unknown';

export interface MemoryOperand {
  readonly kind: 'memory';
  /** Bytes, as written before the bracket. */
  readonly size?: number;
  readonly far?: true;
  /** Segment override, a segment register's number. */
  readonly segment?: number;
  readonly base?: { readonly number: number; readonly size: 2 | 4 | 8 };
  readonly index?: { readonly number: number; readonly size: 2 | 4 | 8 };
  readonly scale: number;
  /** Displacement; of a rIP-relative operand, the target's address. */
  readonly displacement: bigint;
  readonly nature: Nature;
  /** Bytes, as written inside the bracket. */
  readonly displacementSize?: 1 | 2 | 4 | 8;
  /** A16, A32, A64 written inside the bracket. */
  readonly addressSize?: OperandSize;
  /** A lone scaled register stays the index (NOSPLIT). */
  readonly noSplit?: true;
  /** rIP-relative if it can be: 64-bit mode, no registers, an address. */
  readonly relative?: true;
}

export interface ImmediateOperand {
  readonly kind: 'immediate';
  readonly value: bigint;
  readonly nature: Nature;
  readonly size?: number;
  /** Neither shortened nor sign-extended from fewer bytes. */
  readonly strict?: true;
  readonly distance?: 'short' | 'near' | 'far';
  /** The address lies in the section the instruction is in: a jump to it can be short. */
  readonly sameSection?: true;
}

/** `selector:offset`. */
export interface FarOperand {
  readonly kind: 'far';
  readonly selector: bigint;
  readonly offset: bigint;
  readonly size?: number;
}

export type AssemblerOperand = RegisterOperand | MemoryOperand | ImmediateOperand | FarOperand;

export interface Prefixes {
  readonly repeat?: 'rep' | 'repe' | 'repne';
  readonly lock?: true;
  readonly segment?: number;
  readonly operandSize?: OperandSize;
  readonly addressSize?: OperandSize;
}

export interface Instruction {
  /** Upper or lower case. */
  readonly mnemonic: string;
  readonly operands: readonly AssemblerOperand[];
  readonly prefixes: Prefixes;
}

export interface Place {
  readonly bits: Bits;
  /** Address of the instruction's first byte. */
  readonly address: bigint;
}

/** What is wrong, and with which operand (−1: the instruction). */
export interface Complaint {
  readonly message: string;
  readonly operand: number;
  /** Bytes the instruction would have had, where only its target is out of reach. */
  readonly length?: number;
}
