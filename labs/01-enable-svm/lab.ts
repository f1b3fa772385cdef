/** Lab 1: the learner's probe and enable routines, called on processors with and without SVM, disabled and locked. */
import { exceptionWords } from '../assembly-words';
import { MSR_EFER, MSR_VM_CR, MSR_VM_HSAVE_PA, VM_CR_LOCK, VM_CR_SVMDIS } from '../../src/engine/arch/msr';
import { EFER_LMA, EFER_LME, EFER_NXE, EFER_SCE, EFER_SVME, RAX, RCX } from '../../src/engine/arch/registers';
import type { Finding } from '../../src/labs/finding';
import type { Lab } from '../../src/labs/lab';
import type { BareRun, ProcessorModel, Workbench } from '../../src/labs/workbench';
import FAULT_GATES from '../fault-gates.inc';
import HARNESS from './harness.asm';

const FILE = 'enable.asm';
const MODELS = ['barcelona', 'bulldozer', 'zen1', 'zen3'] as const satisfies readonly ProcessorModel[];
/** A solution takes some hundred instructions. */
const LIMIT = 200_000;
const MEMORY_MB = 4;
const PAGE = 0x1000;

const READY = 0;
const NONE = 1;
const LOCKED = 2;
const STATUS = ['SVM_READY', 'SVM_NONE', 'SVM_LOCKED'] as const;
const CPUID_EXTENDED = 0x8000_0001n;

/** Bytes of the record, and the bits of Fn8000_000A EDX they are. */
const FEATURES = [
  ['NP', 0],
  ['NRIPS', 3],
  ['FLUSH_BY_ASID', 6],
  ['DECODE_ASSISTS', 7],
] as const;
const KEPT = ['RBX', 'RBP', 'R12', 'R13', 'R14', 'R15'] as const;

export const LAB: Lab = {
  id: '01-enable-svm',
  number: 1,
  title: 'Enable SVM',
  concept: 'CPUID, VM_CR, EFER.SVME, VM_HSAVE_PA',
  task: 'Find out whether this processor may run guests, and switch SVM on where it may.',
  kind: 'assembly',
  file: FILE,
  files: [FILE, 'svm.inc', 'main.asm'],
  launch: { program: 'main.asm', mode: 'bare', memory: MEMORY_MB },
  claims: [
    { id: 'refuses', text: 'On a processor without SVM both routines say so, and nothing faults', section: '15.4' },
    { id: 'asks-first', text: 'CPUID is asked before any register of SVM is touched', section: '15.4' },
    { id: 'features', text: 'The features of four processors are read out of EDX as they are', section: '3:E.4' },
    { id: 'locked', text: 'Where firmware has disabled SVM and locked it, nothing is tried', section: '15.30.1' },
    { id: 'unlocks', text: 'Where it is disabled and not locked, SVMDIS is cleared', section: '15.30.1' },
    { id: 'svme', text: 'EFER.SVME is 1 afterwards', section: '3.1.7' },
    { id: 'efer-kept', text: 'The other bits of EFER are as they were', section: '3.1.7' },
    {
      id: 'host-save',
      text: 'VM_HSAVE_PA names a whole, aligned page of the memory that was given',
      section: '15.30.4',
    },
    { id: 'registers', text: 'RBX, RBP, RSP and R12 to R15 come back as they were', section: '15.4' },
  ],
  hints: [
    'A register that does not exist faults when it is touched, and so does a bit that is reserved. CPUID never faults: it is the one to ask, ' +
      'first. Fn8000_0001, ECX bit 2.',
    'In this order: CPUID Fn8000_0001; CPUID Fn8000_000A for the features; VM_CR, whose SVMDIS together with LOCK is final, and without LOCK ' +
      'can be cleared; EFER, read, one bit more, written back; VM_HSAVE_PA. And CPUID writes EBX, which is not yours.',
    'svm_enable begins with call svm_probe and returns if EAX is not SVM_READY. Then btr eax, VM_CR_SVMDIS on what RDMSR of VM_CR gave, and WRMSR if ' +
      'it was set. The page: rax = (rdi + 0FFFh) & ~0FFFh; WRMSR takes its upper half in EDX.',
  ],
  starterFails: {
    claim: 'refuses',
    message:
      'After this step you should see #GP(0) at the WRMSR in svm_enable: this processor has no SVM, so EFER bit 12 is reserved, and nobody has asked.',
    actual: /^#GP\(0\) at enable\.asm:\d+, WRMSR of C0000080h$/,
  },
  mutants: {
    'lock-ignored': 'locked',
    'efer-overwritten': 'efer-kept',
    'page-not-aligned': 'host-save',
    'rbx-lost': 'registers',
  },
  check,
};

