/** The whole run as columns, a class on top of another, and how bins and times belong together. */
import type { ExitCountsAnswer } from '../../src/protocol/exit-log';
import { EXIT_CLASSES } from '../../src/protocol/exit-log';
import { CLASS_NAMES } from '../shared/exit-names';
import { counted } from '../shared/numbers';

export type Bins = ExitCountsAnswer['histogram'];

/** Columns that are drawn. */
export const COLUMNS = 120;

/** At most so many bins, neighbours put together. */
export function thinned({ width, bins }: Bins, most = COLUMNS): Bins {
  const times = Math.max(1, Math.ceil(bins.length / most));
  if (times === 1) return { width, bins };
  const together = Array.from({ length: Math.ceil(bins.length / times) }, (_, n) =>
    EXIT_CLASSES.map((_class, index) =>
      bins.slice(n * times, (n + 1) * times).reduce((sum, bin) => sum + (bin[index] ?? 0), 0),
    ),
  );
  return { width: width * times, bins: together };
}

/** One path a class, in a box one wide a bin and `height` high; a bin takes four fifths of its width. */
export function columnPaths({ bins }: Bins, height: number): string[] {
  const sums = bins.map((bin) => bin.reduce((sum, count) => sum + count, 0));
  const most = Math.max(1, ...sums);
  const tops = bins.map(() => height);
  return EXIT_CLASSES.map((_class, index) =>
    bins
      .map((bin, n) => {
        const part = ((bin[index] ?? 0) / most) * height;
        if (part === 0) return '';
        const top = (tops[n] ?? height) - part;
        tops[n] = top;
        return `M${n + 0.1} ${top.toFixed(2)}h.8v${part.toFixed(2)}h-.8z`;
      })
      .join(''),
  );
}

const MEGA = 1_000_000;

/** What a stretch of the run holds, for a tooltip: times, then classes that occur. */
export function stretchWords({ width, bins }: Bins, from: number, to: number): string {
  const sums = EXIT_CLASSES.map((kind, index) => ({
    kind,
    count: bins.slice(from, to).reduce((sum, bin) => sum + (bin[index] ?? 0), 0),
  })).filter(({ count }) => count > 0);
  const digits = width >= MEGA / 10 ? 1 : width >= MEGA / 1000 ? 3 : 4;
  const time = (bin: number) => ((bin * width) / MEGA).toFixed(digits);
  const all = sums.reduce((sum, { count }) => sum + count, 0);
  const lines = sums
    .sort((a, b) => b.count - a.count)
    .map(({ kind, count }) => `${CLASS_NAMES[kind]}: ${counted(count, 'exit')}`);
  return [`${time(from)} to ${time(to)} M instr: ${counted(all, 'exit')}`, ...lines].join('\n');
}
