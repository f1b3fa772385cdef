/**
 * What is typed above the log, as conditions on rows: `guest:A exit:ioio port:3f8 gpa:7f2000 msr:c0000080 rax:1 cost:>3000
 * time:12.3-12.4`, or bare words for exits.
 */
import { hexOf } from '../../src/protocol/codec';
import type { ExitFilter, Range } from '../../src/protocol/exit-log';
import type { GuestIdentity } from '../../src/protocol/state';
import { codesNamed } from '../shared/exit-names';

export interface ParsedFilter {
  readonly filter: ExitFilter;
  /** Words that could not be taken, with the reason; they do not filter. */
  readonly problems: readonly string[];
}

/** Hex as people type it: `3f8`, `0x3F8`, `3F8h`, `8000_000Ah`. */
export function hexNumber(text: string): number | undefined {
  const digits = /^(?:0x)?([0-9a-f_]+)h?$/i.exec(text)?.[1]?.replaceAll('_', '');
  const value = digits ? parseInt(digits, 16) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

const NUMBER = String.raw`(\d[\d,_]*(?:\.\d+)?)`;
const RANGE = new RegExp(`^(?:(>=?|<=?)${NUMBER}|${NUMBER}(?:(?:-|\\.\\.)${NUMBER})?)$`);

/** `>3000`, `<=12.4`, `1000-2000`, `1290`, in units of so many; undefined for anything else. */
export function readRange(text: string, unit: number): Range | undefined {
  const match = RANGE.exec(text);
  if (!match) return undefined;
  const [, sign, bound, from, to] = match;
  const value = (digits: string) => Math.round(Number(digits.replace(/[,_]/g, '')) * unit);
  if (sign && bound !== undefined) {
    const number = value(bound);
    if (sign.startsWith('>')) return { least: sign === '>' ? number + 1 : number };
    return { most: sign === '<' ? Math.max(0, number - 1) : number };
  }
  const least = value(from ?? '0');
  return { least, most: to === undefined ? least : value(to) };
}

const PAGE = 4096;
/** Instructions in the unit `time:` is typed in. */
const MEGA = 1_000_000;
/** Instructions in the last digit that is typed of a time. */
const FINEST = 100;

/** The word that keeps the exits between two times, in instructions; both are rounded outwards. */
export function timeWord(from: number, to: number): string {
  const text = (instructions: number) => (instructions / MEGA).toFixed(4);
  return `time:${text(Math.floor(from / FINEST) * FINEST)}-${text(Math.ceil(to / FINEST) * FINEST)}`;
}

/** The same text with another word for a key, or without one. */
export function withWord(text: string, key: string, word: string): string {
  const rest = text.split(/\s+/).filter((other) => other !== '' && !other.toLowerCase().startsWith(`${key}:`));
  return [...rest, word].filter(Boolean).join(' ');
}

type Reading = { readonly filter: Partial<ExitFilter> } | { readonly problem: string };

function hexCondition(key: 'port' | 'msr' | 'gpa' | 'rax'): (value: string) => Reading {
  return (value) => {
    const number = hexNumber(value);
    return number === undefined ? { problem: `${key}: wants a hex number` } : { filter: { [key]: number } };
  };
}

const CONDITIONS: Readonly<Record<string, (value: string, guests: readonly GuestIdentity[]) => Reading>> = {
  guest: (value, guests) => {
    const wanted = value.toLowerCase();
    const guest = guests.find(({ letter, name }) => [letter, name].some((each) => each.toLowerCase() === wanted));
    return guest ? { filter: { guest: guest.id } } : { problem: `there is no guest ${value}` };
  },
  port: hexCondition('port'),
  msr: hexCondition('msr'),
  gpa: hexCondition('gpa'),
  rax: hexCondition('rax'),
  gva: (value) => {
    const digits = /^(?:0x)?([0-9a-f_]{1,20})h?$/i.exec(value)?.[1]?.replaceAll('_', '');
    if (!digits || digits.length > 16) return { problem: 'gva: wants a hex number' };
    return { filter: { gva: { from: hexOf(BigInt(`0x${digits}`) & ~0xfffn), bytes: PAGE } } };
  },
  cost: (value) => {
    const cost = readRange(value, 1);
    return cost ? { filter: { cost } } : { problem: 'cost: wants nanoseconds, such as >3000 or 1000-2000' };
  },
  time: (value) => {
    const time = readRange(value, MEGA);
    return time ? { filter: { time } } : { problem: 'time: wants M instr, such as >12.3 or 12.3-12.4' };
  },
};

export function parseFilter(text: string, guests: readonly GuestIdentity[]): ParsedFilter {
  const problems: string[] = [];
  const codes = new Set<number>();
  let filter: ExitFilter = {};
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const at = word.indexOf(':');
    const key = at < 0 ? 'exit' : word.slice(0, at).toLowerCase();
    const value = word.slice(at + 1);
    if (key === 'exit') {
      const named = codesNamed(value);
      if (named.length === 0) problems.push(`no exit is called ${value}`);
      for (const code of named) codes.add(code);
      continue;
    }
    const reading = Object.hasOwn(CONDITIONS, key) ? CONDITIONS[key]?.(value, guests) : undefined;
    if (!reading) problems.push(`${key}: is not one of exit, ${Object.keys(CONDITIONS).join(', ')}`);
    else if ('problem' in reading) problems.push(reading.problem);
    else filter = { ...filter, ...reading.filter };
  }
  if (codes.size > 0) filter = { ...filter, codes: [...codes].sort((a, b) => a - b) };
  return { filter, problems };
}
