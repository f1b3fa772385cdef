/** What the built-in hypervisor keeps of a guest's paging where the VMCB does not tell: under shadow paging, and where paging is the user's. */
import { CR4_PAE, EFER_LMA, EFER_LME, EFER_NXE } from '../engine/arch/registers';
import type { PagingRegisters } from '../engine/mmu/explain-walk';
import { ShadowPaging } from '../hypervisor/paging/shadow';
import type { Vm } from '../hypervisor/vm';

export interface KeptPaging {
  /** Control registers as the guest knows them. */
  readonly controls: { readonly cr0: number; readonly cr3: number; readonly cr4: number; readonly efer: number };
  /** The map from GPA to SPA, in the format of nested tables. */
  readonly map: NonNullable<PagingRegisters['nested']>;
  /** Whether there is memory at a GPA. */
  isMemory(gpa: number): boolean;
  /** A tool has written to system memory: tables that follow from it are compared anew. */
  written(): void;
}

/** Undefined under nested paging: there the VMCB holds everything. */
export function keptPaging({ vcpu, memory }: Vm): KeptPaging | undefined {
  if (memory.kind === 'nested') return undefined;
  return {
    controls: vcpu.guestControls,
    map: { cr3: memory.root, cr4: CR4_PAE, efer: EFER_LME | EFER_LMA | EFER_NXE },
    isMemory: (gpa) => memory.isMemory(gpa),
    written: () => {
      if (memory instanceof ShadowPaging) memory.compareAll();
    },
  };
}

/** The registers with which tools walk for such a guest: its own, and the map as if it were nested tables. */
export function keptRegisters({ controls, map }: KeptPaging, rflags: number): PagingRegisters {
  return { ...controls, rflags, nested: map };
}
