/** What is typed above the log, as conditions on rows: `guest:A exit:ioio port:3f8 gpa:7f2000 msr:c0000080`, or bare words for exits. */
import type { ExitFilter } from '../../src/protocol/exit-log';
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

export function parseFilter(text: string, guests: readonly GuestIdentity[]): ParsedFilter {
  const problems: string[] = [];
  const codes = new Set<number>();
  let filter: ExitFilter = {};
  let exits = false;
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const at = word.indexOf(':');
    const key = at < 0 ? 'exit' : word.slice(0, at).toLowerCase();
    const value = word.slice(at + 1);
    if (key === 'exit') {
      exits = true;
      const named = codesNamed(value);
      if (named.length === 0) problems.push(`no exit is called ${value}`);
      for (const code of named) codes.add(code);
    } else if (key === 'guest') {
      const guest = guests.find(({ letter, name }) =>
        [letter, name].some((each) => each.toLowerCase() === value.toLowerCase()),
      );
      if (guest) filter = { ...filter, guest: guest.id };
      else problems.push(`there is no guest ${value}`);
    } else if (key === 'port' || key === 'msr' || key === 'gpa') {
      const number = hexNumber(value);
      if (number === undefined) problems.push(`${key}: wants a hex number`);
      else filter = { ...filter, [key]: number };
    } else problems.push(`${key}: is not one of exit, guest, port, msr, gpa`);
  }
  if (exits && codes.size > 0) filter = { ...filter, codes: [...codes].sort((a, b) => a - b) };
  return { filter, problems };
}
