/** The constants 'pacifica' exports, made of the manual's tables: masks of 64-bit values are bigints, all else numbers. */
import type { BitField } from '../../engine/arch/bit-field';
import { CPUID_FEATURES, type CpuidFeature } from '../../engine/arch/cpuid';
import { EVENT_BITS, EVENT_TYPES } from '../../engine/arch/events';
import { EXCEPTIONS, PAGE_FAULT_ERROR } from '../../engine/arch/exceptions';
import { EXIT_CODES, IOIO_INFO, NPF_INFO } from '../../engine/arch/exit-codes';
import { MSRS, type Msr } from '../../engine/arch/msr';
import { PTE_BITS } from '../../engine/arch/paging';
import { CR0, CR4, DR6, DR7, EFER, RFLAGS } from '../../engine/arch/registers';
import {
  NP_BITS,
  SEGMENT_ATTRIBUTES,
  TLB_CONTROL_FLUSH_ALL,
  TLB_CONTROL_FLUSH_ASID,
  TLB_CONTROL_FLUSH_ASID_NON_GLOBAL,
  TLB_CONTROL_NOTHING,
  VINTR_BITS,
  VIRT_EXT_BITS,
} from '../../engine/arch/vmcb';

export interface BridgeConstant {
  readonly name: string;
  readonly value: bigint | number;
  readonly doc: string;
}

/** A heading of the declarations, and what stands under it. */
export interface ConstantGroup {
  readonly title: string;
  readonly constants: readonly BridgeConstant[];
}

interface Bit {
  readonly name: string;
  readonly bit: number;
  readonly section: string;
  readonly meaning: string;
}

function ofBits(prefix: string, bits: readonly Bit[]): BridgeConstant[] {
  return bits.map(({ name, bit, section, meaning }) => ({
    name: `${prefix}_${name}`,
    value: 1n << BigInt(bit),
    doc: `Bit ${bit}: ${meaning}. §${section}`,
  }));
}

/** Fields as masks in place. */
function ofFields(prefix: string, fields: readonly BitField[], section: string): BridgeConstant[] {
  return fields.map(({ name, hi, lo, meaning }) => ({
    name: `${prefix}${name}`,
    value: ((1n << BigInt(hi - lo + 1)) - 1n) << BigInt(lo),
    doc: `Bit${hi === lo ? ` ${lo}` : `s ${hi}:${lo}`}: ${meaning}. §${section}`,
  }));
}

const EXCEPTION_NAMES = EXCEPTIONS.filter(({ class: kind }) => kind !== 'reserved');

const EVENTS: readonly BridgeConstant[] = [
  ...ofFields('EVENT_', EVENT_BITS, '15.20'),
  ...EVENT_TYPES.filter(({ legal }) => legal).map(({ type, name, meaning, section }) => ({
    name: `EVENT_${name}`,
    value: BigInt(type) << 8n,
    doc: `TYPE ${type}, in place: ${meaning}. §${section}`,
  })),
];

const TLB_CONTROLS: readonly BridgeConstant[] = [
  { name: 'TLB_CONTROL_NOTHING', value: TLB_CONTROL_NOTHING, doc: 'VMRUN drops no translation. §15.16.1' },
  { name: 'TLB_CONTROL_FLUSH_ALL', value: TLB_CONTROL_FLUSH_ALL, doc: 'It drops those of every ASID. §15.16.1' },
  {
    name: 'TLB_CONTROL_FLUSH_ASID',
    value: TLB_CONTROL_FLUSH_ASID,
    doc: 'It drops those of this ASID; needs FlushByAsid. §15.16.1',
  },
  {
    name: 'TLB_CONTROL_FLUSH_ASID_NON_GLOBAL',
    value: TLB_CONTROL_FLUSH_ASID_NON_GLOBAL,
    doc: 'It drops those of this ASID but global ones; needs FlushByAsid. §15.16.1',
  },
];

