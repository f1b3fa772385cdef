/** What cases of protected and of long mode are put together from. */
export const user = (code: string): string => `mov ebx, $u\njmp near to_user\n$u:\n${code}\nint 0x40`;
/** A gate into the GDT, at the name `at`: its first eight bytes. */
export const gateAt = (at: string, selector: string, target: string, type: string): string => `
  mov dword [GDT+${at}], (${selector} << 16) | ((${target} - image) & 0xffff)
  mov dword [GDT+${at}+4], (ROM & 0xffff0000) | ${type}
`;
/** What LAR, LSL, VERR and VERW say of every selector. */
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
