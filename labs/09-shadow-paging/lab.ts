/** Shadow paging: tables from GVA to SPA, kept in step with the guest's own by #PF, INVLPG and CR3 writes. */
import { NP_ENABLE } from '../../src/engine/arch/vmcb';
import type { Lab } from '../../src/labs/lab';
import type { ExitFact, GuestFacts, GuestRun, ShadowMismatch, Workbench } from '../../src/labs/workbench';
import { pagingGuest, type PagingScript } from '../paging-guest';

const MEMORY_MB = 2;
const LIMIT = 20_000_000;
/** The same #PF so often in a row: it is not being answered. */
const STUCK = 8;
/** Pages beside the window that the guest needs in each address space: code, script, tables, stack … */
const OWN_PAGES = 24;

export const LAB: Lab = {
  id: '09-shadow-paging',
  number: 9,
  title: 'Shadow paging',
  concept: 'CR3, #PF and INVLPG intercepts; shadow = guest ∘ map',
  task: 'Build the page tables the processor really walks, and keep them in step with the ones the guest writes.',
  kind: 'typescript',
  file: 'pager.ts',
  files: ['pager.ts', 'guest.asm'],
  launch: { program: 'guest.asm', handlers: 'pager.ts', paging: 'own', memory: MEMORY_MB },
  claims: [
    {
      id: 'on-the-shadow',
      text: 'VMRUN enters on the shadow: no nested paging, and what the shadow needs is intercepted',
      section: '15.9',
    },
    { id: 'first-fetch', text: 'The first instruction is fetched', section: '15.12.15' },
    { id: 'filled', text: 'What a #PF puts into the shadow is guest ∘ map, with no more rights', section: '5.3' },
    { id: 'invlpg', text: 'After INVLPG the shadow has forgotten the page', section: '15.9' },
    { id: 'cr3', text: 'After a write to CR3 nothing of the old tables is left', section: '15.9' },
    { id: 'translations', text: 'The guest finds in every page what belongs there', section: '15.16' },
    { id: 'invariant', text: 'After every exit: shadow = guest ∘ map, as far as it is filled', section: '5.3' },
    { id: 'accessed-dirty', text: 'The guest’s A and D bits are as the processor would set them', section: '5.4' },
    { id: 'reflected', text: 'The guest gets its own #PFs, with CR2 and error code', section: '8.2.15' },
    { id: 'exits-by-kind', text: 'One exit per CR3 write and per INVLPG, and #PFs within bounds', section: '15.9' },
  ],
  hints: [
    'Ask the guest’s tables before anything else: `page.present`, and for a write `page.writable`. Only if they allow the access is it ' +
      'yours to repair. The error code has bit 1 (`PF_RW`) for writes.',
    'Fill with `vcpu.guest.spaOf(page.gpa)`, P, the U/S of the walk, and R/W only if the page is writable and D is set — because it was, ' +
      'or because this access is the write. INVLPG and CR3 writes take things away: the shadow first, then `flushTlb()`.',
    '#PF: `if (!page.present || (write && !page.writable)) { vcpu.vmcb.cr2 = gva; return inject(VECTOR_PF, …); }` with bit 0 of the error ' +
      'code from `page.present`; then A in all of `page.entries`, D in the last one for a write; then ' +
      '`host.memory.write64(shadowEntry(gva), …)`. INVLPG: write `0n` there. CR3: `guestCr3 = vcpu[register]; dropAll();`',
  ],
  starterFails: {
    claim: 'first-fetch',
    message:
      'After this step you should see #VMEXIT EXCP_PF at the guest’s entry point, again and again: the shadow is empty, and nobody fills it.',
    actual: /^the same VMEXIT_EXCP_PF/,
  },
  mutants: {
    'tlb-kept': 'translations',
    'writable-at-once': 'accessed-dirty',
    'error-code-of-the-shadow': 'reflected',
  },
  check(bench) {
    const guest = pagingGuest(bench.random);
    const reference = bench.runGuests({
      guests: [{ source: guest.source, memoryMb: MEMORY_MB, paging: 'nested', handled: false }],
      limit: LIMIT,
    });
    const wrongs: Wrong[] = [];
    const run = bench.runGuests({
      guests: [{ source: guest.source, memoryMb: MEMORY_MB, paging: 'own' }],
      limit: LIMIT,
      afterExit: (exit, { exits, guests: [facts] }) => {
        if (isStuck(exits)) return false;
        const found = facts!.shadowMismatches();
        if (found.length > 0) wrongs.push({ exit, found });
        return undefined;
      },
    });
    if (!checkStart(bench, run)) return;
    checkShadow(bench, wrongs);
    if (bench.failed('filled') || bench.failed('invlpg') || bench.failed('cr3')) return;
    checkResults(bench, guest, run, reference, wrongs);
  },
};

