/** Launch configurations: F5 in an assembly file needs none. */
import { DebugConfigurationProviderTriggerKind, commands, debug, window, workspace } from 'vscode';
import type { DebugConfiguration, DebugConfigurationProvider, ExtensionContext, Uri, WorkspaceFolder } from 'vscode';
import { DEBUG_TYPE } from './debug-adapter';
import { fileAddress } from './file-address';

/** The language of the files that F5 assembles and runs. */
export const ASSEMBLY_LANGUAGE = 'nasm';

/** Runs the open file as a guest. */
export const OPEN_FILE: DebugConfiguration = {
  type: DEBUG_TYPE,
  request: 'launch',
  name: 'Run the open file as a guest',
  program: '${file}',
  stopOnEntry: true,
};

const MOST_OFFERED = 200;

const resolver: DebugConfigurationProvider = {
  async resolveDebugConfiguration(_folder: WorkspaceFolder | undefined, configuration: DebugConfiguration) {
    const { type, request, name } = configuration;
    const wanted = type || request || name ? configuration : { ...OPEN_FILE };
    const isOpen = window.activeTextEditor?.document.languageId === ASSEMBLY_LANGUAGE;
    if (wanted.program !== OPEN_FILE.program || wanted.boot !== undefined || isOpen) return wanted;
    const guest = guestInSight() ?? (await chooseGuest());
    return guest && { ...wanted, program: pathOf(guest) };
  },
  async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration: DebugConfiguration) {
    const files = programsOf(configuration);
    const dirty = workspace.textDocuments.filter(
      ({ uri, isDirty }) => isDirty && files.some((file) => sameFile(uri, file)),
    );
    for (const document of dirty) if (!(await document.save())) return undefined;
    return withAddresses(configuration);
  },
};

/** The one guest on screen, while the keyboard is elsewhere, such as in a panel. */
function guestInSight(): Uri | undefined {
  const guests = window.visibleTextEditors.filter(({ document }) => document.languageId === ASSEMBLY_LANGUAGE);
  return guests.length === 1 ? guests[0]?.document.uri : undefined;
}

/** With no guest open: the only one of the workspace, or one of several. */
async function chooseGuest(): Promise<Uri | undefined> {
  const found = await workspace.findFiles('**/*.{asm,nasm}', '**/node_modules/**', MOST_OFFERED);
  if (found.length === 0) void window.showInformationMessage('Open the .asm file of a guest, then press F5.');
  if (found.length <= 1) return found[0];
  const guests = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
  guests.sort((a, b) => a.label.localeCompare(b.label));
  return (await window.showQuickPick(guests, { placeHolder: 'Which guest?' }))?.uri;
}

function pathOf(uri: Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

interface Named {
  readonly program?: unknown;
}

function guestsOf({ guests }: DebugConfiguration): readonly (Named | null)[] {
  return Array.isArray(guests) ? (guests as (Named | null)[]) : [];
}

/** Each file a configuration runs. */
function programsOf(configuration: DebugConfiguration): unknown[] {
  return [configuration.program, ...guestsOf(configuration).map((guest) => guest?.program)];
}

/** `${file}` is a bare path: in a file system that is not the machine's own, the editor knows it by its address only. */
function withAddresses(configuration: DebugConfiguration): DebugConfiguration {
  const { program, guests } = configuration as Named & { readonly guests?: unknown };
  const list = guestsOf(configuration).map((guest) => guest && { ...guest, ...withAddress(guest.program) });
  return { ...configuration, ...withAddress(program), ...(Array.isArray(guests) ? { guests: list } : {}) };
}

function withAddress(program: unknown): Named {
  return typeof program === 'string' ? { program: addressed(program) } : {};
}

function addressed(program: string): string {
  const address = fileAddress(program);
  return address.scheme === 'file' ? program : address.toString();
}

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
  await debug.startDebugging(workspace.getWorkspaceFolder(uri), { ...OPEN_FILE, program: pathOf(uri) });
}
