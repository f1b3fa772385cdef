import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { BootError } from '../../src/engine/machine/boot/boot-error';
import type { BootImage } from '../../src/engine/machine/boot/image';
import { boardMemoryMap } from '../../src/engine/machine/boot/memory-map';
import { loadMultiboot, type MultibootOptions } from '../../src/engine/machine/boot/multiboot';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { damaged } from './damaged';
import { elf } from './elf-file';

const MB = 1 << 20;
const RAM = 8;
const MAGIC = 0x1bad_b002;
const OPTIONS: MultibootOptions = {
  memoryMap: boardMemoryMap(RAM * MB),
  commandLine: 'kernel one two',
  modules: [
    { bytes: Uint8Array.from({ length: 5000 }, (_, n) => n), text: 'first a b' },
    { bytes: Buffer.from('second'), text: 'second' },
  ],
};

function code(source: string): Uint8Array {
  const assembly = assemble(source, { file: 'kernel.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  return assembly.bytes;
}

/** The header's words as the specification has them: magic, flags, checksum, and addresses if flag 16 says so. */
function header(flags: number, ...addresses: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.of(MAGIC, flags, -(MAGIC + flags) >>> 0, ...addresses).buffer);
}

/** Bytes of an image at an address. */
function at(image: BootImage, start: number, length: number): DataView {
  const hit = image.segments.find((s) => start >= s.address && start < s.address + s.bytes.length);
  assert.ok(hit, `nothing lies at ${start.toString(16)}h`);
  const bytes = new Uint8Array(length);
  bytes.set(hit.bytes.subarray(start - hit.address, start - hit.address + length));
  return new DataView(bytes.buffer);
}

function text(image: BootImage, start: number): string {
  const bytes = new Uint8Array(at(image, start, 128).buffer);
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1');
}

function refused(make: () => unknown, message: RegExp): void {
  assert.throws(make, (error: unknown) => error instanceof BootError && message.test(error.message), String(message));
}

/** Ends with the number of the first check that does not hold, or 0. */
const KERNEL = `bits 32
org 0x100000
dd 0x1BADB002, 3, -(0x1BADB002 + 3)
start:
  mov esp, 0x8000
  mov edi, 1
  cmp eax, 0x2BADB002
  jne failed
  inc edi
  mov eax, cr0
  and eax, 0x80000001
  cmp eax, 1
  jne failed
  inc edi
  pushfd
  pop eax
  test eax, 0x20200
  jnz failed
  inc edi
  mov ecx, 0x12345678
  mov [0x200000], ecx
  mov dword [0x300000], 0
  cmp [0x200000], ecx
  jne failed
  inc edi
  mov eax, [ebx + 16]
  cmp dword [eax], 'kern'
  jne failed
  inc edi
  cmp dword [ebx + 20], 2
  jne failed
  inc edi
  mov eax, [ebx + 24]
  mov edx, [eax + 16]
  cmp dword [edx], 'seco'
  jne failed
  mov edi, 0
failed:
  mov eax, edi
  out 0xf4, al
`;

describe('multiboot 1', () => {
  it('ELF32 and ELF64 start in 32-bit protected mode, on the machine and in a guest', () => {
    for (const is64 of [false, true]) {
      const image = loadMultiboot(elf(is64, 0x10000cn, [{ paddr: MB, bytes: code(KERNEL) }]), OPTIONS);
      assert.deepEqual([image.mode, image.registers.rax], ['protected', 0x2badb002]);
      const machine = new Machine({ ramSize: RAM * MB });
      startMachine(machine, image);
      const bare = machine.run(1e6);
      assert.deepEqual([bare.kind, 'status' in bare && bare.status], ['debug-exit', 1]);
      const hypervisor = new Hypervisor(new HostMode(new Machine({ ramSize: 16 * MB })));
      hypervisor.addGuest({ name: 'guest', memoryMb: RAM, image });
      const guest = hypervisor.run(1e7);
      assert.deepEqual([guest.kind, 'status' in guest && guest.status], ['guest-exit', 1]);
    }
  });

  it('the information: memory, command line, modules with their strings, the map, the loader', () => {
    const image = loadMultiboot(elf(false, BigInt(MB), [{ paddr: MB, bytes: header(3), memSize: 0x1801 }]), OPTIONS);
    const info = at(image, image.registers.rbx!, 116);
    const word = (offset: number): number => info.getUint32(offset, true);
    assert.equal(word(0), 0b10_0100_1101);
    assert.deepEqual([word(4), word(8)], [639, (RAM - 1) * 1024]);
    assert.equal(text(image, word(16)), 'kernel one two');
    assert.equal(word(20), 2);
    const modules = [0, 1].map((n) => {
      const entry = at(image, word(24) + n * 16, 16);
      return [0, 4, 8, 12].map((offset) => entry.getUint32(offset, true));
    });
    assert.deepEqual(
      modules.map(([start, end, string, zero]) => [start, end, text(image, string!), zero]),
      [
        [0x102000, 0x102000 + 5000, 'first a b', 0],
        [0x104000, 0x104006, 'second', 0],
      ],
    );
    assert.equal(at(image, 0x102000 + 300, 1).getUint8(0), 300 & 0xff);
    const map = at(image, word(48), word(44));
    const entries = [];
    for (let offset = 0; offset < word(44); offset += 4 + map.getUint32(offset, true)) {
      entries.push([
        map.getUint32(offset + 4, true),
        map.getUint32(offset + 12, true),
        map.getUint32(offset + 20, true),
      ]);
    }
    assert.deepEqual(entries, [
      [0, 0x9fc00, 1],
      [0x9fc00, 0x400, 2],
      [0xf0000, 0x10000, 2],
      [MB, (RAM - 1) * MB, 1],
    ]);
    assert.equal(text(image, word(64)), 'Pacifica');
  });

  it('a kernel that wants to know its screen is told of text mode', () => {
    const image = loadMultiboot(elf(false, BigInt(MB), [{ paddr: MB, bytes: header(4) }]), OPTIONS);
    const info = at(image, image.registers.rbx!, 116);
    assert.equal(info.getUint32(0, true) & 0x1000, 0x1000);
    assert.equal(Number(info.getBigUint64(88, true)), 0xb8000);
    assert.deepEqual(
      [96, 100, 104].map((offset) => info.getUint32(offset, true)),
      [160, 80, 25],
    );
    assert.deepEqual([info.getUint8(108), info.getUint8(109)], [16, 2]);
  });

  it('the a.out kludge: any file, by the addresses in the header', () => {
    const body = (addresses: number[]): Uint8Array =>
      Buffer.concat([new Uint8Array(64), header(0x10000, ...addresses), new Uint8Array(100).fill(0xaa)]);
    const whole = loadMultiboot(body([0x100020, MB, 0, 0, 0x100034]), OPTIONS);
    assert.deepEqual([whole.entry, whole.segments[0]!.address, whole.segments[0]!.bytes.length], [0x100034, MB, 164]);
    assert.equal(at(whole, 0x100020, 4).getUint32(0, true), MAGIC, 'the header lies at its address');
    const part = loadMultiboot(body([0x100020, MB, 0x100050, 0x102000, MB]), OPTIONS);
    const { bytes } = part.segments[0]!;
    assert.deepEqual([bytes.length, bytes[0x4f], bytes[0x50]], [0x2000, 0xaa, 0]);
    const cases: [number[], RegExp][] = [
      [[MB, 0x100010, 0, 0, MB], /load_addr 100010h lies above header_addr 100000h/],
      [[0x100050, MB, 0, 0, MB], /load_addr 100000h lies 10h bytes before the file begins/],
      [[0x100020, MB, 0xfffff, 0, MB], /load_end_addr FFFFFh lies below/],
      [[0x100020, MB, 0x100200, 0, MB], /load_end_addr 100200h lies 348 bytes behind the end/],
      [[0x100020, MB, 0, 0x100010, MB], /bss_end_addr 100010h/],
      [[0x100020, MB, 0, 0xf0000000, MB], /within 1 GB/],
      [[0x100020, MB, 0, 0, 0x90000], /entry_addr 90000h lies outside/],
      [[0x100020, MB, 0, 16 * MB, MB], /kernel wants RAM at 100000h to FFFFFFh/],
    ];
    for (const [addresses, message] of cases) refused(() => loadMultiboot(body(addresses), OPTIONS), message);
  });

  it('the header is found in the first 8192 bytes, at a multiple of 4, whole', () => {
    const file = (offset: number, words = header(0)): Uint8Array => {
      const bytes = new Uint8Array(Math.max(16384, offset + 12));
      bytes.set(words, offset);
      return elf(false, BigInt(MB), [{ paddr: MB, bytes }]);
    };
    const start = 52 + 2 * 32;
    assert.ok(loadMultiboot(file(8192 - 12 - start), OPTIONS));
    refused(() => loadMultiboot(file(8192 - 8 - start), OPTIONS), /no multiboot header/);
    refused(() => loadMultiboot(file(2), OPTIONS), /no multiboot header/);
    refused(() => loadMultiboot(file(0, header(0).fill(0, 8)), OPTIONS), /header at offset 74h is damaged/);
    const second = header(0).fill(0, 8);
    const both = file(64);
    both.set(second, start);
    assert.ok(loadMultiboot(both, OPTIONS), 'a word like the magic before it is none');
    refused(() => loadMultiboot(new Uint8Array(0), OPTIONS), /file is empty/);
    refused(() => loadMultiboot(header(0), OPTIONS), /no ELF file, and its multiboot header says no addresses/);
    refused(() => loadMultiboot(file(0, header(0x100)), OPTIONS), /flags 100h of the multiboot header/);
    assert.ok(loadMultiboot(file(0, header(0xfffe0003)), OPTIONS), 'flags above bit 16 are optional');
  });

  it('the entry of an ELF kernel is virtual, or already physical', () => {
    const load = { paddr: MB, vaddr: 0xffff_8000_0010_0000n, bytes: header(0) };
    assert.equal(loadMultiboot(elf(true, 0xffff_8000_0010_0004n, [load]), OPTIONS).entry, MB + 4);
    assert.equal(loadMultiboot(elf(true, 0x10_0004n, [load]), OPTIONS).entry, MB + 4);
    refused(() => loadMultiboot(elf(true, 0x20_0000n, [load]), OPTIONS), /entry 200000h lies in no segment/);
  });

  it('what is handed over makes way for the kernel, and must have room', () => {
    const low = loadMultiboot(elf(false, 0x9000n, [{ paddr: 0x9000, bytes: header(0), memSize: 0x70000 }]), OPTIONS);
    assert.ok(low.registers.rbx! >= 0x79000);
    const big = [{ bytes: new Uint8Array(8 * MB), text: 'big' }];
    const small = elf(false, BigInt(MB), [{ paddr: MB, bytes: header(0) }]);
    refused(() => loadMultiboot(small, { ...OPTIONS, modules: big }), /no room for module 1: 8388608 bytes/);
    refused(
      () => loadMultiboot(small, { ...OPTIONS, modules: [{ ...big[0]!, bytes: header(0), text: '\u00e9' }] }),
      /ASCII/,
    );
  });

  it('never throws anything else, whatever is damaged', () => {
    const machine = new Machine({ ramSize: RAM * MB });
    const good = [
      elf(false, BigInt(MB), [{ paddr: MB, bytes: header(3) }]),
      Buffer.concat([header(0x10000, MB, MB, 0, 0, MB), new Uint8Array(20)]),
    ];
    for (const file of good) {
      for (const bytes of damaged(file, 2000)) {
        try {
          startMachine(machine, loadMultiboot(bytes, OPTIONS));
        } catch (error) {
          assert.ok(error instanceof BootError, String(error));
        }
      }
    }
  });
});
