/** The labs, the learner's copies of them in the workspace, and how far each is. */
import { EventEmitter, FileType, Range, RelativePattern, Uri, WorkspaceEdit, workspace } from 'vscode';
import type { Disposable, Event, ExtensionContext, WorkspaceFolder } from 'vscode';
import type { Lab } from '../../labs/lab';
import type { LabRow } from '../../protocol/lab-page';
import { backupName, filesOf, README, TSCONFIG, TSCONFIG_TEXT } from './lab-files';
import { Progress, statusOf } from './progress';

/** A lab as a folder of the workspace. */
export interface LabCopy {
  readonly lab: Lab;
  readonly folder: Uri;
}

export class Course implements Disposable {
  readonly progress: Progress;
  private found: readonly LabCopy[] = [];
  private readonly changed = new EventEmitter<void>();
  private watchers: Disposable[] = [];
  private readonly listener: Disposable;

  /** Copies or progress are not what they were. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    private readonly context: ExtensionContext,
    readonly labs: readonly Lab[],
  ) {
    this.progress = new Progress(context.globalState);
    this.listener = workspace.onDidChangeWorkspaceFolders(() => this.watch());
    this.watch();
  }

  dispose(): void {
    for (const part of [this.listener, this.changed, ...this.watchers]) part.dispose();
  }

  lab(id: string): Lab | undefined {
    return this.labs.find((lab) => lab.id === id);
  }

  get copies(): readonly LabCopy[] {
    return this.found;
  }
  copyOf(lab: Lab): LabCopy | undefined {
    return this.found.find((copy) => copy.lab === lab);
  }
  /** The copy a file lies in. */
  copyAt(file: Uri): LabCopy | undefined {
    return this.found.find(({ folder }) => file.toString().startsWith(`${folder.toString()}/`));
  }

  get rows(): LabRow[] {
    return this.labs.map((lab) => ({
      id: lab.id,
      number: lab.number,
      title: lab.title,
      status: statusOf(this.progress.of(lab), this.copyOf(lab) !== undefined),
    }));
  }

  /** Progress has been written. */
  touch(): void {
    this.changed.fire();
  }

  // ---- files

  /** A file of the extension's folder `labs/`, as text. */
  async shipped(path: string): Promise<string> {
    return decode(await workspace.fs.readFile(this.shippedPlace(path)));
  }
  shippedPlace(path: string): Uri {
    return Uri.joinPath(this.context.extensionUri, 'labs', ...path.split('/'));
  }

  /** Copies a lab into a folder of the workspace; what is there already stays as it is. */
  async copy(lab: Lab, into: Uri): Promise<LabCopy> {
    const folder = basename(into) === lab.id ? into : Uri.joinPath(into, lab.id);
    const readme = await this.shipped(`${lab.id}/${README}`);
    await workspace.fs.createDirectory(folder);
    for (const { from, to } of filesOf(lab, readme)) {
      const place = Uri.joinPath(folder, ...to.split('/'));
      if (await exists(place)) continue;
      await workspace.fs.writeFile(place, await workspace.fs.readFile(this.shippedPlace(from)));
    }
    const tsconfig = Uri.joinPath(folder, TSCONFIG);
    if (lab.kind === 'typescript' && !(await exists(tsconfig))) {
      await workspace.fs.writeFile(tsconfig, encode(TSCONFIG_TEXT));
    }
    await this.scan();
    return { lab, folder };
  }

  /** Brings the starter back, file by file; a file that was changed is kept beside it. Returns the names of what was kept. */
  async reset({ lab, folder }: LabCopy): Promise<string[]> {
    const names = new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
    const kept: string[] = [];
    for (const file of lab.files) {
      const place = Uri.joinPath(folder, ...file.split('/'));
      const starter = await this.shipped(`${lab.id}/starter/${file}`);
      const text = await textOf(place);
      if (text === starter) continue;
      if (text !== undefined) {
        const backup = backupName(file, (name) => names.has(name));
        await workspace.fs.writeFile(Uri.joinPath(folder, ...backup.split('/')), encode(text));
        kept.push(backup);
      }
      await writeText(place, starter);
    }
    await this.progress.forget(lab);
    this.touch();
    return kept;
  }

  /** The learner's files as they are on the screen, saved or not; those that are not there are left out. */
  async submission({ lab, folder }: LabCopy): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    for (const file of lab.files) {
      const text = await textOf(Uri.joinPath(folder, ...file.split('/')));
      if (text !== undefined) files[file] = text;
    }
    return files;
  }

  // ---- copies

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = (workspace.workspaceFolders ?? []).map((folder) => {
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, '*'), false, true, false);
      watcher.onDidCreate(() => void this.scan());
      watcher.onDidDelete(() => void this.scan());
      return watcher;
    });
    void this.scan();
  }

  /** Looks for copies anew. */
  async scan(): Promise<void> {
    const found = await Promise.all((workspace.workspaceFolders ?? []).map((folder) => this.copiesIn(folder)));
    const all = found.flat();
    const same = all.length === this.found.length && all.every((copy, index) => sameCopy(copy, this.found[index]));
    if (same) return;
    this.found = all;
    this.changed.fire();
  }

  private async copiesIn({ uri }: WorkspaceFolder): Promise<LabCopy[]> {
    const own = this.lab(basename(uri));
    if (own && (await exists(Uri.joinPath(uri, own.file)))) return [{ lab: own, folder: uri }];
    const entries = await Promise.resolve(workspace.fs.readDirectory(uri)).catch(() => []);
    const folders = new Set(entries.filter(([, type]) => type & FileType.Directory).map(([name]) => name));
    const copies: LabCopy[] = [];
    for (const lab of this.labs) {
      const folder = Uri.joinPath(uri, lab.id);
      if (folders.has(lab.id) && (await exists(Uri.joinPath(folder, lab.file)))) copies.push({ lab, folder });
    }
    return copies;
  }
}

export function fileIn({ folder }: LabCopy, file: string): Uri {
  return Uri.joinPath(folder, ...file.split('/'));
}

function sameCopy(copy: LabCopy, other: LabCopy | undefined): boolean {
  return copy.lab === other?.lab && copy.folder.toString() === other.folder.toString();
}

function basename(uri: Uri): string {
  return uri.path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

async function exists(place: Uri): Promise<boolean> {
  return Promise.resolve(workspace.fs.stat(place)).then(
    () => true,
    () => false,
  );
}

function openDocument(place: Uri) {
  return workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.toString() === place.toString());
}

/** A file as it is on the screen, else as it is stored; undefined: there is none. */
export async function textOf(place: Uri): Promise<string | undefined> {
  const document = openDocument(place);
  if (document) return document.getText();
  return Promise.resolve(workspace.fs.readFile(place)).then(decode, () => undefined);
}

/** Writes a file; one that is open, as an edit that can be undone. */
export async function writeText(place: Uri, text: string): Promise<void> {
  const document = openDocument(place);
  if (!document) {
    await workspace.fs.writeFile(place, encode(text));
    return;
  }
  const edit = new WorkspaceEdit();
  edit.replace(place, new Range(0, 0, document.lineCount, 0), text);
  await workspace.applyEdit(edit);
  await document.save();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
