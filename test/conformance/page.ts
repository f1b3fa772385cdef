/** docs/conformance.md, from what was recorded and from the tables of architecture and tests. */
import { existsSync, readFileSync } from 'node:fs';
import { CPUID_FEATURES } from '../../src/engine/arch/cpuid';
import { EXCEPTIONS } from '../../src/engine/arch/exceptions';
import { INTERCEPTS, type Intercept } from '../../src/engine/arch/intercepts';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Row } from '../../src/engine/isa/row';
import { CONSISTENCY_RULES } from '../../src/engine/svm/consistency';
import { casesOf, type Bits } from '../assembler/corpus';
import { DEVIATIONS, NEVER_CHOSEN } from '../assembler/deviations';
import { exclusion, isLeftToAmd } from '../silicon/exclusions';
import { FAMILIES } from './families';
import { FEATURES, INSTRUCTIONS, INTERCEPTED, NEVER_ACT, UNHELD, type KnownAnswer } from './known-answers';
import { PAGING, type PagingFact } from './paging';
import { deliveries, deviating, events, exits, pageFaults, refusals, rows, titles, walks, type Place } from './record';

interface Page {
  readonly text: string;
  /** What is wrong with it, in sentences. */
  readonly faults: string[];
}

const faults: string[] = [];
const unheld: string[] = [];

