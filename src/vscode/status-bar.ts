/** The status bar: which guest, in which mode, how far. */
import { StatusBarAlignment, window } from 'vscode';
import type { ExtensionContext } from 'vscode';
import type { SessionState } from '../protocol/state';
import { bodyOf } from './lab';
import type { Labs } from './lab';
import { statusText } from './status-text';

const STATE_EVENTS = ['pacifica/stopped', 'pacifica/running', 'pacifica/exits'] as const;

export function registerStatusBar(context: ExtensionContext, labs: Labs): void {
  const item = window.createStatusBarItem('pacifica.state', StatusBarAlignment.Left, 50);
  item.name = 'Pacifica';
  item.command = 'pacifica.showVmcb';
  const show = (state: SessionState) => {
    item.text = statusText(state);
    item.tooltip = state.reason ? `${state.reason}. Show the VMCB` : 'Show the VMCB';
    item.show();
  };
  context.subscriptions.push(
    item,
    labs.onDidTell((event) => {
      if (event.session !== labs.current) return;
      for (const name of STATE_EVENTS) {
        const state = bodyOf(event, name);
        if (state) show(state);
      }
    }),
    labs.onDidChange((session) => {
      item.hide();
      if (session) labs.ask(session, 'pacifica/state', {}).then(show, () => item.hide());
    }),
  );
}
