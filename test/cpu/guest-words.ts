/** What cases with guests are put together from. */
export const guest = (setup: string, code: string): string =>
  `call vm_setup\nmov edi, VMCB\n${setup}\nmov ebx, $g\ncall vm_run\njmp $e\n$g:\n${code}\nvmmcall\n$e:`;
export const exc = (...v: number[]): string => `mov dword [rdi+8], ${v.reduce((a, b) => a | (1 << b), 0)}\n`;
export const insn = `movzx eax, byte [VMCB+0xd0]\ncall hex2\nmov eax, [VMCB+0xd1]\ncall hex8\n`;
/** A 32-bit guest without paging. */
export const legacy = `and dword [rdi+0x4d0], ~0x500\nmov dword [rdi+0x558], 0x11\nmov dword [rdi+0x548], 0\nmov dword [rdi+0x410], 0x0c9b0008\n`;
export const dr6 = `mov eax, [VMCB+0x568]\ncall hex8\nmov eax, [VMCB+0x560]\ncall hex8\n`;
// nested tables: identity map of 2 MB with 4 KB pages at NESTED; entry of page 300000h absent
export const nested = `
  mov dword [NESTED], NESTED+0x1007
  mov dword [NESTED+0x1000], NESTED+0x2007
  mov dword [NESTED+0x2000], NESTED+0x3007
  push rdi
  mov edi, NESTED+0x3000
  mov eax, 7
$np:
  mov [rdi], rax
  add eax, 0x1000
  add edi, 8
  cmp eax, 0x200000
  jb $np
  pop rdi
  mov dword [rdi+0x90], 1
  mov dword [rdi+0xb0], NESTED
`;
export const shadow = 'mov eax, [VMCB+0x68]\ncall hex2\nmov eax, [VMCB+0x570]\nand eax, 0x200\ncall hex4';
export const real = (setup: string, code: string): string =>
  guest(
    `
  and dword [rdi+0x4d0], ~0x500
  mov dword [rdi+0x558], 0x10
  mov dword [rdi+0x548], 0
  mov dword [rdi+0x410], 0x009bf000
  mov dword [rdi+0x414], 0xffff
  mov dword [rdi+0x418], ROM
  mov dword [rdi+0x420], 0x00930900
  mov dword [rdi+0x424], 0xffff
  mov dword [rdi+0x428], 0x9000
  mov dword [rdi+0x430], 0x00930000
  mov dword [rdi+0x434], 0xffff
  mov dword [rdi+0x400], 0x00930000
  mov dword [rdi+0x404], 0xffff
  mov dword [rdi+0x484], 0x3ff
  mov dword [rdi+0x488], 0
  mov dword [rdi+0x5d8], 0xf00
  mov dword [0x31*4], ((ROM & 0xf0000) << 12) | (($h - image) & 0xffff)
  mov dword [6*4], ((ROM & 0xf0000) << 12) | (($h - image) & 0xffff)
  mov dword [13*4], ((ROM & 0xf0000) << 12) | (($h - image) & 0xffff)
  ${setup}
  add qword [START], -ROM
`,
    '',
  )
    .replace('mov ebx, $g\n', 'mov ebx, $g - image\n')
    .replace('$g:\n\nvmmcall', `$g:\nbits 16\n${code}\n$h: vmmcall\nbits 64`) +
  '\nadd qword [START], ROM\nmovzx eax, word [0x9f00-6]\nsub ax, [START]\ncall hex4\nmovzx eax, word [0x9f00-4]\ncall hex4\nmovzx eax, word [0x9f00-2]\ncall hex4\nmov eax, [VMCB+0x5d8]\ncall hex4\nmovzx eax, word [VMCB+0x410]\ncall hex4\nmov eax, [VMCB+0x418]\ncall hex8\nmov eax, [VMCB+0x414]\ncall hex8';
