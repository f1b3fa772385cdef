/** A virtio console beside COM1, as a launch asks for it: on the bare machine and in guests, driven by a program of a few lines. */
import assert from 'node:assert/strict';
import { GuestTarget } from '../../src/session/guest-target';
import { LabSnapshots } from '../../src/session/lab-snapshots';
import type { Lab } from '../../src/session/lab';
import { openLab } from '../../src/session/launch';
import { LaunchError, readLaunchOptions, type LaunchWords } from '../../src/session/launch-options';
import { Runner } from '../../src/session/runner';
import { machineDigest, stateText } from '../machine-digest';
import { picsSetup } from '../pic-setup';

/** Queues of one entry in the window where firmware places that of slot 3. */
const WINDOW = 0xc030_0000;

const queue = (n: number, name: string): string => `
  mov word [ebx + 0x16], ${n}
  mov word [ebx + 0x18], 1
  mov dword [ebx + 0x20], ${name}
  mov dword [ebx + 0x28], ${name} + 0x100
  mov dword [ebx + 0x30], ${name} + 0x200
  mov word [ebx + 0x1c], 1`;

/** Says `serial` on COM1, then echoes what is typed until a full stop, in brackets. \`mask\`: what the slave 8259 lets through. */
const echo = (mask: number): string => `bits 32
org 0x100000
hears equ 0x110000
says  equ 0x111000
bytes equ 0x112000
idt   equ 0x113000
start:
  mov esp, 0x120000
  mov edi, hears
  mov ecx, 0x1000
  xor eax, eax
  rep stosd
  mov esi, serial
  mov ecx, 6
  mov dx, 0x3f8
  rep outsb
  mov eax, heard
  mov [idt + 8 * 0x2b], ax
  mov [idt + 8 * 0x2b + 2], cs
  shr eax, 16
  mov word [idt + 8 * 0x2b + 4], 0x8e00
  mov [idt + 8 * 0x2b + 6], ax
  lidt [idtr]
  ${picsSetup(mask)}
  mov dx, 0xcf8
  mov eax, 0x80001804
  out dx, eax
  mov dx, 0xcfc
  mov ax, 6
  out dx, ax
  mov ebx, ${WINDOW}
  mov byte [ebx + 0x14], 0
  mov byte [ebx + 0x14], 3
  mov dword [ebx + 8], 1
  mov dword [ebx + 12], 1
  mov byte [ebx + 0x14], 0x0b${queue(0, 'hears')}${queue(1, 'says')}
  mov byte [ebx + 0x14], 0x0f
  mov dword [hears], bytes + 1
  mov dword [hears + 8], 62
  mov word [hears + 12], 2
  mov dword [says], bytes
  mov word [says + 0x100], 1
ready:
  inc word [hears + 0x102]
  mov word [ebx + 0x3000], 0
  sti
sleep:
  hlt
  jmp sleep
heard:
  mov al, 0x20
  out 0xa0, al
  out 0x20, al
  add esp, 12
  mov al, [ebx + 0x1000]
  mov ecx, [hears + 0x208]
  mov byte [bytes], '['
  mov byte [bytes + 1 + ecx], ']'
  mov al, [bytes + ecx]
  add ecx, 2
  mov [says + 8], ecx
  inc word [says + 0x102]
  mov word [ebx + 0x3004], 1
  cmp al, '.'
  jne ready
  cli
  hlt
serial: db 'serial'
idtr: dw 0x7ff
  dd idt
`;
/** Hears COM1 alone. */
const COM1_ONLY = `bits 32
org 0x100000
  mov dx, 0x3fc
  mov al, 8
  out dx, al
  mov dx, 0x3f9
  mov al, 1
  out dx, al
  mov al, 0xef
  out 0x21, al
  sti
  hlt
`;
const FILES: Readonly<Record<string, string>> = {
  'echo.asm': echo(0xf7),
  'deaf.asm': echo(0xff),
  'com1.asm': COM1_ONLY,
};

const WAYS: readonly (readonly [string, LaunchWords])[] = [
  ['on the bare machine', { mode: 'bare' }],
  ['in a guest with nested paging', { mode: 'guest' }],
  ['in a guest with shadow paging', { mode: 'guest', paging: 'shadow' }],
];

async function open(words: LaunchWords, interactive = false) {
  const lab = await openLab(readLaunchOptions({ memory: 4, console: 'virtio', ...words }), async (path) =>
    new TextEncoder().encode(FILES[path]),
  );
  const heard = { text: '' };
  lab.ears = { console: (bytes) => (heard.text += Buffer.from(bytes).toString('latin1')), say: () => undefined };
  return { lab, runner: new Runner(lab, { interactive, maxInstructions: 10_000_000 }), heard };
}

