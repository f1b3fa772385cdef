/** RDTSC and virtual time: a guest's clock that counts only while the guest runs, by TSC_OFFSET and by interception. */
import { MSR_TSC } from '../../src/engine/arch/msr';
import { RAX, RDX } from '../../src/engine/arch/registers';
import type { Lab } from '../../src/labs/lab';
import type { ExitFact, GuestRun, Workbench } from '../../src/labs/workbench';
import { BUSY_GUEST, clockGuest, type ClockGuest } from './guest';

const OFFSET = 'offset.ts';
const INTERCEPT = 'intercept.ts';

const READINGS = 24;
const LONG_READINGS = 16;
/** Turns of a loop between two readings of the long guest: a good part of a time slice. */
const LOOPS = 400_000;
const LIMIT = 2_000_000;
const LONG_LIMIT = 60_000_000;
const MASK32 = 0xffff_ffffn;

export const LAB: Lab = {
  id: '05-time',
  number: 5,
  title: 'RDTSC and virtual time',
  concept: 'TSC_OFFSET against intercepting',
  task: 'Give the guest a clock that stands still while the guest does, once with TSC_OFFSET and once by answering RDTSC.',
  kind: 'typescript',
  file: OFFSET,
  files: [OFFSET, INTERCEPT, 'guest.asm'],
  launch: { program: 'guest.asm', handlers: OFFSET, memory: 2 },
  claims: [
    { id: 'runs-free', text: 'offset.ts: RDTSC runs in the guest, without a #VMEXIT', section: '15.9' },
    { id: 'monotone', text: 'The guest’s clock never goes back, neither way', section: '13.2.4' },
    { id: 'exits-hidden', text: 'offset.ts: the clock stands still while an exit is handled', section: '15.30.5' },
    { id: 'others-hidden', text: 'offset.ts: the clock stands still while another guest runs', section: '15.30.5' },
    { id: 'offset-exact', text: 'offset.ts: TSC_OFFSET is minus the time the guest was paused', section: '15.30.5' },
    { id: 'one-exit-each', text: 'intercept.ts: each RDTSC is one #VMEXIT', section: '15.9' },
    { id: 'halves', text: 'intercept.ts: EAX and EDX are the halves of the answer, zero-extended', section: '13.2.4' },
    { id: 'same-clock', text: 'intercept.ts: the clock tells the same time as with TSC_OFFSET', section: '13.2.4' },
    { id: 'cost', text: 'Only interception costs the guest time: both accounts, per reading', section: '15.9' },
  ],
  hints: [
    '`beforeEntry` is called when the pause is over. How long it was, `host.tsc` and `vcpu.exitTsc` say together.',
    'The offset is added to what the guest reads: every pause makes it smaller by the pause. For `intercept.ts` keep the sum of all ' +
      'pauses in a variable of the module, and answer with the time of this #VMEXIT minus that sum.',
    '`offset.ts`: `vcpu.vmcb.tscOffset -= host.tsc - vcpu.exitTsc`. `intercept.ts`: `vcpu.intercept("RDTSC", true)` in `setUp`; in ' +
      '`VMEXIT_RDTSC` the time is `vcpu.exitTsc - paused`: its low 32 bits into RAX, its high 32 bits into RDX, `return advance()`.',
  ],
  starterFails: {
    claim: 'exits-hidden',
    message:
      'After this step you should see the clock leap by more than a thousand ticks across an exit, while the guest executed nothing.',
    actual: /^\d{4,} ticks; TSC_OFFSET 0$/,
  },
  mutants: {
    'interrupts-are-real-time': 'others-hidden',
    'rax-holds-it-all': 'halves',
    'clock-of-the-host': 'same-clock',
  },
  check(bench) {
    const short = clockGuest(bench.random, READINGS, 0);
    const long = clockGuest(bench.random, LONG_READINGS, LOOPS);
    // the low half of the counter runs over while the guest runs
    const wrap = BigInt(1 + bench.random.below(0xff_ffff)) << 32n;
    const start = wrap - BigInt(bench.random.below(short.steps.reduce((sum, own) => sum + own)));

    const byOffset = checkOffset(bench, short, start);
    if (!byOffset) return;
    if (!checkOthers(bench, long, wrap - BigInt(LOOPS))) return;
    checkInterception(bench, short, start, byOffset);
  },
};

// First way

interface Clock {
  readonly readings: readonly bigint[];
  readonly run: GuestRun;
}

