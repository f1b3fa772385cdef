/** Requests that look at the debuggee: threads, frames, scopes, variables, expressions. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { assign } from '../../session/assign';
import { ExpressionError, readExpression } from '../../session/expression';
import { scopesOf, scopeValues } from '../../session/inspect/scopes';
import type { NamedValue } from '../../session/inspect/scopes';
import type { World } from '../../session/lab';
import { hexWords } from '../../session/number-words';
import { running, sourceOf, standing } from '../context';
import type { Context } from '../context';
import { HOST_THREAD, RequestError, threadOf, worldOfFrame, worldOfThread } from '../debuggee';
import type { Debuggee } from '../debuggee';
import { referenceTo } from '../references';
import { stopText } from '../stopped';

export function threads(context: Context): object {
  const { debuggee } = context;
  if (!debuggee) return { threads: [] };
  const { lab } = debuggee;
  const host = { id: HOST_THREAD, name: lab.target.kind === 'guest' ? 'hypervisor' : 'processor' };
  const ends = new Map(lab.state.shares.map(({ guest, end }) => [guest, end]));
  const guests = lab.guests.map((guest) => {
    const end = lab.guests.length > 1 ? ends.get(guest.id) : undefined;
    return { id: threadOf(guest), name: `${guest.identity.name}${end ? ` (ended: ${end})` : ''}` };
  });
  return { threads: [...guests, host] };
}

export function stackTrace(context: Context, args: DebugProtocol.StackTraceArguments): object {
  const debuggee = standing(context);
  const { lab } = debuggee;
  const world = worldOfThread(debuggee, args.threadId);
  if (world === 'host' && lab.target.kind === 'guest') {
    const frame = { id: HOST_THREAD, name: hypervisorFrame(debuggee), line: 0, column: 0, presentationHint: 'label' };
    return { stackFrames: [frame], totalFrames: 1 };
  }
  const address = lab.standsAt(world);
  const entry = lab.programOf(world).lineAt(address);
  const base = context.linesStartAt1 ? 0 : 1;
  const frame: DebugProtocol.StackFrame = {
    id: args.threadId,
    name: frameName(debuggee, world, address),
    source: entry && sourceOf(entry.file),
    line: entry ? entry.line - base : 0,
    column: entry ? 1 - base : 0,
    instructionPointerReference: referenceTo(debuggee, world, address),
  };
  return { stackFrames: [frame], totalFrames: 1 };
}

function frameName({ lab }: Debuggee, world: World, address: bigint): string {
  const name = lab.programOf(world).place(address) || hexWords(address, 8);
  if (world === 'host' && lab.executing) return `${name} (after VMRUN of ${lab.executing.identity.name})`;
  return name;
}

/** The built-in hypervisor has no emulated code to stand in: what it is about is said. */
function hypervisorFrame({ lab }: Debuggee): string {
  const { stopped } = lab;
  if (stopped?.kind === 'exit') return `handler of ${stopText(lab, stopped)}`;
  const { executing } = lab;
  return executing ? `waits for a #VMEXIT of ${executing.identity.name}` : 'before the next VMRUN';
}

export function scopes(context: Context, args: DebugProtocol.ScopesArguments): object {
  const debuggee = standing(context);
  const { lab } = debuggee;
  const world = worldOfFrame(debuggee, args.frameId);
  return {
    scopes: scopesOf(lab, world).map((name) => ({
      name,

      variablesReference: context.handles.create({ world, values: () => scopeValues(lab, world, name) }),
      expensive: name !== 'General',
    })),
  };
}

export function variables(context: Context, args: DebugProtocol.VariablesArguments): object {
  const debuggee = standing(context);
  const holder = context.handles.get(args.variablesReference);
  if (!holder) throw new RequestError('these values are of an earlier stop');
  const { world } = holder;
  return { variables: holder.values().map((value) => variable(context, debuggee, world, value)) };
}

