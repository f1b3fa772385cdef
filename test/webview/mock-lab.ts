/** A lab that answers from plain data: what a panel is shown in a test. */
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';
import { hexOf, toBase64 } from '../../src/protocol/codec';
import type { SessionState } from '../../src/protocol/state';
import type { VmcbView } from '../../src/protocol/vmcb';
import type { Answers } from '../../src/protocol/wire';

export const GUEST_A = { id: 0, letter: 'A', name: 'guest A' };
export const GUEST_B = { id: 1, letter: 'B', name: 'guest B' };

export const STOPPED: SessionState = {
  running: false,
  ended: false,
  time: 12_400_000,
  guests: [GUEST_A, GUEST_B],
  shares: [
    { guest: 0, weight: 3, processorTime: 9_120_000, end: null },
    { guest: 1, weight: 1, processorTime: 3_050_000, end: null },
  ],
  guest: 0,
  inGuest: false,
  mode: 'long mode',
  exits: 48_213,
  reason: '#VMEXIT IOIO',
};

/** Values of a VMCB's fields; what is left out is zero. */
export type Values = Partial<Record<VmcbField, bigint>>;

export function vmcbBytes(values: Values): Uint8Array {
  const bytes = new Uint8Array(4096);
  for (const [field, value] of Object.entries(values) as [VmcbField, bigint][]) {
    const { offset, size } = VMCB[field];
    for (let i = 0; i < size; i++) bytes[offset + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  return bytes;
}

/** A guest in long mode that wrote 'P' to COM1. */
export const IOIO: Values = {
  interceptCrWrite: 0x0111n,
  interceptException: 0x0004_0102n,
  interceptMisc1: 0x9904_001fn,
  interceptMisc2: 0x0000_207fn,
  iopmBasePa: 0x21_0000n,
  msrpmBasePa: 0x21_4000n,
  tscOffset: BigInt.asUintN(64, -12_350_000n),
  guestAsid: 1n,
  vIntr: 0x0100_0000n,
  exitCode: 0x7bn,
  exitInfo1: 0x03f8_0210n,
  exitInfo2: 0xffff_8000_0010_2a4fn,
  npEnable: 1n,
  nCr3: 0x30_0000n,
  cleanBits: 0x3ffn,
  nRip: 0xffff_8000_0010_2a4fn,
  csSelector: 0x08n,
  csAttrib: 0xa9bn,
  csLimit: 0xffff_ffffn,
  ssSelector: 0x10n,
  ssAttrib: 0xc93n,
  ssLimit: 0xffff_ffffn,
  dsSelector: 0x10n,
  dsAttrib: 0xc93n,
  dsLimit: 0xffff_ffffn,
  esSelector: 0x10n,
  esAttrib: 0xc93n,
  esLimit: 0xffff_ffffn,
  trSelector: 0x28n,
  trAttrib: 0x8bn,
  trLimit: 0x67n,
  trBase: 0xffff_8000_0010_8000n,
  gdtrLimit: 0x37n,
  gdtrBase: 0xffff_8000_0010_9000n,
  idtrLimit: 0xfffn,
  idtrBase: 0xffff_8000_0010_a000n,
  efer: 0x1d01n,
  cr4: 0x6a0n,
  cr3: 0x1000n,
  cr0: 0x8001_0033n,
  dr6: 0xffff_0ff0n,
  dr7: 0x400n,
  rflags: 0x246n,
  rip: 0xffff_8000_0010_2a4en,
  rsp: 0xffff_8000_0010_7fc8n,
  rax: 0x50n,
  gPat: 0x0007_0406_0007_0406n,
};

/** The same guest one exit earlier: it asked CPUID. */
export const BEFORE: Values = {
  ...IOIO,
  exitCode: 0x72n,
  exitInfo1: 0n,
  exitInfo2: 0n,
  nRip: 0xffff_8000_0010_2a31n,
  rip: 0xffff_8000_0010_2a2fn,
  rflags: 0x202n,
  rax: 0x0dn,
};

export function vmcbView(now: Values, before: Values | null, changes: Partial<VmcbView> = {}): VmcbView {
  const zero = hexOf(0n);
  return {
    guest: GUEST_A,
    spa: 0x20_1000,
    bytes: toBase64(vmcbBytes(now)),
    previous: before && toBase64(vmcbBytes(before)),
    exit: 48_213,
    since: 31,
    gif: 0,
    inGuest: false,
    registers: { rbx: zero, rcx: zero, rdx: hexOf(0x3f8n), rsi: zero, rdi: zero, rbp: zero },
    instruction: 'out dx, al',
    violations: [],
    rules: 23,
    ...changes,
  };
}

/** A lab in which everything is empty but what a test says. */
export function mockLab(answers: Partial<Answers>): Answers {
  return {
    'pacifica/state': () => STOPPED,
    'pacifica/vmcb': () => ({ view: null }),
    'pacifica/pageTables': () => ({
      kind: 'none',
      why: 'no-guest',
      what: 'no VMRUN has been executed',
      roots: ['host'],
    }),
    'pacifica/pageTablesSummary': () => ({ summary: null }),
    'pacifica/exitLog': ({ first }) => ({
      first: Math.max(0, first),
      matching: 0,
      total: 0,
      oldest: 0,
      columns: {
        number: [],
        time: [],
        clock: [],
        ran: [],
        cost: [],
        guest: [],
        code: [],
        info1: [],
        info2: [],
        rip: [],
        rax: [],
        rcx: [],
        rdx: [],
        outcome: [],
        outcomeValue: [],
        handler: [],
      },
    }),
    'pacifica/exitCounts': () => ({
      total: 0,
      time: 0,
      clock: 0,
      costs: 'model',
      guests: [],
      codes: [],
      oldest: null,
      histogram: { width: 64, bins: [] },
    }),
    'pacifica/shadow': () => ({ kind: 'none', why: 'no-guest', what: 'no VMRUN has been executed' }),
    'pacifica/screen': () => ({ screen: null }),
    'pacifica/screenInput': () => ({ unknown: '' }),
    'pacifica/consoleInput': () => ({}),
    ...answers,
  };
}
