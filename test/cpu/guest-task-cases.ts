/** Task switches of guests; QEMU's do not exit. */
import { guest, legacy } from './guest-words';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';

export const GUEST_TASK_CASES: readonly Case[] = [
  c(
    'task switch',
    '=0000007d 000000b0 00000000 00000045 00000000 00000bad 00000040',
    guest(`${legacy}mov dword [rdi+0xc], 1<<29`, '\nbits 32\njmp TASK2:0\nbits 64\n') +
      'mov eax, [VMCB+0x84]\ncall hex8',
  ),
  c(
    'task call',
    '=0000007d 000000b0 00000000 00000045 00000000 00000bad 00000000',
    guest(`${legacy}mov dword [rdi+0xc], 1<<29`, '\nbits 32\ncall TASK2:0\nbits 64\n') +
      'mov eax, [VMCB+0x84]\ncall hex8',
  ),
  c(
    'task iret',
    '=0000007d 000000b0 00000000 00000065 00000000 00000bad 00000010',
    guest(
      `mov dword [TSS], TASK2\nor dword [GDT+TASK2+4], 0x200\nmov dword [rdi+0x570], 0x4002\n${legacy}mov dword [rdi+0xc], 1<<29`,
      '\nbits 32\niretd\nbits 64\n',
    ) + 'mov eax, [VMCB+0x84]\ncall hex8',
  ),
  c(
    'task fault',
    '=0000007d 000000b0 00001230 80000b0d 00001230 00000060 00000000 00000bad 00011000',
    guest(
      `mov dword [GIDT+13*8], TASK2<<16\nmov dword [GIDT+13*8+4], 0x8500\n${legacy}mov dword [rdi+0xc], 1<<29`,
      '\nbits 32\nmov eax, 0x1230\nmov ds, eax\nbits 64\n',
    ) + 'mov eax, [VMCB+0x84]\ncall hex8',
  ),
  c(
    'task int',
    '=0000007d 000000b0 00000000 80000431 00000000 0000005b 00000000 00000bad 00000000',
    guest(
      `mov dword [GIDT+0x31*8], TASK2<<16\nmov dword [GIDT+0x31*8+4], 0x8500\n${legacy}mov dword [rdi+0xc], 1<<29`,
      '\nbits 32\nint 0x31\nbits 64\n',
    ) + 'mov eax, [VMCB+0x84]\ncall hex8',
  ),
];