function variable(context: Context, debuggee: Debuggee, world: World, value: NamedValue): DebugProtocol.Variable {
  const { name, meaning, expression, address, parts } = value;
  return {
    name,
    value: value.value,
    type: meaning,
    evaluateName: expression,
    variablesReference: parts && parts.length > 0 ? context.handles.create({ world, values: () => parts }) : 0,
    memoryReference: address === undefined ? undefined : referenceTo(debuggee, world, address),
    presentationHint: expression === undefined ? { attributes: ['readOnly'] } : undefined,
  };
}

export function setVariable(context: Context, args: DebugProtocol.SetVariableArguments): object {
  const debuggee = standing(context);
  const holder = context.handles.get(args.variablesReference);
  const value = holder?.values().find(({ name }) => name === args.name);
  if (!holder || !value) throw new RequestError(`there is no ${args.name} here`);
  if (value.expression === undefined) throw new RequestError(`${args.name} cannot be set`);
  // the value as it stands there, with what explains it: `0x0000_0246 IF ZF PF`
  const explained = /^\S+(\s.*)$/.exec(value.value)?.[1];
  const typed = explained && args.value.endsWith(explained) ? args.value.slice(0, -explained.length) : args.value;
  set(context, debuggee, holder.world, value.expression, typed);
  const now = holder.values().find(({ name }) => name === args.name);
  return { value: now?.value ?? args.value };
}

export function setExpression(context: Context, args: DebugProtocol.SetExpressionArguments): object {
  const debuggee = standing(context);
  const name = args.expression.trim();
  if (!/^[\w.]+$/.test(name)) throw new RequestError(`'${name}' is no register and no field: only those can be set`);
  const world = worldOfFrame(debuggee, args.frameId);
  set(context, debuggee, world, name, args.value);
  const { lab } = debuggee;
  const value = readExpression(name, lab.names)(lab.scopeOf(world));
  return { value: value === undefined ? args.value : words(value) };
}

/** Sets a register or a field to what an expression gives, and tells what VMRUN would say. */
function set(context: Context, { lab }: Debuggee, world: World, name: string, expression: string): void {
  const number = readExpression(expression, lab.names)(lab.scopeOf(world));
  if (number === undefined) throw new ExpressionError(`'${expression}' has no value here`);
  for (const note of assign(lab, world, name, number))
    context.announce('output', { category: 'console', output: `${note}\n` });
  context.announce('invalidated', { areas: ['variables', 'stacks'] });
  context.tell('pacifica/stopped', lab.state);
}

export function evaluate(context: Context, args: DebugProtocol.EvaluateArguments): object {
  const debuggee = running(context);
  const { lab } = debuggee;
  const world = worldOfFrame(debuggee, args.frameId);
  const expression = args.expression.trim();
  const setting = args.context === 'repl' ? /^([\w.]+)\s*=(?!=)(.*)$/.exec(expression) : undefined;
  if (setting) {
    standing(context);
    set(context, debuggee, world, setting[1]!, setting[2]!);
  }
  const value = readExpression(setting?.[1] ?? expression, lab.names)(lab.scopeOf(world));
  if (value === undefined)
    throw new ExpressionError(`'${expression}' has no value here: memory cannot be read, or there is no VMCB yet`);
  const place = lab.programOf(world).place(value);
  return {
    result: words(value) + (place && !/^\d+$/.test(expression) ? ` ${place}` : ''),
    variablesReference: 0,
    memoryReference: referenceTo(debuggee, world, value),
  };
}

function words(value: bigint): string {
  const plain = hexWords(value);
  return value < 10n ? String(value) : value < 0x1_0000_0000n ? `${plain} (${value})` : plain;
}

export function completions(context: Context, args: DebugProtocol.CompletionsArguments): object {
  const { lab } = running(context);
  const column = args.column - (context.linesStartAt1 ? 1 : 0);
  const typed = /[\w.$]*$/.exec(args.text.slice(0, column))?.[0] ?? '';
  if (typed === '') return { targets: [] };
  const names = [...lab.names.all()].filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  return {
    targets: names.slice(0, 100).map((label) => ({ label, start: column - typed.length, length: typed.length })),
  };
}
