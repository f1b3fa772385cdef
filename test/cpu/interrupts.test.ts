import assert from 'node:assert/strict';
import { combine } from '../../src/engine/cpu/delivery';
import { EXCEPTIONS } from '../../src/engine/arch/exceptions';
import { Machine } from '../../src/engine/machine/machine';
import { image } from './program';
import type { Mode } from './rom-case';
import { picSetup } from '../pic-setup';

/** A machine at the first instruction of a case; what it writes is gathered. */
function machineAt(mode: Mode, code: string): { machine: Machine; text: () => string } {
  let text = '';
  const rom = image(mode, [{ name: 'one', code: `put '>'\n${code}`, expect: '' }]);
  const machine = new Machine({ ramSize: 2 << 20, rom, onDebugcon: (byte) => (text += String.fromCharCode(byte)) });
  for (let n = 0; !text.includes('>'); n++) {
    assert.ok(n < 100_000, 'the case is never reached');
    machine.run(Infinity, 10);
  }
  return { machine, text: () => text.slice(text.indexOf('>') + 1) };
}

/** A handler of vector 2 in 64-bit mode: writes N, waits, writes n, returns. */
const NMI_HANDLER = `
  mov dword [IDT+2*16], (CODE64 << 16) | (($h - image) & 0xffff)
  mov dword [IDT+2*16+4], (ROM & 0xffff0000) | 0x8e00
`;
const NMI_BODY = `
$h: put 'N'
  nop
  nop
  put 'n'
  iretq
`;

describe('cpu: interrupts', () => {
  it('an NMI is taken with interrupts off, and the next one only after IRET', () => {
    const { machine, text } = machineAt('long', `${NMI_HANDLER}\nput '1'\n$w: pause\njmp $w\n${NMI_BODY}`);
    machine.run(Infinity, 50);
    assert.equal(text(), '1');
    machine.processor.pendNmi();
    machine.run(Infinity, 8);
    assert.equal(text(), '1N');
    machine.processor.pendNmi();
    machine.run(Infinity, 2);
    assert.equal(text(), '1Nn');
    machine.run(Infinity, 200);
    assert.equal(text(), '1NnNn');
  });

  it('an NMI ends HLT, and its handler returns behind it', () => {
    const { machine, text } = machineAt('long', `${NMI_HANDLER}\nhlt\nput 'x'\n$w: jmp $w\n${NMI_BODY}`);
    assert.equal(machine.run(1e9, 1000).kind, 'halted');
    machine.processor.pendNmi();
    machine.run(Infinity, 100);
    assert.equal(text(), 'Nnx');
  });

  for (const mode of ['real', 'protected', 'long'] as const) {
    it(`the timer interrupts ${mode} mode at the next instruction, and STI's shadow holds it off`, () => {
      const entry = {
        real: `mov word [0x40*4], $h - image\nmov word [0x40*4+2], 0xf000`,
        protected: `mov dword [IDT+0x40*8], (CODE32 << 16) | (($h - image) & 0xffff)`,
        long: `mov dword [IDT+0x40*16], (CODE64 << 16) | (($h - image) & 0xffff)`,
      }[mode];
      const back = { real: 'iret', protected: 'iretd', long: 'iretq' }[mode];
      const code = `
        ${entry}
        ${picSetup(0x40, 0xfe)}
        mov al, 0x30
        out 0x43, al
        mov al, 2
        out 0x40, al
        mov al, 0
        out 0x40, al
        mov ecx, 20000
$w:     dec ecx
        jnz $w
        mov bl, 0
        sti
        inc bl
        inc bl
        mov al, bh
        add al, '0'
        out 0xe9, al
        mov al, '.'
        out 0xe9, al
$e:     jmp $e
$h:     mov bh, bl
        mov al, 0x20
        out 0x20, al
        mov al, 'T'
        out 0xe9, al
        ${back}
      `;
      const { machine, text } = machineAt(mode, code);
      machine.run(Infinity, 60_000);
      assert.equal(text(), 'T1.');
    });
  }

  it('HLT with interrupts on ends with the timer', () => {
    const { machine, text } = machineAt(
      'long',
      `
      mov dword [IDT+0x40*16], (CODE64 << 16) | (($h - image) & 0xffff)
      ${picSetup(0x40, 0xfe)}
      mov al, 0x30
      out 0x43, al
      mov al, 0
      out 0x40, al
      mov al, 0x10
      out 0x40, al
      sti
      hlt
      put 'x'
$e:   jmp $e
$h:   put 'T'
      iretq
    `,
    );
    machine.run(Infinity, 2000);
    assert.equal(text(), 'Tx');
  });
});

describe('cpu: two exceptions in a row', () => {
  const classOf = (mnemonic: string) => EXCEPTIONS.find((row) => row.mnemonic === mnemonic)!.contributory;
  const rows: readonly [string, string, ReturnType<typeof combine>][] = [
    ['#UD', '#UD', 'serial'],
    ['#UD', '#GP', 'serial'],
    ['#UD', '#PF', 'serial'],
    ['#GP', '#UD', 'serial'],
    ['#GP', '#GP', 'double-fault'],
    ['#NP', '#SS', 'double-fault'],
    ['#DE', '#TS', 'double-fault'],
    ['#GP', '#PF', 'serial'],
    ['#PF', '#UD', 'serial'],
    ['#PF', '#GP', 'double-fault'],
    ['#PF', '#PF', 'double-fault'],
    ['#DF', '#GP', 'shutdown'],
    ['#DF', '#PF', 'shutdown'],
    ['#DF', '#UD', 'serial'],
    ['#DB', '#PF', 'serial'],
    ['#AC', '#GP', 'serial'],
  ];
  for (const [first, second, outcome] of rows) {
    it(`${second} during ${first}: ${outcome}`, () => {
      assert.equal(combine(classOf(first), classOf(second)), outcome);
    });
  }
});

describe('cpu: triple faults', () => {
  const ends: readonly [Mode, string, string][] = [
    ['protected', 'no IDT', 'mov dword [0x5100], 0\nlidt [0x5100]\nint3'],
    ['long', 'no IDT', 'mov dword [0x5100], 0\nlidt [0x5100]\nint3'],
    ['long', 'no stack', 'mov rsp, 0x300100\npush rax'],
    ['protected', 'no stack', 'mov eax, DOWN\nmov ss, eax\nud2'],
    ['real', 'no IVT', 'mov dword [0x5100], 0\nlidt [0x5100]\nint3'],
  ];
  for (const [mode, name, code] of ends) {
    it(`${mode} mode: ${name}`, () => {
      const { machine } = machineAt(mode, code);
      assert.equal(machine.run(Infinity, 1000).kind, 'shutdown');
      assert.equal(machine.run(Infinity, 1000).kind, 'shutdown', 'and it stays so');
    });
  }
});
