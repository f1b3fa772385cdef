/** Where a place in generated code was in its source: version 3 source maps of one source, as far as errors need them. */

/** Generated column, source line, source column; all from 0. */
type Segment = readonly [number, number, number];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export class LineMap {
  private readonly lines: readonly (readonly Segment[])[];

  constructor(mappings: string) {
    let line = 0;
    let column = 0;
    this.lines = mappings.split(';').map((text) => {
      let generated = 0;
      return text
        .split(',')
        .map(numbers)
        .filter((values) => values.length >= 4)
        .map(([ahead = 0, , down = 0, right = 0]) => {
          generated += ahead;
          line += down;
          column += right;
          return [generated, line, column];
        });
    });
  }

  /** From 1, both ways. */
  source(line: number, column: number): { line: number; column: number } {
    const segments = this.lines[line - 1] ?? [];
    const before = segments.filter(([generated]) => generated <= column - 1);
    const [generated, sourceLine, sourceColumn] = before[before.length - 1] ?? [0, line - 1, 0];
    return { line: sourceLine + 1, column: sourceColumn + 1 + (column - 1 - generated) };
  }
}

/** Base-64 VLQ. */
function numbers(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 0x1f) << shift;
    shift += 5;
    if ((bits & 0x20) !== 0) continue;
    values.push((value & 1) !== 0 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return values;
}
