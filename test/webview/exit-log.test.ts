import assert from 'node:assert/strict';
import { parseFilter, timeWord, withWord } from '../../webview/exit-log/filter';
import { stretchWords, thinned } from '../../webview/exit-log/histogram';
import { labelled, laneWindow } from '../../webview/exit-log/lanes';
import type { ExitRow } from '../../webview/shared/exit-row';
import {
  MOST_PIXELS,
  clampTop,
  elementHeight,
  lastTop,
  scrollOf,
  topOf,
  topShowing,
  visibleRows,
} from '../../webview/shared/scroll';
import { MockExits } from './mock-exits';
import { GUEST_A, GUEST_B, STOPPED, mockLab } from './mock-lab';
import { PanelBrowser } from './panel-page';
import type { PanelPage } from './panel-page';
import type { ThemeName } from './themes';

describe('scrolling through more rows than pixels', () => {
  const short = { rows: 100, rowHeight: 24, viewport: 480 };
  const long = { rows: 5_000_000, rowHeight: 24, viewport: 480 };

  it('is plain scrolling where the list is short', () => {
    assert.equal(elementHeight(short), 2400);
    for (const top of [0, 1, 777, 1920]) assert.equal(topOf(top, short), top);
    assert.deepEqual(visibleRows(25, short), { first: 1, end: 22 });
    assert.deepEqual(visibleRows(0, { ...short, rows: 3 }), { first: 0, end: 3 });
    assert.deepEqual(visibleRows(0, { ...short, rows: 0 }), { first: 0, end: 0 });
  });

  it('reaches both ends and every row of a long one', () => {
    assert.equal(elementHeight(long), MOST_PIXELS);
    assert.equal(topOf(0, long), 0);
    assert.equal(topOf(MOST_PIXELS - long.viewport, long), lastTop(long));
    assert.equal(visibleRows(lastTop(long), long).end, long.rows);
    for (const row of [0, 1, 123_456, 4_999_999]) {
      const top = topShowing(row, 0, long);
      const back = topOf(scrollOf(top, long), long);
      assert.ok(Math.abs(back - top) < 1, `${top} came back as ${back}`);
      const { first, end } = visibleRows(top, long);
      assert.ok(first <= row && row < end);
    }
  });

  it('moves no further than it must', () => {
    assert.equal(topShowing(5, 100, short), 100);
    assert.equal(topShowing(2, 100, short), 48);
    assert.equal(topShowing(30, 100, short), 31 * 24 - 480);
    assert.equal(clampTop(1e9, short), 1920);
    assert.equal(clampTop(-5, short), 0);
  });
});

describe('the filter of the exit log', () => {
  const guests = [GUEST_A, GUEST_B];
  const parse = (text: string) => parseFilter(text, guests);

  it('reads conditions', () => {
    assert.deepEqual(parse('').filter, {});
    assert.deepEqual(parse('guest:b port:3f8h').filter, { guest: 1, port: 0x3f8 });
    assert.deepEqual(parse('exit:ioio exit:VMEXIT_NPF').filter, { codes: [0x7b, 0x400] });
    assert.deepEqual(parse('7bh').filter, { codes: [0x7b] });
    assert.deepEqual(parse('#pf gpa:0x7f_2000 msr:C000_0080h').filter, {
      codes: [0x4e],
      gpa: 0x7f2000,
      msr: 0xc000_0080,
    });
  });

  it('says what it cannot take, and leaves it out', () => {
    assert.deepEqual(parse('guest:Z'), { filter: {}, problems: ['there is no guest Z'] });
    assert.deepEqual(parse('port:xyz nonsense'), {
      filter: {},
      problems: ['port: wants a hex number', 'no exit is called nonsense'],
    });
    assert.equal(parse('cost:dear').problems.length, 1);
    assert.equal(parse('toString:5').problems.length, 1);
  });

  it('reads ranges of cost, in ns, and of time, in M instr', () => {
    assert.deepEqual(parse('cost:>3000').filter, { cost: { least: 3001 } });
    assert.deepEqual(parse('cost:<=2,000').filter, { cost: { most: 2000 } });
    assert.deepEqual(parse('cost:1000-2000 rax:2').filter, { cost: { least: 1000, most: 2000 }, rax: 2 });
    assert.deepEqual(parse('cost:1290').filter, { cost: { least: 1290, most: 1290 } });
    assert.deepEqual(parse('time:12.3-12.4005').filter, { time: { least: 12_300_000, most: 12_400_500 } });
    assert.deepEqual(parse(timeWord(12_300_049, 12_400_001)).filter, {
      time: { least: 12_300_000, most: 12_400_100 },
    });
  });

  it('puts one word in place of another', () => {
    assert.equal(withWord('exit:ioio time:1-2 guest:a', 'time', 'time:3-4'), 'exit:ioio guest:a time:3-4');
    assert.equal(withWord('time:1-2', 'time', ''), '');
  });
});

