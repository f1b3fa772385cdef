/** What a comparison of two tables of numbers found. */
export interface Comparison {
  readonly what: string;
  readonly agreed: number;
  /** Rows both know and number differently. */
  readonly differ: readonly string[];
  readonly onlyLinux: readonly string[];
  readonly onlyHere: readonly string[];
}

/**
 * Compares Linux's numbers with a table's.
 * @param linux what the header says: name, number
 * @param here what the table says: key, number
 * @param keyOf the table's key for a name of the header; undefined: the table has no such thing
 */
export function compare(
  what: string,
  linux: ReadonlyMap<string, bigint | number>,
  here: ReadonlyMap<string, bigint | number>,
  keyOf: (name: string) => string | undefined,
): Comparison {
  const differ: string[] = [];
  const onlyLinux: string[] = [];
  const met = new Set<string>();
  for (const [name, value] of linux) {
    const key = keyOf(name);
    const ours = key === undefined ? undefined : here.get(key);
    if (key === undefined || ours === undefined) onlyLinux.push(name);
    else {
      met.add(key);
      if (BigInt(ours) !== BigInt(value)) differ.push(`${name} is ${hex(value)}, ${key} is ${hex(ours)}`);
    }
  }
  const onlyHere = [...here.keys()].filter((key) => !met.has(key));
  return { what, agreed: linux.size - onlyLinux.length - differ.length, differ, onlyLinux, onlyHere };
}

/** Lines for the test's output: what agreed, and the names only one side knows. */
export function describeComparison(c: Comparison): string {
  return [
    `  ${c.what}: ${c.agreed} agree, ${c.differ.length} differ`,
    `    only Linux: ${families(c.onlyLinux)}`,
    `    only here: ${families(c.onlyHere)}`,
  ].join('\n');
}

/** Names, those that differ in their numbers only as one with a count. */
function families(names: readonly string[]): string {
  const counts = new Map<string, string[]>();
  for (const name of names) {
    const family = name.replace(/\d+/g, '#');
    counts.set(family, [...(counts.get(family) ?? []), name]);
  }
  const words = [...counts].map(([family, members]) =>
    members.length > 1 ? `${family}×${members.length}` : members[0],
  );
  return words.join(' ') || 'none';
}

function hex(value: bigint | number): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}
