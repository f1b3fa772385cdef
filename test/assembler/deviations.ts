/** Where the corpus and nasm part ways. */
import type { Row } from '../../src/engine/isa/row';
import type { Case } from './corpus';

/** Cases nasm does not assemble, or we do not, and why. Everything else must be equal. */
export interface Deviation {
  readonly reason: string;
  readonly refuses: 'nasm' | 'both';
  /** nasm does not know the word and takes it for a label: it refuses nothing. */
  readonly label?: true;
  readonly applies: (c: Case) => boolean;
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    reason: 'nasm 2.16 knows vmrun, vmload and vmsave only without their operand; the manual writes rAX',
    refuses: 'nasm',
    applies: (c) => /^(vmrun|vmload|vmsave) [er]ax$/.test(c.text),
  },
  {
    reason: 'nasm lets skinit exist in 64-bit mode only',
    refuses: 'nasm',
    applies: (c) => c.text === 'skinit' && c.bits !== 64,
  },
  {
    reason: 'nasm has no word-to-word movzx and movsx: they are mov',
    refuses: 'both',
    applies: (c) => /^mov[sz]x \w+, /.test(c.text) && c.row.operands[1]!.width === 2 && isWordRegister(c),
  },
  {
    reason: 'nasm writes movsxd to 64-bit registers only: the others are mov',
    refuses: 'both',
    applies: (c) => c.mnemonic === 'movsxd' && !/^movsxd r([a-ds][xipl]+|\d+),/.test(c.text),
  },
  {
    reason: 'a 16-bit bswap is undefined: neither assembler has it',
    refuses: 'both',
    applies: (c) => /^bswap ([a-d]x|[sb]p|[sd]i|r\d+w)$/.test(c.text),
  },
  {
    reason: 'nasm 2.16 takes the memory operand of the vector cmpsd for 128 bits',
    refuses: 'nasm',
    applies: (c) => /^cmpsd xmm\d+, qword \[/.test(c.text),
  },
  {
    reason: 'nasm 2.16 takes the memory operand of some MMX instructions for another size, or lets it have none',
    refuses: 'nasm',
    applies: (c) => /^(psubq|pmuludq|pshufw|punpckl(bw|wd|dq)) mm\d, (d|q)word \[/.test(c.text),
  },
  {
    reason: 'nasm 2.16 lets the memory operand of these have no size',
    refuses: 'nasm',
    applies: (c) => /^(pshuf[dhl]w?|palignr|pblendvb) xmm\d+, oword \[/.test(c.text),
  },
  {
    reason: 'nasm has no name for the second FSTP at D9 /3',
    refuses: 'nasm',
    applies: (c) => c.mnemonic === 'fstpnce',
  },
  { reason: 'nasm 2.16 does not know rdpru', refuses: 'nasm', label: true, applies: (c) => c.mnemonic === 'rdpru' },
  {
    reason: 'nasm calls it fsetpm, which test/assembler/spellings has',
    refuses: 'nasm',
    label: true,
    applies: (c) => c.mnemonic === 'fnsetpm',
  },
];

function isWordRegister(c: Case): boolean {
  return /^\S+ ([a-d]x|[sb]p|[sd]i|r\d+w),/.test(c.text);
}

/** Rows whose encoding no spelling chooses, with the one that is chosen instead. */
export const NEVER_CHOSEN: readonly { readonly reason: string; readonly applies: (row: Row) => boolean }[] = [
  {
    reason: '82h is 80h again, outside 64-bit mode',
    applies: (r) => r.encoding.opcode === 0x82 && r.encoding.map === 0,
  },
  { reason: 'SHL /6 is /4 again', applies: (r) => /^(C[01]|D[0-3]) \/6$/.test(r.encoding.text) },
  { reason: 'NOP is 0F 1F /0', applies: (r) => /^0F 1[89A-E] \/r$/.test(r.encoding.text) },
  { reason: 'PREFETCH is 0F 0D /0', applies: (r) => /^0F 0D \/[2-7]$/.test(r.encoding.text) },
  {
    reason: 'second encodings of FCOM, FCOMP, FXCH and FSTP between registers',
    applies: (r) =>
      /^(D9 \/3|DC \/[23]|DD \/1|DE \/2|DF \/[123])$/.test(r.encoding.text) && r.operands.at(-1)?.place === 'stack',
  },
  { reason: 'nasm 2.16 does not know RDPRU', applies: (r) => r.mnemonic === 'RDPRU' },
  { reason: 'nasm calls it FSETPM', applies: (r) => r.mnemonic === 'FNSETPM' },
  { reason: 'TEST /1 is /0 again', applies: (r) => /^F[67] \/1$/.test(r.encoding.text) && r.mnemonic === 'TEST' },
];
