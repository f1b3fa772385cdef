/** Retired counts, interrupts at exact counts, and that neither depends on how a run is cut into slices. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { longModeRom } from './long-mode-rom';
import { TIMER } from './timer-program';

function run(slice: number): { text: string; retired: number } {
  let text = '';
  const machine = new Machine({
    ramSize: 8 << 20,
    rom: longModeRom(TIMER),
    onDebugcon: (byte) => (text += String.fromCharCode(byte)),
  });
  for (let until = slice; ; until += slice) {
    const stop = machine.run(until);
    if (stop.kind === 'debug-exit') return { text, retired: machine.processor.retired };
    assert.equal(stop.kind, 'time');
    assert.ok(until < 100_000_000, 'no end');
  }
}

/** Runs a body that ends with the debug exit; instructions retired in it, by a first and a second marker on port E9h. */
function count(body: string): number {
  const marks: number[] = [];
  const machine = new Machine({
    ramSize: 8 << 20,
    rom: longModeRom(`        out 0xE9, al\n${body}\n        out 0xE9, al\n        out 0xF4, al`),
    onDebugcon: () => marks.push(machine.processor.retired),
  });
  assert.equal(machine.run(10_000_000).kind, 'debug-exit');
  return marks[1]! - marks[0]! - 1;
}

describe('exact counts', () => {
  it('interrupts meet the same instruction whatever the slices', () => {
    const whole = run(Infinity);
    assert.equal(whole.text.length, 40 * 9);
    assert.ok(new Set(whole.text.match(/.{9}/g)).size > 30, 'the interrupts should meet different places');
    for (const slice of [1, 7, 1_000, 65_537]) assert.deepEqual(run(slice), whole, `slices of ${slice}`);
  });

  it('the TSC counts instructions whatever the slices, operand size and steps', () => {
    const stamps = (slice: number, prefix: string): readonly number[] => {
      const bytes: number[] = [];
      const machine = new Machine({
        ramSize: 8 << 20,
        rom: longModeRom(`        mov ecx, 40
.again: ${prefix}rdtsc
        mov ebx, eax
        nop
        pause
        nop
        ${prefix}rdtsc
        sub eax, ebx
        out 0xE9, al
        mov eax, ebx
        out 0xE9, al
        dec ecx
        jnz .again
        out 0xF4, al`),
        onDebugcon: (byte) => bytes.push(byte),
      });
      for (let until = slice; machine.run(until).kind !== 'debug-exit'; until += slice)
        assert.ok(until < 1e6, 'no end');
      return bytes;
    };
    const whole = stamps(Infinity, '');
    assert.deepEqual(new Set(whole.filter((_, n) => n % 2 === 0)), new Set([5]));
    assert.equal((whole[3]! - whole[1]! + 256) & 0xff, 12);
    for (const slice of [1, 2, 3, 7, 1_000]) assert.deepEqual(stamps(slice, ''), whole, `slices of ${slice}`);
    for (const slice of [1, 7, 1_000]) assert.deepEqual(stamps(slice, 'o16 '), whole, `16-bit, slices of ${slice}`);
  });

  it('one instruction retires one', () => {
    assert.equal(count('nop'), 1);
    assert.equal(count('mov eax, 1\n add eax, ebx\n push rax\n pop rcx'), 4);
    assert.equal(count('mov ecx, 10\n.l: dec ecx\n jnz .l'), 1 + 20);
  });

  it('a repeated string instruction retires one for each iteration, and one for none', () => {
    const setUp = 'cld\n mov edi, 0x50000\n mov esi, 0x60000\n';
    assert.equal(count(`${setUp} mov ecx, 100\n rep movsb`), 4 + 100);
    assert.equal(count(`${setUp} xor ecx, ecx\n rep stosq`), 4 + 1);
    assert.equal(count(`${setUp} mov ecx, 50\n mov byte [rdi + 9], 1\n xor eax, eax\n repe scasb`), 6 + 10);
  });

  it('a halted machine with interrupts off stops, and time stands still', () => {
    const machine = new Machine({ ramSize: 8 << 20, rom: longModeRom('        cli\n        hlt') });
    assert.equal(machine.run().kind, 'halted');
    const { retired } = machine.processor;
    assert.equal(machine.run().kind, 'halted');
    assert.equal(machine.processor.retired, retired);
  });

  it('an endless chain of faults ends as SHUTDOWN or with its time, never as a hang', () => {
    const triple = new Machine({ ramSize: 8 << 20, rom: longModeRom('        ud2') });
    assert.equal(triple.run(1_000_000).kind, 'shutdown');
    // #UD whose handler is itself undefined, on a fresh stack each time.
    const endless = new Machine({
      ramSize: 8 << 20,
      rom: longModeRom(`
        lea rax, [.again]
        mov edi, 6
        call gate
        lidt [idtr]
.again: mov esp, 0x90000
        ud2`),
    });
    assert.equal(endless.run(1_000_000).kind, 'time');
    const tight = new Machine({
      ramSize: 8 << 20,
      rom: longModeRom(`
        lea rax, [.again]
        mov edi, 6
        call gate
        lidt [idtr]
.again: ud2`),
    });
    const stop = tight.run(50_000_000);
    assert.ok(stop.kind === 'shutdown' || stop.kind === 'time', stop.kind);
  });
});
