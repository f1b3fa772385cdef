/** Numbers as the panels write them. Pure text; `views.ts` draws hex with gaps. */

const GROUP = 4;

/** A hex number cut for the eye: digits in fours from the right, leading zeros apart from what counts. */
export interface HexGroups {
  /** Plain, as it is copied: `0xFFFF800000102A4E`. */
  readonly text: string;
  /** Groups of at most four, each as leading zeros and the rest. */
  readonly groups: readonly { readonly zeros: string; readonly digits: string }[];
}

/** Groups a value of at least `width` digits; the last digit always counts. */
export function hexGroups(value: bigint, width = 1): HexGroups {
  const digits = value.toString(16).toUpperCase().padStart(width, '0');
  const leading = Math.min(/^0*/.exec(digits)?.[0].length ?? 0, digits.length - 1);
  const groups: { zeros: string; digits: string }[] = [];
  for (let end = digits.length; end > 0; end -= GROUP) {
    const start = Math.max(0, end - GROUP);
    const split = Math.min(Math.max(leading, start), end);
    groups.unshift({ zeros: digits.slice(start, split), digits: digits.slice(split, end) });
  }
  return { text: `0x${digits}`, groups };
}

/** The manual's `h` form, for offsets, vectors, ports, exit codes, leaves: `0C8h`, `7Bh`, `8000_000Ah`. */
export function hForm(value: number | bigint, width = 2): string {
  const digits = value.toString(16).toUpperCase().padStart(width, '0');
  return `${digits.length > 4 ? digits.replace(/(?!^)(?=(.{4})+$)/g, '_') : digits}h`;
}

/** `48,213` */
export function count(value: number): string {
  return String(value).replace(/(?!^)(?=(\d{3})+$)/g, ',');
}

/** `1 exit`, `48,213 exits` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share to one decimal: `61.0`. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '0.0' : ((100 * part) / whole).toFixed(1);
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Binary, at most three digits: `4 KB`, `1.25 GB`, `256 TB`. */
export function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toFixed(decimals);
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text} ${UNITS[unit]}`;
}

/** Virtual time in M instr, to a hundred instructions: `12.3946`. */
export function time(instructions: number): string {
  return (instructions / 1e6).toFixed(4);
}

/** A stretch of virtual time: `2,290 ns`, `48.2 µs`, `1.25 ms`. */
export function duration(ns: number): string {
  if (ns < 10_000) return `${count(Math.round(ns))} ns`;
  const [value, unit] = ns < 1e6 ? [ns / 1e3, 'µs'] : ns < 1e9 ? [ns / 1e6, 'ms'] : [ns / 1e9, 's'];
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit}`;
}

/** Signed, for what is one: `−12.35 M`. */
export function signedMillions(value: bigint): string {
  const signed = Number(BigInt.asIntN(64, value));
  const sign = signed < 0 ? '−' : '+';
  return `${sign}${(Math.abs(signed) / 1e6).toFixed(2)} M`;
}
