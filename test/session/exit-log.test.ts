/** The exit log and what panels are told of it, against rows the test has put in itself. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { ProtocolError } from '../../src/protocol/check';
import type { ExitFilter } from '../../src/protocol/exit-log';
import { openAnswer, sealed } from '../../src/protocol/wire';
import { BareTarget } from '../../src/session/bare-target';
import { ExitHistogram } from '../../src/session/exit-histogram';
import { CHUNK_ROWS, ExitLog, MOST_CHUNKS } from '../../src/session/exit-log';
import { ExitSearches } from '../../src/session/exit-search';
import { exitCountsAnswer, exitLogAnswer } from '../../src/session/inspect/exit-log';
import { Lab } from '../../src/session/lab';
import { Random } from '../silicon/random';

const VMCB_A = 0x8000;
const EXITINFO1 = 0x78;
const EXITINFO2 = 0x80;
const SAVED_RAX = 0x5f8;

interface Row {
  readonly guest?: number;
  readonly code: number;
  readonly info1?: number;
  readonly info2?: number;
  readonly rax?: number;
  readonly rcx?: number;
  readonly time: number;
  readonly cost?: number;
}

/** Puts an exit into a log, as #VMEXIT would. */
function put({ state, ram }: Machine, log: ExitLog, row: Row): number {
  const { guest = 0, code, info1 = 0, info2 = 0, rax = 0, rcx = 0, time, cost } = row;
  ram.write32(VMCB_A + EXITINFO1, info1);
  ram.write32(VMCB_A + EXITINFO2, info2);
  ram.write32(VMCB_A + EXITINFO2 + 4, Math.floor(info2 / 2 ** 32));
  ram.write32(VMCB_A + SAVED_RAX, rax);
  state.setGpr(1, rcx | 0, 0);
  const number = log.take(state, ram, VMCB_A, guest, code, time, time * 2, 7, 'pending');
  if (cost !== undefined) log.spent(cost);
  return number;
}

function newLab(): Lab {
  const lab = new Lab(new BareTarget(new Machine({ ramSize: 1 << 20 })));
  lab.target.watch.guestAt(VMCB_A);
  lab.target.watch.guestAt(0x9000);
  return lab;
}

