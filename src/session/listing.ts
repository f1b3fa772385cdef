/** A stretch of disassembly around an address, backwards too: instructions have no marks where they begin. */
import type { DisassembledInstruction } from './disassembler';
import type { Lab, World } from './lab';
import type { Program } from './program';
import { codeBits } from './registers';

const LONGEST_INSTRUCTION = 15;

export interface ListedInstruction extends Omit<DisassembledInstruction, 'returns' | 'repeats'> {
  /** Where the source has it. */
  readonly source: { readonly file: string; readonly line: number } | undefined;
  /** The label that stands here. */
  readonly label: string | undefined;
}

/** `count` instructions from the `first`th after (before, if negative) the one at an address. Where memory ends there are fillers. */
export function listing(lab: Lab, world: World, address: bigint, first: number, count: number): ListedInstruction[] {
  const before = Math.max(0, -first);
  const skip = Math.max(0, first);
  const list = before > 0 ? backwards(lab, world, address, before) : [];
  const after = count - Math.min(count, before) + skip;
  const forward = forwards(lab, world, address, after);
  const all = first >= 0 ? forward.slice(skip) : [...list, ...forward];
  return all.slice(0, count).map((one) => listed(lab.programOf(world), one));
}

function listed(program: Program, { address, length, bytes, text, valid }: DisassembledInstruction): ListedInstruction {
  const entry = program.lineAt(address);
  const label = program.labelAt(address);
  return {
    address,
    length,
    bytes,
    text,
    valid,
    source: entry && entry.address === address ? { file: entry.file, line: entry.line } : undefined,
    label: label?.offset === 0n ? label.name : undefined,
  };
}

function filler(address: bigint): DisassembledInstruction {
  const bytes = new Uint8Array(0);
  return {
    address: BigInt.asUintN(64, address),
    length: 1,
    bytes,
    text: '(no memory)',
    valid: false,
    returns: false,
    repeats: false,
  };
}

function forwards(lab: Lab, world: World, address: bigint, count: number): DisassembledInstruction[] {
  const bits = codeBits(lab.registers(world));
  const list: DisassembledInstruction[] = [];
  let at = address;
  while (list.length < count) {
    const wanted = count - list.length;
    const bytes = lab.read(world, at, wanted * LONGEST_INSTRUCTION);
    const part = lab.disassemblerOf(world).decode(bytes, bits, at, wanted);
    for (const one of part) list.push(one);
    const last = part.at(-1);
    at = last ? last.address + BigInt(last.length) : at;
    if (part.length < wanted) {
      list.push(filler(at));
      at += 1n;
    }
    if (part.length === 0) while (list.length < count) list.push(filler(at++));
  }
  return list;
}

/** The `count` instructions before an address: from the nearest known beginning that leads to it, else whatever decodes up to it. */
function backwards(lab: Lab, world: World, address: bigint, count: number): DisassembledInstruction[] {
  const bits = codeBits(lab.registers(world));
  const most = BigInt(count * LONGEST_INSTRUCTION);
  const floor = address > most ? address - most : 0n;
  const known = lab.programOf(world).linesBetween(floor, address);
  const list: DisassembledInstruction[] = [];
  let end = address;
  while (list.length < count && end > floor) {
    const entry = known.pop();
    const start = entry !== undefined && entry < end ? entry : floor;
    const part = upTo(lab, world, start, end, bits);
    list.unshift(...part);
    end = start;
  }
  const missing = count - list.length;
  const lowest = list[0]?.address ?? address;
  const fillers = Array.from({ length: Math.max(0, missing) }, (_, n) => filler(lowest - BigInt(missing - n)));
  return [...fillers, ...list].slice(-count);
}

/** All instructions from `start` to exactly `end`; a first few bytes are skipped until the last one ends there. */
function upTo(lab: Lab, world: World, start: bigint, end: bigint, bits: 16 | 32 | 64): DisassembledInstruction[] {
  const all = lab.read(world, start, Number(end - start));
  if (all.length < Number(end - start)) {
    // memory begins somewhere in between
    for (let at = start + 1n; at < end; at++) {
      if (lab.read(world, at, 1).length === 1)
        return lab.read(world, at, Number(end - at)).length === Number(end - at) ? upTo(lab, world, at, end, bits) : [];
    }
    return [];
  }
  let best: DisassembledInstruction[] = [];
  for (let skip = 0; skip < Math.min(LONGEST_INSTRUCTION, all.length); skip++) {
    const part = lab.disassemblerOf(world).decode(all.subarray(skip), bits, start + BigInt(skip), Infinity);
    const last = part.at(-1);
    if (!last || last.address + BigInt(last.length) !== end) continue;
    if (part.every(({ valid }) => valid)) return part;
    if (best.length === 0) best = part;
  }
  return best;
}
