/** The known word nearest to a misspelt one. */

/** Edits (insert, delete, replace, swap neighbours) from `a` to `b`, or `limit` + 1 if there are more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

const MOST_CANDIDATES = 5000;

/** ", did you mean 'mov'?", or nothing when no word is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  if (word.length > 40) return '';
  const wanted = word.toLowerCase();
  const limit = wanted.length < 3 ? 1 : wanted.length < 7 ? 2 : 3;
  let best: string | undefined;
  let least = limit + 1;
  let looked = 0;
  for (const candidate of known) {
    if (++looked > MOST_CANDIDATES) break;
    const lower = candidate.toLowerCase();
    const d = distance(wanted, lower, limit);
    const sameLetters = (s: string): string => [...s].sort().join('');
    const score = d - (d > 0 && sameLetters(lower) === sameLetters(wanted) ? 0.5 : 0);
    if (score < least) [best, least] = [candidate, score];
  }
  return best === undefined || least >= wanted.length ? '' : `, did you mean '${best}'?`;
}
