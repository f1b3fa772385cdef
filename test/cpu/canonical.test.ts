/**
 * Branches to addresses that are none, in 64-bit mode: #GP(0) is the branch's own and nothing has changed (volume 3, JMP, CALL, RET,
 * IRET); SYSRET tests nothing, and its caller meets the fault at CPL 3. QEMU is no witness: all its branches fault at the fetch.
 */
import assert from 'node:assert/strict';
import { answers, image, runOurs } from './program';
import { testCase as c } from './rom-case';
import type { Case } from './rom-case';

const AWAY = 'mov rbx, 0x800000000000\n';
const STAR = 'mov ecx, 0xc0000081\nmov edx, 0x200018\nxor eax, eax\nwrmsr\n';
/** Of the case's code, whose first instruction is 10 bytes long, the offset of the one at fault; and rSP there. */
const fault = (offset: number, stack = 0x8000): string =>
  `!0d 00000000 0018 ${offset.toString(16).padStart(8, '0')} 00000000 0010 0000${(Math.floor(stack / 16) * 16 - 0x28).toString(16)} 0010 0000${stack.toString(16)}`;

const CASES: readonly Case[] = [
  c('JMP by register', fault(0x0a), `${AWAY}jmp rbx`),
  c('JMP by memory', fault(0x12), `${AWAY}mov [SPOT], rbx\njmp [SPOT]`),
  c('CALL by register', fault(0x0a), `${AWAY}call rbx`),
  c('CALL by memory', fault(0x12), `${AWAY}mov [SPOT], rbx\ncall [SPOT]`),
  c('RET', fault(0x0b, 0x7ff8), `${AWAY}push rbx\nret`),
  c('RET with an operand', fault(0x0b, 0x7ff8), `${AWAY}push rbx\nret 8`),
  c('RETF', fault(0x0d, 0x7ff0), `${AWAY}push CODE64\npush rbx\no64 retf`),
  c('IRETQ', fault(0x14, 0x7fd8), `${AWAY}mov rax, rsp\npush DATA32\npush rax\npushfq\npush CODE64\npush rbx\niretq`),
];

describe('branches to non-canonical addresses', () => {
  const all = [...CASES, c('SYSRET', '', `${STAR}mov rcx, 0x800000000000\nmov r11d, 2\no64 sysret`)];
  let texts: string[] = [];
  before(() => (texts = answers(runOurs(image('long', all)), all.length)));
  for (const [n, { name, expect }] of CASES.entries()) {
    it(`${name} does not happen`, () => assert.equal(texts[n], expect));
  }
  it('SYSRET happens, and the fault is of CPL 3', () => assert.match(texts[CASES.length]!, /^!0d 00000000 0033 /));
});