describe('the lanes', () => {
  const row = (number: number, clock: number, ran: number, cost: number) =>
    ({ number, clock, ran, cost, time: number * 100, guest: 0 }) as ExitRow;

  it('put guest, exit and hypervisor one after the other, and cut idle stretches short', () => {
    const { exits, gaps } = laneWindow([row(1, 1000, 300, 200), row(2, 1700, 500, 0), row(3, 9_000_000, 500, 500)]);
    // 300 + 200 + 500 + gap + 500 + 500, the gap a twentieth of what is busy
    const whole = 2100;
    const at = (part: number) => Math.round(part * whole);
    assert.deepEqual(
      exits.map(({ ran, cost }) => [at(ran.from), at(ran.to), at(cost.to)]),
      [
        [0, 300, 500],
        [500, 1000, 1000],
        [1100, 1600, 2100],
      ],
    );
    assert.deepEqual(
      gaps.map(({ from, to, ns }) => [at(from), at(to), ns]),
      [[1000, 1100, 9_000_000 - 500 - 1700]],
    );
  });

  it('write times that have room', () => {
    const { exits } = laneWindow(Array.from({ length: 50 }, (_, n) => row(n + 1, n * 100, 100, 0)));
    const numbers = labelled(exits, 0.1, 0.3).map(({ row: { number } }) => number);
    assert.equal(numbers.at(-1), 50);
    assert.ok(numbers.length >= 3 && numbers.length <= 6, numbers.join());
    assert.deepEqual(labelled([], 0.1, 0.3), []);
  });
});

describe('the histogram of the run', () => {
  const bins = Array.from({ length: 200 }, (_, n) => [n, 1, 0, 0, 0, 0]);

  it('puts neighbours together and loses none', () => {
    const { width, bins: fewer } = thinned({ width: 64, bins });
    assert.deepEqual([width, fewer.length], [128, 100]);
    assert.deepEqual(fewer[3], [6 + 7, 2, 0, 0, 0, 0]);
    assert.deepEqual(thinned({ width: 64, bins: bins.slice(0, 5) }), { width: 64, bins: bins.slice(0, 5) });
  });

  it('says what a stretch holds, the most first', () => {
    const words = stretchWords({ width: 1_000_000, bins }, 10, 12);
    assert.equal(words, '10.0 to 12.0 M instr: 23 exits\nI/O, MSR: 21 exits\nmemory: 2 exits');
  });
});

/** True in the page when the rows are there and each has a text in a cell. */
function allRows(cell: string, text: RegExp): string {
  return `(() => {
    const cells = [...document.querySelectorAll('.window ${cell}')];
    return cells.length > 5 && cells.every((each) => ${text}.test(each.textContent));
  })()`;
}

