/** The decoding mode of the processor's state, interned: blocks are keyed by it. */
import { unitBits } from '../isa/unit';
import { EFER_LMA, RFLAGS_VM, SEG_CS, SEG_DS, SEG_ES, SEG_SS } from '../arch/registers';
import type { Mode } from '../exec/block-cache';
import { ATTR_BIG, ATTR_LONG, type CpuState } from '../state/cpu-state';
import { CODE_LIMIT, SEG_READ_FIRST, SEG_WRITE_FIRST } from '../state/layout';

/** Mode numbers fit six bits of the jump cache's tags, and 0 is no tag. */
const MOST_MODES = 63;

export class ModeTable {
  private readonly modes: Mode[] = [];
  private last: Mode | undefined;

  constructor(
    private readonly state: CpuState,
    /** All numbers are taken: what was decoded under them is forgotten. */
    private readonly onOverflow: () => void,
  ) {}

  current(): Mode {
    const { state, last } = this;
    const attributes = state.attributes(SEG_CS);
    const long = (state.efer & EFER_LMA) !== 0 && (attributes & ATTR_LONG) !== 0;
    const code = long ? 64 : attributes & ATTR_BIG ? 32 : 16;
    const csBase = long ? 0 : state.baseLow(SEG_CS) >>> 0;
    const csLimit = long ? 0xffffffff : state.limit(SEG_CS);
    const flat = long || (this.isFlat(SEG_DS) && this.isFlat(SEG_ES) && this.isFlat(SEG_SS));
    state.i32[CODE_LIMIT >> 2] = csLimit | 0;
    const units = unitBits(
      state.cr(0),
      state.cr(4),
      (state.efer & EFER_LMA) === 0 && (state.systemFlags & RFLAGS_VM) !== 0,
    );
    const same = (m: Mode): boolean =>
      m.code === code && m.units === units && m.flat === flat && m.csBase === csBase && m.csLimit === csLimit;
    if (last && same(last)) return last;
    return (this.last =
      this.modes.find(same) ?? this.add({ code, width: long ? 64 : 32, flat, units, csBase, csLimit }));
  }

  private add(mode: Omit<Mode, 'id'>): Mode {
    if (this.modes.length === MOST_MODES) {
      this.modes.length = 0;
      this.onOverflow();
    }
    const added = { ...mode, id: this.modes.length };
    this.modes.push(added);
    return added;
  }

  private isFlat(segment: number): boolean {
    const { state } = this;
    const at = state.segmentAt(segment) >> 2;
    return (
      state.baseLow(segment) === 0 &&
      state.i32[at + (SEG_READ_FIRST >> 2)] === 0 &&
      state.i32[at + (SEG_READ_FIRST >> 2) + 1] === -1 &&
      state.i32[at + (SEG_WRITE_FIRST >> 2)] === 0 &&
      state.i32[at + (SEG_WRITE_FIRST >> 2) + 1] === -1
    );
  }
}
