/** Breakpoints on #VMEXIT: groups of exit reasons, each with a condition that looks at the exit. */
import { EXIT_CODES, exitName } from '../engine/arch/exit-codes';
import type { ExitName } from '../engine/arch/exit-codes';
import { RBP, RBX, RSI, RDI } from '../engine/arch/registers';
import type { CpuState } from '../engine/state/cpu-state';
import type { ExitLog, WideColumn } from './exit-log';
import { readExpression } from './expression';
import type { Expression, Names, Scope } from './expression';

export interface ExitGroup {
  /** Words for people, behind `#VMEXIT: `. */
  readonly label: string;
  readonly description: string;
  /** Does an exit of this name belong to it? */
  readonly holds: (name: ExitName) => boolean;
}

const SVM = /^VMEXIT_(VMRUN|VMLOAD|VMSAVE|STGI|CLGI|SKINIT|VMGEXIT)$/;
const TRANSLATION = /^VMEXIT_(INVLPG.*|INVPCID|TLBSYNC)$/;
const named =
  (pattern: RegExp) =>
  (name: ExitName): boolean =>
    pattern.test(name);
const CR = named(/^VMEXIT_CR\d+_(READ|WRITE|WRITE_TRAP)$|^VMEXIT_CR0_SEL_WRITE$|^VMEXIT_EFER_WRITE_TRAP$/);
const DR = named(/^VMEXIT_DR\d+_(READ|WRITE)$/);
const EXCEPTION = named(/^VMEXIT_EXCP_/);
const TABLES = named(/^VMEXIT_([IGL]DTR|TR)_(READ|WRITE)$/);
const SINGLE = named(/^VMEXIT_(CPUID|VMMCALL)$/);

/** By the name a debug client knows them by. `any` first; every exit is in one other group at least. */
export const EXIT_GROUPS = {
  any: { label: 'any', description: 'Every #VMEXIT', holds: () => true },
  ioio: {
    label: 'I/O ports (IOIO)',
    description: 'IN, OUT, INS, OUTS of a port the IOPM intercepts',
    holds: named(/^VMEXIT_IOIO$/),
  },
  msr: { label: 'MSRs', description: 'RDMSR and WRMSR of an MSR the MSRPM intercepts', holds: named(/^VMEXIT_MSR$/) },
  cpuid: { label: 'CPUID', description: 'CPUID', holds: named(/^VMEXIT_CPUID$/) },
  vmmcall: { label: 'VMMCALL', description: 'A call of the guest to its hypervisor', holds: named(/^VMEXIT_VMMCALL$/) },
  npf: {
    label: 'nested page faults (NPF)',
    description: 'The nested page tables refused an access',
    holds: named(/^VMEXIT_NPF$/),
  },
  exception: {
    label: 'exceptions (EXCP)',
    description: 'An exception whose vector is intercepted; condition: vector == 14',
    holds: EXCEPTION,
  },
  cr: { label: 'control registers (CR)', description: 'Reads and writes of CR0 to CR15, EFER traps', holds: CR },
  dr: { label: 'debug registers (DR)', description: 'Reads and writes of DR0 to DR15', holds: DR },
  idle: {
    label: 'HLT, PAUSE, MWAIT',
    description: 'The guest waits',
    holds: (name) => EXIT_CODES[name].class === 'idle',
  },
  interrupt: {
    label: 'interrupts and events',
    description: 'INTR, NMI, SMI, INIT, VINTR, task switches and the like',
    holds: (name) => EXIT_CODES[name].class === 'event' && !EXCEPTION(name),
  },
  translation: {
    label: 'INVLPG and TLB',
    description: 'INVLPG, INVLPGA, INVLPGB, INVPCID, TLBSYNC',
    holds: named(TRANSLATION),
  },
  tables: { label: 'descriptor tables', description: 'SIDT, LGDT and their kin', holds: TABLES },
  svm: { label: 'SVM instructions', description: 'VMRUN, VMLOAD, VMSAVE, STGI, CLGI, SKINIT', holds: named(SVM) },
  instruction: {
    label: 'other instructions',
    description: 'RDTSC, PUSHF, IRET, RSM, INVD, WBINVD, MONITOR, XSETBV and the rest',
    holds: (name) =>
      EXIT_CODES[name].class === 'instruction' &&
      !CR(name) &&
      !DR(name) &&
      !TABLES(name) &&
      !SVM.test(name) &&
      !SINGLE(name),
  },
  fault: {
    label: 'SHUTDOWN and INVALID',
    description: 'The guest cannot go on, or VMRUN refused the VMCB',
    holds: (name) => EXIT_CODES[name].class === 'fault',
  },
} as const satisfies Record<string, ExitGroup>;
export type ExitGroupName = keyof typeof EXIT_GROUPS;

/** Names of a condition about an exit, and where their values come from. */
const COLUMNS: Readonly<Record<string, WideColumn>> = {
  exitinfo1: 'info1',
  exitinfo2: 'info2',
  exitintinfo: 'intInfo',
  nrip: 'nRip',
  rip: 'rip',
  rax: 'rax',
  rcx: 'rcx',
  rdx: 'rdx',
};
const REGISTERS: Readonly<Record<string, number>> = {
  rbx: RBX,
  rbp: RBP,
  rsi: RSI,
  rdi: RDI,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
  r12: 12,
  r13: 13,
  r14: 14,
  r15: 15,
};
const OTHERS = [
  'exitcode',
  'port',
  'in',
  'size',
  'msr',
  'write',
  'gpa',
  'vector',
  'errorcode',
  'cr',
  'dr',
  'guest',
  'number',
] as const;
const SPELLED = ['EXITCODE', 'EXITINFO1', 'EXITINFO2', 'EXITINTINFO', 'nRIP'];

