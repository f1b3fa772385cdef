/** The panels: a page each, whose messages pass to the lab in front and back. One line a panel. */
import { EventEmitter, TabInputWebview, Uri, ViewColumn, commands, debug, env, window } from 'vscode';
import type { DebugSession, Event, ExtensionContext, Tab, WebviewPanel } from 'vscode';
import { PANEL_NAMES } from '../protocol/panel';
import type { HostMessage, PanelMessage, PanelName, PanelTarget } from '../protocol/panel';
import { isRequestName } from '../protocol/wire';
import type { Labs } from './lab';
import { pageNonce, pageText } from './page-text';

interface PanelRow {
  /** Its tab's title and the words of its command. */
  readonly title: string;
  readonly command: string;
}

const PANELS = {
  vmcb: { title: 'VMCB', command: 'pacifica.showVmcb' },
  'page-tables': { title: 'Page Tables', command: 'pacifica.showPageTables' },
  shadow: { title: 'Shadow and Guest', command: 'pacifica.showShadow' },
  'exit-log': { title: 'Exit Log', command: 'pacifica.showExitLog' },
} as const satisfies Record<PanelName, PanelRow>;

/** The panels, as other parts of the extension see them. */
export interface Panels {
  /** Shows a panel, and in it a place; the keyboard stays where it is. */
  open(name: PanelName, target: PanelTarget): void;
  isVisible(name: PanelName): boolean;
  /** One has come into sight. */
  readonly onDidShow: Event<PanelName>;
}

export function registerPanels(context: ExtensionContext, labs: Labs): Panels {
  const panels = new Map<PanelName, Panel>();
  const shown = new EventEmitter<PanelName>();
  context.subscriptions.push(shown);
  const open = (name: PanelName, target: PanelTarget) => panels.get(name)?.show(target, false);
  const column = () =>
    [...panels.values()].map((panel) => panel.column).find((each) => each !== undefined) ?? labPageColumn();
  for (const name of PANEL_NAMES) {
    const panel = new Panel(context, labs, name, { open, column, shown: () => shown.fire(name) });
    panels.set(name, panel);
    context.subscriptions.push(
      panel,
      commands.registerCommand(PANELS[name].command, () => panel.show({}, true)),
      window.registerWebviewPanelSerializer(viewType(name), {
        deserializeWebviewPanel: async (page) => panel.adopt(page),
      }),
    );
  }
  return {
    open: (name, target) => panels.get(name)?.show(target, true),
    isVisible: (name) => panels.get(name)?.visible ?? false,
    onDidShow: shown.event,
  };
}

/** Where the lab page stands, if it is open: panels join it, and the sources keep their side. */
function labPageColumn(): ViewColumn | undefined {
  const isLabPage = ({ input }: Tab) => input instanceof TabInputWebview && input.viewType.endsWith('pacifica.lab');
  return window.tabGroups.all.find(({ tabs }) => tabs.some(isLabPage))?.viewColumn;
}

function viewType(name: PanelName): string {
  return `pacifica.${name}`;
}

/** What a panel may ask of the others. */
interface Others {
  readonly open: (name: PanelName, target: PanelTarget) => void;
  /** Where one of them stands, so that a new one joins it. */
  readonly column: () => ViewColumn | undefined;
  /** It has come into sight. */
  readonly shown: () => void;
}

class Panel {
  private page: WebviewPanel | undefined;
  private target: PanelTarget = {};

  constructor(
    private readonly context: ExtensionContext,
    private readonly labs: Labs,
    private readonly name: PanelName,
    private readonly others: Others,
  ) {
    context.subscriptions.push(
      labs.onDidChange((session) => this.tellSession(session)),
      labs.onDidTell(({ session, name: event, body }) => {
        if (session === labs.current) this.tell({ kind: 'event', name: event, body });
      }),
    );
  }

  /** Where it stands, if it is open. */
  get column(): ViewColumn | undefined {
    return this.page?.viewColumn;
  }

  get visible(): boolean {
    return this.page?.visible ?? false;
  }

  /** A command leaves the keyboard in the source, so that the next file opens there and not over the panel. */
  show(target: PanelTarget, preserveFocus: boolean): void {
    this.target = target;
    if (this.page) {
      this.page.reveal(undefined, preserveFocus);
      this.tell({ kind: 'target', target });
      return;
    }
    const { title } = PANELS[this.name];
    this.adopt(
      window.createWebviewPanel(viewType(this.name), title, {
        viewColumn: this.others.column() ?? ViewColumn.Beside,
        preserveFocus,
      }),
    );
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
    page.onDidChangeViewState(() => {
      if (page.visible) this.others.shown();
    });
    page.webview.onDidReceiveMessage((message: PanelMessage) => this.hear(message));
    const file = (path: string) => page.webview.asWebviewUri(Uri.joinPath(files, this.name, path)).toString();
    page.webview.html = pageText({
      title: PANELS[this.name].title,
      script: file('main.js'),
      style: file('style.css'),
      source: page.webview.cspSource,
      nonce: pageNonce(),
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
        this.others.shown();
        break;
      case 'ask':
        void this.pass(message.id, message.name, message.question);
        break;
      case 'open':
        this.others.open(message.panel, message.target);
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
