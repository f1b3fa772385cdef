/** Requests about memory and its instructions. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fromBase64, toBase64 } from '../../protocol/codec';
import { listing } from '../../session/listing';
import { hexWords } from '../../session/number-words';
import { readMemory as read, writeMemory as write } from '../../session/memory';
import { running, sourceOf, standing } from '../context';
import type { Context } from '../context';
import { RequestError } from '../debuggee';
import { plainAddress, reference, spaceOf } from '../references';

/** More than anybody looks at. */
const MOST_BYTES = 1 << 20;
const MOST_INSTRUCTIONS = 4096;

export function readMemory(context: Context, args: DebugProtocol.ReadMemoryArguments): object {
  const debuggee = running(context);
  const at = reference(debuggee, args.memoryReference);
  const address = BigInt.asUintN(64, at.address + BigInt(args.offset ?? 0));
  const count = Math.min(args.count, MOST_BYTES);
  const bytes = read(debuggee.lab.machine, spaceOf(debuggee, at), address, count);
  return {
    address: plainAddress(address),
    data: toBase64(bytes),
    unreadableBytes: args.count - bytes.length || undefined,
  };
}

export function writeMemory(context: Context, args: DebugProtocol.WriteMemoryArguments): object {
  const debuggee = standing(context);
  const at = reference(debuggee, args.memoryReference);
  const address = BigInt.asUintN(64, at.address + BigInt(args.offset ?? 0));
  const bytes = fromBase64(args.data);
  const written = write(debuggee.lab.machine, spaceOf(debuggee, at), address, bytes);
  for (const guest of debuggee.lab.guests) guest.kept?.()?.written();
  if (written < bytes.length && args.allowPartial !== true) {
    throw new RequestError(`only ${written} of ${bytes.length} bytes could be written at ${hexWords(address)}`);
  }
  return { bytesWritten: written };
}

export function disassemble(context: Context, args: DebugProtocol.DisassembleArguments): object {
  const debuggee = standing(context);
  const { lab } = debuggee;
  const { address, space, world } = reference(debuggee, args.memoryReference);
  if (space !== 'virtual') throw new RequestError('instructions are shown at virtual addresses');
  const from = BigInt.asUintN(64, address + BigInt(args.offset ?? 0));
  const count = Math.min(args.instructionCount, MOST_INSTRUCTIONS);
  const rows = listing(lab, world ?? lab.world, from, args.instructionOffset ?? 0, count);
  const instructions = rows.map((row): DebugProtocol.DisassembledInstruction => ({
    address: plainAddress(row.address),
    instruction: row.text,
    instructionBytes: [...row.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    symbol: row.label,
    location: row.source && sourceOf(row.source.file),
    line: row.source && row.source.line - (context.linesStartAt1 ? 0 : 1),
    presentationHint: row.valid ? undefined : 'invalid',
  }));
  return { instructions };
}
