/** Random cases from the rows. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Row } from '../../src/engine/isa/row';
import { exclusion, isLeftToAmd, neededFeature, rowName } from './exclusions';
import { flagUse, flow } from './flag-use';
import { Maker } from './maker';
import type { Random } from './random';
import { fitsMode, isUndefinedIn, makeStep } from './step-maker';
import { place, type Placed, type Step, type TestCase } from './test-case';
import { allowMisaligned, randomImage } from './unit-state';
import { flavourOf } from './unit-values';
import { value } from './values';
import { CODE, PAGE, STACK, STACK_END } from './windows';

/** Arithmetic flags, IF, DF and the bit that is always set. */
const IF = 0x200;
const DF = 0x400;
const STATUS = 0x8d5;
const FIXED = 2;

export interface Choices {
  /** Only sequences in which rows of this mnemonic come first. */
  readonly mnemonic?: string | undefined;
  /** Only rows whose feature and name (`SSE2 PADDQ 66 0F D4 /r`) match. */
  readonly only?: RegExp | undefined;
  /** Flags of /proc/cpuinfo. */
  readonly features: ReadonlySet<string>;
  /** The processor is AMD's: see `differsByVendor`. */
  readonly amd: boolean;
}

export class Generator {
  /** Rows that can be compared here. */
  readonly rows: readonly Row[];
  private readonly first: readonly Row[];
  private readonly byMode: Record<32 | 64, readonly Row[]>;
  private readonly undefinedRows: readonly Row[];

  constructor(
    private readonly random: Random,
    private readonly choices: Choices,
  ) {
    const has = (row: Row): boolean => {
      const feature = neededFeature(row);
      return feature === undefined || choices.features.has(feature);
    };
    const wanted = (row: Row): boolean => choices.only?.test(`${row.feature ?? ''} ${rowName(row)}`) ?? true;
    const asked = (row: Row): boolean => has(row) && wanted(row) && (choices.amd || !isLeftToAmd(row));
    this.rows = ROWS.filter((row) => exclusion(row) === undefined && asked(row));
    this.first =
      choices.mnemonic === undefined ? this.rows : this.rows.filter((row) => row.mnemonic === choices.mnemonic);
    if (this.first.length === 0) throw new Error(`no row to compare is called ${choices.mnemonic}`);
    this.byMode = {
      32: this.rows.filter((row) => fitsMode(row, 32)),
      64: this.rows.filter((row) => fitsMode(row, 64)),
    };
    this.undefinedRows = this.rows.filter((row) => isUndefinedIn(row, 64));
  }

  next(): Placed {
    for (;;) {
      const test = this.attempt();
      const placed = test && place(test);
      if (placed) return placed;
    }
  }

  private origin(): number {
    const { random } = this;
    const kind = random.below(100);
    if (kind < 55) return CODE.address + 0x40 + random.below(PAGE - 0x240);
    if (kind < 82) return CODE.address + PAGE - 1 - random.below(40);
    if (kind < 96) return CODE.address + PAGE + random.below(PAGE - 0x240);
    // Sooner or later the bytes end.
    return CODE.address + 2 * PAGE - 1 - random.below(30);
  }

  private stackPointer(bits: 32 | 64): bigint {
    const { random } = this;
    const kind = random.below(100);
    const word = bits / 8;
    if (kind < 78) return BigInt(STACK.address + 0x400 + word * random.below(0x1800 / word));
    if (kind < 84) return BigInt(STACK.address + 0x400 + random.below(0x1800));
    if (kind < 92) return BigInt(STACK.address + PAGE + random.between(-18, 18));
    if (kind < 95) return BigInt(STACK.address + random.below(20));
    if (kind < 98) return BigInt(STACK_END - random.below(20));
    return value(random, word);
  }

