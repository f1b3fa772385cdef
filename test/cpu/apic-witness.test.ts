/** Registers of local APIC, I/O APIC and HPET as a program reads them, here and in QEMU; where they differ, who is right. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { longModeRom } from '../exec/long-mode-rom';
import { runQemu } from './program';

interface Line {
  readonly name: string;
  /** Leaves a value in EAX. RBP, RSI, R8: local APIC, I/O APIC, HPET. */
  readonly code: string;
  /** What QEMU 7.2 says instead, and why it is not so. */
  readonly qemu?: { readonly says: string; readonly because: string };
}

const read = (offset: number): string => `mov eax, [rbp + ${offset}]`;
const write = (offset: number, value: number): string => `mov dword [rbp + ${offset}], ${value}`;
const errors = `${write(0x280, 0)}\n${read(0x280)}`;
const io = (index: number, value?: number): string =>
  `mov dword [rsi], ${index}\n${value === undefined ? '' : `mov dword [rsi + 0x10], ${value}\n`}mov eax, [rsi + 0x10]`;
const hpet = (offset: number, value?: number): string =>
  `${value === undefined ? '' : `mov dword [r8 + ${offset}], ${value}\n`}mov eax, [r8 + ${offset}]`;
const all = 0xffffffff;
const MASKS_WHILE_DISABLED = 'the mask bits are set while SVR.ASE is 0, and cannot be cleared (§16.4.7)';
const STORED = { says: 'ffffffff', because: 'reserved and read-only bits are stored (§16.4, §16.5)' };
const KEEPS_ERRORS = 'a write to ESR takes the errors since the last one, so a second one finds none (§16.4.6)';

const reset = (name: string, offset: number, qemu?: Line['qemu']): Line => ({
  name: `${name} after RESET`,
  code: read(offset),
  qemu,
});
const ones = (name: string, offset: number, qemu?: Line['qemu']): Line => ({
  name: `${name} of all ones`,
  code: `${write(offset, all)}\n${read(offset)}`,
  qemu,
});

const LINES: readonly Line[] = [
  { name: 'APIC_BASE', code: 'mov ecx, 0x1B\nrdmsr' },
  reset('ID', 0x20),
  reset('version', 0x30, { says: '00050014', because: 'that is the version of Intel’s; AMD’s is 10h (§16.3.4)' }),
  reset('TPR', 0x80),
  reset('APR', 0x90),
  reset('PPR', 0xa0),
  reset('LDR', 0xd0),
  reset('DFR', 0xe0),
  reset('SVR', 0xf0),
  reset('ISR', 0x100),
  reset('TMR', 0x180),
  reset('IRR', 0x200),
  reset('ESR', 0x280),
  reset('ICR', 0x300),
  reset('ICR high', 0x310),
  reset('timer LVT', 0x320),
  reset('thermal LVT', 0x330),
  reset('performance LVT', 0x340),
  reset('LINT0', 0x350, {
    says: '00010000',
    because: 'the value of the manual; here the 8259 is passed on from RESET, as firmware would leave it',
  }),
  reset('LINT1', 0x360),
  reset('error LVT', 0x370),
  reset('initial count', 0x380),
  reset('current count', 0x390),
  reset('divide', 0x3e0),
  {
    name: 'timer LVT unmasked while disabled',
    code: `${write(0x320, 0x40)}\n${read(0x320)}`,
    qemu: { says: '00000040', because: MASKS_WHILE_DISABLED },
  },
  { name: 'SVR enabled', code: `${write(0xf0, 0x1ff)}\n${read(0xf0)}` },
  ones('SVR', 0xf0, { says: '000001ff', because: 'bit 9, FCC, can be written (§16.4.7)' }),
  { name: 'SVR', code: `${write(0xf0, 0x1ff)}\n${read(0xf0)}` },
  ones('TPR', 0x80),
  { name: 'PPR of it', code: read(0xa0) },
  {
    name: 'APR of it',
    code: read(0x90),
    qemu: { says: '00000000', because: 'always 0; it is at least TPR (§16.6.4)' },
  },
  { name: 'CR8 of it', code: 'mov rax, cr8' },
  { name: 'TPR of CR8', code: `mov eax, 5\nmov cr8, rax\n${read(0x80)}` },
  { name: 'TPR', code: `${write(0x80, 0)}\n${read(0x80)}` },
  ones('LDR', 0xd0),
  ones('DFR', 0xe0),
  { name: 'DFR of 0', code: `${write(0xe0, 0)}\n${read(0xe0)}` },
  { name: 'DFR', code: `${write(0xe0, all)}\n${read(0xe0)}` },
  ones('ICR high', 0x310, STORED),
  ones('thermal LVT', 0x330, STORED),
  ones('performance LVT', 0x340, STORED),
  ones('LINT0', 0x350, STORED),
  ones('LINT1', 0x360, STORED),
  ones('error LVT', 0x370, STORED),
  ones('timer LVT', 0x320, STORED),
  ones('divide', 0x3e0),
  { name: 'errors so far', code: errors },
  { name: 'a register that is none', code: read(0x40) },
  { name: 'its error', code: errors },
  { name: 'is told once', code: errors, qemu: { says: '00000080', because: KEEPS_ERRORS } },
  { name: 'a request to itself', code: `${write(0x300, 0x40061)}\n${read(0x230)}` },
  { name: 'ICR keeps it', code: read(0x300) },
  { name: 'TMR: it was an edge', code: read(0x1b0) },
  { name: 'PPR does not know it', code: read(0xa0) },
  { name: 'in service', code: `sti\nnop\ncli\nmov eax, [0x9000]` },
  { name: 'after EOI', code: read(0x130) },
  { name: 'PPR after EOI', code: read(0xa0) },
  { name: 'initial count', code: `${write(0x320, 0x10041)}\n${write(0x380, 0x1000)}\n${read(0x380)}` },
  { name: 'stopped', code: `${write(0x380, 0)}\n${read(0x390)}` },
  {
    name: 'disabled: the LVT',
    code: `${write(0x320, 0x41)}\n${write(0xf0, 0xff)}\n${read(0x320)}`,
    qemu: { says: '00000041', because: MASKS_WHILE_DISABLED },
  },
  {
    name: 'enabled: the LVT',
    code: `${write(0xf0, 0x1ff)}\n${read(0x320)}`,
    qemu: { says: '00000041', because: MASKS_WHILE_DISABLED },
  },
  {
    name: 'an illegal vector sent',
    code: `${write(0x300, 0x40005)}\n${errors}`,
    qemu: { says: '00000080', because: 'vectors below 16 are sent; and the old error is still there (§16.4.6)' },
  },
  { name: 'I/O APIC: ID', code: io(0, all) },
  {
    name: 'I/O APIC: version',
    code: io(1),
    qemu: { says: '00170020', because: 'a later part, with an EOI register; this is the 82093AA' },
  },
  { name: 'I/O APIC: arbitration', code: io(2) },
  { name: 'I/O APIC: an entry after RESET', code: io(0x20) },
  { name: 'I/O APIC: its high half', code: io(0x21) },
  {
    name: 'I/O APIC: an entry of all ones',
    code: io(0x20, all),
    qemu: { says: 'ffffafff', because: 'reserved bits are stored' },
  },
  {
    name: 'I/O APIC: its high half of all ones',
    code: io(0x21, all),
    qemu: { says: 'ffffffff', because: 'reserved bits are stored' },
  },
  { name: 'I/O APIC: IOREGSEL', code: 'mov dword [rsi], 0x12345678\nmov eax, [rsi]' },
  { name: 'HPET: capabilities', code: hpet(0), qemu: { says: '8086a201', because: 'another vendor' } },
  { name: 'HPET: period', code: hpet(4) },
  { name: 'HPET: configuration', code: hpet(0x10) },
  { name: 'HPET: status', code: hpet(0x20) },
  { name: 'HPET: counter', code: hpet(0xf0, 0x1234) },
  { name: 'HPET: timer', code: hpet(0x100) },
  { name: 'HPET: comparator', code: hpet(0x108) },
  { name: 'HPET: its high half', code: hpet(0x10c) },
  { name: 'HPET: 32 bits', code: hpet(0x100, 0x100) },
];

