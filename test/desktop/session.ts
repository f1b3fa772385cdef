import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly body?: { readonly reason?: string; readonly threadId?: number };
}

/** What the debug adapter announces, in order; each announcement is waited for once. */
class Announcements {
  private readonly heard: Message[] = [];
  private waiting: (() => void) | undefined;

  add(message: Message): void {
    if (message.type !== 'event') return;
    this.heard.push(message);
    this.waiting?.();
  }

  async next(event: string): Promise<Message> {
    for (;;) {
      const at = this.heard.findIndex((message) => message.event === event);
      const [found] = at < 0 ? [] : this.heard.splice(0, at + 1).slice(-1);
      if (found) return found;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
  }
}

describe('a debug session', () => {
  it('stops at the entry of a guest, tells where, and runs to its end', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'no workspace is open');
    const announcements = new Announcements();
    const tracker = vscode.debug.registerDebugAdapterTrackerFactory('pacifica', {
      createDebugAdapterTracker: () => ({ onDidSendMessage: (message: Message) => announcements.add(message) }),
    });
    try {
      const program = vscode.Uri.joinPath(folder.uri, 'hello.asm').fsPath;
      const launch = { type: 'pacifica', request: 'launch', name: 'hello', program, stopOnEntry: true };
      assert.ok(await vscode.debug.startDebugging(folder, launch), 'the session did not start');
      const { body } = await announcements.next('stopped');
      assert.equal(body?.reason, 'entry');
      const session = vscode.debug.activeDebugSession;
      assert.ok(session);
      const { stackFrames } = (await session.customRequest('stackTrace', { threadId: body?.threadId })) as {
        stackFrames: { source?: { path?: string }; line: number }[];
      };
      assert.equal(folder.uri.scheme, 'file');
      // the editor hands the path of a file on a server on as its address
      assert.ok(stackFrames[0]?.source?.path?.endsWith(vscode.Uri.file(program).path), stackFrames[0]?.source?.path);
      await session.customRequest('continue', { threadId: body?.threadId });
      assert.equal((await announcements.next('stopped')).body?.reason, 'halted');
      await vscode.debug.stopDebugging(session);
    } finally {
      tracker.dispose();
    }
  });
});
