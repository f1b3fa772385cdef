import type { Section } from './manual';

/**
 * Who carries a register across VMRUN and #VMEXIT. `vmrun`: the processor, at VMRUN and #VMEXIT; `vmload`: VMLOAD and
 * VMSAVE; `software`: the hypervisor's own instructions; `nobody`: host and guest share one register.
 */
export type Carrier = 'vmrun' | 'vmload' | 'software' | 'nobody';

/** One line of the world switch. */
export interface WorldSwitchRow {
  readonly register: string;
  readonly carrier: Carrier;
  /** VMRUN stores the host's value in the host save area, and #VMEXIT brings it back. */
  readonly hostSaved: boolean;
  /** Keys of the VMCB fields that hold the guest's value. */
  readonly vmcb: readonly string[];
  /** Only with this feature on. */
  readonly when?: 'np' | 'lbr' | 'cet' | 'specCtrl' | 'pmc' | 'ibs';
  readonly note?: string;
  readonly section: Section;
  readonly doubt?: string;
}

/** Every register a hypervisor must think of. §15.5.1, §15.5.2, §15.6 */
// prettier-ignore
export const WORLD_SWITCH = [
  { register: 'RIP', carrier: 'vmrun', hostSaved: true, vmcb: ['rip'], note: 'the host resumes after its VMRUN', section: '15.5.1' },
  { register: 'RSP', carrier: 'vmrun', hostSaved: true, vmcb: ['rsp'], section: '15.5.1' },
  { register: 'RAX', carrier: 'vmrun', hostSaved: true, vmcb: ['rax'], note: 'the host gets the VMCB address back', section: '15.5.1' },
  { register: 'RFLAGS', carrier: 'vmrun', hostSaved: true, vmcb: ['rflags'], note: '#VMEXIT forces VM to 0; RF is 0 once VMRUN completes', section: '15.5.1' },
  { register: 'CS', carrier: 'vmrun', hostSaved: true, vmcb: ['csSelector', 'csAttrib', 'csLimit', 'csBase'], section: '15.5.1' },
  { register: 'SS', carrier: 'vmrun', hostSaved: true, vmcb: ['ssSelector', 'ssAttrib', 'ssLimit', 'ssBase'], section: '15.5.1' },
  { register: 'DS', carrier: 'vmrun', hostSaved: true, vmcb: ['dsSelector', 'dsAttrib', 'dsLimit', 'dsBase'], section: '15.5.1' },
  { register: 'ES', carrier: 'vmrun', hostSaved: true, vmcb: ['esSelector', 'esAttrib', 'esLimit', 'esBase'], section: '15.5.1' },
  { register: 'CPL', carrier: 'vmrun', hostSaved: false, vmcb: ['cpl'], note: 'the host resumes at 0', section: '15.5.1' },
  { register: 'GDTR', carrier: 'vmrun', hostSaved: true, vmcb: ['gdtrLimit', 'gdtrBase'], section: '15.5.1' },
  { register: 'IDTR', carrier: 'vmrun', hostSaved: true, vmcb: ['idtrLimit', 'idtrBase'], section: '15.5.1' },
  { register: 'EFER', carrier: 'vmrun', hostSaved: true, vmcb: ['efer'], section: '15.5.1' },
  { register: 'CR0', carrier: 'vmrun', hostSaved: true, vmcb: ['cr0'], note: '#VMEXIT forces PE to 1', section: '15.5.1' },
  { register: 'CR3', carrier: 'vmrun', hostSaved: true, vmcb: ['cr3'], section: '15.5.1' },
  { register: 'CR4', carrier: 'vmrun', hostSaved: true, vmcb: ['cr4'], section: '15.5.1' },
  { register: 'CR2', carrier: 'vmrun', hostSaved: false, vmcb: ['cr2'], note: 'the host is left with the guest\'s value', section: '15.5.1' },
  { register: 'DR6', carrier: 'vmrun', hostSaved: false, vmcb: ['dr6'], note: 'the host is left with the guest\'s value', section: '15.5.1', doubt: 'the host value after #VMEXIT differs between implementations' },
  { register: 'DR7', carrier: 'vmrun', hostSaved: false, vmcb: ['dr7'], note: '#VMEXIT disables every breakpoint', section: '15.6', doubt: 'which bits above 7:0 survive differs between implementations' },
  { register: 'interrupt shadow', carrier: 'vmrun', hostSaved: false, vmcb: ['interruptShadow'], section: '15.21.5' },
  { register: 'V_TPR, V_IRQ', carrier: 'vmrun', hostSaved: false, vmcb: ['vIntr'], note: 'zero inside the processor after #VMEXIT', section: '15.21.4' },
  { register: 'PAT', carrier: 'vmrun', hostSaved: true, vmcb: ['gPat'], when: 'np', note: 'two registers under nested paging, one without', section: '15.25.4' },
  { register: 'DebugCtl', carrier: 'vmrun', hostSaved: true, vmcb: ['dbgCtl'], when: 'lbr', section: '15.23.1' },
  { register: 'LastBranchFromIP', carrier: 'vmrun', hostSaved: true, vmcb: ['brFrom'], when: 'lbr', section: '15.23.1' },
  { register: 'LastBranchToIP', carrier: 'vmrun', hostSaved: true, vmcb: ['brTo'], when: 'lbr', section: '15.23.1' },
  { register: 'LastIntFromIP', carrier: 'vmrun', hostSaved: true, vmcb: ['lastExcpFrom'], when: 'lbr', section: '15.23.1' },
  { register: 'LastIntToIP', carrier: 'vmrun', hostSaved: true, vmcb: ['lastExcpTo'], when: 'lbr', section: '15.23.1' },
  { register: 'DebugExtnCtl', carrier: 'vmrun', hostSaved: true, vmcb: ['dbgExtnCtl'], when: 'lbr', section: '15.23.1' },
  { register: 'LBR stack', carrier: 'vmrun', hostSaved: false, vmcb: ['lbrStack', 'lbrSelect'], when: 'lbr', note: 'the host is left with the guest\'s records', section: '15.23.1' },
  { register: 'SPEC_CTRL', carrier: 'vmrun', hostSaved: true, vmcb: ['specCtrl'], when: 'specCtrl', note: 'two registers; in the guest both act', section: '15.37.1' },
  { register: 'S_CET', carrier: 'vmrun', hostSaved: true, vmcb: ['sCet'], when: 'cet', section: '15.5.1', doubt: 'host side not confirmed' },
  { register: 'SSP', carrier: 'vmrun', hostSaved: true, vmcb: ['ssp'], when: 'cet', section: '15.5.1', doubt: 'host side not confirmed' },
  { register: 'ISST_ADDR', carrier: 'vmrun', hostSaved: true, vmcb: ['isstAddr'], when: 'cet', section: '15.5.1', doubt: 'host side not confirmed' },
  { register: 'FS', carrier: 'vmload', hostSaved: false, vmcb: ['fsSelector', 'fsAttrib', 'fsLimit', 'fsBase'], section: '15.5.2' },
  { register: 'GS', carrier: 'vmload', hostSaved: false, vmcb: ['gsSelector', 'gsAttrib', 'gsLimit', 'gsBase'], section: '15.5.2' },
  { register: 'LDTR', carrier: 'vmload', hostSaved: false, vmcb: ['ldtrSelector', 'ldtrAttrib', 'ldtrLimit', 'ldtrBase'], section: '15.5.2' },
  { register: 'TR', carrier: 'vmload', hostSaved: false, vmcb: ['trSelector', 'trAttrib', 'trLimit', 'trBase'], section: '15.5.2' },
  { register: 'KERNEL_GS_BASE', carrier: 'vmload', hostSaved: false, vmcb: ['kernelGsBase'], section: '15.5.2' },
  { register: 'STAR', carrier: 'vmload', hostSaved: false, vmcb: ['star'], section: '15.5.2' },
  { register: 'LSTAR', carrier: 'vmload', hostSaved: false, vmcb: ['lstar'], section: '15.5.2' },
  { register: 'CSTAR', carrier: 'vmload', hostSaved: false, vmcb: ['cstar'], section: '15.5.2' },
  { register: 'SFMASK', carrier: 'vmload', hostSaved: false, vmcb: ['sfmask'], section: '15.5.2' },
  { register: 'SYSENTER_CS', carrier: 'vmload', hostSaved: false, vmcb: ['sysenterCs'], section: '15.5.2' },
  { register: 'SYSENTER_ESP', carrier: 'vmload', hostSaved: false, vmcb: ['sysenterEsp'], section: '15.5.2' },
  { register: 'SYSENTER_EIP', carrier: 'vmload', hostSaved: false, vmcb: ['sysenterEip'], section: '15.5.2' },
  { register: 'RBX, RCX, RDX, RSI, RDI, RBP, R8 to R15', carrier: 'software', hostSaved: false, vmcb: [], note: 'fourteen registers the hypervisor saves and loads around VMRUN', section: '15.5.1' },
  { register: 'DR0 to DR3', carrier: 'software', hostSaved: false, vmcb: [], section: '15.6' },
  { register: 'x87, MMX, XMM, YMM, MXCSR', carrier: 'software', hostSaved: false, vmcb: [], section: '15.5.1' },
  { register: 'XCR0', carrier: 'software', hostSaved: false, vmcb: [], section: '15.5.1' },
  { register: 'CR8', carrier: 'nobody', hostSaved: false, vmcb: [], note: 'with V_INTR_MASKING the guest has V_TPR instead', section: '15.21.2' },
  { register: 'TSC', carrier: 'nobody', hostSaved: false, vmcb: ['tscOffset'], note: 'the guest reads it scaled and offset', section: '15.30.5' },
  { register: 'TSC_AUX', carrier: 'nobody', hostSaved: false, vmcb: [], section: '15.5.1' },
  { register: 'MTRRs', carrier: 'nobody', hostSaved: false, vmcb: [], section: '15.25.8' },
  { register: 'GIF', carrier: 'nobody', hostSaved: false, vmcb: [], note: 'VMRUN sets it, #VMEXIT clears it', section: '15.17' },
] as const satisfies readonly WorldSwitchRow[];

