/** What a field's value means: chips for bits, a quiet note for a value that is one thing. */
import type { BitField, RegisterBit } from '../../src/engine/arch/bit-field';
import { EVENT_TYPES } from '../../src/engine/arch/events';
import { exitName } from '../../src/engine/arch/exit-codes';
import { CR0, CR4, DR6, DR7, EFER, RFLAGS } from '../../src/engine/arch/registers';
import { CLEAN_BITS } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';
import { bitsOf, isSet } from '../shared/bits';
import { character, ioAccess } from '../shared/exit-decode';
import { exceptionName, exitFullName, exitRow } from '../shared/exit-names';
import { counted, hForm, hexGroups, signedMillions } from '../shared/numbers';
import type { Chip } from '../shared/chip';
import { exitInfoFacts } from './exit-info-facts';
import { rowOf } from './vmcb-page';
import type { VmcbPage } from './vmcb-page';

export interface FieldFacts {
  readonly chips: readonly Chip[];
  readonly note?: string;
}

/** What a reading may look at beside the value. */
export interface FieldContext {
  readonly page: VmcbPage;
  /** The VMCB at the exit before. */
  readonly before: VmcbPage | undefined;
  /** The instruction at RIP, if it is known. */
  readonly instruction: string;
  /** There has been a #VMEXIT, so that what it writes means something. */
  readonly exited: boolean;
}

type Reading = (value: bigint, context: FieldContext) => FieldFacts;

/** A register's bits: those that are on, those of `worth` also when off. */
function register(bits: readonly RegisterBit[], worth: readonly string[] = []): (field: VmcbField) => Reading {
  return (field) => (value, context) => {
    const before = context.before?.value(field) ?? value;
    const chips = [...bits]
      .reverse()
      .filter(({ bit, name }) => isSet(value, bit) || isSet(before, bit) || worth.includes(name))
      .map(({ bit, name, meaning, section }): Chip => {
        const on = isSet(value, bit);
        const changed = on !== isSet(before, bit);
        return {
          text: name,
          look: on ? 'on' : 'off',
          changed,
          meaning: `${name}, bit ${bit}: ${meaning}\n§${section}`,
        };
      });
    return { chips };
  };
}

/** Fields by the manual's rows: one bit by its name, several with their value. */
export function fieldChips(
  fields: readonly BitField[],
  section: string,
  value: bigint,
  before: bigint,
  worth: readonly string[] = [],
): Chip[] {
  const chips: Chip[] = [];
  for (const { name, hi, lo, meaning } of fields) {
    const now = bitsOf(value, { hi, lo });
    const changed = now !== bitsOf(before, { hi, lo });
    if (now === 0n && !changed && !worth.includes(name)) continue;
    const place = hi === lo ? `bit ${lo}` : `bits ${hi}:${lo}`;
    const text = hi === lo ? name : `${name} ${hForm(now, 1)}`;
    const look = hi === lo && now === 0n ? 'off' : 'on';
    chips.push({ text, look, changed, meaning: `${name}, ${place}: ${meaning}\n§${section}` });
  }
  return chips;
}

/** `EVENTINJ` and `EXITINTINFO`. §15.20 */
function event(nothing: string): Reading {
  return (value) => {
    if (!isSet(value, 31)) return { chips: [], note: nothing };
    const type = EVENT_TYPES[Number(bitsOf(value, { hi: 10, lo: 8 }))];
    const vector = Number(bitsOf(value, { hi: 7, lo: 0 }));
    const what = type?.name === 'EXCEPTION' ? exceptionName(vector) : `vector ${hForm(vector)}`;
    const chips: Chip[] = [
      {
        text: type?.name ?? 'RESERVED',
        look: type?.legal ? 'on' : 'bad',
        meaning: `TYPE, bits 10:8: ${type?.meaning}\n§15.20`,
      },
      { text: what, meaning: 'VECTOR, bits 7:0\n§15.20' },
    ];
    if (isSet(value, 11)) {
      const code = hForm(bitsOf(value, { hi: 63, lo: 32 }), 1);
      chips.push({ text: `error code ${code}`, meaning: 'EV, bit 11, and ERRORCODE, bits 63:32\n§15.20' });
    }
    return { chips };
  };
}

const TLB_WORDS: Record<number, string> = {
  0: 'flush nothing',
  1: 'flush every ASID',
  3: 'flush this ASID',
  7: 'flush this ASID but global entries',
};

const byRows: (field: VmcbField, worth?: readonly string[]) => Reading = (field, worth) => (value, context) => {
  const { bits, section } = rowOf(field);
  return { chips: bits ? fieldChips(bits, section, value, context.before?.value(field) ?? value, worth) : [] };
};

