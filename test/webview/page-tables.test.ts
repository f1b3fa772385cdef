import assert from 'node:assert/strict';
import type { PageTable } from '../../src/protocol/page-tables';
import { flagChips, indexRange, indexesOf, levelBelow, reach, slotsOf } from '../../webview/page-tables/formats';
import { Tree, lineOf } from '../../webview/page-tables/tree';
import { STOPPED, mockLab } from './mock-lab';
import { MockTables } from './mock-tables';
import { PanelBrowser } from './panel-page';
import type { PanelPage } from './panel-page';

const TABLES = new MockTables();
function tableAt(...path: number[]): PageTable {
  const answer = TABLES.answer({ root: 'guest', path });
  assert.equal(answer.kind, 'table');
  return answer as PageTable;
}

describe('the tree of page tables', () => {
  it('has a line for each row of an open table, below its entry', () => {
    const tree = new Tree();
    assert.deepEqual(
      tree.lines().map(({ kind }) => kind),
      ['message'],
    );
    tree.learn([], tableAt());
    assert.equal(tree.lines().length, tableAt().rows.length);
    tree.open([256]);
    assert.equal(tree.lines().length, tableAt().rows.length + 1, 'a line says that it is read');
    tree.learn([256], tableAt(256));
    const lines = tree.lines();
    assert.equal(lines.length, tableAt().rows.length + tableAt(256).rows.length);
    const at = lineOf(lines, [256]);
    assert.deepEqual(lines[at + 1]?.path, [256, 0]);
    assert.equal(lineOf(lines, [256, 300]), lineOf(lines, [256, 2]), 'inside a run');
    assert.equal(lineOf(lines, [256, 0, 7]), at + 1, 'the nearest table above what is not open');
    tree.close([256]);
    assert.equal(tree.lines().length, tableAt().rows.length);
    assert.deepEqual(tree.openPaths(), [[]]);
  });

  it('cuts addresses and counts slots as each format does', () => {
    assert.deepEqual(indexesOf(0xffff_8000_0020_3000n, 'long'), [256, 0, 1, 3]);
    assert.deepEqual(indexesOf(0xc030_0000n, 'legacy'), [0x300, 0x300]);
    assert.deepEqual(indexesOf(0xc020_1000n, 'pae'), [3, 1, 1]);
    assert.equal(indexesOf(0n, 'la57').length, 5);
    assert.deepEqual([reach('long'), reach('legacy'), reach('pae')], [2 ** 48, 2 ** 32, 2 ** 32]);
    assert.equal(slotsOf(tableAt()), 512);
    assert.equal(levelBelow(tableAt())?.entry, 'PDPE');
    assert.equal(levelBelow(tableAt(256, 0, 1)), undefined);
  });

  it('names the flags that matter where they are', () => {
    const words = (table: PageTable, index: number) => {
      const row = table.rows.find((each) => each.index === index);
      return row && flagChips(row, table).map(({ text, look }) => (look === 'off' ? `!${text}` : text));
    };
    assert.deepEqual(words(tableAt(), 0), ['P', 'RW', 'US', 'A']);
    assert.deepEqual(words(tableAt(256, 0, 1), 4), ['P', 'RW', 'A', '!D', 'NX']);
    assert.deepEqual(words(tableAt(256, 0, 1), 64), ['P', '!RW', 'A', '!D', 'NX']);
    assert.deepEqual(words(tableAt(256, 0), 2), ['P', 'RW', 'A', '!D', 'PS']);
    assert.deepEqual(words(tableAt(256, 0, 1), 61), []);
    assert.equal(indexRange({ index: 3, count: 1 }), '[003h]');
    assert.equal(indexRange({ index: 0, count: 3 }), '[000h–002h]');
  });
});

