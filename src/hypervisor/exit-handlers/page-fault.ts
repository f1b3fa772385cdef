/**
 * #PF under shadow paging: the guest's own, which it gets with the error code its tables give it, or the shadow's, of which it never
 * learns (§15.12.15). Anywhere else #PF is intercepted like every exception during a step.
 */
import {
  EVENT_TYPE_EXCEPTION,
  EVENT_TYPE_MASK,
  EVENT_TYPE_SHIFT,
  EVENT_V,
  EVENT_VECTOR_MASK,
} from '../../engine/arch/events';
import { EXCEPTIONS, PF_ID, PF_P, PF_RW, PF_US, VECTOR_DF } from '../../engine/arch/exceptions';
import { RFLAGS_RF } from '../../engine/arch/registers';
import { inject, resume, type Outcome } from '../outcome';
import { walkAs, type GuestAccess } from '../paging/guest-walk';
import { injectPageFault } from '../paging/page-fault';
import { ShadowPaging } from '../paging/shadow';
import { beginStep, endStep } from '../single-step';
import type { Register64 } from '../vcpu';
import type { Vm } from '../vm';
import { absentMemory } from './absent-memory';
import { exception } from './exception';
import type { ExitHandler, ExitServices } from './exit-handler';
import { shutdown } from './shutdown';

const TWO32 = 0x1_0000_0000;
const BY = 'shadow paging';

export const pageFault: ExitHandler = (vm, services) => {
  const { vcpu, memory } = vm;
  const { vmcb } = vcpu;
  if (!(memory instanceof ShadowPaging)) return exception(vm, services);
  const error = vmcb.low('exitInfo1');
  const linear = { low: vmcb.low('exitInfo2'), high: vmcb.high('exitInfo2') };
  const access = { write: (error & PF_RW) !== 0, user: (error & PF_US) !== 0, execute: (error & PF_ID) !== 0 };
  const walk = walkAs(vcpu, linear, access);
  const outcome =
    walk.kind === 'fault'
      ? reflect(vm, services, linear, walk.errorCode)
      : build(vm, services, memory, linear, access, error);
  vcpu.enterShadow();
  return outcome;
};

function build(
  vm: Vm,
  services: ExitServices,
  memory: ShadowPaging,
  linear: Register64,
  access: GuestAccess,
  error: number,
): Outcome {
  const { vcpu } = vm;
  const { vmcb } = vcpu;
  const { write, user, execute } = access;
  const shadowed = {
    linear: (linear.low >>> 0) + (linear.high & 0xffff) * TWO32,
    write,
    user,
    rip: vmcb.number('rip'),
  };
  const built = memory.fault(shadowed, (error & PF_P) !== 0);
  if (built === 'mapped') return resume(BY);
  // What only the processor can tell, an access it makes itself under SMAP.
  if (built === 'refused') return reflect(vm, services, linear, error & ~PF_ID);
  if (built === 'once') {
    if ((vmcb.low('exitIntInfo') & EVENT_V) === 0) beginStep(vcpu);
    return resume(BY);
  }
  const outcome = absentMemory(vm, built.absent, write, execute);
  if (outcome.kind === 'resume') memory.fault(shadowed, false);
  return outcome;
}

/** The fault is the guest's; it may be the second of two. §8.2.9 */
function reflect(vm: Vm, services: ExitServices, linear: Register64, errorCode: number): Outcome {
  const { vcpu } = vm;
  const { vmcb } = vcpu;
  endStep(vcpu);
  const event = vmcb.low('exitIntInfo');
  const isException =
    (event & EVENT_V) !== 0 && (event & EVENT_TYPE_MASK) >>> EVENT_TYPE_SHIFT === EVENT_TYPE_EXCEPTION;
  const first = isException ? EXCEPTIONS[event & EVENT_VECTOR_MASK]?.contributory : undefined;
  const outcome = injectPageFault(vcpu, linear, errorCode);
  if (first === 'double-fault') return shutdown(vm, services);
  if (first !== 'page-fault') return outcome;
  // RF was of the first fault's image; #DF is none.
  vmcb.set('rflags', vmcb.low('rflags') & ~RFLAGS_RF);
  return inject('guest page tables', VECTOR_DF, 0);
}
