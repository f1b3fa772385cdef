/** Where each field stands on the panel: every field of the VMCB in exactly one group, intercepts and segments apart. */
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';

export interface FieldGroup {
  readonly id: string;
  readonly title: string;
  /** Quiet words beside the title. */
  readonly note?: string;
  readonly fields: readonly VmcbField[];
  /** Closed until somebody opens it. */
  readonly folded?: boolean;
}

/** The control area, left. */
export const CONTROL_GROUPS: readonly FieldGroup[] = [
  {
    id: 'exit',
    title: 'Exit',
    note: 'why the guest stopped',
    fields: ['exitCode', 'exitInfo1', 'exitInfo2', 'exitIntInfo', 'nRip', 'insnBytesFetched', 'guestInsnBytes'],
  },
  {
    id: 'entry',
    title: 'Entry',
    note: 'what VMRUN will do',
    fields: ['guestAsid', 'tlbControl', 'eventInj', 'cleanBits'],
  },
  { id: 'interrupts', title: 'Interrupts', fields: ['vIntr', 'interruptShadow'] },
  {
    id: 'paging',
    title: 'Nested paging, maps, time',
    fields: ['npEnable', 'nCr3', 'iopmBasePa', 'msrpmBasePa', 'tscOffset', 'virtExt'],
  },
  {
    id: 'filters',
    title: 'PAUSE filter, bus locks, predictor',
    fields: ['pauseFilterCount', 'pauseFilterThreshold', 'busLockCounter', 'erapCtl'],
    folded: true,
  },
  {
    id: 'avic',
    title: 'AVIC',
    fields: ['avicApicBar', 'avicBackingPage', 'avicLogicalTable', 'avicPhysicalTable'],
    folded: true,
  },
  {
    id: 'sev',
    title: 'SEV, page-modification log, software',
    fields: [
      'ghcbGpa',
      'vmsaPtr',
      'vmgexitRax',
      'vmgexitCpl',
      'allowedSevFeatures',
      'guestSevFeatures',
      'updateIrr',
      'requestedIrr',
      'pmlBase',
      'pmlIndex',
      'hostReserved',
    ],
    folded: true,
  },
];

/** The state-save area, right, before the segments. */
export const SAVE_GROUPS: readonly FieldGroup[] = [
  { id: 'execution', title: 'Execution', fields: ['rip', 'rflags', 'rax', 'rsp', 'cpl'] },
  { id: 'control-registers', title: 'Control registers', fields: ['cr0', 'cr3', 'cr4', 'efer', 'cr2', 'gPat'] },
];

/** After the segments. */
export const FOLDED_SAVE_GROUPS: readonly FieldGroup[] = [
  {
    id: 'syscall',
    title: 'KernelGSBase, SYSCALL, SYSENTER',
    note: 'moved by VMLOAD and VMSAVE',
    fields: ['kernelGsBase', 'star', 'lstar', 'cstar', 'sfmask', 'sysenterCs', 'sysenterEsp', 'sysenterEip'],
    folded: true,
  },
  {
    id: 'debug',
    title: 'Debug, last branch',
    fields: [
      'dr6',
      'dr7',
      'dbgCtl',
      'dbgExtnCtl',
      'brFrom',
      'brTo',
      'lastExcpFrom',
      'lastExcpTo',
      'lbrSelect',
      'lbrStack',
    ],
    folded: true,
  },
  {
    id: 'shadow-stacks',
    title: 'Shadow stacks, speculation',
    fields: ['sCet', 'ssp', 'isstAddr', 'specCtrl', 'vmpl'],
    folded: true,
  },
  {
    id: 'counters',
    title: 'Performance counters, IBS',
    fields: (Object.keys(VMCB) as VmcbField[]).filter((field) => /^(perf|instrRetired|ibs)/.test(field)),
    folded: true,
  },
];

/** A row of the table of segments: four fields, or two of a descriptor table. */
export interface SegmentFields {
  readonly name: string;
  readonly selector: VmcbField;
  readonly attrib: VmcbField;
  readonly limit: VmcbField;
  readonly base: VmcbField;
  /** GDTR and IDTR: selector and attributes are not used. */
  readonly table?: boolean;
  /** By VMLOAD and VMSAVE, not by VMRUN. */
  readonly byVmload?: boolean;
}

/** In the order of the panel. */
// prettier-ignore
export const SEGMENTS: readonly SegmentFields[] = [
  { name: 'CS', selector: 'csSelector', attrib: 'csAttrib', limit: 'csLimit', base: 'csBase' },
  { name: 'SS', selector: 'ssSelector', attrib: 'ssAttrib', limit: 'ssLimit', base: 'ssBase' },
  { name: 'DS', selector: 'dsSelector', attrib: 'dsAttrib', limit: 'dsLimit', base: 'dsBase' },
  { name: 'ES', selector: 'esSelector', attrib: 'esAttrib', limit: 'esLimit', base: 'esBase' },
  { name: 'FS', selector: 'fsSelector', attrib: 'fsAttrib', limit: 'fsLimit', base: 'fsBase', byVmload: true },
  { name: 'GS', selector: 'gsSelector', attrib: 'gsAttrib', limit: 'gsLimit', base: 'gsBase', byVmload: true },
  { name: 'TR', selector: 'trSelector', attrib: 'trAttrib', limit: 'trLimit', base: 'trBase', byVmload: true },
  { name: 'LDTR', selector: 'ldtrSelector', attrib: 'ldtrAttrib', limit: 'ldtrLimit', base: 'ldtrBase', byVmload: true },
  { name: 'GDTR', selector: 'gdtrSelector', attrib: 'gdtrAttrib', limit: 'gdtrLimit', base: 'gdtrBase', table: true },
  { name: 'IDTR', selector: 'idtrSelector', attrib: 'idtrAttrib', limit: 'idtrLimit', base: 'idtrBase', table: true },
];

export const INTERCEPT_FIELDS: readonly VmcbField[] = [
  'interceptCrRead',
  'interceptCrWrite',
  'interceptDrRead',
  'interceptDrWrite',
  'interceptException',
  'interceptMisc1',
  'interceptMisc2',
  'interceptMisc3',
];
