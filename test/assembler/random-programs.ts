/** Random programs: labels, jumps both ways, every kind of operand, sections; most lines are sensible, some are not. */

export class Dice {
  constructor(private seed: number) {}

  below(n: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Lines of one program. */
export function randomProgram(dice: Dice): string[] {
  const pick = <T>(...list: readonly T[]): T => dice.pick(list);
  const one = (...list: readonly (() => string)[]): string => dice.pick(list)();
  const bits = pick(16, 32, 64);
  const labels = 5 + dice.below(25);
  const label = (): string => `L${dice.below(labels)}`;
  const number = (): string => {
    const fixed =
      '0 1 5 127 128 -128 -129 255 256 0x7fff 0x8000 0xffff 0x10000 0x7fffffff 0x80000000 0xffffffff -1 0x123456789';
    const made = [`${label()}-${label()}`, `(${label()}-${label()})*2`, `($-${label()})`, '($-$$)&7'];
    return dice.pick([...fixed.split(' '), ...made]);
  };
  const wide = bits === 64;
  const byte = (): string => dice.pick((wide ? 'al cl dl bl ah bh spl r9b' : 'al cl dh bl').split(' '));
  const word = (): string => dice.pick((wide ? 'ax cx sp r10w' : 'ax cx bp di').split(' '));
  const dword = (): string => dice.pick((wide ? 'eax ecx esp r11d' : 'eax ecx ebp edi').split(' '));
  const qword = (): string => dice.pick((wide ? 'rax rcx rbp r12 r13' : 'eax ebx').split(' '));
  const register = (): string => one(byte, word, dword, qword);
  const pointers = { 16: 'bx si di bp eax esp', 32: 'eax esp ebp esi', 64: 'rax rsp rbp r12 r13 ecx' };
  const pointer = (): string => dice.pick(pointers[bits as 16].split(' '));
  const address = (): string =>
    one(
      pointer,
      () => `${pointer()}+${number()}`,
      () => `${pointer()}+${pointer()}*${pick(1, 2, 4, 8)}`,
      () => `${pointer()}*${pick(1, 2, 3, 4, 5, 8, 9)}+${number()}`,
      () => `${pointer()}+${pointer()}+${number()}`,
      () => `${pointer()}+${pointer()}+${label()}-${label()}`,
      label,
      () => `${label()}+${number()}`,
      number,
      () => `${pointer()}+${label()}`,
    );
  const bracket = (): string =>
    `[${pick('', '', '', '', 'fs:', 'gs:', 'es:')}${pick('', '', '', 'byte ', 'dword ', 'rel ', 'abs ')}${address()}]`;
  const memory = (): string => `${pick('', '', 'byte ', 'word ', 'dword ', 'qword ')}${bracket()}`;
  const place = (): string => one(register, memory);
  const sizes = ['', '', '', 'byte ', 'word ', 'dword ', 'strict byte ', 'strict dword ', 'strict word '];
  const immediate = (): string => `${dice.pick(sizes)}${one(number, number, number, label)}`;
  const prefix = (): string => pick('rep ', 'lock ', 'a32 ', 'o32 ', 'a16 ', 'o16 ', 'fs ');
  const statement = (): string =>
    one(
      () => `${pick('add', 'or', 'cmp', 'xor', 'sub', 'and')} ${place()}, ${one(register, place, immediate)}`,
      () => `mov ${place()}, ${one(register, place, immediate)}`,
      () => `mov ${register()}, ${immediate()}`,
      () => `test ${place()}, ${one(register, place, immediate)}`,
      () => `${pick('push', 'pop')} ${one(immediate, place, register)}`,
      () => `${pick('inc', 'dec', 'not', 'neg', 'mul', 'div')} ${place()}`,
      () =>
        `${pick('shl', 'sar', 'ror', 'rcl')} ${place()}, ${one(
          () => '1',
          () => 'cl',
          () => 'byte 1',
          number,
        )}`,
      () => `imul ${register()}, ${one(place, immediate, () => `${place()}, ${immediate()}`)}`,
      () => `${pick('jmp', 'jz', 'call', 'jnc')} ${pick('', '', '', 'short ', 'near ', 'strict near ')}${label()}`,
      () => `jmp ${pick('dword ', 'word ', 'near dword ')}${label()}`,
      () => `${pick('loop', 'jecxz', 'loope')} ${label()}`,
      () => `${pick('jmp', 'call')} ${pick('', 'near ', 'far ')}${place()}`,
      () => `${pick('lea', 'movzx', 'movsx', 'cmovz', 'lar')} ${register()}, ${place()}`,
      () => `${pick('movzx', 'movsx')} ${register()}, ${pick('byte', 'word')} [${pointer()}]`,
      () => `${pick('xchg', 'xadd', 'bt')} ${place()}, ${one(register, place)}`,
      () => `mov [${pointer()}+${label()}-${label()}], ${one(register, immediate)}`,
      () => `mov ${register()}, ${pick('ds', 'fs', 'cr0', 'cr4', 'dr7')}`,
      () => `mov ${pick('ds', 'fs', 'cr0', 'cr3', 'dr7')}, ${place()}`,
      () => `${prefix()}${pick('movsb', 'stosd', 'lodsw', 'cmpsb', 'ret', 'nop', 'iret', 'pushf', 'leave', 'retf')}`,
      () => `${pick('sldt', 'smsw', 'str')} ${place()}`,
      () => `${pick('lgdt', 'sidt', 'invlpg')} ${bracket()}`,
      () => `jmp ${pick('', 'dword ')}8:${label()}`,
      () => `in ${pick('al', 'ax', 'eax')}, ${one(() => 'dx', number)}`,
      () => `times ${dice.below(60)} nop`,
      () => `align ${pick(2, 4, 8, 16)}`,
      () => `dw ${number()}, ${label()}`,
      () => `dd ${label()}-${label()}, ${number()}`,
      () => `section ${pick('.text', '.text', '.data', '.foo')}`,
    );
  const lines = [`bits ${bits}`, pick('default rel', 'default abs'), pick('org 0x7c00', 'org 0')];
  for (let n = 0; n < labels; n++) {
    lines.push(`L${n}:`);
    for (let k = dice.below(4); k >= 0; k--) lines.push(statement());
  }
  return lines;
}
