/** Near and short jumps, calls, returns, loops; the far and interrupting ones lie out of line in `cpu/`. */
import { RCX } from '../../arch/registers';
import { CONDITIONS } from '../../arch/conditions';
import { Ap, Ev, Ib, Iw, Jb, Jz, Mp } from '../operand';
import { row, type Emit, type Row } from '../row';

const jmp: Emit = (e) => e.jump(0);
const jcc: Emit = (e) => e.jumpIf(e.test(e.condition), 0);

const jmpIndirect: Emit = (e) => {
  const target = e.read(0);
  e.checkTarget(target);
  e.jumpTo(target);
};

const call: Emit = (e) => {
  e.push(e.nextRip(e.operandSize), e.operandSize);
  e.jump(0);
};

const callIndirect: Emit = (e) => {
  const target = e.read(0);
  // Whether the stack can take the return address is asked before the target is looked at.
  const sp = e.let(e.stackPointer());
  e.stackProbe(e.bin('sub', sp, e.constant(e.size, sp.type === 'i64' ? 8 : 4)), e.size);
  e.checkTarget(target);
  e.push(e.nextRip(e.size), e.size);
  e.jumpTo(target);
};

const ret: Emit = (e) => {
  const sp = e.let(e.stackPointer());
  const width = sp.type === 'i64' ? 8 : 4;
  const size = e.operandSize;
  const target = e.stackRead(sp, size);
  e.checkTarget(target);
  e.setStackPointer(e.bin('add', sp, e.constant(size, width)));
  e.jumpTo(target);
};

const retPop: Emit = (e) => {
  const sp = e.let(e.stackPointer());
  const width = sp.type === 'i64' ? 8 : 4;
  const size = e.operandSize;
  const target = e.stackRead(sp, size);
  e.checkTarget(target);
  const extra = e.zero(e.read(0), width);
  e.setStackPointer(e.bin('add', e.bin('add', sp, e.constant(size, width)), extra));
  e.jumpTo(target);
};

/** LOOP (0), LOOPE (1), LOOPNE (2) count rCX of address size down. */
const loop =
  (kind: 0 | 1 | 2): Emit =>
  (e) => {
    const size = e.addressSize;
    const c = e.let(e.mask(e.bin('sub', e.gpr(RCX, size), e.constant(1, size)), size));
    const more = e.bin('ne', c, e.constant(0, size));
    const goes = e.let(kind === 0 ? more : e.bin('and', more, e.test(kind === 1 ? 4 : 5)));
    e.setGpr(RCX, size, c);
    e.jumpIf(goes, 0);
  };

const jcxz: Emit = (e) => e.jumpIf(e.un('eqz', e.gpr(RCX, e.addressSize)), 0);

const near = { size: 'default64', ends: true } as const;
const hex = (n: number): string => n.toString(16).toUpperCase();

export const BRANCH: readonly Row[] = [
  ...CONDITIONS.map((c) =>
    row(
      `J${c.name}`,
      hex(0x70 + c.code),
      [Jb],
      { ...near, condition: c.code, aliases: c.aliases.map((a) => `J${a}`) },
      jcc,
    ),
  ),
  ...CONDITIONS.map((c) =>
    row(
      `J${c.name}`,
      `0F ${hex(0x80 + c.code)}`,
      [Jz],
      {
        ...near,
        condition: c.code,
        aliases: c.aliases.map((a) => `J${a}`),
      },
      jcc,
    ),
  ),
  row('JMP', 'EB', [Jb], near, jmp),
  row('JMP', 'E9', [Jz], near, jmp),
  row('JMP', 'FF /4', [Ev], near, jmpIndirect),
  row('CALL', 'E8', [Jz], near, call),
  row('CALL', 'FF /2', [Ev], near, callIndirect),
  row('RET', 'C3', [], { ...near, aliases: ['RETN'] }, ret),
  row('RET', 'C2', [Iw], { ...near, aliases: ['RETN'] }, retPop),
  row('LOOP', 'E2', [Jb], near, loop(0)),
  row('LOOPE', 'E1', [Jb], { ...near, rare: true, aliases: ['LOOPZ'] }, loop(1)),
  row('LOOPNE', 'E0', [Jb], { ...near, rare: true, aliases: ['LOOPNZ'] }, loop(2)),
  row('JCXZ', 'E3', [Jb], { ...near, addressSize: 2, rare: true }, jcxz),
  row('JECXZ', 'E3', [Jb], { ...near, addressSize: 4, rare: true }, jcxz),
  row('JRCXZ', 'E3', [Jb], { ...near, addressSize: 8, rare: true }, jcxz),
  row('JMP', 'EA', [Ap], { mode: 'legacy', ends: true }, 'jmp-far'),
  row('JMP', 'FF /5', [Mp], { ends: true }, 'jmp-far'),
  row('CALL', '9A', [Ap], { mode: 'legacy', ends: true }, 'call-far'),
  row('CALL', 'FF /3', [Mp], { ends: true }, 'call-far'),
  row('RETF', 'CB', [], { ends: true }, 'ret-far'),
  row('RETF', 'CA', [Iw], { ends: true }, 'ret-far'),
  row('INT3', 'CC', [], { ends: true }, 'int3'),
  row('INT', 'CD', [Ib], { ends: true, intercept: 'INTN' }, 'int'),
  row('INTO', 'CE', [], { ends: true, mode: 'legacy' }, 'into'),
  row('INT1', 'F1', [], { ends: true, aliases: ['ICEBP'] }, 'int1'),
  row('IRET', 'CF', [], { ends: true, operandSize: 2, intercept: 'IRET', aliases: ['IRETW'] }, 'iret'),
  row('IRETD', 'CF', [], { ends: true, operandSize: 4, intercept: 'IRET' }, 'iret'),
  row('IRETQ', 'CF', [], { ends: true, operandSize: 8, intercept: 'IRET' }, 'iret'),
];
