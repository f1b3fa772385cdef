/** Entry of the machine-less worker: Problems of assembly files. In Node a worker thread, in browsers a Web Worker. */
import type { LanguageAnswer, LanguageQuestion } from '../protocol/language';
import { checkSource } from './check-source';
import { listen } from '#port';

listen((message, answer) => {
  const question = message as LanguageQuestion;
  let reply: LanguageAnswer;
  try {
    reply = checkSource(question);
  } catch (error) {
    reply = { kind: 'fault', id: question.id, message: (error as Error).stack ?? String(error) };
  }
  answer(reply);
});
