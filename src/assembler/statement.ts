/** What a source line says, before anything is evaluated. */
import type { Bits } from '../engine/isa/assemble-operand';
import type { Prefixes } from '../engine/isa/assemble-operand';
import type { Span } from './diagnostic';
import type { Expression } from './expression';

export type OperandSyntax =
  | { readonly kind: 'register'; readonly name: string; readonly to?: true; readonly span: Span }
  | {
      readonly kind: 'memory';
      readonly size?: number;
      readonly far?: true;
      readonly segment?: number;
      readonly relative?: 'rel' | 'abs';
      readonly displacementSize?: 1 | 2 | 4 | 8;
      readonly addressSize?: 2 | 4 | 8;
      readonly noSplit?: true;
      readonly address: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'immediate';
      readonly size?: number;
      readonly strict?: true;
      readonly distance?: 'short' | 'near' | 'far';
      readonly value: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'far';
      readonly size?: number;
      readonly selector: Expression;
      readonly offset: Expression;
      readonly span: Span;
    };

export type DataItem =
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] }
  | { readonly kind: 'float'; readonly value: number; readonly span: Span }
  | { readonly kind: 'reserved'; readonly span: Span }
  | { readonly kind: 'repeated'; readonly count: Expression; readonly items: readonly DataItem[] };

export type Body =
  | {
      readonly kind: 'instruction';
      readonly mnemonic: string;
      readonly mnemonicSpan: Span;
      readonly operands: readonly OperandSyntax[];
      readonly prefixes: Prefixes;
      readonly bits: Bits;
      /** DEFAULT REL is in force. */
      readonly defaultRelative: boolean;
    }
  | { readonly kind: 'data'; readonly size: number; readonly items: readonly DataItem[] }
  | { readonly kind: 'reserve'; readonly size: number; readonly count: Expression }
  | { readonly kind: 'incbin'; readonly bytes: Uint8Array; readonly skip?: Expression; readonly length?: Expression };

export type Statement = { readonly span: Span } & (
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'equ'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'emit'; readonly body: Body; readonly times?: Expression }
  | { readonly kind: 'align'; readonly to: Expression; readonly fill: Body }
  | { readonly kind: 'section'; readonly section: number }
  | { readonly kind: 'org'; readonly value: Expression }
  | { readonly kind: 'absolute'; readonly section: number; readonly value: Expression }
);

/** A section as declared; where it lies is decided by the layout. */
export interface SectionDeclaration {
  readonly index: number;
  readonly name: string;
  /** `absolute` sections only give values to labels. */
  kind: 'progbits' | 'nobits' | 'absolute';
  align?: Expression;
  start?: Expression;
  vstart?: Expression;
  follows?: string;
  vfollows?: string;
  span: Span;
}
