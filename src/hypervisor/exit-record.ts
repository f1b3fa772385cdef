/** One #VMEXIT, for whoever watches: what the VMCB says, and what its handler decided. */
import { VMCB } from '../engine/arch/vmcb';
import { RCX, RDX } from '../engine/arch/registers';
import type { Outcome } from './outcome';
import { outcomeText } from './outcome';
import type { Register64 } from './vcpu';
import type { Vm } from './vm';

export interface ExitRecord {
  /** From 1, over all guests. */
  readonly number: number;
  /** Virtual time of the #VMEXIT in ns, before its cost. */
  readonly time: number;
  /** Guest id. */
  readonly guest: number;
  /** SPA of the VMCB. */
  readonly vmcb: number;
  /** EXITCODE, signed as in EXIT_CODES. */
  readonly code: number;
  /** EXITINFO1, EXITINFO2, EXITINTINFO, RIP, nRIP, RSP, RAX, RCX, RDX right after the #VMEXIT, unsigned. */
  readonly info1: bigint;
  readonly info2: bigint;
  readonly intInfo: bigint;
  readonly rip: bigint;
  readonly nRip: bigint;
  readonly rsp: bigint;
  readonly rax: bigint;
  readonly rcx: bigint;
  readonly rdx: bigint;
  /** `pending`: the handler has not run yet. */
  readonly outcome: 'pending' | Outcome['kind'];
  /** Bytes RIP was moved by (`advance`), the vector (`inject`), else 0. */
  readonly outcomeValue: number;
  /** The outcome in words, such as `inject #GP(0)`. */
  readonly outcomeText: string;
  /** Who decided: one or two words; empty while pending. */
  readonly handler: string;
}

/** The exit as the VMCB and the processor hold it before its handler runs. */
export function pendingRecord(number: number, time: number, vm: Vm): ExitRecord {
  const { vcpu } = vm;
  const { vmcb } = vcpu;
  return {
    number,
    time,
    guest: vm.id,
    vmcb: vmcb.spa,
    code: vmcb.int(VMCB.exitCode.offset),
    info1: vmcb.big('exitInfo1'),
    info2: vmcb.big('exitInfo2'),
    intInfo: vmcb.big('exitIntInfo'),
    rip: vmcb.big('rip'),
    nRip: vmcb.big('nRip'),
    rsp: vmcb.big('rsp'),
    rax: vmcb.big('rax'),
    rcx: big(vcpu.gpr(RCX)),
    rdx: big(vcpu.gpr(RDX)),
    outcome: 'pending',
    outcomeValue: 0,
    outcomeText: 'pending',
    handler: '',
  };
}

/** The same once it is decided; `moved`: bytes RIP went forward. */
export function decidedRecord(record: ExitRecord, outcome: Outcome, moved: number): ExitRecord {
  const outcomeValue = outcome.kind === 'advance' ? moved : outcome.kind === 'inject' ? outcome.event.vector : 0;
  return { ...record, outcome: outcome.kind, outcomeValue, outcomeText: outcomeText(outcome), handler: outcome.by };
}

function big({ low, high }: Register64): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
