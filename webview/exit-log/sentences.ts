/** What the exit log says first: what makes the guests exit, and how often. */
import type { ExitCountsAnswer, ExitKindCount } from '../../src/protocol/exit-log';
import { exitShortName } from '../shared/exit-names';
import { count, counted, hForm, share } from '../shared/numbers';
import type { Phrase } from '../shared/phrase';
import { portName } from '../shared/ports';
import type { ExitRow } from './rows';

const IOIO = 0x7b;

export function headline(counts: ExitCountsAnswer, running: boolean): Phrase {
  const [top] = counts.codes;
  if (!top) return ['No exit yet.'];
  const going = running ? ' so far' : '';
  if (counts.codes.length === 1)
    return [`All ${counted(counts.total, 'exit')}${going} are ${exitShortName(top.code)}.`];
  const part = share(top.count, counts.total);
  return [`${part} % of ${counted(counts.total, 'exit')}${going} are ${exitShortName(top.code)}${busiest(top)}.`];
}

/** The port behind most of them, if one is. */
function busiest({ code, count: times, details }: ExitKindCount): string {
  const first = details?.rows[0];
  if (code !== IOIO || !first || first.count * 2 <= times) return '';
  const name = portName(first.key);
  return `, most of them ${first.access === 'in' ? 'reads of' : 'writes to'} port ${hForm(first.key)}${name ? ` (${name})` : ''}`;
}

export function nextLine({ total, time }: ExitCountsAnswer): Phrase {
  if (total === 0) return [];
  const every = Math.round(time / total);
  return [`One exit every ${counted(every, 'instruction')} on average.`];
}

/** `advance 2`, `inject 20h`, `not decided`. */
export function outcomeWords({ outcome, outcomeValue }: Pick<ExitRow, 'outcome' | 'outcomeValue'>): string {
  switch (outcome) {
    case 'advance':
      return `advance ${count(outcomeValue)}`;
    case 'inject':
      return `inject ${hForm(outcomeValue)}`;
    case 'pending':
      return 'not decided yet';
    case 'software':
      return 'guest software';
    default:
      return outcome;
  }
}
