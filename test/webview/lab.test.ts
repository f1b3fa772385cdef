import assert from 'node:assert/strict';
import type { LabHostMessage, LabPageMessage, LabPageState } from '../../src/protocol/lab-page';
import { PanelBrowser, PanelPage } from './panel-page';
import type { ThemeName } from './themes';

const README = `# First world switch

## What VMRUN does

VMRUN takes one operand, the **physical** address of a VMCB in RAX. It writes the host's half of the processor to the page at
\`VM_HSAVE_PA\`, loads the guest's half from the VMCB, and goes on at the guest's RIP (§15.5).

<img src="x" onerror="document.title = 'broken'"><script>document.title = 'broken'</script>

* [the manual](https://www.amd.com/) and [your file](switch.asm)
* ![a picture](../../secret.svg) and [bad](javascript:alert)

| register | who saves it |
| -------- | ------------ |
| \`RAX\`    | VMRUN        |
| \`RBX\`    | software     |

\`\`\`nasm
    clgi
    vmload rax      ; FS, GS, TR, LDTR
    vmrun rax
\`\`\`
`;

const LABS = ['Tour', 'Enable SVM', 'First world switch', 'Why VMRUN fails', 'CPUID', 'Virtual time', 'Hypercalls'];

const STATE: LabPageState = {
  lab: '02-world-switch',
  number: 2,
  title: 'First world switch',
  task: 'Write the twenty instructions that put a guest on the processor and bring the host back unharmed.',
  kind: 'assembly',
  labs: LABS.map((title, number) => ({
    id: `0${number}`,
    number,
    title,
    status: number < 2 ? 'passed' : number === 2 ? 'failing' : 'new',
  })).map((row) => (row.number === 2 ? { ...row, id: '02-world-switch' } : row)) as LabPageState['labs'],
  file: 'switch.asm',
  open: true,
  trusted: true,
  runs: true,
  checking: false,
  headline: ['3 of 7 claims hold.', 'The fourth fails as planned: repair it.'],
  claims: [
    {
      id: 'hsave',
      text: '`VM_HSAVE_PA` is page-aligned and not 0',
      section: '15.30.4',
      status: 'pass',
      actual: '0x200000',
    },
    { id: 'asid', text: 'The VMCB has ASID ≥ 1 and the VMRUN intercept', section: '15.5', status: 'pass' },
    {
      id: 'gif',
      text: 'GIF is 0 from VMLOAD to VMRUN',
      section: '15.17',
      status: 'pass',
      actual: 'CLGI at switch.asm:22',
    },
    {
      id: 'starts',
      text: 'VMRUN starts the guest',
      section: '15.5.1',
      status: 'expected-failure',
      message: '#VMEXIT INVALID: `EFER.SVME` is 0 in the state-save area. This step wants to show you this failure.',
      expected: 'VMEXIT_HLT',
      actual: 'VMEXIT_INVALID',
      evidence: { kind: 'field', field: 'efer', guest: 0 },
    },
    { id: 'hlt', text: 'The guest reaches HLT', section: '15.9', status: 'not-reached' },
    {
      id: 'gprs',
      text: 'RBX to R15, FS, GS and KernelGSBase survive 1,000 switches',
      section: '15.5.2',
      status: 'not-reached',
    },
    { id: 'rsp', text: "The host's RSP is the same after every #VMEXIT", section: '15.5', status: 'not-reached' },
  ],
  problems: [],
  seed: 42,
  hints: [
    "VMRUN checks the *guest's* `EFER`, not yours. Which of its bits says that this processor may run SVM at all?",
  ],
  hintCount: 3,
  prose: README,
  base: 'labs/02-world-switch',
};

class LabPageUnderTest {
  readonly said: LabPageMessage[] = [];
  constructor(readonly panel: PanelPage) {}

