/** Problems of assembly files, found by the assembler in a worker without a machine, half a second after the last key. */
import { Diagnostic, DiagnosticSeverity, Range, Uri, languages, window, workspace } from 'vscode';
import type { ExtensionContext, TextDocument } from 'vscode';
import type { CheckedSource, LanguageAnswer, LanguageQuestion, SourceProblem } from '../protocol/language';
import { ASSEMBLY_LANGUAGE } from './debug-configuration';
import { SOLUTION_SCHEME } from './labs/solutions';
import type { Thread } from './thread';
import { startThread } from '#thread';

const DELAY = 300;
/** A source that includes deeper than this is asked about no further. */
const MOST_ROUNDS = 16;
const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

export function registerProblems(context: ExtensionContext): void {
  const collection = languages.createDiagnosticCollection('pacifica');
  const worker = new LanguageWorker(context);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Files that got problems on behalf of a document: its includes. */
  const touched = new Map<string, readonly Uri[]>();

  const check = async (document: TextDocument) => {
    const { version, uri } = document;
    const checked = await worker.check(document);
    if (!checked || document.isClosed || document.version !== version) return;
    const byFile = new Map<string, Diagnostic[]>([[uri.toString(), []]]);
    for (const problem of checked.problems) {
      const file = fileOf(problem, document).toString();
      byFile.set(file, [...(byFile.get(file) ?? []), diagnosticOf(problem)]);
    }
    for (const old of touched.get(uri.toString()) ?? []) if (!byFile.has(old.toString())) collection.delete(old);
    const files = [...byFile.keys()].map((file) => Uri.parse(file, true));
    touched.set(uri.toString(), files);
    files.forEach((file) => collection.set(file, byFile.get(file.toString())));
  };
  const later = (document: TextDocument, delay: number) => {
    // what a solution includes is not beside it, and it has no problems
    if (document.languageId !== ASSEMBLY_LANGUAGE || document.uri.scheme === SOLUTION_SCHEME) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        check(document).catch((error: Error) => console.error(`Pacifica: ${error.message}`));
      }, delay),
    );
  };

  context.subscriptions.push(
    collection,
    worker,
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
    workspace.onDidOpenTextDocument((document) => later(document, 0)),
    workspace.onDidChangeTextDocument(({ document }) => later(document, DELAY)),
    workspace.onDidCloseTextDocument(({ uri }) => {
      clearTimeout(timers.get(uri.toString()));
      for (const file of touched.get(uri.toString()) ?? []) collection.delete(file);
      touched.delete(uri.toString());
    }),
  );
  for (const document of workspace.textDocuments) later(document, 0);
}

function fileOf(problem: SourceProblem, document: TextDocument): Uri {
  return problem.file === document.uri.path ? document.uri : document.uri.with({ path: problem.file });
}

function diagnosticOf({ line, column, endColumn, message, severity }: SourceProblem): Diagnostic {
  const range = new Range(line - 1, column - 1, line - 1, Math.max(endColumn, column + 1) - 1);
  const diagnostic = new Diagnostic(range, message, SEVERITY[severity]);
  diagnostic.source = 'Pacifica';
  return diagnostic;
}

/** The worker, started at the first question and again after a failure. */
class LanguageWorker {
  private thread: Promise<Thread> | undefined;
  private readonly waiting = new Map<number, (answer: LanguageAnswer | undefined) => void>();
  private lastId = 0;

  constructor(private readonly context: ExtensionContext) {}

  /** Looks at a document; files it includes are read as the worker asks for them. */
  async check(document: TextDocument): Promise<CheckedSource | undefined> {
    const files: Record<string, Uint8Array | null> = {};
    const file = document.uri.path;
    const text = document.getText();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = await this.ask({ kind: 'check', id: ++this.lastId, file, text, files });
      if (answer?.kind === 'fault') throw new Error(answer.message);
      const missing = answer?.wanted.filter((name) => !(name in files)) ?? [];
      if (missing.length === 0) return answer;
      for (const name of missing) files[name] = await read(document, name);
    }
    return undefined;
  }

  dispose(): void {
    void this.thread?.then((thread) => thread.end());
    this.thread = undefined;
  }

  private async ask(question: LanguageQuestion): Promise<LanguageAnswer | undefined> {
    this.thread ??= startThread(this.context.extensionUri, 'language/worker.js', {
      heard: (message) => this.hear(message as LanguageAnswer),
      failed: (error) => this.fail(error),
    });
    const thread = await this.thread;
    return new Promise((resolve) => {
      this.waiting.set(question.id, resolve);
      thread.post(question);
    });
  }

  private hear(answer: LanguageAnswer): void {
    this.waiting.get(answer.id)?.(answer);
    this.waiting.delete(answer.id);
  }

  private fail(error: Error): void {
    this.thread = undefined;
    for (const answer of this.waiting.values()) answer(undefined);
    this.waiting.clear();
    void window.showErrorMessage(`Pacifica's language worker failed: ${error.message}`);
  }
}

/** A file by the path the assembler made of an include; an open, unsaved one as it is on the screen. */
async function read(document: TextDocument, path: string): Promise<Uint8Array | null> {
  const uri = path.startsWith('/') ? document.uri.with({ path }) : Uri.joinPath(document.uri, '..', path);
  const open = workspace.textDocuments.find((other) => other.uri.toString() === uri.toString());
  if (open) return new TextEncoder().encode(open.getText());
  try {
    return await workspace.fs.readFile(uri);
  } catch {
    return null;
  }
}
