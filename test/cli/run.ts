/** Runs the command line as it ships. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = 'dist/cli/main.js';

/** `input`: what is typed, then the end of it. */
export function pacifica(words: readonly string[], input = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    input,
    encoding: 'latin1',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** The same with a source in a file of its own. */
export function runSource(source: string, words: readonly string[] = [], input = ''): Ran {
  const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-cli-'));
  const file = path.join(folder, 'guest.asm');
  try {
    writeFileSync(file, source);
    return pacifica(['run', file, ...words], input);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Summary {
  readonly outcome: string;
  readonly instructions: number;
  readonly virtualTime: number;
  readonly exits: Readonly<Record<string, number>>;
  readonly console: string;
  readonly debugcon: string;
  readonly guests: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly status?: number;
    readonly weight: number;
    readonly processorTime: number;
    readonly share: number;
    readonly exits: number;
  }[];
}

/** The one line of JSON at the end. */
export function summaryOf({ stdout }: Ran): Summary {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Summary;
}
