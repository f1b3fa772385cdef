/** Lab 2: the learner's VMCB and world switch, between a host and a guest that both look whether they lost anything. */
import FAULT_GATES from '../fault-gates.inc';
import { exceptionWords } from '../assembly-words';
import { EXIT_CODES } from '../../src/engine/arch/exit-codes';
import { MSR_EFER, MSR_VM_HSAVE_PA } from '../../src/engine/arch/msr';
import { EFER_LMA, EFER_LME, EFER_SVME, RAX } from '../../src/engine/arch/registers';
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';
import type { Evidence } from '../../src/labs/finding';
import type { Lab } from '../../src/labs/lab';
import type { BareRun, ExitFact, Random, WatchedInstruction, Workbench } from '../../src/labs/workbench';
import HARNESS from './harness.asm';

const FILE = 'switch.asm';
const PAGE = 0x1000;
const MEMORY_MB = 4;
/** The first switches are watched instruction by instruction, then there are many. */
const FEW = 4;
const MANY = 1000;
/** A round of a solution takes some four hundred instructions. */
const LIMIT_OF_A_ROUND = 4_000;

/** What the harness writes to the debug exit port. */
const FAULTED = 1;
const OTHER_EXIT = 2;
const LOST_BY_HOST = 3;
const LOST_BY_GUEST = 4;

const HOST_REGISTERS = ['RBX', 'RBP', 'R12', 'R13', 'R14', 'R15', 'RSP'] as const;
const GUEST_REGISTERS = 'RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15'.split(' ');
/** From this index on, what was lost is a base. */
const FIRST_BASE = 16;
const BASES = ['FS.base', 'GS.base', 'KernelGSBase'] as const;

export const LAB: Lab = {
  id: '02-world-switch',
  number: 2,
  title: 'First world switch',
  concept: 'what VMRUN saves and what not',
  task: 'Write the instructions that put a guest on the processor and bring the host back unharmed.',
  kind: 'assembly',
  file: FILE,
  files: [FILE, 'vmcb.inc', 'main.asm'],
  launch: { program: 'main.asm', mode: 'bare', memory: MEMORY_MB },
  claims: [
    { id: 'asid', text: 'The VMCB has an ASID that is not 0, and intercepts VMRUN and HLT', section: '15.5.1' },
    { id: 'gif', text: 'GIF is 0 from VMLOAD to VMRUN, and 1 again when the host goes on', section: '15.17' },
    { id: 'accepted', text: 'VMRUN accepts the VMCB', section: '15.5.1' },
    { id: 'reaches-hlt', text: 'The guest reaches its HLT: EXITCODE is 78h', section: '15.9' },
    {
      id: 'host-registers',
      text: 'RBX, RBP, RSP and R12 to R15 of the host survive 1,000 switches',
      section: '15.5.1',
    },
    { id: 'host-bases', text: 'FS, GS and KernelGSBase of the host survive them too', section: '15.5.2' },
    { id: 'guest-registers', text: 'All sixteen general registers of the guest survive them', section: '15.5.1' },
    { id: 'guest-bases', text: 'FS, GS and KernelGSBase of the guest survive them', section: '15.5.2' },
  ],
  hints: [
    'VMRUN checks the EFER of the guest, not yours. Which of its bits says that this processor may run SVM at all? After that: what VMRUN does ' +
      'not move, you must.',
    'Of the general registers VMRUN and #VMEXIT move only RAX and RSP. Push what is the caller’s, and RSI and RDX as well: after #VMEXIT your RSP is ' +
      'the only way back to them. VMLOAD and VMSAVE come in pairs: save the host’s, load the guest’s; save the guest’s, load the host’s.',
    'clgi · rax = RDX, vmsave · rax = RDI, vmload · load RCX to R15 from [RSI], RSI last · vmrun · vmsave · push rsi, get the address back from the ' +
      'stack, store all of them · rax = the page that came in RDX, vmload · stgi. RAX needs no saving: after #VMEXIT it holds the VMCB’s address again.',
  ],
  starterFails: {
    claim: 'accepted',
    message:
      'After this step you should see #VMEXIT INVALID: EFER.SVME is 0 in the state-save area. A guest without SVME would be a guest that VMRUN refuses to enter.',
    actual: /^VMEXIT_INVALID: .*SVME/,
  },
  mutants: {
    'asid-zero': 'asid',
    'gif-left-open': 'gif',
    'rbx-forgotten': 'guest-registers',
    'guest-vmsave-forgotten': 'guest-bases',
    'host-vmload-forgotten': 'host-bases',
  },
  check,
};

function check(bench: Workbench): void {
  const few = trial(bench, FEW);
  if (!entered(bench, few)) return;
  checkControls(bench, few.run);
  if (bench.failed('asid')) return;
  checkGif(bench, few);
  if (bench.failed('gif')) return;
  if (!checkFirstExit(bench, few)) return;
  checkSurvival(bench, trial(bench, MANY), MANY);
}