/** Readings of fields whose rows alone do not say enough. */
const READINGS: Partial<Record<VmcbField, Reading>> = {
  exitCode: (value, { before, exited }) => {
    if (!exited) return { chips: [], note: 'no #VMEXIT yet' };
    const code = Number(BigInt.asIntN(64, value));
    const row = exitRow(code);
    const look = !row || row.class === 'fault' ? 'bad' : 'on';
    const meaning = row ? `§${row.section}${row.note ? `\n${row.note}` : ''}` : 'the manual has no such exit code';
    return {
      chips: [
        {
          text: exitFullName(code),
          look,
          changed: before !== undefined && before.value('exitCode') !== value,
          meaning,
        },
      ],
    };
  },
  exitInfo1: (_, { page, exited }) => (exited ? exitInfoFacts(page, 'exitInfo1') : { chips: [] }),
  exitInfo2: (_, { page, exited }) => (exited ? exitInfoFacts(page, 'exitInfo2') : { chips: [] }),
  exitIntInfo: event('no event was being delivered'),
  nRip: (value, { page, exited }) => {
    if (!exited) return { chips: [] };
    const ahead = value - page.value('rip');
    if (value === 0n) return { chips: [], note: 'not written by this exit' };
    if (ahead === 0n) return { chips: [], note: 'RIP is there already' };
    return ahead > 0n && ahead < 16n
      ? { chips: [{ text: `RIP + ${ahead}`, meaning: 'length of the intercepted instruction' }] }
      : { chips: [] };
  },
  guestAsid: (value) => ({
    chips: value === 0n ? [{ text: 'the host’s', look: 'bad', meaning: 'ASID 0 is refused\n§15.16' }] : [],
  }),
  tlbControl: (value) => ({ chips: [], note: TLB_WORDS[Number(value & 7n)] ?? 'reserved' }),
  eventInj: event('inject nothing'),
  cleanBits: (value) => {
    const dirty = CLEAN_BITS.filter(({ bit }) => !isSet(value, bit));
    const clean = CLEAN_BITS.length - dirty.length;
    const meaning = `VMRUN reads again: ${dirty.map(({ name }) => name).join(' ') || 'nothing'}\n§15.15.3`;
    return { chips: [{ text: `${clean} of ${CLEAN_BITS.length} clean`, meaning }] };
  },
  vIntr: byRows('vIntr', ['V_IRQ', 'V_TPR']),
  interruptShadow: (value, context) =>
    value === 0n ? { chips: [], note: 'no interrupt shadow' } : byRows('interruptShadow')(value, context),
  npEnable: byRows('npEnable', ['NP_ENABLE']),
  iopmBasePa: () => ({ chips: [] }),
  msrpmBasePa: () => ({ chips: [] }),
  tscOffset: (value) => ({ chips: [], note: value === 0n ? undefined : signedMillions(value) }),
  rip: (_, { instruction }) => ({
    chips: instruction ? [{ text: instruction, meaning: 'the instruction at CS:RIP' }] : [],
  }),
  rax: (value, { page, exited }) => ({ chips: exited ? writtenRegister(value, page) : [] }),
  rflags: register(RFLAGS, ['IF', 'ZF', 'CF', 'TF'])('rflags'),
  cr0: register(CR0)('cr0'),
  cr3: (_, { page }) => ({
    chips: [],
    note: isSet(page.value('npEnable'), 0) ? 'a guest-physical address' : undefined,
  }),
  cr4: register(CR4)('cr4'),
  efer: register(EFER, ['SVME'])('efer'),
  cpl: () => ({ chips: [] }),
  dr6: register(DR6)('dr6'),
  dr7: register(DR7)('dr7'),
  insnBytesFetched: () => ({ chips: [] }),
};

/** The part of RAX that an OUT wrote. */
function writtenRegister(rax: bigint, page: VmcbPage): Chip[] {
  if (exitName(page.exitCode) !== 'VMEXIT_IOIO') return [];
  const { value, width } = ioAccess(page.value('exitInfo1'), rax);
  if (value === undefined) return [];
  const name = { 8: 'AL', 16: 'AX', 32: 'EAX' }[width];
  const letter = width === 8 ? character(value) : undefined;
  return [{ text: `${name} ${letter ?? hexGroups(value).text}`, meaning: 'what the OUT writes' }];
}

/** Reserved bits that are not zero. */
function reservedChips(field: VmcbField, value: bigint): Chip[] {
  return (rowOf(field).reserved ?? [])
    .filter((range) => bitsOf(value, range) !== 0n)
    .map(({ hi, lo }) => ({
      text: `reserved ${hi === lo ? lo : `${hi}:${lo}`} set`,
      look: 'bad',
      meaning: 'should be zero',
    }));
}

export function fieldFacts(field: VmcbField, context: FieldContext): FieldFacts {
  const value = context.page.value(field);
  const { chips, note } = (READINGS[field] ?? byRows(field))(value, context);
  return { chips: [...chips, ...reservedChips(field, value)], note };
}

/** What pointing at a field tells: meaning, section, who moves it, which clean bit covers it. */
export function fieldTip(field: VmcbField): string {
  const { name, offset, size, meaning, section, vmrun, vmexit, vmload, clean } = rowOf(field);
  const moves = {
    load: 'loaded by VMRUN',
    check: 'loaded and checked by VMRUN',
    consume: 'consumed by VMRUN',
    ignore: vmload ? 'moved by VMLOAD and VMSAVE' : 'not read by VMRUN',
  }[vmrun];
  const stores = { store: ', stored by #VMEXIT', clear: ', cleared by #VMEXIT', none: '' }[vmexit];
  const bit = CLEAN_BITS.find((row) => row.bit === clean);
  const place = `${name}, ${counted(size, 'byte')} at ${hForm(offset, 3)}`;
  return `${place}\n${meaning}\n${moves}${stores}${bit ? `; clean bit ${bit.bit}, ${bit.name}` : ''}\n§${section}`;
}
