/** What a stop is called in DAP's words. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { exitDetail } from '../session/exit-text';
import type { Lab } from '../session/lab';
import { stopWords } from '../session/stop';
import type { LabStop } from '../session/stop';
import { HOST_THREAD, threadOf } from './debuggee';

const REASONS: Readonly<Record<LabStop['kind'], string>> = {
  entry: 'entry',
  pause: 'pause',
  step: 'step',
  limit: 'pause',
  breakpoint: 'breakpoint',
  exit: 'exception',
  halted: 'halted',
  shutdown: 'exception',
  'unknown-encoding': 'exception',
  diagnosis: 'exception',
  'debug-exit': 'exited',
  'power-off': 'exited',
  'guests-ended': 'exited',
};

/** The thread a stop is about. */
function threadOfStop(lab: Lab, stop: LabStop): number {
  if (stop.kind !== 'exit') return threadOf(lab.world);
  const guest = lab.guest(stop.guest);
  // on the bare machine the processor has gone on to the host's next instruction
  return lab.target.kind === 'guest' && guest ? threadOf(guest) : HOST_THREAD;
}

export function stoppedBody(lab: Lab, stop: LabStop): DebugProtocol.StoppedEvent['body'] {
  return {
    reason: REASONS[stop.kind],
    description: description(lab, stop),
    text: stop.kind === 'exit' ? stopText(lab, stop) : undefined,
    threadId: threadOfStop(lab, stop),
    allThreadsStopped: true,
    hitBreakpointIds: stop.kind === 'breakpoint' ? [...stop.ids] : undefined,
  };
}

function description(lab: Lab, stop: LabStop): string {
  switch (stop.kind) {
    case 'entry':
      return 'Paused on entry';
    case 'step':
      return 'Paused on step';
    case 'pause':
      return 'Paused';
    case 'breakpoint':
      return 'Paused on breakpoint';
    case 'halted':
      return 'Halted for good';
    default:
      return `Paused: ${stopWords(stop)}`;
  }
}

/** Which exit, from where, about what. */
export function stopText(lab: Lab, stop: LabStop): string {
  if (stop.kind !== 'exit') return stopWords(stop);
  const detail = exitDetail(lab.log, stop.number);
  const guest = lab.guest(stop.guest)?.identity.name ?? '';
  return `${stopWords(stop)}${detail ? `, ${detail}` : ''} (${guest}, exit ${stop.number})`;
}
