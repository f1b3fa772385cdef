/** A shell of Linux's on its first virtio console, which /init starts where there is one. */
import assert from 'node:assert/strict';
import type { Linux } from './linux';

/** `printed`: what the console has printed so far; it grows. */
export function useConsole(linux: Linux, printed: readonly number[], prompt: string): void {
  const { virtioConsole } = linux.lab.machine.board;
  const text = (): string => Buffer.from(printed).toString('latin1').replace(/\r/g, '');
  linux.until('the shell on hvc0', () => text().includes(prompt));
  const from = text().length;
  virtioConsole!.input(Buffer.from('tty; echo $((7*8))\n', 'latin1'));
  linux.until('the answer on hvc0', () => text().indexOf(prompt, from) >= 0);
  assert.match(text().slice(from), /\n\/dev\/hvc0\n56\n/);
}
