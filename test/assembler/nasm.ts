/** Debian's nasm, the assembler ours is compared with. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface NasmResult {
  /** Undefined when it refused the source. */
  readonly bytes: Uint8Array | undefined;
  readonly listing: string;
  /** Lines of the source it complained about, from 1. */
  readonly refused: ReadonlyMap<number, string>;
}

/** Runs `nasm -f bin` on a source; files beside it can be given. */
export function runNasm(source: string, files: Readonly<Record<string, string | Uint8Array>> = {}): NasmResult {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nasm-'));
  try {
    const inside = (name: string): string => path.join(directory, name);
    fs.writeFileSync(inside('test.asm'), source);
    for (const [name, content] of Object.entries(files)) fs.writeFileSync(inside(name), content);
    const words = ['-f', 'bin', '-w-all', '-l', 'test.lst', '-o', 'test.bin', 'test.asm'];
    const run = spawnSync('nasm', words, { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (run.error) {
      throw new Error(`nasm cannot be run (${run.error.message}); install it: apt-get install --yes nasm`);
    }
    const refused = new Map<number, string>();
    for (const line of run.stderr.split('\n')) {
      const match = /^test\.asm:(\d+): (?:error|fatal): (.*)$/.exec(line);
      if (match) refused.set(Number(match[1]), match[2]!);
    }
    const bytes = run.status === 0 ? new Uint8Array(fs.readFileSync(inside('test.bin'))) : undefined;
    if (!bytes && refused.size === 0) throw new Error(`nasm failed: ${run.stderr.slice(0, 2000)}`);
    const listing = fs.existsSync(inside('test.lst')) ? fs.readFileSync(inside('test.lst'), 'utf8') : '';
    return { bytes, listing, refused };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

export const hex = (bytes: ArrayLike<number>): string =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(' ');
