/** Where the task matrix keeps its things, and which descriptors its tasks use. Linear addresses and selectors. */

/** Both TSSs lie across a page's end: EIP of the 32-bit format is the first field behind it. */
export const OLD_TSS = 0x3dfe0;
export const NEW_TSS = 0x41fe0;
/** One TSS for each vector a trial can end in. */
export const OBSERVERS = 0x44000;
export const OBSERVER_STACKS = 0x46000;
/** Loop counter and the operands of far transfers. */
export const VARIABLES = 0x3b000;
/** What a variation changes: dwords, see STAGE. */
export const STAGE_AT = 0x3b100;
export const LDT_AT = 0x3b300;
export const RECORD = 0x3b800;
export const NEW_STACK = 0x9800;
/** A dword that paging shows the two tasks differently, where a variation asks for it. */
export const MARK = 0x48000;
/** Page directory and page table of the old task and of the observers, then of the new one. */
export const PAGES = 0x50000;
export const PAGES_NEW = 0x52000;

/** The dwords of the stage and what they hold unless a variation says otherwise. −1: by the format of the TSS. */
export const STAGE = {
  cr3: PAGES_NEW,
  eip: '($landing - image)',
  eflags: 2,
  eax: 0x1a2a3a4a,
  ecx: 0x1b2b3b4b,
  edx: 0x1c2c3c4c,
  ebx: 0x1d2d3d4d,
  esp: NEW_STACK,
  ebp: 0x1e2e3e4e,
  esi: 0x1f2f3f4f,
  edi: 0x15253545,
  es: 0x180,
  cs: 0x170,
  ss: 0x178,
  ds: 0x188,
  fs: 0x190,
  gs: 0x198,
  ldt: 0,
  trap: 0,
  /** The selector of the new TSS. */
  selector: 0x108,
  /** Access byte of the task gates. */
  gate: 0xe5,
  newLimit: -1,
  newAccess: -1,
  newBase: NEW_TSS,
  oldLimit: -1,
  oldBase: OLD_TSS,
  dr7: 0x400,
  /** CPL and flags of the old task. */
  cpl: 0,
  oldFlags: 2,
  gdtLimit: 0x3ff,
  /** Bits of CR0 beside PE. */
  cr0: 0,
} as const;

export const stage = (name: keyof typeof STAGE): number => STAGE_AT + 4 * Object.keys(STAGE).indexOf(name);

/** Access bytes and flags of the descriptors, none of them accessed; code begins where the image does. */
const DATA = 0x00cf_0000;
const CODE = 0x0040_000f;
const dataAt = (access: number): readonly number[] => [0xffff, DATA | (access << 8)];
const codeAt = (access: number): readonly number[] => [0xffff, CODE | (access << 8)];
const EMPTY = [0, 0] as const;

/** Descriptors from 170h on; those before are made for each trial. */
export const DESCRIPTORS = {
  code: codeAt(0x9a),
  stack: dataAt(0x92),
  es: dataAt(0x92),
  ds: dataAt(0x92),
  fs: dataAt(0x92),
  gs: dataAt(0x92),
  userCode: codeAt(0xfa),
  userStack: dataAt(0xf2),
  userEs: dataAt(0xf2),
  userDs: dataAt(0xf2),
  userFs: dataAt(0xf2),
  userGs: dataAt(0xf2),
  ldt: [((LDT_AT << 16) | 0x17) >>> 0, 0x8200 | (LDT_AT >> 16)],
  nothing: EMPTY,
  absentData: dataAt(0x12),
  absentUserData: dataAt(0x72),
  absentCode: codeAt(0x1a),
  absentUserCode: codeAt(0x7a),
  readOnly: dataAt(0x90),
  userReadOnly: dataAt(0xf0),
  executeOnly: codeAt(0x98),
  userExecuteOnly: codeAt(0xf8),
  conforming: codeAt(0x9e),
  userConforming: codeAt(0xfe),
  conforming1: codeAt(0xbe),
  data1: dataAt(0xb2),
  code1: codeAt(0xba),
  expandDown: dataAt(0x96),
  system: [0x67, 0x8900],
  absentLdt: [((LDT_AT << 16) | 0x17) >>> 0, 0x0200 | (LDT_AT >> 16)],
  long: [0xffff, 0x0060_9a0f],
  small: [0x00ff, 0x0040_9200],
} as const satisfies Readonly<Record<string, readonly number[]>>;
const FIRST = 0x170;
export const descriptor = (name: keyof typeof DESCRIPTORS): number =>
  FIRST + 8 * Object.keys(DESCRIPTORS).indexOf(name);

/** Data, code and nothing more. */
export const LDT_WORDS: readonly number[] = [0, 0, ...dataAt(0x92), ...codeAt(0x9a)];

/** Vectors that end in a task of their own; 42h: the new task has arrived. */
export const VECTORS = [1, 6, 8, 10, 11, 12, 13, 14, 0x42] as const;
export const observerSelector = (n: number): number => 0x120 + 8 * n;
export const ROADS = ['CALL', 'JMP', 'INT', 'IRET', '#UD', '#GP', 'CALL gate', 'JMP gate'] as const;
