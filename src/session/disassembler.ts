/** Text of instructions, by iced-x86 in NASM's spelling. */
import { Code, Decoder, DecoderOptions, FlowControl, Formatter, FormatterSyntax, Instruction } from 'iced-x86';

export interface DisassembledInstruction {
  readonly address: bigint;
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly valid: boolean;
  /** It comes back to the instruction after it: a call, an interrupt, a repetition, a VMRUN. */
  readonly returns: boolean;
  /** It stands still until its count is used up. */
  readonly repeats: boolean;
}

export class Disassembler {
  private readonly formatter = new Formatter(FormatterSyntax.Nasm);
  /** Spells addresses of labels, if there is somebody who knows them. */
  constructor(private readonly place: (address: bigint) => string = () => '') {
    this.formatter.hexSuffix = 'h';
    this.formatter.hexPrefix = '';
    this.formatter.spaceAfterOperandSeparator = true;
    this.formatter.smallHexNumbersInDecimal = true;
    this.formatter.showBranchSize = false;
  }

  /** Up to `count` instructions from the front of `bytes`, which lie at `address`. */
  decode(bytes: Uint8Array, bits: 16 | 32 | 64, address: bigint, count: number): DisassembledInstruction[] {
    const decoder = new Decoder(bits, bytes, DecoderOptions.AMD);
    const instruction = new Instruction();
    const list: DisassembledInstruction[] = [];
    try {
      decoder.ip = address;
      while (list.length < count && decoder.canDecode) {
        const start = decoder.position;
        decoder.decodeOut(instruction);
        const invalid = instruction.code === Code.INVALID;
        const length = invalid ? Math.max(1, Math.min(decoder.position - start, 1)) : instruction.length;
        if (invalid) decoder.position = start + length;
        const at = BigInt.asUintN(64, address + BigInt(start));
        if (invalid) decoder.ip = BigInt.asUintN(64, at + BigInt(length));
        list.push({
          address: at,
          length,
          bytes: bytes.slice(start, start + length),
          text: invalid ? `db ${bytes[start]!.toString(16).toUpperCase().padStart(2, '0')}h` : this.text(instruction),
          valid: !invalid,
          returns: !invalid && comesBack(instruction),
          repeats: !invalid && isRepeated(instruction),
        });
      }
    } finally {
      instruction.free();
      decoder.free();
    }
    return list;
  }

  private text(instruction: Instruction): string {
    const text = this.formatter.format(instruction);
    if (!instruction.isJccShortOrNear && !instruction.isJmpShortOrNear && !instruction.isCallNear) return text;
    const place = this.place(instruction.nearBranchTarget);
    return place === '' ? text : `${text}  ; ${place}`;
  }
}

function comesBack(instruction: Instruction): boolean {
  const { flowControl, code } = instruction;
  return (
    flowControl === FlowControl.Call ||
    flowControl === FlowControl.IndirectCall ||
    flowControl === FlowControl.Interrupt ||
    isRepeated(instruction) ||
    code === Code.Vmrunw ||
    code === Code.Vmrund ||
    code === Code.Vmrunq
  );
}

function isRepeated(instruction: Instruction): boolean {
  return instruction.isStringInstruction && (instruction.hasRepPrefix || instruction.hasRepnePrefix);
}
