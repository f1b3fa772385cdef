/** What the headers of Linux call the things of the tables. */

const EXIT_ALIASES: Record<string, string> = {
  MWAIT_COND: 'MWAIT_CONDITIONAL',
  AVIC_UNACCELERATED_ACCESS: 'AVIC_NOACCEL',
  ERR: 'INVALID',
  BUS_LOCK: 'BUSLOCK',
};

export function exitKey(name: string): string {
  const exception = /^EXCP_(\w\w)_VECTOR$/.exec(name);
  if (exception) return `VMEXIT_EXCP_${exception[1] === 'XM' ? 'XF' : exception[1]}`;
  const word = name.slice('SVM_EXIT_'.length);
  const access = /^(READ|WRITE)_([CD]R\d+)$/.exec(word);
  return `VMEXIT_${access ? `${access[2]}_${access[1]}` : (EXIT_ALIASES[word] ?? word)}`;
}

const INTERCEPT_ALIASES: Record<string, string> = {
  SELECTIVE_CR0: 'CR0_SEL_WRITE',
  INTn: 'INTN',
  MWAIT_COND: 'MWAIT_CONDITIONAL',
};

export function interceptKey(name: string): string {
  if (name.startsWith('TRAP_')) return `${name.slice(5)}_TRAP`;
  const word = name.slice('INTERCEPT_'.length);
  const table = /^(STORE|LOAD)_(IDTR|GDTR|LDTR|TR)$/.exec(word);
  if (table) return `${table[2]}_${table[1] === 'STORE' ? 'READ' : 'WRITE'}`;
  return INTERCEPT_ALIASES[word] ?? word;
}

const VMCB_ALIASES: Record<string, string> = {
  pause_filter_thresh: 'pauseFilterThreshold',
  asid: 'guestAsid',
  tlb_ctl: 'tlbControl',
  int_ctl: 'vIntr',
  int_state: 'interruptShadow',
  exit_info_1: 'exitInfo1',
  exit_info_2: 'exitInfo2',
  nested_ctl: 'npEnable',
  misc_ctl: 'npEnable',
  avic_vapic_bar: 'avicApicBar',
  nested_cr3: 'nCr3',
  misc_ctl2: 'virtExt',
  clean: 'cleanBits',
  next_rip: 'nRip',
  insn_len: 'insnBytesFetched',
  insn_bytes: 'guestInsnBytes',
  avic_logical_id: 'avicLogicalTable',
  avic_physical_id: 'avicPhysicalTable',
  vmsa_pa: 'vmsaPtr',
  erap_ctl: 'erapCtl',
  bus_lock_counter: 'busLockCounter',
  dbgctl: 'dbgCtl',
};

/** Fields Linux has cut out of a quadword the manual names whole. */
const VMCB_UPPER_HALVES = /^(int_vector|exit_code_hi|exit_int_info_err|event_inj_err)$/;

export function vmcbKey(name: string): string | undefined {
  if (VMCB_UPPER_HALVES.test(name)) return undefined;
  const alias = VMCB_ALIASES[name];
  if (alias) return alias;
  return name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());
}

