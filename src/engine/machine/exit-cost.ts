/** How long a #VMEXIT takes. A model, not a measurement: the world switch and what a hypervisor's handler does around it. */
import { EXIT_CODES, exitName, type ExitClass } from '../arch/exit-codes';

/** Virtual nanoseconds from #VMEXIT to the next VMRUN, by the kind of exit. An instruction takes one. */
export const EXIT_COST_MODEL = {
  io: 1200,
  memory: 1600,
  instruction: 1000,
  event: 900,
  idle: 1000,
  fault: 2000,
} as const satisfies Record<ExitClass, number>;

/** Cost of an EXITCODE, given as a signed number; a code the manual does not name counts as a fault. */
export function exitCost(code: number): number {
  const name = exitName(code);
  return EXIT_COST_MODEL[name ? EXIT_CODES[name].class : 'fault'];
}
