/** Code of a workspace runs only where the workspace is trusted. */
import { commands, window, workspace } from 'vscode';

/** Whether code of the learner may be run; if not, says what to do. */
export async function mayRunCode(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const words = 'Pacifica runs code of a lab only in a workspace you trust.';
  if ((await window.showWarningMessage(words, manage)) === manage) {
    await commands.executeCommand('workbench.trust.manage');
  }
  return workspace.isTrusted;
}
