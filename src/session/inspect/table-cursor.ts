/** Page tables read address by address in ascending order: what lies there, and up to where nothing else does. */
import {
  PSE_HIGH_MASK,
  PSE_HIGH_SHIFT,
  PTE_A,
  PTE_D,
  PTE_FRAME_HI,
  PTE_FRAME_LO,
  PTE_P,
  PTE_RW,
  PTE_US,
} from '../../engine/arch/paging';
import type { TableFormat } from '../../engine/mmu/table-format';

/** Reads the table at an address: a view of all of it; undefined where there is no memory. */
export type TableReader = (address: number, bytes: number) => DataView | undefined;

/** A page, with what all levels grant together. */
export interface FoundPage {
  readonly kind: 'page';
  /** First address and the one behind the last. */
  readonly start: number;
  readonly end: number;
  /** Where the first byte leads. */
  readonly target: number;
  readonly low: number;
  readonly high: number;
  readonly rw: boolean;
  readonly us: boolean;
  readonly nx: boolean;
  readonly a: boolean;
  readonly d: boolean;
}

/** Nothing, or entries with reserved bits set. */
export interface FoundHole {
  readonly kind: 'hole' | 'reserved';
  readonly start: number;
  readonly end: number;
  /** Bytes one entry of the level at which it ends spans. */
  readonly unit: number;
}

export type Found = FoundPage | FoundHole;

const TWO32 = 0x1_0000_0000;
const GRANTS = PTE_RW | PTE_US | PTE_A;

export class TableCursor {
  /** One past the last address. */
  readonly reach: number;
  private readonly tables = new Map<number, DataView | undefined>();

  constructor(
    private readonly format: TableFormat,
    /** CR3 or nCR3. */
    private readonly register: number,
    private readonly read: TableReader,
  ) {
    this.reach = 2 ** format.reach;
  }

  at(address: number): Found {
    const { levels } = this.format;
    let table = this.root;
    let grants = GRANTS;
    let high = 0;
    for (const [depth, level] of levels.entries()) {
      const last = depth === levels.length - 1;
      const span = 2 ** level.shift;
      const index = Math.floor(address / span) % (level.indexMask + 1);
      const start = address - (address % span);
      const [low, top] = this.entry(table, index);
      if ((low & PTE_P) === 0) return this.hole(table, depth, index, start, span);
      const leaf = last || (low & level.leafBit) !== 0;
      const reserved = leaf
        ? (low & level.leafReservedLow) | (top & level.leafReservedHigh)
        : (low & level.tableReservedLow) | (top & level.tableReservedHigh);
      if (reserved !== 0) return { kind: 'reserved', start, end: start + span, unit: span };
      grants &= low | level.implied;
      high |= top;
      if (!leaf) {
        table = frameOf(low, top);
        continue;
      }
      const frame =
        level.shift === 22
          ? ((low >>> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) * TWO32 + ((low & PTE_FRAME_LO) >>> 0)
          : frameOf(low, top);
      return {
        kind: 'page',
        start,
        end: start + span,
        target: frame - (frame % span),
        low,
        high: top,
        rw: (grants & PTE_RW) !== 0,
        us: (grants & PTE_US) !== 0,
        nx: this.format.noExecute && high < 0,
        a: (grants & PTE_A) !== 0,
        d: (low & PTE_D) !== 0,
      };
    }
    throw new Error('the last level is a leaf');
  }

  /** Addresses of pages in which tables lie, at most so many tables; `complete`: that was all. */
  tablePages(most: number): { readonly pages: ReadonlySet<number>; readonly complete: boolean } {
    const seen = new Set<string>();
    const pages = new Set<number>();
    let complete = true;
    const visit = (table: number, depth: number): void => {
      const key = `${depth}:${table}`;
      if (seen.has(key)) return;
      if (seen.size >= most) {
        complete = false;
        return;
      }
      seen.add(key);
      pages.add(table - (table % 0x1000));
      const level = this.format.levels[depth]!;
      if (depth === this.format.levels.length - 1) return;
      for (let index = 0; index <= level.indexMask; index++) {
        const [low, high] = this.entry(table, index);
        const reserved = (low & level.tableReservedLow) | (high & level.tableReservedHigh);
        if ((low & PTE_P) !== 0 && (low & level.leafBit) === 0 && reserved === 0) visit(frameOf(low, high), depth + 1);
      }
    };
    visit(this.root, 0);
    return { pages, complete };
  }

  private get root(): number {
    const { rootLow, rootHigh } = this.format;
    return (Math.floor(this.register / TWO32) & rootHigh) * TWO32 + ((this.register & rootLow) >>> 0);
  }

  /** A hole, with the holes behind it in the same table. */
  private hole(table: number, depth: number, index: number, start: number, span: number): FoundHole {
    const { indexMask } = this.format.levels[depth]!;
    let end = start + span;
    for (let next = index + 1; next <= indexMask && (this.entry(table, next)[0] & PTE_P) === 0; next++) end += span;
    return { kind: 'hole', start, end, unit: span };
  }

  /** Halves of an entry; where there is no memory all ones. */
  private entry(table: number, index: number): readonly [number, number] {
    const { entryShift } = this.format;
    if (!this.tables.has(table)) this.tables.set(table, this.read(table, 0x1000 - (table % 0x1000)));
    const view = this.tables.get(table);
    const at = index << entryShift;
    if (!view) return [-1, entryShift === 3 ? -1 : 0];
    return [view.getInt32(at, true), entryShift === 3 ? view.getInt32(at + 4, true) : 0];
  }
}

function frameOf(low: number, high: number): number {
  return ((low & PTE_FRAME_LO) >>> 0) + (high & PTE_FRAME_HI) * TWO32;
}
