/** A condition code of Jcc, SETcc and CMOVcc. `flags` says when it holds. Volume 3, Jcc */
export interface Condition {
  readonly code: number;
  /** The suffix disassembly shows. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly flags: string;
}

/** The sixteen condition codes, index = low four bits of the opcode; an odd code is the opposite of the one before. */
export const CONDITIONS = [
  { code: 0x0, name: 'o', aliases: [], flags: 'OF' },
  { code: 0x1, name: 'no', aliases: [], flags: '!OF' },
  { code: 0x2, name: 'b', aliases: ['c', 'nae'], flags: 'CF' },
  { code: 0x3, name: 'nb', aliases: ['nc', 'ae'], flags: '!CF' },
  { code: 0x4, name: 'z', aliases: ['e'], flags: 'ZF' },
  { code: 0x5, name: 'nz', aliases: ['ne'], flags: '!ZF' },
  { code: 0x6, name: 'be', aliases: ['na'], flags: 'CF | ZF' },
  { code: 0x7, name: 'nbe', aliases: ['a'], flags: '!CF & !ZF' },
  { code: 0x8, name: 's', aliases: [], flags: 'SF' },
  { code: 0x9, name: 'ns', aliases: [], flags: '!SF' },
  { code: 0xa, name: 'p', aliases: ['pe'], flags: 'PF' },
  { code: 0xb, name: 'np', aliases: ['po'], flags: '!PF' },
  { code: 0xc, name: 'l', aliases: ['nge'], flags: 'SF != OF' },
  { code: 0xd, name: 'nl', aliases: ['ge'], flags: 'SF == OF' },
  { code: 0xe, name: 'le', aliases: ['ng'], flags: 'ZF | SF != OF' },
  { code: 0xf, name: 'nle', aliases: ['g'], flags: '!ZF & SF == OF' },
] as const satisfies readonly Condition[];
