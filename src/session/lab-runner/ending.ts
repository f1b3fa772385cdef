/** Why an experiment with guests ended, in the checker's terms. */
import type { HypervisorStop } from '../../hypervisor/hypervisor';
import type { GuestStop } from '../../hypervisor/outcome';
import type { Ending } from '../../labs/workbench';

type Stop = GuestStop | Exclude<HypervisorStop, { readonly kind: 'exit' | 'guests-ended' }>;

export function endingOf(stop: Stop, limit: number): Ending {
  switch (stop.kind) {
    case 'halted':
      return { kind: 'halted', text: 'HLT, and nothing that could end it' };
    case 'guest-exit':
      return { kind: 'debug-exit', text: `the guest ended itself with ${stop.value}`, value: stop.value };
    case 'debug-exit':
      return { kind: 'debug-exit', text: `debug exit with ${stop.value}`, value: stop.value };
    case 'power-off':
      return { kind: 'power-off', text: 'switched off' };
    case 'guest-shutdown':
      return { kind: 'shutdown', text: stop.diagnosis };
    case 'shutdown':
      return { kind: 'shutdown', text: 'shutdown in host mode' };
    case 'diagnosis':
      return { kind: 'diagnosis', text: stop.message };
    case 'time':
      return { kind: 'limit', text: `still running after ${limit.toLocaleString('en-US')} ns of virtual time` };
    case 'unknown-encoding': {
      const bytes = stop.bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
      return { kind: 'unknown-encoding', text: `no row of the instruction set has the encoding ${bytes}` };
    }
    case 'stopped':
    case 'breakpoint':
      throw new Error(`an experiment does not stop with ${stop.kind}`);
  }
}
