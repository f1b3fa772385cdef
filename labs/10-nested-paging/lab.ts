/** Nested paging: tables from GPA to SPA that the processor walks itself, in 4 KB and in 2 MB pages. */
import { NP_ENABLE } from '../../src/engine/arch/vmcb';
import type { Evidence } from '../../src/labs/finding';
import type { Lab } from '../../src/labs/lab';
import type { ExitFact, GuestFacts, GuestRun, WalkFact, Workbench } from '../../src/labs/workbench';
import { PAGES, pagingGuest, type PagingScript } from '../paging-guest';
import { touchingGuest, type TouchingGuest } from './guest';

const SMALL = 'pages-4k.ts';
const LARGE = 'pages-2m.ts';

const MEMORY_MB = 2;
const LARGE_MEMORY_MB = 32;
const LIMIT = 20_000_000;
/** Of the guests. */
const ENTRY = 0x10_0000n;
const STUCK = 8;
const PAGE = 0x1000;
/** (4 + 1) · (4 + 1) − 1, and with a level less on both sides (3 + 1) · (3 + 1) − 1. */
const MOST_REFERENCES = 24;
const MOST_LARGE_REFERENCES = 15;

export const LAB: Lab = {
  id: '10-nested-paging',
  number: 10,
  title: 'Nested paging',
  concept: 'nCR3, the nested page fault, the two-dimensional walk',
  task: 'Build the tables the processor walks from guest-physical to system memory, when the guest first touches it.',
  kind: 'typescript',
  file: SMALL,
  files: [SMALL, LARGE, 'guest.asm'],
  launch: { program: 'guest.asm', handlers: SMALL, paging: 'own', memory: MEMORY_MB },
  claims: [
    { id: 'switched-on', text: 'pages-4k.ts: VMRUN enters with nested paging and your nCR3', section: '15.25.3' },
    { id: 'first-fetch', text: 'pages-4k.ts: the first instruction is fetched', section: '15.25.6' },
    {
      id: 'where-it-lies',
      text: 'pages-4k.ts: every page of the guest leads to where its memory lies',
      section: '15.25.5',
    },
    { id: 'memory', text: 'pages-4k.ts: the guest of lab 9 finds in every page what belongs there', section: '15.25' },
    { id: 'no-paging-exits', text: 'pages-4k.ts: no exit for CR3, #PF or INVLPG', section: '15.25' },
    { id: 'touched-pages', text: 'pages-4k.ts: as many nested page faults as touched pages', section: '15.25.6' },
    { id: 'references-24', text: 'pages-4k.ts: a walk takes at most 24 references', section: '15.25.5' },
    {
      id: 'absent',
      text: 'pages-4k.ts: where the guest has no memory, nothing is mapped, and it gets #GP',
      section: '15.25.6',
    },
    {
      id: 'touched-regions',
      text: 'pages-2m.ts: as many nested page faults as touched 2 MB regions',
      section: '15.25.6',
    },
    { id: 'references-15', text: 'pages-2m.ts: a walk of 2 MB pages takes at most 15 references', section: '15.25.5' },
    {
      id: 'absent-large',
      text: 'pages-2m.ts: where the guest has no memory, nothing is mapped, and it gets #GP',
      section: '15.25.6',
    },
  ],
  hints: [
    'EXITINFO2 of the NPF is the address to map. `nestedEntry(gpa)` is the place of its last entry, `vcpu.guest.spaOf(gpa)` what belongs ' +
      'there.',
    'The guest will read, write and execute the page, and each nested access counts as a user’s: P, R/W and U/S at once, so that the ' +
      'page never faults again. Ask `vcpu.guest.isMemory(gpa)` first.',
    '`if (!vcpu.guest.isMemory(gpa)) return inject(VECTOR_GP, 0);` then `host.memory.write64(nestedEntry(gpa), (vcpu.guest.spaOf(gpa) & ' +
      'PTE_FRAME) | PTE_P | PTE_RW | PTE_US)`. For 2 MB stop the walk at shift 21, round the address down to 2 MB and add `PTE_PS`.',
  ],
  starterFails: {
    claim: 'first-fetch',
    message:
      'After this step you should see #VMEXIT NPF before the first instruction, again and again, with EXITINFO1 bit 33 (GPT) set: even the ' +
      'guest’s page tables are not mapped.',
    actual: /^VMEXIT_NPF at GPA 81000h .* EXITINFO1 200000006h$/,
  },
  mutants: {
    'rights-of-the-access': 'touched-pages',
    'absent-is-memory': 'absent',
    'small-pages-again': 'touched-regions',
  },
  check(bench) {
    const guest = pagingGuest(bench.random);
    const touching = touchingGuest(bench.random, LARGE_MEMORY_MB);
    if (!checkSmall(bench, guest)) return;
    checkAbsent(bench, 'absent', touching, runTouching(bench, touching, SMALL));
    const large = runTouching(bench, touching, LARGE);
    if (!checkRegions(bench, touching, large)) return;
    checkReferences(
      bench,
      'references-15',
      large.guests[0]!,
      [...touching.regions].map(BigInt).reverse(),
      MOST_LARGE_REFERENCES,
    );
    checkAbsent(bench, 'absent-large', touching, large);
  },
};