function checkOffset(bench: Workbench, guest: ClockGuest, start: bigint): Clock | undefined {
  const offsets: { readonly exit: ExitFact; readonly paused: bigint }[] = [];
  let pauses = 0;
  const run = bench.runGuests({
    guests: [{ source: guest.source, name: 'clock', handlers: OFFSET }],
    msrs: { [MSR_TSC]: start },
    limit: LIMIT,
    afterExit: (exit, { guests: [one] }) => {
      offsets.push({ exit, paused: BigInt(pauses) });
      pauses = Math.round(one!.exitCost);
    },
  });
  const exit = run.exits.find(({ name }) => name === 'VMEXIT_RDTSC');
  bench.claim('runs-free', {
    holds: !exit,
    expected: 'no VMEXIT_RDTSC',
    actual: `${run.count('VMEXIT_RDTSC')} exits`,
    message: 'In offset.ts the processor answers RDTSC by itself: nothing is to be intercepted.',
    evidence: exit && { kind: 'exit', number: exit.number },
  });
  if (!endedWell(bench, 'exits-hidden', run)) return undefined;
  const clock = { run, readings: joined(run) };
  if (!checkForward(bench, OFFSET, clock)) return undefined;
  if (!checkSteps(bench, 'exits-hidden', guest, clock, 'the host worked')) return undefined;
  const wrong = offsets.find(({ exit: one, paused }) => offsetOf(one) !== -paused);
  const shown = wrong ?? offsets.at(-1)!;
  bench.claim('offset-exact', {
    holds: !wrong,
    expected: `${-shown.paused} at exit ${shown.exit.number}`,
    actual: `${offsetOf(shown.exit)}`,
    message: 'TSC_OFFSET was not minus the sum of all pauses when this exit came.',
    evidence: { kind: 'exit', number: shown.exit.number },
  });
  return clock;
}

function checkOthers(bench: Workbench, guest: ClockGuest, start: bigint): boolean {
  const run = bench.runGuests({
    guests: [
      { source: guest.source, name: 'clock', handlers: OFFSET },
      { source: BUSY_GUEST, name: 'busy', handled: false },
    ],
    msrs: { [MSR_TSC]: start },
    limit: LONG_LIMIT,
    afterExit: ({ guest: id, name }) => !(id === 0 && name === 'VMEXIT_HLT'),
  });
  if (run.ending.kind !== 'ended-by-checker') {
    bench.claim('others-hidden', { holds: false, message: `The guest did not get to its end: ${run.ending.text}.` });
    return false;
  }
  return checkSteps(bench, 'others-hidden', guest, { run, readings: joined(run) }, 'the other guest ran');
}

// Second way

function checkInterception(bench: Workbench, guest: ClockGuest, start: bigint, byOffset: Clock): void {
  const run = bench.runGuests({
    guests: [{ source: guest.source, name: 'clock', handlers: INTERCEPT }],
    msrs: { [MSR_TSC]: start },
    limit: LIMIT,
  });
  const count = run.count('VMEXIT_RDTSC');
  bench.claim('one-exit-each', {
    holds: run.ending.kind === 'halted' && count === guest.readings,
    expected: `${guest.readings} VMEXIT_RDTSC, and the guest reaches HLT`,
    actual: run.ending.kind === 'halted' ? `${count} exits` : `${count}; ${run.ending.text}`,
    message:
      count === 0
        ? 'intercept.ts does not intercept RDTSC: that is bit 14 of the intercept word at 00Ch.'
        : 'A reading is answered once: the guest goes on behind its RDTSC.',
    evidence: { kind: 'field', field: 'interceptMisc1' },
  });
  if (bench.failed('one-exit-each')) return;

  const exits = run.exits.filter(({ name }) => name === 'VMEXIT_RDTSC');
  const wide = exits.find((exit) => exit.gprAfter(RAX) > MASK32 || exit.gprAfter(RDX) > MASK32);
  // the guest's clock lies between the start and what the counter shows
  const off = exits.find((exit) => {
    const edx = exit.gprAfter(RDX);
    return edx !== start >> 32n && edx !== (start + BigInt(Math.round(exit.time))) >> 32n;
  });
  const half = wide ?? off;
  bench.claim('halves', {
    holds: !half,
    expected: 'bits 31:0 in RAX, bits 63:32 in RDX, nothing above',
    actual: half && `RAX ${hex(half.gprAfter(RAX))}, RDX ${hex(half.gprAfter(RDX))}`,
    message: wide
      ? 'In 64-bit mode RDTSC clears the upper halves of RAX and RDX.'
      : 'EDX does not hold the upper half of the counter.',
    evidence: half && { kind: 'exit', number: half.number },
  });
  if (half) return;

  const clock = { run, readings: joined(run) };
  if (!checkForward(bench, INTERCEPT, clock)) return;
  if (!checkSteps(bench, 'same-clock', guest, clock, 'the host worked')) return;
  reportCost(bench, guest, byOffset.run, run);
}

