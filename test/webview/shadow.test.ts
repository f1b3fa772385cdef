import assert from 'node:assert/strict';
import type { ExitLogAnswer, ExitLogQuestion } from '../../src/protocol/exit-log';
import type { Answers } from '../../src/protocol/wire';
import { phraseText } from '../../webview/shared/phrase';
import { headline, nextLine } from '../../webview/shadow/sentences';
import { MockExits } from './mock-exits';
import { STOPPED, mockLab } from './mock-lab';
import { MockShadow } from './mock-shadow';
import { PanelBrowser } from './panel-page';
import type { PanelPage } from './panel-page';

const ALL = { show: 'all', limit: 1000 } as const;

describe('what the shadow panel says first', () => {
  const comparison = (shadow: MockShadow) => {
    const answer = shadow.answer(ALL);
    assert.equal(answer.kind, 'comparison');
    return answer as Extract<typeof answer, { kind: 'comparison' }>;
  };

  it('is what is wrong, if something is', () => {
    const answer = comparison(new MockShadow(2));
    assert.equal(phraseText(headline(answer, false)), '2 pages of the shadow do not follow the guest’s tables.');
    assert.match(phraseText(nextLine(answer, false)), /^The first is 0xFFFF8000001\w+: the guest maps nothing here\./);
  });

  it('is that the shadow is right, and what it holds back', () => {
    const answer = comparison(new MockShadow(1, false));
    assert.equal(
      phraseText(headline(answer, false)),
      'The shadow allows nothing the guest does not: 15 of 58 pages in step.',
    );
    assert.equal(
      phraseText(nextLine(answer, false)),
      'Of the others: 2 stricter on purpose, 40 not built until they are touched, 1 never mapped, for every access is emulated.',
    );
    const step = { ...answer, counts: { ...answer.counts, inStep: 58 } };
    assert.equal(phraseText(headline(step, false)), 'The shadow is in step with the guest: 58 pages.');
    assert.match(phraseText(headline(answer, true)), /the guest is running/);
  });
});

describe('shadow panel', function () {
  this.timeout(90_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(() => browser.stop());

  const asked: ExitLogQuestion[] = [];
  const exits = new MockExits(3, 1000);
  const history = (question: ExitLogQuestion): ExitLogAnswer => {
    asked.push(question);
    return exits.log({ ...question, filter: {} });
  };
  const lab = (shadow: MockShadow): Answers =>
    mockLab({ 'pacifica/shadow': (question) => shadow.answer(question), 'pacifica/exitLog': history });
  const open = async (
    shadow: MockShadow,
    shape: { theme?: 'dark' | 'light' | 'highContrast' | 'highContrastLight' } = {},
  ) => {
    const panel = await browser.open({ panel: 'shadow', answers: lab(shadow), ...shape });
    await panel.page.locator('.window .sr-row').first().waitFor();
    return panel;
  };
  const selected = (panel: PanelPage) =>
    panel.page.evaluate("document.querySelector('.sr-row.sel')?.id ?? ''") as Promise<string>;

  for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
    it(`shows both sides in ${theme}, wide and narrow, within its policy`, async () => {
      const panel = await open(new MockShadow(3), { theme });
      await panel.page.locator('#row-5').click();
      await panel.page.locator('.hist li').first().waitFor();
      await panel.pictures(`shadow.${theme}`, { wide: 1100, medium: 760, narrow: 340 });
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('shows the sign, the reason and the exits about a page', async () => {
    const panel = await open(new MockShadow(1));
    const { page } = panel;
    await page.locator('#row-5').click();
    await page.locator('.hist li').first().waitFor();
    await panel.reads('#row-5', /not present[\s\S]*≠[\s\S]*the guest maps nothing here/);
    await panel.reads('.why-box', /Why is[\s\S]*not what the guest’s tables say\?/);
    assert.deepEqual(asked.at(-1)?.filter, { gva: { from: new MockShadow(1).rows[5]?.gva, bytes: 4096 } });
    assert.equal(await page.getByRole('button', { name: 'Guest’s tables' }).isDisabled(), true);
    await page.getByRole('button', { name: 'Shadow tables' }).click();
    await panel.settled(
      'a door',
      async () => panel.said.at(-1),
      (said) => said?.kind === 'open',
    );
    const gva = new MockShadow(1).rows[5]?.gva;
    await panel.says({
      kind: 'open',
      panel: 'page-tables',
      target: { root: 'shadow', guest: 0, address: gva },
    });
    await page.locator('.hist .door').first().click();
    await panel.settled(
      'another door',
      async () => panel.said.at(-1),
      (said) => said?.kind === 'open' && said.panel === 'exit-log',
    );
    await panel.close();
  });

  it('obeys the keyboard', async () => {
    const panel = await open(new MockShadow(3));
    const { page } = panel;
    await page.locator('.scroller').focus();
    await page.keyboard.press('Home');
    await panel.settled(
      'the first row',
      () => selected(panel),
      (id) => id === 'row-0',
    );
    await page.keyboard.press('ArrowDown');
    await panel.settled(
      'the second row',
      () => selected(panel),
      (id) => id === 'row-1',
    );
    await page.keyboard.press('c');
    await panel.settled(
      'a copy',
      async () => panel.said.at(-1),
      (said) => said?.kind === 'copy',
    );
    await page.keyboard.press('Enter');
    await panel.settled(
      'a door',
      async () => panel.said.at(-1),
      (said) => said?.kind === 'open',
    );
    await page.keyboard.press('d');
    await panel.until("[...document.querySelectorAll('.window .eqs')].every((each) => each.textContent !== '=')");
    await page.keyboard.press('Escape');
    await panel.settled(
      'no row',
      () => selected(panel),
      (id) => id === '',
    );
    await panel.close();
  });

  it('fetches more rows as one comes to them', async () => {
    const panel = await open(new MockShadow(300));
    const rows = () => panel.page.evaluate("document.querySelector('.scroller').getAttribute('aria-rowcount')");
    await panel.settled('the first rows', rows, (count) => count === '500');
    await panel.page.locator('.scroller').focus();
    await panel.page.keyboard.press('End');
    await panel.settled('twice as many', rows, (count) => count === '1000');
    await panel.settled(
      'the last of before is selected',
      () => selected(panel),
      (id) => id === 'row-499',
    );
    assert.ok((await panel.page.locator('.window .sr-row').count()) < 60);
    await panel.close();
  });

  it('says plainly when there is no shadow', async () => {
    const what = 'the guest has nested paging: the processor composes both tables itself';
    const panel = await browser.open({
      panel: 'shadow',
      answers: mockLab({ 'pacifica/shadow': () => ({ kind: 'none', why: 'nested', what }) }),
    });
    await panel.page.getByText('There is no shadow: this guest runs with nested paging.').first().waitFor();
    await panel.picture('shadow-nested.dark.wide');
    await panel.page.getByText('Show Nested Page Tables').click();
    await panel.settled(
      'a door',
      async () => panel.said.at(-1),
      (said) => said?.kind === 'open',
    );
    panel.answerWith(lab(new MockShadow(1)));
    await panel.event('pacifica/stopped', STOPPED);
    await panel.page.locator('.window .sr-row').first().waitFor();
    panel.answerWith(mockLab({}));
    await panel.event('pacifica/stopped', STOPPED);
    await panel.page.getByText('No guest has run yet').waitFor();
    await panel.tell({ kind: 'session', name: null });
    await panel.page.getByText('No guest is being debugged').waitFor();
    await panel.close();
  });
});
