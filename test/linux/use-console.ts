/** The shell is on Linux's first virtio console, because /init finds one; COM1 beside it still speaks and hears. */
import assert from 'node:assert/strict';
import type { Linux } from './linux';
import { boardOf } from './open-linux';

export function useConsole(linux: Linux): void {
  assert.match(linux.ask('tty'), /\n\/dev\/hvc0\n/);
  const from = linux.console.length;
  const said = (): string => linux.console.slice(from).replace(/\r/g, '');
  linux.type('(echo listening; read line; echo "heard: $line") </dev/ttyS0');
  linux.until('a reader of COM1', () => said().includes('\nlistening\n'));
  boardOf(linux.lab).com1.input(Buffer.from('by wire\n', 'latin1'));
  linux.prompted('what came by COM1', from);
  assert.match(said(), /\nheard: by wire\n/);
}
