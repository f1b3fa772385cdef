/** What the comparison says first: whether the shadow follows the guest's tables, and what is held back. */
import type { ShadowComparison, ShadowRow, ShadowSign } from '../../src/protocol/shadow';
import { valueOf } from '../../src/protocol/codec';
import { count, counted, size } from '../shared/numbers';
import type { Phrase } from '../shared/phrase';

export interface SignWords {
  readonly sign: string;
  /** The class that gives its box a colour. */
  readonly look: string;
  /** In the legend. */
  readonly meaning: string;
  /** `Why is 0x… stricter?` */
  readonly asked: string;
}

export const SIGNS: Record<ShadowSign, SignWords> = {
  'in-step': { sign: '=', look: 'step', meaning: 'in step', asked: 'in step' },
  stricter: { sign: '≤', look: 'strict', meaning: 'shadow is stricter, on purpose', asked: 'stricter in the shadow' },
  'not-built': { sign: '◦', look: 'unbuilt', meaning: 'not built yet', asked: 'not in the shadow' },
  wrong: { sign: '≠', look: 'wrong', meaning: 'stale or wrong', asked: 'not what the guest’s tables say' },
  emulated: { sign: '!', look: 'emulated', meaning: 'never mapped: emulated', asked: 'emulated' },
};

const STALE = 'A TLB may hold an old entry until INVLPG; after it, the shadow may not.';

export function headline({ counts, paging, complete }: ShadowComparison, running: boolean): Phrase {
  if (running) return ['The shadow of the last stop; the guest is running.'];
  const { pages, inStep, wrong } = counts;
  const all = complete ? counted(pages, 'page') : `the first ${counted(pages, 'page')}`;
  if (wrong > 0)
    return [`${counted(wrong, 'page')} of the shadow ${wrong === 1 ? 'does' : 'do'} not follow the guest’s tables.`];
  if (pages === 0)
    return [
      paging ? 'Neither the guest nor the shadow maps anything.' : 'The guest does not page, and the shadow is empty.',
    ];
  if (inStep === pages) return [`The shadow is in step with the guest: ${all}.`];
  return [`The shadow allows nothing the guest does not: ${count(inStep)} of ${all} in step.`];
}

export function nextLine({ counts, rows, paging }: ShadowComparison, running: boolean): Phrase {
  if (running) return ['It is compared again at the next stop.'];
  const wrong = rows.find(({ sign }) => sign === 'wrong');
  if (wrong) return ['The first is ', { hex: valueOf(wrong.gva) }, `: ${wrong.text}. ${STALE}`];
  if (!paging) return ['CR0.PG of the guest is 0: a GVA is a GPA, and the shadow maps it straight.'];
  const parts = [
    counts.stricter > 0 && `${count(counts.stricter)} stricter on purpose`,
    counts.notBuilt > 0 && `${count(counts.notBuilt)} not built until they are touched`,
    counts.emulated > 0 && `${count(counts.emulated)} never mapped, for every access is emulated`,
  ].filter(Boolean);
  return parts.length === 0
    ? ['Each page is mapped as the guest maps it, with the same rights.']
    : [`Of the others: ${parts.join(', ')}.`];
}

/** `12 pages of 4 KB`; nothing for one small page. */
export function extent({ page, count: pages }: ShadowRow): string {
  if (pages === 1) return page === 4096 ? '' : size(page);
  return `${count(pages)} × ${size(page)}`;
}
