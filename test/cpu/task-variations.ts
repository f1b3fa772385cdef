/** What is different from a good switch in each trial of the task matrix. */
import * as at from './task-layout';
import { descriptor, ROADS, stage } from './task-layout';
import type { STAGE } from './task-layout';

export interface Variation {
  readonly name: string;
  /** Dwords put at linear addresses before the TSSs are made. */
  readonly writes: readonly (readonly [address: number, value: number | string])[];
  /** Only behind task gates (0) or interrupt gates (1); both when missing. */
  readonly kind?: 0 | 1;
  readonly roads?: readonly (typeof ROADS)[number][];
  /** Formats of the old and the new TSS: 16 and 32. */
  readonly formats?: readonly string[];
  readonly paging?: boolean;
  /** The old TSS is too short. */
  readonly unsaved?: boolean;
}

/** One trial of 64 of a variation. */
export interface Trial {
  readonly variation: Variation;
  readonly kind: 0 | 1;
  readonly from: 16 | 32;
  readonly to: 16 | 32;
  readonly road: (typeof ROADS)[number];
  readonly number: number;
}

const FORMATS = ['16 to 16', '16 to 32', '32 to 16', '32 to 32'] as const;

/** Bits 0 and 1: kinds; 15:8: roads; 19:16: formats that are left out. Bit 31: paging. */
export function skipBits(v: Variation): number {
  let bits = v.paging ? 0x8000_0000 : 0;
  if (v.kind !== undefined) bits |= v.kind === 0 ? 2 : 1;
  ROADS.forEach((road, n) => (bits |= v.roads && !v.roads.includes(road) ? 0x100 << n : 0));
  FORMATS.forEach((format, n) => (bits |= v.formats && !v.formats.includes(format) ? 0x10000 << n : 0));
  return bits >>> 0;
}

/** Those that are run, in the order in which they are. */
export function trialsOf(variations: readonly Variation[]): readonly Trial[] {
  return variations.flatMap((variation, v) => {
    const skip = skipBits(variation);
    const trials: Trial[] = [];
    for (let n = 0; n < 64; n++) {
      const kind = n & 1;
      const road = n >> 3;
      const formats = (n >> 1) & 3;
      if ((skip & (1 << kind)) !== 0 || (skip & (0x100 << road)) !== 0 || (skip & (0x10000 << formats)) !== 0) continue;
      trials.push({
        variation,
        kind: kind as 0 | 1,
        from: formats & 2 ? 32 : 16,
        to: formats & 1 ? 32 : 16,
        road: ROADS[road]!,
        number: v * 64 + n,
      });
    }
    return trials;
  });
}

type Stage = Partial<Record<keyof typeof STAGE, number | string>>;
const set = (values: Stage): Variation['writes'] =>
  Object.entries(values).map(([name, value]) => [stage(name as keyof typeof STAGE), value]);
const v = (name: string, values: Stage, more: Partial<Variation> = {}): Variation => ({
  name,
  ...more,
  writes: [...set(values), ...(more.writes ?? [])],
});
const d = descriptor;

const TO32: Partial<Variation> = { formats: ['16 to 32', '32 to 32'] };

/** A task of CPL 3. */
const USER: Stage = {
  es: d('userEs') | 3,
  cs: d('userCode') | 3,
  ss: d('userStack') | 3,
  ds: d('userDs') | 3,
  fs: d('userFs') | 3,
  gs: d('userGs') | 3,
};
const PG = 0x8000_0000;
const WP = 0x1_0000;
const pte = (table: number, address: number): number => table + 0x1000 + (address >> 12) * 4;
const hex = (n: number): string => `${n.toString(16)}h`;

/** An old task that cannot be saved cannot leave for an observer either, nor for the task of a double fault. */
const UNSAVED: Partial<Variation> = { unsaved: true, kind: 1, roads: ROADS.filter((road) => road !== '#GP') };
const limits = (name: 'newLimit' | 'oldLimit', values: readonly number[]): Variation[] =>
  values.map((value) => v(`${name} ${hex(value)}`, { [name]: value }, name === 'oldLimit' ? UNSAVED : {}));

