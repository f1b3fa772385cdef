/** The serial console: a terminal a session, both ways. It opens when the guest says its first word and stays to be read. */
import { EventEmitter, ThemeIcon, window } from 'vscode';
import type { DebugSession, ExtensionContext, Pseudoterminal, Terminal } from 'vscode';
import { fromBase64, toBase64 } from '../protocol/codec';
import { bodyOf } from './lab';
import type { Labs } from './lab';
import { serialText } from './serial-text';

interface Line {
  readonly terminal: Terminal;
  /** Bytes from the guest. */
  readonly write: (bytes: Uint8Array) => void;
  /** The session is over; the text stays. */
  readonly hangUp: () => void;
}

export function registerSerialConsole(context: ExtensionContext, labs: Labs): void {
  const lines = new Map<DebugSession, Line>();
  context.subscriptions.push(
    labs.onDidTell((event) => {
      const output = bodyOf(event, 'pacifica/console');
      if (!output) return;
      let line = lines.get(event.session);
      if (!line) {
        line = openLine(event.session, labs);
        lines.set(event.session, line);
        line.terminal.show(true);
      }
      line.write(fromBase64(output.bytes));
    }),
    labs.onDidEnd((session) => {
      lines.get(session)?.hangUp();
      lines.delete(session);
    }),
    window.onDidCloseTerminal((terminal) => {
      for (const [session, line] of lines) if (line.terminal === terminal) lines.delete(session);
    }),
  );
}

function openLine(session: DebugSession, labs: Labs): Line {
  const written = new EventEmitter<string>();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  /** What came before the terminal stood. */
  let early: string | undefined = '';
  let connected = true;
  const write = (text: string) => {
    if (early === undefined) written.fire(text);
    else early += text;
  };
  const pty: Pseudoterminal = {
    onDidWrite: written.event,
    open: () => {
      const text = early ?? '';
      early = undefined;
      if (text) written.fire(text);
    },
    close: () => {
      connected = false;
    },
    handleInput: (text) => {
      if (!connected) return;
      const bytes = toBase64(encoder.encode(text));
      labs.ask(session, 'pacifica/consoleInput', { bytes }).catch((error: Error) => {
        write(`\r\n\x1b[31m${error.message}\x1b[0m\r\n`);
      });
    },
  };
  const console = session.configuration.console === 'virtio' ? 'virtio console' : 'COM1';
  const name = `Pacifica: ${session.name} (${console})`;
  const terminal = window.createTerminal({ name, pty, iconPath: new ThemeIcon('plug') });
  return {
    terminal,
    write: (bytes) => write(serialText(decoder.decode(bytes, { stream: true }))),
    hangUp: () => {
      connected = false;
      write('\r\n\x1b[2m(the session has ended)\x1b[0m\r\n');
    },
  };
}
