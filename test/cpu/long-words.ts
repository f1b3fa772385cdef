/** What cases of long mode are put together from. */
export const user = (code: string): string => `mov ebx, $u\njmp near to_user\n$u:\n${code}\nint 0x40`;
export const user32 = (code: string): string =>
  `mov ebx, $u\njmp near to_user32\nbits 32\n$u:\n${code}\nint 0x40\nbits 64`;
export const gate = (selector: string, target: string, type: string, high = '0'): string => `
  mov dword [GDT+GATE], (${selector} << 16) | ((${target} - image) & 0xffff)
  mov dword [GDT+GATE+4], (ROM & 0xffff0000) | ${type}
  mov dword [GDT+GATE+8], ${high}
  mov dword [GDT+GATE+12], 0
`;
export const frame = (n: number): string =>
  `mov rax, [START]\nsub [rsp], rax\nmov ecx, ${n}\nmov rsi, rsp\n$l: lodsq\ncall hex8\nloop $l\nmov eax, esp\ncall hex8\nmov eax, ss\ncall hex4\nmov eax, cs\ncall hex4\n`;
export const query = `
  xor esi, esi
$next:
  mov eax, 0x55555555
  mov edx, eax
  mov ecx, eax
  lar edx, si
  jnz $nolar
  mov eax, edx
  call hex8
$nolar:
  lsl ecx, si
  jnz $nolsl
  put 'L'
  mov eax, ecx
  call hex8
$nolsl:
  verr si
  jnz $noverr
  put 'r'
$noverr:
  verw si
  jnz $noverw
  put 'w'
$noverw:
  put '.'
  add esi, 4
  cmp esi, 0xf8
  jb $next
`;
export const gprs = `mov eax, ds\ncall hex4\nmov eax, es\ncall hex4\nmov eax, fs\ncall hex4\nmov eax, gs\ncall hex4\n`;
