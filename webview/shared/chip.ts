/** One decoded fact, drawn in a small frame. */
export interface Chip {
  readonly text: string;
  /** `off` is a bit that is 0 and worth a word; `bad` is refused; `hit` is what fired. */
  readonly look?: 'on' | 'off' | 'bad' | 'hit';
  /** It was otherwise at the exit before. */
  readonly changed?: boolean;
  /** What it means, with its section: shown when pointed at, read with the row. */
  readonly meaning?: string;
}