describe('page tables panel', function () {
  this.timeout(90_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(() => browser.stop());

  const answers = mockLab({
    'pacifica/pageTables': (question) => TABLES.answer(question),
    'pacifica/pageTablesSummary': () => ({ summary: TABLES.summary() }),
  });
  const row = (panel: PanelPage, path: string) => panel.page.locator(`[data-path="${path}"]`);
  const goTo = async (panel: PanelPage, address: string) => {
    await panel.page.locator('vscode-text-field input').fill(address);
    await panel.page.keyboard.press('Enter');
  };

  for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
    it(`shows the tree in ${theme}, wide and narrow, within its policy`, async () => {
      const panel = await browser.open({ panel: 'page-tables', answers, theme });
      await row(panel, '256').waitFor();
      await goTo(panel, '0xFFFF_8000_0020_3000');
      await row(panel, '256.0.1.3').waitFor();
      await panel.pictures(`page-tables.${theme}`, { wide: 1100, medium: 760, narrow: 340 });
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('says what is mapped, and asks for a table only when it is opened', async () => {
    const panel = await browser.open({ panel: 'page-tables', answers });
    await row(panel, '256').waitFor();
    await panel.reads('h1', 'Guest A maps 1.25 GB of 256 TB in 8 tables.');
    const asked = () => panel.asked.filter((name) => name === 'pacifica/pageTables').length;
    const before = asked();
    await row(panel, '256').locator('.twisty').click();
    await row(panel, '256.1').waitFor();
    assert.equal(asked(), before + 1);
    await panel.settled(
      '256.1',
      () => row(panel, '256.1').innerText(),
      (text) => /PDPE\s+\[001h\][\s\S]*0xFFFF800040000000[\s\S]*1 GB/.test(text),
    );
    await row(panel, '256').locator('.twisty').click();
    await row(panel, '256.1').waitFor({ state: 'detached' });
    await row(panel, '256').locator('.twisty').click();
    await row(panel, '256.1').waitFor();
    assert.equal(asked(), before + 1, 'what was read is not read again');
    await panel.close();
  });

  it('obeys the keyboard', async () => {
    const panel = await browser.open({ panel: 'page-tables', answers });
    const { page } = panel;
    await row(panel, '256').waitFor();
    const selected = () => page.evaluate("document.querySelector('.sel')?.dataset.path");
    const press = async (key: string, path: string) => {
      await page.keyboard.press(key);
      await panel.until(`document.querySelector('.sel')?.dataset.path === '${path}'`);
    };
    await page.locator('[role=treegrid]').focus();
    await press('Home', '0');
    await press('ArrowDown', '1');
    await press('ArrowDown', '256');
    await page.keyboard.press('ArrowRight');
    await row(panel, '256.0').waitFor();
    await press('ArrowRight', '256.0');
    await page.keyboard.press('Enter');
    await row(panel, '256.0.1').waitFor();
    await press('ArrowDown', '256.0.0');
    await panel.until("document.querySelector('.sel')?.getAttribute('aria-level') === '3'");
    await press('ArrowLeft', '256.0');
    await press('Escape', '256');
    await page.keyboard.press('c');
    await panel.says({ kind: 'copy', text: '0xFFFF800000000000' });
    assert.equal(await selected(), '256');
    await page.keyboard.press('/');
    await page.keyboard.type('7000');
    await page.keyboard.press('Enter');
    await panel.until("document.querySelector('.sel')?.dataset.path === '0.0.0.0'");
    await panel.close();
  });

  it('picks a slot on the map, and says when a table cannot be read', async () => {
    const panel = await browser.open({ panel: 'page-tables', answers });
    await row(panel, '256').waitFor();
    const strip = panel.page.locator('.sb').first();
    const box = await strip.boundingBox();
    assert.ok(box);
    await strip.click({ position: { x: (box.width * 256.5) / 512, y: 8 } });
    await panel.until("document.querySelector('.sel')?.dataset.path === '256'");
    await panel.until("document.querySelectorAll('.sb').length === 2");
    await goTo(panel, 'ffff80003e800000');
    await panel.page.getByText('the table at GPA 0x99000 is not memory').waitFor();
    await panel.picture('page-tables-unreadable.dark.wide');
    await panel.close();
  });

  it('shows another guest when one is picked', async () => {
    const asked: (number | undefined)[] = [];
    let toldB: () => void;
    const forB = new Promise<void>((resolve) => (toldB = resolve));
    const watching = {
      ...answers,
      'pacifica/pageTables': (question: Parameters<typeof TABLES.answer>[0]) => {
        asked.push(question.guest);
        if (question.guest === 1) toldB();
        return TABLES.answer(question);
      },
    };
    const panel = await browser.open({ panel: 'page-tables', answers: watching });
    await row(panel, '256').waitFor();
    assert.deepEqual(new Set(asked), new Set([undefined]));
    await panel.page.getByRole('radio', { name: 'Guest B' }).click();
    // the rows of guest A stand there until the answer has come
    await forB;
    await row(panel, '256').waitFor();
    assert.equal(asked.at(-1), 1);
    await panel.close();
  });

  it('shows other roots where they are, and says why where they are not', async () => {
    const panel = await browser.open({ panel: 'page-tables', answers });
    await row(panel, '256').waitFor();
    assert.equal(await panel.page.getByRole('radio', { name: 'Host' }).isDisabled(), true);
    await panel.page.getByRole('radio', { name: 'Nested' }).click();
    await panel.page.getByText('The nested tables of guest A map').first().waitFor();
    await panel.picture('page-tables-nested.dark.wide');
    await panel.event('pacifica/running', { ...STOPPED, running: true });
    await panel.page.getByText('Read at 12.4000 M instr').waitFor();
    panel.answerWith(mockLab({}));
    await panel.event('pacifica/stopped', STOPPED);
    await panel.page.getByText('No guest has run yet').waitFor();
    await panel.close();
  });
});
