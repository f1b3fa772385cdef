/** The panels: a page each, whose messages pass to the lab in front and back. One line a panel. */
import { Uri, ViewColumn, commands, debug, env, window } from 'vscode';
import type { DebugSession, ExtensionContext, WebviewPanel } from 'vscode';
import { PANEL_NAMES } from '../protocol/panel';
import type { HostMessage, PanelMessage, PanelName, PanelTarget } from '../protocol/panel';
import { isRequestName } from '../protocol/wire';
import type { Labs } from './lab';
import { pageText } from './page-text';

interface PanelRow {
  /** Its tab's title and the words of its command. */
  readonly title: string;
  readonly command: string;
}

const PANELS = {
  vmcb: { title: 'VMCB', command: 'pacifica.showVmcb' },
  'page-tables': { title: 'Page Tables', command: 'pacifica.showPageTables' },
  'exit-log': { title: 'Exit Log', command: 'pacifica.showExitLog' },
} as const satisfies Record<PanelName, PanelRow>;

export function registerPanels(context: ExtensionContext, labs: Labs): void {
  const panels = new Map<PanelName, Panel>();
  const open = (name: PanelName, target: PanelTarget) => panels.get(name)?.show(target);
  for (const name of PANEL_NAMES) {
    const panel = new Panel(context, labs, name, open);
    panels.set(name, panel);
    context.subscriptions.push(
      panel,
      commands.registerCommand(PANELS[name].command, () => panel.show({})),
      window.registerWebviewPanelSerializer(viewType(name), {
        deserializeWebviewPanel: async (page) => panel.adopt(page),
      }),
    );
  }
}

function viewType(name: PanelName): string {
  return `pacifica.${name}`;
}

class Panel {
  private page: WebviewPanel | undefined;
  private target: PanelTarget = {};

  constructor(
    private readonly context: ExtensionContext,
    private readonly labs: Labs,
    private readonly name: PanelName,
    /** Opens another panel. */
    private readonly open: (name: PanelName, target: PanelTarget) => void,
  ) {
    context.subscriptions.push(
      labs.onDidChange((session) => this.tellSession(session)),
      labs.onDidTell(({ session, name: event, body }) => {
        if (session === labs.current) this.tell({ kind: 'event', name: event, body });
      }),
    );
  }

  show(target: PanelTarget): void {
    this.target = target;
    if (this.page) {
      this.page.reveal(undefined, false);
      this.tell({ kind: 'target', target });
      return;
    }
    const { title } = PANELS[this.name];
    this.adopt(window.createWebviewPanel(viewType(this.name), title, { viewColumn: ViewColumn.Beside }));
  }

  adopt(page: WebviewPanel): void {
    this.page = page;
    const { extensionUri } = this.context;
    const files = Uri.joinPath(extensionUri, 'dist/webview');
    page.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const icon = (theme: string) => Uri.joinPath(extensionUri, 'media/panels', `${this.name}-${theme}.svg`);
    page.iconPath = { light: icon('light'), dark: icon('dark') };
    page.onDidDispose(() => {
      if (this.page === page) this.page = undefined;
    });
    page.webview.onDidReceiveMessage((message: PanelMessage) => this.hear(message));
    const file = (path: string) => page.webview.asWebviewUri(Uri.joinPath(files, this.name, path)).toString();
    page.webview.html = pageText({
      title: PANELS[this.name].title,
      script: file('main.js'),
      style: file('style.css'),
      source: page.webview.cspSource,
      nonce: Array.from({ length: 32 }, () => Math.floor(Math.random() * 36).toString(36)).join(''),
    });
  }

  dispose(): void {
    this.page?.dispose();
  }

  private tell(message: HostMessage): void {
    void this.page?.webview.postMessage(message);
  }

  private tellSession(session: DebugSession | undefined): void {
    this.tell({ kind: 'session', name: session?.name ?? null });
  }

  private hear(message: PanelMessage): void {
    switch (message.kind) {
      case 'ready':
        this.tellSession(this.labs.current);
        this.tell({ kind: 'target', target: this.target });
        break;
      case 'ask':
        void this.pass(message.id, message.name, message.question);
        break;
      case 'open':
        this.open(message.panel, message.target);
        break;
      case 'copy':
        void env.clipboard.writeText(message.text);
        break;
      case 'start-debugging':
        if (debug.activeDebugSession) void commands.executeCommand('workbench.action.debug.continue');
        else void commands.executeCommand('workbench.action.debug.start');
        break;
    }
  }

  /** Passes a request to the lab in front, and its answer back, both unread. */
  private async pass(id: number, name: string, question: unknown): Promise<void> {
    const session = this.labs.current;
    try {
      if (!isRequestName(name)) throw new Error(`there is no request '${name}'`);
      if (!session) throw new Error('no guest is being debugged');
      this.tell({ kind: 'answer', id, body: await session.customRequest(name, question) });
    } catch (error) {
      this.tell({ kind: 'failure', id, message: (error as Error).message });
    }
  }
}
