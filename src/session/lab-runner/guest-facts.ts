/** What is true of a guest under the built-in hypervisor now. */
import type { VmcbField } from '../../engine/arch/vmcb';
import { NP_ENABLE } from '../../engine/arch/vmcb';
import type { Machine } from '../../engine/machine/machine';
import { explainWalk } from '../../engine/mmu/explain-walk';
import type { PagingRegisters, WalkResult } from '../../engine/mmu/explain-walk';
import { ACCESS_EXECUTE, ACCESS_USER, ACCESS_WRITE } from '../../engine/mmu/walk';
import { CRS } from '../../engine/state/layout';
import type { Vmcb } from '../../engine/state/vmcb';
import type { Vm } from '../../hypervisor/vm';
import type { Ending, GuestFacts, ShadowMismatch, WalkFact } from '../../labs/workbench';
import type { Program } from '../program';
import { endingOf } from './ending';
import { shadowMismatches } from './shadow-mismatches';
import { fieldOf, VmcbRecord } from './vmcb-record';

const ACCESS = { read: 0, write: ACCESS_WRITE, execute: ACCESS_EXECUTE } as const;

export class GuestNow implements GuestFacts {
  /** Virtual ns spent on its exits. */
  exitCost = 0;
  /** Instructions it has retired. */
  instructions = 0;
  readonly said: number[] = [];
  private readonly record: VmcbRecord;

  constructor(
    private readonly machine: Machine,
    private readonly vm: Vm,
    private readonly program: Program,
    private readonly limit: number,
  ) {
    this.record = new VmcbRecord(machine.ram, vm.vcpu.vmcb.spa);
  }

  get id(): number {
    return this.vm.id;
  }
  get console(): Uint8Array {
    return Uint8Array.from(this.said);
  }
  get stopped(): Ending | undefined {
    const { stopped } = this.vm.vcpu.state;
    return stopped ? endingOf(stopped, this.limit) : undefined;
  }

  vmcb(field: VmcbField): bigint {
    return fieldOf(this.record.now(), field);
  }
  gpr(register: number): bigint {
    const { low, high } = this.vm.vcpu.gpr(register);
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }
  memory(gpa: number, length: number): Uint8Array {
    return this.vm.memory.read(gpa, length);
  }
  spaOf(gpa: number): number | undefined {
    return this.vm.memory.spaOf(gpa);
  }
  symbol(name: string): bigint {
    const value = this.program.symbol(name);
    if (value === undefined) throw new Error(`the guest has no symbol ${name}`);
    return value;
  }

  shadowMismatches(): readonly ShadowMismatch[] {
    const { vm, machine } = this;
    const { vmcb, guestControls } = vm.vcpu;
    if (vm.memory.kind === 'nested') throw new Error('a guest under nested paging has no shadow tables');
    return shadowMismatches({
      ram: machine.ram,
      physicalBits: machine.processor.limits.physicalBits,
      shadow: { cr0: vmcb.low('cr0'), cr3: vmcb.number('cr3'), cr4: vmcb.low('cr4'), efer: vmcb.low('efer') },
      guest: guestControls,
      spaOf: (gpa) => vm.memory.spaOf(gpa),
    });
  }

  walk(gva: bigint, access: 'read' | 'write' | 'execute', user = false): WalkFact {
    const { ram, processor } = this.machine;
    const { vmcb } = this.vm.vcpu;
    const low = Number(BigInt.asIntN(32, gva));
    const high = Number(BigInt.asIntN(32, gva >> 32n));
    const kind = ACCESS[access] | (user ? ACCESS_USER : 0);
    const { steps, result } = explainWalk(ram, processor.limits, this.paging(vmcb), low, high, kind);
    return {
      references: steps.map(({ dimension, level, entrySpa, low: l, high: h }) => ({
        dimension,
        level,
        entrySpa,
        entry: (BigInt(h >>> 0) << 32n) | BigInt(l >>> 0),
      })),
      result: walkResult(result),
    };
  }

  /** The registers VMRUN would walk with. */
  private paging(vmcb: Vmcb): PagingRegisters {
    const { state } = this.machine;
    const nested = (vmcb.low('npEnable') & NP_ENABLE) !== 0;
    return {
      cr0: vmcb.low('cr0'),
      cr3: vmcb.number('cr3'),
      cr4: vmcb.low('cr4'),
      efer: vmcb.low('efer'),
      rflags: vmcb.low('rflags'),
      nested: nested ? { cr3: vmcb.number('nCr3'), cr4: state.i32[(CRS + 32) >> 2]!, efer: state.efer } : undefined,
    };
  }
}

function walkResult(result: WalkResult): WalkFact['result'] {
  switch (result.kind) {
    case 'mapped': {
      const { gpa, spa, writable, userAccessible, executable, pageShift } = result;
      return { kind: 'mapped', gpa, spa, writable, user: userAccessible, executable, pageSize: 2 ** pageShift };
    }
    case 'pf':
      return { kind: 'page-fault', errorCode: result.errorCode };
    case 'npf':
      return { kind: 'nested-fault', gpa: result.gpa, errorCode: result.errorCode };
  }
}