/** One call of both routines, and what it was done with. */
interface Trial {
  readonly run: BareRun;
  readonly efer: bigint;
  readonly memory: number;
  readonly size: number;
  readonly kept: readonly bigint[];
}

function check(bench: Workbench): void {
  if (!checkWithoutSvm(bench)) return;
  const trials = bench.random.shuffled(MODELS).map((model) => trial(bench, model, anyLock(bench)));
  if (!checkOrder(bench, trials) || !checkFeatures(bench, trials)) return;
  if (!checkLocked(bench) || !checkUnlocked(bench)) return;
  for (const one of trials) checkEnabled(bench, one);
}

/** LOCK without SVMDIS: firmware allows SVM for good. */
function anyLock({ random }: Workbench): number {
  return random.pick([0, VM_CR_LOCK]);
}

function trial(bench: Workbench, model: ProcessorModel, vmCr: number, withoutSvm = false): Trial {
  const { random } = bench;
  const extra = random.pick([EFER_SCE, EFER_NXE, EFER_SCE | EFER_NXE]);
  const efer = BigInt(EFER_LME | EFER_LMA | extra);
  // never at the start of a page
  const memory = 0x20_0000 + random.below(0x100) * PAGE + 1 + random.below(PAGE - 1);
  const size = 2 * PAGE + random.below(PAGE);
  const record = 0x38_0000 + random.below(0x1000) * 8;
  const kept = KEPT.map(() => random.bits64());
  const run = bench.runBare({
    source: FAULT_GATES + HARNESS,
    labels: ['svm_probe', 'svm_enable'],
    watch: ['cpuid', 'rdmsr', 'wrmsr'],
    defines: {
      LAB_MEMORY: memory,
      LAB_MEMORY_SIZE: size,
      LAB_RECORD: record,
      GARBAGE: random.bits64(),
      ...Object.fromEntries(KEPT.map((name, n) => [`KEPT_${name}`, kept[n]!])),
    },
    memoryMb: MEMORY_MB,
    model,
    withoutSvm,
    msrs: { [MSR_EFER]: efer, [MSR_VM_CR]: BigInt(vmCr) },
    limit: LIMIT,
  });
  return { run, efer, memory, size, kept };
}

// Claims

function checkWithoutSvm(bench: Workbench): boolean {
  const { run, efer } = trial(bench, bench.random.pick(MODELS), 0, true);
  if (!cameBack(bench, 'refuses', run)) return false;
  const touched = run.watched.find(({ mnemonic }) => mnemonic !== 'cpuid');
  const said = [statusOf(run, 'lab_probed'), statusOf(run, 'lab_enabled')];
  const holds = said.every((status) => status === NONE) && !touched && run.msr(MSR_EFER) === efer;
  bench.claim('refuses', {
    holds,
    expected: 'both return SVM_NONE, and no MSR is touched',
    actual: `svm_probe ${statusWord(said[0]!)}, svm_enable ${statusWord(said[1]!)}${touched ? `, ${touched.mnemonic.toUpperCase()} of ${hex(touched.gpr(RCX) & 0xffff_ffffn)}` : ''}`,
    message: 'CPUID Fn8000_0001 ECX bit 2 is 0 on this processor: there is nothing to enable.',
    evidence: touched && lineOf(run, touched.rip),
  });
  return holds;
}

