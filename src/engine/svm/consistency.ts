/**
 * What VMRUN refuses (§15.5.1 and the sections of the features). `isConsistent` answers in one pass, without allocation;
 * `violations` walks the rows to name every rule that is broken, for a tool or a probe.
 *
 * The rows are those of this processor: AVIC, NMI virtualization, SEV, SNP and shadow stacks are absent from it, and the enable
 * bits of absent features are ignored, not refused.
 */
import { INTERCEPTS, IOPM_SIZE, MSRPM_SIZE } from '../arch/intercepts';
import { CR3_PAE_MASK, MEMORY_TYPES, PAE_PDPE_RESERVED_LO, PTE_P } from '../arch/paging';
import { CR0_CD, CR0_NW, CR0_PE, CR0_PG, CR0_WP, CR4_CET, CR4_PAE, EFER_LME, EFER_SVME } from '../arch/registers';
import { EVENT_TYPE_EXCEPTION, EVENT_VECTOR_MASK } from '../arch/events';
import { ATTRIB_DB, ATTRIB_L, NP_ENABLE } from '../arch/vmcb';
import type { VmcbField } from '../arch/vmcb';
import type { Section } from '../arch/manual';
import type { Ram } from '../state/ram';
import { SVM_NP } from '../state/limits';
import type { Limits } from '../state/limits';
import type { Vmcb } from '../state/vmcb';
import { canOccur, eventType, isEvent, isExceptionVector, isLegalEvent, isLegalType } from './event-injection';
import {
  W_ASID,
  W_CR0,
  W_CR3,
  W_CR4,
  W_CS,
  W_DR6,
  W_DR7,
  W_EFER,
  W_EVENTINJ,
  W_GPAT,
  W_INTERCEPT_MISC2,
  W_IOPM_BASE,
  W_MSRPM_BASE,
  W_NCR3,
  W_NP,
} from './vmcb-words';

/** What the rules look at: the VMCB, the processor, and the CR0 of the host that executes VMRUN. */
export interface Entry {
  readonly vmcb: Vmcb;
  readonly limits: Limits;
  readonly hostCr0: number;
}

/** One rule. */
export interface ConsistencyRule {
  /** The field to blame; its name on screen is VMCB[field].name. */
  readonly field: VmcbField;
  /** What is wrong when the rule is broken. */
  readonly what: string;
  readonly section: Section;
  readonly illegal: (entry: Entry) => boolean;
}

const TWO32 = 0x1_0000_0000;

/** Bits 63:32 that an address of the processor's width leaves zero. */
function beyondHigh(limits: Limits): number {
  return ~((1 << (limits.physicalBits - 32)) - 1);
}

/** Whether a map of `size` bytes at a base (bits 11:0 ignored) reaches past the last physical address. */
function mapBeyond(base: number, size: number, limits: Limits): boolean {
  return base - (base % 4096) + size > 2 ** limits.physicalBits;
}

function nested({ vmcb, limits }: Entry): boolean {
  return (vmcb.low('npEnable') & NP_ENABLE) !== 0 && (limits.svm & SVM_NP) !== 0;
}
function longMode({ vmcb }: Entry): boolean {
  return (vmcb.low('efer') & EFER_LME) !== 0 && (vmcb.low('cr0') & CR0_PG) !== 0;
}
function mode64(entry: Entry): boolean {
  return longMode(entry) && (entry.vmcb.low('csAttrib') & ATTRIB_L) !== 0;
}
function memoryTypes(low: number): number[] {
  return [0, 8, 16, 24].map((shift) => (low >>> shift) & 0xff);
}
function isMemoryType(type: number): boolean {
  return MEMORY_TYPES.some((row) => row.type === type);
}
function injectedException({ vmcb }: Entry): boolean {
  const low = vmcb.low('eventInj');
  return isEvent(low) && eventType(low) === EVENT_TYPE_EXCEPTION;
}

