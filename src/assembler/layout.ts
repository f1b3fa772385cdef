/** Where the sections of a flat image lie, by the rules of NASM's bin format. */
import type { Diagnostics } from './diagnostic';
import type { SectionDeclaration } from './statement';

export interface SectionSize {
  readonly declaration: SectionDeclaration;
  readonly length: bigint;
  /** Of `align=` and of the ALIGN directives inside; undefined when nobody asked. */
  readonly align: bigint | undefined;
  readonly start: bigint | undefined;
  readonly vstart: bigint | undefined;
}

export interface PlacedSection {
  readonly name: string;
  readonly kind: 'progbits' | 'nobits';
  /** Where its bytes are loaded. */
  readonly start: bigint;
  /** The address its labels count from. */
  readonly vstart: bigint;
  readonly length: bigint;
}

const DEFAULT_ALIGN = 4n;

const alignUp = (value: bigint, to: bigint): bigint => ((value + to - 1n) / to) * to;

/** Places every section that is not absolute; by declaration index. */
export function placeSections(
  sizes: readonly SectionSize[],
  origin: bigint,
  diagnostics: Diagnostics,
): Map<number, PlacedSection> {
  const placed = new Map<number, PlacedSection>();
  const byName = new Map(sizes.map((s) => [s.declaration.name, s]));
  const placing = new Set<SectionSize>();
  let end = origin;
  const place = (size: SectionSize): PlacedSection => {
    const { declaration } = size;
    const known = placed.get(declaration.index);
    if (known) return known;
    const align = size.align ?? (declaration.index === 0 ? 1n : DEFAULT_ALIGN);
    const after = (name: string, virtual: boolean): bigint | undefined => {
      const other = byName.get(name);
      if (!other || placing.has(other)) {
        const why = other ? 'in a circle' : 'which does not exist';
        diagnostics.add('error', declaration.span, `section ${declaration.name} follows '${name}', ${why}`);
        return undefined;
      }
      const p = place(other);
      return alignUp((virtual ? p.vstart : p.start) + p.length, align);
    };
    placing.add(size);
    const followed = declaration.follows === undefined ? undefined : after(declaration.follows, false);
    const first = declaration.index === 0 ? origin : alignUp(end, align);
    const start = size.start ?? followed ?? first;
    const vfollowed = declaration.vfollows === undefined ? undefined : after(declaration.vfollows, true);
    const vstart = size.vstart ?? vfollowed ?? start;
    placing.delete(size);
    const kind = declaration.kind === 'nobits' ? 'nobits' : 'progbits';
    const result: PlacedSection = { name: declaration.name, kind, start, vstart, length: size.length };
    placed.set(declaration.index, result);
    if (start + size.length > end) end = start + size.length;
    return result;
  };
  const image = sizes.filter((s) => s.declaration.kind === 'progbits');
  const reserved = sizes.filter((s) => s.declaration.kind === 'nobits');
  // Sections with a start of their own first: the others come after them in the order of the source.
  for (const size of image) place(size);
  checkOverlaps(image, placed, diagnostics);
  for (const size of reserved) place(size);
  return placed;
}

function checkOverlaps(
  sizes: readonly SectionSize[],
  placed: ReadonlyMap<number, PlacedSection>,
  diagnostics: Diagnostics,
): void {
  const sorted = sizes
    .map((size) => ({ size, at: placed.get(size.declaration.index)! }))
    .filter(({ at }) => at.length > 0n)
    .sort((a, b) => (a.at.start < b.at.start ? -1 : a.at.start > b.at.start ? 1 : 0));
  for (let n = 1; n < sorted.length; n++) {
    const before = sorted[n - 1]!;
    const here = sorted[n]!;
    if (before.at.start + before.at.length > here.at.start) {
      const { declaration } = here.size;
      diagnostics.add('error', declaration.span, `section ${declaration.name} overlaps section ${before.at.name}`);
    }
  }
}
