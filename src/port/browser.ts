/** The wire of a Web Worker. */

interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}

export function listen(hear: (message: unknown, answer: (message: unknown) => void) => void): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => hear(data, (reply) => scope.postMessage(reply));
}
