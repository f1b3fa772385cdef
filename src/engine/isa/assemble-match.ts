/** Which form an instruction's operands fit: NASM's rules of sizes, shortening and distances. */
import { existsIn, formsNamed, widthOf } from './assemble-forms';
import type { Form } from './assemble-forms';
import type { Bits } from './assemble-operand';
import { addressSizeOf, plainDisplacementSize } from './assemble-address';
import type {
  AssemblerOperand,
  Complaint,
  FarOperand,
  ImmediateOperand,
  Instruction,
  MemoryOperand,
  Place,
  RegisterOperand,
} from './assemble-operand';
import type { OperandType } from './operand';

/** How well a form fits, from worst to best; the best misfit is what the user hears of. */
type Fit =
  | { readonly fit: 'no' }
  | { readonly fit: 'range'; readonly complaint: Complaint }
  | { readonly fit: 'size'; readonly operand: number; readonly wanted: number | undefined }
  | { readonly fit: 'sizeless'; readonly operand: number; readonly width: number | undefined }
  | { readonly fit: 'yes' };

const NO: Fit = { fit: 'no' };
const YES: Fit = { fit: 'yes' };

/** Their immediate or CL is a count, not a value of the first operand's size. */
const COUNTED = /^(RO[LR]|RC[LR]|S[HA][LR]|SH[LR]D|BT[SRC]?)$/;
/** Their register source may be wider than the word they use. */
const ANY_WIDTH_SOURCE: ReadonlySet<string> = new Set(['LAR', 'LSL', 'MOV']);
/** Store a word to memory whatever the operand size. */
const WORD_IN_MEMORY: ReadonlySet<string> = new Set(['SLDT', 'STR']);

const MEMORY_PLACES: ReadonlySet<OperandType['place']> = new Set(['rm', 'memory', 'xmm-rm', 'mmx-rm']);

export const defaultSize = (bits: Bits): 2 | 4 => (bits === 16 ? 2 : 4);

function fitsRegister(type: OperandType, form: Form, operand: RegisterOperand, index: number, bits: Bits): Fit {
  const width = widthOf(type, form.operandSize, bits);
  const sized = (ok: boolean): Fit => (ok ? YES : { fit: 'size', operand: index, wanted: width });
  switch (type.place) {
    case 'rm':
    case 'rm-register':
    case 'register':
    case 'vex':
    case 'opcode': {
      if (operand.class !== 'general') return NO;
      if (type.name === 'Ew' && ANY_WIDTH_SOURCE.has(form.row.mnemonic) && index === 1)
        return sized(operand.size > 1 && (operand.size < 8 || bits === 64));
      return sized(operand.size === width);
    }
    case 'fixed': {
      if (operand.class !== 'general' || operand.number !== type.register || operand.byte === 'high') return NO;
      if (type.name === 'aAX') return sized(operand.size > 1 && (bits === 64 ? operand.size > 2 : operand.size < 8));
      return sized(operand.size === width);
    }
    case 'segment':
      return operand.class === 'segment' ? YES : NO;
    case 'fixed-segment':
      return operand.class === 'segment' && operand.number === type.register ? YES : NO;
    case 'control':
    case 'debug':
      return operand.class === type.place ? YES : NO;
    case 'xmm':
    case 'xmm-rm':
    case 'xmm-rm-register':
      return operand.class === 'xmm' ? YES : NO;
    case 'fixed-xmm':
      return operand.class === 'xmm' && operand.number === type.register ? YES : NO;
    case 'mmx':
    case 'mmx-rm':
    case 'mmx-rm-register':
      return operand.class === 'mmx' ? YES : NO;
    case 'stack':
      return operand.class === 'st' && operand.to === undefined ? YES : NO;
    case 'stack-top':
      return operand.class === 'st' && operand.number === 0 && !operand.to ? YES : NO;
    default:
      return NO;
  }
}

