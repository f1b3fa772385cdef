/** Which translations of the TLB are the processor's own now: by ASID (0: the host's) and process-context identifier (§5.5.1, §15.16). */
import { CR3_PCID_MASK, CR4_PCIDE, EFER_LMA } from '../arch/registers';
import type { Tlb } from '../mmu/tlb';
import type { CpuState } from '../state/cpu-state';
import { ASID, CRS, GUEST_MODE } from '../state/layout';

export class AddressSpaces {
  constructor(
    private readonly state: CpuState,
    private readonly tlb: Tlb,
  ) {}

  private get asid(): number {
    const { i32 } = this.state;
    return i32[GUEST_MODE >> 2] !== 0 ? i32[ASID >> 2]! : 0;
  }
  /** 0 without CR4.PCIDE. */
  get pcid(): number {
    const { state } = this;
    const used = (state.cr(4) & CR4_PCIDE) !== 0 && (state.efer & EFER_LMA) !== 0;
    return used ? state.low(CRS + 24) & CR3_PCID_MASK : 0;
  }

  /** The TLB's number for it. */
  current(): number {
    return this.tlb.space(this.asid, this.pcid);
  }

  /** Drops the translations of every context. */
  flush(keepGlobal: boolean): void {
    this.tlb.flushAsid(this.asid, keepGlobal);
  }

  /** Drops one context's translations that are not global, all or of one page. */
  flushContext(pcid: number, address?: { readonly low: number; readonly high: number }): void {
    const { tlb, asid } = this;
    if (!address) tlb.flushAsid(asid, true, pcid);
    else tlb.invalidatePageOf(asid, address.low, address.high, (other) => (other === pcid ? 'not-global' : 'none'));
  }

  /** INVLPG: of this context, and global ones of all. */
  invalidatePage(low: number, high: number): void {
    const { tlb, asid, pcid } = this;
    tlb.invalidatePageOf(asid, low, high, (other) => (other === pcid ? 'both' : 'global'));
  }
}
