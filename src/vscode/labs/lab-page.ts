/** The lab page: what holds, and what to do next. One page, which shows one lab at a time. */
import { Uri, ViewColumn, commands, env, window, workspace } from 'vscode';
import type { Disposable, ExtensionContext, WebviewPanel } from 'vscode';
import type { Lab } from '../../labs/lab';
import { LAB_ACTIONS } from '../../protocol/lab-page';
import type { LabAction, LabHostMessage, LabPageMessage } from '../../protocol/lab-page';
import { pageNonce, pageText } from '../page-text';
import type { Checks } from './checks';
import type { Course } from './course';
import { README } from './lab-files';
import { labName } from './launch-of';
import { pageStateOf } from './page-state';

const VIEW_TYPE = 'pacifica.lab';

/** The command behind each button. */
const COMMANDS: Readonly<Record<LabAction, string>> = {
  open: 'pacifica.openLab',
  check: 'pacifica.checkLab',
  cancel: 'pacifica.cancelCheck',
  debug: 'pacifica.debugLab',
  hint: 'pacifica.nextHint',
  reset: 'pacifica.resetLab',
  solution: 'pacifica.showSolution',
  trust: 'workbench.trust.manage',
};

export class LabPage implements Disposable {
  private page: WebviewPanel | undefined;
  private shown: Lab | undefined;
  private readonly prose = new Map<string, string>();
  private readonly parts: Disposable[];

  constructor(
    private readonly context: ExtensionContext,
    private readonly course: Course,
    private readonly checks: Checks,
  ) {
    const again = () => void this.tell();
    this.parts = [
      course.onDidChange(again),
      checks.onDidChange(again),
      workspace.onDidGrantWorkspaceTrust(again),
      window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (page, state) => this.restore(page, state),
      }),
    ];
  }

  dispose(): void {
    this.page?.dispose();
    for (const part of this.parts) part.dispose();
  }

  /** The lab it shows, while it is open. */
  get lab(): Lab | undefined {
    return this.page && this.shown;
  }
  get visible(): boolean {
    return this.page?.visible ?? false;
  }

  show(lab: Lab): void {
    this.shown = lab;
    if (this.page) {
      this.page.title = labName(lab);
      this.page.reveal(undefined, true);
      void this.tell();
      return;
    }
    const where = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    this.adopt(window.createWebviewPanel(VIEW_TYPE, labName(lab), where));
  }

  private restore(page: WebviewPanel, state: unknown): void {
    const id = typeof state === 'object' && state !== null ? (state as { lab?: unknown }).lab : undefined;
    const lab = typeof id === 'string' ? this.course.lab(id) : undefined;
    if (!lab || this.page) {
      page.dispose();
      return;
    }
    this.shown = lab;
    this.adopt(page);
  }

  private adopt(page: WebviewPanel): void {
    this.page = page;
    const { extensionUri } = this.context;
    const files = Uri.joinPath(extensionUri, 'dist/webview');
    page.webview.options = { enableScripts: true, localResourceRoots: [files, this.course.shippedPlace('')] };
    const icon = (theme: string) => Uri.joinPath(extensionUri, 'media/panels', `lab-${theme}.svg`);
    page.iconPath = { light: icon('light'), dark: icon('dark') };
    page.onDidDispose(() => {
      if (this.page === page) this.page = undefined;
    });
    page.webview.onDidReceiveMessage((message: LabPageMessage) => void this.hear(message));
    const file = (path: string) => page.webview.asWebviewUri(Uri.joinPath(files, 'lab', path)).toString();
    page.webview.html = pageText({
      title: 'Lab',
      script: file('main.js'),
      style: file('style.css'),
      source: page.webview.cspSource,
      nonce: pageNonce(),
    });
  }

  private async tell(): Promise<void> {
    const { page, shown } = this;
    if (!page || !shown) return;
    const prose = await this.proseOf(shown);
    if (this.page !== page || this.shown !== shown) return;
    const base = page.webview.asWebviewUri(this.course.shippedPlace(shown.id)).toString();
    const state = pageStateOf(shown, {
      labs: this.course.rows,
      open: this.course.copyOf(shown) !== undefined,
      trusted: workspace.isTrusted,
      checking: this.checks.isChecking(shown),
      checked: this.checks.latest(shown),
      hints: this.course.progress.of(shown).hints,
      prose,
      base,
    });
    const message: LabHostMessage = { kind: 'state', state };
    void page.webview.postMessage(message);
  }

  private async proseOf({ id }: Lab): Promise<string> {
    const known = this.prose.get(id);
    if (known !== undefined) return known;
    const text = await this.course.shipped(`${id}/${README}`);
    this.prose.set(id, text);
    return text;
  }

  private async hear(message: LabPageMessage): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    switch (message.kind) {
      case 'ready':
        await this.tell();
        break;
      case 'act':
        if (LAB_ACTIONS.includes(message.action)) await commands.executeCommand(COMMANDS[message.action], shown.id);
        break;
      case 'choose': {
        const lab = this.course.lab(message.lab);
        if (lab) this.show(lab);
        break;
      }
      case 'evidence':
        await commands.executeCommand('pacifica.showEvidence', shown.id, message.claim);
        break;
      case 'file':
        await commands.executeCommand('pacifica.showLabFile', shown.id, message.file, message.line);
        break;
      case 'link':
        if (/^https?:\/\//i.test(message.address)) await env.openExternal(Uri.parse(message.address, true));
        break;
    }
  }
}
