/** The line in the status bar. */
import type { SessionState } from '../protocol/state';

/** `$(circle-filled) guest A · long mode · 12.4 M instr`; a hollow circle while it stands still. */
export function statusText(state: SessionState): string {
  const who = state.guests.find(({ id }) => id === state.guest);
  const name = who && state.inGuest ? who.name : who ? `hypervisor of ${who.name}` : 'host';
  const icon = state.running ? '$(circle-filled)' : '$(circle-outline)';
  return `${icon} ${name} · ${state.mode} · ${timeText(state.time)}`;
}

/** Millions, as everywhere; a short run in full, so that a step can be seen. */
function timeText(instructions: number): string {
  return instructions < 100_000
    ? `${String(instructions).replace(/(?!^)(?=(\d{3})+$)/g, ',')} instr`
    : `${(instructions / 1e6).toFixed(1)} M instr`;
}
