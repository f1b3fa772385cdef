import assert from 'node:assert/strict';
import { Decoder, DecoderOptions, Mnemonic, OpKind, Register } from 'iced-x86';
import type { Instruction } from 'iced-x86';
import { assemble } from '../../src/assembler/assembler';
import { GPR16, GPR32, GPR64 } from '../../src/engine/arch/registers';
import { corpus } from './corpus';
import { DEVIATIONS } from './deviations';
import type { Bits, Case, CaseOperand, MemoryShape } from './corpus';

const SLOT = 16;

/** iced's name of an instruction where it is not ours. */
const ICED_NAMES: Readonly<Record<string, string>> = {
  fwait: 'wait',
  jb: 'jb',
  jnb: 'jae',
  jz: 'je',
  jnz: 'jne',
  jnbe: 'ja',
  jnl: 'jge',
  jnle: 'jg',
  jnp: 'jnp',
  setnb: 'setae',
  setz: 'sete',
  setnz: 'setne',
  setnbe: 'seta',
  setnl: 'setge',
  setnle: 'setg',
  cmovnb: 'cmovae',
  cmovz: 'cmove',
  cmovnz: 'cmovne',
  cmovnbe: 'cmova',
  cmovnl: 'cmovge',
  cmovnle: 'cmovg',
  pushfw: 'pushf',
  popfw: 'popf',
  pushaw: 'pusha',
  popaw: 'popa',
  iretw: 'iret',
};

/** A mnemonic the way iced prints it: aliases and condition codes brought to one spelling. */
function icedName(c: Case): string {
  const own = c.row.mnemonic.toLowerCase();
  const spelled = /^(pushf|popf|pusha|popa|iret)w?$/.test(own) ? own.replace(/w$/, '') : own;
  return ICED_NAMES[spelled] ?? spelled;
}

interface Read {
  readonly registers: string[];
  readonly immediates: bigint[];
  readonly target: bigint | undefined;
  readonly far: string | undefined;
  readonly memory: boolean;
}

const REGISTER_KINDS: ReadonlySet<OpKind> = new Set([OpKind.Register]);
const MEMORY_KINDS: ReadonlySet<OpKind> = new Set([OpKind.Memory]);

/** Operands iced shows, the implicit string operands left out. */
function read(i: Instruction): Read {
  const registers: string[] = [];
  const immediates: bigint[] = [];
  let target: bigint | undefined;
  let far: string | undefined;
  let memory = false;
  for (let n = 0; n < i.opCount; n++) {
    const kind = i.opKind(n);
    if (REGISTER_KINDS.has(kind)) registers.push(Register[i.opRegister(n)]!.toLowerCase().replace(/^r(\d+)l$/, 'r$1b'));
    else if (MEMORY_KINDS.has(kind)) memory = true;
    else if (kind === OpKind.NearBranch16 || kind === OpKind.NearBranch32 || kind === OpKind.NearBranch64)
      target = i.nearBranchTarget;
    else if (kind === OpKind.FarBranch16) far = `${i.farBranchSelector}:${i.farBranch16}`;
    else if (kind === OpKind.FarBranch32) far = `${i.farBranchSelector}:${i.farBranch32}`;
    else if (kind >= OpKind.Immediate8 && kind <= OpKind.Immediate32to64) immediates.push(i.immediate(n));
  }
  return { registers, immediates, target, far, memory };
}

const segmentOf = (i: Instruction): string => Register[i.segmentPrefix]!.toLowerCase();