interface Trial {
  readonly run: BareRun;
  /** SPA of the VMCB. */
  readonly vmcb: number;
}

function trial(bench: Workbench, rounds: number): Trial {
  const { random } = bench;
  // pages from 2 MB up, each its own
  const pages = random.shuffled(Array.from({ length: 64 }, (_, n) => 0x20_0000 + n * PAGE));
  const [vmcb, hostPage, hostSave, registers, stack] = pages as [number, number, number, number, number];
  const list = (count: number, value: () => bigint): string =>
    Array.from({ length: count }, () => `0x${value().toString(16)}`).join(', ');
  const base = (): bigint => random.bits64() & 0x7f_ffff_f000n;
  const run = bench.runBare({
    source: FAULT_GATES + HARNESS,
    labels: ['guest_setup', 'world_switch'],
    ...(rounds === FEW && { watch: ['clgi', 'stgi', 'vmload', 'vmsave', 'vmrun', 'cli'] as const }),
    defines: {
      LAB_VMCB: vmcb,
      LAB_HOST_PAGE: hostPage,
      LAB_REGISTERS: registers + random.below(0x100) * 8,
      LAB_GUEST_RSP: stack + PAGE,
      LAB_GARBAGE: random.bits64(),
      LAB_STEP: random.bits64() | 1n,
      LAB_ROUNDS: rounds,
      LAB_HOST_VALUES: list(6, () => random.bits64()),
      LAB_HOST_BASES: list(3, base),
      LAB_GUEST_VALUES: list(16, () => random.bits64()),
      LAB_GUEST_BASES: list(3, base),
    },
    memoryMb: MEMORY_MB,
    model: modelOf(random),
    msrs: { [MSR_EFER]: BigInt(EFER_LME | EFER_LMA | EFER_SVME), [MSR_VM_HSAVE_PA]: BigInt(hostSave) },
    limit: rounds * LIMIT_OF_A_ROUND,
  });
  return { run, vmcb };
}

function modelOf(random: Random): 'bulldozer' | 'zen1' | 'zen3' | 'barcelona' {
  return random.pick(['barcelona', 'bulldozer', 'zen1', 'zen3']);
}

// Claims

/** VMRUN was executed; else the first claim says why not. */
function entered(bench: Workbench, { run }: Trial): boolean {
  if (run.exits.length > 0) return true;
  bench.claim('asid', {
    holds: false,
    expected: 'VMRUN, and a #VMEXIT',
    ...trouble(run),
    message: 'Not a single #VMEXIT: VMRUN was not reached, or the guest never came back.',
  });
  return false;
}

function checkControls(bench: Workbench, run: BareRun): void {
  const [first] = run.exits;
  const asid = first!.before('guestAsid');
  const vmrun = (first!.before('interceptMisc2') & 1n) !== 0n;
  const hlt = ((first!.before('interceptMisc1') >> 24n) & 1n) !== 0n;
  const field: VmcbField = asid === 0n ? 'guestAsid' : vmrun ? 'interceptMisc1' : 'interceptMisc2';
  bench.claim('asid', {
    holds: asid !== 0n && vmrun && hlt,
    expected: 'ASID ≥ 1, the intercepts of VMRUN and HLT set',
    actual: `ASID ${asid}${vmrun ? '' : ', VMRUN not intercepted'}${hlt ? '' : ', HLT not intercepted'}`,
    message:
      asid === 0n
        ? 'ASID 0 is the host’s own: its translations must never be mixed with a guest’s.'
        : 'VMRUN insists on its own intercept, and a guest that executes HLT must come back to you.',
    evidence: { kind: 'field', field },
  });
}

function checkGif(bench: Workbench, { run, vmcb }: Trial): void {
  const ours = (one: WatchedInstruction): boolean =>
    one.mnemonic === 'vmrun' || (one.mnemonic === 'vmload' && one.gpr(RAX) === BigInt(vmcb));
  const open = run.watched.find((one) => ours(one) && one.gif !== 0);
  // where the harness looks at GIF, not a CLI of the submission's
  const closed = run.watched.find(
    ({ mnemonic, rip, gif }) => mnemonic === 'cli' && rip === run.symbol('lab_back') && gif === 0,
  );
  const wrong = open ?? closed;
  const what = open ? `GIF is 1 at ${open.mnemonic.toUpperCase()} of the guest` : 'GIF is 0 when world_switch returns';
  bench.claim('gif', {
    holds: !wrong,
    expected: 'GIF 0 at VMLOAD and VMRUN of the guest, 1 after world_switch',
    actual: wrong ? what : 'as it should be',
    message: open
      ? 'An interrupt that comes between VMLOAD and VMRUN would run the host’s handler on the guest’s FS and GS. CLGI holds it back.'
      : '#VMEXIT has cleared GIF, and no interrupt will reach the host again until STGI.',
    evidence: open && lineOf(run, open.rip),
  });
}

