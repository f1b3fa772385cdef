/** What cases of protected mode are put together from. */
import { gateAt } from './words';

export const gate = (selector: string, target: string, type: string, count = '0', at = 'GATE'): string =>
  gateAt(at, selector, target, `${type} | ${count}`);
export const v86 = (code: string, flags = '0x23002'): string => `
  push dword 0
  push dword 0x1234
  push dword 0x5678
  push dword 0x2000
  push dword 0x0900
  push dword 0x0ff0
  push dword ${flags}
  push dword 0xf000
  push dword $v - image
  iretd
bits 16
$v:
${code}
  int 0x40
bits 32
`;

/** Fills the TSS of TASK2. */
export const task2 = (target: string, more = ''): string => `
  mov dword [TSS2+0x20], ${target}
  mov dword [TSS2+0x24], 2
  mov dword [TSS2+0x38], OTHER
  mov dword [TSS2+0x48], DATA32
  mov dword [TSS2+0x4c], CODE32
  mov dword [TSS2+0x50], DATA32
  mov dword [TSS2+0x54], DATA32
  mov dword [TSS2+0x58], 0
  mov dword [TSS2+0x5c], 0
  mov dword [TSS2+0x60], 0
  mov dword [TSS2+0x28], 0x2a2a2a2a
  mov dword [TSS2+0x64], 0
  mov dword [TSS2+0x34], 0x34343434
  ${more}
`;
