/** Registers and memory that an instruction uses without naming them, chosen so that it mostly does what it is for. */
import type { Row } from '../../src/engine/isa/row';
import { chooseTarget } from './addresses';
import type { Maker } from './maker';
import { littleEndian } from './test-case';
import { randomImage } from './unit-state';
import { contents, flavourOf } from './unit-values';
import { value } from './values';
import { STACK, STACK_END } from './windows';

const RAX = 0;
const RCX = 1;
const RDX = 2;
const RBX = 3;
const RSP = 4;
const RBP = 5;
const RSI = 6;
const RDI = 7;

const TF = 0x100;
const AC = 0x40000;

/** Extended with rubbish above an address size of 4 in 64-bit code. */
function wide(m: Maker, address: number, addressSize: number): bigint {
  return addressSize === 4 && m.bits === 64 ? (m.random.u64() << 32n) | BigInt(address) : BigInt(address);
}

/** Whether the instruction may be left as it is: now and then it goes wild. */
const wild = (m: Maker): boolean => m.random.chance(0.05);

function string(m: Maker, row: Row, size: number, addressSize: number, repeated: boolean): boolean {
  const { registers, random } = m;
  const pointers =
    row.mnemonic.startsWith('MOVS') || row.mnemonic.startsWith('CMPS')
      ? [RSI, RDI]
      : row.mnemonic.startsWith('LODS') || row.mnemonic.startsWith('OUTS')
        ? [RSI]
        : [RDI];
  const usable = (n: number): boolean => registers.isFree(n) || registers.value(n) !== undefined;
  if (repeated && !usable(RCX)) return false;
  if (!pointers.every(usable) && !wild(m)) return false;
  for (const pointer of pointers) registers.wish(pointer, () => wide(m, chooseTarget(random, size), addressSize));
  if (repeated) {
    const count = random.chance(0.05) ? random.below(2000) : random.chance(0.2) ? random.below(2) : random.below(24);
    const known = registers.wish(RCX, () => wide(m, count, addressSize))!;
    if (BigInt.asUintN(addressSize * 8, known) > 5000n && !random.chance(0.02)) return false;
  }
  return true;
}

function division(m: Maker, row: Row, size: number): void {
  const { registers, random } = m;
  if (random.chance(0.25)) return;
  const bits = size * 8;
  if (size === 1) {
    registers.wish(RAX, () => BigInt(row.mnemonic === 'IDIV' ? random.between(-200, 200) : random.below(600)));
    return;
  }
  const low = registers.wish(RAX, () => value(random, size));
  if (low === undefined) return;
  const negative = row.mnemonic === 'IDIV' && BigInt.asIntN(bits, low) < 0n;
  registers.wish(RDX, () => (negative ? -1n : 0n) + BigInt(random.chance(0.4) ? random.between(-3, 3) : 0));
}

const stackPointer = (m: Maker): bigint =>
  BigInt(STACK.address + 64 + m.random.below(STACK_END - STACK.address - 128)) & ~7n;

/** Chooses what `row` needs; false: it cannot be now. `size`: operand size in bytes. */
export function setUp(m: Maker, row: Row, size: number, addressSize: number, repeated: boolean): boolean {
  const { registers, random } = m;
  const name = row.mnemonic;
  if (row.rep !== undefined) return string(m, row, size, addressSize, repeated);
  switch (name) {
    case 'DIV':
    case 'IDIV':
      division(m, row, size);
      return true;
    case 'XLATB': {
      const al = registers.wish(RAX, () => value(random, 8));
      if (al === undefined || !registers.isFree(RBX)) return wild(m);
      registers.assign(RBX, wide(m, chooseTarget(random, 1) - Number(al & 0xffn), addressSize));
      return true;
    }
    case 'PCMPESTRI':
    case 'PCMPESTRM':
      for (const n of [RAX, RDX])
        registers.wish(n, () => (random.chance(0.8) ? BigInt(random.between(-18, 18)) : value(random, 8)));
      return true;
    case 'MASKMOVQ':
    case 'MASKMOVDQU':
      if (!registers.isFree(RDI) && registers.value(RDI) === undefined && !wild(m)) return false;
      registers.wish(RDI, () => wide(m, chooseTarget(random, name === 'MASKMOVQ' ? 8 : 16), addressSize));
      return true;
    case 'CLZERO':
      registers.wish(RAX, () => wide(m, chooseTarget(random, 1), addressSize));
      return registers.value(RAX) !== undefined || wild(m);
    case 'LOOP':
    case 'LOOPE':
    case 'LOOPNE':
      registers.wish(RCX, () => wide(m, random.pick([0, 1, 1, 2, 3, 100]), addressSize));
      return true;
    case 'JCXZ':
    case 'JECXZ':
    case 'JRCXZ':
      registers.wish(RCX, () => wide(m, random.pick([0, 0, 1, 0x10000]), addressSize));
      return true;
    case 'LEAVE':
      registers.wish(RBP, () => stackPointer(m));
      return registers.value(RBP) !== undefined || wild(m);
    case 'ENTER':
      registers.wish(RBP, () => stackPointer(m));
      return true;
    case 'POPF':
    case 'POPFD':
    case 'POPFQ': {
      // A value that is not chosen could set TF or AC: this process is not to be traced.
      const at = registers.value(RSP);
      if (at === undefined || m.memoryWritten) return false;
      return m.patchBytes(Number(at), littleEndian(BigInt(random.u32() & ~(TF | AC)), size));
    }
    case 'CMPXCHG':
      registers.wish(RAX, () => value(random, 8));
      return true;
    case 'CMPXCHG8B':
    case 'CMPXCHG16B':
      registers.wish(RAX, () => value(random, 8));
      registers.wish(RDX, () => value(random, 8));
      return true;
    default:
      return true;
  }
}

