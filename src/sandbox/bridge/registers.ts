/** What of a virtual processor lies in the mailbox: fields of the VMCB, and registers by their names. */
import { GPR32, GPR64 } from '../../engine/arch/registers';
import { VMCB, VMCB_SAVE_OFFSET, type VmcbField, type VmcbRow } from '../../engine/arch/vmcb';
import { MAIL_VMCB, mailGpr } from '../mailbox';
import { sectionText } from './constants';

/** A property that is read and written in the mailbox. */
export interface MailProperty {
  readonly name: string;
  /** Byte offset in the mailbox. */
  readonly at: number;
  /** Bytes; other than 1, 2, 4 and 8 it is an array of bytes. */
  readonly size: number;
  /** A 32-bit register: writing it makes bits 63:32 zero. */
  readonly zeroExtends?: boolean;
  readonly doc: string;
}

const WHEN: Record<NonNullable<VmcbRow['when']>, string> = {
  np: 'with nested paging',
  lbr: 'with LBR virtualization',
  cet: 'with shadow stacks',
  pmc: 'with performance counter virtualization',
  ibs: 'with IBS virtualization',
  specCtrl: 'with SPEC_CTRL virtualization',
};

export const VMCB_PROPERTIES: readonly MailProperty[] = (Object.keys(VMCB) as VmcbField[]).map((field) => {
  const row: VmcbRow = VMCB[field];
  return { name: field, at: MAIL_VMCB + row.offset, size: row.size, doc: fieldText(row) };
});

function fieldText(row: VmcbRow): string {
  const offset = `${row.offset.toString(16).toUpperCase().padStart(3, '0')}h`;
  const area = row.offset < VMCB_SAVE_OFFSET ? 'control area' : 'state-save area';
  const width = [1, 2, 4, 8].includes(row.size) ? `${row.size * 8} bits` : `${row.size} bytes`;
  const lines = [
    `**${row.name}**, ${offset}, ${width}, ${area}. ${sectionText(row.section)}`,
    '',
    `${capital(row.meaning)}.`,
  ];
  const moves: string[] = [];
  if (row.vmrun === 'check') moves.push('VMRUN loads it and checks it');
  if (row.vmrun === 'load') moves.push('VMRUN loads it');
  if (row.vmrun === 'consume') moves.push('VMRUN acts on it once');
  if (row.vmexit === 'store') moves.push('#VMEXIT writes it');
  if (row.vmexit === 'clear') moves.push('#VMEXIT clears it');
  if (row.vmload) moves.push('VMLOAD and VMSAVE move it');
  if (moves.length > 0) lines.push('', `${moves.join('; ')}${row.when ? `, ${WHEN[row.when]}` : ''}.`);
  for (const { name, hi, lo, meaning } of row.bits ?? []) {
    lines.push(`- ${hi === lo ? `bit ${lo}` : `bits ${hi}:${lo}`} ${name}: ${meaning}`);
  }
  if (row.doubt) lines.push('', `Not confirmed: ${row.doubt}.`);
  return lines.join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const REGISTER_PROPERTIES: readonly MailProperty[] = [
  ...GPR64.map((name, n) => ({ name, at: mailGpr(n), size: 8, doc: `Guest ${name.toUpperCase()}.` })),
  ...GPR32.map((name, n) => ({
    name,
    at: mailGpr(n),
    size: 4,
    zeroExtends: true,
    doc: `Bits 31:0 of guest ${GPR64[n]!.toUpperCase()}. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does.`,
  })),
  { name: 'rip', at: MAIL_VMCB + VMCB.rip.offset, size: 8, doc: 'Guest RIP, the same as `vmcb.rip`.' },
  { name: 'rflags', at: MAIL_VMCB + VMCB.rflags.offset, size: 8, doc: 'Guest RFLAGS, the same as `vmcb.rflags`.' },
];
