/** An access of the guest's where there is no memory: a device of its board answers, or nobody. */
import { PAGE_OFFSET_MASK, PAGE_SIZE } from '../../engine/arch/address';
import { EVENT_V } from '../../engine/arch/events';
import { diagnosis, resume, undefinedOpcode, type Outcome } from '../outcome';
import { emulate } from '../emulate/emulate';
import { beginAbsentStep } from '../single-step';
import type { Vcpu } from '../vcpu';
import type { Vm } from '../vm';
import { hex } from './shutdown';

/** `table`: the processor read the guest's page tables there. */
export function absentMemory(vm: Vm, gpa: number, write: boolean, execute: boolean, table = false): Outcome {
  const { vcpu, board } = vm;
  const { vmcb } = vcpu;
  if ((vmcb.low('exitIntInfo') & EVENT_V) !== 0) {
    const where = `delivering an event at RIP ${hex(vmcb.number('rip'))}`;
    return diagnosis('absent memory', `${where}, the processor used GPA ${hex(gpa)}, where the guest has no memory`);
  }
  const page = gpa - (gpa % PAGE_SIZE);
  // Devices have neither code nor page tables.
  const isData = !execute && !table;
  if (isData && board.mmio.overlaps(page, PAGE_SIZE)) return emulate(vm, gpa);
  const letThrough = (): Outcome => step(vm, gpa, write, execute);
  return isData && !vcpu.state.step ? emulate(vm, gpa, letThrough) : letThrough();
}

/** The processor does the instruction itself. */
function step(vm: Vm, gpa: number, write: boolean, execute: boolean): Outcome {
  const { vcpu } = vm;
  // How wide the access is, a page fault does not say.
  vcpu.host.announceAbsentMemory(gpa, 1, write);
  // Ones are fetched: FF FF is no instruction.
  if (execute && startsAt(vcpu, gpa)) return undefinedOpcode('absent memory');
  beginAbsentStep(vcpu, gpa);
  return resume('absent memory');
}

/** The fetch that faulted was of the instruction's first byte. */
function startsAt({ vmcb }: Vcpu, gpa: number): boolean {
  return ((vmcb.low('rip') + vmcb.low('csBase')) & PAGE_OFFSET_MASK) === gpa % PAGE_SIZE;
}
