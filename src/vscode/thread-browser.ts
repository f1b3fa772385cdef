/** Workers in the browser's extension host: the bundle is read as a file and started from a blob, whatever its origin. */
import { Uri, workspace } from 'vscode';
import type { Thread, ThreadEars } from './thread';

/** The names of the browser this file needs. */
interface BrowserWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}
interface BrowserNames {
  readonly Worker: new (url: string) => BrowserWorker;
  readonly Blob: new (parts: readonly Uint8Array[], options: { readonly type: string }) => unknown;
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
}

/** Starts `name`, such as `debug/worker.js`, of the bundles for browsers. */
export async function startThread(extension: Uri, name: string, ears: ThreadEars): Promise<Thread> {
  const { Worker, Blob, URL } = globalThis as unknown as BrowserNames;
  const source = await workspace.fs.readFile(Uri.joinPath(extension, 'dist/web', name));
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  let over = false;
  worker.onmessage = ({ data }) => void (over || ears.heard(data));
  worker.onerror = ({ message }) => {
    if (!over) ears.failed(new Error(message ?? `the worker ${name} failed`));
    over = true;
  };
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      over = true;
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
