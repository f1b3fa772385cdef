import type { RegisterBit } from './bit-field';

/** General-purpose register numbers as encoded in ModRM, SIB, opcode and EXITINFO1. Volume 3 §1.2 */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
export const R12 = 12;
export const R13 = 13;
export const R14 = 14;
export const R15 = 15;

/** Names by register number. */
// prettier-ignore
export const GPR64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'] as const;
// prettier-ignore
export const GPR32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'] as const;
// prettier-ignore
export const GPR16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'] as const;
/** Byte registers of an instruction with a REX prefix. */
// prettier-ignore
export const GPR8_REX = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'] as const;
/** Byte registers of an instruction without REX: 4 to 7 are bits 15:8 of registers 0 to 3. */
// prettier-ignore
export const GPR8 = ['al', 'cl', 'dl', 'bl', 'ah', 'ch', 'dh', 'bh'] as const;

export type Gpr64Name = (typeof GPR64)[number];

/** Segment register numbers as encoded in ModRM.reg and in EXITINFO1.SEG of IOIO. Volume 3 §1.4.2 */
export const SEG_ES = 0;
export const SEG_CS = 1;
export const SEG_SS = 2;
export const SEG_DS = 3;
export const SEG_FS = 4;
export const SEG_GS = 5;
export const SEGMENT_REGISTERS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
export type SegmentName = (typeof SEGMENT_REGISTERS)[number];

/** Bits of a selector. §4.5.1 */
export const SELECTOR_RPL_MASK = 3;
export const SELECTOR_TI = 4;
export const SELECTOR_INDEX_MASK = 0xfff8;

/** Control registers that exist; any other number in MOV CR raises #UD. §3.1 */
export const CONTROL_REGISTERS = [0, 2, 3, 4, 8] as const;
/** Debug registers that exist; 4 and 5 name 6 and 7 while CR4.DE is 0. §13.1.1.2 */
export const DEBUG_REGISTERS = [0, 1, 2, 3, 6, 7] as const;

/** CR0. §3.1.1 */
export const CR0 = [
  { name: 'PE', bit: 0, section: '3.1.1', meaning: 'protected mode enabled' },
  { name: 'MP', bit: 1, section: '3.1.1', meaning: 'WAIT obeys TS' },
  { name: 'EM', bit: 2, section: '3.1.1', meaning: 'x87 instructions raise #NM, SSE instructions #UD' },
  { name: 'TS', bit: 3, section: '3.1.1', meaning: 'task switched: the next x87 or SSE instruction raises #NM' },
  { name: 'ET', bit: 4, section: '3.1.1', meaning: 'reads as one' },
  { name: 'NE', bit: 5, section: '3.1.1', meaning: 'x87 errors raise #MF instead of FERR' },
  { name: 'WP', bit: 16, section: '3.1.1', meaning: 'supervisor writes obey read-only pages' },
  { name: 'AM', bit: 18, section: '3.1.1', meaning: 'alignment checking possible (with RFLAGS.AC at CPL 3)' },
  { name: 'NW', bit: 29, section: '3.1.1', meaning: 'not write-through; ignored, but illegal without CD' },
  { name: 'CD', bit: 30, section: '3.1.1', meaning: 'caches are not filled' },
  { name: 'PG', bit: 31, section: '3.1.1', meaning: 'paging enabled' },
] as const satisfies readonly RegisterBit[];

export const CR0_PE = 0x0000_0001;
export const CR0_MP = 0x0000_0002;
export const CR0_EM = 0x0000_0004;
export const CR0_TS = 0x0000_0008;
export const CR0_ET = 0x0000_0010;
export const CR0_NE = 0x0000_0020;
export const CR0_WP = 0x0001_0000;
export const CR0_AM = 0x0004_0000;
export const CR0_NW = 0x2000_0000;
export const CR0_CD = 0x4000_0000;
export const CR0_PG = 0x8000_0000;
/** Value after reset. §14.1.3 */
export const CR0_RESET = 0x6000_0010;
/** What LMSW can write; PE only from 0 to 1. Volume 3, LMSW */
export const CR0_LMSW_MASK = 0x0000_000f;
/** Bits the selective CR0 write intercept disregards: MP and TS. §15.9 */
export const CR0_SELECTIVE_IGNORED = 0x0000_000a;

