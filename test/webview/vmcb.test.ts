import assert from 'node:assert/strict';
import type { VmcbView } from '../../src/protocol/vmcb';
import { BEFORE, IOIO, STOPPED, mockLab, vmcbView } from './mock-lab';
import { PanelBrowser } from './panel-page';
import type { ThemeName } from './themes';

const REFUSED: VmcbView = vmcbView(
  { ...IOIO, exitCode: 0xffff_ffff_ffff_ffffn, exitInfo1: 0n, exitInfo2: 0n, nRip: 0n, efer: 0xd01n },
  IOIO,
  { since: 0, violations: [{ field: 'efer', what: 'SVME is 0', section: '15.5.1' }] },
);
const SEEN = vmcbView(IOIO, BEFORE);

function lab(view: VmcbView | null, running = false) {
  return mockLab({ 'pacifica/vmcb': () => ({ view }), 'pacifica/state': () => ({ ...STOPPED, running }) });
}

describe('VMCB panel', function () {
  this.timeout(90_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(() => browser.stop());

  const themes: ThemeName[] = ['dark', 'light', 'highContrast', 'highContrastLight'];
  for (const theme of themes) {
    it(`shows an exit in ${theme}, wide and narrow, within its policy`, async () => {
      const panel = await browser.open({ panel: 'vmcb', answers: lab(SEEN), theme, height: 900 });
      await panel.page.locator('[data-key=exitCode]').waitFor();
      await panel.pictures(`vmcb-ioio.${theme}`, { wide: 1100, narrow: 340 }, 900);
      panel.answerWith(lab(REFUSED));
      await panel.event('pacifica/stopped', STOPPED);
      await panel.page.getByRole('alert').waitFor();
      await panel.pictures(`vmcb-refused.${theme}`, { wide: 1100, narrow: 340 }, 900);
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('says why the guest exited and what comes next', async () => {
    const panel = await browser.open({ panel: 'vmcb', answers: lab(SEEN) });
    await panel.page.locator('[data-key=exitCode]').waitFor();
    await panel.reads('h1', 'Guest A wrote 0x50 to port 3F8h (COM1), and IOPM intercepts that port.');
    await panel.reads('.answer p', /ASID 1, no flush, nothing injected, resumes at …2A4E: the same OUT again/);
    await panel.reads('[data-key=exitCode]', /0x72[\s\S]*0x7B[\s\S]*VMEXIT_IOIO/);
    await panel.reads('[data-key=exitInfo1]', /OUT\s+port 3F8h COM1 data\s+8-bit\s+A64/);
    await panel.counts('.f.chg', 7);
    await panel.reads('.chip.hit', 'IOIO_PROT');
    await panel.reads('[data-group=intercepts]', /24 are on/);
    await panel.close();
  });

  it('shows changes only, and remembers that', async () => {
    const panel = await browser.open({ panel: 'vmcb', answers: lab(SEEN) });
    await panel.page.getByRole('radio', { name: 'Changed 7' }).click();
    await panel.counts('[data-key]', 7);
    await panel.picture('vmcb-changed.dark.wide');
    await panel.page.reload();
    await panel.page.locator('[data-key]').first().waitFor();
    await panel.counts('[data-key]', 7);
    await panel.close();
  });

  it('reads nothing into a VMCB that has not exited', async () => {
    const fresh = vmcbView(
      { ...IOIO, exitCode: 0n, exitInfo1: 0n, exitInfo2: 0n, nRip: 0n, interceptCrRead: 1n },
      null,
      {
        exit: 0,
        since: 0,
      },
    );
    const panel = await browser.open({ panel: 'vmcb', answers: lab(fresh) });
    await panel.page.getByText('Guest A has a VMCB and has not exited yet.').first().waitFor();
    await panel.reads('[data-key=exitCode]', /no #VMEXIT yet/);
    await panel.counts('.chip.hit, .chg', 0);
    await panel.reads('.answer p', /resumes at …2A4E\.$/);
    await panel.picture('vmcb-fresh.dark.wide');
    await panel.close();
  });

  it('names the rule VMRUN refuses by', async () => {
    const panel = await browser.open({ panel: 'vmcb', answers: lab(REFUSED) });
    const banner = panel.page.getByRole('alert');
    await panel.settled(
      'the banner',
      () => banner.innerText(),
      (text) => /EFER: SVME is 0 \(§15\.5\.1\)[\s\S]*other 22 rules hold/.test(text),
    );
    await panel.reads('[data-key=efer].refuse', /SVME is 0/);
    await panel.close();
  });

  it('obeys the keyboard', async () => {
    const panel = await browser.open({ panel: 'vmcb', answers: lab(SEEN) });
    const { page } = panel;
    await page.locator('[data-key=exitCode]').focus();
    const focused = () => page.evaluate('document.activeElement.dataset.key ?? document.activeElement.dataset.group');
    await page.keyboard.press('n');
    await panel.settled('the keyboard', focused, (key) => key === 'exitInfo1');
    await page.keyboard.press('p');
    await panel.settled('the keyboard', focused, (key) => key === 'exitCode');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('c');
    await panel.says({ kind: 'copy', text: '0x3F80210' });
    await page.keyboard.press('Home');
    await panel.settled('the keyboard', focused, (key) => key === 'exit');
    await page.keyboard.press('ArrowLeft');
    await panel.counts('[data-key=exitCode]', 0);
    await page.keyboard.press('ArrowRight');
    await panel.counts('[data-key=exitCode]', 1);
    await page.locator('[data-key=nCr3]').focus();
    await page.keyboard.press('Enter');
    await panel.says({ kind: 'open', panel: 'page-tables', target: { root: 'nested', guest: 0 } });
    await page.locator('[data-key=cr4]').focus();
    await page.keyboard.press('ArrowDown');
    const tip = page.locator('.tip');
    await tip.waitFor();
    await panel.settled(
      'the tip',
      () => tip.innerText(),
      (text) => /EFER|SVME must be one[\s\S]*§15\.5\.1/.test(text),
    );
    await panel.picture('vmcb-tip.dark.wide');
    await panel.close();
  });

  it('is plain about nothing, about running, and about trouble', async () => {
    const none = await browser.open({ panel: 'vmcb', answers: lab(null) });
    await none.page.getByText('No guest has run yet').waitFor();
    await none.picture('vmcb-empty.dark.wide');
    none.answerWith(lab(SEEN, true));
    await none.event('pacifica/running', { ...STOPPED, running: true, reason: '' });
    await none.page.getByText('Guest A is running.').first().waitFor();
    await none.picture('vmcb-running.dark.wide');
    none.answerWith(mockLab({ 'pacifica/vmcb': () => ({ view: { ...SEEN, bytes: 'AAAA' } }) }));
    await none.event('pacifica/stopped', STOPPED);
    await none.page.getByText('fault of Pacifica').waitFor();
    await none.reads('.state', /view\.bytes: expected 4096 bytes, got 3/);
    await none.close();

    const nobody = await browser.open({ panel: 'vmcb', answers: lab(null), session: null });
    await nobody.page.getByText('Start Debugging').click();
    assert.deepEqual(nobody.said, [{ kind: 'start-debugging' }]);
    await nobody.picture('vmcb-nobody.dark.wide');
    await nobody.close();
  });

  it('shows a field that is asked for, whatever hides it', async () => {
    const panel = await browser.open({ panel: 'vmcb', answers: lab(SEEN) });
    await panel.page.locator('[data-key=exitCode]').waitFor();
    for (const field of ['efer', 'pauseFilterCount']) {
      await panel.tell({ kind: 'target', target: { field } });
      await panel.until(`document.activeElement?.dataset.key === '${field}'`);
    }
    await panel.close();
  });
});
