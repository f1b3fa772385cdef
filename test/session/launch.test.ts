import assert from 'node:assert/strict';
import { GuestTarget } from '../../src/session/guest-target';
import { openLab } from '../../src/session/launch';
import { LaunchError, readLaunchOptions, type LaunchWords } from '../../src/session/launch-options';
import { Runner } from '../../src/session/runner';

/** A multiboot kernel by the addresses in its header: writes the command line and each module's string and bytes to COM1. */
const KERNEL = `bits 32
org 0x100000
header:
  dd 0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000)
  dd header, header, 0, 0, start
start:
  mov esp, 0x8000
  mov esi, [ebx + 16]
  call print
  mov edi, [ebx + 24]
  mov ebp, [ebx + 20]
modules:
  test ebp, ebp
  jz done
  mov esi, [edi + 8]
  call print
  mov esi, [edi]
  mov ecx, [edi + 4]
  sub ecx, esi
  mov dx, 0x3f8
  rep outsb
  mov al, 10
  out dx, al
  add edi, 16
  dec ebp
  jmp modules
done:
  mov al, 0
  out 0xf4, al
print:
  mov dx, 0x3f8
next:
  lodsb
  test al, al
  jz ended
  out dx, al
  jmp next
ended:
  mov al, 10
  out dx, al
  ret
`;
/** Writes vendor and device number of PCI slot 2 to COM1. */
const PCI_SLOT_2 = `bits 32
org 0x100000
  mov dx, 0xcf8
  mov eax, 0x80001000
  out dx, eax
  mov dx, 0xcfc
  in eax, dx
  mov dx, 0x3f8
  mov ecx, 4
next:
  out dx, al
  shr eax, 8
  loop next
  mov al, 0
  out 0xf4, al
`;
const FILES: Readonly<Record<string, string>> = {
  '/k/my kernel.asm': KERNEL,
  'C:\\k\\first.bin': 'one',
  '/k/second': 'two',
  '/k/initrd': 'files',
  '/k/pci.asm': PCI_SLOT_2,
  '/k/disk.img': 'a sector and another '.repeat(50),
  '/k/text.txt': 'no kernel at all',
};

function read(path: string): Promise<Uint8Array> {
  const text = FILES[path];
  return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(Buffer.from(text));
}

/** What such a launch prints. */
async function printed(words: LaunchWords): Promise<string> {
  const lab = await openLab(readLaunchOptions(words), read);
  let console = '';
  lab.ears = { console: (bytes) => (console += Buffer.from(bytes).toString('latin1')), say: () => undefined };
  const stop = await new Runner(lab, { interactive: false, maxInstructions: 100_000 }).run({ kind: 'continue' });
  lab.flush();
  assert.equal(stop.kind, 'debug-exit', JSON.stringify(stop));
  return console;
}

async function refused(words: LaunchWords, message: RegExp): Promise<void> {
  await assert.rejects(
    async () => openLab(readLaunchOptions(words), read),
    (error: unknown) => error instanceof LaunchError && message.test(error.message),
    String(message),
  );
}

describe('launching kernels', () => {
  const modules = [{ file: 'C:\\k\\first.bin', append: 'a b' }, { file: '/k/second' }];

  it('multiboot: the command line and modules, each with the name of its file, bare and as a guest', async () => {
    const words = { program: '/k/my kernel.asm', boot: 'multiboot', append: 'x y', memory: 4, modules };
    const expected = 'my_kernel.asm x y\nfirst.bin a b\none\nsecond\ntwo\n';
    assert.equal(await printed(words), expected);
    assert.equal(await printed({ ...words, mode: 'guest', paging: 'shadow' }), expected);
    const { program, modules: own, ...common } = words;
    assert.equal(await printed({ ...common, guests: [{ program, modules: own }] }), expected);
  });

  it('a disk: a virtio device in PCI slot 2 with what the file holds, bare and as a guest; without one none', async () => {
    const words = { program: '/k/pci.asm', boot: 'asm', memory: 4 };
    const contents = FILES['/k/disk.img']!;
    for (const mode of ['bare', 'guest']) {
      assert.equal(await printed({ ...words, mode, disk: '/k/disk.img' }), '\xf4\x1a\x42\x10', mode);
      assert.equal(await printed({ ...words, mode, disk: '' }), '\xff\xff\xff\xff', mode);
      const { target } = await openLab(readLaunchOptions({ ...words, mode, disk: '/k/disk.img' }), read);
      const { disk } = target instanceof GuestTarget ? target.hypervisor.guests[0]!.board.parts : target.machine.board;
      assert.equal(Buffer.from(disk!.contents()).toString('latin1'), contents.slice(0, 1024));
    }
  });

  it('says what does not fit together', async () => {
    await refused({ program: '/k/pci.asm', disk: '/none' }, /the disk '\/none' cannot be read: no such file/);
    await refused(
      { program: '/k/pci.asm', disk: '/k/second' },
      /the disk '\/k\/second' has 3 bytes: .* sectors of 512/,
    );
    await refused(
      { program: '/k/second', boot: 'flat', initrd: '/k/initrd' },
      /'initrd' is for a Linux kernel .* as flat/,
    );
    await refused({ program: '/k/second', boot: 'linux', modules }, /'modules' are for a multiboot kernel/);
    await refused({ program: '/k/text.txt', boot: 'linux' }, /no Linux kernel/);
    await refused({ program: '/k/text.txt', boot: 'multiboot' }, /no multiboot header/);
    await refused(
      { program: '/k/text.txt', boot: 'linux', initrd: '/none' },
      /the initrd '\/none' cannot be read: no such file/,
    );
    await refused(
      { program: '/k/text.txt', boot: 'multiboot', modules: [{ file: '/none' }] },
      /the module '\/none' cannot/,
    );
    await refused({ program: '/k/text.txt' }, /'multiboot' or 'linux'/);
    for (const wrong of ['a', [1], [{}], [{ file: 3 }], [{ file: 'a', append: 1 }], [null]]) {
      await refused({ program: '/k/second', boot: 'multiboot', modules: wrong }, /launch\.json.*(modules|file|append)/);
    }
  });
});