/** Milliseconds this process has worked: the wall clock of a busy machine says little. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('the exit log', () => {
  const machine = new Machine({ ramSize: 1 << 20 });

  it('keeps rows, gives up the oldest chunk for the newest, and counts what it gave up', () => {
    const log = new ExitLog(16, 3);
    assert.deepEqual([log.oldest, log.kept], [0, 0]);
    for (let n = 1; n <= 48; n++) put(machine, log, { code: 0x72, rax: n, time: n * 10, cost: n });
    assert.deepEqual([log.oldest, log.kept, log.low(1, 'rax')], [1, 48, 1]);
    put(machine, log, { code: 0x78, rax: 49, time: 490 });
    assert.deepEqual([log.oldest, log.kept, log.total], [17, 33, 49]);
    assert.deepEqual([log.low(17, 'rax'), log.costOf(17), log.timeOf(17), log.clockOf(17)], [17, 17, 170, 340]);
    assert.deepEqual([log.low(49, 'rax'), log.costOf(49), log.outcomeOf(49)], [49, 0, 'pending']);
    assert.equal(log.keeps(16), false);
    log.decide(5, 'stop', 0, 'nobody');
    assert.equal(log.outcomeOf(49), 'pending');
    log.decide(49, 'inject', 13, 'msr');
    assert.deepEqual([log.outcomeOf(49), log.outcomeValueOf(49), log.handlerOf(49)], ['inject', 13, 'msr']);
    const cpuid = log.tally.kinds.get(0x72)!;
    assert.deepEqual([cpuid.count, cpuid.cost, cpuid.least, cpuid.most], [48, (48 * 49) / 2, 1, 48]);
    assert.equal(log.since(0), 17);
    assert.equal(log.since(171), 18);
    assert.equal(log.since(180), 18);
    assert.equal(log.since(9999), 50);
  });

  it('goes to any mark, over branches too, as it was there', () => {
    const log = new ExitLog(16, 3);
    const random = new Random(7);
    const marks: { mark: ReturnType<ExitLog['mark']>; text: string }[] = [];
    const look = (): string =>
      JSON.stringify([
        log.total,
        Array.from({ length: Math.min(log.kept, 20) }, (_, n) => log.total - n).map((number) =>
          [
            log.timeOf(number),
            log.codeOf(number),
            log.costOf(number),
            log.outcomeOf(number),
            log.outcomeValueOf(number),
            log.handlerOf(number),
            log.big(number, 'rcx'),
          ].map(String),
        ),
        [...log.tally.kinds.values()].map(({ code, count, cost }) => [code, count, cost]),
        log.histogram.bins,
      ]);
    let time = 0;
    for (let act = 0; act < 1500; act++) {
      const what = random.below(10);
      if (what === 0) marks.push({ mark: log.mark(), text: look() });
      else if (what === 1 && marks.length > 0) {
        const { mark, text } = random.pick(marks.slice(-8));
        log.backTo(mark);
        assert.equal(look(), text, `act ${act}`);
      } else if (what === 2) log.decide(log.total, 'advance', act, `handler ${act}`);
      else if (what === 3) log.spent(act);
      else put(machine, log, { code: random.pick([0x72, 0x7b, 0x78]), time: (time += random.below(90)), rcx: act });
    }
    assert.ok(log.oldest > 16, 'chunks were given up');
  });

  it('keeps a million exits at least, and no more than a chunk beyond', () => {
    const log = new ExitLog();
    const { state, ram } = machine;
    for (let n = 0; n < 1_300_000; n++) log.take(state, ram, VMCB_A, 0, 0x72, n, n, 1, 'pending');
    assert.ok(log.kept >= 1_000_000, `${log.kept} are kept`);
    assert.ok(log.kept <= MOST_CHUNKS * CHUNK_ROWS);
    assert.equal(log.tally.kinds.get(0x72)!.count, 1_300_000);
    assert.equal(log.timeOf(log.oldest), log.oldest - 1);
  }).timeout(20_000);

  it('tells the whole run in stretches that double', () => {
    const histogram = new ExitHistogram();
    for (let n = 0; n < 1000; n++) histogram.add(n * 100, n % 2 ? 'io' : 'idle');
    assert.equal(histogram.width, 512);
    assert.equal(histogram.bins.length, Math.floor(99_900 / 512) + 1);
    const sum = (at: number) => histogram.bins.reduce((all, bin) => all + bin[at]!, 0);
    assert.deepEqual([sum(0), sum(1), sum(4)], [500, 0, 500]);
    // 0, 200, 400 are idle, 100, 300, 500 I/O
    assert.deepEqual([histogram.bins[0]![0], histogram.bins[0]![4]], [3, 3]);
  });
});

describe('the exit log for the panel', () => {
  const lab = newLab();
  const { log, machine } = lab;
  before(() => {
    for (let n = 1; n <= 100; n++) {
      const ioio = n % 3 === 0;
      put(machine, log, {
        guest: n % 10 === 0 ? 1 : 0,
        code: ioio ? 0x7b : 0x72,
        info1: ioio ? 0x3f8_0210 + (n % 2) : 0,
        rax: n % 4,
        time: n * 10,
        cost: ioio ? 1000 + n : 500,
      });
      log.decide(n, 'advance', 2, ioio ? 'COM1' : 'cpuid');
    }
  });
  const ask = async (first: number, count: number, filter: ExitFilter = {}) => {
    const answer = await exitLogAnswer(lab, { first, count, filter });
    openAnswer('pacifica/exitLog', sealed(answer));
    return answer;
  };
  const matching = async (filter: ExitFilter) => (await ask(0, 1, filter)).matching;

  it('gives windows from the front and from the end', async () => {
    assert.deepEqual((await ask(0, 3)).columns.number, [1, 2, 3]);
    const last = await ask(-2, 10);
    assert.deepEqual([last.first, last.matching, last.total, last.oldest], [98, 100, 100, 1]);
    const { number, time, clock, ran, cost, handler } = last.columns;
    assert.deepEqual([number, time, clock, ran], [[99, 100], [990, 1000], [1980, 2000], [7, 7]]); // prettier-ignore
    assert.deepEqual([cost, handler], [[1099, 500], ['COM1', 'cpuid']]); // prettier-ignore
    assert.deepEqual((await ask(500, 10)).columns.number, []);
    assert.deepEqual((await ask(-500, 2)).columns.number, [1, 2]);
  });

  it('filters by class, code, guest, port, register, cost and time', async () => {
    assert.equal(await matching({ classes: ['io'] }), 33);
    assert.equal(await matching({ classes: ['io'], codes: [0x72] }), 0);
    assert.equal(await matching({ codes: [0x72] }), 67);
    assert.deepEqual((await ask(0, 9, { guest: 1 })).columns.number, [10, 20, 30, 40, 50, 60, 70, 80, 90]);
    assert.deepEqual((await ask(-1, 1, { port: 0x3f8, guest: 1 })).columns.number, [90]);
    assert.equal(await matching({ port: 0x3f9 }), 0);
    assert.equal(await matching({ rax: 3 }), 25);
    assert.equal(await matching({ codes: [0x72], rax: 3 }), 16);
    assert.deepEqual((await ask(0, 9, { cost: { least: 1093 } })).columns.number, [93, 96, 99]);
    assert.equal(await matching({ cost: { most: 999 } }), 67);
    assert.deepEqual((await ask(0, 9, { time: { least: 995, most: 1000 } })).columns.number, [100]);
  });

  it('does not forget a filter’s newest row when its cost becomes known', async () => {
    const number = put(machine, log, { code: 0x60, time: 1010 });
    assert.equal(await matching({ codes: [0x60] }), 1);
    assert.equal(await matching({ codes: [0x60], cost: { least: 9000 } }), 0);
    log.spent(9001);
    assert.deepEqual((await ask(0, 9, { codes: [0x60], cost: { least: 9000 } })).columns.number, [number]);
    put(machine, log, { code: 0x60, time: 1020, cost: 9002 });
    assert.equal(await matching({ codes: [0x60], cost: { least: 9000 } }), 2);
    assert.equal(await matching({ codes: [0x60] }), 2);
  });

  it('refuses windows that are too wide', async () => {
    await assert.rejects(ask(0, 1001), ProtocolError);
    await assert.rejects(ask(0, 0), ProtocolError);
  });

  it('counts by guest, kind and what exits were about, with what they cost', async () => {
    const counts = await exitCountsAnswer(lab, {});
    openAnswer('pacifica/exitCounts', sealed(counts));
    const [cpuid, ioio] = counts.codes;
    assert.deepEqual(
      [cpuid!.code, cpuid!.count, cpuid!.cost],
      [0x72, 67, { exits: 67, sum: 67 * 500, least: 500, most: 500 }],
    );
    assert.deepEqual([ioio!.code, ioio!.count, ioio!.cost.least, ioio!.cost.most], [0x7b, 33, 1003, 1099]);
    assert.deepEqual(
      ioio!.details!.rows.map(({ key, access, count }) => [key, access, count]),
      [
        [0x3f8, 'in', 17],
        [0x3f8, 'out', 16],
      ],
    );
    assert.equal(cpuid!.details!.by, 'leaf');
    assert.deepEqual(
      counts.guests.map(({ count, ran }) => [count, ran]),
      [
        [92, 92 * 7],
        [10, 70],
      ],
    );
    const part = await exitCountsAnswer(lab, { filter: { guest: 1 } });
    assert.deepEqual([part.total, part.codes.map(({ count }) => count)], [10, [7, 3]]);
    assert.equal(part.codes[0]!.cost.sum, 3500);
  });

  it('tells pages of NPF apart, whatever their height', async () => {
    const other = newLab();
    const gpas = [0x7f_2000, 0x7f_2fff, 0x1_0000_0000, 0x1_0000_1008];
    for (const [n, info2] of gpas.entries()) put(other.machine, other.log, { code: 0x400, info2, time: n, cost: 1 });
    const { codes } = await exitCountsAnswer(other, {});
    assert.deepEqual(
      codes[0]!.details!.rows.map(({ key, count }) => [key, count]),
      [
        [0x7f2, 2],
        [0x10_0000, 1],
        [0x10_0001, 1],
      ],
    );
    const found = await exitLogAnswer(other, { first: 0, count: 9, filter: { gpa: 0x1_0000_0abc } });
    assert.deepEqual(found.columns.number, [3]);
  });
});

describe('exits about an address', () => {
  it('are #PF by EXITINFO2 and INVLPG by EXITINFO1, nothing else', async () => {
    const lab = newLab();
    const at = (code: number, info1: number, info2: number) =>
      put(lab.machine, lab.log, { code, info1, info2, time: 1, cost: 1 });
    at(0x4e, 7, 0x40_1008);
    at(0x79, 0x40_1ff8, 0);
    at(0x79, 0x40_2000, 0);
    at(0x7b, 0x40_1000, 0x40_1000);
    at(0x4e, 7, 0x40_0fff);
    const ask = (bytes: number) =>
      exitLogAnswer(lab, { first: 0, count: 9, filter: { gva: { from: '0x401000', bytes } } });
    assert.deepEqual((await ask(4096)).columns.number, [1, 2]);
    assert.deepEqual((await ask(8192)).columns.number, [1, 2, 3]);
  });
});

describe('a search in a million exits', function () {
  this.timeout(60_000);
  const machine = new Machine({ ramSize: 1 << 20 });
  const log = new ExitLog();
  const searches = new ExitSearches(log);
  const put1 = (n: number) => {
    const row = { code: n % 9 === 0 ? 0x7b : 0x72, info1: 0x3f8_0210, rax: n % 1000, time: n * 100, cost: n % 5000 };
    put(machine, log, { ...row, guest: n % 2 });
  };
  before(() => {
    for (let n = 1; n <= 1_000_000; n++) put1(n);
  });

  it('lets others speak while it looks', async () => {
    let longest = 0;
    let last = worked();
    let searching = true;
    const others = (async () => {
      while (searching) {
        await new Promise((resolve) => setImmediate(resolve));
        longest = Math.max(longest, worked() - last);
        last = worked();
      }
    })();
    const found = await searches.find({ port: 0x3f8, guest: 1, cost: { least: 100 } });
    searching = false;
    await others;
    const wanted = Array.from({ length: 1_000_000 }, (_, n) => n + 1).filter(
      (n) => n % 9 === 0 && n % 2 === 1 && n % 5000 >= 100,
    );
    assert.equal(found.length, wanted.length);
    assert.deepEqual(found.slice(1000, 1003), wanted.slice(1000, 1003));
    assert.deepEqual(found.slice(found.length - 2, found.length), wanted.slice(-2));
    assert.equal(found.tally().guests.get(1)!.count, wanted.length);
    assert.ok(longest < 150, `one stretch took ${longest.toFixed(0)} ms`);
  });

  it('looks only at what is new when it is asked again', async () => {
    const filter = { rax: 77 };
    const first = (await searches.find(filter)).length;
    assert.equal(first, 1000);
    for (let n = 1_000_001; n <= 1_001_000; n++) put1(n);
    const before = worked();
    assert.equal((await searches.find(filter)).length, 1001);
    assert.ok(worked() - before < 50);
  });

  it('follows the log to a mark', async () => {
    const filter = { rax: 77 };
    const before = (await searches.find(filter)).length;
    const mark = log.mark();
    for (let n = 0; n < 3 * CHUNK_ROWS; n++) put1(77);
    assert.equal((await searches.find(filter)).length, before + 3 * CHUNK_ROWS);
    log.backTo(mark);
    assert.equal((await searches.find(filter)).length, before);
    for (let n = 0; n < 10; n++) put1(78);
    assert.equal((await searches.find(filter)).length, before);
    log.backTo(mark);
  });

  it('forgets what the log has given up', async () => {
    for (let n = 1_001_001; n <= MOST_CHUNKS * CHUNK_ROWS + 1; n++) put1(n);
    assert.equal(log.oldest, CHUNK_ROWS + 1);
    const found = await searches.find({ rax: 77 });
    const [first] = found.slice(0, 1);
    assert.equal(first, 17_077);
    assert.equal(found.length, Math.floor((log.total - 77) / 1000) - 16);
  });
});
