/** What cases of protected mode are put together from. */
export const user = (code: string): string => `mov ebx, $u\njmp near to_user\n$u:\n${code}\nint 0x40`;
export const query = (level: 'k' | 'u'): string => {
  const body = `
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
  return level === 'k' ? body : user(body);
};
export const gate = (selector: string, target: string, type: string, count = '0', at = 'GATE'): string => `
  mov dword [GDT+${at}], (${selector} << 16) | ((${target} - image) & 0xffff)
  mov dword [GDT+${at}+4], (ROM & 0xffff0000) | ${type} | ${count}
`;
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
