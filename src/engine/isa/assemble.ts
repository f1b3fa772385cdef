/**
 * Encodes one instruction from the rows the decoder reads. Among the encodings AMD64 allows it chooses the one NASM chooses
 * with its default optimisation: shortest immediates and displacements, short jumps where they reach.
 */
import { encodeAddress } from './assemble-address';
import type { EffectiveAddress } from './assemble-address';
import { widthOf } from './assemble-forms';
import type { Form } from './assemble-forms';
import type { Bits, OperandSize } from './assemble-operand';
import { chooseForm, defaultSize, sizeName } from './assemble-match';
import type {
  AssemblerOperand,
  Complaint,
  ImmediateOperand,
  Instruction,
  MemoryOperand,
  Place,
  RegisterOperand,
} from './assemble-operand';
import { unspell, waitingForm } from './assemble-spellings';
import { vexPrefix } from './vex';
import type { Row } from './row';

export interface Encoded {
  readonly bytes: readonly number[];
  readonly row: Row;
  readonly warnings: readonly Complaint[];
}

export interface Refused {
  readonly complaint: Complaint;
}

const SEGMENT_PREFIX = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65] as const;
const SEGMENT_NAMES = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]] as const;
const WAIT = 0x9b;
const LOOPS = /^(LOOP(N?[EZ])?)$/;

/** Brings spellings with more or fewer operands than the row has into the row's shape. */
function normalise(written: Instruction): Instruction {
  const { mnemonic, operands, prefixes } = unspell(written);
  const [first, second] = operands;
  if (mnemonic === 'IMUL' && operands.length === 2 && second!.kind === 'immediate') {
    return { mnemonic, operands: [first!, first!, second!], prefixes };
  }
  const counter = second?.kind === 'register' && second.class === 'general' && second.number === 1 ? second.size : 0;
  if (LOOPS.test(mnemonic) && counter > 1) {
    return { mnemonic, operands: [first!], prefixes: { ...prefixes, addressSize: counter as OperandSize } };
  }
  if ((mnemonic === 'AAM' || mnemonic === 'AAD') && operands.length === 0) {
    return { mnemonic, operands: [{ kind: 'immediate', value: 10n, nature: 'constant' }], prefixes };
  }
  if (mnemonic === 'SKINIT' && operands.length === 1 && first!.kind === 'register' && first!.name === 'eax') {
    return { mnemonic, operands: [], prefixes };
  }
  return { mnemonic, operands, prefixes };
}

class Encoder {
  readonly warnings: Complaint[] = [];
  private rex = 0;
  private needsRex = false;
  private refusesRex: RegisterOperand | undefined;
  private modrm: number | undefined;
  private opcodeRegister = 0;
  private vexRegister = 0;
  private address: EffectiveAddress | undefined;
  private offset: { readonly value: bigint; readonly size: number } | undefined;
  private readonly tail: number[] = [];
  private relative: { readonly target: bigint; readonly size: number } | undefined;
  private addressSize: OperandSize | undefined;
  private segment: number | undefined;
  private lockAsRexR = false;

  constructor(
    private readonly form: Form,
    private readonly instruction: Instruction,
    private readonly at: Place,
  ) {
    this.addressSize = form.row.addressSize ?? instruction.prefixes.addressSize;
    this.segment = instruction.prefixes.segment;
  }

  run(): Encoded | Refused {
    const { form, instruction } = this;
    for (const [index, type] of form.operands.entries()) {
      const complaint = this.operand(index, type.place, instruction.operands[index]!);
      if (complaint) return { complaint };
    }
    this.checkLock();
    return this.assemble();
  }

  private warn(operand: number, message: string): void {
    this.warnings.push({ operand, message });
  }

  private operand(index: number, place: string, operand: AssemblerOperand): Complaint | undefined {
    switch (operand.kind) {
      case 'register':
        this.register(place, operand);
        return undefined;
      case 'memory':
        return this.memory(index, place, operand);
      case 'far': {
        const size = this.form.operandSize!;
        this.checkRange(index, operand.offset, size, false);
        this.put(operand.offset, size);
        this.put(operand.selector, 2);
        return undefined;
      }
      case 'immediate':
        this.immediate(index, place, operand);
        return undefined;
    }
  }

