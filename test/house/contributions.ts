/** What package.json tells VS Code, held against the sources that keep the promise. Each fault is one line. */
import type { SourceTree } from './source-tree';

interface Command {
  readonly command: string;
}
interface Colour {
  readonly id: string;
  readonly defaults: Readonly<Record<string, string>>;
}
export interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly browser: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly contributes: Readonly<Record<string, unknown>> & {
    readonly commands?: readonly Command[];
    readonly colors?: readonly Colour[];
    readonly menus?: Readonly<Record<string, readonly Command[]>>;
    readonly keybindings?: readonly Command[];
  };
}

/** Every `./path` below a value. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\.\/[\w./-]+$/.test(value) ? [value.slice(2)] : [];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(pathsIn);
  return [];
}

/** Files that are named and not there. */
export function missingFiles(manifest: Manifest, exists: (file: string) => boolean): string[] {
  const named = [
    manifest.icon,
    manifest.main,
    manifest.browser,
    ...Object.values(manifest.bin),
    ...pathsIn(manifest.contributes),
  ];
  return named.filter((file) => !exists(file)).map((file) => `${file} is named and not there`);
}

/** Commands: what is contributed is registered, what is registered is contributed, what a menu offers is one of them. */
export function commandFaults(manifest: Manifest, sources: SourceTree): string[] {
  const contributed = new Set((manifest.contributes.commands ?? []).map(({ command }) => command));
  const text = [...sources.values()].join('\n');
  const faults = [...contributed]
    .filter((command) => !new RegExp(`['"\`]${command.replace(/\./g, '\\.')}['"\`]`).test(text))
    .map((command) => `${command} is contributed and in no source`);
  for (const [, command] of text.matchAll(/registerCommand\(\s*['"`]([\w.-]+)['"`]/g)) {
    if (command && !contributed.has(command)) faults.push(`${command} is registered and not contributed`);
  }
  const offered = [
    ...Object.values(manifest.contributes.menus ?? {}).flat(),
    ...(manifest.contributes.keybindings ?? []),
  ];
  for (const { command } of offered) {
    if (command.startsWith('pacifica') && !contributed.has(command))
      faults.push(`${command} is offered and not contributed`);
  }
  return faults;
}

/** The four kinds of theme that a colour must have a default for. */
const THEMES = ['dark', 'light', 'highContrast', 'highContrastLight'];

/** Theme colours: what style sheets use is contributed, with a default for each kind of theme, and the other way round. */
export function colourFaults(manifest: Manifest, styles: SourceTree): string[] {
  const faults: string[] = [];
  const used = new Set<string>();
  for (const text of styles.values()) {
    for (const [, name] of text.matchAll(/--vscode-(pacifica-[\w-]+)/g)) if (name) used.add(name);
  }
  const contributed = new Set<string>();
  for (const { id, defaults } of manifest.contributes.colors ?? []) {
    contributed.add(id.replace(/\./g, '-'));
    for (const theme of THEMES) if (!defaults[theme]) faults.push(`${id} has no default for ${theme}`);
  }
  for (const name of used) if (!contributed.has(name)) faults.push(`--vscode-${name} is used and not contributed`);
  for (const name of contributed) if (!used.has(name)) faults.push(`${name} is contributed and not used`);
  return faults;
}

interface LaunchProperty {
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: { readonly properties: Readonly<Record<string, LaunchProperty>> };
}

/** What launch.json may say is what is understood: the words of each option, by its name, in their order. */
export function launchFaults(manifest: Manifest, words: Readonly<Record<string, readonly string[]>>): string[] {
  const [debuggers] = (manifest.contributes.debuggers ?? []) as readonly {
    readonly configurationAttributes: {
      readonly launch: { readonly properties: Readonly<Record<string, LaunchProperty>> };
    };
  }[];
  const properties = debuggers?.configurationAttributes.launch.properties ?? {};
  const faults: string[] = [];
  const check = (at: string, name: string, property: LaunchProperty | undefined): void => {
    const understood = words[name]!;
    const offered = property?.enum ?? [];
    if (offered.join() !== understood.join())
      faults.push(`${at} offers ${offered.join()}; understood: ${understood.join()}`);
    const descriptions = property?.enumDescriptions;
    if (descriptions && descriptions.length !== offered.length) faults.push(`${at} has a word without description`);
  };
  const ofGuests = properties.guests?.items?.properties ?? {};
  for (const name of Object.keys(words)) {
    check(name, name, properties[name]);
    // firmware is not for guests
    if (ofGuests[name] && name !== 'boot') check(`guests[].${name}`, name, ofGuests[name]);
  }
  return faults;
}

/** The API's types must not be newer than the oldest editor we install into. */
export function newerThanEngine(manifest: Manifest): string[] {
  const minor = (version: string) => Number(/(\d+)\.(\d+)/.exec(version)?.[2]);
  const types = manifest.devDependencies['@types/vscode'] ?? '';
  return minor(types) > minor(manifest.engines.vscode) ? [`@types/vscode ${types} is newer than engines.vscode`] : [];
}
