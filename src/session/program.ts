/** What was put into memory, and what its author called it: symbols, and which source line each address is of. */
import { assemble } from '../assembler/assembler';
import type { AssembledSymbol, Assembly, LineEntry } from '../assembler/assembler';
import type { Diagnostic } from '../assembler/diagnostic';

/** A source that does not assemble. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
  constructor(
    readonly file: string,
    readonly diagnostics: readonly Diagnostic[],
  ) {
    super(describe(file, diagnostics));
  }
}

function describe(file: string, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  if (!first) return `${file} does not assemble`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
}

/** A place in a source. */
export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export class Program {
  /** Lines by address, lowest first; empty for a program without source. */
  private readonly lines: readonly LineEntry[];
  private readonly symbols: readonly AssembledSymbol[];
  private readonly byName: ReadonlyMap<string, AssembledSymbol>;
  /** Symbols of sections, by address. */
  private readonly labels: readonly AssembledSymbol[];

  constructor(
    readonly bytes: Uint8Array,
    readonly assembly?: Assembly,
  ) {
    this.lines = assembly?.lines ?? [];
    this.symbols = assembly?.symbols ?? [];
    this.byName = new Map(this.symbols.map((symbol) => [symbol.name, symbol]));
    this.labels = this.symbols
      .filter(({ section }) => section !== undefined)
      .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  }

  /** The line whose instruction lies at an address. */
  lineAt(address: bigint): LineEntry | undefined {
    const at = this.indexAtOrBefore(this.lines, (entry) => entry.address, address);
    const entry = this.lines[at];
    return entry && address < entry.address + BigInt(entry.length) ? entry : undefined;
  }

  /** The first address of the first line at or below a line that has code; undefined if there is none in the file. */
  addressOf(file: string, line: number): LineEntry | undefined {
    let best: LineEntry | undefined;
    for (const entry of this.lines) {
      if (entry.line < line || !sameFile(entry.file, file)) continue;
      if (!best || entry.line < best.line || (entry.line === best.line && entry.address < best.address)) best = entry;
    }
    return best;
  }

  /** Where instructions of the source begin, from `first` up to, not including, `end`. */
  linesBetween(first: bigint, end: bigint): bigint[] {
    const list: bigint[] = [];
    for (let at = this.indexAtOrBefore(this.lines, (entry) => entry.address, end - 1n); at >= 0; at--) {
      const { address } = this.lines[at]!;
      if (address < first) break;
      list.unshift(address);
    }
    return list;
  }

  /** Lines with code between two, in order, each once. */
  linesWithCode(file: string, first: number, last: number): number[] {
    const lines = this.lines.filter((entry) => sameFile(entry.file, file) && entry.line >= first && entry.line <= last);
    return [...new Set(lines.map(({ line }) => line))].sort((a, b) => a - b);
  }

  symbol(name: string): bigint | undefined {
    return this.byName.get(name)?.value;
  }
  /** A local label, such as `.wait`, of the routine an address lies in. */
  localSymbol(name: string, address: bigint): bigint | undefined {
    const label = this.labelAt(address);
    return label && this.symbol(label.name.split('.')[0]! + name);
  }
  /** Whether any routine has a local label of this name. */
  hasLocal(name: string): boolean {
    return name.startsWith('.') && this.symbols.some((symbol) => symbol.name.endsWith(name));
  }
  get symbolNames(): Iterable<string> {
    return this.byName.keys();
  }

  /** The label at or before an address, not further than 64 KB, and how far behind it the address is. */
  labelAt(address: bigint): { name: string; offset: bigint } | undefined {
    const at = this.indexAtOrBefore(this.labels, (symbol) => symbol.value, address);
    const symbol = this.labels[at];
    if (!symbol || address - symbol.value > 0xffffn) return undefined;
    return { name: symbol.name, offset: address - symbol.value };
  }

  /** `name+12h`, or empty. */
  place(address: bigint): string {
    const label = this.labelAt(address);
    if (!label) return '';
    return label.offset === 0n ? label.name : `${label.name}+${label.offset.toString(16).toUpperCase()}h`;
  }

  private indexAtOrBefore<T>(list: readonly T[], key: (item: T) => bigint, value: bigint): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (key(list[middle]!) <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Two spellings of one path. */
export function sameFile(a: string, b: string): boolean {
  return normal(a) === normal(b);
}
function normal(path: string): string {
  const plain = path.replace(/\\/g, '/').replace(/\/\.\//g, '/');
  return /^[A-Za-z]:\//.test(plain) ? plain.toLowerCase() : plain;
}

/** Throws AssemblyError. */
export function assembleProgram(
  file: string,
  text: string,
  readFile: (path: string) => Uint8Array | undefined,
): Program {
  const assembly = assemble(text, { file, readFile });
  if (assembly.failed) throw new AssemblyError(file, assembly.diagnostics);
  return new Program(assembly.bytes, assembly);
}