/** What a segment register of the new task may hold, by its CPL. */
const selectors = (cpl: 0 | 3): readonly (readonly [string, number])[] => [
  ['null', 0],
  ['null, RPL 3', 3],
  ['another RPL', (cpl === 0 ? d('es') : d('userEs')) | (cpl ^ 3)],
  ['RPL 1', (cpl === 0 ? d('es') : d('userEs')) | 1],
  ['of the other level', (cpl === 0 ? d('userEs') : d('es')) | cpl],
  ['absent data', (cpl === 0 ? d('absentData') : d('absentUserData')) | cpl],
  ['absent code', (cpl === 0 ? d('absentCode') : d('absentUserCode')) | cpl],
  ['read-only', (cpl === 0 ? d('readOnly') : d('userReadOnly')) | cpl],
  ['execute-only', (cpl === 0 ? d('executeOnly') : d('userExecuteOnly')) | cpl],
  ['code', (cpl === 0 ? d('code') : d('userCode')) | cpl],
  ['code, another RPL', (cpl === 0 ? d('code') : d('userCode')) | (cpl ^ 3)],
  ['code of the other level', (cpl === 0 ? d('userCode') : d('code')) | cpl],
  ['conforming, DPL 0', d('conforming') | cpl],
  ['conforming, DPL 3', d('userConforming') | cpl],
  ['conforming, DPL 1', d('conforming1') | cpl],
  ['data, DPL 1', d('data1') | cpl],
  ['data, DPL and RPL 1', d('data1') | 1],
  ['code, DPL 1', d('code1') | cpl],
  ['expand-down', d('expandDown') | cpl],
  ['a TSS', d('system') | cpl],
  ['an empty descriptor', d('nothing') | cpl],
  ['64-bit code', d('long') | cpl],
  ['outside the GDT', 0x3ff8 | cpl],
  ['in the LDT that is none', 12 | cpl],
];