const waiting = ({ target }: Lab): string => {
  const { virtioConsole } =
    target instanceof GuestTarget ? target.hypervisor.guests[0]!.board.parts : target.machine.board;
  const { typed } = virtioConsole!.saveState() as unknown as { typed: number[] };
  return Buffer.from(typed).toString('latin1');
};

const digest = ({ target, machine }: Lab): string =>
  machineDigest(machine) + (target instanceof GuestTarget ? stateText(target.hypervisor.saveState()) : '');

describe('a launch with a virtio console', () => {
  for (const [name, way] of WAYS) {
    it(`${name}: what it and COM1 write is in one terminal, what is typed goes to it`, async () => {
      const { runner, lab, heard } = await open({ ...way, program: 'echo.asm' });
      // long before there is a driver
      runner.type(Buffer.from('typed.'));
      assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'halted' });
      lab.flush();
      assert.equal(heard.text, 'serial[typed.]');
    });

    it(`${name}: typing ends HLT, as long as somebody may type`, async () => {
      for (const interactive of [true, false]) {
        const { runner, lab, heard } = await open({ ...way, program: 'echo.asm' }, interactive);
        const running = runner.run({ kind: 'continue' });
        for (const word of ['one', 'two']) {
          await until(() => lab.target.sleeps && lab.target.canBeWoken);
          runner.type(Buffer.from(word));
          await until(() => heard.text.endsWith(`[${word}]`));
          assert.equal(lab.stopped, undefined);
        }
        await until(() => lab.target.sleeps);
        runner.closeInput();
        assert.deepEqual(await running, { kind: 'halted' });
        assert.equal(heard.text, 'serial[one][two]');
      }
    });

    it(`${name}: HLT is the end where its interrupt is masked, where it has no driver, and where it is not`, async () => {
      for (const words of [
        { program: 'deaf.asm' },
        { program: 'com1.asm' },
        { program: 'echo.asm', console: 'serial' },
      ]) {
        const { runner, lab, heard } = await open({ ...way, ...words });
        assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'halted' }, words.program);
        assert.equal(lab.target.canBeWoken, false);
        lab.flush();
        assert.equal(heard.text, words.program === 'com1.asm' ? '' : 'serial');
      }
    });

    it(`${name}: a snapshot holds it, with what waits in it`, async () => {
      const { lab, heard } = await open({ ...way, program: 'echo.asm' });
      const snapshots = new LabSnapshots(lab.target);
      lab.target.sendConsole(Buffer.from('early'));
      while (waiting(lab) !== 'early') lab.target.run(Infinity, 1);
      const early = snapshots.take();
      const rest = (typed: string) => {
        heard.text = '';
        lab.target.run(lab.machine.clock.now + 1_000_000);
        lab.target.sendConsole(Buffer.from(typed));
        lab.target.run(lab.machine.clock.now + 1_000_000);
        lab.flush();
        return { said: heard.text, digest: digest(lab) };
      };
      const first = rest('more');
      assert.equal(first.said.slice(-13), '[early][more]');
      const late = snapshots.take();
      const end = rest('.');
      assert.equal(end.said, '[.]');
      snapshots.restore(early);
      assert.equal(waiting(lab), 'early');
      assert.deepEqual(rest('more'), first);
      snapshots.restore(late);
      assert.deepEqual(rest('.'), end);
    });
  }

  it('each guest has what is said of it; the terminal is the first one’s until it ends', async () => {
    const guests = [{ program: 'echo.asm' }, { program: 'echo.asm' }, { program: 'com1.asm', console: 'serial' }];
    const { lab, runner, heard } = await open({ guests });
    const boards = (lab.target as GuestTarget).hypervisor.guests.map(({ board }) => board.parts);
    assert.deepEqual(
      boards.map(({ virtioConsole }) => virtioConsole !== undefined),
      [true, true, false],
    );
    const running = runner.run({ kind: 'continue' });
    for (const word of ['a.', 'b.']) {
      await until(() => lab.target.sleeps && lab.target.canBeWoken);
      runner.type(Buffer.from(word));
      await until(() => heard.text.endsWith(`[${word}]`));
    }
    await until(() => lab.target.sleeps && lab.target.canBeWoken);
    runner.closeInput();
    assert.deepEqual(await running, { kind: 'guests-ended' });
  });

  it('a console nobody has is refused with a sentence', () => {
    const words = /launch\.json: (guests\[0\]: )?'console' is 'serial' or 'virtio', not "integratedTerminal"/;
    const own = { program: 'a.asm', console: 'integratedTerminal' };
    for (const options of [own, { guests: [own] }]) {
      assert.throws(
        () => readLaunchOptions(options),
        (error) => error instanceof LaunchError && words.test(error.message),
      );
    }
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}
