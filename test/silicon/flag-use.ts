/** Which arithmetic flags an instruction reads, writes and leaves undefined: what may be compared, and what may steer. */
import type { Row } from '../../src/engine/isa/row';

export const CF = 0x001;
export const PF = 0x004;
export const AF = 0x010;
export const ZF = 0x040;
export const SF = 0x080;
export const OF = 0x800;
export const ALL = CF | PF | AF | ZF | SF | OF;

const BITS: Readonly<Record<string, number>> = { CF, PF, AF, ZF, SF, OF };

export interface FlagUse {
  readonly reads: number;
  /** Surely written: what was undefined before is not any more. */
  readonly writes: number;
  /** Undefined afterwards. */
  readonly undefined: number;
}

/** Flags that condition codes look at, by the upper three bits of the code. */
const CONDITION_READS = [OF, CF, ZF, CF | ZF, SF, PF, SF | OF, SF | OF | ZF];

const READS: Readonly<Record<string, number>> = {
  ADC: CF,
  SBB: CF,
  RCL: CF,
  RCR: CF,
  CMC: CF,
  LAHF: CF | PF | AF | ZF | SF,
  LOOPE: ZF,
  LOOPNE: ZF,
  INTO: OF,
  PUSHF: ALL,
  PUSHFD: ALL,
  PUSHFQ: ALL,
  ADCX: CF,
  ADOX: OF,
  SALC: CF,
  AAA: AF,
  FCMOVB: CF,
  FCMOVNB: CF,
  FCMOVE: ZF,
  FCMOVNE: ZF,
  FCMOVBE: CF | ZF,
  FCMOVNBE: CF | ZF,
  FCMOVU: PF,
  FCMOVNU: PF,
  AAS: AF,
  DAA: AF | CF,
  DAS: AF | CF,
};

const WRITES: Readonly<Record<string, number>> = {
  INC: ALL & ~CF,
  DEC: ALL & ~CF,
  ADCX: CF,
  ADOX: OF,
  SAHF: ALL & ~OF,
  CLC: CF,
  STC: CF,
  CMC: CF,
  BT: ALL & ~ZF,
  BTS: ALL & ~ZF,
  BTR: ALL & ~ZF,
  BTC: ALL & ~ZF,
  CMPXCHG8B: ZF,
  CMPXCHG16B: ZF,
  LAR: ZF,
  LSL: ZF,
  VERR: ZF,
  VERW: ZF,
  ARPL: ZF,
};
for (const name of [
  'ADD',
  'ADC',
  'SUB',
  'SBB',
  'CMP',
  'NEG',
  'XADD',
  'CMPXCHG',
  'AND',
  'OR',
  'XOR',
  'TEST',
  'MUL',
  'IMUL',
  'DIV',
  'IDIV',
  'BSF',
  'BSR',
  'POPCNT',
  'LZCNT',
  'TZCNT',
  'CMPSB',
  'CMPSW',
  'CMPSD',
  'CMPSQ',
  'SCASB',
  'SCASW',
  'SCASD',
  'SCASQ',
  'POPF',
  'POPFD',
  'POPFQ',
  'DAA',
  'DAS',
  'AAA',
  'AAS',
  'AAD',
  'AAM',
  'ANDN',
  'BLSI',
  'BLSR',
  'BLSMSK',
  'BEXTR',
  'BZHI',
  'PTEST',
  'PCMPESTRI',
  'PCMPESTRM',
  'PCMPISTRI',
  'PCMPISTRM',
  'COMISS',
  'COMISD',
  'UCOMISS',
  'UCOMISD',
])
  (WRITES as Record<string, number>)[name] = ALL;

const ROTATES = new Set(['ROL', 'ROR', 'RCL', 'RCR']);
const SHIFTS = new Set(['SHL', 'SHR', 'SAR', 'SHLD', 'SHRD']);

export const isShift = (row: Row): boolean => ROTATES.has(row.mnemonic) || SHIFTS.has(row.mnemonic);

/** Reads a row's `undefinedFlags`, such as `AF OF(count≠1)`; `count` −1: not known beforehand. */
export function undefinedFlags(text: string, count: number, width: number): number {
  let flags = 0;
  for (const token of text.split(' ')) {
    const parts = /^([A-Z]F)(?:\(count(≠1|>width)\))?$/.exec(token);
    if (!parts || BITS[parts[1]!] === undefined) throw new Error(`undefined flags: cannot read "${token}"`);
    const holds = parts[2] === undefined || count < 0 || (parts[2] === '≠1' ? count !== 1 : count > width);
    if (holds) flags |= BITS[parts[1]!]!;
  }
  return flags;
}

/** `count`: masked count of a shift, −1 if not known; `width`: operand width in bits; `repeated`: perhaps not once. */
export function flagUse(row: Row, count: number, width: number, repeated: boolean): FlagUse {
  let reads = READS[row.mnemonic] ?? 0;
  if (row.condition !== undefined) reads |= CONDITION_READS[row.condition >> 1]!;
  if (isShift(row)) {
    if (count === 0) return { reads, writes: 0, undefined: 0 };
    const written = ROTATES.has(row.mnemonic) ? CF | OF : ALL;
    const lost = row.undefinedFlags === undefined ? 0 : undefinedFlags(row.undefinedFlags, count, width);
    return { reads, writes: count < 0 ? 0 : written, undefined: lost };
  }
  // The vectors' CMPSD has its name in common with the strings'.
  const isVectorCompare = row.mnemonic === 'CMPSD' && row.unit !== undefined;
  const writes = repeated || isVectorCompare ? 0 : (WRITES[row.mnemonic] ?? 0);
  return {
    reads,
    writes,
    undefined: row.undefinedFlags === undefined ? 0 : undefinedFlags(row.undefinedFlags, -1, width),
  };
}

/** What dataflow needs to know of a step. */
export interface FlowStep {
  readonly flags: FlagUse;
  readonly target: number;
  readonly falls: boolean;
  readonly call: 'call' | 'return' | undefined;
}

/** Undefined flags before each step (and after the last), or undefined if one of them would steer or be stored. */
export function flow(steps: readonly FlowStep[]): number[] | undefined {
  const before = new Array<number>(steps.length + 1).fill(0);
  const behindCalls = steps.flatMap((s, n) => (s.call === 'call' ? [n + 1] : []));
  for (let changed = true; changed;) {
    changed = false;
    for (let n = 0; n < steps.length; n++) {
      const { flags, target, falls, call } = steps[n]!;
      if (before[n]! & flags.reads) return undefined;
      const after = (before[n]! & ~flags.writes) | flags.undefined;
      const following = call === 'return' ? behindCalls : [];
      for (const next of [target, falls ? n + 1 : -1, ...following]) {
        if (next < 0 || (before[next]! | after) === before[next]) continue;
        before[next]! |= after;
        changed = true;
      }
    }
  }
  return before;
}
