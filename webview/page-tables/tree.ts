/** The tree: which tables have been read, which are open, and the lines that makes. */
import type { EntryRow, PageTable } from '../../src/protocol/page-tables';

/** An entry by the indexes that lead to it, its own the last. */
export type Path = readonly number[];

export interface EntryLine {
  readonly kind: 'entry';
  readonly path: Path;
  readonly row: EntryRow;
  readonly table: PageTable;
  readonly open: boolean;
}
/** In place of a table that is not here. */
export interface MessageLine {
  readonly kind: 'message';
  readonly path: Path;
  readonly depth: number;
  readonly text: string;
  readonly bad: boolean;
}
export type Line = EntryLine | MessageLine;

/** What is known of a table: read, being read, or why not. */
export type Known = PageTable | 'reading' | { readonly why: string };

export function keyOf(path: Path): string {
  return path.join('.');
}

export class Tree {
  private readonly tables = new Map<string, Known>();
  private readonly opened = new Set<string>();

  /** The table that hangs below a path; the top one below the empty path. */
  table(path: Path): PageTable | undefined {
    const known = this.tables.get(keyOf(path));
    return typeof known === 'object' && 'rows' in known ? known : undefined;
  }

  isOpen(path: Path): boolean {
    return this.opened.has(keyOf(path));
  }

  /** Paths of the open tables, the top one first, each before what is below it. */
  openPaths(): Path[] {
    const paths = [...this.opened].map((key) => key.split('.').map(Number));
    return [[], ...paths.sort((a, b) => a.length - b.length)];
  }

  learn(path: Path, known: Known): void {
    this.tables.set(keyOf(path), known);
  }

  knows(path: Path): boolean {
    return this.tables.has(keyOf(path));
  }

  open(path: Path): void {
    this.opened.add(keyOf(path));
  }

  /** Closes a table; what is open below it stays so for the next time. */
  close(path: Path): void {
    this.opened.delete(keyOf(path));
  }

  clear(): void {
    this.tables.clear();
    this.opened.clear();
  }

  lines(): Line[] {
    const lines: Line[] = [];
    const walk = (path: Path): void => {
      const known = this.tables.get(keyOf(path)) ?? 'reading';
      if (known === 'reading') lines.push({ kind: 'message', path, depth: path.length, text: 'reading …', bad: false });
      else if ('why' in known) lines.push({ kind: 'message', path, depth: path.length, text: known.why, bad: true });
      else {
        for (const row of known.rows) {
          const here = [...path, row.index];
          const open = row.kind === 'table' && this.isOpen(here);
          lines.push({ kind: 'entry', path: here, row, table: known, open });
          if (open) walk(here);
        }
      }
    };
    walk([]);
    return lines;
  }
}

/** The line of an entry: its own, or the run that holds its index, or the nearest table above it. */
export function lineOf(lines: readonly Line[], path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const above = keyOf(path.slice(0, length - 1));
    const index = path[length - 1] ?? 0;
    const found = lines.findIndex(
      (line) =>
        line.kind === 'entry' &&
        line.path.length === length &&
        keyOf(line.path.slice(0, -1)) === above &&
        line.row.index <= index &&
        index < line.row.index + line.row.count,
    );
    if (found >= 0) return found;
  }
  return -1;
}