  /** What the units hold, if some step uses them. */
  private units(steps: readonly Step[]): Uint8Array | undefined {
    const users = steps.filter((s) => s.row.unit !== undefined);
    if (users.length === 0) return undefined;
    const image = randomImage(this.random, flavourOf(this.random.pick(users).row));
    if (this.choices.features.has('misalignsse') && this.random.chance(0.15)) allowMisaligned(image);
    return image;
  }

  private attempt(): TestCase | undefined {
    const { random, choices } = this;
    const bits = random.chance(0.4) ? 32 : 64;
    const length = random.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6]);
    const maker = new Maker(random, bits, length);
    maker.amd = choices.amd;
    maker.registers.assign(4, this.stackPointer(bits));
    const steps: Step[] = [];
    for (let tries = 0; steps.length < length; tries++) {
      if (tries > 60) return undefined;
      const undefinedHere = bits === 64 && this.undefinedRows.length > 0 && random.chance(0.01);
      const rows =
        steps.length === 0 && choices.mnemonic !== undefined
          ? this.first
          : undefinedHere
            ? this.undefinedRows
            : this.byMode[bits];
      const row = random.pick(rows);
      if (!fitsMode(row, bits) && !isUndefinedIn(row, bits)) continue;
      const restore = maker.save();
      const changesCode = steps.length < length - 1 && random.chance(0.015);
      const step = changesCode ? codeChange(random, bits) : makeStep(maker, row, steps.length);
      // The steps still missing are stood in for by nothing: branches over them are looked at again when they are there.
      const padded = step && [...steps, step, ...Array.from({ length: length - steps.length - 1 }, () => NOTHING)];
      if (!padded || !flow(padded)) {
        restore();
        continue;
      }
      steps.push(step);
    }
    for (const [n, step] of steps.entries()) {
      if (step.victim === undefined) continue;
      const victims = steps.flatMap((s, at) => (at > n && hasPlainImmediate(s) ? [at] : []));
      if (victims.length === 0) return undefined;
      steps[n] = { ...step, victim: random.pick(victims) };
    }
    const order = steps.map((_, n) => n);
    if (length > 1 && random.chance(0.2)) {
      for (let n = length - 1; n > 0; n--) {
        const other = random.below(n + 1);
        [order[n], order[other]] = [order[other]!, order[n]!];
      }
    }
    return {
      bits,
      registers: Array.from({ length: 16 }, (_, n) =>
        bits === 32 && n >= 8 ? 0n : (maker.registers.initial[n] ?? value(random, bits / 8)),
      ),
      units: this.units(steps),
      flags: FIXED | IF | (random.chance(0.2) ? DF : 0) | (random.u32() & STATUS),
      codeRegisters: maker.codeRegisters,
      patches: maker.patches,
      origin: this.origin(),
      steps,
      order,
    };
  }
}

const NOTHING = { flags: { reads: 0, writes: 0, undefined: 0 }, target: -1, falls: true, call: undefined } as const;

const CHANGERS = ROWS.filter((row) => ['MOV C6 /0', 'ADD 80 /0', 'XOR 80 /6'].includes(rowName(row)));

/** Writes the last byte of a later instruction; which one is chosen when all are there. */
function codeChange(random: Random, bits: 32 | 64): Step {
  const row = random.pick(CHANGERS);
  const change = random.below(256);
  const bytes = [row.encoding.opcode, (row.encoding.digit << 3) | 5, 0, 0, 0, 0, change];
  return {
    row,
    text: `${row.mnemonic} last byte of another step, 0x${change.toString(16)}`,
    bytes,
    fixes: [{ kind: 'victim', at: 2, size: 4 }],
    flags: flagUse(row, -1, 8, false),
    target: -1,
    falls: true,
    call: undefined,
    victim: bits,
  };
}

/** Instructions whose last byte may be any. */
function hasPlainImmediate(step: Step): boolean {
  const last = step.row.operands[step.row.operands.length - 1];
  return last?.place === 'immediate' && /^(ADD|OR|ADC|SBB|AND|SUB|XOR|CMP|TEST|MOV|IMUL|PUSH)$/.test(step.row.mnemonic);
}
