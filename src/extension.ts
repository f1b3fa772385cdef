/** The parts list of what VS Code sees: each entry registers one part and cleans up through the context's subscriptions. */
import type { ExtensionContext } from 'vscode';
import { registerDebugAdapter } from './vscode/debug-adapter';
import { registerDebugConfigurations } from './vscode/debug-configuration';
import { createLabs } from './vscode/lab';
import { registerLabs } from './vscode/labs/register-labs';
import { registerPanels } from './vscode/panels';
import { registerProblems } from './vscode/problems';
import { registerRunToExit } from './vscode/run-to-exit';
import { registerScreens } from './vscode/screen';
import { registerSerialConsole } from './vscode/serial-console';
import { registerStatusBar } from './vscode/status-bar';

export function activate(context: ExtensionContext): void {
  registerDebugAdapter(context);
  registerProblems(context);
  const labs = createLabs(context);
  registerSerialConsole(context, labs);
  registerScreens(context, labs);
  registerStatusBar(context, labs);
  registerRunToExit(context, labs);
  const panels = registerPanels(context, labs);
  registerLabs(context, labs, panels);
  registerDebugConfigurations(context);
}
