/** Names and classes of exits, from the manual's tables. */
import { EXCEPTIONS } from '../../src/engine/arch/exceptions';
import { EXIT_CODES, OTHER_EXIT_CODES, exitName } from '../../src/engine/arch/exit-codes';
import type { ExitClass, ExitCode } from '../../src/engine/arch/exit-codes';
import { INTERCEPTS } from '../../src/engine/arch/intercepts';
import type { InterceptName } from '../../src/engine/arch/intercepts';
import { hForm } from './numbers';

/** What a class is called, and what it holds. */
export const CLASS_NAMES: Record<ExitClass, string> = {
  io: 'I/O, MSR',
  memory: 'memory',
  instruction: 'instruction',
  event: 'event',
  idle: 'idle',
  fault: 'fault',
};

export function exitRow(code: number): ExitCode | undefined {
  const name = exitName(code);
  return name && EXIT_CODES[name];
}

/** A code the manual does not name is a fault. */
export function exitClass(code: number): ExitClass {
  return exitRow(code)?.class ?? 'fault';
}

/** The manual's name in full: `VMEXIT_IOIO`; a number if there is none. */
export function exitFullName(code: number): string {
  return exitName(code) ?? OTHER_EXIT_CODES.find((row) => row.code === code)?.name ?? `EXITCODE ${exitCodeText(code)}`;
}

const EXCEPTION_CODES = 0x40;

/** Vector of an exception's exit; undefined for other exits. */
export function exceptionVector(code: number): number | undefined {
  const vector = code - EXCEPTION_CODES;
  return vector >= 0 && vector < 32 ? vector : undefined;
}

/** `#PF`, `NMI`, or `exception 15` where a vector has no mnemonic. */
export function exceptionName(vector: number): string {
  const mnemonic = EXCEPTIONS[vector]?.mnemonic;
  return mnemonic && !/^\d+$/.test(mnemonic) ? mnemonic : `exception ${vector}`;
}

/** What fits a row: `IOIO`, `CR4 write`, `#PF`. */
export function exitShortName(code: number): string {
  const vector = exceptionVector(code);
  if (vector !== undefined) return exceptionName(vector);
  const name = exitFullName(code).replace(/^VMEXIT_/, '');
  return name.replace(/^([CD]R\d+)_(READ|WRITE)(_TRAP)?$/, (_, register: string, access: string, trap?: string) => {
    return `${register} ${access.toLowerCase()}${trap ? ' trap' : ''}`;
  });
}

/** `7Bh`; a negative code as a signed number. */
export function exitCodeText(code: number): string {
  return code < 0 ? `−${-code}` : hForm(code);
}

const FIRED = new Map<number, InterceptName>(
  (Object.keys(INTERCEPTS) as InterceptName[]).map((name) => [INTERCEPTS[name].exitCode, name]),
);

/** The intercept bit whose exit this is; none for NPF and INVALID. */
export function firedIntercept(code: number): InterceptName | undefined {
  return FIRED.get(code);
}

/** Codes whose short or full name holds a word. */
export function codesNamed(word: string): number[] {
  const wanted = word.toLowerCase();
  return Object.values(EXIT_CODES)
    .map(({ code }) => code)
    .filter((code) => {
      const names = [exitShortName(code), exitFullName(code), exitCodeText(code)].map((name) => name.toLowerCase());
      return names.some((name) => name === wanted) || names.slice(0, 2).some((name) => name.includes(wanted));
    });
}
