/** How long a #VMEXIT takes, by a processor's model. */
import { EXIT_CODES, exitName } from '../arch/exit-codes';
import type { ExitCosts } from '../cpu/profile';

/** Virtual nanoseconds from a #VMEXIT to the next VMRUN, by EXITCODE as a signed number; one the manual does not name counts as a fault. */
export function exitCost({ worldSwitch, handler }: ExitCosts, code: number): number {
  const name = exitName(code);
  return worldSwitch + handler[name ? EXIT_CODES[name].class : 'fault'];
}
