/** One instruction of a row, with random operands, sizes and prefixes. */
import { widthOf } from '../../src/engine/isa/decode';
import type { OperandType } from '../../src/engine/isa/operand';
import type { Row } from '../../src/engine/isa/row';
import { chooseEdge, chooseForm, chooseTarget } from './addresses';
import { encode, type MemoryForm } from './encode';
import { flagUse, isShift } from './flag-use';
import type { Maker } from './maker';
import {
  chooseCodeSelector,
  chooseSelector,
  isFarBranch,
  isFarReturn,
  loadsFarPointer,
  loadsSegment,
  popsSegment,
  putFarPointer,
  putFrame,
  takesSelector,
} from './selectors';
import { impliedWrites, memoryContents, setUp } from './setup';
import { littleEndian, type Step } from './test-case';
import { value } from './values';
import { GS_BASE } from './windows';

const RSP = 4;
const OPERAND_SIZE = 0x66;
const ADDRESS_SIZE = 0x67;
const LOCK = 0xf0;
const REPNE = 0xf2;
const REP = 0xf3;
const GS = 0x65;
const IDLE_SEGMENTS = [0x26, 0x2e, 0x36, 0x3e];
const LONGEST = 15;

/** Opcodes of the two-byte map on which F2 and F3 mean nothing. */
const IGNORES_REP = new Set([
  ...Array.from({ length: 16 }, (_, n) => 0x40 + n),
  ...Array.from({ length: 32 }, (_, n) => 0x80 + n),
  0xa3,
  0xa4,
  0xa5,
  0xab,
  0xac,
  0xad,
  0xaf,
  0xb0,
  0xb1,
  0xb3,
  0xb6,
  0xb7,
  0xbb,
  0xbe,
  0xbf,
  0xc0,
  0xc1,
]);

/** LOCK is #UD (volume 3, §1.2.5), yet AMD's processors ignore it here; before MOV CR0 it may stand for CR8 (AltMovCr8). */
const takesLock = (row: Row): boolean =>
  /^(VERR|VERW|LAR|LSL)$/.test(row.mnemonic) || row.operands.some((o) => o.place === 'control');
/** REP prefixes are reserved here (volume 3, §1.2.6), and AMD's processors take LOOPE for LOOPNE with REPNE. */
const MINDS_REP = /^LOOP/;

const IMMEDIATES = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 0x1b, 0x2d, 0x40, 0x4e, 0x5a, 0x93, 0xc6, 0xd8, 0xe4, 0xff,
].map(BigInt);

/** First operands that are only read. */
const READS_FIRST =
  /^(CMP|TEST|BT|PUSH|MUL|DIV|IDIV|JMP|CALL|VERR|VERW|NOP|PREFETCH.*|CLFLUSH|CLFLUSHOPT|CLWB|CMPS.|SCAS.|LODS.|OUTS.)$/;
const WRITES_SECOND = /^(XCHG|XADD|MULX)$/;

/** Whether the row can be decoded in this mode at all. */
export function fitsMode(row: Row, bits: 32 | 64): boolean {
  if (row.mode === (bits === 64 ? 'legacy' : 'long')) return false;
  if (bits === 32 && (row.encoding.rexW || row.operandSize === 8 || row.addressSize === 8)) return false;
  return !(bits === 64 && row.addressSize === 2);
}

/** Rows of the other mode whose bytes mean #UD here, and nothing else. */
export function isUndefinedIn(row: Row, bits: 32 | 64): boolean {
  return (
    bits === 64 &&
    row.mode === 'legacy' &&
    row.encoding.map === 0 &&
    ![0xc4, 0xc5, 0x62, 0x63].includes(row.encoding.opcode) &&
    (row.encoding.opcode & 0xf0) !== 0x40
  );
}

const varies = (o: OperandType): boolean => ['v', 'z', 'y', 'p'].includes(String(o.width));
const MAYBE_MEMORY: ReadonlySet<OperandType['place']> = new Set(['rm', 'xmm-rm', 'mmx-rm']);
const NEVER_MEMORY: ReadonlySet<OperandType['place']> = new Set([
  'rm-register',
  'xmm-rm-register',
  'mmx-rm-register',
  'stack',
]);
const isMemoryPlace = (o: OperandType): boolean => MAYBE_MEMORY.has(o.place) || o.place === 'memory';
/** Bytes at an effective address that is no access by itself. */
const AREAS: Readonly<Record<string, readonly [size16: number, size32: number]>> = {
  FLDENV: [14, 28],
  FNSTENV: [14, 28],
  FRSTOR: [94, 108],
  FNSAVE: [94, 108],
  FXSAVE: [512, 512],
  FXRSTOR: [512, 512],
  FXSAVE64: [512, 512],
  FXRSTOR64: [512, 512],
};