  static async open(browser: PanelBrowser, state: LabPageState, theme: ThemeName): Promise<LabPageUnderTest> {
    const page = await browser.newPage(1100, 760);
    const lab = new LabPageUnderTest(new PanelPage(page, {} as never, null));
    await browser.load(page, 'lab', theme, (message) => {
      const said = message as LabPageMessage;
      if (said.kind === 'ready') void lab.show(state);
      else lab.said.push(said);
    });
    return lab;
  }

  async show(state: LabPageState): Promise<void> {
    const message: LabHostMessage = { kind: 'state', state };
    await this.panel.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
  }
}

describe('lab page', function () {
  this.timeout(90_000);
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(() => browser.stop());

  const themes: ThemeName[] = ['dark', 'light', 'highContrast', 'highContrastLight'];
  for (const theme of themes) {
    it(`shows claims, hints and prose in ${theme}, wide and narrow, within its policy`, async () => {
      const { panel } = await LabPageUnderTest.open(browser, STATE, theme);
      await panel.page.getByText('The fourth fails as planned').waitFor();
      await panel.pictures(`lab.${theme}`, { wide: 1100, editor: 720, narrow: 340 }, 900);
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('reads a README as text: no markup in it is markup, no address leads out', async () => {
    const { panel, said } = await LabPageUnderTest.open(browser, STATE, 'dark');
    const { page } = panel;
    await page.getByText('What VMRUN does').waitFor();
    assert.equal(await page.locator('.prose script, .prose img').count(), 0);
    assert.match(await page.locator('.prose').innerText(), /<img src="x"/);
    assert.notEqual(await page.title(), 'broken');
    assert.equal(await page.locator('.prose h1').count(), 0, 'the title stands once');
    await page.getByText('the manual').click();
    await page.getByText('your file').click();
    assert.deepEqual(said, [
      { kind: 'link', address: 'https://www.amd.com/' },
      { kind: 'file', file: 'switch.asm', line: 1 },
    ]);
    assert.equal(await page.locator('.prose a', { hasText: 'bad' }).count(), 0, 'a script is no address');
    await panel.close();
  });

  it('says what was pressed, and keeps the keyboard where it was', async () => {
    const lab = await LabPageUnderTest.open(browser, STATE, 'dark');
    const { panel, said } = lab;
    const { page } = panel;
    await page.getByRole('button', { name: 'Check' }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(said.at(-1), { kind: 'act', action: 'check' });
    await lab.show({ ...STATE, checking: true, headline: ['Checking.', ''] });
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await page.keyboard.press('Enter');
    await panel.until(`document.activeElement?.textContent === 'Cancel'`);
    assert.deepEqual(said.at(-1), { kind: 'act', action: 'cancel' });
    await page.getByText('Show EFER in the VMCB').click();
    assert.deepEqual(said.at(-1), { kind: 'evidence', claim: 'starts' });
    await page.getByRole('button', { name: 'Next hint' }).click();
    assert.deepEqual(said.at(-1), { kind: 'act', action: 'hint' });
    await page.getByRole('link', { name: /CPUID/ }).click();
    assert.deepEqual(said.at(-1), { kind: 'choose', lab: '04' });
    await panel.close();
  });

  it('says what cannot be done yet', async () => {
    const closed = {
      ...STATE,
      open: false,
      hints: [],
      claims: STATE.claims.map(({ id, text, section }) => ({ id, text, section, status: 'unchecked' as const })),
    };
    const lab = await LabPageUnderTest.open(browser, closed, 'dark');
    const { page } = lab.panel;
    await page.getByRole('button', { name: 'Open Lab' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Check' }).count(), 0);
    await lab.show({ ...STATE, trusted: false });
    await page.getByRole('button', { name: 'Trust This Workspace' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Debug' }).isDisabled(), true);
    const problem = { file: 'switch.asm', line: 41, column: 5, message: "there is no symbol 'vmcbb'" };
    await lab.show({ ...STATE, problems: [problem], headline: ['Your code has a problem.', ''] });
    await page.getByText('switch.asm:41:5').click();
    assert.deepEqual(lab.said.at(-1), { kind: 'file', file: 'switch.asm', line: 41 });
    await lab.panel.close();
  });
});
