/** Answers `pacifica/exitLog` and `pacifica/exitCounts`. */
import { EXIT_CODES, exitName } from '../../engine/arch/exit-codes';
import type { ExitClass } from '../../engine/arch/exit-codes';
import { ProtocolError } from '../../protocol/check';
import { hexOfHalves } from '../../protocol/codec';
import type {
  ExitColumns,
  ExitCountsAnswer,
  ExitFilter,
  ExitLogAnswer,
  ExitLogQuestion,
} from '../../protocol/exit-log';
import type { ExitLog, WideColumn } from '../exit-log';
import type { Lab } from '../lab';

const MOST_ROWS = 1000;
const MOST_PORTS = 16;

export function exitLogAnswer({ log }: Lab, { first, count, filter }: ExitLogQuestion): ExitLogAnswer {
  if (count < 1 || count > MOST_ROWS)
    throw new ProtocolError(`exitLog: ${count} rows are asked for; 1 to ${MOST_ROWS} are given`);
  const { oldest, total } = log;
  const kept = oldest === 0 ? 0 : total - oldest + 1;
  const test = filterTest(log, filter);
  let matching = kept;
  let numbers: number[] | undefined;
  if (test) {
    numbers = [];
    for (let number = oldest; number > 0 && number <= total; number++) if (test(number)) numbers.push(number);
    matching = numbers.length;
  }
  const from = first < 0 ? Math.max(0, matching + first) : Math.min(first, matching);
  const length = Math.min(count, matching - from);
  const wanted = numbers ? numbers.slice(from, from + length) : Array.from({ length }, (_, n) => oldest + from + n);
  return { first: from, matching, total, oldest, columns: columnsOf(log, wanted) };
}

function columnsOf(log: ExitLog, numbers: readonly number[]): ExitColumns {
  const wide = (column: WideColumn): string[] =>
    numbers.map((number) => hexOfHalves(log.low(number, column), log.high(number, column)));
  return {
    number: numbers,
    time: numbers.map((number) => log.timeOf(number)),
    guest: numbers.map((number) => log.guestOf(number)),
    code: numbers.map((number) => log.codeOf(number)),
    info1: wide('info1'),
    info2: wide('info2'),
    rip: wide('rip'),
    rax: wide('rax'),
    rcx: wide('rcx'),
    rdx: wide('rdx'),
    outcome: numbers.map((number) => log.outcomeOf(number)),
    outcomeValue: numbers.map((number) => log.outcomeValueOf(number)),
    handler: numbers.map((number) => log.handlerOf(number)),
  };
}

function classOf(code: number): ExitClass {
  const name = exitName(code);
  return name ? EXIT_CODES[name].class : 'fault';
}

/** Whether the row of a number passes; undefined: all do. */
function filterTest(log: ExitLog, filter: ExitFilter): ((number: number) => boolean) | undefined {
  const { classes, codes, guest, port, msr, gpa } = filter;
  const tests: ((number: number, code: number) => boolean)[] = [];
  if (classes) tests.push((_, code) => classes.includes(classOf(code)));
  if (codes) tests.push((_, code) => codes.includes(code));
  if (guest !== undefined) tests.push((number) => log.guestOf(number) === guest);
  if (port !== undefined) {
    tests.push((number, code) => code === EXIT_CODES.VMEXIT_IOIO.code && log.low(number, 'info1') >>> 16 === port);
  }
  if (msr !== undefined) {
    tests.push((number, code) => code === EXIT_CODES.VMEXIT_MSR.code && log.low(number, 'rcx') >>> 0 === msr);
  }
  if (gpa !== undefined) {
    const page = BigInt(gpa) >> 12n;
    tests.push((number, code) => code === EXIT_CODES.VMEXIT_NPF.code && log.big(number, 'info2') >> 12n === page);
  }
  if (tests.length === 0) return undefined;
  return (number) => {
    const code = log.codeOf(number);
    return tests.every((test) => test(number, code));
  };
}

export function exitCountsAnswer(lab: Lab): ExitCountsAnswer {
  const { log } = lab;
  const most = <T extends { count: number }>(rows: T[]): T[] => rows.sort((a, b) => b.count - a.count);
  return {
    total: log.total,
    time: lab.machine.processor.retired,
    guests: lab.guests.map(({ identity }) => ({ guest: identity, count: log.byGuest.get(identity.id) ?? 0 })),
    codes: most([...log.byCode].map(([code, count]) => ({ code, count }))),
    ports: most(
      [...log.byPort].map(([key, count]) => ({
        port: key >> 1,
        direction: key & 1 ? ('in' as const) : ('out' as const),
        count,
      })),
    ).slice(0, MOST_PORTS),
  };
}
