/** Launch configurations: F5 in an assembly file needs none. */
import { DebugConfigurationProviderTriggerKind, commands, debug, window, workspace } from 'vscode';
import type { DebugConfiguration, DebugConfigurationProvider, ExtensionContext, Uri, WorkspaceFolder } from 'vscode';
import { DEBUG_TYPE } from './debug-adapter';
import { fileAddress } from './file-address';

/** The language of the files that F5 assembles and runs. */
export const ASSEMBLY_LANGUAGE = 'nasm';

/** Runs the open file as a guest. */
const OPEN_FILE: DebugConfiguration = {
  type: DEBUG_TYPE,
  request: 'launch',
  name: 'Run the open file as a guest',
  program: '${file}',
  stopOnEntry: true,
};

const resolver: DebugConfigurationProvider = {
  resolveDebugConfiguration(_folder: WorkspaceFolder | undefined, configuration: DebugConfiguration) {
    const { type, request, name } = configuration;
    if (type || request || name) return configuration;
    if (window.activeTextEditor?.document.languageId === ASSEMBLY_LANGUAGE) return { ...OPEN_FILE };
    void window.showInformationMessage('Open the .asm file of a guest, then press F5.');
    return undefined;
  },
  async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
    const program: unknown = configuration.program;
    const document = workspace.textDocuments.find(({ uri, isDirty }) => isDirty && sameFile(uri, program));
    if (document && !(await document.save())) return undefined;
    if (typeof program !== 'string') return configuration;
    // `${file}` is a bare path: in a file system that is not the machine's own, the editor knows it by its address only
    const address = fileAddress(program);
    return address.scheme === 'file' ? configuration : { ...configuration, program: address.toString() };
  },
};

function sameFile(uri: Uri, program: unknown): boolean {
  return program === uri.fsPath || program === uri.path || program === uri.toString();
}

const offered: DebugConfigurationProvider = { provideDebugConfigurations: () => [{ ...OPEN_FILE }] };

export function registerDebugConfigurations(context: ExtensionContext): void {
  const { Initial, Dynamic } = DebugConfigurationProviderTriggerKind;
  context.subscriptions.push(
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, resolver),
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, offered, Initial),
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, offered, Dynamic),
    commands.registerCommand('pacifica.debugFile', debugFile),
  );
}

/** Runs a file as a guest: the one a menu was opened on, or the one in the active editor. */
async function debugFile(file?: Uri): Promise<void> {
  const uri = file ?? window.activeTextEditor?.document.uri;
  if (!uri) {
    void window.showInformationMessage('Open the .asm file of a guest first.');
    return;
  }
  const program = uri.scheme === 'file' ? uri.fsPath : uri.toString();
  await debug.startDebugging(workspace.getWorkspaceFolder(uri), { ...OPEN_FILE, program });
}