function fitsMemory(
  type: OperandType,
  form: Form,
  operand: MemoryOperand,
  index: number,
  at: Place,
  prefix?: 2 | 4 | 8,
): Fit {
  const { row } = form;
  if (type.place === 'offset') {
    const relative = at.bits === 64 && operand.relative && operand.nature !== 'constant';
    if (operand.base || operand.index || relative) return NO;
    const size = addressSizeOf(operand, at.bits, prefix);
    const fitting =
      operand.displacementSize !== 1 && typeof size !== 'string' && plainDisplacementSize(operand, size) === size;
    if (!fitting) return NO;
  } else if (!MEMORY_PLACES.has(type.place)) return NO;
  const branch = row.mnemonic === 'JMP' || row.mnemonic === 'CALL';
  if (type.width === 'p' && branch) {
    if (!operand.far) return NO;
    const usual = at.bits === 64 ? 8 : defaultSize(at.bits);
    return form.operandSize === (operand.size ?? usual)
      ? YES
      : { fit: 'size', operand: index, wanted: form.operandSize };
  }
  if (operand.far) return NO;
  if (type.width === 'none') return YES;
  let width = widthOf(type, form.operandSize, at.bits);
  if (WORD_IN_MEMORY.has(row.mnemonic)) {
    if (form.operandSize !== defaultSize(at.bits)) return NO;
    width = 2;
  }
  if (operand.size !== undefined) return operand.size === width ? YES : { fit: 'size', operand: index, wanted: width };
  if (width === undefined) return YES;
  if (branch) return form.operandSize === (at.bits === 64 ? 8 : defaultSize(at.bits)) ? YES : NO;
  return { fit: 'sizeless', operand: index, width };
}

const between = (value: bigint, low: bigint, high: bigint): boolean => value >= low && value <= high;

/** Whether the low bytes of a value, at an operand size, are a sign-extended byte. NASM looks at 32 bits for 64-bit operands. */
function isSignedByte(value: bigint, operandSize: number): boolean {
  return between(BigInt.asIntN(operandSize === 2 ? 16 : 32, value), -128n, 127n);
}

function fitsExtension(form: Form, { value, nature, size, strict }: ImmediateOperand): boolean {
  if (form.extension === 'sign' && size === 4) return true;
  if (nature !== 'constant' || strict || (size !== undefined && size !== 8)) return false;
  const unsigned = BigInt.asUintN(64, value);
  return form.extension === 'zero' ? unsigned <= 0xffffffffn : BigInt.asIntN(64, value) === BigInt.asIntN(32, value);
}

function fitsImmediate(type: OperandType, form: Form, operand: ImmediateOperand, index: number, bits: Bits): Fit {
  const { value, nature, size, strict } = operand;
  if (operand.distance !== undefined) return NO;
  if (type.place === 'one') return nature === 'constant' && size === undefined && !strict && value === 1n ? YES : NO;
  if (type.place !== 'immediate') return NO;
  const push = form.row.mnemonic === 'PUSH';
  if (push && !pushTakes(form, operand, bits)) return NO;
  if (type.name === 'Is') {
    if (size === 1) return YES;
    const own = push || size === undefined || size === form.operandSize;
    return own &&
      !(strict && size !== undefined) &&
      !strict &&
      nature === 'constant' &&
      isSignedByte(value, form.operandSize!)
      ? YES
      : NO;
  }
  const width = type.width === 'z' && !push ? form.operandSize : widthOf(type, form.operandSize, bits);
  if (push && size !== 1) return YES;
  return size === undefined || size === width ? YES : { fit: 'size', operand: index, wanted: width };
}

/** PUSH of an immediate: a written word gives 16 bits, anything else the mode's size (32 written in 64-bit mode gives 64). */
function pushTakes(form: Form, { size }: ImmediateOperand, bits: Bits): boolean {
  const usual = bits === 64 ? 8 : defaultSize(bits);
  if (size === undefined || size === 1) return form.operandSize === usual;
  if (size === 8) return bits === 64 && form.operandSize === 8;
  return form.operandSize === (bits === 64 && size === 4 ? 8 : size);
}

/** Distance to the next instruction's address if this one has `length` bytes. */
const distance = (operand: ImmediateOperand, at: Place, length: number): bigint =>
  BigInt.asIntN(64, operand.value - at.address - BigInt(length));

