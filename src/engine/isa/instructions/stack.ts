/** PUSH, POP, PUSHA, POPA, PUSHF, POPF, ENTER, LEAVE. */
import { RBP, RSP } from '../../arch/registers';
import type { Emitter, Size } from '../emitter';
import { Ev, Ib, Is, Iw, Iz, Zv } from '../operand';
import { row, type Emit, type Row } from '../row';

const push: Emit = (e) => e.push(e.read(0), e.size);

/** Pops one word without touching rSP; `release` moves it once nothing can fault any more. */
function top(e: Emitter, size: Size): { value: ReturnType<Emitter['let']>; release: () => void } {
  const sp = e.let(e.stackPointer());
  const value = e.stackRead(sp, size);
  const width = sp.type === 'i64' ? 8 : 4;
  return { value, release: () => e.setStackPointer(e.bin('add', sp, e.constant(size, width))) };
}

const pop: Emit = (e) => {
  const { value, release } = top(e, e.size);
  if (e.isMemory(0)) {
    e.write(0, value);
    release();
  } else {
    release();
    e.write(0, value);
  }
};

const leave: Emit = (e) => {
  const bp = e.let(e.stackPointer(RBP));
  const size = e.operandSize;
  const value = e.stackRead(bp, size);
  e.setStackPointer(e.bin('add', bp, e.constant(size, bp.type === 'i64' ? 8 : 4)));
  e.setGpr(RBP, size, value);
};

const pusha: Emit = (e) => {
  const size = e.operandSize;
  const sp = e.let(e.stackPointer());
  // Words are written one by one, rSP is moved last: what a fault leaves below rSP is written again when it is done over.
  const step = (n: number): ReturnType<Emitter['let']> => e.bin('sub', sp, e.constant(n * size, 4));
  const original = e.let(e.gpr(RSP, size));
  for (let register = 0; register < 8; register++) {
    e.stackWrite(step(register + 1), register === RSP ? original : e.gpr(register, size), size);
  }
  e.setStackPointer(step(8));
};

const popa: Emit = (e) => {
  const size = e.operandSize;
  const sp = e.let(e.stackPointer());
  const words = Array.from({ length: 8 }, (_, n) => e.stackRead(e.bin('add', sp, e.constant(n * size, 4)), size));
  for (let n = 0; n < 8; n++) if (7 - n !== RSP) e.setGpr(7 - n, size, words[n]!);
  e.setStackPointer(e.bin('add', sp, e.constant(8 * size, 4)));
};

export const STACK: readonly Row[] = [
  row('PUSH', '50+r', [Zv], { size: 'default64' }, push),
  row('PUSH', '68', [Iz], { size: 'default64' }, push),
  row('PUSH', '6A', [Is], { size: 'default64' }, push),
  row('PUSH', 'FF /6', [Ev], { size: 'default64' }, push),
  row('POP', '58+r', [Zv], { size: 'default64' }, pop),
  row('POP', '8F /0', [Ev], { size: 'default64', popsFirst: true }, pop),
  row('PUSHA', '60', [], { mode: 'legacy', operandSize: 2, rare: true, aliases: ['PUSHAW'] }, pusha),
  row('PUSHAD', '60', [], { mode: 'legacy', operandSize: 4, rare: true }, pusha),
  row('POPA', '61', [], { mode: 'legacy', operandSize: 2, rare: true, aliases: ['POPAW'] }, popa),
  row('POPAD', '61', [], { mode: 'legacy', operandSize: 4, rare: true }, popa),
  row('PUSHF', '9C', [], { size: 'default64', operandSize: 2, intercept: 'PUSHF' }, 'pushf'),
  row('PUSHFD', '9C', [], { mode: 'legacy', operandSize: 4, intercept: 'PUSHF' }, 'pushf'),
  row('PUSHFQ', '9C', [], { mode: 'long', size: 'default64', operandSize: 8, intercept: 'PUSHF' }, 'pushf'),
  row('POPF', '9D', [], { size: 'default64', operandSize: 2, intercept: 'POPF', ends: true }, 'popf'),
  row('POPFD', '9D', [], { mode: 'legacy', operandSize: 4, intercept: 'POPF', ends: true }, 'popf'),
  row('POPFQ', '9D', [], { mode: 'long', size: 'default64', operandSize: 8, intercept: 'POPF', ends: true }, 'popf'),
  row('ENTER', 'C8', [Iw, Ib], { size: 'default64' }, 'enter'),
  row('LEAVE', 'C9', [], { size: 'default64' }, leave),
];
