import type { Probe } from '../probe';
import type { CpuState } from '../state/cpu-state';
import type { Limits } from '../state/limits';
import type { Ram } from '../state/ram';

/** What the world switch needs of the processor it happens in. `state` and `ram` lie in the same linear memory. */
export interface SvmContext {
  readonly state: CpuState;
  readonly ram: Ram;
  readonly limits: Limits;
  probe: Probe | undefined;
  /** RFLAGS, the low 32 bits, with the arithmetic flags made up. */
  rflags(): number;
  /** Drops the translations of one ASID, or of all, the host's among them (TLB_CONTROL). §15.16.1 */
  flushAsid(asid: number): void;
  flushAllAsids(): void;
  /** Mode, paging, CPL or address space changed: tags and the TLB bank are to be chosen anew. */
  contextChanged(): void;
}