export const MSR_ALIASES: Record<string, string> = {
  MSR_SYSCALL_MASK: 'SFMASK',
  MSR_IA32_APICBASE: 'APIC_BASE',
  MSR_IA32_CR_PAT: 'PAT',
  MSR_IA32_DEBUGCTLMSR: 'DEBUG_CTL',
  MSR_IA32_LASTBRANCHFROMIP: 'LAST_BRANCH_FROM',
  MSR_IA32_LASTBRANCHTOIP: 'LAST_BRANCH_TO',
  MSR_IA32_LASTINTFROMIP: 'LAST_INT_FROM',
  MSR_IA32_LASTINTTOIP: 'LAST_INT_TO',
  MSR_IA32_MCG_STATUS: 'MCG_STAT',
  MSR_K7_HWCR: 'HWCR',
  MSR_AMD64_SYSCFG: 'SYSCFG',
  MSR_K8_INT_PENDING_MSG: 'INT_PENDING',
  MSR_K8_TSEG_ADDR: 'SMM_ADDR',
  MSR_K8_TSEG_MASK: 'SMM_MASK',
  MSR_K8_TOP_MEM1: 'TOP_MEM',
  MSR_K7_EVNTSEL0: 'PERF_EVT_SEL0',
  MSR_K7_EVNTSEL1: 'PERF_EVT_SEL1',
  MSR_K7_EVNTSEL2: 'PERF_EVT_SEL2',
  MSR_K7_EVNTSEL3: 'PERF_EVT_SEL3',
  MSR_K7_PERFCTR0: 'PERF_CTR_LEGACY0',
  MSR_K7_PERFCTR1: 'PERF_CTR_LEGACY1',
  MSR_K7_PERFCTR2: 'PERF_CTR_LEGACY2',
  MSR_K7_PERFCTR3: 'PERF_CTR_LEGACY3',
  MSR_AMD_PERF_CTL: 'P_STATE_CONTROL',
  MSR_AMD_PERF_STATUS: 'P_STATE_STATUS',
  MSR_AMD_PSTATE_DEF_BASE: 'P_STATE_DEF0',
  MSR_F15H_NB_PERF_CTL: 'NB_PERF_CTL0',
  MSR_F15H_NB_PERF_CTR: 'NB_PERF_CTR0',
  MSR_FAM10H_MMIO_CONF_BASE: 'MMIO_CFG_BASE',
  MSR_AMD64_CPUID_FN_1: 'CPUID_FEATURES',
  MSR_AMD64_IBSFETCHCTL: 'IBS_FETCH_CTL',
  MSR_AMD64_IBSFETCHLINAD: 'IBS_FETCH_LINADDR',
  MSR_AMD64_IBSFETCHPHYSAD: 'IBS_FETCH_PHYSADDR',
  MSR_AMD64_IBSOPCTL: 'IBS_OP_CTL',
  MSR_AMD64_IBSOPRIP: 'IBS_OP_RIP',
  MSR_AMD64_IBSOPDATA: 'IBS_OP_DATA',
  MSR_AMD64_IBSOPDATA2: 'IBS_OP_DATA2',
  MSR_AMD64_IBSOPDATA3: 'IBS_OP_DATA3',
  MSR_AMD64_IBSDCLINAD: 'IBS_DC_LINADDR',
  MSR_AMD64_IBSDCPHYSAD: 'IBS_DC_PHYSADDR',
  MSR_AMD64_IBSCTL: 'IBS_CONTROL',
  MSR_AMD64_IBSBRTARGET: 'BP_IBSTGT_RIP',
  MSR_AMD64_ICIBSEXTDCTL: 'IC_IBS_EXTD_CTL',
  MSR_AMD64_SEV: 'SEV_STATUS',
  MSR_AMD64_SEV_ES_GHCB: 'GHCB',
  MSR_AMD64_SVM_AVIC_DOORBELL: 'AVIC_DOORBELL',
  MSR_AMD_DBG_EXTN_CFG: 'DEBUG_EXTN_CTL',
  MSR_AMD_SAMP_BR_FROM: 'LAST_BRANCH_STACK_FROM_IP0',
  MSR_AMD_RAPL_POWER_UNIT: 'RAPL_PWR_UNIT',
  MSR_AMD_CORE_ENERGY_STATUS: 'CORE_ENERGY_STAT',
  MSR_AMD_PKG_ENERGY_STATUS: 'PKG_ENERGY_STAT',
  MSR_IA32_INT_SSP_TAB: 'ISST_ADDR',
  MSR_F15H_PERF_CTL: 'PERF_CTL0',
  MSR_F15H_PERF_CTR: 'PERF_CTR0',
  MSR_AMD64_OSVW_STATUS: 'OSVW_STATUS',
  // Intel's registers of the same plain name are others
  MSR_IA32_PERF_CTL: '',
  MSR_IA32_PERF_STATUS: '',
  MSR_IA32_PERFCTR0: '',
  MSR_IA32_PERFCTR1: '',
  MSR_CORE_PERF_GLOBAL_STATUS: '',
  MSR_LBR_SELECT: '',
  MSR_IA32_SMBASE: '',
};

export function plainMsr(name: string): string {
  return name
    .replace(/^MSR_(IA32_|AMD64_|AMD_|K7_|K8_|F15H_|FAM10H_)?/, '')
    .replaceAll('_', '')
    .toUpperCase();
}

