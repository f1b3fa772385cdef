/** A worker of the extension, the same to both kinds of extension host. */

export interface Thread {
  post(message: unknown): void;
  /** Ends it; nothing is heard from it afterwards. */
  end(): void;
}

export interface ThreadEars {
  /** A message. */
  readonly heard: (message: unknown) => void;
  /** It failed and is gone; once. */
  readonly failed: (error: Error) => void;
}