/** CR3. §3.1.2 */
export const CR3 = [
  { name: 'PWT', bit: 3, section: '3.1.2', meaning: 'write-through for the top table' },
  { name: 'PCD', bit: 4, section: '3.1.2', meaning: 'no caching of the top table' },
] as const satisfies readonly RegisterBit[];
export const CR3_PWT = 0x08;
export const CR3_PCD = 0x10;
/** Process-context identifier, CR3[11:0] with CR4.PCIDE. §5.5.1 */
export const CR3_PCID_MASK = 0xfff;
/** Of the value MOV CR3 writes with CR4.PCIDE, bits 63:32: keep the translations of the new context. §5.5.1 */
export const CR3_NO_FLUSH_HI = 0x8000_0000 | 0;

/** CR4. §3.1.3 */
export const CR4 = [
  { name: 'VME', bit: 0, section: '3.1.3', meaning: 'virtual-8086 mode extensions' },
  { name: 'PVI', bit: 1, section: '3.1.3', meaning: 'protected-mode virtual interrupts' },
  { name: 'TSD', bit: 2, section: '3.1.3', meaning: 'RDTSC and RDTSCP only at CPL 0' },
  { name: 'DE', bit: 3, section: '3.1.3', meaning: 'I/O breakpoints; DR4 and DR5 raise #UD' },
  { name: 'PSE', bit: 4, section: '3.1.3', meaning: '4 MB pages in legacy 32-bit paging' },
  { name: 'PAE', bit: 5, section: '3.1.3', meaning: '64-bit page-table entries; required for long mode' },
  { name: 'MCE', bit: 6, section: '3.1.3', meaning: '#MC enabled' },
  { name: 'PGE', bit: 7, section: '3.1.3', meaning: 'global pages' },
  { name: 'PCE', bit: 8, section: '3.1.3', meaning: 'RDPMC at any CPL' },
  { name: 'OSFXSR', bit: 9, section: '3.1.3', meaning: 'SSE instructions and XMM state in FXSAVE' },
  { name: 'OSXMMEXCPT', bit: 10, section: '3.1.3', meaning: 'SSE exceptions raise #XF instead of #UD' },
  { name: 'UMIP', bit: 11, section: '3.1.3', meaning: 'SGDT SIDT SLDT STR SMSW raise #GP above CPL 0' },
  { name: 'LA57', bit: 12, section: '3.1.3', meaning: 'five levels of page tables' },
  { name: 'FSGSBASE', bit: 16, section: '3.1.3', meaning: 'RDFSBASE RDGSBASE WRFSBASE WRGSBASE' },
  { name: 'PCIDE', bit: 17, section: '3.1.3', meaning: 'process-context identifiers' },
  { name: 'OSXSAVE', bit: 18, section: '3.1.3', meaning: 'XSAVE family, XGETBV, XSETBV' },
  { name: 'SMEP', bit: 20, section: '3.1.3', meaning: 'supervisor may not execute user pages' },
  { name: 'SMAP', bit: 21, section: '3.1.3', meaning: 'supervisor may not touch user pages unless RFLAGS.AC' },
  { name: 'PKE', bit: 22, section: '3.1.3', meaning: 'memory protection keys' },
  { name: 'CET', bit: 23, section: '3.1.3', meaning: 'shadow stacks' },
] as const satisfies readonly RegisterBit[];

export const CR4_VME = 0x0000_0001;
export const CR4_PVI = 0x0000_0002;
export const CR4_TSD = 0x0000_0004;
export const CR4_DE = 0x0000_0008;
export const CR4_PSE = 0x0000_0010;
export const CR4_PAE = 0x0000_0020;
export const CR4_MCE = 0x0000_0040;
export const CR4_PGE = 0x0000_0080;
export const CR4_PCE = 0x0000_0100;
export const CR4_OSFXSR = 0x0000_0200;
export const CR4_OSXMMEXCPT = 0x0000_0400;
export const CR4_UMIP = 0x0000_0800;
export const CR4_LA57 = 0x0000_1000;
export const CR4_FSGSBASE = 0x0001_0000;
export const CR4_PCIDE = 0x0002_0000;
export const CR4_OSXSAVE = 0x0004_0000;
export const CR4_SMEP = 0x0010_0000;
export const CR4_SMAP = 0x0020_0000;
export const CR4_PKE = 0x0040_0000;
export const CR4_CET = 0x0080_0000;

