/** The worker that grades, as it ships: asked over its port. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { labNamed } from '../../labs/catalog';
import { filesOf } from '../../src/cli/lab-files';
import type { GraderAnswer } from '../../src/protocol/lab';
import { grade } from '../../src/session/lab-runner/grade';

const WORKER = './dist/grader/worker.js';

describe('the grading worker', () => {
  let worker: Worker;
  const waiting = new Map<number, (answer: GraderAnswer) => void>();
  let asked = 0;

  before(() => {
    worker = new Worker(WORKER);
    worker.on('message', (answer: GraderAnswer) => waiting.get(answer.id)?.(answer));
  });
  after(() => worker?.terminate());

  function ask(lab: string, files: Readonly<Record<string, string>>, seed = 1): Promise<GraderAnswer> {
    const id = ++asked;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ kind: 'grade', id, lab, seed, files });
    });
  }

  async function graded(answer: Promise<GraderAnswer>) {
    const reply = await answer;
    assert.ok(reply.kind === 'graded', JSON.stringify(reply));
    return reply.grade;
  }

  it('answers with the grade the command line gives', async () => {
    const lab = labNamed('1')!;
    const files = filesOf(lab, { mutant: 'rbx-lost' }, 'labs');
    assert.deepEqual(await graded(ask(lab.id, files, 4)), await grade(lab, files, 4));
  });

  it('answers questions in their order, each with its id', async () => {
    const tour = filesOf(labNamed('0')!, 'solution', 'labs');
    const answers = await Promise.all([ask('00-tour', tour), ask('00-tour', {}), ask('00-tour', tour)]);
    assert.deepEqual(
      answers.map((answer) => answer.kind === 'graded' && answer.grade.passed),
      [true, false, true],
    );
  });

  it('says what went wrong on this side, and goes on', async () => {
    const answer = await ask('99-nothing', {});
    assert.ok(answer.kind === 'fault' && /no lab 99-nothing/.test(answer.message));
    assert.equal((await graded(ask('00-tour', filesOf(labNamed('0')!, 'solution', 'labs')))).passed, true);
  });

  it('gives hostile handlers a problem, and the next submission its due', async () => {
    const lab = labNamed('4')!;
    const hostile = [
      'export const exits = { VMEXIT_CPUID() { for (;;); } };',
      'for (;;);',
      'const all = []; export const exits = { VMEXIT_CPUID() { for (;;) all.push(new Array(1e5).fill(all)); } };',
      'export const exits = { VMEXIT_CPUID() { return process.exit(0); } };',
      'export const exits = { VMEXIT_CPUID() { return globalThis.constructor.constructor("return process")().exit(); } };',
    ];
    for (const text of hostile) {
      const verdict = await graded(ask(lab.id, { ...filesOf(lab, 'starter', 'labs'), [lab.file]: text }));
      assert.equal(verdict.passed, false);
      assert.ok(verdict.problems.length > 0, text);
      assert.equal(verdict.problems[0]!.file, lab.file);
    }
    assert.equal((await graded(ask(lab.id, filesOf(lab, 'solution', 'labs')))).passed, true);
  });
});
