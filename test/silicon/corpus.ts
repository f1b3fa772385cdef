/** Fixed cases: what the random ones once found, kept so that it is asked for every time. */
import { ROWS } from '../../src/engine/isa/opcode-map';
import { ALL, CF, flow, OF, PF, SF, ZF } from './flag-use';
import { littleEndian, place, type Placed, type TestCase } from './test-case';
import { imageWith } from './unit-state';
import { CODE, CODE_END, DATA, STACK, STACK_END } from './windows';

interface FixedCase {
  readonly name: string;
  readonly bits: 32 | 64;
  readonly mnemonic: string;
  /** Bytes in hexadecimal. */
  readonly code: string;
  /** By number; rSP is in the middle of the stack otherwise, all others 0. */
  readonly registers?: Readonly<Record<number, bigint>>;
  readonly flags?: number;
  /** Arithmetic flags that are not defined afterwards. */
  readonly undefined?: number;
  readonly memory?: readonly (readonly [address: number, bytes: readonly number[]])[];
  readonly origin?: number;
  /** The vector and floating-point units are as after a reset, or an unmasked x87 exception is pending. */
  readonly units?: 'initial' | 'pending';
  /** Asked of AMD's processors only: others may do otherwise, or the manual leaves it open. */
  readonly amd?: true;
}