/** For LDMXCSR a value that a bit not to be set seldom spoils. */
function unitContents(m: Maker, row: Row, size: number): readonly number[] | undefined {
  const { random } = m;
  if (row.mnemonic.startsWith('FXRSTOR')) return [...randomImage(random, 'any')];
  if (random.chance(0.25)) return undefined;
  if (row.mnemonic === 'LDMXCSR') return littleEndian(random.u32() & (random.chance(0.9) ? 0xffff : -1), 4);
  return contents(random, flavourOf(row), size);
}

/** Bytes for a memory operand to be read, when they ought not to be chance's. */
export function memoryContents(m: Maker, row: Row, size: number): readonly number[] | undefined {
  const { registers, random } = m;
  const rax = registers.value(RAX);
  const rdx = registers.value(RDX);
  if (row.unit !== undefined) return unitContents(m, row, size);
  switch (row.mnemonic) {
    case 'CMPXCHG':
      return rax !== undefined && random.chance(0.5) ? littleEndian(rax, size) : undefined;
    case 'CMPXCHG8B':
    case 'CMPXCHG16B':
      if (rax === undefined || rdx === undefined || random.chance(0.5)) return undefined;
      return [...littleEndian(rax, size / 2), ...littleEndian(rdx, size / 2)];
    default:
      return random.chance(0.25) ? littleEndian(value(random, Math.min(size, 8)), size) : undefined;
  }
}

/** Registers an instruction writes besides its operands; rSP is followed apart. */
export function impliedWrites(row: Row, repeated: boolean): readonly number[] {
  const name = row.mnemonic;
  const count = repeated ? [RCX] : [];
  // MOVSD and CMPSD are also instructions on vectors.
  if (row.unit !== undefined) return /^PCMP[EI]STRI$/.test(name) ? [RCX] : [];
  if (/^(MOVS|CMPS)[BWDQ]$/.test(name)) return [RSI, RDI, ...count];
  if (/^(STOS|SCAS|INS)[BWDQ]$/.test(name)) return [RDI, ...count];
  if (/^LODS[BWDQ]$/.test(name)) return [RAX, RSI, ...count];
  if (/^OUTS[BWDQ]$/.test(name)) return [RSI, ...count];
  if (/^(MUL|DIV|IDIV|CMPXCHG8B|CMPXCHG16B)$/.test(name)) return [RAX, RDX];
  if (name === 'IMUL' && row.operands.length === 1) return [RAX, RDX];
  if (/^(CBW|CWDE|CDQE|CMPXCHG|XLATB|LAHF|SALC|AAA|AAS|AAM|AAD|DAA|DAS)$/.test(name)) return [RAX];
  if (/^(CWD|CDQ|CQO)$/.test(name)) return [RDX];
  if (/^LOOP/.test(name)) return [RCX];
  if (name === 'ENTER' || name === 'LEAVE') return [RBP, RSP];
  if (/^POPAD?$/.test(name)) return [0, 1, 2, 3, 4, 5, 6, 7];
  return [];
}
