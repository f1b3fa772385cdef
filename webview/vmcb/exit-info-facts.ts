/** EXITINFO1 and EXITINFO2 as chips, by the exit code they belong to. */
import { PAGE_FAULT_ERROR } from '../../src/engine/arch/exceptions';
import { exitName } from '../../src/engine/arch/exit-codes';
import { bitsOf, isSet } from '../shared/bits';
import { ioAccess, moveRegister } from '../shared/exit-decode';
import { exitRow } from '../shared/exit-names';
import { hForm } from '../shared/numbers';
import { portName } from '../shared/ports';
import type { Chip } from '../shared/chip';
import type { VmcbPage } from './vmcb-page';

export interface ExitInfoFacts {
  readonly chips: readonly Chip[];
  readonly note?: string;
}

export function exitInfoFacts(page: VmcbPage, field: 'exitInfo1' | 'exitInfo2'): ExitInfoFacts {
  const code = page.exitCode;
  const value = page.value(field);
  const row = exitRow(code);
  const name = exitName(code);
  if (!row) return { chips: [] };
  if (name === 'VMEXIT_IOIO') return field === 'exitInfo1' ? io(value, page.value('rax')) : nextRip();
  if (name === 'VMEXIT_EXCP_PF' && field === 'exitInfo1') return { chips: pageFault(value) };
  if (/^VMEXIT_[CD]R\d+_(READ|WRITE)$|^VMEXIT_CR0_SEL_WRITE$/.test(name ?? '') && field === 'exitInfo1') {
    const moved = name?.startsWith('VMEXIT_DR') || isSet(value, 63);
    const meaning = moved ? 'GPR, bits 3:0: the general register of the MOV\n§15.8.1' : 'MOV, bit 63, is 0\n§15.8.1';
    return { chips: [{ text: moved ? `MOV, ${moveRegister(value)}` : 'SMSW, LMSW or CLTS', meaning }] };
  }
  const fields = row[field];
  if (fields.length === 0) return { chips: [], note: value === 0n ? 'unused by this exit' : 'undefined for this exit' };
  const chips = fields
    .filter((part) => part.hi - part.lo < 63 && bitsOf(value, part) !== 0n)
    .map(({ name: part, hi, lo, meaning }): Chip => {
      const text = hi === lo ? part : `${part} ${hForm(bitsOf(value, { hi, lo }), 1)}`;
      return { text, meaning: `${hi === lo ? `bit ${lo}` : `bits ${hi}:${lo}`}: ${meaning}\n§${row.section}` };
    });
  const whole = fields.find((part) => part.hi - part.lo === 63);
  return { chips, note: whole && chips.length === 0 ? whole.meaning : undefined };
}

function io(info1: bigint, rax: bigint): ExitInfoFacts {
  const access = ioAccess(info1, rax);
  const section = '\n§15.10.2';
  const chips: Chip[] = [
    { text: `${access.input ? 'IN' : 'OUT'}${access.string ? 'S' : ''}`, meaning: `TYPE, bit 0; STR, bit 2${section}` },
    {
      text: `port ${[hForm(access.port), portName(access.port)].filter(Boolean).join(' ')}`,
      meaning: `PORT, bits 31:16${section}`,
    },
    { text: `${access.width}-bit`, meaning: `SZ8, SZ16, SZ32, bits 6:4${section}` },
    { text: `A${access.addressSize}`, meaning: `address size: A16, A32, A64, bits 9:7${section}` },
  ];
  if (access.rep) chips.push({ text: 'REP', meaning: `REP, bit 3${section}` });
  if (access.string)
    chips.push({ text: access.segment, meaning: `SEG, bits 12:10: segment of the memory operand${section}` });
  return { chips };
}

function nextRip(): ExitInfoFacts {
  return { chips: [{ text: 'next RIP', meaning: 'RIP of the next instruction\n§15.10.2' }] };
}

function pageFault(error: bigint): Chip[] {
  return PAGE_FAULT_ERROR.filter(({ bit, name }) => isSet(error, bit) || name === 'P').map(
    ({ bit, name, meaning, section }) => ({
      text: name,
      look: isSet(error, bit) ? 'on' : 'off',
      meaning: `bit ${bit}: ${meaning}\n§${section}`,
    }),
  );
}
