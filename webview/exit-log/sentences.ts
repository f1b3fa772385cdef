/** What the exit log says first: what makes the guests exit, and how often. */
import type { ExitCountsAnswer, ExitKindCount } from '../../src/protocol/exit-log';
import { exitShortName } from '../shared/exit-names';
import { counted, duration, hForm, share } from '../shared/numbers';
import type { Phrase } from '../shared/phrase';
import { portName } from '../shared/ports';

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

/** What the kind that costs most costs, if that is not what the headline names. */
export function nextLine(counts: ExitCountsAnswer): Phrase {
  const spent = hypervisorTime(counts);
  const [first] = counts.codes;
  const dearest = [...counts.codes].sort((a, b) => b.cost.sum - a.cost.sum)[0];
  if (!first || !dearest || spent === 0) return [];
  const part = `${share(dearest.cost.sum, spent)} % of the hypervisor’s ${duration(spent)}`;
  if (counts.codes.length === 1) return [`They cost the hypervisor ${duration(spent)}${modelNote(counts)}.`];
  return dearest === first
    ? [`They also cost most: ${part}${modelNote(counts)}.`]
    : [`What costs most is ${exitShortName(dearest.code)}: ${part}${modelNote(counts)}.`];
}

function modelNote({ costs }: ExitCountsAnswer): string {
  return costs === 'model' ? ' (a model)' : '';
}

/** What all exits have cost, in ns. */
export function hypervisorTime({ codes }: ExitCountsAnswer): number {
  return codes.reduce((sum, { cost }) => sum + cost.sum, 0);
}

/** Shares of virtual time without what nobody ran in: a guest each, and the hypervisor. */
export function timeShares(counts: ExitCountsAnswer): readonly { readonly name: string; readonly part: string }[] {
  const spent = hypervisorTime(counts);
  const ran = counts.guests.reduce((sum, guest) => sum + guest.ran, 0);
  if (ran + spent === 0) return [];
  return [
    ...counts.guests.map((guest) => ({ name: guest.guest.name, part: share(guest.ran, ran + spent) })),
    { name: 'hypervisor', part: share(spent, ran + spent) },
  ];
}

/** `costs 2,290 ns`. */
export function costWords(ns: number): string {
  return ns === 0 ? 'what it costs is not known yet' : `costs ${duration(ns)}`;
}
