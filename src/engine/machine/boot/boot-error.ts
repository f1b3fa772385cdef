/** A file that cannot be started; the message says what is wrong and where, for the user. */
export class BootError extends Error {
  override readonly name = 'BootError';
}

/** Hexadecimal as the manual writes it. */
export function hex(value: number): string {
  return `${value.toString(16).toUpperCase()}h`;
}
