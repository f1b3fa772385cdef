import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { BootError } from '../../src/engine/machine/boot/boot-error';
import type { BootImage } from '../../src/engine/machine/boot/image';
import { loadLinux } from '../../src/engine/machine/boot/linux';
import { loadBzImage, type LinuxOptions } from '../../src/engine/machine/boot/linux-bzimage';
import { loadPvh } from '../../src/engine/machine/boot/linux-pvh';
import { boardMemoryMap } from '../../src/engine/machine/boot/memory-map';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { elf } from './elf-file';
import { damaged } from './damaged';

const MB = 1 << 20;
const RAM = 16;
const MAP = boardMemoryMap(RAM * MB);
const COMMAND_LINE = 'console=ttyS0 quiet';

interface Setup {
  readonly version?: number;
  readonly has64?: boolean;
  readonly relocatable?: boolean;
  readonly prefAddress?: bigint;
  readonly initSize?: number;
  readonly initrdMax?: number;
}

/** A bzImage of one setup sector behind the first; offsets are those of the kernel's own boot documentation. */
function bzImage(kernel: Uint8Array, setup: Setup = {}): Uint8Array {
  const bytes = new Uint8Array(1024 + kernel.length);
  const view = new DataView(bytes.buffer);
  bytes[0x1f1] = 1;
  view.setUint16(0x1fe, 0xaa55, true);
  bytes.set([0xeb, 0x6a, ...Buffer.from('HdrS')], 0x200);
  view.setUint16(0x206, setup.version ?? 0x20f, true);
  bytes[0x211] = 0x81;
  view.setUint32(0x214, MB, true);
  view.setUint32(0x22c, setup.initrdMax ?? 0x7fff_ffff, true);
  view.setUint32(0x230, 0x20_0000, true);
  bytes[0x234] = setup.relocatable === false ? 0 : 1;
  view.setUint16(0x236, setup.has64 ? 1 : 0, true);
  view.setUint32(0x238, 255, true);
  view.setBigUint64(0x258, setup.prefAddress ?? BigInt(4 * MB), true);
  view.setUint32(0x260, setup.initSize ?? 4 * MB, true);
  bytes.set(kernel, 1024);
  return bytes;
}