  private register(place: string, operand: RegisterOperand): void {
    if (operand.byte === 'high') this.refusesRex = operand;
    if (operand.byte === 'low') this.needsRex = true;
    const high = operand.number >= 8;
    if (place.endsWith('rm') || place.endsWith('rm-register') || place === 'stack') {
      this.modrm = (this.modrm ?? 0) | 0xc0 | (operand.number & 7);
      if (high) this.rex |= 1;
    } else if (place === 'register' || place === 'segment' || place === 'xmm' || place === 'mmx') {
      this.modrm = (this.modrm ?? 0) | ((operand.number & 7) << 3);
      if (high) this.rex |= 4;
    } else if (place === 'control' || place === 'debug') {
      this.modrm = (this.modrm ?? 0) | ((operand.number & 7) << 3);
      if (high && this.at.bits === 64) this.rex |= 4;
      // Outside 64-bit mode AMD64 reaches CR8 with LOCK in the place of REX.R (APM volume 3, MOV CRn).
      else if (high) this.lockAsRexR = true;
    } else if (place === 'vex') this.vexRegister = operand.number;
    else if (place === 'opcode') {
      this.opcodeRegister = operand.number & 7;
      if (high) this.rex |= 1;
    } else if (place === 'fixed' && this.form.row.needs === 'SVME' && operand.number === 0) {
      this.addressSize = operand.size as OperandSize;
    }
  }

  private memory(index: number, place: string, operand: MemoryOperand): Complaint | undefined {
    if (operand.segment !== undefined) {
      if (this.segment !== undefined && this.segment !== operand.segment) {
        return { operand: index, message: 'two different segment overrides on one instruction' };
      }
      this.segment = operand.segment;
      if (this.at.bits === 64 && operand.segment < 4) {
        this.warn(index, `${SEGMENT_NAMES[operand.segment]} has no base in 64-bit mode: the override does nothing`);
      }
    }
    const address = encodeAddress(operand, this.at.bits, this.instruction.prefixes.addressSize);
    if (typeof address === 'string' && !(place === 'offset' && operand.displacementSize === 8)) {
      return { operand: index, message: address };
    }
    if (place === 'offset') {
      const size = operand.displacementSize === 8 ? 8 : (address as EffectiveAddress).size;
      this.addressSize = size;
      this.offset = { value: operand.displacement, size };
      this.checkRange(index, operand.displacement, size, false);
      return undefined;
    }
    const ea = address as EffectiveAddress;
    this.address = ea;
    this.addressSize = ea.size;
    this.modrm = (this.modrm ?? 0) | ea.modrm;
    this.rex |= (ea.rexB ? 1 : 0) | (ea.rexX ? 2 : 0);
    if (operand.displacementSize === 1 && !operand.base && !operand.index) {
      this.warn(index, 'byte is ignored: an address without registers has no 8-bit displacement');
    }
    if (operand.relative && (operand.base || operand.index))
      this.warn(index, 'rel is ignored: the address has registers');
    else if (operand.relative && operand.nature === 'constant' && this.at.bits === 64) {
      this.warn(index, 'rel is ignored: a plain number is an absolute address');
    }
    if (!ea.relative && ea.displacementSize > 0) this.checkDisplacement(index, operand, ea);
    return undefined;
  }

  private checkDisplacement(index: number, operand: MemoryOperand, ea: EffectiveAddress): void {
    const limit = ea.size === 8 ? BigInt.asIntN(32, operand.displacement) : undefined;
    const full = ea.size === 2 ? 2 : 4;
    if (limit !== undefined && operand.nature === 'constant' && limit !== BigInt.asIntN(64, operand.displacement)) {
      this.warn(index, 'the displacement does not fit in 32 bits, sign-extended to 64: it is cut off');
    } else this.checkRange(index, operand.displacement, operand.displacementSize === 1 ? 1 : full, false);
  }