export const CONSISTENCY_RULES: readonly ConsistencyRule[] = [
  {
    field: 'interceptMisc2',
    what: 'the intercept of VMRUN (bit 0) is 0',
    section: '15.5.1',
    illegal: ({ vmcb }) => (vmcb.low('interceptMisc2') & (1 << INTERCEPTS.VMRUN.bit)) === 0,
  },
  {
    field: 'iopmBasePa',
    what: 'the I/O permission map (12 KB) reaches past the physical address space',
    section: '15.5.1',
    illegal: ({ vmcb, limits }) => mapBeyond(vmcb.number('iopmBasePa'), IOPM_SIZE, limits),
  },
  {
    field: 'msrpmBasePa',
    what: 'the MSR permission map (8 KB) reaches past the physical address space',
    section: '15.5.1',
    illegal: ({ vmcb, limits }) => mapBeyond(vmcb.number('msrpmBasePa'), MSRPM_SIZE, limits),
  },
  {
    field: 'guestAsid',
    what: 'the ASID is 0, which is the host’s',
    section: '15.5.1',
    illegal: ({ vmcb }) => vmcb.low('guestAsid') === 0,
  },
  {
    field: 'npEnable',
    what: 'nested paging while the host’s CR0.PG is 0',
    section: '15.25.3',
    illegal: (e) => nested(e) && (e.hostCr0 & CR0_PG) === 0,
  },
  {
    field: 'nCr3',
    what: 'bits at and above the width of a physical address are set',
    section: '15.25.4',
    illegal: (e) => nested(e) && (e.vmcb.high('nCr3') & beyondHigh(e.limits)) !== 0,
  },
  {
    field: 'gPat',
    what: 'a byte holds no memory type',
    section: '15.25.4',
    illegal: (e) =>
      nested(e) && ![...memoryTypes(e.vmcb.low('gPat')), ...memoryTypes(e.vmcb.high('gPat'))].every(isMemoryType),
  },
  {
    field: 'eventInj',
    what: 'TYPE is reserved',
    section: '15.20',
    illegal: ({ vmcb }) => isEvent(vmcb.low('eventInj')) && !isLegalType(vmcb.low('eventInj')),
  },
  {
    field: 'eventInj',
    what: 'an exception (TYPE 3) with vector 2 or a vector above 31',
    section: '15.20',
    illegal: (e) => injectedException(e) && !isExceptionVector(e.vmcb.low('eventInj')),
  },
  {
    field: 'eventInj',
    what: 'an exception (TYPE 3) that does not exist or cannot occur in the guest’s mode',
    section: '15.20',
    illegal: (e) => {
      const low = e.vmcb.low('eventInj');
      return injectedException(e) && isExceptionVector(low) && !canOccur(low & EVENT_VECTOR_MASK, mode64(e));
    },
  },
  {
    field: 'efer',
    what: 'SVME is 0',
    section: '15.5.1',
    illegal: ({ vmcb }) => (vmcb.low('efer') & EFER_SVME) === 0,
  },
  {
    field: 'efer',
    what: 'a bit the processor does not implement is set',
    section: '15.5.1',
    illegal: ({ vmcb, limits }) => (vmcb.low('efer') & ~limits.eferValid) !== 0 || vmcb.high('efer') !== 0,
  },
  {
    field: 'cr0',
    what: 'NW is 1 while CD is 0',
    section: '15.5.1',
    illegal: ({ vmcb }) => (vmcb.low('cr0') & (CR0_CD | CR0_NW)) === CR0_NW,
  },
  {
    field: 'cr0',
    what: 'bits 63:32 are not zero',
    section: '15.5.1',
    illegal: ({ vmcb }) => vmcb.high('cr0') !== 0,
  },
  {
    field: 'cr0',
    what: 'EFER.LME and PG are 1 while PE is 0',
    section: '15.5.1',
    illegal: (e) => longMode(e) && (e.vmcb.low('cr0') & CR0_PE) === 0,
  },
  {
    field: 'cr3',
    what: 'bits at and above the width of a physical address are set',
    section: '15.5.1',
    illegal: ({ vmcb, limits }) => (vmcb.high('cr3') & beyondHigh(limits)) !== 0,
  },
  {
    field: 'cr3',
    what: 'a present PDPE of the PAE guest has reserved bits set',
    section: '15.5.1',
    illegal: (e) => {
      const cr4 = e.vmcb.low('cr4');
      if (longMode(e) || nested(e) || (e.vmcb.low('cr0') & CR0_PG) === 0 || (cr4 & CR4_PAE) === 0) return false;
      return hasIllegalPdpe(e.vmcb.ram, e.vmcb.low('cr3'), e.limits);
    },
  },
  {
    field: 'cr4',
    what: 'a bit the processor does not implement is set',
    section: '15.5.1',
    illegal: ({ vmcb, limits }) => (vmcb.low('cr4') & ~limits.cr4Valid) !== 0 || vmcb.high('cr4') !== 0,
  },
  {
    field: 'cr4',
    what: 'EFER.LME and CR0.PG are 1 while PAE is 0',
    section: '15.5.1',
    illegal: (e) => longMode(e) && (e.vmcb.low('cr4') & CR4_PAE) === 0,
  },
  {
    field: 'cr4',
    what: 'CET is 1 while CR0.WP is 0',
    section: '15.5.1',
    illegal: ({ vmcb }) => (vmcb.low('cr4') & CR4_CET) !== 0 && (vmcb.low('cr0') & CR0_WP) === 0,
  },
  {
    field: 'csAttrib',
    what: 'L and D are both 1 in long mode',
    section: '15.5.1',
    illegal: (e) =>
      longMode(e) &&
      (e.vmcb.low('cr4') & CR4_PAE) !== 0 &&
      (e.vmcb.low('csAttrib') & (ATTRIB_L | ATTRIB_DB)) === (ATTRIB_L | ATTRIB_DB),
  },
  {
    field: 'dr6',
    what: 'bits 63:32 are not zero',
    section: '15.5.1',
    illegal: ({ vmcb }) => vmcb.high('dr6') !== 0,
  },
  {
    field: 'dr7',
    what: 'bits 63:32 are not zero',
    section: '15.5.1',
    illegal: ({ vmcb }) => vmcb.high('dr7') !== 0,
  },
];

