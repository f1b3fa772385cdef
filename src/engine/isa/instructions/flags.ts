/** SETcc, CLC, STC, CMC, CLD, STD, LAHF, SAHF, CLI, STI. */
import { RAX } from '../../arch/registers';
import { CONDITIONS } from '../../arch/conditions';
import { Eb } from '../operand';
import { row, type Emit, type Row } from '../row';

const setcc: Emit = (e) => e.write(0, e.test(e.condition));

const carryFlag =
  (op: 'clear' | 'set' | 'complement'): Emit =>
  (e) => {
    const flags = e.arithmeticFlags();
    const one = e.constant(1, 4);
    if (op === 'clear') e.setFlags('flags', 4, e.bin('and', flags, e.constant(~1, 4)));
    else e.setFlags('flags', 4, e.bin(op === 'set' ? 'or' : 'xor', flags, one));
  };

/** AH = SF ZF 0 AF 0 PF 1 CF, bit 15:8 of AX. */
const lahf: Emit = (e) => {
  const low = e.bin('or', e.bin('and', e.arithmeticFlags(), e.constant(0xd5, 4)), e.constant(2, 4));
  const ax = e.bin('and', e.gpr(RAX, 2), e.constant(0xff, 4));
  e.setGpr(RAX, 2, e.bin('or', ax, e.bin('shl', low, e.constant(8, 4))));
};

const sahf: Emit = (e) => {
  const ah = e.bin('and', e.bin('shr_u', e.gpr(RAX, 2), e.constant(8, 4)), e.constant(0xd5, 4));
  e.setFlags('flags', 4, e.bin('or', e.bin('and', e.arithmeticFlags(), e.constant(0x800, 4)), ah));
};

const hex = (n: number): string => n.toString(16).toUpperCase();

export const FLAGS: readonly Row[] = [
  ...CONDITIONS.map((c) =>
    row(
      `SET${c.name}`,
      `0F ${hex(0x90 + c.code)} /r`,
      [Eb],
      {
        condition: c.code,
        aliases: c.aliases.map((a) => `SET${a}`),
      },
      setcc,
    ),
  ),
  row('CMC', 'F5', [], { rare: true, readsFlags: true }, carryFlag('complement')),
  row('CLC', 'F8', [], { rare: true }, carryFlag('clear')),
  row('STC', 'F9', [], { rare: true }, carryFlag('set')),
  row('CLI', 'FA', [], {}, 'cli'),
  row('STI', 'FB', [], { ends: true }, 'sti'),
  row('CLAC', 'NP 0F 01 CA', [], { feature: 'SMAP', ends: true }, 'clac'),
  row('STAC', 'NP 0F 01 CB', [], { feature: 'SMAP', ends: true }, 'stac'),
  row('CLD', 'FC', [], {}, (e) => e.setDirection(0)),
  row('STD', 'FD', [], {}, (e) => e.setDirection(1)),
  row('SAHF', '9E', [], { rare: true }, sahf),
  row('LAHF', '9F', [], { rare: true, readsFlags: true }, lahf),
];
