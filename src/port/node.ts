/** The wire of a worker thread. */
import { parentPort } from 'node:worker_threads';

export function listen(hear: (message: unknown, answer: (message: unknown) => void) => void): void {
  const port = parentPort;
  if (!port) throw new Error('this is a worker: it is not started by itself');
  port.on('message', (message) => hear(message, (reply) => port.postMessage(reply)));
}
