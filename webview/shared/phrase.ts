/** A sentence with numbers and weights in it, before it is drawn. */
import { hexGroups } from './numbers';

export type Part =
  | string
  /** An address or a value, with gaps. */
  | { readonly hex: bigint; readonly width?: number }
  /** In the editor's font. */
  | { readonly mono: string }
  | { readonly strong: string }
  | { readonly quiet: string }
  /** Refused or fatal. */
  | { readonly bad: string };

export type Phrase = readonly Part[];

/** As it is read aloud and copied. */
export function phraseText(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('hex' in part) return hexGroups(part.hex, part.width).text;
      if ('mono' in part) return part.mono;
      if ('strong' in part) return part.strong;
      return 'quiet' in part ? part.quiet : part.bad;
    })
    .join('');
}
