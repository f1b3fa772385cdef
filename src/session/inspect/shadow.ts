/** Answers `pacifica/shadow`, and lists what is wrong with a shadow for checkers. */
import { CR0_PG } from '../../engine/arch/registers';
import type { Machine } from '../../engine/machine/machine';
import type { Vm } from '../../hypervisor/vm';
import type { ShadowMismatch } from '../../labs/workbench';
import { hexOf, hexOfHalves, valueOf } from '../../protocol/codec';
import type {
  NoShadow,
  ShadowAnswer,
  ShadowComparison,
  ShadowQuestion,
  ShadowRow,
  ShadowSign,
} from '../../protocol/shadow';
import { keptPaging } from '../kept-paging';
import type { Lab } from '../lab';
import { vmcbPaging, walkedRegisters } from '../registers';
import { ShadowCompare, type ComparedPages } from './shadow-compare';
import type { FoundPage } from './table-cursor';

/** Rows one answer holds at most. */
const MOST_ROWS = 1000;
const MOST_MISMATCHES = 1000;
const COUNTED: Readonly<Record<ShadowSign, keyof ShadowComparison['counts']>> = {
  'in-step': 'inStep',
  stricter: 'stricter',
  'not-built': 'notBuilt',
  emulated: 'emulated',
  wrong: 'wrong',
};

export function shadowAnswer(lab: Lab, question: ShadowQuestion): ShadowAnswer {
  const guest = question.guest === undefined ? lab.target.watch.current : lab.guest(question.guest);
  if (!guest) return none('no-guest', 'no VMRUN yet');
  if (lab.target.kind === 'bare') return none('bare', 'this machine’s own software keeps the memory map of its guests');
  const kept = guest.kept?.();
  if (!kept) return none('nested', 'the guest has nested paging: the processor composes both tables itself');

  const { machine } = lab;
  const shadow = walkedRegisters(machine.processor, guest, lab.executing === guest);
  const compare = new ShadowCompare({ machine, shadow, kept });
  const counts = { pages: 0, inStep: 0, stricter: 0, notBuilt: 0, emulated: 0, wrong: 0 };
  const from = question.from === undefined ? 0 : Number(BigInt.asUintN(48, valueOf(question.from)));
  const limit = Math.min(Math.max(question.limit, 1), MOST_ROWS);
  const rows: ComparedPages[] = [];
  let next: number | null = null;
  for (const found of folded(compare.pages())) {
    counts.pages += found.count;
    counts[COUNTED[found.sign]] += found.count;
    const past = found.gva + found.page * found.count <= from;
    if (past || (question.show === 'differences' && found.sign === 'in-step')) continue;
    if (rows.length < limit) rows.push(found);
    else next ??= found.gva;
  }
  return {
    kind: 'comparison',
    guest: guest.identity,
    guestCr3: hexOf(BigInt(kept.controls.cr3)),
    vmcbCr3: hexOf(BigInt(shadow.cr3)),
    paging: (kept.controls.cr0 & CR0_PG) !== 0,
    counts,
    complete: compare.complete,
    rows: rows.map(rowOf),
    next: next === null ? null : hexOf(canonical(next)),
  };
}

function none(why: NoShadow['why'], what: string): NoShadow {
  return { kind: 'none', why, what };
}

/** Where the shadow of a guest that stands in host mode says something else than map ∘ guest; empty under nested paging. */
export function shadowMismatches(machine: Machine, vm: Vm): readonly ShadowMismatch[] {
  const kept = keptPaging(vm);
  if (!kept) return [];
  const wrong: ShadowMismatch[] = [];
  for (const { gva, sign, reason, text } of new ShadowCompare({
    machine,
    shadow: vmcbPaging(vm.vcpu.vmcb),
    kept,
  }).pages()) {
    if (sign !== 'wrong') continue;
    wrong.push({ gva: canonical(gva), kind: reason as ShadowMismatch['kind'], text });
    if (wrong.length === MOST_MISMATCHES) break;
  }
  return wrong;
}

/** Pages in a row that differ only in their addresses become one. */
function* folded(pages: Iterable<ComparedPages>): Generator<ComparedPages> {
  let open: ComparedPages | undefined;
  for (const next of pages) {
    if (open && continues(open, next)) open = { ...open, count: open.count + next.count };
    else {
      if (open) yield open;
      open = next;
    }
  }
  if (open) yield open;
}

function continues(open: ComparedPages, next: ComparedPages): boolean {
  const distance = open.page * open.count;
  if (next.gva !== open.gva + distance || next.page !== open.page) return false;
  if (next.sign !== open.sign || next.reason !== open.reason || next.text !== open.text) return false;
  const follows = (a: number | undefined, b: number | undefined): boolean =>
    a === undefined ? b === undefined : b === a + distance;
  if (!follows(open.gpa, next.gpa) || !follows(open.spa, next.spa)) return false;
  return sameBits(open.guest, next.guest) && sameBits(open.shadow, next.shadow) && targetsFollow(open, next, distance);
}

function targetsFollow({ shadow, gva }: ComparedPages, next: ComparedPages, distance: number): boolean {
  if (!shadow || !next.shadow) return true;
  return next.shadow.target + (next.gva - next.shadow.start) === shadow.target + (gva - shadow.start) + distance;
}

function sameBits(a: FoundPage | undefined, b: FoundPage | undefined): boolean {
  if (!a || !b) return a === b;
  const size = a.end - a.start;
  const low = size === 0x1000 ? 0xfff : 0x1fff;
  return (
    size === b.end - b.start &&
    ((a.low ^ b.low) & low) === 0 &&
    a.high >>> 20 === b.high >>> 20 &&
    a.rw === b.rw &&
    a.us === b.us &&
    a.nx === b.nx &&
    a.a === b.a
  );
}

function rowOf({ gva, page, count, guest, shadow, gpa, spa, sign, reason, text }: ComparedPages): ShadowRow {
  return {
    gva: hexOf(canonical(gva)),
    page,
    count,
    guest: guest
      ? { ...rights(guest), gpa: gpa!, a: guest.a, d: guest.d, size: guest.end - guest.start, spa: spa ?? null }
      : null,
    shadow: shadow
      ? { ...rights(shadow), spa: shadow.target + (gva - shadow.start), size: shadow.end - shadow.start }
      : null,
    sign,
    reason,
    text,
  };
}

function rights({ low, high, rw, us, nx }: FoundPage) {
  return { entry: hexOfHalves(low, high), rw, us, nx };
}

function canonical(gva: number): bigint {
  return BigInt.asIntN(48, BigInt(gva));
}