function reportCost(bench: Workbench, guest: ClockGuest, byOffset: GuestRun, byExit: GuestRun): void {
  const [without, withExits] = [byOffset, byExit].map(({ guests: [one] }) => one!.exitCost);
  const others = (run: GuestRun): number => run.exits.length - run.count('VMEXIT_RDTSC');
  const reading = Math.round((withExits! - without!) / guest.readings);
  bench.claim('cost', {
    holds: others(byOffset) === others(byExit) && reading > 0,
    expected: `${others(byOffset)} other exits both ways`,
    actual:
      `TSC_OFFSET: ${byOffset.exits.length} exits, ${Math.round(without!)} ns, 0 for a reading; interception: ` +
      `${byExit.exits.length} exits, ${Math.round(withExits!)} ns, ${reading} for a reading (model)`,
    message: `Besides RDTSC the guest exited ${others(byExit)} times in intercept.ts and ${others(byOffset)} times in offset.ts.`,
  });
}

// Readings

/** Every reading: EDX:EAX as the guest stored them. */
function joined(run: GuestRun): bigint[] {
  const [guest] = run.guests;
  const from = Number(guest!.symbol('readings'));
  const end = Number(guest!.symbol('readings_end'));
  const view = new DataView(Uint8Array.from(guest!.memory(from, end - from)).buffer);
  return Array.from({ length: view.byteLength / 16 }, (_, n) => {
    const low = view.getBigUint64(n * 16, true) & MASK32;
    return low | ((view.getBigUint64(n * 16 + 8, true) & MASK32) << 32n);
  });
}

function checkForward(bench: Workbench, file: string, { readings, run }: Clock): boolean {
  const back = readings.findIndex((time, n) => n > 0 && time <= readings[n - 1]!);
  bench.claim('monotone', {
    holds: back < 0,
    expected: 'every reading later than the one before it',
    actual:
      back < 0 ? undefined : `${file}: reading ${back + 1} is ${readings[back - 1]! - readings[back]!} ticks earlier`,
    message: 'More was taken out of the clock than the guest was paused; or TSC_OFFSET jumped.',
    evidence: { kind: 'exit', number: run.exits.at(-1)!.number },
  });
  return back < 0;
}

/** From one reading to the next the clock must have moved by what the guest executed, whether or not exiting instructions count. */
function checkSteps(
  bench: Workbench,
  claim: string,
  { steps, exits }: ClockGuest,
  { readings, run }: Clock,
  pause: string,
): boolean {
  const moved = readings.slice(1).map((time, n) => BigInt.asIntN(64, time - readings[n]!));
  const wrong = moved.findIndex((ticks, n) => {
    const own = BigInt(steps[n]!);
    // an instruction that exited may have been begun twice: the intercepted one, and the one that met a page for the first time
    return ticks > own + BigInt(exits[n]!) + 4n || ticks < own - BigInt(exits[n]!) - 4n;
  });
  bench.claim(claim, {
    holds: wrong < 0,
    expected:
      wrong < 0 ? undefined : `${steps[wrong]} ticks from reading ${wrong + 1} to the next: as many instructions`,
    actual: wrong < 0 ? undefined : `${moved[wrong]} ticks; TSC_OFFSET ${signed(run.guests[0]!.vmcb('tscOffset'))}`,
    message:
      wrong < 0
        ? undefined
        : moved[wrong]! > BigInt(steps[wrong]!)
          ? `The guest can tell from its clock that ${pause} meanwhile.`
          : 'The clock runs behind what the guest executed: more was taken away than it was paused.',
  });
  return wrong < 0;
}

function endedWell(bench: Workbench, claim: string, run: GuestRun): boolean {
  if (run.ending.kind === 'halted') return true;
  bench.claim(claim, { holds: false, expected: 'the guest reaches its HLT', actual: run.ending.text });
  return false;
}

/** TSC_OFFSET as the guest ran with it. */
function offsetOf(exit: ExitFact): bigint {
  return signed(exit.before('tscOffset'));
}
function signed(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function hex(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}