describe('exit log panel', function () {
  this.timeout(90_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(() => browser.stop());

  const lab = (exits: MockExits, running = false) =>
    mockLab({
      'pacifica/state': () => ({ ...STOPPED, running, exits: exits.total }),
      'pacifica/exitLog': (question) => exits.log(question),
      'pacifica/exitCounts': (question) => exits.counts(question),
    });
  const numbers = (panel: PanelPage) => panel.page.locator('.ev:not(.eh) .er').allInnerTexts();
  /** Of the row on top; NaN while it has not been drawn. */
  const firstNumber = async (panel: PanelPage) => Number((await numbers(panel))[0]?.replaceAll(',', ''));
  const open = async (exits: MockExits, shape: { theme?: ThemeName; width?: number; height?: number } = {}) => {
    const panel = await browser.open({ panel: 'exit-log', answers: lab(exits), ...shape });
    await panel.page.locator('.ev .en').first().waitFor();
    return panel;
  };

  for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
    it(`shows the log in ${theme}, wide and narrow, within its policy`, async () => {
      const panel = await open(new MockExits(48_213, 1_000_000), { theme });
      await panel.page.locator('.ev').nth(-2).click();
      await panel.page.locator('.one').waitFor();
      await panel.pictures(`exit-log.${theme}`, { wide: 1100, medium: 760, narrow: 340 });
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('says what makes the guests exit', async () => {
    const panel = await open(new MockExits(48_213, 1_000_000));
    await panel.reads('h1', '30.8 % of 48,204 exits are IOIO, most of them reads of port 3FDh (COM1 line status).');
    await panel.reads('.answer p', /They also cost most: [\d.]+ % of the hypervisor’s [\d.]+ ms \(a model\)/);
    await panel.reads('.facts', /guest A\s+[\d.]+ %.*guest B.*hypervisor.*one exit every\s+257\s+instr/s);
    await panel.settled(
      'the last row',
      () => numbers(panel),
      (rows) => rows.at(-1) === '48,213',
    );
    await panel.reads('.ev:has-text("48,213") .oc', /not decided yet/);
    await panel.close();
  });

  it('goes through two million rows with a screenful of elements', async () => {
    const panel = await open(new MockExits(2_000_000, 2_000_000));
    const { page } = panel;
    const top = () => firstNumber(panel);
    await panel.settled(
      'the last row',
      () => numbers(panel),
      (rows) => rows.at(-1) === '2,000,000',
    );
    const scroller = page.locator('.scroller');
    for (const [share, from, to] of [
      [0, 1, 1],
      [0.5, 990_000, 1_010_000],
      [0.9, 1_790_000, 1_810_000],
    ] as const) {
      await page.evaluate(
        `(() => { const e = document.querySelector('.scroller'); e.scrollTop = ${share} * (e.scrollHeight - e.clientHeight); })()`,
      );
      await panel.settled(`the first row at ${share}`, top, (first) => first >= from && first <= to);
      assert.ok((await page.locator('.ev').count()) < 60);
    }
    const before = await top();
    await scroller.hover();
    await page.mouse.wheel(0, 240);
    // the wheel moves by rows, however long the list
    await panel.settled('ten rows on', top, (after) => after - before === 10);

    const started = Date.now();
    const frames = (await page.evaluate(`new Promise((done) => {
      const e = document.querySelector('.scroller');
      let frames = 0;
      const step = () => {
        if (++frames === 60) return done(frames);
        e.scrollTop = (frames / 60) * (e.scrollHeight - e.clientHeight);
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })`)) as number;
    const each = (Date.now() - started) / frames;
    assert.ok(each < 250, `a frame takes ${each.toFixed(1)} ms`);
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('follows the tail until one scrolls away', async () => {
    const exits = new MockExits(1000, 1500);
    const panel = await open(exits);
    exits.total = 1400;
    await panel.event('pacifica/stopped', STOPPED);
    await panel.page.getByText('1,400', { exact: true }).first().waitFor();
    await panel.page.locator('.scroller').focus();
    await panel.page.keyboard.press('Home');
    await panel.settled(
      'the first row',
      () => firstNumber(panel),
      (first) => first === 1,
    );
    await panel.settled(
      'it no longer follows',
      () => panel.page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed'),
      (pressed) => pressed === 'false',
    );
    exits.total = 1600;
    await panel.event('pacifica/stopped', STOPPED);
    await panel.settled(
      'what the ring dropped is gone',
      () => firstNumber(panel),
      (first) => first === 101,
    );
    await panel.page.getByRole('button', { name: 'Follow' }).click();
    await panel.page.getByText('1,600', { exact: true }).first().waitFor();
    await panel.close();
  });

  it('is plain about nothing', async () => {
    const nobody = await browser.open({ panel: 'exit-log', answers: mockLab({}), session: null });
    await nobody.page.getByText('No guest is being debugged').waitFor();
    assert.deepEqual(nobody.asked, []);
    await nobody.tell({ kind: 'session', name: 'guest.asm' });
    await nobody.page.getByText('No guest has exited yet').waitFor();
    await nobody.picture('exit-log-empty.dark.wide');
    nobody.answerWith(lab(new MockExits(130, 1000)));
    await nobody.event('pacifica/stopped', STOPPED);
    await nobody.page.locator('.ev .en').first().waitFor();
    await nobody.tell({ kind: 'session', name: null });
    await nobody.page.getByText('No guest is being debugged').waitFor();
    await nobody.close();
  });

  it('filters by class, by words and by a click on a kind', async () => {
    const panel = await open(new MockExits(13_000, 1_000_000));
    const { page } = panel;
    const kinds = async () => [...new Set(await page.locator('.ev:not(.eh) .en .ell').allInnerTexts())].sort().join();
    const shows = (wanted: string) => panel.settled(`only ${wanted}`, kinds, (seen) => seen === wanted);
    for (const name of ['memory', 'instruction', 'event', 'idle', 'fault']) {
      await page.locator('.tg', { hasText: name }).click();
    }
    await panel.until(allRows('.en .ell', /IOIO|MSR/));
    await shows('IOIO,MSR');
    await panel.picture('exit-log-filtered.dark.wide');
    await page.keyboard.press('/');
    await page.keyboard.type('port:3f8');
    await panel.until(allRows('.ed', /OUT 3F8h/));
    await shows('IOIO');
    await page.keyboard.press('Escape');
    await page.locator('.kind', { hasText: 'MSR' }).click();
    await panel.until(allRows('.en .ell', /^MSR/));
    await page.getByText('1,000 of 13,000').waitFor();
    await panel.close();
  });

  it('keeps a stretch of the run, by pointer and by keyboard', async () => {
    const exits = new MockExits(13_000, 1_000_000);
    const panel = await open(exits);
    const { page } = panel;
    const matching = () => page.locator('.filt .nw').innerText();
    const typed = () => page.evaluate("document.querySelector('vscode-text-field').value") as Promise<string>;
    const box = (await page.locator('.run').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
    await page.mouse.up();
    const kept = await panel.settled('rows of a quarter', matching, (text) => !text.startsWith('13,000'));
    const rows = Number(kept.split(' ')[0]?.replace(',', ''));
    assert.ok(rows > 2900 && rows < 3700, kept);
    const word = await typed();
    assert.match(word, /^time:0\.8\d+-1\.\d+$/);
    await panel.settled(
      'a title that counts them',
      () => page.locator('.stats .sec').first().innerText(),
      (title) => title.startsWith(`${kept.split(' ')[0]} exits`),
    );
    await panel.picture('exit-log-brushed.dark.wide');
    await page.locator('.run').focus();
    await page.keyboard.press('ArrowRight');
    await panel.settled('a later stretch', typed, (text) => text !== word);
    await page.keyboard.press('Escape');
    await panel.settled('all rows', matching, (text) => text === '13,000 of 13,000');
    assert.equal(await typed(), '');
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('lights up lane and row together, goes to the row of a tick, shows more exits and fewer', async () => {
    const panel = await open(new MockExits(5000, 1_000_000));
    const { page } = panel;
    const ticks = () => page.locator('.tick').count();
    await panel.settled('the first ticks', ticks, (count) => count === 24);
    await page.locator('.ev[data-number="4995"]').hover();
    await panel.until("document.querySelector('.tick.lit')?.dataset.number === '4995'");
    await page.locator('.tick[data-number="4990"] svg').hover();
    await panel.until("document.querySelector('.ev.lit')?.dataset.number === '4990'");
    await page.locator('.tick[data-number="4990"] svg').click();
    await panel.until("document.querySelector('.ev.sel')?.dataset.number === '4990'");
    await panel.until("document.querySelector('.tick.sel-tick')?.dataset.number === '4990'");
    await page.keyboard.press('-');
    await panel.settled('more ticks', ticks, (count) => count === 50);
    await page.getByRole('button', { name: 'Fewer exits' }).click();
    await panel.settled('fewer again', ticks, (count) => count === 24);
    await panel.close();
  });

  it('says which rows are gone, and what the commonest kind is about', async () => {
    const panel = await open(new MockExits(52_000, 26_000));
    const { page } = panel;
    await panel.settled(
      'the facts',
      () => page.locator('.facts').innerText(),
      (text) => /rows no longer kept\s*26,000/.test(text),
    );
    await panel.reads('.filt .nw', '26,000 of 26,000');
    const about = page.locator('table[aria-label="IOIO by port"]');
    await panel.settled(
      'the ports',
      () => about.innerText(),
      (text) => /3FDh\s*IN\s*COM1 line status\s*[\d,]+\s*60\.0/.test(text),
    );
    await page.locator('.kind', { hasText: 'MSR' }).click();
    await page.locator('table[aria-label="MSR by register"]').waitFor();
    await page.locator('table[aria-label="MSR by register"] .kind').click();
    await panel.until(allRows('.ed', /RDMSR C000_0080h/));
    await panel.close();
  });

  it('obeys the keyboard and shows one exit in full', async () => {
    const panel = await open(new MockExits(500, 1_000_000));
    const { page } = panel;
    await page.locator('.scroller').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    const active = () => page.evaluate("document.activeElement.getAttribute('aria-activedescendant')");
    await panel.until("document.querySelector('.sel')?.id === 'row-498'");
    await panel.settled('the row with the keyboard', active, (id) => id === 'row-498');
    await panel.reads('.one', /Exit 499[\s\S]*EXITINFO1[\s\S]*RIP/);
    await page.keyboard.press('c');
    await panel.settled(
      'a copy',
      async () => panel.said.at(-1)?.kind,
      (kind) => kind === 'copy',
    );
    await page.keyboard.press('Home');
    await panel.until("document.querySelector('.sel')?.id === 'row-0'");
    await page.keyboard.press('Escape');
    await panel.until("!document.querySelector('.sel')");
    await panel.close();
  });
});
