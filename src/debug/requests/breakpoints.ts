/** Requests about breakpoints: on lines, instructions, and #VMEXITs as exception filters. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CodeBreakpoint } from '../../session/breakpoints';
import { EXIT_GROUPS, EXIT_NAMES } from '../../session/exit-filter';
import type { ExitBreakpoint, ExitGroupName } from '../../session/exit-filter';
import { ExpressionError, readExpression } from '../../session/expression';
import type { Scope } from '../../session/expression';
import type { Lab } from '../../session/lab';
import { hexWords } from '../../session/number-words';
import { sourceOf, standing, running } from '../context';
import type { Context } from '../context';
import { exitTitle, stopWords } from '../../session/stop';
import { RequestError } from '../debuggee';
import { stopText } from '../stopped';
import { plainAddress, reference } from '../references';

/** One filter a group of exit reasons. */
export const EXCEPTION_FILTERS: readonly DebugProtocol.ExceptionBreakpointsFilter[] = Object.entries(EXIT_GROUPS).map(
  ([filter, { label, description }]) => ({
    filter,
    label: `#VMEXIT: ${label}`,
    description,
    default: false,
    supportsCondition: true,
    conditionDescription: 'such as EXITCODE == 0x7B && port == 0x3f8',
  }),
);

type Asked = Pick<DebugProtocol.SourceBreakpoint, 'condition' | 'hitCondition' | 'logMessage'>;

/** Condition, hits and message of a breakpoint; throws ExpressionError. */
function terms(lab: Lab, asked: Asked): Pick<CodeBreakpoint, 'condition' | 'hits' | 'message'> {
  const condition = asked.condition?.trim() ? readExpression(asked.condition, lab.names) : undefined;
  const hit = asked.hitCondition?.trim();
  if (hit && !/^(>=)?\s*[1-9]\d*$/.test(hit))
    throw new ExpressionError(`the hit count '${hit}' is not a number, such as 5`);
  return {
    condition,
    hits: hit ? Number(hit.replace('>=', '')) : 1,
    message: asked.logMessage ? message(lab, asked.logMessage) : undefined,
  };
}

/** Text with expressions in braces. */
function message(lab: Lab, words: string): (scope: Scope) => string {
  const parts = words
    .split(/\{([^{}]*)\}/)
    .map((part, index) => (index % 2 === 0 ? part : readExpression(part, lab.names)));
  return (scope) =>
    parts
      .map((part) => {
        if (typeof part === 'string') return part;
        const value = part(scope);
        return value === undefined ? '?' : hexWords(value);
      })
      .join('');
}

export function setBreakpoints(context: Context, args: DebugProtocol.SetBreakpointsArguments): object {
  const ids = (args.breakpoints ?? []).map(() => context.breakpoints.nextId());
  const breakpoints = placeInSource(context, args, ids);
  applyBreakpoints(context);
  return { breakpoints };
}

/** Finds the addresses of a source's breakpoints in the program that runs now. */
function placeInSource(
  context: Context,
  args: DebugProtocol.SetBreakpointsArguments,
  ids: readonly number[],
): DebugProtocol.Breakpoint[] {
  const { lab } = running(context);
  const path = args.source.path ?? '';
  const base = context.linesStartAt1 ? 0 : 1;
  const list: CodeBreakpoint[] = [];
  const answers = (args.breakpoints ?? []).map((asked, index): DebugProtocol.Breakpoint => {
    const id = ids[index]!;
    const source = sourceOf(path);
    const refuse = (message: string): DebugProtocol.Breakpoint => ({
      id,
      verified: false,
      line: asked.line,
      source,
      message,
    });
    const places = lab.placesOf(path, asked.line + base);
    const [first] = places;
    if (!first) {
      return refuse(
        lab.placesOf(path, 0).length > 0
          ? 'no instruction stands here or below'
          : 'this file is not part of the program that runs',
      );
    }
    try {
      const rest = terms(lab, asked);
      for (const { entry, world } of places) list.push({ id, address: entry.address, world, ...rest });
    } catch (error) {
      if (error instanceof ExpressionError) return refuse(error.message);
      throw error;
    }
    const { line, address } = first.entry;
    return { id, verified: true, line: line - base, source, instructionReference: plainAddress(address) };
  });
  context.breakpoints.setSource(args, list, ids);
  return answers;
}

