/** A line of the opcode map: encoding, operands, rules and meaning of one instruction form. */
import type { CPUID_FEATURES } from '../arch/cpuid';
import type { InterceptName } from '../arch/intercepts';
import type { Emitter, FlagKind, HelperName } from './emitter';
import type { OperandType } from './operand';
import type { Unit } from './unit';

/** Writes an instruction's meaning in the words of an emitter; interpreter and region JIT are both generated from it. */
export type Emit = (e: Emitter) => void;

export interface Rules {
  /** LOCK is legal when the first operand is memory; anywhere else it is #UD (APM volume 3, §1.2.5). */
  readonly lock?: true;
  /** A string instruction: REP repeats it rCX times; `repz` also ends on ZF (REPE/REPZ, REPNE/REPNZ). */
  readonly rep?: 'rep' | 'repz';
  /** Operand size in 64-bit mode: `default64` 64 unless 66h gives 16; `force64` always 64; `default32` as usual. */
  readonly size?: 'default64' | 'force64';
  /** The row exists for this effective operand size only (CBW, CWDE and CDQE share an opcode). */
  readonly operandSize?: 2 | 4 | 8;
  /** The row exists for this address size only (JCXZ, JECXZ, JRCXZ). */
  readonly addressSize?: 2 | 4 | 8;
  /** Only in 64-bit mode, or only outside it; else #UD. */
  readonly mode?: 'long' | 'legacy';
  /** Real and virtual-8086 mode raise #UD. */
  readonly protectedMode?: true;
  /** Highest privilege level number that may execute it; above: #GP(0). */
  readonly cpl?: 0;
  /** Where CPUID does not report it there is no such row: the bytes mean the next row that fits (F3 0F BC is BSF then), or #UD. */
  readonly feature?: keyof typeof CPUID_FEATURES;
  /** EFER.SVME must be 1, else #UD. */
  readonly needs?: 'SVME';
  /** The SVM instruction intercept that covers the row (APM volume 2, §15.9). */
  readonly intercept?: InterceptName;
  /** Control flow or machine state changes: a block ends after it. */
  readonly ends?: true;
  /** Arithmetic flags the manual leaves undefined afterwards, e.g. `AF` or `OF SF ZF AF PF CF`. */
  readonly undefinedFlags?: string;
  /** The lazy-flag kind the row always leaves behind, at the size of its first operand: lets a following Jcc specialise. */
  readonly leaves?: FlagKind;
  /** Its result depends on arithmetic flags (rows with a condition code do anyway). */
  readonly readsFlags?: true;
  /** Condition code 0–15 of Jcc, SETcc, CMOVcc. */
  readonly condition?: number;
  /** Other spellings the assembler accepts. */
  readonly aliases?: readonly string[];
  /** With REX.B the row does not apply (NOP against XCHG r8, rAX). */
  readonly notRexB?: true;
  /** Stays out of the interpreter's main loop although integer and common in form (rarely executed). */
  readonly rare?: true;
  /** The effective address uses rSP as it is after the pop (POP to memory). */
  readonly popsFirst?: true;
  /** The memory operand lies off its effective address: by a signed bit offset in operand 1, or by AL (XLAT). */
  readonly displaced?: 'bit-offset' | 'al';
  /** Reads or writes I/O ports: CPL, IOPL and the I/O map decide. */
  readonly io?: true;
  /** The unit whose state it uses: CR0 and CR4 may say #UD or #NM; see isa/unit. */
  readonly unit?: Unit;
  /** Its immediate chooses what is generated (`e.immediate`): a shape of its own for each value. */
  readonly fixedImmediate?: true;
}

