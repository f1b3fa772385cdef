/** A shadow beside its guest's tables, row by row as a lab would tell it. */
import { hexOf } from '../../src/protocol/codec';
import type { Answer, Question } from '../../src/protocol/wire';
import type { ShadowReason, ShadowRow, ShadowSign } from '../../src/protocol/shadow';
import { GUEST_A } from './mock-lab';

const HIGH = 0xffff_8000_0010_0000n;

interface Shape {
  readonly sign: ShadowSign;
  readonly reason: ShadowReason;
  readonly text: string;
  readonly count?: number;
  /** Rights of the guest, and of the shadow: letters of RUXAD that are granted; undefined: not present. */
  readonly guest?: string;
  readonly shadow?: string;
}

const IN_STEP = { sign: 'in-step', reason: 'none', text: 'in step' } as const;
const SHAPES: readonly Shape[] = [
  { ...IN_STEP, guest: 'A', shadow: 'U', count: 2 },
  { ...IN_STEP, guest: 'RAD', shadow: 'RU' },
  { sign: 'stricter', reason: 'dirty', text: 'RW held back until the guest’s D can be set', guest: 'RA', shadow: 'U' },
  { sign: 'not-built', reason: 'untouched', text: 'never touched: built at its first #PF', guest: 'R', count: 40 },
  { ...IN_STEP, guest: 'RAD', shadow: 'RU', count: 12 },
  { sign: 'wrong', reason: 'stale', text: 'the guest maps nothing here', shadow: 'RU' },
  {
    sign: 'stricter',
    reason: 'table',
    text: 'a guest page table lies here: writes must exit',
    guest: 'RAD',
    shadow: 'U',
  },
  { sign: 'emulated', reason: 'none', text: 'no memory there: every access is emulated', guest: 'RA' },
];

function rowOf(shape: Shape, index: number, gva: bigint): ShadowRow {
  const { sign, reason, text, guest, shadow, count = 1 } = shape;
  const side = (letters: string) => ({
    entry: '0x1067',
    rw: letters.includes('R'),
    us: letters.includes('U'),
    nx: letters.includes('X'),
    size: 4096,
  });
  return {
    gva: hexOf(gva),
    page: 4096,
    count,
    guest:
      guest === undefined
        ? null
        : {
            ...side(guest),
            us: true,
            gpa: 0x45_0000 + index * 0x4_0000,
            a: guest.includes('A'),
            d: guest.includes('D'),
            spa: 0x411_0000 + index * 0x4_0000,
          },
    shadow: shadow === undefined ? null : { ...side(shadow), spa: 0x411_0000 + index * 0x4_0000 },
    sign,
    reason,
    text,
  };
}

/** `times` the pattern over; without `wrong` rows if the hypervisor is right. */
export class MockShadow {
  readonly rows: readonly ShadowRow[];

  constructor(times: number, wrong = true) {
    const rows: ShadowRow[] = [];
    let gva = HIGH;
    for (let n = 0; n < times; n++) {
      for (const shape of SHAPES) {
        if (shape.sign === 'wrong' && !wrong) continue;
        rows.push(rowOf(shape, rows.length, gva));
        gva += 4096n * BigInt(shape.count ?? 1) + 4096n;
      }
    }
    this.rows = rows;
  }

  answer({ from, show, limit }: Question<'pacifica/shadow'>): Answer<'pacifica/shadow'> {
    const wanted = this.rows.filter(({ sign }) => show === 'all' || sign !== 'in-step');
    const start = from === undefined ? 0 : wanted.findIndex(({ gva }) => BigInt(gva) >= BigInt(from));
    const rows = start < 0 ? [] : wanted.slice(start, start + limit);
    const sum = (sign: ShadowSign) =>
      this.rows.filter((row) => row.sign === sign).reduce((all, { count }) => all + count, 0);
    return {
      kind: 'comparison',
      guest: GUEST_A,
      guestCr3: '0x1000',
      vmcbCr3: '0x380000',
      paging: true,
      counts: {
        pages: this.rows.reduce((all, { count }) => all + count, 0),
        inStep: sum('in-step'),
        stricter: sum('stricter'),
        notBuilt: sum('not-built'),
        emulated: sum('emulated'),
        wrong: sum('wrong'),
      },
      complete: true,
      rows,
      next: start < 0 ? null : (wanted[start + limit]?.gva ?? null),
    };
  }
}
