/** What cases with a guest add to the long-mode program: a VMCB of a 64-bit guest like its host, VMRUN, and what #VMEXIT shows. */

/** Where the VMCB lies and what a guest of its own needs: linear addresses. */
export const GUEST_MAP = `
VMCB   equ 0x30000
HSAVE  equ 0x31000
IOPM   equ 0x32000
MSRPM  equ 0x35000
NESTED equ 0x38000
GIDT   equ 0x3000
GUESTSTACK equ 0x9e00
`;

function guestVectors(): string {
  const withError = new Set([8, 10, 11, 12, 13, 14, 17]);
  const lines: string[] = [];
  for (let v = 0; v < 64; v++) {
    lines.push(`guest_vector_${v}:`);
    if (!withError.has(v)) lines.push('  push qword -1');
    lines.push(`  push qword ${v}`, '  jmp guest_handler');
  }
  return lines.join('\n');
}

/**
 * `vm_setup` fills the VMCB, `vm_run` enters the guest at the label in EBX and writes `=EXITCODE EXITINFO1 EXITINFO2 EXITINTINFO (two
 * halves) rip nRIP cr2`, RIPs from the case's start where they are not 0, and no RIPs for VMMCALL. The guest's handlers write `?vector error cs rip flags rsp` and
 * end in VMMCALL.
 */
export const GUEST_ROUTINES = `
vm_setup:
  mov ecx, 0xc0000080
  rdmsr
  or eax, 0x1000
  wrmsr
  mov ecx, 0xc0010117
  mov eax, HSAVE
  xor edx, edx
  wrmsr
  mov edi, VMCB
  xor eax, eax
  mov ecx, 0x3000
  rep stosd
  mov edi, GIDT
  mov esi, guest_vector_list
  mov ecx, 64
.gate:
  lodsd
  mov [rdi], ax
  mov dword [rdi+2], CODE64
  mov word [rdi+5], 0xee
  shr eax, 16
  mov [rdi+6], ax
  mov qword [rdi+8], 0
  add edi, 16
  loop .gate
  mov edi, VMCB
  mov dword [rdi+0x10], 3        ; VMRUN, VMMCALL
  mov dword [rdi+0x40], IOPM
  mov dword [rdi+0x48], MSRPM
  mov dword [rdi+0x58], 1
  mov dword [rdi+0x400], 0x0c930010
  mov dword [rdi+0x404], -1
  mov dword [rdi+0x410], 0x0a9b0018
  mov dword [rdi+0x414], -1
  mov dword [rdi+0x420], 0x0c930010
  mov dword [rdi+0x424], -1
  mov dword [rdi+0x430], 0x0c930010
  mov dword [rdi+0x434], -1
  mov dword [rdi+0x464], 0x3ff
  mov dword [rdi+0x468], GDT
  mov dword [rdi+0x484], 0x3ff
  mov dword [rdi+0x488], GIDT
  mov dword [rdi+0x490], 0x008b0038
  mov dword [rdi+0x494], 0x67
  mov dword [rdi+0x498], TSS
  mov ecx, 0xc0000080
  rdmsr
  mov [rdi+0x4d0], eax
  mov rax, cr4
  mov [rdi+0x548], rax
  mov rax, cr3
  mov [rdi+0x550], rax
  mov rax, cr0
  mov [rdi+0x558], rax
  mov dword [rdi+0x560], 0x400
  mov dword [rdi+0x568], 0xffff0ff0
  mov dword [rdi+0x570], 2
  mov dword [rdi+0x5d8], GUESTSTACK
  mov dword [rdi+0x640], 0x0bad
  mov dword [rdi+0x668], 0x00070406
  mov dword [rdi+0x66c], 0x00070406
  ret
vm_run:
  mov eax, VMCB
  mov [rax+0x578], rbx
  vmload rax
vm_again:
  mov eax, VMCB
  vmrun rax
  stgi
  cld
  mov al, '='
  out 0xe9, al
  mov edi, VMCB
  mov eax, [rdi+0x70]
  call hex8
  mov eax, [rdi+0x78]
  call hex8
  mov eax, [rdi+0x80]
  call hex8
  mov eax, [rdi+0x88]
  test eax, eax
  jns .none
  call hex8
  mov eax, [rdi+0x8c]
  call hex8
.none:
  mov eax, [rdi+0x578]
  cmp dword [rdi+0x70], 0x81
  je .cr2
  sub eax, [START]
  call hex8
  mov eax, [rdi+0xc8]
  test eax, eax
  jz .zero
  sub eax, [START]
.zero:
  call hex8
.cr2:
  mov eax, [rdi+0x640]
  call hex8
  ret
guest_handler:
  push rax
  mov al, '?'
  out 0xe9, al
  mov eax, [rsp+8]
  call hex2
  mov eax, [rsp+16]
  call hex8
  mov eax, [rsp+32]
  call hex4
  mov eax, [rsp+24]
  sub eax, [START]
  call hex8
  mov eax, [rsp+40]
  and eax, 0x67700
  call hex8
  mov eax, [rsp+48]
  call hex8
  mov eax, ss
  call hex4
  vmmcall
${guestVectors()}
guest_vector_list: dd ${Array.from({ length: 64 }, (_, v) => `guest_vector_${v}`).join(', ')}
`;