const PTES: readonly BridgeConstant[] = [
  ...ofBits('PTE', PTE_BITS).map((row) => (row.name === 'PTE_PAT' ? { ...row, name: 'PTE_PAT_LARGE' } : row)),
  {
    name: 'PTE_FRAME',
    value: 0x000f_ffff_ffff_f000n,
    doc: 'Bits 51:12: the physical address of a 4 KB page or table. §5.4',
  },
];

export const CONSTANT_GROUPS: readonly ConstantGroup[] = [
  {
    title: 'Exception vectors, for inject()',
    constants: EXCEPTION_NAMES.map(({ vector, mnemonic, name, errorCode, section }) => ({
      name: `VECTOR_${mnemonic.replace('#', '')}`,
      value: vector,
      doc: `${mnemonic}: ${name}${errorCode ? '; it has an error code' : ''}. §${section}`,
    })),
  },
  { title: 'Bits of a page-table entry', constants: PTES },
  { title: 'Bits of the #PF error code (EXITINFO1 of VMEXIT_EXCP_PF)', constants: ofBits('PF', PAGE_FAULT_ERROR) },
  { title: 'EXITINFO1 of VMEXIT_NPF', constants: ofFields('NPF_', NPF_INFO, '15.25.6') },
  { title: 'EXITINFO1 of VMEXIT_IOIO', constants: ofFields('IOIO_', IOIO_INFO, '15.10.2') },
  { title: 'CR0', constants: ofBits('CR0', CR0) },
  { title: 'CR4', constants: ofBits('CR4', CR4) },
  { title: 'EFER', constants: ofBits('EFER', EFER) },
  { title: 'RFLAGS', constants: ofBits('RFLAGS', RFLAGS) },
  { title: 'DR6', constants: ofBits('DR6', DR6) },
  { title: 'DR7', constants: ofBits('DR7', DR7) },
  { title: 'EVENTINJ and EXITINTINFO', constants: EVENTS },
  { title: 'The virtual interrupt word, vmcb.vIntr', constants: ofFields('', VINTR_BITS, '15.21') },
  { title: 'vmcb.npEnable', constants: ofFields('', NP_BITS, '15.25.3') },
  { title: 'vmcb.virtExt', constants: ofFields('', VIRT_EXT_BITS, '15.33.1') },
  { title: 'vmcb.tlbControl', constants: TLB_CONTROLS },
  {
    title: 'Segment attributes as the VMCB packs them',
    constants: ofFields('ATTRIB_', SEGMENT_ATTRIBUTES, '15.5.1').map((row) => ({ ...row, value: Number(row.value) })),
  },
  {
    title: 'Numbers of MSRs',
    constants: Object.entries<Msr>(MSRS).map(([name, { number, meaning, section }]) => ({
      name: `MSR_${name}`,
      value: number,
      doc: `${meaning}. §${section}`,
    })),
  },
];

/** Values of EXITCODE, as the 64-bit field holds them. */
export const EXIT_CODE_CONSTANTS: readonly BridgeConstant[] = Object.entries<{ code: number; section: string }>(
  EXIT_CODES,
).map(([name, { code, section }]) => ({ name, value: BigInt.asUintN(64, BigInt(code)), doc: `§${section}` }));

/** Feature bits of CPUID: where each is, as a mask of its register. */
export const CPUID_CONSTANTS = Object.entries<CpuidFeature>(CPUID_FEATURES).map(
  ([name, { leaf, subleaf, register, bit, meaning, section }]) => ({
    name,
    leaf,
    subleaf,
    register,
    mask: 2 ** bit,
    doc: `${meaning}: function ${hexadecimal(leaf)}${subleaf === 0 ? '' : `, ECX ${subleaf}`}, ${register.toUpperCase()} bit ${bit}. ${sectionText(section)}`,
  }),
);

export function hexadecimal(value: number | bigint): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`;
}

export function sectionText(section: string): string {
  return section.startsWith('volume') ? `APM ${section}` : `§${section}`;
}