function chooseSize(m: Maker, row: Row): 2 | 4 | 8 {
  if (row.operandSize !== undefined) return row.operandSize;
  const { random, bits } = m;
  if (bits === 64 && row.size === 'force64') return 8;
  // The operand-size prefix before VEX is #UD.
  if (row.encoding.vex && random.chance(0.97)) return bits === 64 && random.chance(0.5) ? 8 : 4;
  if (row.mnemonic === 'RETF') return bits === 64 ? random.pick([2, 4, 8] as const) : random.pick([2, 4, 4] as const);
  if (bits === 64 && row.size === 'default64') return random.chance(0.12) ? 2 : 8;
  if (!row.operands.some(varies) && row.size === undefined) return bits === 64 && row.encoding.rexW ? 8 : 4;
  if (bits === 32) return random.chance(0.35) ? 2 : 4;
  return row.encoding.rexW ? 8 : random.pick([2, 4, 8] as const);
}

/** What AMD's manual defines, or its processors do, and other vendors' do otherwise: left out on these. */
function differsByVendor(row: Row, size: number, bits: 32 | 64): boolean {
  const nearNarrow = bits === 64 && size === 2 && row.ends === true && row.size === 'default64';
  const undefinedResult = size === 2 && /^(BSWAP|SHLD|SHRD)$/.test(row.mnemonic);
  const wideOffset = size === 8 && (isFarBranch(row) || loadsFarPointer(row));
  return nearNarrow || undefinedResult || wideOffset;
}

