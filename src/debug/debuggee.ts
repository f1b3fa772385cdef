/** The debuggee of an adapter: the lab, who runs it, the client's breakpoints, and the numbers DAP knows worlds and values by. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Guest } from '../session/guests';
import type { NamedValue } from '../session/inspect/scopes';
import type { Lab, World } from '../session/lab';
import type { Runner } from '../session/runner';
import type { Screens } from '../session/screen';
import type { CodeBreakpoint } from '../session/breakpoints';
import type { ExitBreakpoint } from '../session/exit-filter';

/** Thread of the host: the hypervisor, or the bare processor. */
export const HOST_THREAD = 1;
/** Thread of guest 0. */
const FIRST_GUEST_THREAD = 2;

export function threadOf(world: World): number {
  return world === 'host' ? HOST_THREAD : FIRST_GUEST_THREAD + world.id;
}

export interface Debuggee {
  readonly lab: Lab;
  readonly runner: Runner;
  readonly screens: Screens;
  /** Run without debugging: its end is the end of the session. */
  readonly noDebug: boolean;
}

/** Something that cannot be done; the message is for the user. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

export function worldOfThread({ lab }: Debuggee, thread: number): World {
  if (thread === HOST_THREAD) return 'host';
  const guest: Guest | undefined = lab.guest(thread - FIRST_GUEST_THREAD);
  if (!guest) throw new RequestError(`there is no thread ${thread}`);
  return guest;
}

/** A frame is the top of its thread: one a thread. */
export function worldOfFrame(debuggee: Debuggee, frame: number | undefined): World {
  return frame === undefined ? debuggee.lab.world : worldOfThread(debuggee, frame);
}

/** What a variables reference stands for. */
export interface Holder {
  readonly world: World;
  readonly values: () => readonly NamedValue[];
}

/** References to values; they hold until the debuggee goes on. */
export class Handles {
  private readonly holders = new Map<number, Holder>();
  private next = 1;

  create(holder: Holder): number {
    this.holders.set(this.next, holder);
    return this.next++;
  }
  get(reference: number): Holder | undefined {
    return this.holders.get(reference);
  }
  clear(): void {
    this.holders.clear();
  }
}

interface SourceBreakpoints {
  readonly request: DebugProtocol.SetBreakpointsArguments;
  readonly list: readonly CodeBreakpoint[];
  /** One for each that was asked for. */
  readonly ids: readonly number[];
}

/** The client's breakpoints, by the request that set them: each request replaces its own. */
export class ClientBreakpoints {
  private readonly bySource = new Map<string, SourceBreakpoints>();
  private instructions: readonly CodeBreakpoint[] = [];
  /** On #VMEXITs. */
  exits: readonly ExitBreakpoint[] = [];
  private lastId = 0;

  nextId(): number {
    return ++this.lastId;
  }
  setSource(
    request: DebugProtocol.SetBreakpointsArguments,
    list: readonly CodeBreakpoint[],
    ids: readonly number[],
  ): void {
    this.bySource.set(request.source.path ?? '', { request, list, ids });
  }
  setInstructions(list: readonly CodeBreakpoint[]): void {
    this.instructions = list;
  }
  /** What was asked for, to be placed anew when the program has changed. */
  sources(): readonly SourceBreakpoints[] {
    return [...this.bySource.values()];
  }
  all(): CodeBreakpoint[] {
    return [...this.sources().flatMap(({ list }) => list), ...this.instructions];
  }
}
