/** Starts a program on the bare machine: its bytes in RAM, its registers in the processor. A guest gets the same through its VMCB. */
import { RAX, RBX, RSI, RSP, SEGMENT_REGISTERS } from '../../arch/registers';
import { CRS, GDTR, IDTR, SEGMENT_LDTR, SEGMENT_TR } from '../../state/layout';
import type { Machine } from '../machine';
import { BootError, hex } from './boot-error';
import type { BootImage, StartSegment } from './image';

export function startMachine(machine: Machine, image: BootImage): void {
  const { state, ram, processor } = machine;
  for (const { address, bytes } of image.segments) {
    if (ram.writeBytes(address, bytes) === bytes.length) continue;
    throw new BootError(
      `the program needs RAM at ${hex(address)} to ${hex(address + bytes.length - 1)}; the machine has ` +
        `${machine.map.ramSize / 0x10_0000} MB, without A0000h to FFFFFh`,
    );
  }
  const { registers } = image;
  const load = (index: number, { selector, attributes, limit, base }: StartSegment): void =>
    state.setSegment(index, selector, attributes, limit, base | 0, 0);
  SEGMENT_REGISTERS.forEach((name, index) => load(index, registers[name]));
  load(SEGMENT_LDTR, registers.ldtr);
  load(SEGMENT_TR, registers.tr);
  state.setTable(GDTR, registers.gdtr.limit, registers.gdtr.base | 0, 0);
  state.setTable(IDTR, registers.idtr.limit, registers.idtr.base | 0, 0);
  state.setCr(0, registers.cr0);
  state.setNumber(CRS + 24, registers.cr3);
  state.setCr(4, registers.cr4);
  state.efer = registers.efer;
  for (let n = 0; n < 16; n++) state.setGpr(n, 0, 0);
  state.setGpr(RAX, (registers.rax ?? 0) | 0, 0);
  state.setGpr(RBX, (registers.rbx ?? 0) | 0, 0);
  state.setGpr(RSI, (registers.rsi ?? 0) | 0, 0);
  state.setGpr(RSP, registers.rsp | 0, 0);
  state.setFlags(registers.rflags);
  state.setRip(registers.rip | 0, 0);
  state.cpl = 0;
  processor.flushAllAsids();
  processor.executor.flushBlocks();
  processor.contextChanged();
}
