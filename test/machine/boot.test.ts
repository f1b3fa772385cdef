import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { BootError } from '../../src/engine/machine/boot/boot-error';
import { loadElf } from '../../src/engine/machine/boot/elf';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import type { BootImage, Program } from '../../src/engine/machine/boot/image';
import { loadRom } from '../../src/engine/machine/boot/rom';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { startState } from '../../src/engine/machine/boot/start-state';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine, type MachineStop } from '../../src/engine/machine/machine';
import { Hypervisor, type HypervisorStop } from '../../src/hypervisor/hypervisor';
import { elf } from './elf-file';

const MB = 1 << 20;

function code(source: string): Uint8Array {
  const assembly = assemble(source, { file: 'boot.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  return assembly.bytes;
}

interface Ending {
  readonly kind: string;
  readonly status?: number;
  readonly text: string;
}

function bare(image: BootImage): Ending {
  const output: number[] = [];
  const machine = new Machine({ ramSize: 4 * MB, onConsole: (byte) => output.push(byte) });
  startMachine(machine, image);
  return ending(machine.run(1e6), output);
}

function guest(image: BootImage): Ending {
  const output: number[] = [];
  const machine = new Machine({ ramSize: 8 * MB, onConsole: (byte) => output.push(byte) });
  const hypervisor = new Hypervisor(new HostMode(machine));
  hypervisor.addGuest({ name: 'guest', memoryMb: 4, image });
  return ending(hypervisor.run(1e7), output);
}

function ending(stop: MachineStop | HypervisorStop, output: number[]): Ending {
  const text = String.fromCharCode(...output);
  if (stop.kind === 'debug-exit' || stop.kind === 'guest-exit') return { kind: 'exit', status: stop.status, text };
  return { kind: stop.kind, text };
}

/** The same on the machine and in a guest. */
function both(program: Program): Ending {
  const image = startState(program);
  const ending = bare(image);
  assert.deepEqual(guest(image), ending);
  return ending;
}

/** Exits with `value` if all of its checks hold, else with the number of the first that does not. */
const CHECKED = `
%define n 0
%macro expect 2
  %assign n n + 1
  mov ebx, n
  cmp %1, %2
  jne failed
%endmacro
`;
const ENDED = `
  mov ebx, 0
failed:
  mov al, bl
  out 0xf4, al
`;

describe('loaders', () => {
  it('a flat binary of 16 bits starts as a boot sector', () => {
    const program = loadFlat(
      code(`bits 16
      org 0x7c00
      ${CHECKED}
      expect sp, 0x7c00
      mov ax, cs
      expect ax, 0
      mov ax, ds
      expect ax, 0
      call here
      here: pop ax
      expect ax, here
      pushf
      pop ax
      and ax, 0x7700
      expect ax, 0
      smsw ax
      and ax, 1
      expect ax, 0
      ${ENDED}`),
    );
    assert.deepEqual([program.mode, program.entry], ['real', 0x7c00]);
    assert.deepEqual(both(program), { kind: 'exit', status: 1, text: '' });
  });

  it('32 bits start in flat protected mode at 1 MB, with a GDT that can be used', () => {
    const program = loadFlat(
      code(`bits 32
      org 0x100000
      ${CHECKED}
      expect esp, 0x80000
      mov eax, cr0
      expect eax, 0x11
      mov ax, cs
      expect ax, 8
      mov ax, ss
      expect ax, 16
      mov ax, 16
      mov ds, ax
      mov es, ax
      mov ss, ax
      jmp 8:there
      there:
      push dword 0x12345678
      mov eax, [0x7fffc]
      expect eax, 0x12345678
      ${ENDED}`),
      { bits: 32 },
    );
    assert.deepEqual([program.mode, program.entry], ['protected', MB]);
    assert.deepEqual(both(program), { kind: 'exit', status: 1, text: '' });
  });

  it('64 bits start in long mode with the first 4 GB mapped to themselves', () => {
    const program = loadFlat(
      code(`bits 64
      org 0x100000
      ${CHECKED}
      mov rax, cr0
      expect eax, 0x80000011
      mov rax, cr3
      expect rax, 0x81000
      mov rax, cr4
      expect rax, 0x20
      mov ecx, 0xc0000080
      rdmsr
      expect eax, 0x500
      mov rax, [0x83000 + 2047 * 8]
      expect eax, 0xffe00083
      mov qword [0x3ffff8], 5
      mov rax, [0x3ffff8]
      expect rax, 5
      mov ax, 16
      mov ss, ax
      push qword 8
      mov rax, there
      push rax
      retfq
      there:
      ${ENDED}`),
      { bits: 64 },
    );
    assert.deepEqual(both(program), { kind: 'exit', status: 1, text: '' });
  });

  it('tables make way for a program that lies where they would', () => {
    const image = startState(loadFlat(new Uint8Array(0x2000), { bits: 64, origin: 0x7f000 }));
    assert.equal(image.registers.gdtr.base, MB);
    assert.equal(image.registers.cr3, MB + 0x1000);
    const above = startState({
      segments: [
        { address: 0x80000, bytes: new Uint8Array(1) },
        { address: 0x123456, bytes: new Uint8Array(3) },
      ],
      entry: 0x80000,
      mode: 'protected',
    });
    assert.equal(above.registers.gdtr.base, 0x124000);
  });

  it('a real-mode entry above 64 KB has a CS of its own', () => {
    const { registers } = startState(loadFlat(new Uint8Array(16), { origin: 0x2f000 }));
    assert.deepEqual([registers.cs.selector, registers.cs.base, registers.rip], [0x2000, 0x20000, 0xf000]);
    assert.throws(() => startState(loadFlat(new Uint8Array(16), { origin: MB })), /above 1 MB/);
  });

  it('refuses flat binaries that cannot be', () => {
    assert.throws(() => loadFlat(new Uint8Array(0)), new BootError('the file is empty: there is nothing to start'));
    assert.throws(() => loadFlat(new Uint8Array(2), { origin: 0xffffffff }), /first 4 GB/);
    assert.throws(() => loadFlat(new Uint8Array(2), { origin: 0x100, entry: 0x102 }), /entry 102h lies outside/);
  });

  const hello = `
      mov esi, text
      mov ecx, 5
      mov edx, 0x3f8
      cld
      rep outsb
      mov eax, [zeros]
      out 0xf4, al
      text: db 'hello'
      zeros equ 0x200000`;

  it('ELF32 starts in protected mode, ELF64 in long mode; memory behind the file’s bytes is zero', () => {
    for (const is64 of [false, true]) {
      const text = code(`bits ${is64 ? 64 : 32}\norg 0x100000\n${hello}`);
      const data = { paddr: 0x1ff000, bytes: Uint8Array.of(1), memSize: 0x2000 };
      const program = loadElf(elf(is64, 0x100000n, [{ paddr: 0x100000, bytes: text }, data]));
      assert.deepEqual([program.mode, program.entry], [is64 ? 'long' : 'protected', 0x100000]);
      assert.equal(program.segments[1]!.bytes.length, 0x2000);
      assert.deepEqual(both(program), { kind: 'exit', status: 1, text: 'hello' });
    }
  });

  it('ELF: segments go to physical addresses, and so does the entry', () => {
    const file = elf(true, 0xffffffff80000010n, [
      { paddr: 0x100000, vaddr: 0xffffffff80000000n, bytes: new Uint8Array(32) },
    ]);
    assert.equal(loadElf(file).entry, 0x100010);
  });

  it('says what is wrong with an ELF file, and where', () => {
    const good = elf(true, 0x100000n, [{ paddr: 0x100000, bytes: new Uint8Array(16) }]);
    const changed = (change: (view: DataView) => void): Uint8Array => {
      const bytes = good.slice();
      change(new DataView(bytes.buffer));
      return bytes;
    };
    const second = 64 + 56;
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /no ELF file/],
      [changed((v) => v.setUint8(0, 0)), /no ELF file/],
      [good.slice(0, 4), /class at offset 4h is missing/],
      [changed((v) => v.setUint8(4, 3)), /class at offset 4h is 3/],
      [good.slice(0, 40), /ELF header has 64 bytes, the file only 40/],
      [changed((v) => v.setUint8(5, 2)), /not little-endian/],
      [changed((v) => v.setUint16(16, 3, true)), /position-independent/],
      [changed((v) => v.setUint16(16, 1, true)), /relocatable/],
      [changed((v) => v.setUint16(18, 3, true)), /machine at offset 12h is 3/],
      [changed((v) => v.setBigUint64(32, 1n << 60n, true)), /program headers at offset 20h/],
      [changed((v) => v.setBigUint64(32, 0x10000n, true)), /program header 0 at offset 10000h lies outside/],
      [changed((v) => v.setUint16(54, 8, true)), /program headers of 8 bytes are too short/],
      [changed((v) => v.setUint16(56, 1, true)), /no PT_LOAD segment/],
      [changed((v) => v.setUint16(56, 0, true)), /no PT_LOAD segment/],
      [changed((v) => v.setBigUint64(second + 8, 0x1000n, true)), /program header 1: 10h bytes from offset 1000h/],
      [changed((v) => v.setBigUint64(second + 40, 8n, true)), /program header 1: its 8h bytes of memory/],
      [changed((v) => v.setBigUint64(second + 40, 1n << 40n, true)), /do not lie within 1 GB/],
      [changed((v) => v.setBigUint64(second + 24, 0xfffffff8n, true)), /below 4 GB/],
      [changed((v) => v.setBigUint64(second + 24, 1n << 63n, true)), /physical address of program header 1/],
      [changed((v) => v.setBigUint64(24, 0x100010n, true)), /entry 100010h lies in no segment/],
      [
        elf(true, 0x100000n, [
          { paddr: 0x100000, bytes: new Uint8Array(16) },
          { paddr: 0x10000f, bytes: new Uint8Array(16) },
        ]),
        /segments at 100000h and 10000Fh overlap/,
      ],
    ];
    for (const [bytes, message] of cases) {
      assert.throws(
        () => loadElf(bytes),
        (error: unknown) => error instanceof BootError && message.test(error.message),
        String(message),
      );
    }
  });

  it('never throws anything else, whatever is damaged', () => {
    const good = elf(true, 0x100000n, [{ paddr: 0x100000, bytes: new Uint8Array(16) }]);
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
    for (let n = 0; n < 3000; n++) {
      const bytes = good.slice(0, random(4) === 0 ? random(good.length) : good.length);
      for (let flips = random(4) + 1; flips > 0 && bytes.length > 0; flips--) bytes[random(bytes.length)] = random(256);
      try {
        loadElf(bytes);
      } catch (error) {
        assert.ok(error instanceof BootError, String(error));
      }
    }
  });

  it('a program outside the machine’s memory is refused', () => {
    const image = startState(loadFlat(new Uint8Array(16), { bits: 32, origin: 8 * MB }));
    assert.throws(() => startMachine(new Machine({ ramSize: 4 * MB }), image), /needs RAM at 800000h to 80000Fh/);
  });

  it('firmware has a reset vector and lies below 4 GB', () => {
    assert.throws(() => loadRom(new Uint8Array(15)), /no reset vector/);
    assert.throws(() => loadRom(new Uint8Array(16 * MB + 1)), /too large/);
    const rom = new Uint8Array(4096).fill(0xf4);
    assert.equal(loadRom(rom), rom);
  });
});
