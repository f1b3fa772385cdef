/** What must hold within the tables. A law takes a table and returns what breaks it, so that it can be tried on a broken copy. */

export interface Placed {
  readonly offset: number;
  readonly size: number;
}

export interface Bits {
  readonly name: string;
  readonly hi: number;
  readonly lo: number;
}

/** The rows cover bytes `from` to `to − 1` once each. */
export function tiles(rows: readonly (Placed & { readonly name: string })[], from: number, to: number): string[] {
  const faults: string[] = [];
  let next = from;
  for (const row of [...rows].sort((a, b) => a.offset - b.offset)) {
    if (row.offset > next) faults.push(`hole at ${next.toString(16)}h before ${row.name}`);
    if (row.offset < next) faults.push(`${row.name} at ${row.offset.toString(16)}h overlaps what comes before`);
    next = row.offset + row.size;
  }
  if (next !== to) faults.push(`the last row ends at ${next.toString(16)}h`);
  return faults;
}

/** Fields and reserved ranges are inside the value and share no bit; with `complete`, no bit is left out. */
export function disjointBits(what: string, ranges: readonly Bits[], width: number, complete: boolean): string[] {
  const faults: string[] = [];
  const owner = new Array<string | undefined>(width).fill(undefined);
  for (const range of ranges) {
    if (range.lo > range.hi || range.lo < 0 || range.hi >= width) {
      faults.push(`${what}.${range.name} is ${range.hi}:${range.lo} of ${width} bits`);
      continue;
    }
    for (let bit = range.lo; bit <= range.hi; bit++) {
      if (owner[bit] !== undefined) faults.push(`${what} bit ${bit} is ${owner[bit]} and ${range.name}`);
      owner[bit] = range.name;
    }
  }
  if (complete) owner.forEach((name, bit) => name ?? faults.push(`${what} bit ${bit} has no name`));
  return faults;
}

/** No value stands twice. */
export function unique<T>(what: string, values: readonly T[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at).map((value) => `${what}: ${String(value)} twice`);
}

export interface InterceptLike {
  readonly vector: number;
  readonly bit: number;
  readonly exitCode: number;
}

/** An intercept's exit code is 20h × word + bit, and the words are filled from bit 0 without a hole. */
export function interceptCodes(rows: Readonly<Record<string, InterceptLike>>): string[] {
  const faults: string[] = [];
  const words: number[][] = [[], [], [], [], [], []];
  for (const [name, row] of Object.entries(rows)) {
    if (row.exitCode !== 32 * row.vector + row.bit) faults.push(`${name}: ${row.exitCode} is not base + bit`);
    words[row.vector]?.push(row.bit);
  }
  const lengths = [32, 32, 32, 32, 32, 7];
  words.forEach((bits, word) => {
    const wanted = Array.from({ length: lengths[word]! }, (_, bit) => bit).join();
    if (bits.sort((a, b) => a - b).join() !== wanted) faults.push(`word ${word} has bits ${bits.join()}`);
  });
  return faults;
}

/** The codes are 0 to A6h, 400h to 403h and −1, each once. */
export function exitCodeSet(codes: readonly number[]): string[] {
  const wanted = [...Array.from({ length: 0xa7 }, (_, code) => code), 0x400, 0x401, 0x402, 0x403, -1];
  const faults = unique('exit codes', codes);
  for (const code of wanted) if (!codes.includes(code)) faults.push(`no code ${code}`);
  for (const code of codes) if (!wanted.includes(code)) faults.push(`code ${code} is not in appendix C`);
  return faults;
}

/** A section as the tables write it: numbers, a letter of an appendix, or volume 3's appendix. */
export function citations(rows: Iterable<readonly [string, { readonly section: string }]>): string[] {
  const faults: string[] = [];
  for (const [name, { section }] of rows) {
    if (!/^(\d+(\.\d+){1,3}|[A-E]|volume 3, [A-E]\.\d\.\d+)$/.test(section)) faults.push(`${name}: section ${section}`);
  }
  return faults;
}
