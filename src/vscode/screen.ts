/**
 * The text screens: a terminal each, which shows what a VGA shows and whose keys are the PC keyboard's. One opens when a program has
 * shown its first text, or when it is asked for.
 */
import { EventEmitter, ThemeIcon, commands, debug, window } from 'vscode';
import type { DebugSession, ExtensionContext, Pseudoterminal, Terminal, TerminalDimensions } from 'vscode';
import type { ScreenUpdate } from '../protocol/screen';
import { bodyOf } from './lab';
import type { Labs } from './lab';
import { ScreenPainter } from './screen-text';

interface Screen {
  readonly session: DebugSession;
  readonly guest: number | null;
  readonly terminal: Terminal;
  readonly show: (update: ScreenUpdate) => void;
  /** The session is over; the picture stays. */
  readonly freeze: () => void;
}

/** Of the first guest, in DAP. */
const FIRST_GUEST_THREAD = 2;

export function registerScreens(context: ExtensionContext, labs: Labs): void {
  let screens: Screen[] = [];
  const take = (session: DebugSession, update: ScreenUpdate): Screen => {
    const { guest } = update;
    let screen = screens.find((each) => each.session === session && each.guest === guest);
    if (!screen) {
      screen = openScreen(session, update, labs);
      screens.push(screen);
      screen.terminal.show(true);
    }
    screen.show(update);
    return screen;
  };
  context.subscriptions.push(
    labs.onDidTell((event) => {
      const update = bodyOf(event, 'pacifica/screen');
      if (update) take(event.session, update);
    }),
    labs.onDidEnd((session) => {
      for (const screen of screens) if (screen.session === session) screen.freeze();
      screens = screens.filter((each) => each.session !== session);
    }),
    window.onDidCloseTerminal((terminal) => {
      const closed = screens.find((each) => each.terminal === terminal);
      screens = screens.filter((each) => each !== closed);
      if (closed)
        labs.ask(closed.session, 'pacifica/screen', { guest: closed.guest, watch: false }).catch(() => undefined);
    }),
    commands.registerCommand('pacifica.showScreen', async () => {
      const session = labs.current;
      if (!session) {
        void window.showInformationMessage('No program is being debugged: start one, then show its screen.');
        return;
      }
      const { screen } = await labs.ask(session, 'pacifica/screen', {
        guest: await guestInSight(labs, session),
        watch: true,
      });
      if (screen) take(session, screen).terminal.show();
    }),
  );
}

/** Of several guests, the one that is selected in the call stack; else the session knows. */
async function guestInSight(labs: Labs, session: DebugSession): Promise<number | undefined> {
  const item = debug.activeStackItem;
  if (item?.session !== session) return undefined;
  const { shares } = await labs.ask(session, 'pacifica/state', {});
  const guest = item.threadId - FIRST_GUEST_THREAD;
  // on the bare machine the guests are those of its software, and have no screens that are known here
  return shares.length > 1 && shares.some((share) => share.guest === guest) ? guest : undefined;
}

function openScreen(session: DebugSession, { guest, name: guestName }: ScreenUpdate, labs: Labs): Screen {
  const painter = new ScreenPainter();
  const written = new EventEmitter<string>();
  const resized = new EventEmitter<TerminalDimensions | undefined>();
  const renamed = new EventEmitter<string>();
  const name = `Pacifica: ${session.name} (screen${guestName === null ? '' : ` of ${guestName}`})`;
  let connected = true;
  let opened = false;
  let told = '';
  const fit = () => {
    const size = painter.dimensions;
    if (!opened || !size || told === `${size.columns},${size.rows}`) return;
    told = `${size.columns},${size.rows}`;
    resized.fire(size);
  };
  const pty: Pseudoterminal = {
    onDidWrite: written.event,
    onDidOverrideDimensions: resized.event,
    onDidChangeName: renamed.event,
    open: (size) => {
      opened = true;
      fit();
      written.fire(painter.resize(size));
    },
    setDimensions: (size) => written.fire(painter.resize(size)),
    close: () => {
      connected = false;
    },
    handleInput: (text) => {
      if (!connected) return;
      labs.ask(session, 'pacifica/screenInput', { guest, text }).then(
        ({ unknown }) => {
          if (unknown) window.setStatusBarMessage(`The PC keyboard (US layout) has no key for ${unknown}`, 5000);
        },
        (error: Error) => void window.setStatusBarMessage(`Pacifica: ${error.message}`, 5000),
      );
    },
  };
  const terminal = window.createTerminal({ name, pty, iconPath: new ThemeIcon('vm') });
  return {
    session,
    guest,
    terminal,
    show: (update) => {
      const painted = painter.update(update);
      if (!opened) return;
      fit();
      written.fire(painted);
    },
    freeze: () => {
      connected = false;
      written.fire(painter.freeze());
      renamed.fire(`${name}: ended`);
    },
  };
}