const escape = (text: string): string => text.replace(/[|<>*_]/g, '\\$&');
const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const link = (file: string, name = file): string => `[${name}](../${file})`;
const shortName = (file: string): string => file.replace(/^test\//, '').replace(/\.test\.ts$/, '');

/** The best of the places, and whether there are more; not how many, so that the page stays when tests are added. */
function tell(places: readonly Place[], word = ''): string {
  if (places.length === 0) return '–';
  const grade = (p: Place): number =>
    (p.witnesses.size > 0 ? 2 : 0) + (word !== '' && p.title.toLowerCase().includes(word.toLowerCase()) ? 1 : 0);
  const best = [...places].sort((a, b) => grade(b) - grade(a))[0]!;
  const by = best.witnesses.size > 0 ? ` (${[...best.witnesses].sort().join(', ')})` : '';
  const more = places.length > 1 ? ', and others' : '';
  return `${escape(`${shortName(best.file)}: ${best.title}`)}${by}${more}`;
}

function known(answer: KnownAnswer): string {
  const { file, test } = answer;
  if (!existsSync(file) || !readFileSync(file, 'utf8').includes(test)) faults.push(`${file} has no test “${test}”`);
  return escape(`${shortName(file)}: ${test}`);
}

const isWitnessed = (places: readonly Place[]): boolean => places.some((p) => p.witnesses.size > 0);

/* Instructions */

const BITS: readonly Bits[] = [16, 32, 64];

/** Who else writes or reads these bytes. */
function encodingOf(row: Row): string {
  if (NEVER_CHOSEN.some((n) => n.applies(row))) return 'second form';
  const cases = BITS.flatMap((bits) => casesOf(row, bits));
  const refusals = cases.map((c) => DEVIATIONS.find((d) => d.applies(c))?.refuses);
  if (refusals.includes(undefined)) return 'nasm, iced';
  return refusals.includes('nasm') ? 'iced' : '–';
}

const NAMES = Object.keys(PROFILES);
function profilesWith(feature: string | undefined): string {
  if (feature === undefined) return 'all';
  const having = Object.values(PROFILES).filter((p) => (p.features as ReadonlySet<string>).has(feature));
  if (having.length === NAMES.length) return 'all';
  return having.length === 0 ? 'none' : `from ${having[0]!.name}`;
}

const reasons: string[] = [];
function siliconOf(row: Row): string {
  const reason = exclusion(row);
  if (reason === undefined) return isLeftToAmd(row) ? 'AMD’s' : 'yes';
  if (!reasons.includes(reason)) reasons.push(reason);
  return `no (${reasons.indexOf(reason) + 1})`;
}

function programsOf(row: Row): string {
  const places = rows.of(row);
  const answer = INSTRUCTIONS[row.mnemonic];
  const parts = places.length > 0 ? [tell(places, row.mnemonic)] : [];
  if (answer) parts.push(known(answer));
  return parts.join('; ') || '–';
}

/** A row that exists on no processor cannot be run on one. */
const isHeld = (row: Row): boolean =>
  exclusion(row) === undefined || rows.of(row).length > 0 || INSTRUCTIONS[row.mnemonic] !== undefined;

function instructions(): string {
  const placed = new Set<Row>();
  const sections = FAMILIES.map(([title, family]) => {
    for (const row of family) placed.add(row);
    const lines = family.map((row) => {
      if (!isHeld(row)) unheld.push(`instruction ${row.mnemonic} ${row.encoding.text}`);
      const operands = row.operands.map((o) => o.name).join(', ');
      return [
        `${escape(row.mnemonic)} ${escape(operands)}`.trim(),
        `\`${row.encoding.text}\``,
        row.feature === undefined ? 'all' : `${escape(row.feature)}: ${profilesWith(row.feature)}`,
        encodingOf(row),
        siliconOf(row),
        programsOf(row),
      ];
    });
    return `### ${title}\n\n${table(['Instruction', 'Bytes', 'Feature: processors', 'Encoding', 'Silicon', 'Programs'], lines)}`;
  });
  const missing = ROWS.filter((row) => !placed.has(row));
  if (missing.length > 0)
    faults.push(`test/conformance/families.ts lacks ${missing.length} rows, as ${missing[0]!.mnemonic}`);
  return sections.join('\n\n');
}

/* Events */

function exceptions(): string {
  const lines = EXCEPTIONS.filter((e) => e.class !== 'reserved').map((e) => {
    const kind = e.class === 'interrupt' && e.vector === 2 ? 'nmi' : 'exception';
    // INT3, INTO and INT1 are instructions that ask for their exception.
    const asked = [1, 3, 4].includes(e.vector) ? events.of(`${e.vector} software`) : [];
    const plain = [...events.of(`${e.vector} ${kind}`), ...asked];
    const coded = events.of(`${e.vector} ${kind} error`);
    const absent = NEVER_ACT[e.mnemonic];
    if (plain.length + coded.length === 0 && !absent) unheld.push(`exception ${e.mnemonic}`);
    const wrong = e.errorCode ? plain : coded;
    if (wrong.length > 0)
      faults.push(`${e.mnemonic} comes ${e.errorCode ? 'without' : 'with'} an error code: ${tell(wrong)}`);
    const code = e.errorCode ? 'yes' : 'no';
    return [
      String(e.vector),
      e.mnemonic,
      e.class,
      code,
      absent ?? tell(e.errorCode ? coded : plain, e.mnemonic.slice(1)),
    ];
  });
  return table(['Vector', 'Exception', 'Class', 'Error code', 'Tests'], lines);
}

function kinds(): string {
  const names = { exception: 'exception', external: 'interrupt', software: 'INT n', nmi: 'NMI' } as const;
  return table(
    ['Event', 'Tests'],
    Object.entries(names).map(([kind, name]) => {
      const places = [...events.places].flatMap(([key, set]) => (key.split(' ')[1] === kind ? [...set] : []));
      if (places.length === 0) unheld.push(`event ${name}`);
      return [name, tell([...new Set(places)])];
    }),
  );
}

const WAYS = [
  'real mode',
  'protected mode, 16-bit interrupt gate',
  'protected mode, 16-bit trap gate',
  'protected mode, interrupt gate',
  'protected mode, trap gate',
  'protected mode, task gate',
  'long mode, interrupt gate',
  'long mode, trap gate',
  'long mode, interrupt gate, IST',
];
function ways(): string {
  return table(
    ['Way into the handler', 'Tests'],
    WAYS.map((way) => {
      const places = deliveries.of(way);
      if (places.length === 0) unheld.push(`delivery by ${way}`);
      return [way, tell(places)];
    }),
  );
}

/* Paging */

function paging(): string {
  const line = ({ name, seen, tests }: PagingFact): string[] => {
    const places = seen === undefined ? [] : walks.of(seen);
    const parts = [...(places.length > 0 ? [tell(places)] : []), ...(tests ?? []).map(known)];
    if (parts.length === 0) unheld.push(`paging: ${name}`);
    return [name, parts.join('; ') || '–'];
  };
  const codes = [...pageFaults.places.keys()].sort();
  return [
    table(['Paging', 'Tests'], PAGING.map(line)),
    table(
      ['#PF, bits of its error code', 'Tests'],
      codes.map((code) => [code, tell(pageFaults.of(code))]),
    ),
  ].join('\n\n');
}

/* SVM */

function intercepts(): string {
  const lines = (Object.entries(INTERCEPTS) as [string, Intercept][]).flatMap(([name, row]) => {
    if (row.note?.includes('the bit never acts')) return [];
    const places = exits.of(row.exitCode);
    const never = NEVER_ACT[name];
    const answer = INTERCEPTED[name];
    if (places.length === 0 && !never && !answer) unheld.push(`intercept ${name}`);
    if (places.length > 0 && never) faults.push(`intercept ${name} acts, although “${never}”`);
    const held = places.length > 0 ? tell(places) : answer ? known(answer) : (never ?? '–');
    return [[escape(name), `${row.exitCode.toString(16).toUpperCase()}h`, held]];
  });
  return table(['Intercept', 'EXITCODE', 'Tests'], lines);
}

function rules(): string {
  const lines = CONSISTENCY_RULES.map(({ field, what, section }) => {
    const rule = `${field}: ${what}`;
    const tests = titles.filter(
      ({ file, title }) => file.startsWith('test/svm/') && title.startsWith(`refuses ${rule} (`),
    );
    if (tests.length === 0) unheld.push(`check of VMRUN, ${rule}`);
    const ways = tests.map(({ title }) =>
      title.slice(`refuses ${rule} (`.length).replace(/\), and only for that$/, ''),
    );
    const programs = refusals.of(rule);
    return [escape(rule), `§${section}`, escape(ways.join('; ')), programs.length > 0 ? tell(programs) : '–'];
  });
  return table(['Rule', 'Manual', `Broken in ${link('test/svm/consistency.test.ts')} by`, 'Programs'], lines);
}

