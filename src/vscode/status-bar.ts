/** The status bar: which guest, in which mode, how far. */
import { StatusBarAlignment, window } from 'vscode';
import type { ExtensionContext } from 'vscode';
import type { SessionState } from '../protocol/state';
import { bodyOf } from './lab';
import type { Labs } from './lab';

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

/** `$(circle-filled) guest A · long mode · 12.4 M instr`; a hollow circle while it stands still. */
export function statusText(state: SessionState): string {
  const who = state.guests.find(({ id }) => id === state.guest);
  const name = who && state.inGuest ? who.name : who ? `hypervisor of ${who.name}` : 'host';
  const icon = state.running ? '$(circle-filled)' : '$(circle-outline)';
  return `${icon} ${name} · ${state.mode} · ${(state.time / 1e6).toFixed(1)} M instr`;
}
