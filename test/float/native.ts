/** Single floating-point instructions on the processor of this machine, through the host program of `host.c`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SOURCE = 'test/float/host.c';
const CACHE = '.cache/float';
const COMPILER = ['-O2', '-m64', '-Wall', '-static'];
const INPUT = 512 + 128 + 16 + 8 + 8;
const OUTPUT = 512 + 128 + 8 + 8 + 8;

export interface FloatCase {
  /** The instruction; a memory operand is at [rDI]. */
  readonly code: readonly number[];
  /** FXSAVE's 512 bytes, in 64-bit form. */
  readonly image: Uint8Array;
  /** Up to 128 bytes at [rDI]. */
  readonly memory: Uint8Array;
  readonly rax: bigint;
}

export interface FloatOutcome {
  readonly image: Uint8Array;
  readonly memory: Uint8Array;
  readonly flags: number;
  readonly rax: bigint;
  /** Number of the signal that ended it, 0 for none. */
  readonly signal: number;
}

/** Why there is no processor to ask, or undefined. */
export function whyNotNative(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `this is ${process.platform} on ${process.arch}`;
  return spawnSync('gcc', ['--version']).status === 0 ? undefined : 'there is no gcc';
}

export function isAmd(): boolean {
  return /^vendor_id\s*:\s*(AuthenticAMD|HygonGenuine)$/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

function hostProgram(): string {
  const hash = createHash('sha256').update(readFileSync(SOURCE)).update(COMPILER.join()).digest('hex').slice(0, 16);
  const program = path.resolve(CACHE, `host-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const draft = `${program}.${process.pid}`;
  execFileSync('gcc', [...COMPILER, '-o', draft, SOURCE], { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(draft, program);
  return program;
}

let batches = 0;

/** Runs the cases, each from its own state. */
export function runNatively(cases: readonly FloatCase[]): FloatOutcome[] {
  const program = hostProgram();
  const name = path.resolve(CACHE, `batch-${process.pid}-${batches++}`);
  const input = Buffer.alloc(INPUT * cases.length);
  cases.forEach((c, n) => {
    const at = n * INPUT;
    input.set(c.image, at);
    input.set(c.memory, at + 512);
    input.set(c.code, at + 640);
    input.writeUInt32LE(c.code.length, at + 656);
    input.writeBigUInt64LE(c.rax, at + 664);
  });
  try {
    writeFileSync(`${name}.in`, input);
    const { status, signal } = spawnSync(program, [`${name}.in`, `${name}.out`], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error(`the float host ended with ${signal ?? `status ${status}`}`);
    const out = readFileSync(`${name}.out`);
    return cases.map((_, n) => {
      const at = n * OUTPUT;
      return {
        image: out.subarray(at, at + 512),
        memory: out.subarray(at + 512, at + 640),
        flags: Number(out.readBigUInt64LE(at + 640)),
        rax: out.readBigUInt64LE(at + 648),
        signal: out.readUInt32LE(at + 656),
      };
    });
  } finally {
    rmSync(`${name}.in`, { force: true });
    rmSync(`${name}.out`, { force: true });
  }
}
