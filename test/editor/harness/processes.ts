/** What the processes of the editor under test have used. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** Units of times in /proc/<pid>/stat. */
const TICKS_A_SECOND = 100;

const fieldsOf = (stat: string): readonly string[] =>
  readFileSync(stat, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
const secondsOf = (fields: readonly string[]): number => (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;

/** Processor time in seconds of every thread of the extension hosts that this process has started, by number. proc(5) */
export function extensionHostThreads(): ReadonlyMap<string, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), Number(fieldsOf(`/proc/${name}/stat`)[1]));
    } catch {
      // it has ended meanwhile
    }
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 0 && isOurs(parents.get(pid) ?? 0));
  const threads = new Map<string, number>();
  for (const pid of parents.keys()) {
    if (!isOurs(pid) || !readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--type=extensionHost')) continue;
    for (const thread of readdirSync(`/proc/${pid}/task`))
      threads.set(thread, secondsOf(fieldsOf(`/proc/${pid}/task/${thread}/stat`)));
  }
  assert.ok(threads.size > 0, 'no extension host is among the processes');
  return threads;
}