/** What differs between an address as written and as iced reads it. */
function compareMemory(shape: MemoryShape, i: Instruction, ip: bigint, bits: Bits): string | undefined {
  const name = (r: Register): string => (r === Register.None ? '' : Register[r]!.toLowerCase());
  const base = name(i.memoryBase);
  const index = name(i.memoryIndex);
  const scale = index === '' ? 1 : i.memoryIndexScale;
  const size = /^(e|r\d+d$)/.test(base || index) ? 32 : bits === 16 || /^(b[xp]|[sd]i)$/.test(base || index) ? 16 : 64;
  const wrap = (v: bigint): bigint => BigInt.asUintN(size === 64 ? 64 : size, v);
  if (shape.relative) {
    if (base !== 'rip') return `not relative: ${base}`;
    const wanted = shape.displacement === -1n ? 0n : ip + shape.displacement;
    return BigInt.asUintN(64, i.memoryDisplacement) === BigInt.asUintN(64, wanted)
      ? undefined
      : `target ${i.memoryDisplacement}, not ${wanted}`;
  }
  const terms = (b: string | undefined, x: string | undefined, s: number): string => {
    const sum = new Map<string, number>();
    if (b) sum.set(b, 1);
    if (x) sum.set(x, (sum.get(x) ?? 0) + s);
    return [...sum]
      .map(([r, n]) => `${r}*${n}`)
      .sort()
      .join('+');
  };
  const written = terms(shape.base, shape.index, shape.scale ?? 1);
  const decoded = terms(base, index, scale);
  if (written !== decoded) return `registers ${decoded}, not ${written}`;
  if (wrap(i.memoryDisplacement) !== wrap(shape.displacement))
    return `displacement ${i.memoryDisplacement}, not ${shape.displacement}`;
  if (shape.segment !== undefined && segmentOf(i) !== shape.segment)
    return `segment ${segmentOf(i)}, not ${shape.segment}`;
  return undefined;
}

/** Registers iced shows although nobody writes them, or we write although it does not show them. */
function comparableRegisters(list: readonly string[], c: Case): string {
  if (/^(vm|invlpga|skinit|xlat)/.test(c.mnemonic)) return '';
  // A selector is the low word of its register, whatever width is written.
  const selector =
    /^(lar|lsl|lldt|sldt|arpl|ltr|ver[rw]|lmsw)$/.test(c.mnemonic) || c.row.operands.some((o) => o.place === 'segment');
  return [...list]
    .map((name) => (selector ? wholeRegister(name) : name))
    .sort()
    .join(' ');
}

/** The 64-bit register a 16, 32 or 64-bit name is part of. */
function wholeRegister(name: string): string {
  for (const names of [GPR16, GPR32] as const) {
    const number = (names as readonly string[]).indexOf(name);
    if (number >= 0) return GPR64[number]!;
  }
  return name;
}

function differences(c: Case, i: Instruction, ip: bigint): string[] {
  const found: string[] = [];
  const mnemonic = Mnemonic[i.mnemonic]!.toLowerCase();
  if (mnemonic !== icedName(c)) found.push(`iced says ${mnemonic}`);
  const seen = read(i);
  const of = <K extends CaseOperand['kind']>(kind: K): Extract<CaseOperand, { kind: K }>[] =>
    c.operands.filter((o): o is Extract<CaseOperand, { kind: K }> => o.kind === kind);
  if (c.row.rep === undefined && !/^(movzx|movsx)/.test(c.mnemonic)) {
    const written = comparableRegisters(
      // XMM0 that the opcode names is no operand of iced's.
      of('register')
        .filter((o) => c.row.operands[c.operands.indexOf(o)]?.place !== 'fixed-xmm')
        .map((o) => o.text),
      c,
    );
    const decoded = comparableRegisters(seen.registers, c);
    // MOV of a 32-bit constant to a 64-bit register is written to its lower half.
    const shortened = mnemonic === 'mov' && of('immediate').length > 0 && written !== decoded;
    if (written !== decoded && !shortened) found.push(`registers ${decoded}, not ${written}`);
  }
  const memory = of('memory')[0];
  if (memory) {
    const wrong = seen.memory ? compareMemory(memory.shape, i, ip, c.bits) : 'no memory operand';
    if (wrong) found.push(wrong);
  }
  const numbers = of('immediate').map((o) => BigInt.asUintN(16, o.value) & 0xffn);
  const decodedNumbers = seen.immediates.map((v) => BigInt.asUintN(64, v) & 0xffn);
  if (numbers.join() !== decodedNumbers.join())
    found.push(`immediates ${decodedNumbers.join()}, not ${numbers.join()}`);
  found.push(...compareValues(c, i, seen));
  const target = of('target')[0];
  if (
    target &&
    seen.target !== BigInt.asUintN(c.bits === 16 ? 16 : c.bits, ip + target.distance) &&
    !isWrapped(c, seen.target, ip + target.distance)
  ) {
    found.push(`target ${seen.target}, not ${ip + target.distance}`);
  }
  const far = of('far')[0];
  if (far && seen.far !== `${far.selector}:${far.offset}`)
    found.push(`far target ${seen.far}, not ${far.selector}:${far.offset}`);
  return found;
}

