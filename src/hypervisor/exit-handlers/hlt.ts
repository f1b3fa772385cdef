/** HLT: the guest sleeps until an interrupt can be injected; with RFLAGS.IF = 0 nothing ever can. */
import { RFLAGS_IF } from '../../engine/arch/registers';
import { advance, stop } from '../outcome';
import type { ExitHandler } from './exit-handler';

export const hlt: ExitHandler = ({ vcpu }) => {
  if ((vcpu.vmcb.low('rflags') & RFLAGS_IF) === 0) return stop('hlt', { kind: 'halted' });
  vcpu.state.halted = true;
  return advance('hlt');
};

/** INVD would lose the host's modified cache lines; the guest has no caches of its own to lose. §15.9 */
export const invd: ExitHandler = () => advance('invd');