/** The program was loaded anew, perhaps changed: every breakpoint finds its place again, and the client is told. */
export function placeAgain(context: Context): void {
  for (const { request, ids } of context.breakpoints.sources()) {
    for (const breakpoint of placeInSource(context, request, ids)) {
      context.announce('breakpoint', { reason: 'changed', breakpoint });
    }
  }
  running(context).lab.exits.set(context.breakpoints.exits);
  applyBreakpoints(context);
}

export function setInstructionBreakpoints(
  context: Context,
  args: DebugProtocol.SetInstructionBreakpointsArguments,
): object {
  const debuggee = running(context);
  const list: CodeBreakpoint[] = [];
  const breakpoints = args.breakpoints.map((asked): DebugProtocol.Breakpoint => {
    const id = context.breakpoints.nextId();
    try {
      const { address, space, world } = reference(debuggee, asked.instructionReference);
      if (space !== 'virtual') throw new RequestError('breakpoints stand at virtual addresses');
      const at = BigInt.asUintN(64, address + BigInt(asked.offset ?? 0));
      const whose = world === undefined ? 'any' : world === 'host' ? 'host' : world.id;
      list.push({ id, address: at, world: whose, ...terms(debuggee.lab, asked) });
      return { id, verified: true, instructionReference: asked.instructionReference, offset: asked.offset };
    } catch (error) {
      if (!(error instanceof ExpressionError) && !(error instanceof RequestError)) throw error;
      return { id, verified: false, message: error.message };
    }
  });
  context.breakpoints.setInstructions(list);
  applyBreakpoints(context);
  return { breakpoints };
}

/** The client's breakpoints become the runner's. */
export function applyBreakpoints(context: Context): void {
  context.debuggee?.runner.setBreakpoints(context.breakpoints.all());
}

export function setExceptionBreakpoints(
  context: Context,
  args: DebugProtocol.SetExceptionBreakpointsArguments,
): object {
  const { lab } = running(context);
  const asked = [...args.filters.map((filterId) => ({ filterId, condition: '' })), ...(args.filterOptions ?? [])];
  const list: ExitBreakpoint[] = [];
  const breakpoints = asked.map(({ filterId, condition = '' }): DebugProtocol.Breakpoint => {
    if (!Object.hasOwn(EXIT_GROUPS, filterId))
      return { verified: false, message: `there is no exit group '${filterId}'` };
    try {
      if (condition.trim()) readExpression(condition, EXIT_NAMES);
    } catch (error) {
      if (error instanceof ExpressionError) return { verified: false, message: error.message };
      throw error;
    }
    list.push({ group: filterId as ExitGroupName, condition });
    return { verified: true };
  });
  context.breakpoints.exits = list;
  lab.exits.set(list);
  return { breakpoints };
}

export function breakpointLocations(context: Context, args: DebugProtocol.BreakpointLocationsArguments): object {
  const { lab } = running(context);
  const base = context.linesStartAt1 ? 0 : 1;
  const lines = lab.linesWithCode(args.source.path ?? '', args.line + base, (args.endLine ?? args.line) + base);
  return { breakpoints: lines.map((line) => ({ line: line - base })) };
}

export function exceptionInfo(context: Context): object {
  const { lab } = standing(context);
  const { stopped } = lab;
  if (!stopped) throw new RequestError('the debuggee is running');
  if (stopped.kind === 'exit') {
    const name = exitTitle(stopped.code);
    const column = (label: string, column: 'info1' | 'info2' | 'intInfo' | 'rip' | 'nRip'): string =>
      `${label} ${hexWords(lab.log.big(stopped.number, column), 16)}`;
    const lines = [
      column('EXITINFO1', 'info1'),
      column('EXITINFO2', 'info2'),
      column('EXITINTINFO', 'intInfo'),
      column('RIP', 'rip'),
      column('nRIP', 'nRip'),
    ];
    return {
      exceptionId: name,
      description: stopText(lab, stopped),
      breakMode: 'always',
      details: { typeName: name, message: lines.join('\n'), stackTrace: lines.join('\n') },
    };
  }
  return { exceptionId: stopped.kind, description: stopWords(stopped), breakMode: 'unhandled' };
}