/** A branch of 16-bit operand size wraps at 64 kB, one of 32 bits at 4 GB. */
function isWrapped(c: Case, seen: bigint | undefined, wanted: bigint): boolean {
  return c.bits !== 64 && seen !== undefined && [16, 32].some((n) => BigInt.asUintN(n, wanted) === seen);
}

/** The whole value of a single immediate, at the size of the operand it goes with. */
function compareValues(c: Case, i: Instruction, seen: Read): string[] {
  const written = c.operands.filter((o) => o.kind === 'immediate');
  if (written.length !== 1 || seen.immediates.length !== 1) return [];
  const value = (written[0] as Extract<CaseOperand, { kind: 'immediate' }>).value;
  const got = seen.immediates[0]!;
  const sizes = [8, 16, 32, 64];
  // The number written and the number read are the same at the width of the number iced shows or wider.
  const same = sizes.some((n) => BigInt.asUintN(n, got) === BigInt.asUintN(n, value) && n >= widthOf(i));
  return same ? [] : [`immediate ${got}, not ${value}`];
}

function widthOf(i: Instruction): number {
  for (let n = 0; n < i.opCount; n++) {
    switch (i.opKind(n)) {
      case OpKind.Immediate8:
        return 8;
      case OpKind.Immediate16:
      case OpKind.Immediate8to16:
        return 16;
      case OpKind.Immediate32:
      case OpKind.Immediate8to32:
        return 32;
      case OpKind.Immediate64:
      case OpKind.Immediate8to64:
      case OpKind.Immediate32to64:
        return 64;
    }
  }
  return 8;
}

/** Cases iced reads differently, and why. */
const ICED_DEVIATIONS: readonly { readonly reason: string; readonly applies: (c: Case) => boolean }[] = [
  { reason: 'MOV to CS raises #UD: iced calls it invalid', applies: (c) => /^mov cs,/.test(c.text) },
  {
    reason: 'AMD processors load far pointers with an offset of at most 32 bits: REX.W is ignored',
    applies: (c) => /^l[sfg]s r([a-ds][xipl]+|\d+),/.test(c.text),
  },
  { reason: 'exchanging a register with itself is NOP', applies: (c) => /^xchg ([er]?ax), \1$/.test(c.text) },
];

describe('instructions against iced-x86', function () {
  this.timeout(300_000);

  for (const bits of [16, 32, 64] as const) {
    it(`reads back what was written, bits ${bits}`, () => {
      const cases = corpus(bits).filter((c) => !DEVIATIONS.some((d) => d.refuses === 'both' && d.applies(c)));
      const source = [`bits ${bits}`, ...cases.map((c) => `${c.text}\ntimes ($$-$) & ${SLOT - 1} int3`)].join('\n');
      const { bytes, diagnostics } = assemble(source, { file: 'corpus.asm' });
      assert.deepEqual(diagnostics.filter((d) => d.severity === 'error').slice(0, 5), []);
      assert.ok(cases.length > 10_000);
      const wrong: string[] = [];
      const decoder = new Decoder(bits, bytes, DecoderOptions.AMD);
      for (const [n, c] of cases.entries()) {
        decoder.position = n * SLOT;
        const ip = BigInt(n * SLOT);
        decoder.ip = ip;
        const instruction = decoder.decode();
        const found = ICED_DEVIATIONS.some((d) => d.applies(c)) ? [] : differences(c, instruction, ip);
        // What follows the instruction in its slot is INT3 to the end: its length is right.
        const rest = bytes.subarray(n * SLOT + instruction.length, (n + 1) * SLOT);
        if (!rest.every((byte) => byte === 0xcc)) found.push(`length ${instruction.length}`);
        if (found.length > 0 && wrong.length < 20) wrong.push(`${c.text}: ${found.join('; ')}`);
        instruction.free();
      }
      decoder.free();
      assert.deepEqual(wrong, []);
    });
  }
});