  private immediate(index: number, place: string, operand: ImmediateOperand): void {
    const { form } = this;
    const type = form.operands[index]!;
    if (place === 'relative') {
      const size = type.width === 1 ? 1 : form.operandSize === 2 ? 2 : 4;
      this.relative = { target: operand.value, size };
      return;
    }
    if (place === 'one') return;
    const size = form.extension === 'zero' ? 4 : widthOf(type, form.operandSize, this.at.bits)!;
    const signed = (form.operandSize ?? 0) > size && type.signExtended === true;
    if (form.extension === undefined && operand.nature !== 'unknown')
      this.checkRange(index, operand.value, size, signed);
    this.put(operand.value, size);
  }

  /** Warns when a value needs more than `size` bytes. A sign-extended byte may also be written as the word it becomes. */
  private checkRange(index: number, value: bigint, size: number, signExtended: boolean): void {
    if (size === 8) return;
    const span = 1n << BigInt(size * 8);
    const signed = (v: bigint): boolean => v >= -(span >> 1n) && v < span >> 1n;
    if (signExtended) {
      const operandSize = this.form.operandSize!;
      const wide = operandSize < 8 ? BigInt.asIntN(operandSize * 8, value) : value;
      const cut =
        operandSize < 8 && (value >= 1n << BigInt(operandSize * 8) || value < -(1n << BigInt(operandSize * 8)));
      if (cut || !(signed(wide) || signed(BigInt.asIntN(64, value)))) {
        this.warn(index, `the number does not fit in a ${sizeName(size)}, sign-extended: it is cut off`);
      }
    } else if (value >= span || value < -span)
      this.warn(index, `the number does not fit in a ${sizeName(size)}: it is cut off`);
  }

  private put(value: bigint, size: number): void {
    putLittleEndian(this.tail, value, size);
  }

  private checkLock(): void {
    const { form, instruction } = this;
    if (!instruction.prefixes.lock) return;
    if (!form.row.lock || instruction.operands[0]?.kind !== 'memory') {
      this.warn(-1, `lock raises #UD here: ${instruction.mnemonic.toLowerCase()} is not lockable with these operands`);
    }
  }

  /** The prefix 66h and REX.W that the operand size needs. */
  private sizePrefixes(): { readonly osize: boolean; readonly wide: boolean } {
    const { form, instruction, at } = this;
    const { row } = form;
    const fixed = form.extension === 'zero' ? 4 : form.operandSize;
    let size = instruction.prefixes.operandSize ?? fixed;
    // A selector written to a 64-bit register is zero-extended by the 32-bit form already.
    if (size === 8 && instruction.prefixes.operandSize === undefined && isSelectorStore(row)) size = 4;
    // Needless, but written.
    if (row.mnemonic === 'INVPCID') return { osize: false, wide: at.bits === 64 };
    if (size === undefined) return { osize: false, wide: row.encoding.rexW };
    if (size === 8) {
      const implied = row.size !== undefined && instruction.prefixes.operandSize === undefined;
      return { osize: false, wide: row.encoding.rexW || !implied };
    }
    // REX.W is all that tells 32-bit operands from 64-bit ones here.
    if (form.operands.every((o) => o.width !== 'v' && o.width !== 'z') && form.operands.some((o) => o.width === 'y'))
      return { osize: false, wide: false };
    const stored = form.operands[0]?.place === 'rm' && instruction.operands[0]?.kind === 'memory' && isTableStore(row);
    return { osize: size !== defaultSize(at.bits) && !stored, wide: row.encoding.rexW };
  }