function checkOrder(bench: Workbench, trials: readonly Trial[]): boolean {
  for (const { run } of trials) {
    if (!cameBack(bench, 'asks-first', run)) return false;
    const asked = run.watched.findIndex(
      (one) => one.mnemonic === 'cpuid' && (one.gpr(RAX) & 0xffff_ffffn) === CPUID_EXTENDED,
    );
    const touched = run.watched.findIndex(({ mnemonic }) => mnemonic !== 'cpuid');
    const holds = asked >= 0 && (touched < 0 || asked < touched);
    const early = run.watched[touched];
    bench.claim('asks-first', {
      holds,
      expected: 'CPUID with EAX = 8000_0001h before the first RDMSR or WRMSR',
      actual:
        asked < 0 ? 'CPUID Fn8000_0001 is never asked' : `${early?.mnemonic.toUpperCase() ?? 'nothing'} comes first`,
      message: 'You got away with it, for this processor has SVM. Ask first.',
      evidence: early && lineOf(run, early.rip),
    });
    if (!holds) return false;
  }
  return true;
}

function checkFeatures(bench: Workbench, trials: readonly Trial[]): boolean {
  for (const { run } of trials) {
    const edx = Number(word(run, run.symbol('lab_features')));
    const asids = word(run, run.symbol('lab_asids'));
    const record = recordOf(run);
    const wrong = FEATURES.find(([, bit], n) => record[n] !== ((edx >>> bit) & 1));
    const counted = BigInt(record[4]! | (record[5]! << 8) | (record[6]! << 16)) | (BigInt(record[7]!) << 24n);
    const holds = !wrong && counted === asids;
    bench.claim('features', {
      holds,
      expected: wrong
        ? `${wrong[0]} is ${(edx >>> wrong[1]) & 1}, bit ${wrong[1]} of EDX = ${hex(BigInt(edx >>> 0))}`
        : `${asids} ASIDs`,
      actual: wrong ? `the record says ${record[FEATURES.indexOf(wrong)]}` : `${counted} ASIDs`,
      message:
        'CPUID Fn8000_000A was answered otherwise than your record says. Each byte is 0 or 1, and ASIDs is all of EBX.',
    });
    if (!holds) return false;
  }
  return true;
}

/** The record of 8 bytes at LAB_RECORD. */
function recordOf(run: BareRun): Uint8Array {
  return run.memory(Number(run.symbol('lab_record_at')), 8);
}

function checkLocked(bench: Workbench): boolean {
  const { run, efer } = trial(bench, bench.random.pick(MODELS), VM_CR_SVMDIS | VM_CR_LOCK);
  if (!cameBack(bench, 'locked', run)) return false;
  const said = [statusOf(run, 'lab_probed'), statusOf(run, 'lab_enabled')];
  const wrote = run.watched.find(({ mnemonic }) => mnemonic === 'wrmsr');
  const holds = said.every((status) => status === LOCKED) && !wrote && run.msr(MSR_EFER) === efer;
  bench.claim('locked', {
    holds,
    expected: 'both return SVM_LOCKED, and no MSR is written',
    actual: `svm_probe ${statusWord(said[0]!)}, svm_enable ${statusWord(said[1]!)}${wrote ? `, WRMSR of ${hex(wrote.gpr(RCX) & 0xffff_ffffn)}` : ''}`,
    message: 'VM_CR has SVMDIS and LOCK set: nobody can take that back before the next reset.',
    evidence: wrote && lineOf(run, wrote.rip),
  });
  return holds;
}

function checkUnlocked(bench: Workbench): boolean {
  const one = trial(bench, bench.random.pick(MODELS), VM_CR_SVMDIS);
  const { run } = one;
  if (!cameBack(bench, 'unlocks', run)) return false;
  const said = [statusOf(run, 'lab_probed'), statusOf(run, 'lab_enabled')];
  const vmCr = run.msr(MSR_VM_CR);
  const holds = said.every((status) => status === READY) && (vmCr & BigInt(VM_CR_SVMDIS)) === 0n;
  bench.claim('unlocks', {
    holds,
    expected: 'both return SVM_READY, and VM_CR.SVMDIS is 0',
    actual: `svm_probe ${statusWord(said[0]!)}, svm_enable ${statusWord(said[1]!)}, VM_CR ${hex(vmCr)}`,
    message: 'SVMDIS is set and LOCK is not: you may clear it, and then enable SVM.',
  });
  if (holds) checkEnabled(bench, one);
  return holds;
}

