/** Entry of the worker in which engine, hypervisor, session and debug adapter live. In Node a worker thread, in browsers a Web Worker. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Adapter } from './adapter';
import { listen } from '#port';

let adapter: Adapter | undefined;
listen((message, answer) => {
  if (!adapter) {
    adapter = new Adapter();
    adapter.onDidSendMessage((sent) => answer(sent));
  }
  adapter.handleMessage(message as DebugProtocol.ProtocolMessage);
});
