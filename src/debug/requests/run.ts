/** Requests that make the debuggee run or stand still. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { running, standing } from '../context';
import type { Context } from '../context';
import { RequestError, threadOf } from '../debuggee';

interface StepArguments {
  readonly granularity?: DebugProtocol.SteppingGranularity;
}

function unit({ granularity }: StepArguments): 'instruction' | 'line' {
  return granularity === 'instruction' ? 'instruction' : 'line';
}

export function continueRequest(context: Context): object {
  standing(context);
  context.go({ kind: 'continue' });
  return { allThreadsContinued: true };
}

export function next(context: Context, args: DebugProtocol.NextArguments): void {
  standing(context);
  context.go({ kind: 'step', unit: unit(args), over: true });
}

export function stepIn(context: Context, args: DebugProtocol.StepInArguments): void {
  standing(context);
  context.go({ kind: 'step', unit: unit(args), over: false });
}

export function stepOut(context: Context): void {
  standing(context);
  context.go({ kind: 'step-out' });
}

/** Goes on to the #VMEXIT of a number, or to the next one: a request of ours. The client learns of it by an event. */
export function runToExit(context: Context, args: { readonly exit?: unknown }): void {
  const { lab } = standing(context);
  const exit = args.exit ?? lab.log.total + 1;
  if (!Number.isInteger(exit) || Number(exit) <= lab.log.total) {
    throw new RequestError(`exit ${String(exit)} is not ahead: there have been ${lab.log.total}`);
  }
  if (lab.ended) throw new RequestError('the guest has ended: no #VMEXIT is ahead');
  lab.exits.once = Number(exit);
  context.announce('continued', { threadId: threadOf(lab.world), allThreadsContinued: true });
  context.go({ kind: 'continue' });
}

export function pause(context: Context): void {
  running(context).runner.pause();
}
