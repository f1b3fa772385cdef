/** The processor of this machine, through the host program of `host.c`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Outcome } from './outcome';
import type { Placed } from './test-case';
import { IMAGE_SIZE } from './unit-state';
import { GS_BASE, pristineImage, WINDOWS } from './windows';

const SOURCE = 'test/silicon/host.c';
const CACHE = '.cache/silicon';
const MAGIC = 0x69636170;
const COMPILER = ['-O2', '-m64', '-Wall', '-fno-stack-protector'];

/** Whether there is a processor here that a program in user mode can ask. */
export function canBeAsked(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Flags of /proc/cpuinfo: what this processor can do. */
export function processorFlags(): ReadonlySet<string> {
  const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
  return new Set(line?.[1]?.trim().split(/\s+/));
}

export function processorName(): string {
  return /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor';
}

/** Whether it does as AMD's processors do where the manual leaves things open, or other vendors do otherwise. */
export function isAmd(): boolean {
  return /^vendor_id\s*:\s*(AuthenticAMD|HygonGenuine)$/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** Compiles the host unless this source has been before; returns the program's path. */
export function hostProgram(): string {
  const hash = createHash('sha256').update(readFileSync(SOURCE)).update(COMPILER.join()).digest('hex').slice(0, 16);
  const program = path.resolve(CACHE, `host-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const draft = `${program}.${process.pid}`;
  execFileSync('gcc', [...COMPILER, '-o', draft, SOURCE], { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(draft, program);
  return program;
}

class Writer {
  private bytes = new Uint8Array(1 << 20);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  private room(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const larger = new Uint8Array(this.bytes.length * 2 + size);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
  u32(value: number): void {
    this.room(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }
  u64(value: bigint): void {
    this.room(8);
    this.view.setBigUint64(this.at, BigInt.asUintN(64, value), true);
    this.at += 8;
  }
  /** Filled up to a multiple of eight. */
  block(bytes: ArrayLike<number>): void {
    const size = (bytes.length + 7) & ~7;
    this.room(size);
    this.bytes.set(bytes, this.at);
    this.bytes.fill(0, this.at + bytes.length, this.at + size);
    this.at += size;
  }
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }
}

function batch(cases: readonly Placed[]): Uint8Array {
  const w = new Writer();
  w.u32(MAGIC);
  w.u32(cases.length);
  w.u64(GS_BASE);
  WINDOWS.forEach(({ address, pages, readOnlyPages }, n) => {
    for (const word of [address, pages, readOnlyPages, n === 0 ? 0 : 1]) w.u32(word);
  });
  w.block(pristineImage());
  for (const c of cases) {
    w.u32(c.test.bits);
    w.u32(c.pieces.length);
    w.u64(c.test.units ? 1n : 0n);
    w.u64(BigInt(c.rip));
    for (const value of c.registers) w.u64(value);
    w.u64(BigInt(c.test.flags));
    if (c.test.units) w.block(c.test.units);
    for (const piece of c.pieces) {
      w.u32(piece.address);
      w.u32(piece.bytes.length);
      w.block(piece.bytes);
    }
  }
  return w.written();
}

function results(bytes: Uint8Array, cases: readonly Placed[]): Outcome[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u32 = (): number => view.getUint32((at += 4) - 4, true);
  const u64 = (): bigint => view.getBigUint64((at += 8) - 8, true);
  return cases.map((c) => {
    const vector = u32();
    const changes = u32();
    const [errorCode, cr2, rip, cs] = [u64(), u64(), u64(), Number(u64())];
    const registers = Array.from({ length: 16 }, u64);
    const flags = Number(u64());
    const units = c.test.units && bytes.subarray(at, (at += IMAGE_SIZE));
    const memory = new Map<number, bigint>();
    for (let n = 0; n < changes; n++) {
      const address = u32();
      at += 4;
      memory.set(address, u64());
    }
    return { vector, errorCode, cr2, rip, cs, flags, registers, units, memory };
  });
}

/** Runs the host; its end, if it is not a good one, is said. */
function runHost(program: string, batchFile: string, resultFile: string): void {
  const { status, signal, error } = spawnSync(program, [batchFile, resultFile], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  throw new Error(`the native host ended with ${error?.message ?? signal ?? `status ${status}`}`);
}

let batches = 0;

/** Runs the cases on the processor, one after the other. */
export function runNatively(cases: readonly Placed[]): Outcome[] {
  const program = hostProgram();
  const name = path.resolve(CACHE, `batch-${process.pid}-${threadId}-${batches++}`);
  try {
    writeFileSync(`${name}.in`, batch(cases));
    runHost(program, `${name}.in`, `${name}.out`);
    return results(readFileSync(`${name}.out`), cases);
  } finally {
    rmSync(`${name}.in`, { force: true });
    rmSync(`${name}.out`, { force: true });
  }
}