/** Differences found after an exit. */
interface Wrong {
  readonly exit: ExitFact;
  readonly found: readonly ShadowMismatch[];
}

function isStuck(exits: readonly ExitFact[]): boolean {
  const last = exits.slice(-STUCK);
  const key = (exit: ExitFact): string => `${exit.name} ${exit.before('rip')} ${exit.before('exitInfo2')}`;
  return last.length === STUCK && last.every((exit) => exit.name === 'VMEXIT_EXCP_PF' && key(exit) === key(last[0]!));
}

function checkStart(bench: Workbench, run: GuestRun): boolean {
  const first = run.exits[0];
  const [facts] = run.guests;
  const nested = (facts!.vmcb('npEnable') & BigInt(NP_ENABLE)) !== 0n;
  const lacking = lackingIntercepts(facts!);
  bench.claim('on-the-shadow', {
    holds: !nested && lacking === '',
    expected: 'NP_ENABLE 0; #PF, INVLPG and CR3 writes intercepted',
    actual: nested ? 'NP_ENABLE 1' : lacking === '' ? undefined : `not intercepted: ${lacking}`,
    evidence: { kind: 'field', field: nested ? 'npEnable' : 'interceptException' },
  });
  if (bench.failed('on-the-shadow')) return false;
  const moved = run.exits.some((exit) => exit.before('rip') !== first?.before('rip'));
  bench.claim('first-fetch', {
    holds: moved,
    expected: 'the guest gets beyond its entry point',
    actual: moved
      ? undefined
      : first && isStuck(run.exits)
        ? `the same VMEXIT_EXCP_PF ${STUCK} times in a row, at RIP ${hex(first.before('rip'))}`
        : run.ending.text,
    message:
      'The guest’s tables allow this fetch, so the #PF is yours: the shadow must lead to where vcpu.guest.spaOf says that the page lies.',
    evidence: first && { kind: 'exit', number: first.number },
  });
  return moved;
}

function lackingIntercepts(facts: GuestFacts): string {
  const lacking = [
    (facts.vmcb('interceptException') >> 14n) & 1n ? '' : '#PF',
    (facts.vmcb('interceptMisc1') >> 25n) & 1n ? '' : 'INVLPG',
    (facts.vmcb('interceptCrWrite') >> 3n) & 1n ? '' : 'CR3 writes',
  ];
  return lacking.filter((name) => name !== '').join(', ');
}

/** What each kind of exit must leave behind. Bits A and D are a claim of their own. */
function checkShadow(bench: Workbench, wrongs: readonly Wrong[]): void {
  const after = (
    claim: string,
    name: ExitFact['name'],
    concerns: (exit: ExitFact, found: ShadowMismatch) => boolean,
  ): void => {
    for (const { exit, found } of wrongs) {
      if (exit.name !== name) continue;
      const wrong = found.find((one) => one.kind !== 'dirty-missed' && concerns(exit, one));
      if (wrong) return report(bench, claim, exit, wrong);
    }
    bench.claim(claim, { holds: true });
  };
  after('filled', 'VMEXIT_EXCP_PF', (exit, { gva }) => page(gva) === page(exit.before('exitInfo2')));
  after('invlpg', 'VMEXIT_INVLPG', (exit, { gva }) => page(gva) === page(exit.before('exitInfo1')));
  after('cr3', 'VMEXIT_CR3_WRITE', () => true);
}

