/** Why a lab stands still, and how that reads. */
import { exitName } from '../engine/arch/exit-codes';
import type { ExitGroupName } from './exit-filter';
import { manualHex } from './number-words';

export type LabStop =
  | { readonly kind: 'entry' | 'pause' | 'step' | 'limit' }
  | { readonly kind: 'breakpoint'; readonly ids: readonly number[] }
  /** A #VMEXIT somebody wanted to see: its number in the log. */
  | {
      readonly kind: 'exit';
      readonly number: number;
      readonly code: number;
      readonly guest: number;
      readonly group: ExitGroupName;
    }
  | LabEnd;

/** Nothing comes after these. */
export type LabEnd =
  | { readonly kind: 'halted' }
  | { readonly kind: 'shutdown'; readonly what: string }
  | { readonly kind: 'unknown-encoding'; readonly bytes: readonly number[]; readonly place: string }
  | { readonly kind: 'diagnosis'; readonly what: string }
  | { readonly kind: 'debug-exit'; readonly status: number; readonly value: number }
  /** Software has switched the machine off. */
  | { readonly kind: 'power-off' }
  /** Every one of several guests has come to an end of its own. */
  | { readonly kind: 'guests-ended' };

const ENDS = [
  'halted',
  'shutdown',
  'unknown-encoding',
  'diagnosis',
  'debug-exit',
  'power-off',
  'guests-ended',
] as const;

export function isEnd(stop: LabStop): stop is LabEnd {
  return (ENDS as readonly string[]).includes(stop.kind);
}

/** An EXITCODE as the manual writes it: `VMEXIT_IOIO`; a number where it has no name. */
export function exitTitle(code: number): string {
  return exitName(code) ?? exitWords(code);
}

/** An EXITCODE by its name without `VMEXIT_`, or as a number where the manual has none. */
export function exitWords(code: number): string {
  const name = exitName(code)?.replace(/^VMEXIT_/, '');
  return name ?? `EXITCODE ${manualHex(BigInt.asUintN(64, BigInt(code)))}`;
}

/** A few words, such as `#VMEXIT IOIO`. */
export function stopWords(stop: LabStop): string {
  switch (stop.kind) {
    case 'entry':
      return 'entry';
    case 'pause':
      return 'paused';
    case 'step':
      return 'step';
    case 'limit':
      return 'limit reached';
    case 'breakpoint':
      return 'breakpoint';
    case 'exit':
      return `#VMEXIT ${exitWords(stop.code)}`;
    case 'halted':
      return 'halted: interrupts are masked and nothing can end HLT';
    case 'shutdown':
      return stop.what;
    case 'diagnosis':
      return stop.what;
    case 'unknown-encoding': {
      const bytes = stop.bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
      return `no row of the instruction set has the encoding ${bytes} (at ${stop.place})`;
    }
    case 'power-off':
      return 'switched off';
    case 'guests-ended':
      return 'every guest has ended';
    case 'debug-exit':
      return `debug exit with value ${stop.value} (status ${stop.status})`;
  }
}
