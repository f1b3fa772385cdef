/** The worker that grades, as the extension's host sees it: one question at a time, ended if it is silent for too long. */
import type { Grade, GradeQuestion, GraderAnswer } from '../../protocol/lab';
import type { Thread, ThreadEars } from '../thread';

/** What ends a check from outside. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(heard: () => void): { dispose(): void };
}

export type GradeOutcome =
  | { readonly kind: 'graded'; readonly grade: Grade }
  | { readonly kind: 'cancelled' }
  /** There is no grade, for a reason in words. */
  | { readonly kind: 'failed'; readonly message: string };

/** Wall-clock seconds a check may take; submissions are bounded in virtual time long before. */
const PATIENCE_SECONDS = 60;

export class Grader {
  private thread: Promise<Thread> | undefined;
  private heard: (answer: GraderAnswer) => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;
  private before: Promise<unknown> = Promise.resolve();
  private lastId = 0;

  constructor(
    private readonly start: (ears: ThreadEars) => Promise<Thread>,
    private readonly patience = PATIENCE_SECONDS,
  ) {}

  /** Grades when the questions before have been answered. */
  grade(question: Omit<GradeQuestion, 'kind' | 'id'>, cancellation: Cancellation): Promise<GradeOutcome> {
    const mine = this.before.then(() => this.ask({ kind: 'grade', id: ++this.lastId, ...question }, cancellation));
    this.before = mine.catch(() => undefined);
    return mine;
  }

  /** Ends the worker; the next question starts a new one. */
  end(): void {
    const { thread } = this;
    this.thread = undefined;
    void thread?.then(
      (each) => each.end(),
      () => undefined,
    );
  }

  private async ask(question: GradeQuestion, cancellation: Cancellation): Promise<GradeOutcome> {
    if (cancellation.isCancellationRequested) return { kind: 'cancelled' };
    let settle: (outcome: GradeOutcome) => void = () => undefined;
    const outcome = new Promise<GradeOutcome>((resolve) => (settle = resolve));
    const giveUp = (why: GradeOutcome) => {
      this.end();
      settle(why);
    };
    const seconds = this.patience;
    const message = `the check was ended: it did not come to a verdict within ${seconds} seconds. Look for a loop that does not end; the next check starts afresh.`;
    const guard = setTimeout(() => giveUp({ kind: 'failed', message }), seconds * 1000);
    const listener = cancellation.onCancellationRequested(() => giveUp({ kind: 'cancelled' }));
    this.heard = (answer) => {
      if (answer.id !== question.id) return;
      if (answer.kind === 'graded') settle({ kind: 'graded', grade: answer.grade });
      else giveUp({ kind: 'failed', message: answer.message });
    };
    this.failed = (error) => giveUp({ kind: 'failed', message: `the grader failed: ${error.message}` });
    try {
      this.thread ??= this.start({
        heard: (answer) => this.heard(answer as GraderAnswer),
        failed: (error) => this.failed(error),
      });
      this.thread.then(
        (thread) => thread.post(question),
        (error: Error) => this.failed(error),
      );
      return await outcome;
    } finally {
      clearTimeout(guard);
      listener.dispose();
    }
  }
}
