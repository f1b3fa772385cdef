/** Numbers as text that people read; what programs read is written by `protocol/codec` or plainly. */

/** Digits in fours from the right: `FFFF_8000_0010_2A4E`. */
function grouped(digits: string): string {
  return digits.toUpperCase().replace(/(?!^)(?=(.{4})+$)/g, '_');
}

/** `0xFFFF_8000_0010_2A4E`, of at least so many digits. */
export function hexWords(value: bigint, digits = 1): string {
  return `0x${grouped(value.toString(16).padStart(digits, '0'))}`;
}

/** The manual's form, for ports, MSRs, leaves, EXITCODEs: `3F8h`, `4000_0000h`. */
export function manualHex(value: number | bigint): string {
  return `${grouped(value.toString(16))}h`;
}
