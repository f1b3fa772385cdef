/** Rows that cannot be compared with this machine's processor from a user's program, and why. */
import type { Row } from '../../src/engine/isa/row';

const SAYS_WHO_IT_IS = 'answers what this very processor is';
const CLOCK = 'reads a clock or a counter of this very machine';
const SYSTEM_TABLES = 'shows addresses of the system’s tables, or is emulated by the system under CR4.UMIP';
const CHANCE = 'gives a random number';
const SYSTEMS_SEGMENTS = 'the bases of FS and GS are the comparing program’s own, if the system lets it see them';
const CALLS_THE_SYSTEM = 'calls the system beneath';
const APPROXIMATES =
  'approximates, every processor with bits of its own; test/silicon/vector-float.test.ts bounds the error';
const APPROXIMATES_X87 =
  'approximates, every processor with last bits of its own; test/float/x87.test.ts bounds the error';
const COMPONENTS =
  'saves and loads every component the system enables, by EAX and by the header’s 64 bytes; test/cpu/xsave.test.ts has what a Zen 4 did';
const HYPERVISOR =
  'is decided by EFER.SVME, the intercepts and the emulation of a hypervisor that may be beneath the system';

/** By mnemonic; a row's encoding after it narrows. */
export const EXCLUDED: Readonly<Record<string, string>> = {
  CPUID: SAYS_WHO_IT_IS,
  RDTSC: CLOCK,
  RDTSCP: CLOCK,
  RDPMC: CLOCK,
  RDPRU: CLOCK,
  RDPID: SAYS_WHO_IT_IS,
  RDRAND: CHANCE,
  RDSEED: CHANCE,
  XGETBV: SAYS_WHO_IT_IS,
  XSETBV: HYPERVISOR,
  RDFSBASE: SYSTEMS_SEGMENTS,
  RDGSBASE: SYSTEMS_SEGMENTS,
  WRFSBASE: SYSTEMS_SEGMENTS,
  WRGSBASE: SYSTEMS_SEGMENTS,
  MONITOR: HYPERVISOR,
  MWAIT: HYPERVISOR,
  RSM: HYPERVISOR,
  WBNOINVD: HYPERVISOR,
  INVPCID: HYPERVISOR,
  SGDT: SYSTEM_TABLES,
  SIDT: SYSTEM_TABLES,
  SLDT: SYSTEM_TABLES,
  STR: SYSTEM_TABLES,
  SMSW: SYSTEM_TABLES,
  SYSCALL: CALLS_THE_SYSTEM,
  SYSENTER: CALLS_THE_SYSTEM,
  VMMCALL: CALLS_THE_SYSTEM,
  INT1: HYPERVISOR,
  SYSEXIT: HYPERVISOR,
  VMRUN: HYPERVISOR,
  VMLOAD: HYPERVISOR,
  VMSAVE: HYPERVISOR,
  STGI: HYPERVISOR,
  CLGI: HYPERVISOR,
  SKINIT: HYPERVISOR,
  INVLPGA: HYPERVISOR,
  F2XM1: APPROXIMATES_X87,
  FYL2X: APPROXIMATES_X87,
  FYL2XP1: APPROXIMATES_X87,
  FPATAN: APPROXIMATES_X87,
  FPTAN: APPROXIMATES_X87,
  FSIN: APPROXIMATES_X87,
  FCOS: APPROXIMATES_X87,
  FSINCOS: APPROXIMATES_X87,
  RCPPS: APPROXIMATES,
  RCPSS: APPROXIMATES,
  RSQRTPS: APPROXIMATES,
  RSQRTSS: APPROXIMATES,
  XSAVE: COMPONENTS,
  XSAVE64: COMPONENTS,
  XRSTOR: COMPONENTS,
  XRSTOR64: COMPONENTS,
  XSAVEOPT: COMPONENTS,
  XSAVEOPT64: COMPONENTS,
  XSAVEC: COMPONENTS,
  XSAVEC64: COMPONENTS,
};

export const rowName = (row: Row): string => `${row.mnemonic} ${row.encoding.text}`;

/** The reason, or undefined for a row that is compared. */
export function exclusion(row: Row): string | undefined {
  return EXCLUDED[row.mnemonic] ?? EXCLUDED[rowName(row)];
}

/** The flag of /proc/cpuinfo without which the processor lacks a row. */
const FEATURES: Readonly<Record<string, string>> = {
  MOVBE: 'movbe',
  POPCNT: 'popcnt',
  LZCNT: 'abm',
  TZCNT: 'bmi1',
  CMPXCHG16B: 'cx16',
  LAHF: 'lahf_lm',
  SAHF: 'lahf_lm',
  PREFETCHW: '3dnowprefetch',
  ANDN: 'bmi1',
  BEXTR: 'bmi1',
  BLSR: 'bmi1',
  BLSMSK: 'bmi1',
  BLSI: 'bmi1',
  BZHI: 'bmi2',
  MULX: 'bmi2',
  PDEP: 'bmi2',
  PEXT: 'bmi2',
  SHLX: 'bmi2',
  SARX: 'bmi2',
  SHRX: 'bmi2',
  RORX: 'bmi2',
  ADCX: 'adx',
  ADOX: 'adx',
  CRC32: 'sse4_2',
  CLFLUSHOPT: 'clflushopt',
  CLWB: 'clwb',
  CLZERO: 'clzero',
  MOVNTI: 'sse2',
};

/** Features of CPUID that it calls otherwise. */
const FLAG_OF_FEATURE: Readonly<Record<string, string>> = {
  SSE3: 'pni',
  SSE41: 'sse4_1',
  SSE42: 'sse4_2',
  SHA: 'sha_ni',
  MMX_EXT: 'mmxext',
  MISALIGN_SSE: 'misalignsse',
};

export function neededFeature(row: Row): string | undefined {
  if (row.unit === undefined || row.feature === undefined) return FEATURES[row.mnemonic];
  return FLAG_OF_FEATURE[row.feature] ?? row.feature.toLowerCase();
}

/**
 * Rows of which the manual leaves open what a fault halfway leaves behind, or whose stack counts by the new mode: the engine does as
 * AMD's processors do, and only they are asked.
 */
export function isLeftToAmd(row: Row): boolean {
  const pushesSegment = row.mnemonic === 'PUSH' && row.operands[0]?.place === 'fixed-segment';
  return pushesSegment || /^(PUSHAD?|POPAD?|ENTER)$/.test(row.mnemonic) || /^CALL (9A|FF \/3)$/.test(rowName(row));
}
