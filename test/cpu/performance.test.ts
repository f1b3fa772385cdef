/** Performance counters: programs in real mode that read what they counted. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { startState } from '../../src/engine/machine/boot/start-state';
import { Machine } from '../../src/engine/machine/machine';

/** Words the program stored at 600h and on. */
function run(body: string, words: number, profile: keyof typeof PROFILES = 'zen1'): number[] {
  const source = `
        bits 16
        org 0x7c00
        mov word [13 * 4], fault
        mov word [13 * 4 + 2], 0
        mov di, 0x600
${body}
        xor ax, ax
        out 0xf4, ax
put:    mov [di], eax
        add di, 4
        ret
fault:  mov eax, 0xffffffff     ; #GP: the word is all ones, and the instruction of two bytes is passed over
        mov [di], eax
        add di, 4
        push bp
        mov bp, sp
        add word [bp + 2], 2
        pop bp
        iret
`;
  const { bytes, diagnostics } = assemble(source, { file: 'counters.asm' });
  assert.deepEqual(diagnostics, []);
  const machine = new Machine({ ramSize: 1 << 20, profile: PROFILES[profile] });
  startMachine(machine, startState(loadFlat(bytes, { bits: 16 })));
  const stop = machine.run(1_000_000);
  assert.equal(stop.kind, 'debug-exit', JSON.stringify(stop));
  const memory = machine.ram.readBytes(0x600, words * 4);
  const view = new DataView(memory.buffer);
  return Array.from({ length: words }, (_, n) => view.getUint32(n * 4, true));
}

const WRMSR = (number: number, low: number, high = 0): string => `
        mov ecx, ${number}
        mov eax, ${low}
        mov edx, ${high}
        wrmsr`;
const RDMSR = (number: number): string => `
        mov ecx, ${number}
        rdmsr
        call put`;
const RDPMC = (counter: number): string => `
        mov ecx, ${counter}
        rdpmc
        call put`;
const ENABLE = 0x0043_0000;

describe('performance counters', () => {
  it('count retired instructions: those between the start and the reading', () => {
    const body = WRMSR(0xc001_0200, ENABLE | 0xc0) + '\n nop\n'.repeat(10) + RDPMC(0) + RDPMC(0);
    // WRMSR itself, the NOPs and MOV; then RDPMC, CALL with its three instructions, and MOV.
    assert.deepEqual(run(body, 2), [12, 18]);
  });

  it('count cycles as virtual time does', () => {
    const body = `${WRMSR(0xc001_0202, ENABLE | 0x76)}
        rdtsc
        mov ebx, eax
        mov cx, 100
.loop:  loop .loop
        rdtsc
        sub eax, ebx
        call put${RDPMC(1)}`;
    const [ticks, cycles] = run(body, 2);
    assert.equal(ticks, 103);
    assert.equal(cycles, ticks! + 8);
  });

  it('go on from what is written, in 48 bits', () => {
    const body =
      WRMSR(0xc001_0201, 0xffff_fff8, 0xffff) +
      WRMSR(0xc001_0200, ENABLE | 0xc0) +
      '\n nop\n'.repeat(10) +
      `${RDPMC(0)}
        mov eax, edx
        call put`;
    assert.deepEqual(run(body, 2), [4, 0]);
  });

  it('stand still when off, and for other events', () => {
    for (const control of [0, 0xc0, ENABLE | 0x29, (1 << 22) | 0xc0, (ENABLE | 0xc0 | (2 << 24)) >>> 0]) {
      const body = WRMSR(0xc001_0201, 77) + WRMSR(0xc001_0200, control) + '\n nop\n'.repeat(5) + RDPMC(0);
      assert.deepEqual(run(body, 1), [77], control.toString(16));
    }
    const stopped =
      WRMSR(0xc001_0200, ENABLE | 0xc0) + WRMSR(0xc001_0200, 0) + '\n nop\n'.repeat(9) + RDPMC(0) + RDMSR(0xc001_0201);
    assert.deepEqual(run(stopped, 2), [4, 4]);
  });

  it('have old and new numbers; six with the extension, four without', () => {
    const body =
      WRMSR(0xc001_0003, 0x1234) +
      WRMSR(0xc001_0007, 0x5678, 1) +
      RDMSR(0xc001_0206) +
      RDMSR(0xc001_0207) +
      RDPMC(5) +
      RDPMC(6);
    // A fault stores all ones, and so does the reading that did not happen.
    const fault = [0xffff_ffff, 0xffff_ffff];
    assert.deepEqual(run(body, 5), [0x1234, 0x5678, 0, ...fault]);
    const old = WRMSR(0xc001_0003, 0x1234) + RDMSR(0xc001_0003) + RDMSR(0xc001_0206) + RDPMC(4);
    assert.deepEqual(run(old, 5, 'barcelona'), [0x1234, ...fault, ...fault]);
    const reserved = WRMSR(0xc001_0201, 0, 0x1_0000) + RDPMC(0);
    assert.deepEqual(run(reserved, 2), [0xffff_ffff, 0]);
  });
});