const [RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const MIDDLE = BigInt(STACK.address + 0x1000);
const quad = (value: number): number[] => littleEndian(value, 8);
/** No address of the canonical halves. */
const NOWHERE = 0x0001_4ea6_1902_d978n;
/** The last bytes of the lower canonical half. */
const HALF_END = 0x0000_7fff_ffff_fffen;
const data = BigInt(DATA.address + 0x100);
const SHIFTED = OF | CF | 0x10;
const FCW_INITIAL = 0x37f;
const FCW_INVALID_UNMASKED = 0x37e;
const FSW_INVALID_PENDING = 0x8081;

export const CORPUS: readonly FixedCase[] = [
  {
    name: 'MUL of bytes sets OF when AH is used',
    bits: 64,
    mnemonic: 'MUL',
    code: 'f6e1',
    registers: { [RAX]: 0x20n, [RCX]: 0xf4n },
    undefined: ALL & ~(CF | OF),
  },
  {
    name: 'MUL of bytes clears OF',
    bits: 64,
    mnemonic: 'MUL',
    code: 'f6e1',
    registers: { [RAX]: 3n, [RCX]: 4n },
    flags: CF | OF,
    undefined: ALL & ~(CF | OF),
  },
  {
    name: 'IMUL of bytes sets OF',
    bits: 32,
    mnemonic: 'IMUL',
    code: 'f6e9',
    registers: { [RAX]: 0x7fn, [RCX]: 2n },
    undefined: ALL & ~(CF | OF),
  },
  {
    name: 'MOVBE loads 16 bits under 66h',
    bits: 64,
    mnemonic: 'MOVBE',
    code: '660f38f003',
    registers: { [RBX]: data, [RAX]: -1n },
  },
  {
    name: 'MOVBE stores 16 bits under 66h',
    bits: 32,
    mnemonic: 'MOVBE',
    code: '660f38f103',
    registers: { [RBX]: data, [RAX]: 0x12345678n },
  },
  {
    name: 'BSWAP of 16 bits gives 0',
    bits: 64,
    amd: true,
    mnemonic: 'BSWAP',
    code: '660fc8',
    registers: { [RAX]: 0x1122334455667788n },
  },
  {
    name: 'SHLD of 16 bits by more than 16',
    bits: 64,
    amd: true,
    mnemonic: 'SHLD',
    code: '660fa4d814',
    registers: { [RAX]: 0x3fn, [RBX]: 0x8001n },
    undefined: SHIFTED,
  },
  {
    name: 'SHRD of 16 bits by more than 16',
    bits: 64,
    amd: true,
    mnemonic: 'SHRD',
    code: '660facd815',
    registers: { [RAX]: 0x1234n, [RBX]: 0x8ff1n },
    undefined: SHIFTED,
  },
  {
    name: 'ENTER pushes before it reads outer frames',
    bits: 32,
    amd: true,
    mnemonic: 'ENTER',
    code: 'c80b0102',
    registers: { [RBP]: 0x88cc07b1n },
  },
  {
    name: 'ENTER meets the end of the stack',
    bits: 64,
    amd: true,
    mnemonic: 'ENTER',
    code: 'c8290004',
    registers: { [RSP]: BigInt(STACK.address + 0x12), [RBP]: MIDDLE },
  },
  {
    name: 'ENTER asks for the new top',
    bits: 64,
    amd: true,
    mnemonic: 'ENTER',
    code: 'c8007701',
    registers: { [RBP]: MIDDLE },
  },
  {
    name: 'PUSHA meets the end of the stack',
    bits: 32,
    amd: true,
    mnemonic: 'PUSHAD',
    code: '60',
    registers: { [RSP]: BigInt(STACK.address + 0xa) },
  },
  {
    name: 'PUSH to no address is #SS, whatever is pushed',
    bits: 64,
    mnemonic: 'PUSH',
    code: 'ff33',
    registers: { [RBX]: data, [RSP]: NOWHERE },
  },
  {
    name: 'PUSH of what is at no address is #GP',
    bits: 64,
    mnemonic: 'PUSH',
    code: 'ff33',
    registers: { [RBX]: NOWHERE },
  },
  {
    name: 'POP from no address is #SS',
    bits: 64,
    mnemonic: 'POP',
    code: '8f03',
    registers: { [RBX]: data, [RSP]: NOWHERE },
  },
  { name: 'POP to no address is #GP', bits: 64, mnemonic: 'POP', code: '8f03', registers: { [RBX]: NOWHERE } },
  {
    name: 'an operand of rBP at no address is #SS',
    bits: 64,
    mnemonic: 'ADD',
    code: '480145f8',
    registers: { [RBP]: NOWHERE },
  },
  {
    name: 'CALL to no address with no stack',
    bits: 64,
    amd: true,
    mnemonic: 'CALL',
    code: '41ff10',
    registers: { [R8]: data, [RSP]: 0x38n },
    memory: [[Number(data), [1, 2, 3, 4, 5, 6, 7, 8]]],
  },
  { name: 'CALL to no address', bits: 64, mnemonic: 'CALL', code: 'ffd0', registers: { [RAX]: NOWHERE } },
  {
    name: '#GP of an instruction whose page ends the code',
    bits: 64,
    mnemonic: 'LODSD',
    code: 'ad',
    registers: { [RSI]: NOWHERE },
    origin: CODE_END - 11,
  },
  {
    name: 'a word over the end of 4 GB is #GP',
    bits: 32,
    mnemonic: 'STOSW',
    code: '66ab',
    registers: { [RDI]: 0xffffffffn },
  },
  {
    name: 'a word of SS over the end of 4 GB is #SS',
    bits: 32,
    mnemonic: 'MOV',
    code: '668b4500',
    registers: { [RBP]: 0xffffffffn },
  },
  {
    name: 'an operand over the end of the canonical half is #GP',
    bits: 64,
    mnemonic: 'MOV',
    code: '8b03',
    registers: { [RBX]: HALF_END },
  },
  {
    name: 'an operand of rSP over the end of the canonical half is #SS',
    bits: 64,
    mnemonic: 'MOV',
    code: '8b0424',
    registers: { [RSP]: HALF_END },
  },
  {
    name: 'a selector over the end of the canonical half is #GP',
    bits: 64,
    mnemonic: 'MOV',
    code: '8c03',
    registers: { [RBX]: HALF_END + 1n },
  },
  {
    name: 'ROL by a multiple of the width sets CF from bit 0',
    bits: 64,
    mnemonic: 'ROL',
    code: 'c0c010',
    registers: { [RAX]: 1n },
    undefined: OF,
  },
  {
    name: 'flags of ADD stand when the next instruction faults',
    bits: 64,
    mnemonic: 'ADD',
    code: '4801c88b142501000000',
    registers: { [RAX]: -1n, [RCX]: 1n },
  },
  {
    name: 'flags of DEC keep CF across a fault',
    bits: 32,
    mnemonic: 'DEC',
    code: '48f7f1',
    registers: { [RAX]: 0n, [RDX]: 0n },
    flags: CF,
  },
  {
    name: 'POPA over the end of the stack',
    bits: 32,
    amd: true,
    mnemonic: 'POPAD',
    code: '61',
    registers: { [RSP]: BigInt(STACK_END - 6) },
  },
  {
    name: 'BT far below its operand',
    bits: 64,
    mnemonic: 'BTS',
    code: '0fab03',
    registers: { [RBX]: data, [RAX]: 0xffff_ff9fn },
    undefined: OF | SF | 0x10 | PF,
    flags: ZF,
  },
  {
    name: 'RF of IRET is gone when INT3 is done',
    bits: 64,
    mnemonic: 'IRETQ',
    code: '48cfcc',
    memory: [
      [
        Number(MIDDLE),
        [...quad(CODE.address + 0x102), ...quad(0x33), ...quad(0x10202), ...quad(Number(MIDDLE) + 64), ...quad(0x2b)],
      ],
    ],
  },
  {
    name: 'RF of IRET stands when the next instruction faults',
    bits: 64,
    mnemonic: 'IRETQ',
    code: '48cff4',
    memory: [
      [
        Number(MIDDLE),
        [...quad(CODE.address + 0x102), ...quad(0x33), ...quad(0x10202), ...quad(Number(MIDDLE) + 64), ...quad(0x2b)],
      ],
    ],
  },
  {
    name: 'a frame from 32-bit code has 32 bits of rSP',
    bits: 64,
    mnemonic: 'JMP',
    code: 'ff2b',
    registers: { [RBX]: data, [RSP]: NOWHERE },
    memory: [[Number(data), [...quad(CODE.address + 0x102).slice(0, 4), 0x23, 0]]],
  },
  {
    name: 'a far CALL meets the end of the stack with its second word',
    bits: 64,
    amd: true,
    mnemonic: 'CALL',
    code: 'ff1b',
    registers: { [RBX]: data, [RSP]: BigInt(STACK.address + 4) },
    memory: [[Number(data), [...quad(CODE.address + 0x102).slice(0, 4), 0x23, 0]]],
  },
  {
    name: 'a far CALL pushes its first word before the second one wraps',
    bits: 32,
    amd: true,
    mnemonic: 'CALL',
    code: 'ff1b',
    registers: { [RBX]: data, [RSP]: 6n },
    memory: [[Number(data), [...quad(CODE.address + 0x102).slice(0, 4), 0x23, 0]]],
  },
  {
    name: 'a far JMP under REX.W takes 32 bits of offset',
    bits: 64,
    amd: true,
    mnemonic: 'JMP',
    code: '48ff2b',
    registers: { [RBX]: data },
    memory: [[Number(data), [...quad(CODE.address + 0x103).slice(0, 4), 0x33, 0, 0x10, 0]]],
  },
  {
    name: 'SS is loaded, and what follows is done',
    bits: 64,
    mnemonic: 'MOV',
    code: '8ed0c3',
    registers: { [RAX]: 0x2bn, [RSP]: NOWHERE },
  },
  { name: 'DS null in 32-bit code', bits: 32, mnemonic: 'MOV', code: '8ed88b03', registers: { [RBX]: data } },
  {
    name: 'DS of code can be read and not written',
    bits: 32,
    mnemonic: 'MOV',
    code: '8ed88b0b890b',
    registers: { [RAX]: 0x23n, [RBX]: data },
  },
  {
    name: 'a far CALL to 32-bit code pushes with 32 bits of rSP',
    bits: 64,
    amd: true,
    mnemonic: 'CALL',
    code: 'ff1b',
    registers: { [RBX]: data, [RSP]: MIDDLE | 0x1234_5678_0000_0000n },
    memory: [[Number(data), [...quad(CODE.address + 0x102).slice(0, 4), 0x23, 0]]],
  },
  {
    name: 'REP with a count of 0 asks no limit',
    bits: 32,
    mnemonic: 'STOSD',
    code: '8ec0f3ab',
    registers: { [RDI]: data },
  },
  {
    name: 'REP with a count asks the limit',
    bits: 32,
    mnemonic: 'STOSD',
    code: '8ec0f3ab',
    registers: { [RCX]: 2n, [RDI]: data },
  },
  {
    name: 'VEX has eight registers in 32-bit code',
    bits: 32,
    mnemonic: 'ANDN',
    code: 'c4e230f2c2',
    registers: { [RAX]: 1n, [RCX]: 0x0fn, [RDX]: 0x3cn },
    undefined: 0x10 | PF,
  },
  {
    name: 'VEX with a register no operand takes',
    bits: 64,
    mnemonic: 'RORX',
    code: 'c4e373f0c108',
  },
  { name: 'VEX of 256 bits', bits: 64, mnemonic: 'ANDN', code: 'c4e274f2c2' },
  { name: 'VEX after REX', bits: 64, mnemonic: 'ANDN', code: '48c4e270f2c2' },
  { name: 'VEX after REP', bits: 64, mnemonic: 'ANDN', code: 'f3c4e270f2c2' },
  {
    name: 'CRC32 of a word under 66h',
    bits: 64,
    mnemonic: 'CRC32',
    code: '66f20f38f1c1',
    registers: { [RAX]: -1n, [RCX]: 0x12345678n },
  },
  {
    name: 'REP under 67h counts in CX',
    bits: 32,
    mnemonic: 'MOVSD',
    code: '8ec067f3a5',
    registers: { [RCX]: 0x30000n, [RDI]: data },
  },
  {
    name: 'a pending x87 exception comes before the fault of a segment that MMX cannot write',
    bits: 32,
    mnemonic: 'MOVD',
    code: '2e0f7e01',
    registers: { [RCX]: data },
    units: 'pending',
  },
  {
    name: 'FLD of ten bytes over the end of 4 GB asks for eight first',
    bits: 32,
    amd: true,
    mnemonic: 'FLD',
    code: 'db28',
    registers: { [RAX]: 0xfffffff7n },
    units: 'initial',
  },
  {
    name: 'FSTP of ten bytes over the end of 4 GB asks for eight first',
    bits: 32,
    amd: true,
    mnemonic: 'FSTP',
    code: 'db38',
    registers: { [RAX]: 0xfffffff7n },
    units: 'initial',
  },
  {
    name: 'FBSTP over the end of the canonical half asks for eight bytes first',
    bits: 64,
    amd: true,
    mnemonic: 'FBSTP',
    code: 'df30',
    registers: { [RAX]: HALF_END - 7n },
    units: 'initial',
  },
  {
    name: 'FXSAVE over the end of 64 KB goes on at 0',
    bits: 32,
    amd: true,
    mnemonic: 'FXSAVE',
    code: '670fae468f',
    registers: { [RBP]: 1n },
    units: 'initial',
  },
  {
    name: 'FXSAVE asks for the end of 4 GB before its alignment',
    bits: 32,
    amd: true,
    mnemonic: 'FXSAVE',
    code: '0fae4500',
    registers: { [RBP]: 0xffff_fffdn },
    units: 'initial',
  },
  {
    name: 'FXRSTOR asks for the end of the canonical half before its alignment',
    bits: 64,
    amd: true,
    mnemonic: 'FXRSTOR',
    code: '0fae4d00',
    registers: { [RBP]: HALF_END - 1n },
    units: 'initial',
  },
  {
    name: 'a misaligned vector over the end of 4 GB is #GP, by way of the stack’s segment too',
    bits: 32,
    amd: true,
    mnemonic: 'UNPCKLPS',
    code: '8ed80f144d00',
    registers: { [RAX]: 0n, [RBP]: 0xffff_fffbn },
    units: 'initial',
  },
  {
    name: 'CMPXCHG16B at no address of the stack is #SS',
    bits: 64,
    mnemonic: 'CMPXCHG16B',
    code: '480fc74d00',
    registers: { [RBP]: 0x8000_0000_0000n },
  },
];

/** Everything placed, as a random case would be. */
export function fixedCase(c: FixedCase): Placed {
  const row = ROWS.find((r) => r.mnemonic === c.mnemonic);
  if (!row) throw new Error(`${c.name}: there is no row ${c.mnemonic}`);
  const bytes = (c.code.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const flags = { reads: 0, writes: 0, undefined: c.undefined ?? 0 };
  const step = { row, text: c.name, bytes, fixes: [], flags, target: -1, falls: true, call: undefined };
  const registers = Array.from({ length: 16 }, (_, n) =>
    BigInt.asUintN(c.bits, c.registers?.[n] ?? (n === RSP ? MIDDLE : 0n)),
  );
  const test: TestCase = {
    bits: c.bits,
    registers,
    flags: 0x202 | (c.flags ?? 0),
    units:
      c.units &&
      (c.units === 'pending' ? imageWith(FCW_INVALID_UNMASKED, FSW_INVALID_PENDING) : imageWith(FCW_INITIAL, 0)),
    codeRegisters: [],
    patches: (c.memory ?? []).map(([address, contents]) => ({ address, bytes: contents })),
    origin: c.origin ?? CODE.address + 0x100,
    steps: [step],
    order: [0],
  };
  const placed = flow(test.steps) && place(test);
  if (!placed) throw new Error(`${c.name}: cannot be placed`);
  return placed;
}
