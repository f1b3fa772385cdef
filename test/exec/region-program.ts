/** Random programs for compiled regions: loops, branches that meet, calls, and flags that live on from block to block. */
import type { Random } from '../silicon/random';

export type Bits = 64 | 32 | 16;

const CONDITIONS = ['o', 'no', 'c', 'nc', 'z', 'nz', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'];
const NAMES = ['a', 'c', 'd', 'b'];
const BLOCKS = 10;
const ROUTINES = 3;
/** Where data is. rSI points there, rDI into its second half. */
const DATA = { 64: 0x200000, 32: 0x200000, 16: 0x4000 } as const;

/** CR4.OSFXSR and OSXMMEXCPT. */
const SSE = 'mov REG, cr4\nor eax, 0x600\nmov cr4, REG';

type Width = 8 | 16 | 32 | 64;

class Maker {
  constructor(
    private readonly random: Random,
    private readonly bits: Bits,
  ) {}

  private width(): Width {
    return this.random.pick(this.bits === 64 ? [8, 16, 32, 32, 64, 64] : [8, 16, 32, 32]);
  }
  register(width: Width): string {
    const { random, bits } = this;
    if (bits === 64 && random.chance(0.3)) {
      const number = random.between(8, 13);
      return `r${number}${{ 8: 'b', 16: 'w', 32: 'd', 64: '' }[width]}`;
    }
    const name = random.pick(NAMES);
    if (width === 8) return `${name}${random.pick(['l', 'h'])}`;
    return `${{ 16: '', 32: 'e', 64: 'r' }[width]}${name}x`;
  }
  /** Two that one instruction can name: no AH beside a REX prefix. */
  private pair(width: Width): [string, string] {
    const pair: [string, string] = [this.register(width), this.register(width)];
    const clash = pair.some((name) => name.startsWith('r')) && pair.some((name) => /^[a-d]h$/.test(name));
    return clash ? this.pair(width) : pair;
  }
  private memory(): string {
    const { random, bits } = this;
    const at = random.below(256);
    const segment = random.chance(0.15) ? `${random.pick(['fs', 'gs', 'es'])}:` : '';
    if (bits === 16) return `[${segment}${random.pick(['si', 'di', 'bx + si'])} + ${at}]`.replace('bx + si', 'si');
    const base = bits === 64 ? 'rsi' : 'esi';
    return `[${segment}${base} + ${at}]`;
  }
  private immediate(width: Width): string {
    const value = this.random.pick([0, 1, 2, 0x7f, 0x80, this.random.below(256), this.random.u32() >> 1]);
    return String(width === 8 ? value & 0x7f : width === 16 ? value & 0x7fff : value & 0x7fffffff);
  }

  instruction(): string {
    const { random } = this;
    const width = this.width();
    const [a, b] = this.pair(width);
    const size = { 8: 'byte', 16: 'word', 32: 'dword', 64: 'qword' }[width];
    const classic = random.pick(['add', 'sub', 'xor', 'and', 'or', 'cmp', 'adc', 'sbb', 'mov', 'test']);
    const shift = random.pick(['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr']);
    const condition = random.pick(CONDITIONS);
    const wide = this.pair(width === 8 ? 32 : width);
    switch (random.below(26)) {
      case 0:
      case 1:
      case 2:
        return `${classic} ${a}, ${b}`;
      case 3:
      case 4:
        return `${classic} ${a}, ${this.immediate(width)}`;
      case 5:
        return `${classic === 'test' ? 'add' : classic} ${a.endsWith('h') ? 'al' : a}, ${this.memory()}`.replace(
          /add al, (?=.*)/,
          `add ${width === 8 ? 'al' : a}, `,
        );
      case 6:
        return `${classic} ${size} ${this.memory()}, ${this.immediate(width)}`;
      case 7:
      case 8:
        return `${shift} ${a}, ${random.below(width + 2)}`;
      case 9:
        return `${shift} ${a}, cl`;
      case 10:
        return `${random.pick(['inc', 'dec', 'neg', 'not'])} ${a}`;
      case 11:
        return `${random.pick(['inc', 'dec', 'neg', 'not'])} ${size} ${this.memory()}`;
      case 12:
        return `set${condition} ${random.pick(NAMES)}l`;
      case 13:
        return `cmov${condition} ${wide[0]}, ${wide[1]}`;
      case 14:
        return `imul ${wide[0]}, ${wide[1]}`;
      case 15:
        return `${random.pick(['bt', 'bts', 'btr', 'btc'])} ${wide[0]}, ${random.below(16)}`;
      case 16:
        return random.pick(['stc', 'clc', 'cmc', 'lahf', 'sahf', 'cld', 'cwde', 'nop']);
      case 17:
        return `xchg ${a}, ${b}`;
      case 18:
        return `${random.pick(['movzx', 'movsx'])} ${random.pick(['eax', 'edx', 'ebx'])}, ${random.pick(['cl', 'dl', 'bx'])}`;
      case 19:
        return random.pick(['stosb', 'lodsb', 'movsb', 'cmpsb', 'scasb', 'stosw']);
      case 20:
        return random.pick(['rep stosb', 'repne scasb', 'repe cmpsb', 'rep movsb']).replace(/^/, 'and ecx, 15\n');
      case 21:
        return random.pick(['cpuid', 'rdtsc', 'pushf\npopf', 'pause']);
      case 22:
        return random.pick(['mul bl', 'mul ecx', 'imul dx', 'xor edx, edx\nor ecx, 1\ndiv ecx']);
      case 23:
        return random.pick(['movd xmm1, eax', 'paddd xmm0, xmm1', 'pxor xmm1, xmm0', 'movd edx, xmm0']);
      case 24:
        return `bswap ${random.pick(['eax', 'ebx'])}`;
      default: {
        const [x, y] = this.bits === 64 ? ['rdx', 'rbx'] : this.bits === 32 ? ['edx', 'ebx'] : ['dx', 'bx'];
        return `push ${x}\n${this.straight()}\npop ${y}`;
      }
    }
  }
  private straight(): string {
    const { random } = this;
    return `${random.pick(['add', 'xor', 'cmp', 'sbb'])} ${random.pick(['eax', 'ecx'])}, ${random.pick(['edx', 'ebx'])}`;
  }

  /** Strings and their like lead rSI and rDI away: back to where data is. */
  private pointers(): string {
    const data = DATA[this.bits];
    const [si, di] = { 64: ['rsi', 'rdi'], 32: ['esi', 'edi'], 16: ['si', 'di'] }[this.bits] as [string, string];
    return `mov ${si}, ${data}\nmov ${di}, ${data + 0x200}`;
  }

  private run(most: number): string {
    return Array.from({ length: this.random.below(most) }, () => this.instruction()).join('\n');
  }

  private end(n: number): string {
    const { random, bits } = this;
    const to = (): string => `L${random.below(BLOCKS)}`;
    const [a, counter] = { 64: ['rax', 'rbp'], 32: ['eax', 'ebp'], 16: ['ax', 'bp'] }[bits] as [string, string];
    switch (random.below(8)) {
      case 0:
        return `jmp ${to()}`;
      case 1:
        return '';
      case 2:
        return `call R${random.below(ROUTINES)}`;
      case 3:
        return `mov ${a}, ${to()}\njmp ${a}`;
      case 4:
        return `dec ${counter}\njnz L${n}`;
      case 5:
        return `and cx, 7\ninc cx\nS${n}:\nsbb eax, edx\nloop S${n}`;
      default:
        return `j${random.pick(CONDITIONS)} ${to()}`;
    }
  }

  source(): string {
    const origin = this.bits === 16 ? 0x7c00 : 0x100000;
    // some on pages of their own
    const gap = (n: number): string => (this.random.chance(0.3) ? `\njmp L${(n + 1) % BLOCKS}\nalign 2048` : '');
    const block = (n: number): string => `L${n}:\n${this.pointers()}\n${this.run(7)}\n${this.end(n)}${gap(n)}`;
    const blocks = Array.from({ length: BLOCKS }, (_, n) => block(n));
    const routines = Array.from({ length: ROUTINES }, (_, n) => `R${n}:\n${this.run(5)}\nret`);
    return `bits ${this.bits}\norg ${origin}\n_start:\n${SSE.replaceAll('REG', this.bits === 64 ? 'rax' : 'eax')}\n${blocks.join('\n')}\njmp L0\n${routines.join('\n')}\n`;
  }
}

export const regionProgram = (random: Random, bits: Bits): string => new Maker(random, bits).source();