function checkFirstExit(bench: Workbench, { run }: Trial): boolean {
  const [first] = run.exits as [ExitFact];
  const [rule] = first.refused;
  const refused = first.name === 'VMEXIT_INVALID';
  bench.claim('accepted', {
    holds: !refused,
    expected: 'the guest is entered',
    actual: refused
      ? `VMEXIT_INVALID: ${rule ? `${nameOf(rule.field)}: ${rule.what} (§${rule.section})` : 'no rule named'}`
      : 'it is',
    message: 'VMRUN found something in the VMCB that no processor could be put into, and came back at once.',
    evidence: fieldOf(rule?.field),
  });
  if (refused) return false;
  // a guest's page with HLT, then others: those that come after it are no news
  const other = run.exits.find(({ name }) => name !== 'VMEXIT_HLT');
  const hlt = run.symbol('lab_guest_hlt');
  const strange = other ?? run.exits.find((exit) => exit.before('rip') !== hlt);
  const broken = !strange && (run.exceptions.length > 0 || run.ending.kind !== 'debug-exit');
  bench.claim('reaches-hlt', {
    holds: !strange && !broken,
    expected: `VMEXIT_HLT, EXITCODE ${EXIT_CODES.VMEXIT_HLT.code.toString(16)}h, at RIP ${hex(hlt)}, each time`,
    ...(broken
      ? trouble(run)
      : { actual: strange ? `${strange.name} at RIP ${hex(strange.before('rip'))}` : `${run.exits.length} times` }),
    message: broken
      ? 'After the last #VMEXIT something went wrong: in the host, or in the guest that was entered again.'
      : 'The guest stumbled before its HLT. What it runs on is what you have put into the state-save area.',
    evidence: strange ? { kind: 'exit', number: strange.number } : trouble(run).evidence,
  });
  return !bench.failed('reaches-hlt');
}

function checkSurvival(bench: Workbench, { run }: Trial, rounds: number): void {
  const done = u32(run, 'lab_rounds');
  const { value } = run.ending;
  const sides = [
    { by: LOST_BY_HOST, who: 'host', at: u32(run, 'lab_which'), registers: HOST_REGISTERS },
    { by: LOST_BY_GUEST, who: 'guest', at: u32(run, 'lab_guest_which'), registers: GUEST_REGISTERS },
  ] as const;
  const known = run.ending.kind === 'debug-exit' && value !== FAULTED && value !== OTHER_EXIT;
  if (!known) {
    bench.claim('host-registers', {
      holds: false,
      expected: `${rounds} switches`,
      ...trouble(run),
      message: `The host did not get beyond switch ${done + 1}.`,
    });
    return;
  }
  for (const { by, who, at, registers } of sides) {
    const lost = value === by;
    const bases = lost && at >= FIRST_BASE;
    if (!lost || bases) claimSurvival(bench, `${who}-registers`, undefined, done);
    else claimSurvival(bench, `${who}-registers`, `${registers[at]} of the ${who}`, done);
    if (bases) claimSurvival(bench, `${who}-bases`, `${BASES[at - FIRST_BASE]} of the ${who}`, done);
    if (lost) return;
    claimSurvival(bench, `${who}-bases`, undefined, done);
  }
}

function claimSurvival(bench: Workbench, claim: string, lost: string | undefined, done: number): void {
  bench.claim(claim, {
    holds: lost === undefined,
    expected: 'the same values after every switch',
    actual:
      lost === undefined
        ? `in ${done.toLocaleString('en-US')} switches`
        : `${lost} was another after switch ${done + 1}`,
    message: claim.endsWith('bases')
      ? 'VMRUN does not move FS, GS and KernelGSBase, nor does #VMEXIT: VMLOAD and VMSAVE do, for both worlds.'
      : 'VMRUN and #VMEXIT move RAX and RSP of the general registers. All others are as the other world has left them.',
  });
}

// Words

/** Why the harness did not come to its end. */
function trouble(run: BareRun): { readonly actual: string; readonly evidence: Evidence | undefined } {
  const [exception] = run.exceptions;
  if (!exception) return { actual: run.ending.text, evidence: undefined };
  return { actual: exceptionWords(exception, run.line(exception.rip)), evidence: lineOf(run, exception.rip) };
}

function lineOf(run: BareRun, rip: bigint): Evidence | undefined {
  const place = run.line(rip);
  return place && { kind: 'line', ...place };
}

function fieldOf(field: string | undefined): Evidence | undefined {
  return field !== undefined && Object.hasOwn(VMCB, field) ? { kind: 'field', field: field as VmcbField } : undefined;
}

function nameOf(field: string): string {
  return Object.hasOwn(VMCB, field) ? VMCB[field as VmcbField].name : field;
}

function u32(run: BareRun, symbol: string): number {
  return new DataView(run.memory(Number(run.symbol(symbol)), 4).buffer).getUint32(0, true);
}

function hex(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}