/** CR8: the local APIC's task priority class; bits 63:4 must be zero. §3.1.5 */
export const CR8_TPR_MASK = 0xf;

/** EFER, MSR C000_0080h. §3.1.7 */
export const EFER = [
  { name: 'SCE', bit: 0, section: '3.1.7', meaning: 'SYSCALL and SYSRET enabled' },
  { name: 'LME', bit: 8, section: '3.1.7', meaning: 'long mode enabled; active once paging is on' },
  { name: 'LMA', bit: 10, section: '3.1.7', meaning: 'long mode active' },
  { name: 'NXE', bit: 11, section: '3.1.7', meaning: 'no-execute bit in page-table entries' },
  { name: 'SVME', bit: 12, section: '3.1.7', meaning: 'SVM instructions enabled' },
  { name: 'LMSLE', bit: 13, section: '3.1.7', meaning: 'segment limits in 64-bit mode' },
  { name: 'FFXSR', bit: 14, section: '3.1.7', meaning: 'FXSAVE and FXRSTOR leave XMM alone at CPL 0 in 64-bit mode' },
  { name: 'TCE', bit: 15, section: '3.1.7', meaning: 'INVLPG drops only related upper-level translations' },
  { name: 'MCOMMIT', bit: 17, section: '3.1.7', meaning: 'MCOMMIT enabled' },
  { name: 'INTWB', bit: 18, section: '3.1.7', meaning: 'WBINVD and WBNOINVD can be interrupted' },
  { name: 'UAIE', bit: 20, section: '3.1.7', meaning: 'upper address bits ignored' },
  { name: 'AIBRSE', bit: 21, section: '3.1.7', meaning: 'automatic indirect branch restricted speculation' },
] as const satisfies readonly RegisterBit[];

export const EFER_SCE = 0x0000_0001;
export const EFER_LME = 0x0000_0100;
export const EFER_LMA = 0x0000_0400;
export const EFER_NXE = 0x0000_0800;
export const EFER_SVME = 0x0000_1000;
export const EFER_LMSLE = 0x0000_2000;
export const EFER_FFXSR = 0x0000_4000;
export const EFER_TCE = 0x0000_8000;
export const EFER_MCOMMIT = 0x0002_0000;
export const EFER_INTWB = 0x0004_0000;
export const EFER_UAIE = 0x0010_0000;
export const EFER_AIBRSE = 0x0020_0000;

/** RFLAGS; IOPL has two bits, the row names the lower. §3.1.6 */
export const RFLAGS = [
  { name: 'CF', bit: 0, section: '3.1.6', meaning: 'carry' },
  { name: 'PF', bit: 2, section: '3.1.6', meaning: 'even parity of the low result byte' },
  { name: 'AF', bit: 4, section: '3.1.6', meaning: 'carry out of bit 3' },
  { name: 'ZF', bit: 6, section: '3.1.6', meaning: 'zero' },
  { name: 'SF', bit: 7, section: '3.1.6', meaning: 'sign' },
  { name: 'TF', bit: 8, section: '3.1.6', meaning: '#DB after each instruction' },
  { name: 'IF', bit: 9, section: '3.1.6', meaning: 'maskable interrupts enabled' },
  { name: 'DF', bit: 10, section: '3.1.6', meaning: 'string instructions count down' },
  { name: 'OF', bit: 11, section: '3.1.6', meaning: 'signed overflow' },
  { name: 'IOPL', bit: 12, section: '3.1.6', meaning: 'privilege needed for I/O, bits 13:12' },
  { name: 'NT', bit: 14, section: '3.1.6', meaning: 'IRET returns to the linked task' },
  { name: 'RF', bit: 16, section: '3.1.6', meaning: 'no instruction breakpoint on the next instruction' },
  { name: 'VM', bit: 17, section: '3.1.6', meaning: 'virtual-8086 mode' },
  { name: 'AC', bit: 18, section: '3.1.6', meaning: 'alignment checking at CPL 3; SMAP override' },
  { name: 'VIF', bit: 19, section: '3.1.6', meaning: 'virtual image of IF' },
  { name: 'VIP', bit: 20, section: '3.1.6', meaning: 'virtual interrupt pending' },
  { name: 'ID', bit: 21, section: '3.1.6', meaning: 'can be changed: CPUID exists' },
] as const satisfies readonly RegisterBit[];