// 4 KB

function checkSmall(bench: Workbench, guest: PagingScript): boolean {
  const reference = bench.runGuests({
    guests: [{ source: guest.source, memoryMb: MEMORY_MB, paging: 'nested', handled: false }],
    limit: LIMIT,
  });
  const run = bench.runGuests({
    guests: [{ source: guest.source, memoryMb: MEMORY_MB, paging: 'own', handlers: SMALL }],
    limit: LIMIT,
    afterExit: (_, { exits }) => !isStuck(exits),
  });
  const [facts] = run.guests;
  const on = (facts!.vmcb('npEnable') & BigInt(NP_ENABLE)) !== 0n;
  bench.claim('switched-on', {
    holds: on && run.count('VMEXIT_INVALID') === 0,
    expected: 'NP_ENABLE 1, and nCR3 a page',
    actual: `NP_ENABLE ${on ? 1 : 0}, nCR3 ${hex(facts!.vmcb('nCr3'))}`,
    message: 'Without nested paging the guest’s tables would lead straight into system memory.',
    evidence: { kind: 'field', field: on ? 'nCr3' : 'npEnable' },
  });
  if (bench.failed('switched-on')) return false;

  const moved = !isStuck(run.exits);
  bench.claim('first-fetch', {
    holds: moved,
    expected: 'what was missing at the NPF is mapped after it',
    actual: moved ? undefined : endOf(run),
    message: 'What was missing at this address is still missing, or does not have the rights a nested access needs.',
    evidence: lastExit(run),
  });
  if (!moved) return false;

  const wrong = [ENTRY, ...guestPages(guest)].flatMap((gva) => wrongPlace(facts!, gva))[0];
  bench.claim('where-it-lies', {
    holds: !wrong,
    expected: wrong && `SPA ${hex(BigInt(wrong.should))} for GPA ${hex(BigInt(wrong.gpa))}`,
    actual: wrong?.actual,
    message: 'An entry names system memory: where a byte of the guest lies, vcpu.guest.spaOf knows.',
    evidence: wrong && { kind: 'page', root: 'nested', address: BigInt(wrong.gpa) },
  });
  if (wrong) return false;
  const checksum = quad(facts!, 'checksum');
  const well = run.ending.kind === 'halted' && quad(facts!, 'strange') === 0n;
  bench.claim('memory', {
    holds: well && checksum === guest.checksum,
    expected: `checksum ${hex(guest.checksum)}`,
    actual: well ? hex(checksum) : endOf(run),
    message: well
      ? 'A page was not where the guest had left it: which system page belongs to a GPA, vcpu.guest.spaOf knows.'
      : 'The guest did not get to its end: look at its last exits.',
    evidence: lastExit(run),
  });
  if (bench.failed('memory')) return false;

  const kinds = ['VMEXIT_CR3_WRITE', 'VMEXIT_CR3_READ', 'VMEXIT_EXCP_PF', 'VMEXIT_INVLPG'] as const;
  const exits = kinds.map((name) => run.count(name)).reduce((sum, count) => sum + count);
  bench.claim('no-paging-exits', {
    holds: exits === 0,
    expected: `0 exits for ${guest.cr3Writes} CR3 writes, ${guest.guestFaults} #PFs and ${guest.invlpgs} INVLPGs of the guest`,
    actual: `${exits} exits`,
  });
  checkTouched(bench, run, reference);
  checkReferences(bench, 'references-24', facts!, guestPages(guest), MOST_REFERENCES);
  return true;
}

/** GVAs of the window both address spaces map. */
function guestPages({ window }: PagingScript): bigint[] {
  return Array.from({ length: PAGES }, (_, n) => window + BigInt(n * PAGE));
}

/** Where a walk does not lead to the guest's memory. The entry point is always mapped, to itself. */
function wrongPlace(facts: GuestFacts, gva: bigint): { gpa: number; should: number; actual: string }[] {
  const { result } = facts.walk(gva, 'read');
  if (result.kind !== 'mapped') {
    const gpa = Number(gva);
    return gva === ENTRY ? [{ gpa, should: facts.spaOf(gpa)!, actual: wordsOf(result) }] : [];
  }
  const should = facts.spaOf(result.gpa)!;
  return should === result.spa ? [] : [{ gpa: result.gpa, should, actual: `SPA ${hex(BigInt(result.spa))}` }];
}

/** One NPF a page: for exactly the pages that a run under built-in nested paging touches. */
function checkTouched(bench: Workbench, run: GuestRun, reference: GuestRun): void {
  const faults = nestedFaults(run);
  const touched = pagesOf(nestedFaults(reference));
  const again = faults.find((exit, n) => faults.slice(0, n).some((before) => pageOf(before) === pageOf(exit)));
  bench.claim('touched-pages', {
    holds: faults.length === touched.size && !again,
    expected: `${touched.size} VMEXIT_NPF`,
    actual: `${faults.length}${again ? `; GPA ${hex(again.before('exitInfo2'))} for the second time` : ''}`,
    message: again
      ? 'A page that was touched is there for every kind of access: whether the guest may write it is the business of the guest’s own tables.'
      : 'A page is mapped when it is touched, not before.',
    evidence: again && { kind: 'exit', number: again.number },
  });
}

