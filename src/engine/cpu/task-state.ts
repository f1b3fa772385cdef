/** Hardware task switches (§12.3). */
import type { Core } from './core';

export interface TaskSwitch {
  readonly cause: 'gate' | 'call' | 'jump' | 'iret';
  /** Bit 0 of error codes. */
  readonly ext: number;
  /** Pushed on the new task's stack; −1: none. */
  readonly errorCode: number;
  /** What the old task goes on with. */
  readonly returnLow: number;
  readonly flags: number;
}

export function switchTask(_core: Core, selector: number, s: TaskSwitch): void {
  throw new Error(`task switch (${s.cause}) to selector ${selector.toString(16)}: this processor has none`);
}