export const RFLAGS_CF = 0x0000_0001;
/** Bit 1 reads as one. */
export const RFLAGS_FIXED = 0x0000_0002;
export const RFLAGS_PF = 0x0000_0004;
export const RFLAGS_AF = 0x0000_0010;
export const RFLAGS_ZF = 0x0000_0040;
export const RFLAGS_SF = 0x0000_0080;
export const RFLAGS_TF = 0x0000_0100;
export const RFLAGS_IF = 0x0000_0200;
export const RFLAGS_DF = 0x0000_0400;
export const RFLAGS_OF = 0x0000_0800;
export const RFLAGS_IOPL = 0x0000_3000;
export const RFLAGS_IOPL_SHIFT = 12;
export const RFLAGS_NT = 0x0000_4000;
export const RFLAGS_RF = 0x0001_0000;
export const RFLAGS_VM = 0x0002_0000;
export const RFLAGS_AC = 0x0004_0000;
export const RFLAGS_VIF = 0x0008_0000;
export const RFLAGS_VIP = 0x0010_0000;
export const RFLAGS_ID = 0x0020_0000;
/** The six flags arithmetic writes. */
export const RFLAGS_STATUS = 0x0000_08d5;
/** Every bit that can be one; the others are fixed (bit 1 at one, the rest at zero). */
export const RFLAGS_IMPLEMENTED = 0x003f_7fd5;

/** DR6, debug status. §13.1.1.3 */
export const DR6 = [
  { name: 'B0', bit: 0, section: '13.1.1.3', meaning: 'breakpoint 0 matched' },
  { name: 'B1', bit: 1, section: '13.1.1.3', meaning: 'breakpoint 1 matched' },
  { name: 'B2', bit: 2, section: '13.1.1.3', meaning: 'breakpoint 2 matched' },
  { name: 'B3', bit: 3, section: '13.1.1.3', meaning: 'breakpoint 3 matched' },
  { name: 'BLD', bit: 11, section: '13.1.1.3', meaning: 'bus lock trap; active low' },
  { name: 'BD', bit: 13, section: '13.1.1.3', meaning: 'debug register access with DR7.GD' },
  { name: 'BS', bit: 14, section: '13.1.1.3', meaning: 'single step' },
  { name: 'BT', bit: 15, section: '13.1.1.3', meaning: 'task switch with the T bit' },
] as const satisfies readonly RegisterBit[];
export const DR6_B_MASK = 0x0000_000f;
export const DR6_BLD = 0x0000_0800;
export const DR6_BD = 0x0000_2000;
export const DR6_BS = 0x0000_4000;
export const DR6_BT = 0x0000_8000;
/** Bits that read as one: 31:16 and 11:4. */
export const DR6_FIXED = 0xffff_0ff0;
export const DR6_WRITABLE = 0x0000_e00f;
export const DR6_RESET = 0xffff_0ff0;

