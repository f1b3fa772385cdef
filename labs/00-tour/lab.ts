/** Lab 0: the tour. The learner steps and looks, the editor writes down what was seen, the checker finds it again. */
import type { Lab } from '../../src/labs/lab';
import { readTour, TOUR_STEP_NAMES, TOUR_STEPS } from '../../src/labs/tour';
import type { TourFacts, TourRecord, TourStepName } from '../../src/labs/tour';
import type { ExitFact, GuestRun, Workbench } from '../../src/labs/workbench';
import { EXIT_CODES } from '../../src/engine/arch/exit-codes';
import TOUR from './starter/tour.asm';

const RECORD = 'tour.json';
const MEMORY_MB = 2;
/** The guest needs a twentieth of it. */
const LIMIT = 10_000_000;

const TITLES = {
  start: 'the session stands before the first instruction of the guest',
  'first-exit': 'it stops at the first #VMEXIT of the guest',
  vmcb: 'the VMCB says why the guest exited',
  'page-tables': 'two sets of page tables lie between the guest and its memory',
  'exit-log': 'the exit log has every #VMEXIT so far',
  finish: 'the guest has run to its end',
} as const satisfies Record<TourStepName, string>;

const SECTIONS = {
  start: '15.5',
  'first-exit': '15.6',
  vmcb: '15.5.1',
  'page-tables': '15.25.1',
  'exit-log': '15.6',
  finish: '15.9',
} as const satisfies Record<TourStepName, string>;

/** What a step says of the machine, as the protocol writes numbers. */
type Facts = Readonly<Record<string, number | string>>;

export const LAB: Lab = {
  id: '00-tour',
  number: 0,
  title: 'Tour',
  concept: 'host, guest, one exit',
  task: 'Start a guest, stop it where it leaves guest mode, and look around.',
  kind: 'tour',
  file: 'tour.asm',
  record: RECORD,
  files: ['tour.asm', 'seed.inc', RECORD],
  launch: { program: 'tour.asm', mode: 'guest', memory: MEMORY_MB, stopOnEntry: true },
  claims: TOUR_STEP_NAMES.map((id) => ({ id, text: sentence(TITLES[id]), section: SECTIONS[id] })),
  hints: [
    'Open tour.asm and press F5. The session stops before the first instruction.',
    'In the Run and Debug view, under Breakpoints, tick the exits you want to stop at: "any" stops at every one. Then continue.',
    'While the session stands at an exit, run the commands Pacifica: Show VMCB, Show Page Tables and Show Exit Log, in this order. Then untick the exits and continue to the end.',
  ],
  starterFails: {
    claim: 'start',
    message:
      'Nothing has been seen yet. Press F5 in tour.asm: after that you should see the session stand before the first instruction.',
    actual: /^nothing is written down$/,
  },
  mutants: { 'out-of-order': 'first-exit', 'wrong-exit': 'vmcb', 'panel-missing': 'page-tables' },
  check,
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function check(bench: Workbench): void {
  const text = bench.text(RECORD);
  const record = text === undefined ? `there is no ${RECORD}` : readTour(text);
  if (typeof record === 'string') {
    bench.claim('start', {
      holds: false,
      actual: record,
      message: `${RECORD} cannot be read as the record of a tour. Reset the lab and take the tour again.`,
      evidence: { kind: 'line', file: RECORD, line: 1 },
    });
    return;
  }
  const run = bench.runGuests({
    guests: [{ source: TOUR, defines: { SEED: record.seed }, memoryMb: MEMORY_MB, handled: false }],
    limit: LIMIT,
  });
  if (run.ending.kind !== 'halted') throw new Error(`the guest of the tour ended with ${run.ending.text}`);
  for (const [index, name] of TOUR_STEP_NAMES.entries()) if (!judge(bench, run, record, index, name)) return;
  bench.claim(TOUR_STEP_NAMES.at(-1)!, {
    holds: record.steps.length === TOUR_STEP_NAMES.length,
    actual: `${record.steps.length} steps`,
    expected: `${TOUR_STEP_NAMES.length} steps`,
    message: `${RECORD} goes on after the end of the guest. Reset the lab and take the tour again.`,
  });
}

/** Settles a step's claim; false if it does not hold. */
function judge(bench: Workbench, run: GuestRun, record: TourRecord, index: number, name: TourStepName): boolean {
  const step = record.steps[index];
  if (step?.step !== name) {
    bench.claim(name, {
      holds: false,
      expected: TITLES[name],
      actual: step
        ? `the next thing written down is that ${TITLES[step.step]}`
        : index === 0
          ? 'nothing is written down'
          : 'nothing is written down after the step before',
      message: step ? 'A step was left out: take them in their order.' : 'This step is still to be done.',
      ...(step && { evidence: { kind: 'line', file: RECORD, line: 1 } }),
    });
    return false;
  }
  const { step: _, ...seen } = step;
  const at = moment(run, step);
  const truth = at && truthOf(run, name, at);
  if (!truth) {
    bench.claim(name, {
      holds: false,
      expected: `a #VMEXIT from 1 to ${run.exits.length}`,
      actual: words(seen),
      message: 'The guest has no such #VMEXIT.',
    });
    return false;
  }
  const wrong = Object.keys(TOUR_STEPS[name]).find((fact) => (seen as Facts)[fact] !== truth[fact]);
  bench.claim(name, {
    holds: wrong === undefined,
    actual: words(seen),
    ...(wrong !== undefined && {
      expected: words(truth),
      message: `What is written down is not what this guest does: ${wrong} is another. Reset the lab and take the tour again.`,
    }),
    ...(name !== 'start' && { evidence: { kind: 'exit', number: at.number } }),
  });
  return wrong === undefined;
}

function words(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** The #VMEXIT a step is about: the one it names, or the newest. */
function moment(run: GuestRun, step: TourRecord['steps'][number]): ExitFact | undefined {
  switch (step.step) {
    case 'start':
    case 'first-exit':
      return run.exits[0];
    case 'vmcb':
      return run.exits[step.exit - 1];
    case 'page-tables':
      return run.exits[step.exits - 1];
    case 'exit-log':
      return run.exits[step.total - 1];
    case 'finish':
      return run.exits.at(-1);
  }
}

function truthOf(run: GuestRun, name: TourStepName, at: ExitFact): Facts {
  const code = hex(BigInt(EXIT_CODES[at.name].code));
  const { number } = at;
  const facts: TourFacts = {
    start: { rip: hex(run.guests[0]!.symbol('_start')) },
    'first-exit': { exit: number, code, rip: hex(at.before('rip')) },
    vmcb: { exit: number, code, nRip: hex(at.before('nRip')), asid: hex(at.before('guestAsid')) },
    'page-tables': { exits: number, cr3: hex(at.before('cr3')), ncr3: hex(at.before('nCr3')) },
    'exit-log': { total: number, code },
    finish: { total: run.exits.length, code },
  };
  return facts[name];
}

function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}