  private assemble(): Encoded | Refused {
    const { form, instruction, at } = this;
    const { encoding } = form.row;
    const { osize, wide } = this.sizePrefixes();
    if (wide) this.rex |= 8;
    if ((this.rex !== 0 || this.vexRegister > 7) && at.bits !== 64) {
      return {
        complaint: {
          operand: -1,
          message: `registers r8 to r15 and 64-bit operands need 64-bit mode; this is bits ${at.bits}`,
        },
      };
    }
    const rex = this.rex !== 0 || this.needsRex;
    if (this.refusesRex && rex) {
      const operand = instruction.operands.indexOf(this.refusesRex);
      return {
        complaint: { operand, message: `${this.refusesRex.name} cannot be used in an instruction with a REX prefix` },
      };
    }
    if (this.needsRex && at.bits !== 64) {
      return { complaint: { operand: -1, message: `spl, bpl, sil and dil need 64-bit mode; this is bits ${at.bits}` } };
    }
    const bytes: number[] = [];
    const { repeat, lock } = instruction.prefixes;
    if (repeat) bytes.push(repeat === 'repne' ? 0xf2 : 0xf3);
    if (lock || this.lockAsRexR) bytes.push(0xf0);
    if (this.segment !== undefined) bytes.push(SEGMENT_PREFIX[this.segment]!);
    if (osize) bytes.push(0x66);
    if (this.addressSize !== undefined && this.addressSize * 8 !== at.bits) {
      const complaint = this.checkAddressPrefix(this.addressSize, at.bits);
      if (complaint) return { complaint };
      bytes.push(0x67);
    }
    if (encoding.vex) bytes.push(...vexPrefix(encoding.map, this.rex, encoding.prefix ?? 0, this.vexRegister));
    else {
      if (encoding.prefix) bytes.push(encoding.prefix);
      if (rex) bytes.push(0x40 | this.rex);
      bytes.push(...ESCAPES[encoding.map]);
    }
    bytes.push(encoding.opcode | this.opcodeRegister);
    if (encoding.modrm === 'exact') bytes.push(encoding.digit);
    else if (encoding.modrm !== 'none')
      bytes.push((this.modrm ?? 0xc0) | (encoding.modrm === 'digit' ? encoding.digit << 3 : 0));
    this.finish(bytes);
    return { bytes, row: form.row, warnings: this.warnings };
  }

  private checkAddressPrefix(size: OperandSize, bits: Bits): Complaint | undefined {
    if (bits === 64 ? size === 2 : size === 8) {
      return { operand: -1, message: `there are no ${size * 8}-bit addresses in ${bits}-bit mode` };
    }
    return undefined;
  }

  private finish(bytes: number[]): void {
    const { address, at } = this;
    if (address) {
      if (address.sib !== undefined) bytes.push(address.sib);
      const end = bytes.length + address.displacementSize + this.tail.length;
      const value = address.relative ? address.displacement - at.address - BigInt(end) : address.displacement;
      putLittleEndian(bytes, value, address.displacementSize);
    }
    if (this.offset) putLittleEndian(bytes, this.offset.value, this.offset.size);
    if (this.relative) {
      const { target, size } = this.relative;
      putLittleEndian(bytes, target - at.address - BigInt(bytes.length + size), size);
    }
    bytes.push(...this.tail);
  }
}

const isTableStore = (row: Row): boolean => row.mnemonic === 'SLDT' || row.mnemonic === 'STR';
const isSelectorStore = (row: Row): boolean => row.mnemonic === 'SLDT' || row.encoding.text === '8C /r';

function putLittleEndian(bytes: number[], value: bigint, size: number): void {
  let rest = BigInt.asUintN(size * 8, value);
  for (let n = 0; n < size; n++, rest >>= 8n) bytes.push(Number(rest & 0xffn));
}

/** Encodes one instruction at a place, or refuses it with a reason. */
export function assembleInstruction(instruction: Instruction, at: Place): Encoded | Refused {
  const mnemonic = instruction.mnemonic.toUpperCase();
  const direct = waitingForm(mnemonic);
  if (direct !== undefined) {
    const encoded = assembleInstruction({ ...instruction, mnemonic: direct }, { ...at, address: at.address + 1n });
    return 'complaint' in encoded ? encoded : { ...encoded, bytes: [WAIT, ...encoded.bytes] };
  }
  const shaped = normalise({ ...instruction, mnemonic });
  const form = chooseForm(shaped, at);
  if ('message' in form) return { complaint: form };
  return new Encoder(form, shaped, at).run();
}