/** Makes one instruction at position `at`; undefined if chance led to something that cannot be. */
export function makeStep(m: Maker, row: Row, at: number): Step | undefined {
  const { random, bits, registers } = m;
  const e = row.encoding;
  const size = chooseSize(m, row);
  if (!m.amd && differsByVendor(row, size, bits)) return undefined;
  const registerForm =
    row.operands.some((o) => NEVER_MEMORY.has(o.place)) ||
    (row.operands.some((o) => MAYBE_MEMORY.has(o.place)) && random.chance(0.45));
  const hasMemory = row.operands.some(isMemoryPlace) && !registerForm;
  const addressed = hasMemory || row.rep !== undefined || row.displaced === 'al' || /^(LOOP|CLZERO)/.test(row.mnemonic);
  let addressSize: 2 | 4 | 8 = bits === 64 ? 8 : 4;
  if (row.addressSize !== undefined) addressSize = row.addressSize;
  else if (addressed && random.chance(row.mnemonic === 'LEA' ? 0.3 : 0.06)) addressSize = bits === 64 ? 4 : 2;
  const repeated = row.rep !== undefined && random.chance(0.6);
  if (!setUp(m, row, size, addressSize, repeated)) return undefined;

  const prefixes: number[] = [];
  let rexW = e.rexW || (bits === 64 && size === 8 && row.size === undefined);
  if (size === 2) prefixes.push(OPERAND_SIZE);
  if ((bits === 64 && addressSize === 4) || (bits === 32 && addressSize === 2)) prefixes.push(ADDRESS_SIZE);
  if (repeated) prefixes.push(row.rep === 'repz' || random.chance(0.1) ? random.pick([REP, REPNE]) : REP);

  const text: string[] = [];
  const count = bits === 64 ? 16 : 8;
  const anyRegister = (): number => {
    const n = random.below(count);
    return n === RSP && random.chance(0.9) ? random.below(4) : n;
  };
  const avoid = new Set<number>();
  let reg = -1;
  let rm = -1;
  let plus = -1;
  let vvvv = -1;
  let memory: MemoryForm | undefined;
  let memorySize = 0;
  let memoryTarget = 0;
  let edge: bigint | undefined;
  let relative = 0;
  let target = -1;
  let falls = true;
  let call: Step['call'];
  let shiftCount = -1;
  let bitOffset = 0n;
  let usesGs = false;
  const immediates: number[][] = [];
  const isBranch = row.operands.some((o) => o.place === 'relative');
  const isIndirect = /^(JMP|CALL)$/.test(row.mnemonic) && row.operands[0]?.place === 'rm';
  const isReturn = row.mnemonic === 'RET';
  const isFar = isFarBranch(row) || isFarReturn(row);
  let farSelector: number | undefined;
  if (isBranch || isIndirect || isReturn) target = random.between(at + 1, m.length);
  if (/^LOOP/.test(row.mnemonic) && m.straight && m.loopFrom < at && random.chance(0.6)) {
    // A loop that ends: rCX is small and only counted here.
    const mask = addressSize === 8 ? ~0n : 0xffffffffn;
    const passes = registers.value(1);
    if (passes !== undefined && (passes & mask) - 1n < 200n && (passes & mask) > 0n)
      target = random.between(m.loopFrom, at - 1);
  }
  if (/^(JMP|RET)$/.test(row.mnemonic) || isFar) falls = false;
  // In the other mode's code only the end means the same.
  if (isFar) target = m.length;
  if (row.mnemonic === 'CALL' && !isFar) call = 'call';
  if (isReturn) call = 'return';

  // The register that counts bits or shifts is chosen before addresses take registers away.
  for (const o of row.operands) if (o.place === 'register') reg = anyRegister();
  if (row.displaced === 'bit-offset' && hasMemory) {
    const near = random.chance(0.7) ? random.between(-70, 70) : random.between(-8000, 8000);
    const known = registers.wish(reg, () =>
      size === 8 || bits === 32
        ? BigInt(near)
        : (random.u64() << BigInt(size * 8)) | BigInt.asUintN(size * 8, BigInt(near)),
    );
    if (known === undefined) return undefined;
    const wordShift = BigInt(size === 2 ? 4 : size === 4 ? 5 : 6);
    bitOffset = (BigInt.asIntN(size * 8, known) >> wordShift) * BigInt(size);
    avoid.add(reg);
  }

  row.operands.forEach((o, n) => {
    const width = widthOf(o, size, addressSize, bits);
    switch (o.place) {
      case 'register':
        text.push(`r${reg}:${width}`);
        break;
      case 'xmm':
      case 'mmx':
        reg = random.below(count);
        text.push(`${o.place}${reg}`);
        break;
      case 'segment':
        reg = random.below(random.chance(0.1) ? 8 : 6);
        if (reg === 1 && loadsSegment(row) && random.chance(0.8)) reg = 3;
        text.push(`s${reg}`);
        break;
      case 'control':
      case 'debug':
        reg = random.pick([0, 2, 3, 4]);
        text.push(`c${reg}`);
        break;
      case 'rm':
      case 'rm-register':
      case 'memory':
      case 'xmm-rm':
      case 'xmm-rm-register':
      case 'mmx-rm':
      case 'mmx-rm-register':
      case 'stack':
        if (!hasMemory) {
          const general = o.place === 'rm' || o.place === 'rm-register';
          rm = general ? anyRegister() : random.below(count);
          text.push(`${general ? 'r' : o.place.replace(/-.*/, '')}${rm}:${width}`);
          break;
        }
        memorySize =
          o.width === 'none'
            ? (AREAS[row.mnemonic]?.[size === 2 ? 0 : 1] ?? 1)
            : o.width === 'p'
              ? size === 2
                ? 4
                : 6
              : o.width === 'pseudo-descriptor'
                ? 10
                : width;
        memoryTarget = chooseTarget(random, memorySize);
        if (memorySize >= 16 && memorySize % 16 === 0 && random.chance(0.7)) memoryTarget &= ~15;
        usesGs = bits === 64 && m.gsIntact && random.chance(0.03);
        edge = addressSize === bits / 8 && !usesGs ? chooseEdge(random, bits) : undefined;
        for (let tries = 0; tries < 6 && !memory; tries++) {
          const linear = (edge ?? BigInt(memoryTarget)) - bitOffset - (usesGs ? GS_BASE : 0n);
          memory = chooseForm(random, registers, bits, addressSize, linear, avoid);
        }
        text.push(memory ? `${memory.text}:${width}` : '?');
        break;
      case 'vex':
        vvvv = anyRegister();
        text.push(`r${vvvv}:${width}`);
        break;
      case 'opcode':
        plus = anyRegister();
        text.push(`r${plus}:${width}`);
        break;
      case 'immediate': {
        const length = o.signExtended ? Math.min(width, 4) : width;
        let v = value(random, length);
        if (isShift(row) && n > 0) {
          if (random.chance(0.5)) v = BigInt(random.below(36));
          shiftCount = Number(v) & (size === 8 && row.operands[0]!.width === 'v' ? 63 : 31);
        }
        if (/^RETF?$/.test(row.mnemonic) && random.chance(0.9)) v = BigInt(random.below(64));
        if (row.mnemonic === 'ENTER' && random.chance(0.9))
          v = n === 0 ? BigInt(random.below(300)) : BigInt(random.below(6));
        if (row.mnemonic === 'INT' && v === 0x80n) v = 0x81n;
        // Each value is a handler of its own: some are asked often rather than all once.
        if (row.fixedImmediate && random.chance(0.97)) v = random.pick(IMMEDIATES);
        immediates.push(littleEndian(v, length));
        text.push(`0x${v.toString(16)}`);
        break;
      }
      case 'one':
        shiftCount = 1;
        break;
      case 'relative':
        relative = o.width === 1 ? 1 : size === 2 ? 2 : 4;
        text.push(`→${target}`);
        break;
      case 'far':
        relative = size;
        farSelector = chooseCodeSelector(m);
        text.push(`${farSelector.toString(16)}:→${target}`);
        break;
      case 'offset':
        memorySize = width;
        memoryTarget = chooseTarget(random, width);
        immediates.push(littleEndian(memoryTarget, addressSize));
        text.push(`[${memoryTarget.toString(16)}]:${width}`);
        break;
      default:
        text.push(o.name);
    }
  });
  if (hasMemory && !memory) return undefined;
  if (isShift(row) && row.operands.some((o) => o.name === 'CL')) {
    const known = registers.wish(
      1,
      () => (random.u64() << 8n) | BigInt(random.chance(0.5) ? random.below(36) : random.below(256)),
    );
    const width = widthOf(row.operands[0]!, size, addressSize, bits);
    if (known !== undefined) shiftCount = Number(known & (width === 8 ? 63n : 31n));
  }
  if (popsSegment(row) || isFarReturn(row)) {
    if (!putFrame(m, row, size)) return undefined;
  } else if (memory && (isFarBranch(row) || loadsFarPointer(row))) {
    if (edge !== undefined || m.memoryWritten || !putFarPointer(m, row, memoryTarget, size)) return undefined;
  } else if (takesSelector(row)) {
    const selector = chooseSelector(m, row);
    if (memory) {
      if (edge !== undefined || m.memoryWritten || !m.patchBytes(memoryTarget, littleEndian(selector, 2)))
        return undefined;
    } else if (registers.isFree(rm)) registers.assign(rm, (random.u64() << 16n) | BigInt(selector));
    else return undefined;
  } else if (isIndirect) {
    if (memory) m.patchStep(memoryTarget, target, size);
    else if (registers.isFree(rm)) {
      registers.reserve(rm);
      m.codeRegisters.push({ register: rm, step: target });
    } else if (random.chance(0.9)) return undefined;
  } else if (isReturn) {
    const sp = registers.value(RSP);
    if (!m.calls && (sp === undefined || !m.patchStep(Number(sp), target, size)) && random.chance(0.9))
      return undefined;
    if (m.calls) target = -1;
  } else if (memory && memorySize > 0 && row.displaced === undefined) {
    const contents = memoryContents(m, row, memorySize);
    if (contents) m.patchBytes(memoryTarget, contents);
  }

  if (usesGs) prefixes.push(GS);
  const lockable = row.lock === true && memory !== undefined;
  if (lockable ? random.chance(0.25) : !takesLock(row) && random.chance(0.004)) prefixes.push(LOCK);
  // POP to a segment that cannot be written: stack or segment may be asked first.
  if (random.chance(0.04) && !(bits === 32 && row.popsFirst)) prefixes.push(random.pick(IDLE_SEGMENTS));
  if (random.chance(0.03) && e.prefix === undefined && row.rep === undefined && !MINDS_REP.test(row.mnemonic)) {
    if (e.map === 0 ? (e.opcode & 0xf8) !== 0x90 && !row.io : e.map === 1 && IGNORES_REP.has(e.opcode)) {
      prefixes.push(random.pick([REP, REPNE]));
    }
  }
  shuffle(prefixes, m);
  if (bits === 64 && random.chance(0.01) && prefixes.length > 0) prefixes.unshift(0x40 | random.below(16));
  if (bits === 64 && row.size !== undefined && row.operandSize === undefined && size === 8 && random.chance(0.05))
    rexW = true;
  // With the operand-size prefix too, REX.W decides.
  if (rexW && !prefixes.includes(OPERAND_SIZE) && e.prefix === undefined && random.chance(0.03))
    prefixes.push(OPERAND_SIZE);
  // Where no operand has its size, REX.W means nothing, or a length in a register has 64 bits (PCMPESTRI).
  if (bits === 64 && row.unit !== undefined && e.prefix !== undefined && random.chance(0.05)) rexW = true;
  const rexAnyway = bits === 64 && !row.notRexB && random.chance(0.15);
  if (row.mnemonic === 'XCHG' && e.plusRegister && plus === 0) return undefined;
  const encoded = encode({
    row,
    bits,
    prefixes,
    rexW,
    rexAnyway,
    reg,
    rm,
    memory,
    vvvv,
    plus,
    immediates,
    relative,
    farSelector,
  });
  if (encoded.bytes.length > LONGEST && random.chance(0.9)) return undefined;

  // Bookkeeping.
  const rexPresent =
    bits === 64 &&
    (rexW ||
      rexAnyway ||
      reg >= 8 ||
      rm >= 8 ||
      plus >= 8 ||
      (memory !== undefined && (memory.base >= 8 || memory.index >= 8)));
  const stackSize = size;
  row.operands.forEach((o, n) => {
    const register =
      o.place === 'register'
        ? reg
        : o.place === 'rm' || o.place === 'rm-register'
          ? rm
          : o.place === 'vex'
            ? vvvv
            : o.place === 'opcode'
              ? plus
              : o.place === 'fixed'
                ? o.register!
                : -1;
    const written =
      n === 0
        ? !READS_FIRST.test(row.mnemonic) && !(row.mnemonic === 'IMUL' && row.operands.length === 1)
        : WRITES_SECOND.test(row.mnemonic);
    if (!written || register < 0) return;
    const width = widthOf(o, size, addressSize, bits);
    registers.write(width === 1 && !rexPresent && register >= 4 && register < 8 ? register - 4 : register);
  });
  for (const register of impliedWrites(row, repeated)) registers.write(register);
  moveStack(m, row, stackSize, rm === RSP || plus === RSP);
  const once =
    /^POPF/.test(row.mnemonic) ||
    takesSelector(row) ||
    popsSegment(row) ||
    loadsFarPointer(row) ||
    row.mnemonic === 'INT';
  if (once || (registers.value(1) === undefined && !registers.isFree(1)) || row.operands.some((o) => o.name === 'CL'))
    m.loopFrom = at + 1;
  if (loadsSegment(row) || popsSegment(row) || loadsFarPointer(row)) m.gsIntact = false;
  if (isBranch || isIndirect || isReturn || isFar) {
    m.straight = false;
    m.loopFrom = m.length;
  }
  if (call === 'call') m.calls = true;
  const writesMemory =
    (memory !== undefined || row.operands.some((o) => o.place === 'offset' || o.place === 'destination-index')) &&
    !READS_FIRST.test(row.mnemonic) &&
    (row.unit === undefined || isMemoryPlace(row.operands[0]!));
  if (writesMemory || /^(PUSH|CALL|ENTER|CLZERO)/.test(row.mnemonic)) m.memoryWritten = true;
  const flagWidth = row.operands[0] ? widthOf(row.operands[0], size, addressSize, bits) * 8 : size * 8;
  return {
    row,
    text: `${row.mnemonic} ${text.join(', ')}`,
    operand: memory && edge === undefined && addressSize > 2 ? { address: memoryTarget, size: memorySize } : undefined,
    bytes: encoded.bytes,
    fixes: encoded.fixes,
    flags: flagUse(row, shiftCount, flagWidth, repeated),
    target,
    falls,
    call,
  };
}

function shuffle(list: number[], m: Maker): void {
  for (let n = list.length - 1; n > 0; n--) {
    const other = m.random.below(n + 1);
    [list[n], list[other]] = [list[other]!, list[n]!];
  }
}

/** Follows rSP while it is known where the case goes. */
function moveStack(m: Maker, row: Row, size: number, namesStack: boolean): void {
  const words = /^PUSHAD?$/.test(row.mnemonic)
    ? -8
    : /^PUSH/.test(row.mnemonic)
      ? -1
      : /^POPAD?$/.test(row.mnemonic)
        ? 8
        : /^POP(F|FD|FQ)?$/.test(row.mnemonic)
          ? 1
          : row.mnemonic === 'CALL'
            ? -1
            : row.mnemonic === 'RET'
              ? 1
              : 0;
  if (words === 0) return;
  const now = m.registers.value(RSP);
  const known = now !== undefined && m.straight && !(namesStack && row.mnemonic === 'POP') && row.mnemonic !== 'RET';
  m.registers.write(RSP, known ? now + BigInt(words * size) : undefined);
}
