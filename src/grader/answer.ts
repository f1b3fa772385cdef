/** A question to the grader answered: a grade, or what went wrong on our side. */
import type { GraderAnswer, GraderQuestion } from '../protocol/lab';
import { gradeNamed } from '../session/lab-runner/grade-named';

export async function answerTo({ id, lab, files, seed }: GraderQuestion): Promise<GraderAnswer> {
  try {
    return { kind: 'graded', id, grade: await gradeNamed(lab, files, seed) };
  } catch (error) {
    return { kind: 'fault', id, message: (error as Error).stack ?? String(error) };
  }
}
