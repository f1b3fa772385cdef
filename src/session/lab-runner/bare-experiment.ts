/** Runs a checker's harness, with the submission's assembly in it, on the bare machine. */
import { CR0_PE, EFER_LMA, EFER_SVME, RSP } from '../../engine/arch/registers';
import type { Profile } from '../../engine/cpu/profile';
import { DEFAULT_PROFILE, PROFILES } from '../../engine/cpu/profiles';
import { startMachine } from '../../engine/machine/boot/start-machine';
import { Machine } from '../../engine/machine/machine';
import type { BareExperiment, BareRun, Ending, ExitFact } from '../../labs/workbench';
import { stopWords } from '../stop';
import { readMsr, setMsr } from '../msr-values';
import { ExitRecorder } from './exit-recorder';
import type { RecordedExit } from './exit-recorder';
import { imageOf } from './image';
import type { Submission } from './submission';
import { InstructionWatch } from './watched-instructions';

const MB = 1 << 20;
export const BARE_MEMORY_MB = 4;

export function runBare(submission: Submission, experiment: BareExperiment): BareRun {
  const { source, defines, labels, limit, watch = [], memoryMb = BARE_MEMORY_MB, msrs = {} } = experiment;
  const program = submission.assemble(source, defines, labels);
  const machine = new Machine({ ramSize: memoryMb * MB, profile: profileOf(experiment) });
  startMachine(machine, imageOf(program));
  for (const [number, value] of Object.entries(msrs)) setMsr(machine, Number(number), value);

  const { state, ram, processor, clock } = machine;
  const recorder = new ExitRecorder(state, ram);
  const exceptions: BareRun['exceptions'][number][] = [];
  const last: (RecordedExit | undefined)[] = [];
  let refused: ExitFact['refused'] = [];
  const settle = (guest: number): void => {
    const exit = last[guest];
    if (exit) recorder.settle(exit);
    last[guest] = undefined;
  };
  machine.probe = {
    vmrun: (vmcb) => settle(recorder.guestAt(vmcb)),
    refused: ({ vmcb, violations }) => {
      settle(recorder.guestAt(vmcb));
      refused = violations;
    },
    vmexit: ({ code, vmcb }) => {
      const guest = recorder.guestAt(vmcb);
      last[guest] = recorder.take(guest, code, clock.now, refused);
      refused = [];
    },
    event: (vector, kind, errorCode) => {
      if ((kind === 'exception' || kind === 'software') && !processor.inGuest)
        exceptions.push({ vector, errorCode, rip: interrupted(machine, errorCode) });
    },
  };
  const watched = new InstructionWatch(machine, watch, () => recorder.exits.length);
  const ending = runToEnd(machine, limit, watched);
  return {
    ending,
    exits: recorder.exits,
    count: (name, guest) => recorder.count(name, guest),
    instructions: processor.retired,
    time: clock.now,
    memory: (spa, length) => ram.readBytes(spa, length),
    symbol: (name) => {
      const value = program.symbol(name);
      if (value === undefined) throw new Error(`the harness has no symbol ${name}`);
      return value;
    },
    gpr: (register) => state.gpr(register),
    msr: (number) => readMsr(machine, number),
    line: (address) => {
      const entry = program.lineAt(address);
      return entry && submission.text(entry.file) !== undefined ? { file: entry.file, line: entry.line } : undefined;
    },
    watched: watched.list,
    exceptions,
  };
}

function profileOf({ model, withoutSvm = false }: BareExperiment): Profile {
  const profile: Profile = model ? PROFILES[model] : DEFAULT_PROFILE;
  if (!withoutSvm) return profile;
  const { features, limits } = profile;
  return {
    ...profile,
    features: new Set([...features].filter((name) => name !== 'SVM')),
    limits: { ...limits, eferValid: limits.eferValid & ~EFER_SVME, svm: 0 },
  };
}

function runToEnd(machine: Machine, limit: number, watched: InstructionWatch): Ending {
  for (;;) {
    const stop = machine.run(limit);
    switch (stop.kind) {
      case 'time':
        return { kind: 'limit', text: `still running after ${limit.toLocaleString('en-US')} instructions` };
      case 'breakpoint':
        watched.met();
        break;
      case 'stopped':
        break;
      case 'debug-exit':
        return { kind: 'debug-exit', text: stopWords(stop), value: stop.value };
      case 'shutdown':
        return { kind: 'shutdown', text: 'shutdown: an exception while a double fault was delivered' };
      case 'unknown-encoding':
        return { kind: stop.kind, text: stopWords({ ...stop, place: 'rIP' }) };
      default:
        return { kind: stop.kind, text: stopWords(stop) };
    }
  }
}

/** RIP an exception's handler was given, on top of its stack; the harness maps memory identically. */
function interrupted({ state, ram }: Machine, errorCode: number): bigint {
  const size = (state.efer & EFER_LMA) !== 0 ? 8 : (state.cr(0) & CR0_PE) !== 0 ? 4 : 2;
  const at = Number(state.gpr(RSP)) + (errorCode < 0 ? 0 : size);
  return ram.readBytes(at, size).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
