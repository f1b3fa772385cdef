/** Hardware task switches under shadow paging: they load CR3 from the TSS, where the guest has put its own (§12.3, §15.14.1). */
import { diagnosis } from '../outcome';
import { ShadowPaging } from '../paging/shadow';
import type { ExitHandler } from './exit-handler';
import { hex } from './shutdown';
import { unexpected } from './unexpected';

export const taskSwitch: ExitHandler = (vm, services) => {
  const { vmcb } = vm.vcpu;
  if (!(vm.memory instanceof ShadowPaging)) return unexpected(vm, services);
  const selector = vmcb.low('exitInfo1') & 0xffff;
  return diagnosis(
    'shadow paging',
    `the guest switches to the task of TSS ${hex(selector)} at RIP ${hex(vmcb.number('rip'))}; under shadow paging hardware task switches ` +
      'are not carried out: run this guest with nested paging',
  );
};
