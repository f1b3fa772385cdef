/** Paths of launch configurations and messages, as the editor's addresses of files. */
import { Uri, workspace } from 'vscode';

/** A URI as it stands; an absolute path in the file system of the workspace; a relative one from its first folder. */
export function fileAddress(path: string): Uri {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return Uri.parse(path, true);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const absolute = /^([a-z]:[\\/]|[\\/])/i.test(path);
  if (absolute) return folder && folder.scheme !== 'file' ? folder.with({ path }) : Uri.file(path);
  return folder ? Uri.joinPath(folder, path) : Uri.file(path);
}