/** A handler of vector 61h keeps what is in service, and ends it. */
const BODY = `
        cli
        lidt [idtr]
        mov edi, 0x4000
        mov eax, 0xC0000083
        mov ecx, 512
.map:   mov [rdi], rax
        add rax, 0x200000
        add edi, 8
        loop .map
        mov qword [0x2018], 0x4003
        mov ebp, 0xFEE00000
        mov esi, 0xFEC00000
        mov r8d, 0xFED00000
        lea rax, [rel handler]
        mov edi, 0x61
        call gate
${LINES.map(({ code }) => `${code}\n        call hex8`).join('\n')}
        mov al, 0
        out 0xF4, al
        hlt
handler:
        mov eax, [rbp + 0x130]
        mov [0x9000], eax
        mov dword [rbp + 0xB0], 0
        iretq
hex8:   mov ebx, eax
        mov ecx, 8
.digit: rol ebx, 4
        mov al, bl
        and al, 15
        cmp al, 10
        jb .low
        add al, 39
.low:   add al, '0'
        out 0xE9, al
        loop .digit
        mov al, 10
        out 0xE9, al
        ret
`;

describe('cpu: interrupt hardware beside QEMU', () => {
  let here: string[];
  let there: string[];
  before(function () {
    this.timeout(30_000);
    const rom = longModeRom(BODY);
    let text = '';
    const machine = new Machine({ ramSize: 2 << 20, rom, onDebugcon: (byte) => (text += String.fromCharCode(byte)) });
    assert.equal(machine.run(1e7).kind, 'debug-exit', text);
    here = text.split('\n');
    there = runQemu(rom).split('\n');
    assert.equal(here.length, LINES.length + 1);
    assert.equal(there.length, LINES.length + 1, there.join(' '));
  });

  LINES.forEach(({ name, qemu }, n) => {
    it(name, () => {
      assert.equal(there[n], qemu?.says ?? here[n], 'QEMU');
      if (qemu) assert.notEqual(here[n], qemu.says, `QEMU has come round: ${qemu.because}`);
    });
  });
});
