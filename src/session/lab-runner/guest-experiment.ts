/** Runs guests under the built-in hypervisor, the submission's exit handlers in it. */
import { DEFAULT_PROFILE, PROFILES } from '../../engine/cpu/profiles';
import { HostMode } from '../../engine/machine/host-mode';
import { Machine } from '../../engine/machine/machine';
import type { GuestSoftware } from '../../hypervisor/guest-software';
import type { GuestSpec } from '../../hypervisor/guest-spec';
import { systemMemoryMb } from '../../hypervisor/guest-spec';
import { Hypervisor } from '../../hypervisor/hypervisor';
import type { Ending, GuestExperiment, GuestRecipe, GuestRun } from '../../labs/workbench';
import { endingOf } from './ending';
import { ExitRecorder } from './exit-recorder';
import type { RecordedExit } from './exit-recorder';
import { GuestNow } from './guest-facts';
import { imageOf } from './image';
import { assembleOwn } from './submission';

const MB = 1 << 20;
export const GUEST_MEMORY_MB = 2;

export function guestName({ name }: GuestRecipe, id: number): string {
  return name ?? `guest ${'ABCDEFGH'.charAt(id)}`;
}

/** Exit handlers for one guest; undefined: the hypervisor's own. */
export type SoftwareFor = (recipe: GuestRecipe) => GuestSoftware | undefined;

/** The checker has seen enough. */
const ENOUGH = Symbol('ended by the checker');

/** `failure`: the learner's code failed since the last time it was asked; in words. */
export function runGuests(
  experiment: GuestExperiment,
  softwareFor: SoftwareFor,
  failure: () => string | undefined,
): GuestRun {
  const { guests: recipes, limit, model, msrs = {}, afterExit } = experiment;
  const sizes = recipes.map(({ memoryMb = GUEST_MEMORY_MB, paging }) => ({ memoryMb, paging }));
  const facts: GuestNow[] = [];
  const profile = model ? PROFILES[model] : DEFAULT_PROFILE;
  let hear: (byte: number) => void = () => undefined;
  const machine = new Machine({
    ramSize: systemMemoryMb(sizes) * MB,
    profile,
    onConsole: (byte) => hear(byte),
  });
  const recorder = new ExitRecorder(machine.state, machine.ram);
  const host = new HostMode(machine);
  for (const [number, value] of Object.entries(msrs)) {
    host.writeMsr(Number(number), Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }
  const hypervisor = new Hypervisor(host);
  hear = (byte) => void facts[hypervisor.current?.id ?? 0]?.said.push(byte);
  const run: Mutable<GuestRun> = {
    ending: { kind: 'limit', text: 'running' },
    exits: recorder.exits,
    count: (name, guest) => recorder.count(name, guest),
    get instructions() {
      return machine.processor.retired;
    },
    get time() {
      return machine.clock.now;
    },
    guests: facts,
  };

  let pending: RecordedExit | undefined;
  let retired = 0;
  hypervisor.stopOnExit = ({ guest, code, time }) => {
    pending = recorder.take(guest, code, time);
    facts[guest]!.instructions += machine.processor.retired - retired;
    retired = machine.processor.retired;
    return false;
  };
  hypervisor.onExit = ({ outcome, outcomeValue }) => {
    if (!pending || outcome === 'pending') throw new Error('an exit was decided that was not seen');
    recorder.decide(pending, outcome, outcomeValue);
    const exit = pending;
    pending = undefined;
    const guest = facts[exit.guest]!;
    guest.exitCost += machine.clock.now - exit.time;
    if (afterExit?.(exit, run) === false) throw ENOUGH;
  };
  recipes.forEach((recipe, id) => {
    const program = assembleOwn(recipe.source, recipe.defines);
    const image = imageOf(program);
    const spec: GuestSpec = {
      name: guestName(recipe, id),
      memoryMb: sizes[id]!.memoryMb,
      image,
      paging: recipe.paging,
      weight: recipe.weight,
    };
    const vm = hypervisor.addGuest(spec, recipe.handled === false ? undefined : softwareFor(recipe));
    if (recorder.guestAt(vm.vcpu.vmcb.spa) !== id) throw new Error('guests are numbered in the order they are added');
    facts.push(new GuestNow(machine, vm, program, limit));
  });
  run.ending = runToEnd(hypervisor, limit, failure);
  return run;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function runToEnd(hypervisor: Hypervisor, limit: number, failure: () => string | undefined): Ending {
  try {
    const stop = hypervisor.run(limit);
    const failed = failure();
    if (failed !== undefined) return { kind: 'handler-error', text: failed };
    if (stop.kind === 'exit') throw new Error('nobody asked the hypervisor to stop at an exit');
    return stop.kind === 'guests-ended' ? endOfAll(hypervisor, limit) : endingOf(stop, limit);
  } catch (error) {
    if (error !== ENOUGH) throw error;
    // the checker saw the exit the learner's code failed at
    const failed = failure();
    if (failed !== undefined) return { kind: 'handler-error', text: failed };
    return { kind: 'ended-by-checker', text: 'the checker had seen enough' };
  }
}

/** Of several guests that have all ended: the first end that is no HLT. */
function endOfAll({ guests }: Hypervisor, limit: number): Ending {
  const ends = guests.flatMap(({ vcpu }) => vcpu.state.stopped ?? []);
  return endingOf(ends.find(({ kind }) => kind !== 'halted') ?? { kind: 'halted' }, limit);
}
