/**
 * Files for a worker that cannot read any: the debug worker sends the DAP reverse request `pacifica/readFile`, and the extension
 * answers it itself with the editor's file system, on the desktop and in the browser alike. The two post messages to each other, so the
 * bytes travel as they are: a kernel has fifty megabytes.
 */
export const READ_FILE = 'pacifica/readFile';

export interface ReadFileQuestion {
  /** A path as launch configurations have it, or a URI. */
  readonly path: string;
}
/** The response's body; a file that cannot be read is a failed response with a message. */
export interface ReadFileAnswer {
  readonly bytes: Uint8Array;
}