function checkResults(
  bench: Workbench,
  guest: PagingScript,
  run: GuestRun,
  reference: GuestRun,
  wrongs: readonly Wrong[],
): void {
  const [facts] = run.guests;
  const checksum = quad(facts!, 'checksum');
  const strange = quad(facts!, 'strange') !== 0n;
  const well = run.ending.kind === 'halted' && !strange;
  const last = run.exits.at(-1)!;
  bench.claim('translations', {
    holds: well && checksum === guest.checksum,
    expected: `checksum ${hex(guest.checksum)}`,
    actual: well
      ? hex(checksum)
      : strange
        ? 'the guest stopped: it got a #PF it had no reason for'
        : isStuck(run.exits)
          ? `the #PF at GVA ${hex(last.before('exitInfo2'))} came ${STUCK} times in a row`
          : run.ending.text,
    message: well
      ? 'Your tables are right and the guest still read something else: is there a translation somewhere that they no longer hold?'
      : 'The guest did not get to its end: look at its last exits.',
    evidence: well ? { kind: 'page', root: 'shadow', address: guest.window } : { kind: 'exit', number: last.number },
  });
  if (bench.failed('translations')) return;

  const wider = wrongs.flatMap(({ exit, found }) =>
    found.filter(({ kind }) => kind !== 'dirty-missed').map((one) => ({ exit, one })),
  )[0];
  if (wider) report(bench, 'invariant', wider.exit, wider.one);
  else bench.claim('invariant', { holds: true, actual: `${run.exits.length} exits` });

  checkMarks(bench, guest, facts!, reference.guests[0]!, wrongs);
  checkFaults(bench, guest, facts!, reference.guests[0]!);
  checkExits(bench, guest, run);
}

/** D before the write, then what the guest saw of its own tables, then what is in them at the end. */
function checkMarks(
  bench: Workbench,
  guest: PagingScript,
  facts: GuestFacts,
  truth: GuestFacts,
  wrongs: readonly Wrong[],
): void {
  const missed = wrongs.flatMap(({ exit, found }) =>
    found.filter(({ kind }) => kind === 'dirty-missed').map((one) => ({ exit, one })),
  )[0];
  if (missed) return report(bench, 'accessed-dirty', missed.exit, missed.one);
  const samples = (of: GuestFacts): bigint[] => logOf(of, guest).flatMap((entry) => (entry.length === 1 ? entry : []));
  const seen = samples(facts);
  const should = samples(truth);
  const wrong = should.findIndex((entry, n) => entry !== seen[n]);
  if (wrong >= 0) {
    return bench.claim('accessed-dirty', {
      holds: false,
      expected: `PTE ${hex(should[wrong]!)}: ${marks(should[wrong]!)}`,
      actual: `${hex(seen[wrong]!)}: ${marks(seen[wrong]!)}`,
      message: 'The guest looked into its own tables and found other marks than the processor would have left there.',
    });
  }
  const start = Number(facts.symbol('tables'));
  const length = Number(facts.symbol('tables_end')) - start;
  const tables = quads(facts, start, length);
  const right = quads(truth, start, length);
  const at = right.findIndex((entry, n) => entry !== tables[n]);
  bench.claim('accessed-dirty', {
    holds: at < 0,
    expected: at < 0 ? undefined : `entry at GPA ${hex(BigInt(start + at * 8))}: ${marks(right[at]!)}`,
    actual: at < 0 ? `${tables.filter((entry) => entry !== 0n).length} entries` : marks(tables[at]!),
    message: 'A is set in every entry of a walk, D in the last entry of a write.',
  });
}