// 2 MB

function runTouching(bench: Workbench, { source }: TouchingGuest, handlers: string): GuestRun {
  return bench.runGuests({
    guests: [{ source, memoryMb: LARGE_MEMORY_MB, paging: 'own', handlers }],
    limit: LIMIT,
    afterExit: (_, { exits }) => !isStuck(exits),
  });
}

function checkRegions(bench: Workbench, { regions, sum, absent }: TouchingGuest, run: GuestRun): boolean {
  const faults = nestedFaults(run).filter((exit) => exit.before('exitInfo2') < BigInt(absent));
  const well = run.ending.kind === 'halted';
  bench.claim('touched-regions', {
    holds: well && faults.length === regions.size && quad(run.guests[0]!, 'sum') === sum,
    expected: `${regions.size} VMEXIT_NPF, and the guest reads what it wrote`,
    actual: well ? `${faults.length}, sum ${quad(run.guests[0]!, 'sum') === sum ? 'right' : 'wrong'}` : endOf(run),
    message: well
      ? 'One entry with PS maps 2 MB: the next touch of the same region needs no exit.'
      : 'The entry of a 2 MB page has PS, and the address of a multiple of 2 MB: lower bits are reserved.',
    evidence: lastExit(run),
  });
  return !bench.failed('touched-regions');
}

function checkAbsent(bench: Workbench, claim: string, { absent }: TouchingGuest, run: GuestRun): void {
  const [facts] = run.guests;
  const { result } = facts!.walk(BigInt(absent), 'read');
  const refused = quad(facts!, 'refused');
  const exit = nestedFaults(run).find((one) => one.before('exitInfo2') >= BigInt(absent));
  bench.claim(claim, {
    holds: run.ending.kind === 'halted' && result.kind === 'nested-fault' && refused === 2n,
    expected: `nothing mapped at GPA ${hex(BigInt(absent))}; #GP for a read and for a write`,
    actual: `${wordsOf(result)}; ${refused} #GP${run.ending.kind === 'halted' ? '' : `; ${run.ending.text}`}`,
    message: 'The guest reached beyond its memory, and must not get any for it.',
    evidence: exit && { kind: 'exit', number: exit.number },
  });
}

// Both

function checkReferences(
  bench: Workbench,
  claim: string,
  facts: GuestFacts,
  addresses: readonly bigint[],
  most: number,
): void {
  const walks = addresses.map((gva) => ({ gva, walk: facts.walk(gva, 'read') }));
  const whole = walks.filter(({ walk }) => walk.result.kind === 'mapped');
  const longest = Math.max(...whole.map(({ walk }) => walk.references.length));
  const worst = whole.find(({ walk }) => walk.references.length === longest);
  bench.claim(claim, {
    holds: whole.length > 0 && longest <= most,
    expected: `at most ${most}`,
    actual: whole.length > 0 ? `${longest} for GVA ${hex(worst!.gva)}` : 'no address leads anywhere',
    evidence: worst && { kind: 'page', root: 'guest', address: worst.gva },
  });
}

function isStuck(exits: readonly ExitFact[]): boolean {
  const last = exits.slice(-STUCK);
  const key = (exit: ExitFact): string => `${exit.before('rip')} ${exit.before('exitInfo2')}`;
  return last.length === STUCK && last.every((exit) => exit.name === 'VMEXIT_NPF' && key(exit) === key(last[0]!));
}

function endOf(run: GuestRun): string {
  const last = run.exits.at(-1)!;
  if (!isStuck(run.exits)) return run.ending.text;
  return `VMEXIT_NPF at GPA ${hex(last.before('exitInfo2'))} came ${STUCK} times in a row, EXITINFO1 ${hex(last.before('exitInfo1'))}`;
}

function lastExit({ exits }: GuestRun): Evidence | undefined {
  const last = exits.at(-1);
  return last && { kind: 'exit', number: last.number };
}

function nestedFaults({ exits }: GuestRun): ExitFact[] {
  return exits.filter(({ name }) => name === 'VMEXIT_NPF');
}
function pageOf(exit: ExitFact): bigint {
  return exit.before('exitInfo2') / BigInt(PAGE);
}
function pagesOf(exits: readonly ExitFact[]): Set<bigint> {
  return new Set(exits.map((exit) => pageOf(exit)));
}

function wordsOf(result: WalkFact['result']): string {
  switch (result.kind) {
    case 'mapped':
      return `it leads to SPA ${hex(BigInt(result.spa))}`;
    case 'page-fault':
      return 'the guest’s own tables do not map it';
    case 'nested-fault':
      return 'nothing mapped';
  }
}

function quad(facts: GuestFacts, symbol: string): bigint {
  return new BigUint64Array(Uint8Array.from(facts.memory(Number(facts.symbol(symbol)), 8)).buffer)[0]!;
}
function hex(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}
