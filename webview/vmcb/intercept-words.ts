/** The intercept words as squares: which bits are on, what they are called, which one fired. */
import { INTERCEPTS } from '../../src/engine/arch/intercepts';
import type { Intercept, InterceptName } from '../../src/engine/arch/intercepts';
import { INTERCEPT_WORD_OFFSETS } from '../../src/engine/arch/vmcb';
import { isSet } from '../shared/bits';
import { exceptionName, firedIntercept } from '../shared/exit-names';
import type { VmcbPage } from './vmcb-page';

const WORD_TITLES = [
  'CR reads, writes',
  'DR reads, writes',
  'Exceptions',
  'Events, instructions',
  'SVM, write traps',
  'Newer instructions',
] as const;

export interface InterceptBit {
  readonly bit: number;
  readonly on: boolean;
  readonly changed: boolean;
  /** The last exit was by this bit. */
  readonly fired: boolean;
  /** Short, for a chip; empty for a bit without a meaning. */
  readonly label: string;
  readonly tip: string;
}

export interface InterceptWord {
  readonly title: string;
  /** In the VMCB. */
  readonly offset: number;
  readonly value: bigint;
  readonly changed: boolean;
  readonly bits: readonly InterceptBit[];
}

const BY_PLACE = new Map<string, InterceptName>(
  (Object.keys(INTERCEPTS) as InterceptName[]).map((name) => [
    `${INTERCEPTS[name].vector}.${INTERCEPTS[name].bit}`,
    name,
  ]),
);

function label(name: InterceptName, { vector, bit }: Intercept): string {
  if (vector === 2) return exceptionName(bit);
  const move = /^([CD]R\d+)_(READ|WRITE)$/.exec(name);
  return move ? `${move[2]?.toLowerCase()} ${move[1]}` : name;
}

/** `exited`: there has been a #VMEXIT, so that EXITCODE names the bit that fired. */
export function interceptWords(page: VmcbPage, before: VmcbPage | undefined, exited: boolean): InterceptWord[] {
  const fired = exited ? firedIntercept(page.exitCode) : undefined;
  return INTERCEPT_WORD_OFFSETS.map((offset, vector) => {
    const value = page.at(offset, 4);
    const old = before?.at(offset, 4) ?? value;
    const bits = Array.from({ length: 32 }, (_, bit): InterceptBit => {
      const on = isSet(value, bit);
      const changed = on !== isSet(old, bit);
      const name = BY_PLACE.get(`${vector}.${bit}`);
      if (!name) return { bit, on, changed, fired: false, label: '', tip: `bit ${bit}: reserved` };
      const row: Intercept = INTERCEPTS[name];
      const tip = `${name}, bit ${bit}: ${on ? 'on' : 'off'}${row.note ? `\n${row.note}` : ''}\n§${row.section}`;
      return { bit, on, changed, fired: name === fired && on, label: label(name, row), tip };
    });
    return { title: WORD_TITLES[vector] ?? '', offset, value, changed: value !== old, bits };
  });
}
