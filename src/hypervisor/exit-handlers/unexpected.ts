/** Exits this hypervisor never asks for: each stops the guest and says so. */
import { exitName } from '../../engine/arch/exit-codes';
import { VMCB } from '../../engine/arch/vmcb';
import { diagnosis } from '../outcome';
import type { ExitHandler } from './exit-handler';
import { hex } from './shutdown';

export const unexpected: ExitHandler = ({ vcpu }) => {
  const { vmcb } = vcpu;
  const code = vmcb.int(VMCB.exitCode.offset);
  const name = exitName(code) ?? `EXITCODE ${hex(vmcb.number('exitCode'))}`;
  const info = `EXITINFO1 ${hex(vmcb.number('exitInfo1'))}, EXITINFO2 ${hex(vmcb.number('exitInfo2'))}`;
  return diagnosis(
    'hypervisor',
    `${name} at RIP ${hex(vmcb.number('rip'))} has no handler: the hypervisor does not ask for it, so whoever set its intercept must answer it; ${info}`,
  );
};
