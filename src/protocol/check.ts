/** Checks of what came over a wire: a message of the wrong shape is one clear sentence, never a crash further on. */

/** A message that is not what was agreed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Throws ProtocolError unless the value has the shape of T; `at` says where in the message it stands. */
export interface Check<T> {
  (value: unknown, at: string): void;
  /** Never there; it ties the check to the type. */
  readonly of?: T;
}

function refuse(at: string, wanted: string, value: unknown): never {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value)?.slice(0, 60);
  throw new ProtocolError(`${at}: expected ${wanted}, got ${shown}`);
}

export const text: Check<string> = (value, at) => {
  if (typeof value !== 'string') refuse(at, 'a text', value);
};

export const flag: Check<boolean> = (value, at) => {
  if (typeof value !== 'boolean') refuse(at, 'true or false', value);
};

/** An exact integer of either sign. */
export const integer: Check<number> = (value, at) => {
  if (!Number.isSafeInteger(value)) refuse(at, 'an integer', value);
};

/** An exact integer, zero or more: a count, an index, a time, a physical address. */
export const whole: Check<number> = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) refuse(at, 'a whole number', value);
};

/** A 64-bit value as `hexOf` writes it. */
export const hex64: Check<string> = (value, at) => {
  if (typeof value !== 'string' || !/^0x(0|[1-9a-f][0-9a-f]{0,15})$/.test(value)) refuse(at, 'a 64-bit value', value);
};

/** Bytes in base64; `size` says how many if that is fixed. */
export function base64(size?: number): Check<string> {
  return (value, at) => {
    if (typeof value !== 'string' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
      refuse(at, 'bytes in base64', value);
    const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
    const length = (value.length / 4) * 3 - padding;
    if (size !== undefined && length !== size) refuse(at, `${size} bytes`, length);
  };
}

/** One of some words. */
export function word<const W extends string>(...words: readonly W[]): Check<W> {
  return (value, at) => {
    if (!words.includes(value as W)) refuse(at, words.join(' or '), value);
  };
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, at) => {
    if (value !== null) check(value, at);
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, at) => {
    if (value !== undefined) check(value, at);
  };
}

export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) refuse(at, 'a list', value);
    value.forEach((item, index) => check(item, `${at}[${index}]`));
  };
}

/** An object whose every member is checked; members beyond these are let through. */
export function object<T extends object>(members: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const checks = Object.entries(members) as [string, Check<unknown>][];
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, 'an object', value);
    for (const [name, check] of checks) check((value as Record<string, unknown>)[name], `${at}.${name}`);
  };
}