export const EXIT_NAMES: Names = {
  has: (name) => {
    const low = name.toLowerCase();
    return low in COLUMNS || low in REGISTERS || (OTHERS as readonly string[]).includes(low) || isExitName(name);
  },
  all: () => [
    ...SPELLED,
    ...OTHERS.slice(1),
    ...Object.keys(COLUMNS),
    ...Object.keys(REGISTERS),
    ...Object.keys(EXIT_CODES),
  ],
};

function isExitName(name: string): name is ExitName {
  return Object.hasOwn(EXIT_CODES, name.toUpperCase());
}

const FIRST_EXCEPTION = EXIT_CODES.VMEXIT_EXCP_DE.code;
const LAST_EXCEPTION = EXIT_CODES.VMEXIT_EXCP_31.code;
const FIRST_DR = EXIT_CODES.VMEXIT_DR0_READ.code;
const LAST_DR = EXIT_CODES.VMEXIT_DR15_WRITE.code;

/** The newest exit of a log as the scope of a condition; general registers are read from the processor, which still has the guest's. */
export class ExitScope implements Scope {
  number = 0;

  constructor(
    private readonly log: ExitLog,
    private readonly state: CpuState,
  ) {}

  value(name: string): bigint | undefined {
    const { log, number } = this;
    const low = name.toLowerCase();
    const column = COLUMNS[low];
    if (column) return log.big(number, column);
    const register = REGISTERS[low];
    if (register !== undefined) return this.state.gpr(register);
    const code = log.codeOf(number);
    const info = log.low(number, 'info1');
    switch (low) {
      case 'exitcode':
        return BigInt.asUintN(64, BigInt(code));
      case 'number':
        return BigInt(number);
      case 'guest':
        return BigInt(log.guestOf(number));
      case 'port':
        return code === EXIT_CODES.VMEXIT_IOIO.code ? BigInt(info >>> 16) : undefined;
      case 'in':
        return code === EXIT_CODES.VMEXIT_IOIO.code ? BigInt(info & 1) : undefined;
      case 'size':
        return code === EXIT_CODES.VMEXIT_IOIO.code ? BigInt((info >>> 4) & 7) : undefined;
      case 'msr':
        return code === EXIT_CODES.VMEXIT_MSR.code ? BigInt(log.low(number, 'rcx') >>> 0) : undefined;
      case 'write':
        if (code === EXIT_CODES.VMEXIT_MSR.code) return BigInt(info & 1);
        return code === EXIT_CODES.VMEXIT_NPF.code ? BigInt((info >>> 1) & 1) : undefined;
      case 'gpa':
        return code === EXIT_CODES.VMEXIT_NPF.code ? log.big(number, 'info2') : undefined;
      case 'vector':
        return code >= FIRST_EXCEPTION && code <= LAST_EXCEPTION ? BigInt(code - FIRST_EXCEPTION) : undefined;
      case 'errorcode':
        return code === EXIT_CODES.VMEXIT_NPF.code || (code >= FIRST_EXCEPTION && code <= LAST_EXCEPTION)
          ? log.big(number, 'info1')
          : undefined;
      case 'cr':
        return code >= 0 && code < FIRST_DR ? BigInt(code & 15) : undefined;
      case 'dr':
        return code >= FIRST_DR && code <= LAST_DR ? BigInt(code & 15) : undefined;
      default: {
        const exit = name.toUpperCase();
        return isExitName(exit) ? BigInt.asUintN(64, BigInt(EXIT_CODES[exit].code)) : undefined;
      }
    }
  }
}

export interface ExitBreakpoint {
  readonly group: ExitGroupName;
  /** Empty: every exit of the group. */
  readonly condition: string;
}

/** The exits to stop at. */
export class ExitFilters {
  private active: { group: ExitGroupName; holds: (code: number) => boolean; condition: Expression | undefined }[] = [];
  /** Stops at the first exit with this number or a later one, once. */
  once: number | undefined;

  /** Throws ExpressionError for a condition that cannot be read. */
  set(breakpoints: readonly ExitBreakpoint[]): void {
    this.active = breakpoints.map(({ group, condition }) => ({
      group,
      holds: (code) => inGroup(group, code),
      condition: condition.trim() === '' ? undefined : readExpression(condition, EXIT_NAMES),
    }));
  }

  get any(): boolean {
    return this.active.length > 0 || this.once !== undefined;
  }

  /** The group that wants to stop at the exit of a scope. */
  match(scope: ExitScope, code: number): ExitGroupName | undefined {
    if (this.once !== undefined && scope.number >= this.once) {
      this.once = undefined;
      return 'any';
    }
    return this.active.find(({ holds, condition }) => holds(code) && (!condition || Boolean(condition(scope))))?.group;
  }
}

/** Whether an EXITCODE belongs to a group; a code the manual does not name counts as a fault. */
export function inGroup(group: ExitGroupName, code: number): boolean {
  const name = exitName(code);
  return name ? EXIT_GROUPS[group].holds(name) : group === 'any' || group === 'fault';
}
