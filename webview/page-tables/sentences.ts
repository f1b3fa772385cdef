/** What the page tables say first: how much is mapped, from what to what. */
import type { PageTable, PageTablesSummary } from '../../src/protocol/page-tables';
import { counted, size, time } from '../shared/numbers';
import type { Phrase } from '../shared/phrase';
import { capital } from '../shared/views';
import { reach } from './formats';

export function headline(table: PageTable, summary: PageTablesSummary | null, running: boolean): Phrase {
  const who = table.guest ? capital(table.guest.name) : 'The guest';
  const whose = table.guest?.name ?? 'the guest';
  const subject = {
    guest: who,
    nested: `The nested tables of ${whose}`,
    shadow: `The shadow tables of ${whose}`,
    host: 'The host',
  }[table.root];
  const verb = table.root === 'nested' || table.root === 'shadow' ? 'map' : 'maps';
  if (running) return [`${subject} ${verb} what is below; the guest is running.`];
  if (!summary) return [`${subject} ${verb} addresses.`];
  const part = summary.complete ? '' : 'at least ';
  return [
    `${subject} ${verb} ${part}${size(summary.mapped)} of ${size(reach(table.format))} in ${counted(summary.tables, 'table')}.`,
  ];
}

export function nextLine(table: PageTable, readAt: number | undefined, running: boolean): Phrase {
  const words = {
    guest: isNested(table)
      ? 'They translate GVA to GPA; the nested tables translate that to SPA.'
      : table.roots.includes('shadow')
        ? 'They translate GVA to GPA; the processor walks the shadow tables instead.'
        : 'They translate GVA to SPA: there is no nested paging.',
    nested: 'They translate GPA to SPA.',
    shadow: 'They translate GVA to SPA at once: what the guest’s tables and the memory map say together.',
    host: 'They translate the host’s virtual addresses to SPA.',
  }[table.root];
  if (running && readAt !== undefined) return [`Read at ${time(readAt)} M instr; read again at the next stop.`];
  return [words];
}

/** The guest has nested tables: what its own name are GPAs. */
function isNested(table: PageTable): boolean {
  return table.roots.includes('nested');
}

/** Heading of the column of addresses that are translated. */
export function fromWords(table: PageTable): string {
  return {
    guest: 'guest-virtual address',
    nested: 'guest-physical address',
    shadow: 'guest-virtual address',
    host: 'virtual address',
  }[table.root];
}

/** Heading of the column of what they are translated to. */
export function toWords(table: PageTable): string {
  return table.root === 'guest' && (isNested(table) || table.roots.includes('shadow'))
    ? 'guest-physical'
    : 'system-physical';
}