/** What each word of the kernel's feature bits holds; empty: synthesized by Linux, or another maker's. */
export const FEATURE_WORDS = [
  '1.0.edx',
  '80000001.0.edx',
  '',
  '',
  '1.0.ecx',
  '',
  '80000001.0.ecx',
  '',
  '',
  '7.0.ebx',
  'd.1.eax',
  '',
  '7.1.eax',
  '80000008.0.ebx',
  '6.0.eax',
  '8000000a.0.edx',
  '7.0.ecx',
  '80000007.0.ebx',
  '7.0.edx',
  '8000001f.0.eax',
  '80000021.0.eax',
];

export const FEATURE_ALIASES: Record<string, string> = {
  CX8: 'CMPXCHG8B',
  SEP: 'SYSENTER',
  CLFLUSH: 'CLFSH',
  XMM: 'SSE',
  XMM2: 'SSE2',
  XMM3: 'SSE3',
  XMM4_1: 'SSE41',
  XMM4_2: 'SSE42',
  HT: 'HTT',
  MWAIT: 'MONITOR',
  CX16: 'CMPXCHG16B',
  FXSR_OPT: 'FFXSR',
  GBPAGES: 'PAGE_1GB',
  '3DNOWEXT': 'AMD_3DNOW_EXT',
  '3DNOW': 'AMD_3DNOW',
  LAHF_LM: 'LAHF_SAHF',
  EXTAPIC: 'EXT_APIC_SPACE',
  CR8_LEGACY: 'ALT_MOV_CR8',
  '3DNOWPREFETCH': 'PREFETCHW',
  NODEID_MSR: 'NODE_ID_MSR',
  TOPOEXT: 'TOPOLOGY_EXT',
  PERFCTR_CORE: 'PERF_CTR_EXT_CORE',
  PERFCTR_NB: 'PERF_CTR_EXT_NB',
  PERFCTR_LLC: 'PERF_CTR_EXT_LLC',
  BPEXT: 'DATA_BKPT_EXT',
  PTSC: 'PERF_TSC',
  MWAITX: 'MONITORX',
  CQM: 'PQM',
  RDT_A: 'PQE',
  SHA_NI: 'SHA',
  SHSTK: 'CET_SS',
  BUS_LOCK_DETECT: 'BUS_LOCK_TRAP',
  SMCA: 'SCALABLE_MCA',
  IRPERF: 'INST_RET_CNT_MSR',
  XSAVEERPTR: 'RSTR_FP_ERR_PTRS',
  VIRT_SSBD: 'SSBD_VIRT_SPEC_CTRL',
  AMD_SSB_NO: 'SSBD_NOT_REQUIRED',
  AMD_PSFD: 'PSFD',
  NPT: 'NP',
  LBRV: 'LBR_VIRT',
  TSCRATEMSR: 'TSC_RATE_MSR',
  PAUSEFILTER: 'PAUSE_FILTER',
  PFTHRESHOLD: 'PAUSE_FILTER_THRESHOLD',
  V_VMSAVE_VMLOAD: 'VMSAVE_VMLOAD_VIRT',
  V_SPEC_CTRL: 'SPEC_CTRL_VIRT',
  SVME_ADDR_CHK: 'NESTED_VIRT_VMCB_ADDR_CHK',
  VM_PAGE_FLUSH: 'PAGE_FLUSH_MSR',
  V_TSC_AUX: 'TSC_AUX_VIRT',
  SME_COHERENT: 'HW_COHERENCY',
  AUTOIBRS: 'AUTOMATIC_IBRS',
  WRMSR_XX_BASE_NS: 'FS_GS_BASE_NON_SERIALIZING',
  DEBUG_SWAP: 'DEBUG_VIRT',
  SVSM: 'SVSM_COMM_PAGE_MSR',
  HV_INUSE_WR_ALLOWED: 'HV_IN_USE_WR_ALLOWED',
  LFENCE_RDTSC: 'LFENCE_ALWAYS_SERIALIZING',
  NULL_SEL_CLR_BASE: 'NULL_SELECT_CLEARS_BASE',
  // reserved on AMD processors, another thing on the other maker's
  SPEC_CTRL: '',
};
