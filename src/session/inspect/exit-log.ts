/** Answers `pacifica/exitLog` and `pacifica/exitCounts`. */
import { ProtocolError } from '../../protocol/check';
import { hexOfHalves } from '../../protocol/codec';
import type {
  ExitAccess,
  ExitColumns,
  ExitCountsAnswer,
  ExitCountsQuestion,
  ExitKindCount,
  ExitLogAnswer,
  ExitLogQuestion,
} from '../../protocol/exit-log';
import type { ExitLog, WideColumn } from '../exit-log';
import { isEmpty } from '../exit-search';
import { DETAILED } from '../exit-tally';
import type { ExitTally, Kind } from '../exit-tally';
import type { Lab } from '../lab';

const MOST_ROWS = 1000;
const MOST_DETAILS = 12;

export async function exitLogAnswer(lab: Lab, { first, count, filter }: ExitLogQuestion): Promise<ExitLogAnswer> {
  const { log } = lab;
  if (count < 1 || count > MOST_ROWS)
    throw new ProtocolError(`exitLog: ${count} rows are asked for; 1 to ${MOST_ROWS} are given`);
  const found = isEmpty(filter) ? undefined : await lab.searches.find(filter);
  const { oldest, total } = log;
  const matching = found?.length ?? log.kept;
  const from = first < 0 ? Math.max(0, matching + first) : Math.min(first, matching);
  const to = Math.min(from + count, matching);
  const numbers = found?.slice(from, to) ?? Array.from({ length: to - from }, (_, n) => oldest + from + n);
  return { first: from, matching, total, oldest, columns: columnsOf(log, numbers) };
}

function columnsOf(log: ExitLog, numbers: readonly number[]): ExitColumns {
  const column = <T>(read: (number: number) => T): T[] => numbers.map((number) => read(number));
  const wide = (name: WideColumn): string[] =>
    column((number) => hexOfHalves(log.low(number, name), log.high(number, name)));
  return {
    number: numbers,
    time: column((number) => log.timeOf(number)),
    clock: column((number) => log.clockOf(number)),
    ran: column((number) => log.ranOf(number)),
    cost: column((number) => log.costOf(number)),
    guest: column((number) => log.guestOf(number)),
    code: column((number) => log.codeOf(number)),
    info1: wide('info1'),
    info2: wide('info2'),
    rip: wide('rip'),
    rax: wide('rax'),
    rcx: wide('rcx'),
    rdx: wide('rdx'),
    outcome: column((number) => log.outcomeOf(number)),
    outcomeValue: column((number) => log.outcomeValueOf(number)),
    handler: column((number) => log.handlerOf(number)),
  };
}

export async function exitCountsAnswer(lab: Lab, { filter }: ExitCountsQuestion): Promise<ExitCountsAnswer> {
  const { log, machine, target } = lab;
  const found = filter && !isEmpty(filter) ? await lab.searches.find(filter) : undefined;
  const tally = found?.tally() ?? log.tally;
  return {
    total: found?.length ?? log.total,
    time: machine.processor.retired,
    clock: machine.clock.now,
    costs: target.kind === 'guest' ? 'model' : 'instructions',
    guests: guestCounts(lab, tally),
    codes: mostFrequent([...tally.kinds.values()]).map(kindCount),
    oldest: log.oldest === 0 ? null : { number: log.oldest, time: log.timeOf(log.oldest) },
    histogram: { width: log.histogram.width, bins: log.histogram.bins },
  };
}

function mostFrequent<T extends { readonly count: number }>(rows: T[]): T[] {
  return rows.sort((a, b) => b.count - a.count);
}

function guestCounts({ guests }: Lab, tally: ExitTally): ExitCountsAnswer['guests'] {
  return guests.map(({ identity }) => {
    const { count = 0, cost = 0, ran = 0 } = tally.guests.get(identity.id) ?? {};
    return { guest: identity, count, cost, ran };
  });
}

function kindCount(kind: Kind): ExitKindCount {
  const { code, count, costed, cost, least, most } = kind;
  return {
    code,
    count,
    cost: { exits: costed, sum: cost, least: costed === 0 ? 0 : least, most },
    details: detailsOf(kind),
  };
}

function detailsOf({ code, details, others }: Kind): ExitKindCount['details'] {
  const by = (DETAILED as Readonly<Record<number, (typeof DETAILED)[keyof typeof DETAILED]>>)[code];
  if (!by) return null;
  const sums = mostFrequent([...details].map(([key, { count, cost }]) => ({ key, count, cost })));
  const rest = sums.slice(MOST_DETAILS);
  const accesses: readonly [ExitAccess, ExitAccess] | undefined =
    by === 'port' ? ['out', 'in'] : by === 'msr' ? ['read', 'write'] : undefined;
  return {
    by,
    rows: sums.slice(0, MOST_DETAILS).map(({ key, count, cost }) => ({
      key: accesses ? Math.floor(key / 2) : key,
      access: accesses?.[key % 2 === 0 ? 0 : 1] ?? null,
      count,
      cost,
    })),
    more: { keys: rest.length, count: rest.reduce((sum, { count }) => sum + count, others.count) },
  };
}
