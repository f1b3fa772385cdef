/** What the VMCB panel says first: why the guest exited, and what the next VMRUN will do. */
import { EVENT_TYPES } from '../../src/engine/arch/events';
import type { VmcbView } from '../../src/protocol/vmcb';
import { valueOf } from '../../src/protocol/codec';
import { bitsOf, isSet } from '../shared/bits';
import { exitSentence } from '../shared/exit-decode';
import type { ExitFacts } from '../shared/exit-decode';
import { exceptionName, exitRow } from '../shared/exit-names';
import { counted, hForm, hexGroups } from '../shared/numbers';
import type { Phrase } from '../shared/phrase';
import { capital } from '../shared/views';
import type { VmcbPage } from './vmcb-page';

/** The exit a VMCB tells of, with the registers of that moment. */
export function exitFacts(page: VmcbPage, view: VmcbView): ExitFacts {
  return {
    code: page.exitCode,
    info1: page.value('exitInfo1'),
    info2: page.value('exitInfo2'),
    rax: page.value('rax'),
    rcx: valueOf(view.registers.rcx),
    rdx: valueOf(view.registers.rdx),
    rflags: page.value('rflags'),
  };
}

export function headline(page: VmcbPage, view: VmcbView, running: boolean): Phrase {
  const who = capital(view.guest.name);
  if (running) return [`${who} is running.`];
  if (view.inGuest) return [`${who} executes: ${counted(view.since, 'instruction')} since VMRUN, no #VMEXIT yet.`];
  if (view.exit === 0) return [`${who} has a VMCB and has not exited yet.`];
  return exitSentence(who, exitFacts(page, view));
}

const FLUSH: Record<number, string> = {
  0: 'no flush',
  1: 'flush of every ASID',
  3: 'flush of its ASID',
  7: 'flush of its ASID but global entries',
};

/** `nothing injected`, `#GP injected`, `interrupt 20h injected`. */
function injection(eventInj: bigint): string {
  if (!isSet(eventInj, 31)) return 'nothing injected';
  const type = EVENT_TYPES[Number(bitsOf(eventInj, { hi: 10, lo: 8 }))]?.name;
  const vector = Number(bitsOf(eventInj, { hi: 7, lo: 0 }));
  return `${type === 'EXCEPTION' ? exceptionName(vector) : `${type} ${hForm(vector)}`} injected`;
}

/** The last digits of an address, as many as tell it apart at a glance. */
function tail(value: bigint): string {
  const text = hexGroups(value).text.slice(2);
  return text.length > 4 ? `…${text.slice(-4)}` : `0x${text}`;
}

/** What comes next, made from the fields VMRUN will read. */
export function nextLine(page: VmcbPage, view: VmcbView, running: boolean): Phrase {
  if (running) return view.exit === 0 ? [] : ['Below: the VMCB as its last #VMEXIT left it.'];
  if (view.inGuest) return ['The state-save area is what VMRUN loaded; #VMEXIT will write it.'];
  const refused = view.violations[0];
  if (refused) return ['Next VMRUN: the same refusal, until ', { strong: refused.what }, ' no longer holds.'];
  const asid = page.value('guestAsid');
  const flush = FLUSH[Number(page.value('tlbControl') & 7n)] ?? 'a reserved flush';
  const rip = page.value('rip');
  const start: Phrase = [
    `Next VMRUN: ASID ${asid}, ${flush}, ${injection(page.value('eventInj'))}, resumes at `,
    { mono: tail(rip) },
  ];
  if (view.exit === 0) return [...start, '.'];
  return [...start, ...where(page, view)];
}

function where(page: VmcbPage, view: VmcbView): Phrase {
  const rip = page.value('rip');
  const nRip = page.value('nRip');
  const row = exitRow(page.exitCode);
  const same = view.instruction
    ? `the same ${view.instruction.split(/\s/)[0]?.toUpperCase()} again`
    : 'the same instruction';
  if (nRip !== 0n && rip === nRip) return [', the instruction after the one that exited.'];
  if (nRip !== 0n && nRip > rip && nRip - rip < 16n)
    return [': ', { strong: same }, '. The handler has not yet moved RIP to nRIP.'];
  if (nRip === 0n && row?.ripAt === 'instruction') return [': ', { strong: same }, ', once its cause is repaired.'];
  return ['.'];
}
