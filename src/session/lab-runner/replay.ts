/** An experiment as something that can be launched, with nothing of the checker in it. */
import type { BareExperiment, GuestExperiment } from '../../labs/workbench';
import { hexOf } from '../../protocol/codec';
import type { MsrValues, Replay, ReplayGuest } from '../../protocol/lab';
import { BARE_MEMORY_MB } from './bare-experiment';
import { GUEST_MEMORY_MB, guestName } from './guest-experiment';
import { defineLines } from './submission';

type Experiment = GuestExperiment | BareExperiment;

/**
 * `exits`: how many there have been. `file`: whose handlers answer where none are named. Undefined: a launch could not make the same
 * machine.
 */
export function replayOf(experiment: Experiment, exits: number, file: string): Replay | undefined {
  const { model, msrs = {} } = experiment;
  const common = { exits, ...(model && { cpu: model }) };
  if ('guests' in experiment) {
    // MSRs of the machine below a hypervisor are its own business in a launch
    if (Object.keys(msrs).length > 0) return undefined;
    return { kind: 'guests', guests: guestsOf(experiment, file), ...common };
  }
  const { source, defines, memoryMb = BARE_MEMORY_MB, withoutSvm = false } = experiment;
  if (withoutSvm) return undefined;
  const values = Object.entries(msrs).map(([number, value]) => [`0x${Number(number).toString(16)}`, hexOf(value)]);
  return {
    kind: 'bare',
    source: defineLines(defines) + source,
    memoryMb,
    msrs: Object.fromEntries(values) as MsrValues,
    ...common,
  };
}

function guestsOf({ guests }: GuestExperiment, file: string): ReplayGuest[] {
  return guests.map((recipe, id) => {
    const { source, defines, memoryMb = GUEST_MEMORY_MB, weight = 1, paging = 'nested' } = recipe;
    const { handled = true, handlers = file } = recipe;
    const guest = { source: defineLines(defines) + source, name: guestName(recipe, id), memoryMb, weight, paging };
    return handled ? { ...guest, handlers } : guest;
  });
}
