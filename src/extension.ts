/** The parts list of what VS Code sees: each entry registers one part and cleans up through the context's subscriptions. */
import type { ExtensionContext } from 'vscode';

const PARTS: readonly ((context: ExtensionContext) => void)[] = [];

export function activate(context: ExtensionContext): void {
  for (const register of PARTS) register(context);
}