function code(source: string): Uint8Array {
  const assembly = assemble(source, { file: 'kernel.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  return assembly.bytes;
}

/** A Xen note: its owner, type and content. */
function note(type: number, content: Uint8Array, owner = 'Xen\0'): Uint8Array {
  const bytes = new Uint8Array(12 + Math.ceil(owner.length / 4) * 4 + Math.ceil(content.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, owner.length, true);
  view.setUint32(4, content.length, true);
  view.setUint32(8, type, true);
  bytes.set(Buffer.from(owner), 12);
  bytes.set(content, 12 + Math.ceil(owner.length / 4) * 4);
  return bytes;
}

function address(value: number, size: 4 | 8 = 8): Uint8Array {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function options(more: Partial<LinuxOptions> = {}): LinuxOptions {
  return { memoryMap: MAP, commandLine: COMMAND_LINE, initrd: Uint8Array.from({ length: 5000 }, (_, n) => n), ...more };
}

/** What of an image lies at an address. */
function at(image: BootImage, start: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  let found = false;
  for (const segment of image.segments) {
    if (start < segment.address || start >= segment.address + segment.bytes.length) continue;
    bytes.set(segment.bytes.subarray(start - segment.address).subarray(0, length));
    found = true;
  }
  assert.ok(found, `nothing lies at ${start.toString(16)}h`);
  return new DataView(bytes.buffer);
}

function text(image: BootImage, start: number): string {
  const bytes = new Uint8Array(at(image, start, 256).buffer);
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1');
}

/** Nothing lies over anything else, and all in RAM. */
function checkPlaces(image: BootImage): void {
  const sorted = [...image.segments].sort((a, b) => a.address - b.address);
  sorted.forEach((segment, n) => {
    const end = segment.address + segment.bytes.length;
    const next = sorted[n + 1];
    assert.ok(!next || end <= next.address, `${segment.address.toString(16)}h reaches into the next`);
    const inRam = end <= 0x9fc00 || (segment.address >= MB && end <= RAM * MB);
    assert.ok(inRam, `${segment.address.toString(16)}h is no RAM`);
  });
}

/** Runs on the machine and in a guest; the value written to port F4h. */
function exitOf(image: BootImage): number[] {
  const machine = new Machine({ ramSize: RAM * MB });
  startMachine(machine, image);
  const bare = machine.run(1e6);
  const hypervisor = new Hypervisor(new HostMode(new Machine({ ramSize: 24 * MB })));
  hypervisor.addGuest({ name: 'guest', memoryMb: RAM, image });
  const guest = hypervisor.run(1e7);
  assert.equal(bare.kind, 'debug-exit', JSON.stringify(bare));
  assert.equal(guest.kind, 'guest-exit', JSON.stringify(guest));
  return [bare, guest].map((stop) => ('status' in stop ? stop.status : -1));
}

const REFUSED = (make: () => unknown, message: RegExp): void =>
  assert.throws(make, (error: unknown) => error instanceof BootError && message.test(error.message), String(message));

describe('Linux: bzImage', () => {
  it('boot_params holds the header, the command line, the initrd and E820', () => {
    const kernel = new Uint8Array(3000).fill(0xf4);
    const image = loadBzImage(bzImage(kernel, { has64: true }), options({ rsdp: 0xf1230 }));
    checkPlaces(image);
    const { registers } = image;
    const params = at(image, registers.rsi!, 4096);
    assert.equal(registers.rsi! % 4096, 0);
    assert.equal(params.getUint32(0x202, true), 0x53726448);
    assert.equal(params.getUint16(0x206, true), 0x20f);
    assert.equal(params.getUint8(0x210), 0xff, 'a loader without a number');
    assert.equal(params.getUint8(0x211), 1, 'LOADED_HIGH; no heap in real mode');
    assert.equal(params.getUint8(0x1ef), 0, 'the sentinel');
    assert.equal(text(image, params.getUint32(0x228, true)), COMMAND_LINE);
    assert.equal(params.getUint32(0x070, true), 0xf1230);
    const initrd = params.getUint32(0x218, true);
    assert.equal(params.getUint32(0x21c, true), 5000);
    assert.equal(initrd, RAM * MB - 0x2000, 'as high as it goes, at a page');
    assert.equal(at(image, initrd, 256).getUint8(200), 200);
    const ranges = Array.from({ length: params.getUint8(0x1e8) }, (_, n) => [
      Number(params.getBigUint64(0x2d0 + n * 20, true)),
      Number(params.getBigUint64(0x2d8 + n * 20, true)),
      params.getUint32(0x2e0 + n * 20, true),
    ]);
    // struct screen_info of Linux's include/uapi/linux/screen_info.h: x, y, then mode, columns, ega_bx, lines, isVGA, points
    assert.deepEqual(
      [0x00, 0x01, 0x06, 0x07, 0x0e, 0x0f].map((offset) => params.getUint8(offset)),
      [0, 0, 3, 80, 25, 1],
    );
    assert.notEqual(params.getUint8(0x0a), 0x10, 'EGA or better');
    assert.equal(params.getUint16(0x10, true), 16);
    assert.deepEqual(ranges, [
      [0, 0x9fc00, 1],
      [0x9fc00, 0x400, 2],
      [0xf0000, 0x10000, 2],
      [MB, 15 * MB, 1],
    ]);
    assert.equal(at(image, 4 * MB + 2999, 1).getUint8(0), 0xf4, 'the kernel is where it prefers to be');
  });

  it('the initrd stays below initrd_addr_max, and above what the kernel unpacks', () => {
    const kernel = new Uint8Array(100);
    const low = loadBzImage(bzImage(kernel, { initrdMax: 12 * MB - 1 }), options());
    assert.equal(at(low, low.registers.rsi! + 0x218, 4).getUint32(0, true), 12 * MB - 0x2000);
    REFUSED(
      () => loadBzImage(bzImage(kernel, { initSize: 12 * MB }), options({ initrd: new Uint8Array(4 * MB) })),
      /no room for the initrd: 4194304 bytes/,
    );
  });

  it('a kernel that cannot be moved lies where it says, and unpacks itself elsewhere', () => {
    const image = loadBzImage(bzImage(Uint8Array.of(0x90), { relocatable: false }), options());
    assert.equal(image.entry, MB);
    checkPlaces(image);
  });

  const CHECK = `
    %define n 0
    %macro expect 2
      %assign n n + 1
      mov edi, n
      cmp %1, %2
      jne failed
    %endmacro
  `;
  const SEGMENTS = `
    mov ax, cs
    expect ax, 0x10
    mov ax, ds
    expect ax, 0x18
    mov ax, es
    expect ax, 0x18
    mov ax, ss
    expect ax, 0x18
    pushf32
    mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    expect dword [rsi32 + 0x202], 0x53726448
    mov ebp, [rsi32 + 0x228]
    expect dword [rbp32], 0x736E6F63
    mov edi, 0
    failed:
    mov eax, edi
    out 0xf4, al
  `;

  it('the 32-bit entry: flat segments 10h and 18h, paging off, ESI, the others zero', () => {
    const source = `bits 32
    org 0x400000
    ${CHECK}
    mov esp, 0x8000
    expect ebp, 0
    expect ebx, 0
    mov eax, cr0
    expect eax, 0x11
    ${SEGMENTS.replace(/rsi32/g, 'esi').replace(/rbp32/g, 'ebp')}`.replace(
      'pushf32',
      'pushfd\npop eax\nand eax, 0x20300\nexpect eax, 0\njmp 0x10:there\nthere:',
    );
    const image = loadBzImage(bzImage(code(source)), options());
    assert.equal(image.mode, 'protected');
    assert.deepEqual(exitOf(image), [1, 1]);
  });

  it('the 64-bit entry, 200h behind: long mode, all that is handed over mapped to itself', () => {
    const source = `bits 64
    org 0x400000
    times 0x200 int3
    ${CHECK}
    mov esp, 0x8000
    mov rax, cr0
    expect eax, 0x80000011
    ${SEGMENTS.replace(/rsi32/g, 'rsi').replace(/rbp32/g, 'rbp')}`.replace(
      'pushf32',
      'pushfq\npop rax\nand eax, 0x20300\nexpect eax, 0\npush 0x10\nlea rax, [rel there]\npush rax\nretfq\nthere:',
    );
    const image = loadBzImage(bzImage(code(source), { has64: true }), options());
    assert.equal(image.mode, 'long');
    assert.deepEqual(exitOf(image), [1, 1]);
  });

  it('says what is wrong, and where', () => {
    const good = bzImage(new Uint8Array(100));
    const changed = (change: (view: DataView) => void): Uint8Array => {
      const bytes = good.slice();
      change(new DataView(bytes.buffer));
      return bytes;
    };
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /no Linux kernel/],
      [new Uint8Array(5000), /no Linux kernel/],
      [changed((v) => v.setUint16(0x1fe, 0, true)), /boot flag at offset 1FEh/],
      [changed((v) => v.setUint16(0x206, 0x205, true)), /boot protocol 2\.05 at offset 206h is too old/],
      [changed((v) => v.setUint8(0x201, 0x20)), /setup header ends at 222h/],
      [good.slice(0, 0x230), /setup header ends at 26Ch, the file of 560 bytes before/],
      [changed((v) => v.setUint8(0x211, 0)), /zImage/],
      [changed((v) => v.setUint8(0x1f1, 40)), /kernel begins at 5200h, behind the end/],
      [good.slice(0, 1024), /kernel begins at 400h, behind the end/],
      [changed((v) => v.setBigUint64(0x258, 1n << 40n, true)), /address at offset 258h is 10000000000h/],
      [changed((v) => v.setBigUint64(0x258, 0x1000n, true)), /address at offset 258h is 1000h/],
      [bzImage(new Uint8Array(100), { initSize: 60 * MB }), /give the machine at least 64 MB/],
      [
        changed((v) => (v.setUint8(0x234, 0), v.setUint32(0x214, 0x9000, true))),
        /load address at offset 214h is 9000h/,
      ],
    ];
    for (const [bytes, message] of cases) REFUSED(() => loadLinux(bytes, options()), message);
    REFUSED(
      () => loadLinux(good, options({ commandLine: 'x'.repeat(256) })),
      /256 characters is too long: this kernel takes 255/,
    );
    REFUSED(
      () => loadLinux(good, options({ commandLine: 'gr\u00fcn' })),
      /character 3 of the command line is not ASCII/,
    );
  });

  it('never throws anything else, whatever is damaged', () => {
    const good = bzImage(new Uint8Array(100), { has64: true });
    const machine = new Machine({ ramSize: RAM * MB });
    for (const bytes of damaged(good, 2000, 0x1f0)) {
      try {
        startMachine(machine, loadLinux(bytes, options()));
      } catch (error) {
        assert.ok(error instanceof BootError, String(error));
      }
    }
  });
});

describe('Linux: PVH', () => {
  const ENTRY = 0x20_0000;
  const LOADS = [{ paddr: ENTRY, vaddr: 0xffff_ffff_8020_0000n, bytes: new Uint8Array(4096), memSize: 0x5000 }];
  const pvh = (kernel: Uint8Array, is64 = true): Uint8Array =>
    elf(
      is64,
      0x1234n,
      [{ paddr: ENTRY, bytes: kernel }],
      Buffer.concat([note(6, Buffer.from('linux\0')), note(18, address(ENTRY, is64 ? 8 : 4))]),
    );

  it('the start info: version, command line, one module, the memory map, the RSDP', () => {
    const file = elf(true, 0n, LOADS, note(18, address(ENTRY + 0x50)));
    const image = loadPvh(file, options({ rsdp: 0x9fc00 }));
    checkPlaces(image);
    assert.equal(image.entry, ENTRY + 0x50);
    const info = at(image, image.registers.rbx!, 56);
    const pointer = (offset: number): number => Number(info.getBigUint64(offset, true));
    assert.deepEqual([info.getUint32(0, true), info.getUint32(4, true)], [0x336ec578, 1]);
    assert.equal(text(image, pointer(24)), COMMAND_LINE);
    assert.equal(info.getUint32(12, true), 1);
    const module = at(image, pointer(16), 32);
    assert.equal(Number(module.getBigUint64(0, true)), RAM * MB - 0x2000);
    assert.equal(Number(module.getBigUint64(8, true)), 5000);
    assert.equal(pointer(32), 0x9fc00);
    assert.equal(info.getUint32(48, true), MAP.length);
    const last = at(image, pointer(40) + 3 * 24, 24);
    assert.deepEqual(
      [Number(last.getBigUint64(0, true)), Number(last.getBigUint64(8, true)), last.getUint32(16, true)],
      [MB, 15 * MB, 1],
    );
  });

  it('without an initrd there is no module', () => {
    const image = loadPvh(elf(true, 0n, LOADS, note(18, address(ENTRY))), options({ initrd: undefined }));
    const info = at(image, image.registers.rbx!, 56);
    assert.deepEqual([info.getUint32(12, true), info.getUint32(16, true)], [0, 0]);
  });

  it('starts in protected mode without paging, with a 32-bit TSS, EBX at the start info', () => {
    for (const is64 of [true, false]) {
      const image = loadPvh(
        pvh(
          code(`bits 32
          org ${ENTRY}
          mov esp, 0x8000
          mov edi, 1
          cmp dword [ebx], 0x336ec578
          jne failed
          inc edi
          mov eax, cr0
          cmp eax, 0x11
          jne failed
          inc edi
          mov eax, cr4
          test eax, eax
          jnz failed
          inc edi
          pushfd
          pop eax
          test eax, 0x20300
          jnz failed
          inc edi
          mov ax, ds
          mov es, ax
          mov ss, ax
          mov eax, [ebx + 24]
          cmp dword [eax], 0x736E6F63
          jne failed
          mov edi, 0
          failed:
          mov eax, edi
          out 0xf4, al`),
          is64,
        ),
        options(),
      );
      assert.equal(image.mode, 'protected');
      const { tr } = image.registers;
      assert.deepEqual([tr.base, tr.limit, tr.attributes & 0x1f], [0, 0x67, 0xb]);
      assert.deepEqual(exitOf(image), [1, 1]);
    }
  });

  it('says what is wrong, and where', () => {
    const cases: [Uint8Array, RegExp][] = [
      [elf(true, 0n, LOADS), /no note XEN_ELFNOTE_PHYS32_ENTRY/],
      [elf(true, 0n, LOADS, note(18, address(ENTRY), 'GNU\0')), /no note XEN_ELFNOTE_PHYS32_ENTRY/],
      [elf(true, 0n, LOADS, note(17, address(ENTRY))), /no note XEN_ELFNOTE_PHYS32_ENTRY/],
      [elf(true, 0n, LOADS, note(18, address(ENTRY)).slice(0, 20)), /no note XEN_ELFNOTE_PHYS32_ENTRY/],
      [elf(true, 0n, LOADS, note(18, new Uint8Array(2))), /PHYS32_ENTRY has 2 bytes/],
      [elf(true, 0n, LOADS, note(18, Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0))), /above 4 GB/],
      [elf(true, 0n, LOADS, note(18, address(0x100000))), /entry 100000h of the note .* lies in no segment/],
    ];
    for (const [bytes, message] of cases) REFUSED(() => loadLinux(bytes, options()), message);
  });

  it('never throws anything else, whatever is damaged', () => {
    const good = elf(true, 0n, LOADS, Buffer.concat([note(6, Buffer.from('linux')), note(18, address(ENTRY))]));
    const machine = new Machine({ ramSize: RAM * MB });
    for (const bytes of damaged(good, 2000)) {
      try {
        startMachine(machine, loadLinux(bytes, options()));
      } catch (error) {
        assert.ok(error instanceof BootError, String(error));
      }
    }
  });
});
