/** Nested page faults: memory is mapped at its first touch; where there is none, nobody answers (§15.25.6). */
import { NPF_ID, NPF_P, NPF_RW, NPF_TABLE_HI } from '../../engine/arch/paging';
import { diagnosis, resume } from '../outcome';
import { NestedPaging } from '../paging/nested';
import { absentMemory } from './absent-memory';
import type { ExitHandler } from './exit-handler';
import { hex } from './shutdown';
import { unexpected } from './unexpected';

export const nestedPageFault: ExitHandler = (vm, services) => {
  const { vcpu, memory } = vm;
  const { vmcb } = vcpu;
  if (!(memory instanceof NestedPaging)) return unexpected(vm, services);
  const gpa = vmcb.number('exitInfo2');
  const error = vmcb.low('exitInfo1');
  switch (memory.fault(gpa, (error & NPF_P) !== 0)) {
    case 'mapped':
      return resume('nested paging');
    case 'protection':
      return diagnosis('nested paging', `the guest's access to GPA ${hex(gpa)} is forbidden by its nested page tables`);
    case 'absent': {
      const table = (vmcb.high('exitInfo1') & NPF_TABLE_HI) !== 0;
      return absentMemory(vm, gpa, (error & NPF_RW) !== 0, (error & NPF_ID) !== 0, table);
    }
  }
};