/** DR7, debug control. R/W and LEN have two bits each, the row names the lower. §13.1.1.4 */
export const DR7 = [
  { name: 'L0', bit: 0, section: '13.1.1.4', meaning: 'breakpoint 0 enabled for this task' },
  { name: 'G0', bit: 1, section: '13.1.1.4', meaning: 'breakpoint 0 enabled' },
  { name: 'L1', bit: 2, section: '13.1.1.4', meaning: 'breakpoint 1 enabled for this task' },
  { name: 'G1', bit: 3, section: '13.1.1.4', meaning: 'breakpoint 1 enabled' },
  { name: 'L2', bit: 4, section: '13.1.1.4', meaning: 'breakpoint 2 enabled for this task' },
  { name: 'G2', bit: 5, section: '13.1.1.4', meaning: 'breakpoint 2 enabled' },
  { name: 'L3', bit: 6, section: '13.1.1.4', meaning: 'breakpoint 3 enabled for this task' },
  { name: 'G3', bit: 7, section: '13.1.1.4', meaning: 'breakpoint 3 enabled' },
  { name: 'LE', bit: 8, section: '13.1.1.4', meaning: 'local exact; ignored' },
  { name: 'GE', bit: 9, section: '13.1.1.4', meaning: 'global exact; ignored' },
  { name: 'GD', bit: 13, section: '13.1.1.4', meaning: 'any access to a debug register raises #DB' },
  {
    name: 'RW0',
    bit: 16,
    section: '13.1.1.4',
    meaning: 'what breakpoint 0 watches: 0 execute, 1 write, 2 I/O, 3 read and write',
  },
  { name: 'LEN0', bit: 18, section: '13.1.1.4', meaning: 'bytes breakpoint 0 watches: 0 one, 1 two, 2 eight, 3 four' },
  { name: 'RW1', bit: 20, section: '13.1.1.4', meaning: 'what breakpoint 1 watches' },
  { name: 'LEN1', bit: 22, section: '13.1.1.4', meaning: 'bytes breakpoint 1 watches' },
  { name: 'RW2', bit: 24, section: '13.1.1.4', meaning: 'what breakpoint 2 watches' },
  { name: 'LEN2', bit: 26, section: '13.1.1.4', meaning: 'bytes breakpoint 2 watches' },
  { name: 'RW3', bit: 28, section: '13.1.1.4', meaning: 'what breakpoint 3 watches' },
  { name: 'LEN3', bit: 30, section: '13.1.1.4', meaning: 'bytes breakpoint 3 watches' },
] as const satisfies readonly RegisterBit[];
export const DR7_ENABLE_MASK = 0x0000_00ff;
export const DR7_GD = 0x0000_2000;
/** Bit 10 reads as one. */
export const DR7_FIXED = 0x0000_0400;
export const DR7_WRITABLE = 0xffff_23ff;
export const DR7_RESET = 0x0000_0400;

/** XCR0: state components XSAVE manages. §11.5.2 */
export const XCR0 = [
  { name: 'X87', bit: 0, section: '11.5.2', meaning: 'x87 state; always one' },
  { name: 'SSE', bit: 1, section: '11.5.2', meaning: 'XMM registers and MXCSR' },
  { name: 'YMM', bit: 2, section: '11.5.2', meaning: 'upper halves of YMM registers' },
  { name: 'BNDREGS', bit: 3, section: '11.5.2', meaning: 'reserved on AMD processors' },
  { name: 'BNDCSR', bit: 4, section: '11.5.2', meaning: 'reserved on AMD processors' },
  { name: 'K', bit: 5, section: '11.5.2', meaning: 'opmask registers' },
  { name: 'ZMM_HI256', bit: 6, section: '11.5.2', meaning: 'upper halves of ZMM0 to ZMM15' },
  { name: 'HI16_ZMM', bit: 7, section: '11.5.2', meaning: 'ZMM16 to ZMM31' },
  { name: 'MPK', bit: 9, section: '11.5.2', meaning: 'PKRU' },
  { name: 'LWP', bit: 62, section: '11.5.2', meaning: 'lightweight profiling' },
] as const satisfies readonly RegisterBit[];
export const XCR0_X87 = 0x1;
export const XCR0_SSE = 0x2;
export const XCR0_YMM = 0x4;
export const XCR0_MPK = 0x200;

/** State after reset that is not zero. §14.1.3 */
export const RESET_STATE = {
  csSelector: 0xf000,
  csBase: 0xffff_0000,
  csLimit: 0xffff,
  csAttrib: 0x09b,
  dataLimit: 0xffff,
  dataAttrib: 0x093,
  tableLimit: 0xffff,
  ldtrAttrib: 0x082,
  trAttrib: 0x08b,
  rip: 0xfff0,
  rflags: 0x0000_0002,
  cr0: CR0_RESET,
  dr6: DR6_RESET,
  dr7: DR7_RESET,
  xcr0: 1,
  mxcsr: 0x1f80,
  fpuControl: 0x0040,
  fpuTag: 0x5555,
} as const;
