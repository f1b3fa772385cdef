/** What cases of long mode are put together from. */
import { gateAt } from './words';

export const user32 = (code: string): string =>
  `mov ebx, $u\njmp near to_user32\nbits 32\n$u:\n${code}\nint 0x40\nbits 64`;
export const gate = (selector: string, target: string, type: string, high = '0'): string => `
  ${gateAt('GATE', selector, target, type)}
  mov dword [GDT+GATE+8], ${high}
  mov dword [GDT+GATE+12], 0
`;
export const frame = (n: number): string =>
  `mov rax, [START]\nsub [rsp], rax\nmov ecx, ${n}\nmov rsi, rsp\n$l: lodsq\ncall hex8\nloop $l\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4\n`;
export const gprs = `mov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nmov eax, fs\ncall hex4\nmov eax, gs\ncall hex4\n`;