/** Every rule an entry breaks; empty when VMRUN would accept it. */
export function violations(entry: Entry): ConsistencyRule[] {
  return CONSISTENCY_RULES.filter((rule) => rule.illegal(entry));
}

/**
 * The rows at one go, for VMRUN itself. `m` holds the VMCB from word `w` on. The tests hold it against the rows.
 */
export function isConsistent(m: Int32Array, w: number, limits: Limits, hostCr0: number, ram: Ram): boolean {
  const cr0 = m[w + W_CR0]!;
  const cr4 = m[w + W_CR4]!;
  const efer = m[w + W_EFER]!;
  const beyond = beyondHigh(limits);
  const zero =
    m[w + W_CR0 + 1]! |
    m[w + W_CR4 + 1]! |
    m[w + W_EFER + 1]! |
    m[w + W_DR6 + 1]! |
    m[w + W_DR7 + 1]! |
    (efer & ~limits.eferValid) |
    (cr4 & ~limits.cr4Valid) |
    (m[w + W_CR3 + 1]! & beyond);
  if (zero !== 0) return false;
  if ((efer & EFER_SVME) === 0 || (cr0 & (CR0_CD | CR0_NW)) === CR0_NW) return false;
  if ((cr4 & CR4_CET) !== 0 && (cr0 & CR0_WP) === 0) return false;
  if ((m[w + W_INTERCEPT_MISC2]! & 1) === 0 || m[w + W_ASID] === 0) return false;

  const csAttributes = m[w + W_CS]! >>> 16;
  const isLong = (efer & EFER_LME) !== 0 && (cr0 & CR0_PG) !== 0;
  if (isLong) {
    if ((cr0 & CR0_PE) === 0 || (cr4 & CR4_PAE) === 0) return false;
    if ((csAttributes & (ATTRIB_L | ATTRIB_DB)) === (ATTRIB_L | ATTRIB_DB)) return false;
  }
  const event = m[w + W_EVENTINJ]!;
  if (event < 0 && !isLegalEvent(event, isLong && (csAttributes & ATTRIB_L) !== 0)) return false;

  if ((m[w + W_NP]! & NP_ENABLE) !== 0 && (limits.svm & SVM_NP) !== 0) {
    if ((hostCr0 & CR0_PG) === 0 || (m[w + W_NCR3 + 1]! & beyond) !== 0) return false;
    if ((badMemoryTypes(m[w + W_GPAT]!) | badMemoryTypes(m[w + W_GPAT + 1]!)) !== 0) return false;
  } else if (!isLong && (cr0 & CR0_PG) !== 0 && (cr4 & CR4_PAE) !== 0) {
    if (hasIllegalPdpe(ram, m[w + W_CR3]!, limits)) return false;
  }
  const iopm = w + W_IOPM_BASE;
  const msrpm = w + W_MSRPM_BASE;
  return (
    endsWithin(m[iopm]!, m[iopm + 1]!, IOPM_SIZE, beyond) && endsWithin(m[msrpm]!, m[msrpm + 1]!, MSRPM_SIZE, beyond)
  );
}

/** Not 0 if one of four bytes is above 7, or is 2 or 3. §7.8.2 */
function badMemoryTypes(types: number): number {
  return (types & 0xf8f8_f8f8) | ((types >>> 1) & ~(types >>> 2) & 0x0101_0101);
}

/** Whether `size` bytes from a base (halves, bits 11:0 ignored) end at or below the last physical address. */
function endsWithin(low: number, high: number, size: number, beyond: number): boolean {
  return (high & beyond) === 0 && (high !== ~beyond || (low & ~0xfff) >>> 0 <= TWO32 - size);
}

/** Whether one of the four PDPEs at CR3 is present with reserved bits set; absent memory reads all ones. §5.2.3 */
function hasIllegalPdpe(ram: Ram, cr3: number, limits: Limits): boolean {
  const table = (cr3 & CR3_PAE_MASK) >>> 0;
  for (let n = 0; n < 4; n++) {
    const low = ram.read32(table + n * 8);
    if ((low & PTE_P) === 0) continue;
    if ((low & PAE_PDPE_RESERVED_LO) !== 0 || (ram.read32(table + n * 8 + 4) & beyondHigh(limits)) !== 0) return true;
  }
  return false;
}