function checkFaults(bench: Workbench, guest: PagingScript, facts: GuestFacts, truth: GuestFacts): void {
  const faults = (of: GuestFacts): bigint[][] => logOf(of, guest).filter((entry) => entry.length === 2);
  const [seen, should] = [faults(facts), faults(truth)];
  const wrong = should.findIndex(([address, code], n) => address !== seen[n]?.[0] || code !== seen[n]?.[1]);
  const text = (fault: readonly bigint[]): string => `CR2 ${hex(fault[0]!)}, error code ${hex(fault[1]!)}`;
  bench.claim('reflected', {
    holds: wrong < 0,
    expected: wrong < 0 ? `${guest.guestFaults} #PFs` : text(should[wrong]!),
    actual: wrong < 0 ? `${seen.length} #PFs` : text(seen[wrong]!),
    message:
      wrong >= 0 && should[wrong]![0] === seen[wrong]![0]
        ? 'Bit 0 of the error code says whether the page was present — in the tables of whoever gets the #PF.'
        : 'The intercept comes before CR2 is written: write it when you inject a #PF, and only then.',
  });
}

function checkExits(bench: Workbench, guest: PagingScript, run: GuestRun): void {
  const [cr3, invlpg, faults] = (['VMEXIT_CR3_WRITE', 'VMEXIT_INVLPG', 'VMEXIT_EXCP_PF'] as const).map((name) =>
    run.count(name),
  );
  const steps = Number(quad(run.guests[0]!, 'steps'));
  // a page is filled once for reading and once for writing, in each address space and after each INVLPG
  const most = guest.guestFaults + 2 * (OWN_PAGES * (guest.cr3Writes + 1) + steps);
  bench.claim('exits-by-kind', {
    holds: cr3 === guest.cr3Writes && invlpg === guest.invlpgs && faults! <= most,
    expected: `${guest.cr3Writes} CR3_WRITE, ${guest.invlpgs} INVLPG, at most ${most} EXCP_PF`,
    actual: `${cr3} CR3_WRITE, ${invlpg} INVLPG, ${faults} EXCP_PF`,
  });
}

const ADVICE: Readonly<Record<ShadowMismatch['kind'], string>> = {
  stale: 'What the guest has taken out of its tables must go out of the shadow, too.',
  'wrong-frame':
    'The page lies where vcpu.guest.spaOf says; after INVLPG or a CR3 write the old place is no longer true.',
  'too-open': 'The shadow may grant less than the guest, never more.',
  'dirty-missed': 'A and D of the guest’s entries are set before the shadow lets an access pass that would set them.',
  reserved: 'An entry is an address, P, R/W and U/S: other bits stay 0.',
};

function report(bench: Workbench, claim: string, exit: ExitFact, { gva, kind, text }: ShadowMismatch): void {
  bench.claim(claim, {
    holds: false,
    expected: `guest ∘ map at GVA ${hex(gva)}, or nothing`,
    actual: `after exit ${exit.number}, ${exit.name}: ${text}`,
    message: ADVICE[kind],
    evidence: { kind: 'page', root: 'shadow', address: gva },
  });
}

// What the guest left behind

function quads(facts: GuestFacts, gpa: number, length: number): bigint[] {
  return [...new BigUint64Array(Uint8Array.from(facts.memory(gpa, length)).buffer)];
}
function quad(facts: GuestFacts, symbol: string): bigint {
  return quads(facts, Number(facts.symbol(symbol)), 8)[0]!;
}

/** The guest's log: a sample is one quadword, a fault two. */
function logOf(facts: GuestFacts, { log }: PagingScript): bigint[][] {
  const start = Number(facts.symbol('log'));
  const words = quads(facts, start, Number(facts.symbol('log_end')) - start);
  return log.map((kind) => words.splice(0, kind === 'sample' ? 1 : 2));
}

function marks(entry: bigint): string {
  return `A ${(entry >> 5n) & 1n}, D ${(entry >> 6n) & 1n}`;
}
function page(gva: bigint): bigint {
  return gva >> 12n;
}
function hex(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}