const segments: readonly Variation[] = ([0, 3] as const).flatMap((cpl) =>
  (['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const).flatMap((register) =>
    selectors(cpl).map(([name, selector]) =>
      v(
        `${register} ${name}${cpl ? ', CPL 3' : ''}`,
        { ...(cpl ? USER : {}), [register]: selector },
        { roads: ['CALL', 'IRET', '#UD', '#GP'], ...(register === 'fs' || register === 'gs' ? TO32 : {}) },
      ),
    ),
  ),
);

const types: readonly Variation[] = Array.from({ length: 32 }, (_, n) => {
  const access = ((n & 16) << 3) | (n & 15);
  return v(`access byte ${hex(access)}`, { newAccess: access });
}).concat([
  v('a data segment', { newAccess: 0x92 }),
  v('a code segment', { newAccess: 0x9b }, { roads: ROADS.filter((road) => road !== 'CALL' && road !== 'JMP') }),
]);

const tables: readonly Variation[] = [
  ['good', d('ldt')],
  ['RPL 3', d('ldt') | 3],
  ['null, RPL 3', 3],
  ['absent', d('absentLdt')],
  ['a TSS', d('system')],
  ['data', d('data1')],
  ['in the LDT', 12],
  ['outside the GDT', 0x3ff8],
  ['an empty descriptor', d('nothing')],
].map(([name, ldt]) => v(`LDT ${name}`, { ldt: ldt as number }));

const FLAGS: readonly (readonly [string, number])[] = [
  ['none', 0],
  ['all of the lower half', 0xfcff],
  ['TF', 0x102],
  ['NT', 0x4002],
  ['RF', 0x10002],
  ['AC', 0x40002],
  ['VIF, VIP, ID', 0x380002],
  ['the reserved', 0xffc0_802a],
];

/** A task of virtual-8086 mode. */
const VIRTUAL: Stage = { cs: 0xf000, ss: 0x900, es: 0x100, ds: 0, fs: 3, gs: 0xffff, eip: '($landing16 - image)' };

const OTHERS: readonly Variation[] = [
  v('good', {}),
  v('CPL 3', USER),
  ...FLAGS.map(([name, eflags]) => v(`flags: ${name}`, { eflags })),
  v('flags: VM', { ...VIRTUAL, eflags: 0x23002 }, TO32),
  v('flags: VM, IOPL 0', { ...VIRTUAL, eflags: 0x20002 }, TO32),
  v('flags: VM, bad LDT', { ...VIRTUAL, eflags: 0x23002, ldt: d('absentLdt') }, TO32),
  v('flags: VM, T', { ...VIRTUAL, eflags: 0x23002, trap: 1 }, TO32),
  v('flags: VM, EIP beyond the limit', { ...VIRTUAL, eflags: 0x23002, eip: 0x10000 }, TO32),
  v('old flags: NT', { oldFlags: 0x4002 }),
  v('old flags: all', { oldFlags: 0x247cd7 & ~0x100 }),
  v('EIP beyond the limit', { eip: 0x10000 }, TO32),
  v('EIP beyond the limit, CPL 3', { ...USER, eip: 0x10000 }, TO32),
  v('T', { trap: 1 }),
  v('T, CPL 3', { ...USER, trap: 1 }),
  v('T and what is reserved beside it', { trap: 0xffff }),
  v('reserved bits beside T', { trap: 0xfffe }),
  v('T and ES bad', { trap: 1, es: d('absentData') }),
  v('T and EIP beyond the limit', { trap: 1, eip: 0x10000 }, TO32),
  v('local breakpoints', { dr7: 0x755 }),
  v('global breakpoints', { dr7: 0x7aa }),
  v('ESP 0', { esp: 0 }),
  v('ESP 1', { esp: 1 }),
  v('ESP 2', { esp: 2 }),
  v('stack too small', { ss: d('small') }),
  v('stack too small by 1', { ss: d('small'), esp: 0x101 }),
  v('stack that ends', { ss: d('small'), esp: 0x100 }),
  v('CS and SS bad', { cs: d('absentCode'), ss: d('absentData') }),
  v('DS and SS bad', { ds: d('absentData'), ss: d('readOnly') }),
  v('ES and DS bad', { es: d('absentData'), ds: d('executeOnly') }),
  v('CS and LDT bad', { cs: d('absentCode'), ldt: d('absentLdt') }),
  v('CS bad and EIP beyond the limit', { cs: d('absentCode'), eip: 0x10000 }, TO32),
  v('ES bad and EIP beyond the limit', { es: d('absentData'), eip: 0x10000 }, TO32),
  v('segments in the LDT', { ldt: d('ldt'), es: 12, ds: 12, cs: 20 }),
  v('ES outside the LDT', { ldt: d('ldt'), es: 28 }),
  v('selector null', { selector: 0 }),
  v('selector null, RPL 3', { selector: 3 }),
  v('selector, RPL 3', { selector: 0x10b }),
  v('selector in the LDT', { selector: 0x10c }),
  v('selector outside the GDT', { selector: 0x3ff8 }),
  v('selector of the old task', { selector: 0x100 }, { formats: ['32 to 16', '32 to 32'] }),
  v('selector of a task gate', { selector: 0x110 }),
  v('the same TSS under two selectors', { oldBase: at.NEW_TSS }, { formats: ['32 to 32'] }),
  ...[0x85, 0xa5, 0xe5, 0x65].flatMap((gate) => [
    v(`CPL 3, gate ${hex(gate)}`, { cpl: 3, gate }),
    v(`gate ${hex(gate)}`, { gate }),
  ]),
  v('CPL 3, TSS with DPL 3', { cpl: 3, newAccess: 0xe9 }),
  v('CPL 3, TSS with DPL 3, RPL 0 and 3', { cpl: 3, newAccess: 0xe9, selector: 0x10b }),
  v('TSS with DPL 0, RPL 3', { newAccess: 0x89, selector: 0x10b }),
  v('TSS with DPL 1, RPL 1', { newAccess: 0xa9, selector: 0x109 }),
  v('TSS with DPL 1, RPL 2', { newAccess: 0xa9, selector: 0x10a }),
  v('old TSS too short, new one too', { oldLimit: 0x20, newLimit: 0x20 }, UNSAVED),
  v('old TSS too short, CS bad', { oldLimit: 0x20, cs: 0 }, UNSAVED),
  v('granular limit', { newLimit: 0x80_0000 }),
  v('CR3 without paging', { cr3: 0x7000 }),
];

/** In kind 1 alone: behind a task gate the observer could not be reached. */
const absent = (name: string, address: number, value: number, more: Partial<Variation> = {}): Variation =>
  v(name, { cr0: PG | WP }, { paging: true, kind: 1, writes: [[pte(at.PAGES, address), value]], ...more });

const PAGING: readonly Variation[] = [
  v('paging', { cr0: PG }, { paging: true }),
  v('paging, the same CR3', { cr0: PG, cr3: at.PAGES }, { paging: true }),
  v('paging, low bits of CR3', { cr0: PG, cr3: at.PAGES_NEW | 0x18 }, { paging: true }),
  v(
    'paging, another page for the new task',
    { cr0: PG },
    { paging: true, writes: [[pte(at.PAGES_NEW, at.MARK), at.MARK + 0x1007]] },
  ),
  v(
    'paging, no stack for the new task',
    { cr0: PG },
    { paging: true, kind: 0, writes: [[pte(at.PAGES_NEW, at.NEW_STACK - 4), 0]] },
  ),
  absent('first page of the old TSS absent', at.OLD_TSS, 0),
  absent('second page of the old TSS absent', at.OLD_TSS + 0x20, 0),
  absent('second page of the old TSS read-only', at.OLD_TSS + 0x20, 0x3e005),
  absent('first page of the new TSS absent', at.NEW_TSS, 0),
  absent('second page of the new TSS absent', at.NEW_TSS + 0x20, 0),
  absent('first page of the new TSS read-only', at.NEW_TSS, 0x41005),
  absent('second page of the new TSS read-only', at.NEW_TSS + 0x20, 0x42005),
];

const OLD_LIMITS = [0, 0xd, 0x20, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x5e, 0x5f, 0x60, 0x66, 0x67, 0x68];
export const VARIATIONS: readonly Variation[] = [
  ...OTHERS,
  ...limits('newLimit', [0, 1, 0x29, 0x2a, 0x2b, 0x2c, 0x5f, 0x63, 0x65, 0x66, 0x67, 0x68, 0xffff]),
  ...limits('oldLimit', OLD_LIMITS),
  ...types,
  ...tables,
  ...segments,
  ...PAGING,
];
