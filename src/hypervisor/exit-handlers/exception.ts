/** Exceptions are intercepted only while one instruction is let through: #DB ends that, others are handed on (§15.12). */
import { EVENT_TYPE_EXCEPTION } from '../../engine/arch/events';
import { EXCEPTIONS, VECTOR_BP, VECTOR_DB, VECTOR_OF, VECTOR_PF } from '../../engine/arch/exceptions';
import { INTERCEPTS } from '../../engine/arch/intercepts';
import { DR6_BS } from '../../engine/arch/registers';
import { VMCB } from '../../engine/arch/vmcb';
import { endStep } from '../single-step';
import { resume, type Outcome } from '../outcome';
import type { ExitHandler, ExitServices } from './exit-handler';
import type { Vm } from '../vm';
import { unexpected } from './unexpected';

export const exception: ExitHandler = (vm: Vm, services: ExitServices): Outcome => {
  const { vcpu } = vm;
  const { vmcb } = vcpu;
  const { step } = vcpu.state;
  if (!step) return unexpected(vm, services);
  const vector = vmcb.int(VMCB.exitCode.offset) - INTERCEPTS.EXCEPTION_DE.exitCode;
  const by = step.pages.length > 0 ? 'absent memory' : 'single step';
  endStep(vcpu);
  if (vector === VECTOR_DB && (vmcb.low('dr6') & DR6_BS) !== 0 && !step.trap) {
    vmcb.set('dr6', (vmcb.low('dr6') & ~DR6_BS) >>> 0);
    return resume(by);
  }
  // #PF is intercepted before CR2 is written. §15.12.15
  if (vector === VECTOR_PF) vmcb.setHalves('cr2', vmcb.low('exitInfo2'), vmcb.high('exitInfo2'));
  // INT3 and INTO are executed again, now without the intercept.
  if (vector === VECTOR_BP || vector === VECTOR_OF) return resume(by);
  const errorCode = EXCEPTIONS[vector]!.errorCode ? vmcb.low('exitInfo1') : undefined;
  return { kind: 'inject', by, event: { type: EVENT_TYPE_EXCEPTION, vector, errorCode } };
};
