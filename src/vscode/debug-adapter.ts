/** The debug adapter as VS Code sees it: DAP goes to the worker and comes back, unread but for requests to read a file. */
import { DebugAdapterInlineImplementation, EventEmitter, debug, workspace } from 'vscode';
import type { DebugAdapter, DebugProtocolMessage, ExtensionContext } from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { READ_FILE } from '../protocol/files';
import type { ReadFileAnswer, ReadFileQuestion } from '../protocol/files';
import { fileAddress } from './file-address';
import type { Thread } from './thread';
import { startThread } from '#thread';

/** The type of our launch configurations. */
export const DEBUG_TYPE = 'pacifica';

export function registerDebugAdapter(context: ExtensionContext): void {
  const factory = {
    createDebugAdapterDescriptor: () => new DebugAdapterInlineImplementation(new WorkerAdapter(context)),
  };
  context.subscriptions.push(debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, factory));
}

/** One session: one worker. */
class WorkerAdapter implements DebugAdapter {
  private readonly sent = new EventEmitter<DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private readonly thread: Promise<Thread>;
  /** Requests of the editor that wait for a response: if the worker dies, each is told so. */
  private readonly waiting = new Map<number, string>();
  private over = false;
  /** Numbers of messages made here, apart from the worker's. */
  private sequence = 1_000_000;

  constructor(context: ExtensionContext) {
    const ears = { heard: (message: unknown) => this.hear(message), failed: (error: Error) => this.fail(error) };
    this.thread = startThread(context.extensionUri, 'debug/worker.js', ears);
    this.thread.catch((error: Error) => this.fail(error));
  }

  handleMessage(message: DebugProtocolMessage): void {
    const { type, seq, command } = message as DebugProtocol.Request;
    if (type === 'request') this.waiting.set(seq, command);
    if (this.over) this.refuseAll('the worker of this session has ended');
    else void this.thread.then((thread) => thread.post(message));
  }

  dispose(): void {
    this.over = true;
    this.thread.then(
      (thread) => thread.end(),
      () => undefined,
    );
    this.sent.dispose();
  }

  private hear(message: unknown): void {
    const dap = message as DebugProtocol.ProtocolMessage;
    if (dap.type === 'request' && (dap as DebugProtocol.Request).command === READ_FILE) {
      void this.readFile(dap as DebugProtocol.Request);
      return;
    }
    if (dap.type === 'response') this.waiting.delete((dap as DebugProtocol.Response).request_seq);
    this.sent.fire(dap as unknown as DebugProtocolMessage);
  }

  private async readFile(request: DebugProtocol.Request): Promise<void> {
    const { path } = request.arguments as ReadFileQuestion;
    const response = { type: 'response', seq: this.sequence++, request_seq: request.seq, command: READ_FILE };
    let answer: object;
    try {
      const body: ReadFileAnswer = { bytes: await workspace.fs.readFile(fileAddress(path)) };
      answer = { ...response, success: true, body };
    } catch (error) {
      answer = { ...response, success: false, message: `${path}: ${(error as Error).message}` };
    }
    (await this.thread).post(answer);
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    this.refuseAll(`the worker failed: ${error.message}`);
    const output = { category: 'important', output: `Pacifica's worker failed: ${error.stack ?? error.message}\n` };
    this.event('output', output);
    this.event('terminated', {});
  }

  private refuseAll(message: string): void {
    for (const [seq, command] of this.waiting) {
      const response = { type: 'response', seq: this.sequence++, request_seq: seq, command, success: false, message };
      this.sent.fire(response as unknown as DebugProtocolMessage);
    }
    this.waiting.clear();
  }

  private event(event: string, body: object): void {
    this.sent.fire({ type: 'event', seq: this.sequence++, event, body } as unknown as DebugProtocolMessage);
  }
}
