/** Register names as operands. */
import { GPR16, GPR32, GPR64, GPR8, GPR8_REX, SEGMENT_REGISTERS } from '../engine/arch/registers';
import type { RegisterOperand } from '../engine/isa/assemble-operand';

function general(names: readonly string[], size: 1 | 2 | 4 | 8): RegisterOperand[] {
  return names.map((name, number) => ({ kind: 'register', class: 'general', number, size, name }));
}

function build(): ReadonlyMap<string, RegisterOperand> {
  const all: RegisterOperand[] = [
    ...general(GPR8_REX, 1).map((r): RegisterOperand => (r.number >= 4 && r.number < 8 ? { ...r, byte: 'low' } : r)),
    ...general(GPR8, 1)
      .filter((r) => r.number >= 4)
      .map((r): RegisterOperand => ({ ...r, byte: 'high' })),
    ...general(GPR16, 2),
    ...general(GPR32, 4),
    ...general(GPR64, 8),
    ...SEGMENT_REGISTERS.map((name, number): RegisterOperand => ({
      kind: 'register',
      class: 'segment',
      number,
      size: 2,
      name,
    })),
  ];
  for (let number = 0; number < 16; number++) {
    all.push({ kind: 'register', class: 'control', number, size: 0, name: `cr${number}` });
    all.push({ kind: 'register', class: 'debug', number, size: 0, name: `dr${number}` });
    all.push({ kind: 'register', class: 'xmm', number, size: 0, name: `xmm${number}` });
  }
  for (let number = 0; number < 8; number++) {
    all.push({ kind: 'register', class: 'mmx', number, size: 0, name: `mm${number}` });
    all.push({ kind: 'register', class: 'st', number, size: 0, name: `st${number}` });
  }
  return new Map(all.map((r) => [r.name, r]));
}

/** By lower-case name. */
export const REGISTERS: ReadonlyMap<string, RegisterOperand> = build();

/** Names of registers no instruction here has. */
export const FOREIGN_REGISTER =
  /^([yz]mm([0-9]|[12][0-9]|3[01])|xmm(1[6-9]|2[0-9]|3[01])|k[0-7]|bnd[0-3]|tr[0-7]|r([89]|1[0-5])l)$/i;
