import assert from 'node:assert/strict';
import type { Grade, GradeQuestion, GraderAnswer } from '../../../src/protocol/lab';
import type { ThreadEars } from '../../../src/vscode/thread';
import { Grader } from '../../../src/vscode/labs/grader';
import type { Cancellation } from '../../../src/vscode/labs/grader';

const GRADE: Grade = { lab: '04-cpuid', seed: 1, passed: true, claims: [], problems: [], virtualTime: 0, exits: {} };
const ASKED = { lab: '04-cpuid', seed: 1, files: { 'cpuid.ts': '' } };
const SECONDS = 0.05;

/** A worker that does with a question what a test says. */
class FakeWorkers {
  readonly asked: GradeQuestion[] = [];
  started = 0;
  ended = 0;
  constructor(private readonly act: (question: GradeQuestion, ears: ThreadEars, worker: number) => void) {}

  readonly start = async (ears: ThreadEars) => {
    const worker = ++this.started;
    return {
      post: (message: unknown) => {
        this.asked.push(message as GradeQuestion);
        queueMicrotask(() => this.act(message as GradeQuestion, ears, worker));
      },
      end: () => void this.ended++,
    };
  };
}

const graded = ({ id }: GradeQuestion, ears: ThreadEars) =>
  ears.heard({ kind: 'graded', id, grade: GRADE } satisfies GraderAnswer);

class Token implements Cancellation {
  isCancellationRequested = false;
  private heard: () => void = () => undefined;
  onCancellationRequested(heard: () => void) {
    this.heard = heard;
    return { dispose: () => void (this.heard = () => undefined) };
  }
  cancel(): void {
    this.isCancellationRequested = true;
    this.heard();
  }
}

describe('the grader as the editor sees it', () => {
  it('answers from one worker, one question after the other', async () => {
    const workers = new FakeWorkers(graded);
    const grader = new Grader(workers.start, SECONDS);
    const outcomes = await Promise.all([grader.grade(ASKED, new Token()), grader.grade(ASKED, new Token())]);
    assert.deepEqual(outcomes, [
      { kind: 'graded', grade: GRADE },
      { kind: 'graded', grade: GRADE },
    ]);
    assert.equal(workers.started, 1);
    assert.deepEqual(
      workers.asked.map(({ kind, id, lab, files }) => [kind, id, lab, files]),
      [
        ['grade', 1, '04-cpuid', { 'cpuid.ts': '' }],
        ['grade', 2, '04-cpuid', { 'cpuid.ts': '' }],
      ],
    );
  });

  it('ends a worker that is silent for too long, says so, and the next check has a new one', async () => {
    const workers = new FakeWorkers((question, ears, worker) => {
      if (worker === 2) graded(question, ears);
    });
    const grader = new Grader(workers.start, SECONDS);
    const silent = await grader.grade(ASKED, new Token());
    assert.equal(silent.kind, 'failed');
    assert.match(silent.kind === 'failed' ? silent.message : '', /did not come to a verdict within 0.05 seconds/);
    assert.deepEqual([workers.started, workers.ended], [1, 1]);
    assert.equal((await grader.grade(ASKED, new Token())).kind, 'graded');
    assert.equal(workers.started, 2);
  });

  it('is cancelled: the worker is ended, the question behind it is answered', async () => {
    const workers = new FakeWorkers((question, ears, worker) => {
      if (worker === 2) graded(question, ears);
    });
    const grader = new Grader(workers.start);
    const token = new Token();
    const first = grader.grade(ASKED, token);
    const second = grader.grade(ASKED, new Token());
    await new Promise((resolve) => setTimeout(resolve, 5));
    token.cancel();
    assert.deepEqual(await first, { kind: 'cancelled' });
    assert.equal((await second).kind, 'graded');
    assert.deepEqual([workers.started, workers.ended], [2, 1]);
    assert.deepEqual(await grader.grade(ASKED, token), { kind: 'cancelled' });
  });

  it('says what went wrong in a worker, and starts another', async () => {
    const workers = new FakeWorkers((question, ears, worker) => {
      if (worker === 1) ears.failed(new Error('out of memory'));
      else if (worker === 2) ears.heard({ kind: 'fault', id: question.id, message: 'a bug' } satisfies GraderAnswer);
      else graded(question, ears);
    });
    const grader = new Grader(workers.start, SECONDS);
    const say = async () => {
      const outcome = await grader.grade(ASKED, new Token());
      return outcome.kind === 'failed' ? outcome.message : outcome.kind;
    };
    assert.equal(await say(), 'the grader failed: out of memory');
    assert.equal(await say(), 'a bug');
    assert.equal(await say(), 'graded');
    const none = new Grader(() => Promise.reject(new Error('no such file')));
    const outcome = await none.grade(ASKED, new Token());
    assert.deepEqual(outcome, { kind: 'failed', message: 'the grader failed: no such file' });
  });
});