export interface Encoding {
  /** The spelling in the row, e.g. `0F 01 D8`, `81 /0`, `REX.W 98`, `50+r`, `VEX.LZ.F3.0F38 F7 /r`. */
  readonly text: string;
  /** 0 one-byte, 1 `0F`, 2 `0F 38`, 3 `0F 3A`. */
  readonly map: 0 | 1 | 2 | 3;
  readonly opcode: number;
  /** Mandatory prefix; 0 = none may be there (NP); undefined = 66, F2, F3 keep their usual meaning. */
  readonly prefix: 0 | 0x66 | 0xf3 | 0xf2 | undefined;
  readonly rexW: boolean;
  /** Under a VEX prefix with L = 0; vvvv without an operand in it must be all ones. */
  readonly vex: boolean;
  /** The low three opcode bits hold a register. */
  readonly plusRegister: boolean;
  readonly modrm: 'none' | 'register' | 'digit' | 'exact';
  /** ModRM.reg of a `/digit`, or the whole ModRM byte of an exact form. */
  readonly digit: number;
}

export interface Row extends Rules {
  readonly mnemonic: string;
  readonly encoding: Encoding;
  readonly operands: readonly OperandType[];
  /** The meaning, or the name of the out-of-line helper that has it. */
  readonly meaning: Emit | HelperName;
  /** Names the meaning in handler keys: rows that share meaning and operand shapes share one handler. */
  readonly meaningName: string;
}

const names = new Map<Emit, string>();

function meaningName(meaning: Emit | HelperName, mnemonic: string): string {
  if (typeof meaning === 'string') return meaning;
  let name = names.get(meaning);
  if (name === undefined) names.set(meaning, (name = `${mnemonic.toLowerCase()}${names.size}`));
  return name;
}

const VEX = /^VEX\.LZ\.(?:(66|F3|F2)\.)?(0F|0F38|0F3A) /;

function parseEncoding(text: string): Encoding {
  // VEX names prefix and map in one word.
  const vex = VEX.exec(text);
  const plain = vex ? text.replace(VEX, `${vex[1] ?? 'NP'} ${vex[2]!.replace(/..(?=.)/, '0F ')} `) : text;
  const tokens: string[] = plain.split(' ');
  const at = (n: number): string | undefined => tokens[n];
  let prefix: Encoding['prefix'];
  let rexW = false;
  if (tokens[0] === 'NP') {
    prefix = 0;
    tokens.shift();
  } else if (tokens.length > 1 && /^(66|F3|F2)$/.test(tokens[0]!)) prefix = parseInt(tokens.shift()!, 16) as 0x66;
  if (tokens[0] === 'REX.W') {
    rexW = true;
    tokens.shift();
  }
  let map: Encoding['map'] = 0;
  if (at(0) === '0F' && tokens.length > 1) {
    tokens.shift();
    map = 1;
    if ((at(0) === '38' || at(0) === '3A') && tokens.length > 1) map = tokens.shift() === '38' ? 2 : 3;
  }
  const opcode = /^([0-9A-F]{2})(\+r)?$/.exec(tokens.shift() ?? '');
  if (!opcode) throw new Error(`opcode map: cannot read encoding "${text}"`);
  const last = tokens.shift();
  const common = {
    text,
    map,
    opcode: parseInt(opcode[1]!, 16),
    prefix,
    rexW,
    vex: vex !== null,
    plusRegister: opcode[2] !== undefined,
  };
  if (tokens.length) throw new Error(`opcode map: too much in encoding "${text}"`);
  if (last === undefined) return { ...common, modrm: 'none', digit: 0 };
  if (last === '/r') return { ...common, modrm: 'register', digit: 0 };
  if (/^\/[0-7]$/.test(last)) return { ...common, modrm: 'digit', digit: Number(last[1]) };
  return { ...common, modrm: 'exact', digit: parseInt(last, 16) };
}

/** Writes one row. `meaning` is an emitter function, or the name of an out-of-line helper. */
export function row(
  mnemonic: string,
  encoding: string,
  operands: readonly OperandType[],
  rules: Rules,
  meaning: Emit | HelperName,
): Row {
  return {
    ...rules,
    mnemonic,
    encoding: parseEncoding(encoding),
    operands,
    meaning,
    meaningName: meaningName(meaning, mnemonic),
  };
}
