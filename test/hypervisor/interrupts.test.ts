import assert from 'node:assert/strict';
import { EXIT, flat32, lab, real } from './guest';
import { picSetup } from '../pic-setup';

/** Programs the PIC for vectors 20h to 2Fh with the mask given for the master, and sets one real-mode vector. */
const setup = (mask: number, vector: number, handler: string): string => `
        ${picSetup(0x20, mask)}
        mov word [${vector} * 4], ${handler}
        mov word [${vector} * 4 + 2], 0
        mov sp, 0x7c00
`;

describe('interrupts of guests', () => {
  it('HLT ends when the guest’s PIT interrupts, backed by the host’s timer', () => {
    const l = lab(
      real(`${setup(0xfe, 0x20, 'tick')}
        mov al, 0x34
        out 0x43, al
        mov ax, 1193
        out 0x40, al
        mov al, ah
        out 0x40, al
        xor bx, bx
      wait: sti
        hlt
        cmp bx, 5
        jb wait
        ${EXIT(5)}
      tick: inc bx
        mov al, 0x20
        out 0x20, al
        iret`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 11, value: 5 });
    assert.equal(l.names().filter((name) => name === 'VMEXIT_HLT').length, 5);
    // Five ticks of a millisecond, each late by no more than the exits around it.
    assert.ok(l.machine.clock.now > 5e6 && l.machine.clock.now < 5.2e6, `${l.machine.clock.now}`);
  });

  it('a guest that does not halt is interrupted by a physical interrupt', () => {
    const l = lab(
      real(`${setup(0xfe, 0x20, 'tick')}
        mov al, 0x34
        out 0x43, al
        mov al, 0
        out 0x40, al
        mov al, 4
        out 0x40, al
        xor bx, bx
        sti
      wait: cmp bx, 3
        jb wait
        ${EXIT(1)}
      tick: inc bx
        mov al, 0x20
        out 0x20, al
        iret`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 3, value: 1 });
    const timers = l.records.filter(({ handler }) => handler === 'timer');
    // The guest's timer wakes once more, when its count is loaded.
    assert.equal(timers.length, 4);
  });

  it('an interrupt waits for its window: VINTR exits when the guest sets IF', () => {
    const l = lab(
      real(`${setup(0xfe, 0x20, 'tick')}
        mov al, 0x30
        out 0x43, al
        mov al, 10
        out 0x40, al
        mov al, 0
        out 0x40, al
        mov cx, 0xffff
      spin: loop spin
        sti
        nop
        nop
        mov bx, 0
      tick: mov al, bl
        out 0xf4, al`),
    );
    const stop = l.run();
    assert.equal(stop.kind, 'guest-exit');
    const names = l.names();
    assert.equal(names.filter((name) => name === 'VMEXIT_VINTR').length, 1);
    assert.ok(names.indexOf('VMEXIT_VINTR') > names.indexOf('VMEXIT_INTR'));
  });

  it('console input goes through the host’s UART and PIC to the guest’s', () => {
    const l = lab(
      real(`${setup(0xef, 0x24, 'received')}
        mov dx, 0x3fc
        mov al, 8
        out dx, al
        mov dx, 0x3f9
        mov al, 1
        out dx, al
      wait: sti
        hlt
        jmp wait
      received: mov dx, 0x3f8
        in al, dx
        cmp al, 'q'
        je quit
        inc al
        out dx, al
        mov al, 0x20
        out 0x20, al
        iret
      quit: ${EXIT(7)}`),
    );
    assert.deepEqual(l.run(), { kind: 'halted' });
    l.machine.sendConsole([...'HAL'].map((letter) => letter.charCodeAt(0)));
    assert.deepEqual(l.run(), { kind: 'halted' });
    assert.equal(l.console(), 'IBM');
    l.machine.sendConsole(['q'.charCodeAt(0)]);
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 15, value: 7 });
  });

  it('input to a guest that runs is a physical interrupt, and polling sees it', () => {
    const l = lab(
      real(`
        mov dx, 0x3fd
      poll: in al, dx
        test al, 1
        jz poll
        mov dx, 0x3f8
        in al, dx
        out 0xf4, al`),
    );
    assert.deepEqual(l.run(Infinity, 100_000), { kind: 'time' });
    l.machine.sendConsole([33]);
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 67, value: 33 });
    assert.equal(l.records.filter(({ handler }) => handler === 'console').length, 1);
  });

  it('HLT with interrupts off ends the run, again and again', () => {
    const l = lab(real('cli\nhlt'));
    assert.deepEqual(l.run(), { kind: 'halted' });
    const { exitCount } = l.hypervisor;
    assert.deepEqual(l.run(), { kind: 'halted' });
    assert.equal(l.hypervisor.exitCount, exitCount);
  });

  it('the UART’s character timeout comes at its time', () => {
    const l = lab(
      real(`${setup(0xef, 0x24, 'timeout')}
        mov dx, 0x3fb
        mov al, 3
        out dx, al
        mov dx, 0x3fa
        mov al, 0xc1
        out dx, al
        mov dx, 0x3fc
        mov al, 8
        out dx, al
        mov dx, 0x3f9
        mov al, 1
        out dx, al
        sti
        hlt
        hlt
      timeout: mov dx, 0x3fa
        in al, dx
        out 0xf4, al`),
    );
    assert.deepEqual(l.run(), { kind: 'halted' });
    l.machine.sendConsole([65]);
    const before = l.machine.clock.now;
    // IIR CCh: FIFOs on, character timeout.
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 0x199, value: 0xcc });
    // Four characters of ten bits at 9600 baud.
    const late = l.machine.clock.now - before - 4_166_666;
    assert.ok(late > 0 && late < 50_000, `${late}`);
  });

  it('an event whose delivery a nested page fault cut short is delivered again, once', () => {
    const l = lab(
      flat32(`
        %macro gate 2
          mov dword [0x200000 + %1 * 8], (%2 - $$) | 0x80000
          mov dword [0x200000 + %1 * 8 + 4], 0x108e00
        %endmacro
        gate 3, int3_handler
        gate 6, ud_handler
        gate 0x20, tick
        gate 0x30, software
        lidt [idtr]
        xor ebx, ebx
        ; each event finds a stack page that has never been touched
        mov esp, 0x310000
        ud2
      after_ud:
        mov esp, 0x320000
        int3
        mov esp, 0x330000
        int 0x30
        ${picSetup(0x20, 0xfe)}
        mov al, 0x30
        out 0x43, al
        mov al, 5
        out 0x40, al
        mov al, 0
        out 0x40, al
        mov esp, 0x340000
        sti
        hlt
        cli
        mov [0x300000], ebx
        ${EXIT(0)}
      ud_handler:
        add ebx, 1
        add dword [esp], 2
        iretd
      int3_handler:
        add ebx, 0x10
        iretd
      software:
        add ebx, 0x100
        iretd
      tick:
        add ebx, 0x1000
        mov al, 0x20
        out 0x20, al
        iretd
      idtr: dw 0x7ff
        dd 0x200000`),
    );
    assert.deepEqual(l.run(), { kind: 'guest-exit', status: 1, value: 0 });
    assert.equal(new DataView(l.guest.memory.read(0x300000, 4).buffer).getUint32(0, true), 0x1111);
    const cut = l.records.filter(({ intInfo }) => intInfo !== 0n).map(({ intInfo }) => intInfo & 0x7ffn);
    // #UD (first the GDT's page, then the stack's) and #BP are exceptions (type 3), INT 30h a software interrupt (4), the timer's
    // an interrupt (0).
    assert.deepEqual(cut, [0x306n, 0x306n, 0x303n, 0x430n, 0x020n]);
  });
});
