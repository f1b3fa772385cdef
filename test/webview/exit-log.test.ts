import assert from 'node:assert/strict';
import { parseFilter } from '../../webview/exit-log/filter';
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
    assert.equal(parse('cost:5').problems.length, 1);
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
      'pacifica/exitCounts': () => exits.counts(),
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
    const text = (selector: string) => panel.page.locator(selector).first().innerText();
    assert.equal(
      await text('h1'),
      '30.8 % of 48,204 exits are IOIO, most of them reads of port 3FDh (COM1 line status).',
    );
    assert.match(await text('.answer p'), /One exit every 257 instructions/);
    await panel.settled(
      'the last row',
      () => numbers(panel),
      (rows) => rows.at(-1) === '48,213',
    );
    assert.match(await text('.ev:has-text("48,213") .oc'), /not decided yet/);
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
    assert.equal(await panel.page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed'), 'false');
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

  it('obeys the keyboard and shows one exit in full', async () => {
    const panel = await open(new MockExits(500, 1_000_000));
    const { page } = panel;
    await page.locator('.scroller').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    const active = () => page.evaluate("document.activeElement.getAttribute('aria-activedescendant')");
    await panel.until("document.querySelector('.sel')?.id === 'row-498'");
    assert.equal(await active(), 'row-498');
    assert.match(await page.locator('.one').innerText(), /Exit 499[\s\S]*EXITINFO1[\s\S]*RIP/);
    await page.keyboard.press('c');
    assert.equal(panel.said.at(-1)?.kind, 'copy');
    await page.keyboard.press('Home');
    await panel.until("document.querySelector('.sel')?.id === 'row-0'");
    await page.keyboard.press('Escape');
    await panel.until("!document.querySelector('.sel')");
    await panel.close();
  });
});
