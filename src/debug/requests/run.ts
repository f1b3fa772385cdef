/** Requests that make the debuggee run or stand still. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { running, standing } from '../context';
import type { Context } from '../context';

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

export function pause(context: Context): void {
  running(context).runner.pause();
}
