/** The debuggee of an adapter: the lab, who runs it, the client's breakpoints, and the numbers DAP knows worlds and values by. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Guest } from '../session/guests';
import type { NamedValue } from '../session/inspect/scopes';
import type { Lab, World } from '../session/lab';
import type { Runner } from '../session/runner';
import type { CodeBreakpoint } from '../session/breakpoints';

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
  /** The main source or image, as the launch named it. */
  readonly program: string;
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

/** The client's breakpoints, by the request that set them: each request replaces its own. */
export class ClientBreakpoints {
  private readonly bySource = new Map<
    string,
    { request: DebugProtocol.SetBreakpointsArguments; list: readonly CodeBreakpoint[] }
  >();
  private instructions: readonly CodeBreakpoint[] = [];
  private lastId = 0;

  nextId(): number {
    return ++this.lastId;
  }
  setSource(path: string, request: DebugProtocol.SetBreakpointsArguments, list: readonly CodeBreakpoint[]): void {
    this.bySource.set(path, { request, list });
  }
  setInstructions(list: readonly CodeBreakpoint[]): void {
    this.instructions = list;
  }
  all(): CodeBreakpoint[] {
    return [...[...this.bySource.values()].flatMap(({ list }) => list), ...this.instructions];
  }
}
