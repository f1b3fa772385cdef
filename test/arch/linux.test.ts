import assert from 'node:assert/strict';
import * as events from '../../src/engine/arch/events';
import { EXCEPTIONS, PAGE_FAULT_ERROR } from '../../src/engine/arch/exceptions';
import { CPUID_FEATURES } from '../../src/engine/arch/cpuid';
import { EXIT_CODES, IOIO_INFO, NPF_INFO } from '../../src/engine/arch/exit-codes';
import { INTERCEPTS, MSRPM_SIZE } from '../../src/engine/arch/intercepts';
import { MSRS, VM_CR_LOCK, VM_CR_SVMDIS } from '../../src/engine/arch/msr';
import { PTE_BITS } from '../../src/engine/arch/paging';
import * as registers from '../../src/engine/arch/registers';
import * as vmcb from '../../src/engine/arch/vmcb';
import { compare, describeComparison } from './comparison';
import type { Comparison } from './comparison';
import { FEATURE_ALIASES, FEATURE_WORDS, MSR_ALIASES, exitKey, interceptKey, plainMsr, vmcbKey } from './linux-names';
import { readLinuxHeaders } from './linux-headers';
import type { LinuxHeaders } from './linux-headers';
import type { CHeader } from './c-header';

type Numbers = ReadonlyMap<string, bigint | number>;

