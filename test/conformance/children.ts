/** `node:child_process` while tests are recorded: other emulators are not started, only written down as asked. */
import * as real from 'node:child_process';
import { asked } from './record';

const EMULATORS: Readonly<Record<string, 'QEMU' | 'Bochs'>> = { 'qemu-system-x86_64': 'QEMU', bochs: 'Bochs' };

export const spawnSync = ((program: string, ...rest: [string[], object]) => {
  const emulator = EMULATORS[program];
  if (emulator === undefined) return real.spawnSync(program, ...rest);
  asked(undefined, emulator);
  return { stdout: '', stderr: '', status: 1 };
}) as unknown as typeof real.spawnSync;

export const execFileSync = ((program: string, ...rest: [string[], object]) => {
  const emulator = EMULATORS[program];
  if (emulator === undefined) return real.execFileSync(program, ...rest);
  asked(undefined, emulator);
  return '';
}) as unknown as typeof real.execFileSync;
