/** What is wrong with the words of a command: one clear line, exit status 2. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const STATUS_USAGE = 2;

/** A whole number in a range, from an option's value. */
export function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${option} wants a whole number from ${least} to ${most}, not '${text}'`);
  }
  return value;
}

/** One of some words, from an option's value. */
export function oneOf<W extends string>(option: string, text: string | undefined, words: readonly W[]): W | undefined {
  if (text === undefined) return undefined;
  if (!(words as readonly string[]).includes(text)) {
    const last = words.at(-1);
    throw new UsageError(`${option} wants ${words.slice(0, -1).join(', ')} or ${last}, not '${text}'`);
  }
  return text as W;
}
