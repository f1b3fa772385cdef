/** What is wrong with software of a learner, and where: for Problems. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  constructor(
    message: string,
    readonly file: string,
    /** From 1. */
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }

  /** `handlers.ts:12:5: …` */
  get text(): string {
    return `${this.file}:${this.line}:${this.column}: ${this.message}`;
  }
}
