/** What a learner handed in: files by name, and what is wrong with them. */
import { assemble } from '../../assembler/assembler';
import type { Diagnostic } from '../../assembler/diagnostic';
import type { SubmissionProblem } from '../../protocol/lab';
import { Program } from '../program';

/** The check cannot go on: the problems say why. */
export class SubmissionError extends Error {
  override readonly name = 'SubmissionError';
  constructor(readonly problems: readonly SubmissionProblem[]) {
    super(problems[0]?.message ?? 'the submission cannot be run');
  }
}

export type Defines = Readonly<Record<string, number | bigint | string>>;

/** Name of the checker's own source in diagnostics: no file of a submission can be so named. */
const HARNESS = '(the checker)';

export class Submission {
  constructor(
    /** The file one works on. */
    readonly main: string,
    readonly files: Readonly<Record<string, string>>,
  ) {}

  text(file: string): string | undefined {
    return Object.hasOwn(this.files, file) ? this.files[file] : undefined;
  }

  /** A file that must be there. Throws SubmissionError. */
  required(file: string): string {
    const text = this.text(file);
    if (text === undefined)
      throw new SubmissionError([problem(file, `there is no file ${file} in what was handed in`)]);
    return text;
  }

  /**
   * A checker's source that includes files of the submission. `labels`: what the submission must define. Throws SubmissionError for
   * everything that does not assemble: the checker's own lines did with the solution.
   */
  assemble(source: string, defines: Defines = {}, labels: readonly string[] = []): Program {
    const readFile = (path: string): string | undefined => this.text(path);
    const assembly = assemble(defineLines(defines) + source, { file: HARNESS, readFile });
    const missing = labels.filter(
      (name) => !assembly.symbols.some((symbol) => symbol.name === name && this.text(symbol.file) !== undefined),
    );
    const errors = assembly.diagnostics.filter(({ severity }) => severity === 'error');
    const own = errors.filter(({ file }) => this.text(file) !== undefined);
    const problems = own.map(({ file, line, column, message }) => ({ file, line, column, message }));
    for (const name of missing) {
      problems.push(problem(this.main, `the label '${name}' is missing: the lab calls it, and no file defines it`));
    }
    if (problems.length > 0) throw new SubmissionError(problems);
    if (assembly.failed) throw new SubmissionError([problem(this.main, aroundIt(this.main, errors[0]))]);
    return new Program(assembly.bytes, assembly);
  }
}

/** Source of the checker alone: errors in it are ours. */
export function assembleOwn(source: string, defines: Defines = {}): Program {
  const assembly = assemble(defineLines(defines) + source, { file: HARNESS });
  const error = assembly.diagnostics.find(({ severity }) => severity === 'error');
  if (error) throw new Error(`a guest of the checker does not assemble: line ${error.line}: ${error.message}`);
  return new Program(assembly.bytes, assembly);
}

export function problem(file: string, message: string, line = 1, column = 1): SubmissionProblem {
  return { file, line, column, message };
}

export function defineLines(defines: Defines = {}): string {
  return Object.entries(defines)
    .map(([name, value]) => `%define ${name} ${typeof value === 'bigint' ? `0x${value.toString(16)}` : value}\n`)
    .join('');
}

function aroundIt(file: string, error: Diagnostic | undefined): string {
  const what = error ? `: ${error.message}` : '';
  return `the lab's own lines around ${file} do not assemble any more${what}. Something in it reaches beyond its end: a %if, %macro or struc that is not closed, bits, org, or a name the lab uses`;
}