function checkEnabled(bench: Workbench, { run, efer, memory, size, kept }: Trial): void {
  const now = run.msr(MSR_EFER);
  const said = statusOf(run, 'lab_enabled');
  bench.claim('svme', {
    holds: (now & BigInt(EFER_SVME)) !== 0n && said === READY,
    expected: 'SVM_READY, and EFER.SVME is 1',
    actual: `${statusWord(said)}, EFER ${hex(now)}`,
    message: 'EFER bit 12 makes the SVM instructions exist; without it VMRUN raises #UD.',
  });
  if (bench.failed('svme')) return;
  const others = now & ~BigInt(EFER_SVME);
  bench.claim('efer-kept', {
    holds: others === efer,
    expected: `EFER ${hex(efer | BigInt(EFER_SVME))}`,
    actual: `EFER ${hex(now)}`,
    message: 'EFER holds more than your bit: read it, change it, write it back.',
  });
  if (bench.failed('efer-kept')) return;
  const page = run.msr(MSR_VM_HSAVE_PA);
  const inside = page >= BigInt(memory) && page + BigInt(PAGE) <= BigInt(memory + size);
  bench.claim('host-save', {
    holds: page % BigInt(PAGE) === 0n && inside,
    expected: `a page that lies wholly in ${hex(BigInt(memory))} to ${hex(BigInt(memory + size - 1))}`,
    actual: `VM_HSAVE_PA ${hex(page)}`,
    message:
      page === 0n
        ? 'VM_HSAVE_PA was never written: VMRUN would have no place for the host.'
        : 'VMRUN will write 4 KB there: they must all be yours.',
  });
  if (bench.failed('host-save')) return;
  const saved = run.symbol('lab_kept');
  const lost = KEPT.findIndex((_, n) => quad(run, saved + BigInt(n * 8)) !== kept[n]);
  const moved = quad(run, run.symbol('lab_rsp')) !== quad(run, run.symbol('lab_rsp_after'));
  bench.claim('registers', {
    holds: lost < 0 && !moved,
    expected: lost >= 0 ? `${KEPT[lost]} ${hex(kept[lost]!)}` : 'RSP as before the call',
    actual: lost >= 0 ? hex(quad(run, saved + BigInt(lost * 8))) : moved ? 'RSP is another' : 'all seven are as before',
    message: 'Who calls you counts on these registers. Look for an instruction that writes one you did not name.',
  });
}

// Words

/** The routines came back without an exception; else the claim fails. */
function cameBack(bench: Workbench, claim: string, run: BareRun): boolean {
  const [exception] = run.exceptions;
  if (!exception && run.ending.kind === 'debug-exit' && run.ending.value === 0) return true;
  const place = exception && run.line(exception.rip);
  const msr = run.watched.find((one) => one.rip === exception?.rip && one.mnemonic !== 'cpuid');
  const register = msr ? `, ${msr.mnemonic.toUpperCase()} of ${hex(msr.gpr(RCX) & 0xffff_ffffn)}` : '';
  const finding: Finding = {
    holds: false,
    expected: 'both routines return, and nothing faults',
    actual: exception ? `${exceptionWords(exception, place)}${register}` : run.ending.text,
    message: exception
      ? 'The processor refused an instruction. Which one, and what would have told you before?'
      : 'One of your routines did not come back to its caller.',
    evidence: place && { kind: 'line', ...place },
  };
  bench.claim(claim, finding);
  return false;
}

function lineOf(run: BareRun, rip: bigint): Finding['evidence'] {
  const place = run.line(rip);
  return place && { kind: 'line', ...place };
}

function statusOf(run: BareRun, symbol: string): number {
  return Number(word(run, run.symbol(symbol)));
}
function statusWord(status: number): string {
  return STATUS[status] ?? hex(BigInt(status));
}
function word(run: BareRun, address: bigint): bigint {
  return BigInt(new DataView(run.memory(Number(address), 4).buffer).getUint32(0, true));
}
function quad(run: BareRun, address: bigint): bigint {
  return new DataView(run.memory(Number(address), 8).buffer).getBigUint64(0, true);
}
function hex(value: bigint): string {
  return `${value.toString(16).toUpperCase()}h`;
}
