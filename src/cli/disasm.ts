/** `pacifica disasm FILE`: what an assembly source or a flat image says, instruction by instruction. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Disassembler } from '../session/disassembler';
import { isAssembly } from '../session/launch';
import { AssemblyError, assembleProgram, Program } from '../session/program';
import { readFileSync } from 'node:fs';
import { STATUS_USAGE, UsageError, wholeNumber } from './usage';

export const DISASM_HELP = `pacifica disasm FILE [--bits 16|32|64] [--origin ADDRESS]

  Disassembles an .asm file (assembled first) or a flat image.
`;

export async function disasm(words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(words);
  if (values.help) {
    process.stdout.write(DISASM_HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('disasm wants a file: pacifica disasm FILE');
  if (more.length > 0) throw new UsageError(`disasm wants one file, not also '${more[0]}'`);
  const bits = wholeNumber('--bits', values.bits, 16, 64) ?? 64;
  if (bits !== 16 && bits !== 32 && bits !== 64) throw new UsageError(`--bits wants 16, 32 or 64, not '${bits}'`);
  const origin = wholeNumber('--origin', values.origin, 0, Number.MAX_SAFE_INTEGER);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new UsageError(`the file '${file}' cannot be read: ${(error as Error).message}`);
  }
  if (!isAssembly(file)) {
    print(new Program(bytes), bits, BigInt(origin ?? 0));
    return 0;
  }
  try {
    const read = (path: string): Uint8Array | undefined => {
      try {
        return readFileSync(path);
      } catch {
        return undefined;
      }
    };
    printLines(assembleProgram(file, new TextDecoder().decode(bytes), read));
    return 0;
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    for (const { file: where, line, column, severity, message } of error.diagnostics) {
      process.stderr.write(`${where}:${line}:${column}: ${severity}: ${message}\n`);
    }
    return STATUS_USAGE;
  }
}

function parse(words: readonly string[]) {
  try {
    const options = { bits: { type: 'string' }, origin: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]!);
  }
}

function line(address: bigint, bytes: Uint8Array, text: string): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${address.toString(16).padStart(8, '0')}  ${hex.padEnd(30)}  ${text}\n`;
}

function print(program: Program, bits: 16 | 32 | 64, origin: bigint): void {
  for (const { address, bytes, text } of new Disassembler().decode(program.bytes, bits, origin, Infinity)) {
    process.stdout.write(line(address, bytes, text));
  }
}

/** Each line of the source with the bits it was assembled for. */
function printLines(program: Program): void {
  const disassembler = new Disassembler((address) => program.place(address));
  const { lines, origin } = program.assembly!;
  for (const { address, length, bits } of lines) {
    const label = program.labelAt(address);
    if (label?.offset === 0n) process.stdout.write(`${label.name}:\n`);
    const at = Number(address - origin);
    const code = program.bytes.subarray(at, at + length);
    for (const one of disassembler.decode(code, bits, address, Infinity))
      process.stdout.write(line(one.address, one.bytes, one.text));
  }
}
