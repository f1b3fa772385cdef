/** Where the exits of a window lie on a line: guests run, an exit, the hypervisor works, and idle stretches are cut short. */
import type { ExitRow } from '../shared/exit-row';

/** A stretch of a lane, both ends as parts of the whole width. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface LaneExit {
  readonly row: ExitRow;
  /** The guest runs, until its #VMEXIT. */
  readonly ran: Stretch;
  /** The hypervisor works on it; empty while nobody knows for how long. */
  readonly cost: Stretch;
}

/** Nobody ran: virtual ns that were left out or drawn. */
export interface LaneGap extends Stretch {
  readonly ns: number;
}

export interface LaneWindow {
  readonly exits: readonly LaneExit[];
  readonly gaps: readonly LaneGap[];
}

/** An idle stretch is drawn at most this part of what is busy. */
const LONGEST_GAP = 0.05;

/** Rows that follow one another, oldest first. */
export function laneWindow(rows: readonly ExitRow[]): LaneWindow {
  const busy = rows.reduce((sum, { ran, cost }) => sum + ran + cost, 0) || 1;
  const cap = busy * LONGEST_GAP;
  const exits: LaneExit[] = [];
  const gaps: LaneGap[] = [];
  let at = 0;
  let before: ExitRow | undefined;
  for (const row of rows) {
    const idle = before ? Math.max(0, row.clock - row.ran - (before.clock + before.cost)) : 0;
    const gap = Math.min(idle, cap);
    if (idle > 0) gaps.push({ from: at, to: at + gap, ns: idle });
    const start = at + gap;
    const exit = start + row.ran;
    const end = exit + row.cost;
    exits.push({ row, ran: { from: start, to: exit }, cost: { from: exit, to: end } });
    at = end;
    before = row;
  }
  const whole = at || 1;
  const part = <T extends Stretch>(stretch: T): T => ({
    ...stretch,
    from: stretch.from / whole,
    to: stretch.to / whole,
  });
  return {
    exits: exits.map(({ row, ran, cost }) => ({ row, ran: part(ran), cost: part(cost) })),
    gaps: gaps.map(part),
  };
}

/** Exits whose times stand below the lanes: the last, and those before it that are at least so far from each other. */
export function labelled(exits: readonly LaneExit[], apart: number, lastApart: number): LaneExit[] {
  const chosen: LaneExit[] = [];
  const end = exits.at(-1);
  if (!end) return chosen;
  for (const exit of exits) {
    const before = chosen.at(-1);
    const far = !before || exit.ran.to - before.ran.to >= Math.max(apart, 0.2);
    if (far && end.ran.to - exit.ran.to >= lastApart) chosen.push(exit);
  }
  return [...chosen, end];
}
