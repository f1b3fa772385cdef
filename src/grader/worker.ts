/** Entry of the worker that grades, so that a long check never holds up the editor. In Node a worker thread, in browsers a Web Worker. */
import type { GraderAnswer, GraderQuestion } from '../protocol/lab';
import { answerTo } from './answer';
import { listen } from '#port';

/** One check at a time, in the order asked. */
let last: Promise<void> = Promise.resolve();

listen((message, answer) => {
  const question = message as GraderQuestion;
  last = last.then(async () => {
    const reply: GraderAnswer = await answerTo(question);
    answer(reply);
  });
});