/* Features */

function features(): string {
  const lines = Object.keys(CPUID_FEATURES).flatMap((name) => {
    const processors = profilesWith(name);
    if (processors === 'none') return [];
    const answer = FEATURES[name];
    const brings = Array.isArray(answer) ? (answer as readonly string[]) : [];
    for (const mnemonic of brings)
      if (!ROWS.some((row) => row.mnemonic === mnemonic)) faults.push(`${name} brings ${mnemonic}, which has no row`);
    const count = ROWS.filter((row) => row.feature === name || brings.includes(row.mnemonic)).length;
    if (count === 0 && !answer) unheld.push(`feature ${name}`);
    const test = answer && !Array.isArray(answer) ? [known(answer as KnownAnswer)] : [];
    return [[escape(name), processors, [...(count > 0 ? [`rows: ${count}`] : []), ...test].join('; ')]];
  });
  return table(['Feature', 'Processors', 'What is behind it'], lines);
}

export function page(): Page {
  const bySilicon = ROWS.filter((row) => exclusion(row) === undefined);
  const byPrograms = ROWS.filter((row) => isWitnessed(rows.of(row)));
  const parts = {
    exceptions: exceptions(),
    kinds: kinds(),
    ways: ways(),
    paging: paging(),
    intercepts: intercepts(),
    rules: rules(),
    features: features(),
    instructions: instructions(),
  };
  const onlyHere = ROWS.filter((row) => isHeld(row) && !bySilicon.includes(row) && !byPrograms.includes(row));
  for (const what of unheld) if (!(what in UNHELD)) faults.push(`held by no test: ${what}`);
  for (const what of Object.keys(UNHELD))
    if (!unheld.includes(what))
      faults.push(`test/conformance/known-answers.ts says that nothing holds ${what}: something does`);
  const totals = table(
    ['What', 'How many'],
    [
      ['rows of the opcode map', ROWS.length],
      ['whose encoding nasm or iced-x86 holds', ROWS.filter((row) => /nasm|iced/.test(encodingOf(row))).length],
      ['whose behaviour is compared with a processor', bySilicon.length],
      ['that programs reach which QEMU or Bochs runs too', byPrograms.length],
      ['that neither holds, but tests of our own', onlyHere.length],
      ['held by nothing', unheld.filter((u) => u.startsWith('instruction')).length],
      ['cases in which QEMU does otherwise', deviating['QEMU']!],
      ['cases in which Bochs does otherwise', deviating['Bochs']!],
    ].map(([what, count]) => [String(what), String(count)]),
  );
  const text = `# Conformance

Which test holds which part of the processor. This page is made by \`node scripts/conformance.mjs\`: the tests of the processor run
once, and the machine writes down what they make it do. What it cannot see is in
${link('test/conformance/known-answers.ts')}.

What counts as a witness:

- **Encoding**: the assembler's corpus is assembled by nasm to the same bytes and read back by iced-x86 as the same instruction;
  ${link('test/assembler/deviations.ts')} says where they part.
- **Silicon**: random programs run on the processor of the machine that runs the tests, and in the engine: registers, flags, memory and
  exceptions are the same. \`AMD’s\`: only AMD's processors are asked. What that processor lacks is not compared there; what is
  not compared anywhere is in ${link('test/silicon/exclusions.ts')}, with the reason.
- **Programs**: images in ROM that reach the row, and what they say. QEMU and Bochs, where named, run the same image and
  say the same. Where they do otherwise they are no witness: the field \`qemu\` of the cases in ${link('test/cpu', 'test/cpu')} and
  ${link('test/cpu/bochs-deviations.ts')} say who is right, by the manual.

A test is given by its file and its title; files are those of \`test\`, without \`.test.ts\`.

${totals}

## Held by nothing yet

${unheld.length === 0 ? 'Nothing.' : unheld.map((what) => `- ${escape(what)}: ${UNHELD[what] ?? 'no test yet'}`).join('\n')}

## Exceptions and interrupts

${parts.exceptions}

${parts.kinds}

${parts.ways}

## Paging

${parts.paging}

## SVM

Intercepts of registers that do not exist never act, and are left out.

${parts.intercepts}

What VMRUN refuses:

${parts.rules}

## Features

What CPUID advertises, and since which processor.

${parts.features}

## Instructions

Why a row is not compared with silicon:

${reasons.map((reason, n) => `${n + 1}. ${reason}`).join('\n')}

${parts.instructions}
`;
  return { text, faults };
}
