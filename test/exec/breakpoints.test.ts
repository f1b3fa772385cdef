/** Breakpoints of the engine: stops before exactly the instruction, in blocks, loops, behind STI, at repeated instructions. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { Machine } from '../../src/engine/machine/machine';

const SOURCE = `
bits 16
org 0x7c00
start:
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov cx, 5
again:
  inc ax
middle:
  inc bx
  loop again
  cli
  sti
shadowed:
  inc dx
  mov si, 0x1000
  mov di, 0x2000
  mov cx, 7
copying:
  rep movsb
behind:
  cpuid
  inc bp
  call routine
after:
  hlt
routine:
  inc sp
  dec sp
  ret
`;
const assembly = assemble(SOURCE, { file: 'breakpoints.asm' });

function address(name: string): number {
  const symbol = assembly.symbols.find((s) => s.name === name);
  assert.ok(symbol, name);
  return Number(symbol.value);
}

function machine(...names: string[]): Machine {
  assert.deepEqual(assembly.diagnostics, []);
  const m = new Machine({ ramSize: 1 << 20 });
  m.ram.writeBytes(0x7c00, assembly.bytes);
  m.state.setSegment(1, 0, 0x93, 0xffff, 0, 0);
  m.state.setRip(0x7c00, 0);
  m.state.setGpr(4, 0x7000, 0);
  const set = new Set(names.map(address));
  m.processor.setBreakpoints((low, high) => high === 0 && set.has(low));
  return m;
}

/** Runs on from where it stands, in slices, and says at which name it stopped. */
function next(m: Machine, slice = Infinity): string {
  m.processor.passBreakpoint();
  for (;;) {
    const stop = m.run(slice === Infinity ? 1_000_000 : m.clock.now + slice);
    if (stop.kind === 'time' && m.clock.now < 1_000_000) continue;
    if (stop.kind !== 'breakpoint') return stop.kind;
    const symbol = assembly.symbols.find((s) => Number(s.value) === m.state.ripLow);
    return symbol?.name ?? m.state.ripLow.toString(16);
  }
}

describe('breakpoints of the engine', () => {
  for (const slice of [Infinity, 1, 3]) {
    const words = slice === Infinity ? 'one slice' : `slices of ${slice}`;

    it(`stop inside a block, each time round, with exact state (${words})`, () => {
      const m = machine('middle');
      for (let round = 1; round <= 5; round++) {
        assert.equal(next(m, slice), 'middle');
        assert.equal(m.state.gprLow(0) & 0xffff, round);
        assert.equal(m.state.gprLow(3) & 0xffff, round - 1);
        assert.equal(m.processor.retired, 4 + (round - 1) * 3 + 1);
      }
      assert.equal(next(m, slice), 'halted');
    });

    it(`stop in an interrupt shadow, at a repeated instruction once, behind helpers and calls (${words})`, () => {
      const m = machine('shadowed', 'copying', 'behind', 'routine', 'after');
      assert.equal(next(m, slice), 'shadowed');
      assert.equal(next(m, slice), 'copying');
      assert.equal(m.state.gprLow(1) & 0xffff, 7);
      assert.equal(next(m, slice), 'behind');
      assert.equal(m.state.gprLow(1) & 0xffff, 0);
      assert.equal(next(m, slice), 'routine');
      assert.equal(next(m, slice), 'after');
      assert.equal(next(m, slice), 'halted');
    });
  }

  it('retire the same instructions as a run without them', () => {
    const plain = machine();
    assert.equal(next(plain), 'halted');
    const stopped = machine('start', 'again', 'copying', 'after');
    assert.equal(stopped.run(1_000_000).kind, 'breakpoint');
    assert.equal(stopped.processor.retired, 0);
    while (next(stopped) !== 'halted');
    assert.equal(stopped.processor.retired, plain.processor.retired);
  });

  it('can be changed and taken away', () => {
    const m = machine('middle');
    assert.equal(next(m), 'middle');
    const after = address('after');
    m.processor.setBreakpoints((low) => low === after);
    assert.equal(next(m), 'after');
    m.processor.setBreakpoints(undefined);
    assert.equal(next(m), 'halted');
  });

  it('are met again where code was written anew', () => {
    const m = machine('routine');
    assert.equal(next(m), 'routine');
    m.ram.writeBytes(address('routine'), Uint8Array.of(0x40)); // inc ax
    m.state.setRip(address('routine') - 1, 0);
    m.ram.writeBytes(address('routine') - 1, Uint8Array.of(0x90));
    assert.equal(next(m), 'routine');
  });
});