function fitsRelative(
  type: OperandType,
  form: Form,
  operand: ImmediateOperand,
  index: number,
  at: Place,
  prefixBytes: number,
): Fit {
  const { row } = form;
  if (operand.distance === 'far') return NO;
  const usual = at.bits === 64 ? 8 : defaultSize(at.bits);
  if (type.width !== 1) {
    if (operand.distance === 'short') return NO;
    const wanted = operand.size ?? usual;
    return form.operandSize === wanted ? YES : { fit: 'size', operand: index, wanted: form.operandSize };
  }
  const optional = row.mnemonic === 'JMP' || row.condition !== undefined;
  const length = 2 + prefixBytes;
  const delta = distance(operand, at, length);
  const reaches = between(delta, -128n, 127n);
  if (!optional || operand.distance === 'short') {
    if (operand.size !== undefined && operand.size !== 1) return { fit: 'size', operand: index, wanted: 1 };
    if (reaches || operand.nature === 'unknown') return YES;
    const where = `${delta < 0n ? -delta - 128n : delta - 127n} bytes too far`;
    return {
      fit: 'range',
      complaint: { operand: index, length, message: `the target of this short jump is ${where}` },
    };
  }
  if (operand.distance === 'near' || operand.strict || operand.size !== undefined) return NO;
  if (operand.nature === 'unknown') return YES;
  return operand.sameSection && reaches ? YES : NO;
}

function fitsFar(type: OperandType, form: Form, operand: FarOperand, index: number, bits: Bits): Fit {
  if (type.place !== 'far') return NO;
  if (form.operandSize === 8) return NO;
  const wanted = operand.size ?? defaultSize(bits);
  return form.operandSize === wanted ? YES : { fit: 'size', operand: index, wanted: form.operandSize };
}

function fitsOperand(
  type: OperandType,
  form: Form,
  operand: AssemblerOperand,
  index: number,
  at: Place,
  instruction: Instruction,
): Fit {
  switch (operand.kind) {
    case 'register':
      return fitsRegister(type, form, operand, index, at.bits);
    case 'memory':
      return fitsMemory(type, form, operand, index, at, instruction.prefixes.addressSize);
    case 'far':
      return fitsFar(type, form, operand, index, at.bits);
    case 'immediate':
      if (form.extension !== undefined)
        return instruction.operands[0]!.kind === 'register' && fitsExtension(form, operand) ? YES : NO;
      if (type.place !== 'relative') return fitsImmediate(type, form, operand, index, at.bits);
      return fitsRelative(type, form, operand, index, at, prefixLength(instruction, form, at.bits));
  }
}

/** Bytes of prefixes a short branch carries. */
function prefixLength({ prefixes }: Instruction, form: Form, bits: Bits): number {
  const addressSize = form.row.addressSize ?? prefixes.addressSize;
  return (
    (prefixes.repeat ? 1 : 0) +
    (prefixes.lock ? 1 : 0) +
    (prefixes.segment !== undefined ? 1 : 0) +
    (prefixes.operandSize !== undefined && prefixes.operandSize !== defaultSize(bits) ? 1 : 0) +
    (addressSize !== undefined && addressSize * 8 !== bits ? 1 : 0)
  );
}

/** Whether another operand tells the size of the memory operand at `index`. */
function sizeIsTold(form: Form, operands: readonly AssemblerOperand[], index: number): boolean {
  const { width } = form.operands[index]!;
  return form.operands.some((type, other) => {
    if (other === index || type.width === undefined) return false;
    const operand = operands[other]!;
    const counts = COUNTED.test(form.row.mnemonic) && type.place !== 'register';
    if (operand.kind === 'register' && operand.class !== 'general') return true;
    if (operand.kind === 'register') return !counts && operand.class === 'general' && type.width === width;
    if (operand.kind !== 'immediate' || operand.size === undefined || counts) return false;
    return type.name !== 'Is' || operand.size === form.operandSize;
  });
}

function fits(form: Form, instruction: Instruction, at: Place): Fit {
  let result: Fit = YES;
  for (const [index, operand] of instruction.operands.entries()) {
    let fit = fitsOperand(form.operands[index]!, form, operand, index, at, instruction);
    if (fit.fit === 'no') return NO;
    if (fit.fit === 'sizeless' && sizeIsTold(form, instruction.operands, index)) fit = YES;
    if (fit.fit !== 'yes' && (result.fit === 'yes' || fit.fit === 'size' || fit.fit === 'range')) result = fit;
  }
  // XCHG eAX, eAX as 90h would be NOP, which leaves the upper half of rAX alone.
  const [first, second] = instruction.operands;
  const exchangesAx = form.row.encoding.text === '90+r' && form.operandSize === 4 && at.bits === 64;
  if (exchangesAx && first!.kind === 'register' && second!.kind === 'register' && first!.number === second!.number)
    return NO;
  return result;
}

