/** What the assembler has to say about a source, and where. */

export type Severity = 'error' | 'warning' | 'information';

/** A stretch of one source line. */
export interface Span {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** One past the last, from 1. */
  readonly endColumn: number;
}

export interface Diagnostic extends Span {
  readonly severity: Severity;
  readonly message: string;
}

/** More than this many diagnostics help nobody; the rest are counted in a last one. */
const MOST = 200;

/** Collects diagnostics; the same complaint at the same place is kept once. */
export class Diagnostics {
  private readonly kept: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  private left = 0;
  private errors = 0;

  add(severity: Severity, span: Span, message: string): void {
    const key = `${span.file}:${span.line}:${span.column}:${message}`;
    if (this.seen.has(key)) return;
    if (severity === 'error') this.errors++;
    if (this.kept.length >= MOST) {
      this.left++;
      return;
    }
    this.seen.add(key);
    const { file, line, column, endColumn } = span;
    this.kept.push({ file, line, column, endColumn: Math.max(endColumn, column + 1), severity, message });
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** In the order of the source. */
  list(): Diagnostic[] {
    const all = [...this.kept];
    const last = all.at(-1);
    if (this.left > 0 && last) {
      all.push({ ...last, severity: 'error', message: `${this.left} more problems are not shown` });
    }
    return all;
  }
}
