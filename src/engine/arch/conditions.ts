/** The sixteen condition codes, low four opcode bits of Jcc, SETcc and CMOVcc. APM volume 3, table 1-3 and appendix A. */
export interface Condition {
  readonly code: number;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The test on RFLAGS, in the manual's words. */
  readonly test: string;
}

// prettier-ignore
export const CONDITIONS = [
  { code: 0x0, name: 'O', aliases: [], test: 'OF = 1' },
  { code: 0x1, name: 'NO', aliases: [], test: 'OF = 0' },
  { code: 0x2, name: 'B', aliases: ['C', 'NAE'], test: 'CF = 1' },
  { code: 0x3, name: 'NB', aliases: ['NC', 'AE'], test: 'CF = 0' },
  { code: 0x4, name: 'Z', aliases: ['E'], test: 'ZF = 1' },
  { code: 0x5, name: 'NZ', aliases: ['NE'], test: 'ZF = 0' },
  { code: 0x6, name: 'BE', aliases: ['NA'], test: 'CF = 1 or ZF = 1' },
  { code: 0x7, name: 'NBE', aliases: ['A'], test: 'CF = 0 and ZF = 0' },
  { code: 0x8, name: 'S', aliases: [], test: 'SF = 1' },
  { code: 0x9, name: 'NS', aliases: [], test: 'SF = 0' },
  { code: 0xa, name: 'P', aliases: ['PE'], test: 'PF = 1' },
  { code: 0xb, name: 'NP', aliases: ['PO'], test: 'PF = 0' },
  { code: 0xc, name: 'L', aliases: ['NGE'], test: 'SF ≠ OF' },
  { code: 0xd, name: 'NL', aliases: ['GE'], test: 'SF = OF' },
  { code: 0xe, name: 'LE', aliases: ['NG'], test: 'ZF = 1 or SF ≠ OF' },
  { code: 0xf, name: 'NLE', aliases: ['G'], test: 'ZF = 0 and SF = OF' },
] as const satisfies readonly Condition[];