const SIZE_NAMES: Readonly<Record<number, string>> = {
  1: 'byte',
  2: 'word',
  4: 'dword',
  8: 'qword',
  10: 'tword',
  16: 'oword',
};

export const sizeName = (size: number): string => SIZE_NAMES[size] ?? `${size}-byte`;

function describe(operand: AssemblerOperand): string {
  switch (operand.kind) {
    case 'register':
      return operand.name;
    case 'memory':
      return operand.size === undefined ? 'memory' : `${sizeName(operand.size)} memory`;
    case 'immediate':
      return operand.size === undefined ? 'a number' : `a ${sizeName(operand.size)} number`;
    case 'far':
      return 'a far address';
  }
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function mismatch(instruction: Instruction): Complaint {
  const { operands, mnemonic } = instruction;
  const name = mnemonic.toLowerCase();
  const registers = operands.filter((o): o is RegisterOperand => o.kind === 'register' && o.class === 'general');
  if (registers.length > 1 && registers[0]!.size !== registers[1]!.size) {
    const [a, b] = registers as [RegisterOperand, RegisterOperand];
    return {
      operand: operands.indexOf(b),
      message: `operands of ${name} differ in size: ${a.name} has ${a.size * 8} bits, ${b.name} has ${b.size * 8}`,
    };
  }
  const sized = operands.findIndex((o) => o.kind !== 'register' && o.size !== undefined);
  if (sized >= 0 && registers.length > 0) {
    const other = operands[sized] as MemoryOperand;
    const register = registers[0]!;
    if (other.size !== register.size) {
      return {
        operand: sized,
        message: `operands of ${name} differ in size: ${register.name} has ${register.size * 8} bits, ${describe(other)} ${other.size! * 8}`,
      };
    }
  }
  return {
    operand: Math.max(sized, 0),
    message: `no form of ${name} takes ${operands.map(describe).join(', ')} at these sizes`,
  };
}

/** The form to encode, or what is wrong. */
export function chooseForm(instruction: Instruction, at: Place): Form | Complaint {
  const name = instruction.mnemonic.toLowerCase();
  const all = formsNamed(instruction.mnemonic.toUpperCase());
  if (all === undefined) return { operand: -1, message: `unknown instruction '${name}'` };
  const counted = all.filter((form) => form.operands.length === instruction.operands.length);
  if (counted.length === 0) {
    const counts = [...new Set(all.map((form) => form.operands.length))].sort();
    const takes =
      counts.length === 1 && counts[0] === 0
        ? 'no operands'
        : `${listed(counts.map(String))} operand${counts.at(-1) === 1 ? '' : 's'}`;
    return { operand: -1, message: `${name} takes ${takes}, not ${instruction.operands.length}` };
  }
  const sizeless: { form: Form; operand: number; width: number | undefined }[] = [];
  let elsewhere = false;
  let range: Complaint | undefined;
  let size = false;
  for (const form of counted) {
    const fit = fits(form, instruction, at);
    if (!existsIn(form, at.bits)) {
      elsewhere ||= fit.fit === 'yes';
      continue;
    }
    if (fit.fit === 'yes') return form;
    if (fit.fit === 'sizeless') sizeless.push({ form, ...fit });
    if (fit.fit === 'range') range ??= fit.complaint;
    if (fit.fit === 'size') size = true;
  }
  if (range) return range;
  if (sizeless.length > 0) {
    const widths = [...new Set(sizeless.map((s) => s.width!))].sort((a, b) => a - b);
    if (widths.length === 1) return sizeless[0]!.form;
    const choice = listed(widths.map(sizeName));
    return {
      operand: sizeless[0]!.operand,
      message: `operation size not specified: write ${choice} before the operand`,
    };
  }
  if (elsewhere) return { operand: -1, message: notInMode(instruction, at.bits) };
  if (size) return mismatch(instruction);
  return {
    operand: instruction.operands.length > 0 ? 0 : -1,
    message: `${name} does not take ${instruction.operands.map(describe).join(', ') || 'no operands'}`,
  };
}

function notInMode(instruction: Instruction, bits: Bits): string {
  const name = instruction.mnemonic.toLowerCase();
  const what = instruction.operands.length > 0 ? `${name} ${instruction.operands.map(describe).join(', ')}` : name;
  return `${what} does not exist in ${bits}-bit mode`;
}