/** One step of VMRUN or #VMEXIT, in order. */
export interface WorldSwitchStep {
  readonly step: string;
  readonly section: Section;
}

/** What VMRUN does. §15.5.1 */
export const VMRUN_STEPS = [
  { step: 'save host state at VM_HSAVE_PA', section: '15.5.1' },
  { step: 'load the control area', section: '15.5.1' },
  { step: 'load guest state from the save area', section: '15.5.1' },
  { step: 'check for consistency; a violation is #VMEXIT(INVALID)', section: '15.5.1' },
  { step: 'drop translations as TLB_CONTROL says', section: '15.16.1' },
  { step: 'set GIF', section: '15.17' },
  { step: 'deliver the event in EVENTINJ', section: '15.20' },
  { step: 'run the guest', section: '15.5.1' },
] as const satisfies readonly WorldSwitchStep[];

/** What #VMEXIT does. §15.6 */
export const VMEXIT_STEPS = [
  { step: 'clear GIF', section: '15.6' },
  { step: 'store guest state in the save area', section: '15.6' },
  { step: 'store the interrupt shadow, V_TPR and V_IRQ with it', section: '15.6' },
  { step: 'store EXITCODE, EXITINFO1, EXITINFO2, EXITINTINFO and nRIP', section: '15.6' },
  { step: 'clear the valid bit of EVENTINJ', section: '15.20' },
  {
    step: 'clear the intercepts, ASID, V_IRQ, V_INTR_MASKING and TSC_OFFSET inside the processor',
    section: '15.6',
  },
  { step: 'load host state; CR0.PE is 1, RFLAGS.VM is 0, breakpoints are off, CPL is 0', section: '15.6' },
  { step: 'read the PDPEs again if the host uses PAE paging', section: '15.6' },
  { step: 'go on after the VMRUN', section: '15.6' },
] as const satisfies readonly WorldSwitchStep[];
