/** Answers `pacifica/vmcb`. */
import { RBP, RBX, RCX, RDI, RDX, RSI } from '../../engine/arch/registers';
import { VMCB_SIZE } from '../../engine/arch/vmcb';
import type { VmcbField } from '../../engine/arch/vmcb';
import { GIF } from '../../engine/state/layout';
import { Vmcb } from '../../engine/state/vmcb';
import { CONSISTENCY_RULES, violations } from '../../engine/svm/consistency';
import { hexOf, toBase64 } from '../../protocol/codec';
import type { ExitRegisters, VmcbAnswer, VmcbQuestion, VmcbViolation } from '../../protocol/vmcb';
import type { Guest } from '../guests';
import type { Lab } from '../lab';
import { readMemory } from '../memory';
import { codeAddress, codeBits, guestRegisters, hostRegisters } from '../registers';

const LONGEST_INSTRUCTION = 15;

export function vmcbAnswer(lab: Lab, question: VmcbQuestion): VmcbAnswer {
  const { watch } = lab.target;
  const guest = question.guest === undefined ? watch.current : lab.guest(question.guest);
  if (!guest || guest.vmruns === 0) return { view: null };
  const { machine } = lab;
  const executes = lab.executing === guest;
  return {
    view: {
      guest: guest.identity,
      spa: guest.vmcb,
      bytes: toBase64(machine.ram.readBytes(guest.vmcb, VMCB_SIZE)),
      previous: guest.previousPage ? toBase64(guest.previousPage) : null,
      exit: guest.exit,
      since: executes ? machine.processor.retired - guest.entered : guest.since,
      gif: machine.state.i32[GIF >> 2]!,
      inGuest: executes,
      registers: exitRegisters(guest),
      instruction: instructionOf(lab, guest),
      violations: brokenRules(lab, guest),
      rules: CONSISTENCY_RULES.length,
    },
  };
}

function exitRegisters({ registers }: Guest): ExitRegisters {
  const of = (register: number): string => hexOf(registers[register]!);
  return { rbx: of(RBX), rcx: of(RCX), rdx: of(RDX), rsi: of(RSI), rdi: of(RDI), rbp: of(RBP) };
}

/** The instruction at CS:RIP of the VMCB. */
function instructionOf(lab: Lab, guest: Guest): string {
  const { machine } = lab;
  const registers = guestRegisters(machine.processor, guest, false);
  const address = codeAddress(registers);
  const bytes = readMemory(machine, lab.space(guest), address, LONGEST_INSTRUCTION);
  const [one] = lab.disassemblerOf(guest).decode(bytes, codeBits(registers), address, 1);
  return one?.text.replace(/\s*;.*$/, '') ?? '';
}

function brokenRules({ machine }: Lab, guest: Guest): VmcbViolation[] {
  if (guest.refused) {
    return guest.refused.violations.map(({ field, what, section }) => ({ field: field as VmcbField, what, section }));
  }
  const { processor } = machine;
  const hostCr0 = Number(hostRegisters(processor).cr(0));
  const entry = { vmcb: new Vmcb(machine.ram, guest.vmcb), limits: processor.limits, hostCr0 };
  return violations(entry).map(({ field, what, section }) => ({ field, what, section }));
}