describe('the tables and the headers of Debian’s kernel', () => {
  let linux: LinuxHeaders;
  const report: string[] = [];

  before(function () {
    this.timeout(300_000);
    linux = readLinuxHeaders();
  });
  after(() => console.log(report.join('\n')));

  /** Both sides agree on every row both know, and at least `atLeast` are such. */
  function agree(comparison: Comparison, atLeast: number): void {
    report.push(describeComparison(comparison));
    assert.deepEqual(comparison.differ, []);
    assert.ok(comparison.agreed >= atLeast, `${comparison.what}: only ${comparison.agreed} rows were compared`);
  }

  const shiftedBy = (numbers: Numbers, shift: (key: string) => number): Numbers =>
    new Map([...numbers].map(([key, value]) => [key, BigInt(value) + BigInt(shift(key))]));

  it('exit codes: asm/svm.h of linux-libc-dev', () => {
    const values = numbersOf(linux.exits, 'SVM_EXIT_', /_BASE$|_LAST_|_REASONS$|_SW$/);
    for (const name of linux.exits.names('').filter((word) => /^[A-Z]{2}_VECTOR$/.test(word))) {
      values.set(`EXCP_${name}`, linux.exits.value('SVM_EXIT_EXCP_BASE') + linux.exits.value(name));
    }
    const here = new Map(Object.entries(EXIT_CODES).map(([name, row]) => [name, row.code]));
    const keyOf = exitKey;
    agree(compare('exit codes', values, here, keyOf), 110);
    const moved = shiftedBy(here, (key) => (key === 'VMEXIT_CPUID' ? 1 : 0));
    assert.equal(compare('seeded', values, moved, keyOf).differ.length, 1);
  });

  it('intercept bits: the enumeration of asm/svm.h', () => {
    const values = new Map([...numbersOf(linux.svm, 'INTERCEPT_', /WORD|^INTERCEPT_(CR|DR|EXCEPTION)$|_OFFSET$/)]);
    for (const [name, value] of numbersOf(linux.svm, 'TRAP_')) values.set(name, value);
    const here = new Map(Object.entries(INTERCEPTS).map(([name, row]) => [name, 32 * row.vector + row.bit]));
    agree(compare('intercept bits', values, here, interceptKey), 85);
    assert.equal(linux.svm.value('INTERCEPT_EXCEPTION_OFFSET'), BigInt(here.get('EXCEPTION_DE')!));
    const moved = shiftedBy(here, (key) => (key === 'HLT' ? 1 : 0));
    assert.equal(compare('seeded', values, moved, interceptKey).differ.length, 1);
  });

  it('VMCB offsets and sizes: struct vmcb_control_area, struct vmcb_save_area', () => {
    const control = linux.svm.structure('vmcb_control_area');
    const save = linux.svm.structure('vmcb_save_area');
    const offsets = new Map<string, number>();
    const sizes = new Map<string, number>();
    for (const [fields, base] of [
      [control, 0],
      [save, 0x400],
    ] as const) {
      for (const [name, field] of fields) {
        if (/reserved|intercepts/.test(name)) continue;
        offsets.set(name, base + field.offset);
        sizes.set(name, field.size);
      }
    }
    assert.equal(control.get('intercepts')!.size, 4 * vmcb.INTERCEPT_WORD_OFFSETS.length);
    const rows = Object.entries(vmcb.VMCB);
    const here: Numbers = new Map(rows.map(([key, row]) => [key, row.offset]));
    agree(compare('VMCB offsets', offsets, here, vmcbKey), 95);
    // Linux cuts some quadwords in halves: only fields it names whole are compared
    const halves = /^(int_ctl|int_state|exit_code|exit_int_info|event_inj|spec_ctrl|clean)$/;
    const whole = new Map([...sizes].filter(([name]) => !halves.test(name)));
    agree(compare('VMCB sizes', whole, new Map(rows.map(([key, row]) => [key, row.size])), vmcbKey), 90);
    const moved = shiftedBy(here, (key) => (key === 'nRip' ? 8 : 0));
    assert.equal(compare('seeded', offsets, moved, vmcbKey).differ.length, 1);
  });

  it('bits inside VMCB fields: the masks of asm/svm.h', () => {
    const pairs: [string, bigint | number][] = [
      ['V_TPR_MASK', vmcb.V_TPR_MASK],
      ['V_IRQ_MASK', bitOf(vmcb.VINTR_BITS, 'V_IRQ')],
      ['V_GIF_MASK', bitOf(vmcb.VINTR_BITS, 'VGIF')],
      ['V_INTR_PRIO_MASK', bitOf(vmcb.VINTR_BITS, 'V_INTR_PRIO')],
      ['V_IGN_TPR_MASK', bitOf(vmcb.VINTR_BITS, 'V_IGN_TPR')],
      ['V_INTR_MASKING_MASK', bitOf(vmcb.VINTR_BITS, 'V_INTR_MASKING')],
      ['V_GIF_ENABLE_MASK', bitOf(vmcb.VINTR_BITS, 'VGIF_ENABLE')],
      ['X2APIC_MODE_MASK', bitOf(vmcb.VINTR_BITS, 'X2AVIC_ENABLE')],
      ['AVIC_ENABLE_MASK', bitOf(vmcb.VINTR_BITS, 'AVIC_ENABLE')],
      ['LBR_CTL_ENABLE_MASK', bitOf(vmcb.VIRT_EXT_BITS, 'LBR_VIRT_ENABLE')],
      ['VIRTUAL_VMLOAD_VMSAVE_ENABLE_MASK', bitOf(vmcb.VIRT_EXT_BITS, 'V_VMSAVE_VMLOAD_ENABLE')],
      ['SVM_INTERRUPT_SHADOW_MASK', vmcb.INTERRUPT_SHADOW],
      ['SVM_NESTED_CTL_NP_ENABLE', bitOf(vmcb.NP_BITS, 'NP_ENABLE')],
      ['SVM_NESTED_CTL_SEV_ENABLE', bitOf(vmcb.NP_BITS, 'SEV_ENABLE')],
      ['SVM_NESTED_CTL_SEV_ES_ENABLE', bitOf(vmcb.NP_BITS, 'SEV_ES_ENABLE')],
      ['TLB_CONTROL_DO_NOTHING', vmcb.TLB_CONTROL_NOTHING],
      ['TLB_CONTROL_FLUSH_ALL_ASID', vmcb.TLB_CONTROL_FLUSH_ALL],
      ['TLB_CONTROL_FLUSH_ASID', vmcb.TLB_CONTROL_FLUSH_ASID],
      ['TLB_CONTROL_FLUSH_ASID_LOCAL', vmcb.TLB_CONTROL_FLUSH_ASID_NON_GLOBAL],
      ['SVM_IOIO_TYPE_MASK', bitOf(IOIO_INFO, 'TYPE')],
      ['SVM_IOIO_STR_MASK', bitOf(IOIO_INFO, 'STR')],
      ['SVM_IOIO_REP_MASK', bitOf(IOIO_INFO, 'REP')],
      ['SVM_IOIO_SIZE_MASK', bitOf(IOIO_INFO, 'SZ8') | bitOf(IOIO_INFO, 'SZ16') | bitOf(IOIO_INFO, 'SZ32')],
      ['SVM_IOIO_ASIZE_MASK', bitOf(IOIO_INFO, 'A16') | bitOf(IOIO_INFO, 'A32') | bitOf(IOIO_INFO, 'A64')],
      ['SVM_EVTINJ_VEC_MASK', bitOf(events.EVENT_BITS, 'VECTOR')],
      ['SVM_EVTINJ_TYPE_MASK', bitOf(events.EVENT_BITS, 'TYPE')],
      ['SVM_EVTINJ_VALID', bitOf(events.EVENT_BITS, 'V')],
      ['SVM_EVTINJ_VALID_ERR', bitOf(events.EVENT_BITS, 'EV')],
      ['SVM_EVTINJ_TYPE_INTR', events.EVENT_TYPE_INTR << events.EVENT_TYPE_SHIFT],
      ['SVM_EVTINJ_TYPE_NMI', events.EVENT_TYPE_NMI << events.EVENT_TYPE_SHIFT],
      ['SVM_EVTINJ_TYPE_EXEPT', events.EVENT_TYPE_EXCEPTION << events.EVENT_TYPE_SHIFT],
      ['SVM_EVTINJ_TYPE_SOFT', events.EVENT_TYPE_SOFTINT << events.EVENT_TYPE_SHIFT],
      ['SVM_SELECTOR_TYPE_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'TYPE')],
      ['SVM_SELECTOR_S_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'S')],
      ['SVM_SELECTOR_DPL_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'DPL')],
      ['SVM_SELECTOR_P_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'P')],
      ['SVM_SELECTOR_AVL_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'AVL')],
      ['SVM_SELECTOR_L_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'L')],
      ['SVM_SELECTOR_DB_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'DB')],
      ['SVM_SELECTOR_G_MASK', bitOf(vmcb.SEGMENT_ATTRIBUTES, 'G')],
      ['SVM_SELECTOR_WRITE_MASK', vmcb.ATTRIB_RW],
      ['SVM_SELECTOR_CODE_MASK', vmcb.ATTRIB_CODE],
      ['SVM_VM_CR_SVM_LOCK_MASK', VM_CR_LOCK],
      ['SVM_VM_CR_SVM_DIS_MASK', VM_CR_SVMDIS],
      ['SVM_VM_CR_VALID_MASK', MSRS.VM_CR.writableLo],
      ['SVM_TSC_RATIO_DEFAULT', (BigInt(MSRS.TSC_RATIO.resetHi) << 32n) | BigInt(MSRS.TSC_RATIO.resetLo)],
      ['SVM_TSC_RATIO_MAX', (BigInt(MSRS.TSC_RATIO.writableHi) << 32n) | BigInt(MSRS.TSC_RATIO.writableLo)],
      ['SVM_CPUID_FUNC', CPUID_FEATURES.NP.leaf],
    ];
    const values = new Map(
      [...pairs].filter(([name]) => linux.svm.has(name)).map(([name]) => [name, unsigned(linux.svm.value(name))]),
    );
    agree(
      compare('VMCB masks', values, new Map(pairs), (name) => name),
      45,
    );
    assert.equal(MSRPM_SIZE, 2 * 4096);
  });

  it('MSR numbers: asm/msr-index.h', () => {
    const values = numbersOf(linux.msrs, 'MSR_', /_BIT$|_SHIFT$|REG_MASK$|_COUNT$/);
    const here = new Map(Object.entries(MSRS).map(([key, row]) => [key, row.number]));
    const keys = new Map([...here.keys()].map((key) => [key.replaceAll('_', ''), key]));
    const keyOf = (name: string): string | undefined => MSR_ALIASES[name] ?? keys.get(plainMsr(name));
    const known = new Map([...values].filter(([name]) => keyOf(name) !== undefined));
    const all = compare('MSR numbers', known, here, keyOf);
    report.push(`  (of ${values.size} numbers in msr-index.h, ${known.size} are of registers the table has)`);
    agree(all, 105);
    const moved = shiftedBy(here, (key) => (key === 'LSTAR' ? 1 : 0));
    assert.equal(compare('seeded', values, moved, keyOf).differ.length, 1);
  });

  it('bits of CR0, CR3, CR4, RFLAGS, EFER: asm/processor-flags.h, msr-index.h', () => {
    for (const [prefix, table, atLeast] of [
      ['X86_CR0_', registers.CR0, 11],
      ['X86_CR3_', registers.CR3, 2],
      ['X86_CR4_', registers.CR4, 20],
      ['X86_EFLAGS_', registers.RFLAGS, 17],
    ] as const) {
      const values = new Map<string, bigint>();
      for (const name of linux.flags.names(prefix).filter((word) => word.endsWith('_BIT'))) {
        values.set(name.slice(prefix.length, -4), linux.flags.value(name));
      }
      agree(
        compare(`${prefix}*`, values, bitsOf(table), (name) => name),
        atLeast,
      );
    }
    const efer = new Map(linux.msrs.names('_EFER_').map((name) => [name.slice(6), linux.msrs.value(name)]));
    const aliases: Record<string, string> = { NX: 'NXE', AUTOIBRS: 'AIBRSE' };
    agree(
      compare('_EFER_*', efer, bitsOf(registers.EFER), (name) => aliases[name] ?? name),
      7,
    );
  });

  it('CPUID feature bits: asm/cpufeatures.h', () => {
    const values = new Map<string, bigint>();
    for (const [name, value] of numbersOf(linux.features, 'X86_FEATURE_')) {
      if (FEATURE_WORDS[Number(value >> 5n)]) values.set(name.slice('X86_FEATURE_'.length), value);
    }
    const here = new Map<string, number>();
    for (const [key, row] of Object.entries(CPUID_FEATURES)) {
      const word = FEATURE_WORDS.indexOf(`${row.leaf.toString(16)}.${row.subleaf}.${row.register}`);
      if (word >= 0) here.set(key, 32 * word + row.bit);
    }
    const keys = new Map([...here.keys()].map((key) => [key.replaceAll('_', ''), key]));
    const keyOf = (name: string): string | undefined =>
      FEATURE_ALIASES[name] ?? keys.get(name.replace(/^AMD_(?!3DNOW)/, '').replaceAll('_', ''));
    agree(compare('CPUID bits', values, here, keyOf), 150);
    const moved = shiftedBy(here, (key) => (key === 'NP' ? 1 : 0));
    assert.equal(compare('seeded', values, moved, keyOf).differ.length, 1);
  });

  it('exception vectors, #PF and NPF bits, page-table bits', () => {
    const vectors = numbersOf(linux.traps, 'X86_TRAP_', /_IRET$/);
    const here = new Map(EXCEPTIONS.map((row) => [row.mnemonic.replace('#', ''), row.vector]));
    const trapAliases: Record<string, string> = { OLD_MF: '9', SPURIOUS: '15' };
    const trapKey = (name: string): string => trapAliases[name.slice(9)] ?? name.slice(9);
    agree(compare('vectors', vectors, here, trapKey), 20);

    const error = numbersOf(linux.traps, 'X86_PF_');
    const bits = new Map(PAGE_FAULT_ERROR.map((row) => [row.name, 1n << BigInt(row.bit)]));
    const names: Record<string, string> = { PROT: 'P', WRITE: 'RW', USER: 'US', RSVD: 'RSV', INSTR: 'ID', SHSTK: 'SS' };
    agree(
      compare('#PF bits', error, bits, (name) => names[name.slice(7)] ?? name.slice(7)),
      6,
    );

    const nested = numbersOf(linux.traps, 'PFERR_', /_BIT$|_ACCESS|NESTED|SYNTHETIC/);
    const nestedNames: Record<string, string> = {
      PRESENT: 'P',
      WRITE: 'RW',
      USER: 'US',
      RSVD: 'RSV',
      FETCH: 'ID',
      GUEST_FINAL: 'GPA',
      GUEST_PAGE: 'GPT',
      GUEST_RMP: 'RMP',
      GUEST_ENC: 'ENC',
      GUEST_SIZEM: 'SIZEM',
      GUEST_VMPL: 'VMPL',
    };
    const npf = new Map(NPF_INFO.map((row) => [row.name, 1n << BigInt(row.lo)]));
    agree(
      compare('NPF bits', nested, npf, (name) => nestedNames[name.slice(6).replace(/_MASK$/, '')]),
      7,
    );

    const entry = numbersOf(linux.paging, '_PAGE_BIT_', /SOFTW|PKEY|CPA|SPECIAL|UFFD|SOFT_DIRTY|DEVMAP|PROTNONE/);
    const entryNames: Record<string, string> = {
      PRESENT: 'P',
      USER: 'US',
      ACCESSED: 'A',
      DIRTY: 'D',
      PSE: 'PS',
      GLOBAL: 'G',
      PAT_LARGE: 'PAT',
      PAT: 'PS',
    };
    agree(
      compare('page-table bits', entry, bitsOf(PTE_BITS), (name) => entryNames[name.slice(10)] ?? name.slice(10)),
      11,
    );
  });
});

function numbersOf(header: CHeader, prefix: string, except?: RegExp): Map<string, bigint> {
  const numbers = new Map<string, bigint>();
  for (const name of header.names(prefix)) {
    if (except?.test(name)) continue;
    const value = header.valueIfNumber(name);
    if (value !== undefined) numbers.set(name, value);
  }
  return numbers;
}

function bitsOf(table: readonly { readonly name: string; readonly bit: number }[]): Map<string, number> {
  return new Map(table.map((row) => [row.name, row.bit]));
}

/** The mask of a named field. */
function bitOf(
  fields: readonly { readonly name: string; readonly hi: number; readonly lo: number }[],
  name: string,
): bigint {
  const field = fields.find((row) => row.name === name);
  assert.ok(field, name);
  return ((1n << BigInt(field.hi - field.lo + 1)) - 1n) << BigInt(field.lo);
}

/** C's `1 << 31` is negative; the masks compared are of 64 bits without a sign. */
function unsigned(value: bigint): bigint {
  return value < 0n ? BigInt.asUintN(32, value) : value;
}
