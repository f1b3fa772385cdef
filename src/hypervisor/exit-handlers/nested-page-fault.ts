/** Nested page faults: memory is mapped at its first touch; where there is none, nobody answers (§15.25.6). */
import { PAGE_OFFSET_MASK, PAGE_SIZE } from '../../engine/arch/address';
import { EVENT_V } from '../../engine/arch/events';
import { NPF_ID, NPF_P, NPF_RW } from '../../engine/arch/paging';
import { beginStep } from '../absent-access';
import { diagnosis, resume, undefinedOpcode } from '../outcome';
import type { Vcpu } from '../vcpu';
import type { ExitHandler } from './exit-handler';
import { hex } from './shutdown';

export const nestedPageFault: ExitHandler = (vm) => {
  const { vcpu, memory } = vm;
  const { vmcb } = vcpu;
  const gpa = vmcb.number('exitInfo2');
  const error = vmcb.low('exitInfo1');
  switch (memory.fault(gpa, (error & NPF_P) !== 0)) {
    case 'mapped':
      return resume('nested paging');
    case 'protection':
      return diagnosis('nested paging', `the guest's access to GPA ${hex(gpa)} is forbidden by its nested page tables`);
    case 'absent': {
      if ((vmcb.low('exitIntInfo') & EVENT_V) !== 0) {
        const where = `delivering an event at RIP ${hex(vmcb.number('rip'))}`;
        return diagnosis(
          'absent memory',
          `${where}, the processor used GPA ${hex(gpa)}, where the guest has no memory`,
        );
      }
      const page = gpa - (gpa % PAGE_SIZE);
      vm.absentMemory.set(page, (vm.absentMemory.get(page) ?? 0) + 1);
      // How wide the access is, a nested page fault does not say.
      vcpu.host.announceAbsentMemory(gpa, 1, (error & NPF_RW) !== 0);
      // Ones are fetched: FF FF is no instruction.
      if ((error & NPF_ID) !== 0 && startsAt(vcpu, gpa)) return undefinedOpcode('absent memory');
      beginStep(vcpu, gpa);
      return resume('absent memory');
    }
  }
};

/** The fetch that faulted was of the instruction's first byte. */
function startsAt({ vmcb }: Vcpu, gpa: number): boolean {
  return ((vmcb.low('rip') + vmcb.low('csBase')) & PAGE_OFFSET_MASK) === gpa % PAGE_SIZE;
}
