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

/** More than this many diagnostics help nobody: whoever reports stops there. */
const MOST = 200;
const LONGEST = 400;

/** Collects diagnostics; the same complaint at the same place is kept once. */
export class Diagnostics {
  private readonly kept: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  private errors = 0;
  private others = 0;

  add(severity: Severity, span: Span, message: string): void {
    const key = `${span.file}:${span.line}:${span.column}:${message}`;
    if (this.seen.has(key)) return;
    if (severity === 'error') {
      if (++this.errors > MOST) return;
    } else if (++this.others > MOST) return;
    this.seen.add(key);
    const { file, line, column, endColumn } = span;
    this.kept.push({
      file,
      line,
      column,
      endColumn: Math.max(endColumn, column + 1),
      severity,
      message: shortened(message),
    });
  }

  /** So many errors that the rest need not be looked for. */
  get full(): boolean {
    return this.errors > MOST;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** In the order of the source. */
  list(): Diagnostic[] {
    const files = [...new Set(this.kept.map((d) => d.file))];
    const sorted = [...this.kept].sort(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
    const last = sorted.at(-1);
    if (!this.full || !last) return sorted;
    return [
      ...sorted,
      { ...last, severity: 'error', message: `there are more than ${MOST} problems: the rest are not shown` },
    ];
  }
}

const shortened = (message: string): string => (message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message);
