/** `Run to Next #VMEXIT`: the guest goes on until it leaves guest mode again. */
import { commands, window } from 'vscode';
import type { ExtensionContext } from 'vscode';
import type { Labs } from './lab';

export function registerRunToExit(context: ExtensionContext, labs: Labs): void {
  context.subscriptions.push(
    commands.registerCommand('pacifica.runToExit', async () => {
      const { current } = labs;
      if (!current) {
        void window.showInformationMessage('No guest is being debugged: open an .asm file and press F5.');
        return;
      }
      try {
        await current.customRequest('pacifica/runToExit', {});
      } catch (error) {
        void window.showInformationMessage(`Pacifica: ${(error as Error).message}.`);
      }
    }),
  );
}
