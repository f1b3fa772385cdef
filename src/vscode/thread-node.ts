/** Workers in the desktop's extension host. */
import { Worker } from 'node:worker_threads';
import type { Uri } from 'vscode';
import type { Thread, ThreadEars } from './thread';

/** Starts `name`, such as `debug/worker.js`, of the bundles beside the extension's. */
export async function startThread(extension: Uri, name: string, ears: ThreadEars): Promise<Thread> {
  const worker = new Worker(`${extension.fsPath}/dist/${name}`);
  let over = false;
  const fail = (error: Error) => {
    if (!over) ears.failed(error);
    over = true;
  };
  worker.on('message', (message) => void (over || ears.heard(message)));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`the worker ${name} ended with code ${code}`)));
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      over = true;
      void worker.terminate();
    },
  };
}
