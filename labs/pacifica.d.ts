/**
 * What a hypervisor's software in TypeScript may use. Generated: change the tables it is made of, not this file.
 *
 * One rule for numbers: what is 64 bits wide (general registers, addresses, page-table entries, 64-bit VMCB fields) is a bigint,
 * what is narrower is a number. GPA is a guest-physical address, SPA a system-physical one; § is a section of
 * AMD64 APM volume 2, revision 3.45.
 */
declare module 'pacifica' {
  /** What happens after a #VMEXIT: made by resume(), advance(), inject(), halt(), stop(), exitGuest() or builtIn(). */
  export interface Outcome {
    readonly [outcome]: never;
  }
  const outcome: unique symbol;
  /**
   * A file exports any of `setUp(vcpu)`: once, before the first VMRUN; `beforeEntry(vcpu)`: right before each VMRUN; and
   * `exits: Handlers`. What it remembers is in its variables, or in pages of host.allocatePage.
   */
  export type SetUp = (vcpu: Vcpu) => Outcome | void;
  export type BeforeEntry = (vcpu: Vcpu) => Outcome | void;

  /** Goes on at the RIP of the VMCB. An event whose delivery the #VMEXIT cut short (EXITINTINFO) is delivered again. */
  export function resume(): Outcome;
  /** Goes on behind the intercepted instruction: at nRIP, or `bytes` after RIP where the processor has no NRIPS and leaves nRIP 0. It ends the interrupt shadow, clears RFLAGS.RF and takes the single-step trap, as the instruction’s completion would. */
  export function advance(bytes?: number): Outcome;
  /** The next VMRUN delivers this exception (EVENTINJ, TYPE 3) before the first guest instruction. §15.20 */
  export function inject(vector: number, errorCode?: number | bigint): Outcome;
  /** Behind HLT; the guest sleeps until an interrupt can be injected, and stops for good if RFLAGS.IF is 0. */
  export function halt(): Outcome;
  /** The guest stops for good; `text` says why. */
  export function stop(text: string): Outcome;
  /** The guest has ended of its own will, with a status. */
  export function exitGuest(status: number): Outcome;
  /** What the built-in hypervisor does with this #VMEXIT. Changes you made to VMCB and registers stay. */
  export function builtIn(): Outcome;
  /** The next VMRUN drops every translation of this guest (TLB_CONTROL). §15.16.1 */
  export function flushTlb(): void;

  /** Shows a line to you, beside the guest’s console: `log(`leaf ${vcpu.eax.toString(16)}`)`. */
  export function log(text: string): void;

  /** A guest's virtual processor, between #VMEXIT and VMRUN. */
  export interface Vcpu {
    /** The guest's virtual machine control block. */
    readonly vmcb: Vmcb;
    /** The guest's physical memory. */
    readonly guest: GuestMemory;
    /** What the time-stamp counter showed when this guest was paused: at its last #VMEXIT, before the exit’s own cost; before its first VMRUN, when it was built. */
    readonly exitTsc: bigint;
    /** Number of the guest, from 0. */
    readonly id: number;
    /** CR0 as the guest knows it. With `"paging": "own"` it is kept here once you have set it, and the VMCB’s is yours to make; until then, and under nested paging, it is the VMCB’s. */
    guestCr0: bigint;
    /** CR3 as the guest knows it. With `"paging": "own"` it is kept here once you have set it, and the VMCB’s is yours to make; until then, and under nested paging, it is the VMCB’s. */
    guestCr3: bigint;
    /** CR4 as the guest knows it. With `"paging": "own"` it is kept here once you have set it, and the VMCB’s is yours to make; until then, and under nested paging, it is the VMCB’s. */
    guestCr4: bigint;
    /** EFER as the guest knows it. With `"paging": "own"` it is kept here once you have set it, and the VMCB’s is yours to make; until then, and under nested paging, it is the VMCB’s. */
    guestEfer: bigint;
    /** Guest DR0. No world switch moves it. §15.6 */
    dr0: bigint;
    /** Guest DR1. §15.6 */
    dr1: bigint;
    /** Guest DR2. §15.6 */
    dr2: bigint;
    /** Guest DR3. §15.6 */
    dr3: bigint;
    /** Sets or clears one intercept bit of the VMCB. §15.9 */
    intercept(name: InterceptName, on: boolean): void;
    /** Whether an intercept bit is set. */
    intercepts(name: InterceptName): boolean;
    /** Guest RAX. */
    rax: bigint;
    /** Guest RCX. */
    rcx: bigint;
    /** Guest RDX. */
    rdx: bigint;
    /** Guest RBX. */
    rbx: bigint;
    /** Guest RSP. */
    rsp: bigint;
    /** Guest RBP. */
    rbp: bigint;
    /** Guest RSI. */
    rsi: bigint;
    /** Guest RDI. */
    rdi: bigint;
    /** Guest R8. */
    r8: bigint;
    /** Guest R9. */
    r9: bigint;
    /** Guest R10. */
    r10: bigint;
    /** Guest R11. */
    r11: bigint;
    /** Guest R12. */
    r12: bigint;
    /** Guest R13. */
    r13: bigint;
    /** Guest R14. */
    r14: bigint;
    /** Guest R15. */
    r15: bigint;
    /** Bits 31:0 of guest RAX. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    eax: number;
    /** Bits 31:0 of guest RCX. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    ecx: number;
    /** Bits 31:0 of guest RDX. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    edx: number;
    /** Bits 31:0 of guest RBX. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    ebx: number;
    /** Bits 31:0 of guest RSP. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    esp: number;
    /** Bits 31:0 of guest RBP. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    ebp: number;
    /** Bits 31:0 of guest RSI. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    esi: number;
    /** Bits 31:0 of guest RDI. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    edi: number;
    /** Bits 31:0 of guest R8. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r8d: number;
    /** Bits 31:0 of guest R9. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r9d: number;
    /** Bits 31:0 of guest R10. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r10d: number;
    /** Bits 31:0 of guest R11. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r11d: number;
    /** Bits 31:0 of guest R12. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r12d: number;
    /** Bits 31:0 of guest R13. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r13d: number;
    /** Bits 31:0 of guest R14. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r14d: number;
    /** Bits 31:0 of guest R15. Writing makes bits 63:32 zero, as an instruction with a 32-bit result does. */
    r15d: number;
    /** Guest RIP, the same as `vmcb.rip`. */
    rip: bigint;
    /** Guest RFLAGS, the same as `vmcb.rflags`. */
    rflags: bigint;
  }

  /** The guest's physical memory. */
  export interface GuestMemory {
    /** A byte of guest-physical memory. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    read8(gpa: bigint): number;
    /** Two bytes, the lower first. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    read16(gpa: bigint): number;
    /** Four bytes, unsigned. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    read32(gpa: bigint): number;
    /** Eight bytes, such as a page-table entry. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    read64(gpa: bigint): bigint;
    /** Writes a byte. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    write8(gpa: bigint, value: number): void;
    /** Writes two bytes. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    write16(gpa: bigint, value: number): void;
    /** Writes four bytes. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    write32(gpa: bigint, value: number): void;
    /** Writes eight bytes. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    write64(gpa: bigint, value: bigint): void;
    /** A copy of up to 65,536 bytes. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    readBytes(gpa: bigint, count: number): Uint8Array;
    /** Writes up to 65,536 bytes. There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest. */
    writeBytes(gpa: bigint, bytes: Uint8Array): void;
    /** Whether the guest has memory at all `count` bytes from a GPA up. */
    isMemory(gpa: bigint, count?: number): boolean;
    /** The SPA where a byte of guest memory lies, for a page table you build. With `"paging": "own"` the guest’s memory is one run of system memory; else a page may not have been given one yet, and you are told so. */
    spaOf(gpa: bigint): bigint;
    /** Guest-physical memory ends below this address. */
    readonly size: bigint;
  }

  /** The processor in host mode. */
  export interface Host {
    /** System memory, as far as it is yours. */
    readonly memory: HostMemory;
    /** The SPA of `count` consecutive 4 KB pages of zeros, at a multiple of `alignment`. They are yours for good: keep their address. */
    allocatePage(count?: number, alignment?: bigint): bigint;
    /** CPUID as the processor answers in host mode: `leaf` in EAX, `subleaf` in ECX. */
    cpuid(leaf: number, subleaf?: number): CpuidAnswer;
    /** RDMSR in host mode. What VMLOAD and VMSAVE move holds the host’s values: the guest’s are in the VMCB. */
    rdmsr(msr: number): bigint;
    /** WRMSR in host mode: of what a hypervisor sets for its guests (TSC_AUX, TSC_RATIO). The rest would take the host down, and is refused. */
    wrmsr(msr: number, value: bigint): void;
    /** INVLPGA: drops the translation of one page of an ASID. §15.16.2 */
    invlpga(gva: bigint, asid: number): void;
    /** Virtual time, in ns. */
    readonly time: bigint;
    /** The time-stamp counter, as RDTSC in host mode reads it: one tick a ns. §13.2.4 */
    readonly tsc: bigint;
    /** Prints a byte on the guest’s console. */
    console(byte: number): void;
  }
  export const host: Host;

  /** System memory, as far as it is yours. */
  export interface HostMemory {
    /** A byte of system memory. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    read8(spa: bigint): number;
    /** Two bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    read16(spa: bigint): number;
    /** Four bytes, unsigned. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    read32(spa: bigint): number;
    /** Eight bytes, such as a page-table entry. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    read64(spa: bigint): bigint;
    /** Writes a byte. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    write8(spa: bigint, value: number): void;
    /** Writes two bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    write16(spa: bigint, value: number): void;
    /** Writes four bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    write32(spa: bigint, value: number): void;
    /** Writes eight bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    write64(spa: bigint, value: bigint): void;
    /** A copy of up to 65,536 bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    readBytes(spa: bigint, count: number): Uint8Array;
    /** Writes up to 65,536 bytes. Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named. */
    writeBytes(spa: bigint, bytes: Uint8Array): void;
  }

  /** What CPUID answers: four registers, unsigned. */
  export interface CpuidAnswer {
    eax: number;
    ebx: number;
    ecx: number;
    edx: number;
  }

  /** The guest's virtual machine control block, field by field. Appendix B */
  export interface Vmcb {
    /**
     * **INTERCEPT_CR_READ**, 000h, 16 bits, control area. §15.9
     *
     * Bit n intercepts reads of CRn.
     *
     * VMRUN loads it.
     */
    interceptCrRead: number;
    /**
     * **INTERCEPT_CR_WRITE**, 002h, 16 bits, control area. §15.9
     *
     * Bit n intercepts writes of CRn.
     *
     * VMRUN loads it.
     */
    interceptCrWrite: number;
    /**
     * **INTERCEPT_DR_READ**, 004h, 16 bits, control area. §15.9
     *
     * Bit n intercepts reads of DRn.
     *
     * VMRUN loads it.
     */
    interceptDrRead: number;
    /**
     * **INTERCEPT_DR_WRITE**, 006h, 16 bits, control area. §15.9
     *
     * Bit n intercepts writes of DRn.
     *
     * VMRUN loads it.
     */
    interceptDrWrite: number;
    /**
     * **INTERCEPT_EXCEPTION**, 008h, 32 bits, control area. §15.12
     *
     * Bit n intercepts exception vector n.
     *
     * VMRUN loads it.
     */
    interceptException: number;
    /**
     * **INTERCEPT_MISC1**, 00Ch, 32 bits, control area. §15.9
     *
     * Events and instructions; bits in INTERCEPTS, vector 3.
     *
     * VMRUN loads it.
     */
    interceptMisc1: number;
    /**
     * **INTERCEPT_MISC2**, 010h, 32 bits, control area. §15.9
     *
     * SVM instructions and write traps; bits in INTERCEPTS, vector 4.
     *
     * VMRUN loads it.
     */
    interceptMisc2: number;
    /**
     * **INTERCEPT_MISC3**, 014h, 32 bits, control area. §15.9
     *
     * Newer instructions; bits in INTERCEPTS, vector 5.
     *
     * VMRUN loads it.
     */
    interceptMisc3: number;
    /**
     * **PAUSE_FILTER_THRESHOLD**, 03Ch, 16 bits, control area. §15.14.4
     *
     * A PAUSE later than this many cycles after the last refills the counter.
     *
     * VMRUN loads it.
     *
     * Not confirmed: clean group by practice; the manual names the count only.
     */
    pauseFilterThreshold: number;
    /**
     * **PAUSE_FILTER_COUNT**, 03Eh, 16 bits, control area. §15.14.4
     *
     * PAUSEs let through before the intercept acts; the field is never written.
     *
     * VMRUN loads it.
     */
    pauseFilterCount: number;
    /**
     * **IOPM_BASE_PA**, 040h, 64 bits, control area. §15.10
     *
     * SPA of the 12 KB I/O permission map.
     *
     * VMRUN loads it and checks it.
     * - bits 51:12 PFN: page frame number
     */
    iopmBasePa: bigint;
    /**
     * **MSRPM_BASE_PA**, 048h, 64 bits, control area. §15.11
     *
     * SPA of the 8 KB MSR permission map.
     *
     * VMRUN loads it and checks it.
     * - bits 51:12 PFN: page frame number
     */
    msrpmBasePa: bigint;
    /**
     * **TSC_OFFSET**, 050h, 64 bits, control area. §15.30.5
     *
     * Added to the (scaled) TSC the guest reads.
     *
     * VMRUN loads it.
     */
    tscOffset: bigint;
    /**
     * **GUEST_ASID**, 058h, 32 bits, control area. §15.16
     *
     * Tags the guest's translations; zero is the host's and illegal here.
     *
     * VMRUN loads it and checks it.
     */
    guestAsid: number;
    /**
     * **TLB_CONTROL**, 05Ch, 8 bits, control area. §15.16.1
     *
     * Translations VMRUN drops before it enters the guest.
     *
     * VMRUN acts on it once.
     * - bits 2:0 TLB_CONTROL: 0 nothing, 1 every ASID, 3 this ASID, 7 this ASID but global entries
     */
    tlbControl: number;
    /**
     * **ERAP_CTL**, 05Dh, 8 bits, control area. §15.37.2
     *
     * Return-address predictor of the guest.
     *
     * VMRUN loads it.
     * - bit 0 ALLOW_LARGER_RAP: guest may use the larger predictor
     * - bit 1 CLEAR_RAP: clear predictor at VMRUN
     */
    erapCtl: number;
    /**
     * **VINTR_CONTROL**, 060h, 64 bits, control area. §15.21
     *
     * Virtual interrupt, GIF, NMI and AVIC controls.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 7:0 V_TPR: virtual task priority; 3:0 used
     * - bit 8 V_IRQ: a virtual interrupt is pending
     * - bit 9 VGIF: virtual global interrupt flag
     * - bit 11 V_NMI: a virtual NMI is pending
     * - bit 12 V_NMI_MASK: virtual NMIs are blocked
     * - bits 19:16 V_INTR_PRIO: priority of the virtual interrupt, compared with V_TPR
     * - bit 20 V_IGN_TPR: V_TPR does not hold the virtual interrupt back
     * - bit 24 V_INTR_MASKING: guest IF masks virtual interrupts only; CR8 is V_TPR
     * - bit 25 VGIF_ENABLE: STGI and CLGI of the guest act on VGIF
     * - bit 26 V_NMI_ENABLE: NMI virtualization
     * - bit 30 X2AVIC_ENABLE: x2APIC mode of AVIC; needs AVIC_ENABLE
     * - bit 31 AVIC_ENABLE: interrupt controller virtualization
     * - bits 39:32 V_INTR_VECTOR: vector of the virtual interrupt
     */
    vIntr: bigint;
    /**
     * **INTERRUPT_SHADOW**, 068h, 64 bits, control area. §15.21.5
     *
     * Interrupt shadow of the guest.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bit 0 INTERRUPT_SHADOW: the guest is in an interrupt shadow
     * - bit 1 GUEST_INTERRUPT_MASK: guest RFLAGS.IF (SEV-ES)
     */
    interruptShadow: bigint;
    /**
     * **EXITCODE**, 070h, 64 bits, control area. §15.6
     *
     * Reason of the last #VMEXIT, 64 bits, negative codes sign-extended.
     *
     * #VMEXIT writes it.
     */
    exitCode: bigint;
    /**
     * **EXITINFO1**, 078h, 64 bits, control area. §C
     *
     * Meaning depends on EXITCODE.
     *
     * #VMEXIT writes it.
     */
    exitInfo1: bigint;
    /**
     * **EXITINFO2**, 080h, 64 bits, control area. §C
     *
     * Meaning depends on EXITCODE.
     *
     * #VMEXIT writes it.
     */
    exitInfo2: bigint;
    /**
     * **EXITINTINFO**, 088h, 64 bits, control area. §15.7.2
     *
     * The event whose delivery the #VMEXIT cut short.
     *
     * #VMEXIT writes it.
     * - bits 7:0 VECTOR: IDT vector; ignored for an NMI
     * - bits 10:8 TYPE: 0 interrupt, 2 NMI, 3 exception, 4 software interrupt
     * - bit 11 EV: ERRORCODE is valid and is pushed
     * - bit 31 V: the field holds an event
     * - bits 63:32 ERRORCODE: error code
     */
    exitIntInfo: bigint;
    /**
     * **NP_CONTROL**, 090h, 64 bits, control area. §15.25.3
     *
     * Nested paging and memory encryption.
     *
     * VMRUN loads it and checks it.
     * - bit 0 NP_ENABLE: nested paging
     * - bit 1 SEV_ENABLE: secure encrypted virtualization
     * - bit 2 SEV_ES_ENABLE: encrypted save area
     * - bit 3 GMET_ENABLE: guest-mode execute trap
     * - bit 4 SSS_CHECK_ENABLE: supervisor shadow stack check
     * - bit 5 VTE_ENABLE: virtual transparent encryption
     * - bit 6 ROGPT_ENABLE: guest page tables may be read-only
     * - bit 7 INVLPGB_TLBSYNC_ENABLE: the guest may use INVLPGB and TLBSYNC
     * - bit 11 PML_ENABLE: page-modification logging
     *
     * Not confirmed: clean group by practice; bit 7 not confirmed.
     */
    npEnable: bigint;
    /**
     * **AVIC_APIC_BAR**, 098h, 64 bits, control area. §15.29.4
     *
     * GPA of the virtual APIC page.
     *
     * VMRUN loads it.
     * - bits 51:0 APIC_BAR: page aligned
     */
    avicApicBar: bigint;
    /**
     * **GHCB_GPA**, 0A0h, 64 bits, control area. §15.35.7
     *
     * GPA of the guest-hypervisor communication block (SEV-ES).
     *
     * VMRUN loads it.
     */
    ghcbGpa: bigint;
    /**
     * **EVENTINJ**, 0A8h, 64 bits, control area. §15.20
     *
     * Event VMRUN delivers before the first guest instruction.
     *
     * VMRUN acts on it once; #VMEXIT clears it.
     * - bits 7:0 VECTOR: IDT vector; ignored for an NMI
     * - bits 10:8 TYPE: 0 interrupt, 2 NMI, 3 exception, 4 software interrupt
     * - bit 11 EV: ERRORCODE is valid and is pushed
     * - bit 31 V: the field holds an event
     * - bits 63:32 ERRORCODE: error code
     *
     * Not confirmed: 30:12 should be zero; not tested.
     */
    eventInj: bigint;
    /**
     * **nCR3**, 0B0h, 64 bits, control area. §15.25.4
     *
     * SPA of the top nested page table.
     *
     * VMRUN loads it and checks it.
     */
    nCr3: bigint;
    /**
     * **VIRT_EXT**, 0B8h, 64 bits, control area. §15.23.1
     *
     * LBR, VMLOAD/VMSAVE, IBS and PMC virtualization.
     *
     * VMRUN loads it.
     * - bit 0 LBR_VIRT_ENABLE: DebugCtl and LBRs are swapped
     * - bit 1 V_VMSAVE_VMLOAD_ENABLE: VMLOAD and VMSAVE of the guest take a GPA
     * - bit 2 IBS_VIRT_ENABLE: IBS state is swapped
     * - bit 3 PMC_VIRT_ENABLE: performance counters are swapped
     *
     * Not confirmed: clean group not stated, so never cached.
     */
    virtExt: bigint;
    /**
     * **VMCB_CLEAN**, 0C0h, 32 bits, control area. §15.15.3
     *
     * A set bit lets the processor use its cached copy of that group.
     *
     * VMRUN acts on it once.
     * - bit 0 I: intercepts, TSC offset, pause filter
     * - bit 1 IOPM: permission map addresses
     * - bit 2 ASID: GUEST_ASID
     * - bit 3 TPR: virtual interrupt controls
     * - bit 4 NP: nested paging
     * - bit 5 CRx: control registers and EFER
     * - bit 6 DRx: DR6 and DR7
     * - bit 7 DT: GDTR and IDTR
     * - bit 8 SEG: ES CS SS DS and CPL
     * - bit 9 CR2: CR2
     * - bit 10 LBR: last branch records
     * - bit 11 AVIC: AVIC addresses
     * - bit 12 CET: shadow stack state
     */
    cleanBits: number;
    /**
     * **nRIP**, 0C8h, 64 bits, control area. §15.7.1
     *
     * Address of the instruction after the intercepted one, else zero.
     *
     * #VMEXIT writes it.
     */
    nRip: bigint;
    /**
     * **INSN_BYTES_FETCHED**, 0D0h, 8 bits, control area. §15.8.4
     *
     * How many of the following bytes are valid.
     *
     * #VMEXIT writes it.
     * - bits 3:0 COUNT: 0 to 15
     */
    insnBytesFetched: number;
    /**
     * **GUEST_INSN_BYTES**, 0D1h, 15 bytes, control area. §15.8.4
     *
     * Bytes at CS:RIP for #PF and NPF on data accesses.
     *
     * #VMEXIT writes it.
     */
    guestInsnBytes: Uint8Array;
    /**
     * **AVIC_BACKING_PAGE**, 0E0h, 64 bits, control area. §15.29.4
     *
     * SPA of the vCPU's APIC backing page.
     *
     * VMRUN loads it.
     * - bits 51:12 PFN: page frame number
     */
    avicBackingPage: bigint;
    /**
     * **AVIC_LOGICAL_TABLE**, 0F0h, 64 bits, control area. §15.29.4
     *
     * SPA of the logical APIC ID table.
     *
     * VMRUN loads it.
     * - bits 51:12 PFN: page frame number
     */
    avicLogicalTable: bigint;
    /**
     * **AVIC_PHYSICAL_TABLE**, 0F8h, 64 bits, control area. §15.29.4
     *
     * SPA of the physical APIC ID table, and its last index.
     *
     * VMRUN loads it.
     * - bits 11:0 PHYSICAL_MAX_INDEX: 7:0 xAPIC, 8:0 x2AVIC, 11:0 with 4K extension
     * - bits 51:12 PFN: page frame number
     *
     * Not confirmed: older text has the index in 7:0.
     */
    avicPhysicalTable: bigint;
    /**
     * **VMSA_PTR**, 108h, 64 bits, control area. §15.35.8
     *
     * SPA of the encrypted save area (SEV-ES).
     *
     * VMRUN loads it.
     * - bits 51:12 PFN: page frame number
     */
    vmsaPtr: bigint;
    /**
     * **VMGEXIT_RAX**, 110h, 64 bits, control area. §15.35.6
     *
     * Guest RAX at VMGEXIT (SEV-ES).
     *
     * #VMEXIT writes it.
     */
    vmgexitRax: bigint;
    /**
     * **VMGEXIT_CPL**, 118h, 8 bits, control area. §15.35.6
     *
     * Guest CPL at VMGEXIT (SEV-ES).
     *
     * #VMEXIT writes it.
     */
    vmgexitCpl: number;
    /**
     * **BUS_LOCK_COUNTER**, 120h, 16 bits, control area. §15.14.5
     *
     * Bus locks let through before the intercept acts.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    busLockCounter: number;
    /**
     * **UPDATE_IRR**, 134h, 32 bits, control area. §15.36.21
     *
     * VMRUN merges REQUESTED_IRR (Secure AVIC).
     *
     * VMRUN loads it; #VMEXIT clears it.
     * - bit 0 UPDATE_IRR: merge at the next VMRUN
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    updateIrr: number;
    /**
     * **ALLOWED_SEV_FEATURES**, 138h, 64 bits, control area. §15.36.20
     *
     * SEV features the hypervisor allows.
     *
     * VMRUN loads it.
     * - bits 61:0 MASK: one bit a feature
     * - bit 63 ENABLE: field is valid
     */
    allowedSevFeatures: bigint;
    /**
     * **GUEST_SEV_FEATURES**, 140h, 64 bits, control area. §15.36.20
     *
     * SEV features the guest runs with.
     *
     * #VMEXIT writes it.
     */
    guestSevFeatures: bigint;
    /**
     * **REQUESTED_IRR**, 150h, 32 bytes, control area. §15.36.21
     *
     * 256 vectors asked for by the hypervisor (Secure AVIC).
     *
     * VMRUN loads it; #VMEXIT clears it.
     */
    requestedIrr: Uint8Array;
    /**
     * **PML_BASE**, 1C8h, 64 bits, control area. §15.25.15
     *
     * SPA of the page-modification log.
     *
     * VMRUN loads it.
     */
    pmlBase: bigint;
    /**
     * **PML_INDEX**, 1D0h, 16 bits, control area. §15.25.15
     *
     * Next slot of the log, counting down; above 1FFh it is full.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    pmlIndex: number;
    /**
     * **HOST_RESERVED**, 3E0h, 32 bytes, control area. §B
     *
     * Free for software; the processor ignores it.
     */
    hostReserved: Uint8Array;
    /**
     * **ES_SELECTOR**, 400h, 16 bits, state-save area. §15.5.1
     *
     * ES selector.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    esSelector: number;
    /**
     * **ES_ATTRIB**, 402h, 16 bits, state-save area. §15.5.1
     *
     * ES attributes, packed.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    esAttrib: number;
    /**
     * **ES_LIMIT**, 404h, 32 bits, state-save area. §15.5.1
     *
     * ES limit in bytes.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    esLimit: number;
    /**
     * **ES_BASE**, 408h, 64 bits, state-save area. §15.5.1
     *
     * ES base; 31:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    esBase: bigint;
    /**
     * **CS_SELECTOR**, 410h, 16 bits, state-save area. §15.5.1
     *
     * CS selector.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    csSelector: number;
    /**
     * **CS_ATTRIB**, 412h, 16 bits, state-save area. §15.5.1
     *
     * CS attributes, packed.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    csAttrib: number;
    /**
     * **CS_LIMIT**, 414h, 32 bits, state-save area. §15.5.1
     *
     * CS limit in bytes.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    csLimit: number;
    /**
     * **CS_BASE**, 418h, 64 bits, state-save area. §15.5.1
     *
     * CS base; 31:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    csBase: bigint;
    /**
     * **SS_SELECTOR**, 420h, 16 bits, state-save area. §15.5.1
     *
     * SS selector.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    ssSelector: number;
    /**
     * **SS_ATTRIB**, 422h, 16 bits, state-save area. §15.5.1
     *
     * SS attributes, packed.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    ssAttrib: number;
    /**
     * **SS_LIMIT**, 424h, 32 bits, state-save area. §15.5.1
     *
     * SS limit in bytes.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    ssLimit: number;
    /**
     * **SS_BASE**, 428h, 64 bits, state-save area. §15.5.1
     *
     * SS base; 31:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    ssBase: bigint;
    /**
     * **DS_SELECTOR**, 430h, 16 bits, state-save area. §15.5.1
     *
     * DS selector.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    dsSelector: number;
    /**
     * **DS_ATTRIB**, 432h, 16 bits, state-save area. §15.5.1
     *
     * DS attributes, packed.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    dsAttrib: number;
    /**
     * **DS_LIMIT**, 434h, 32 bits, state-save area. §15.5.1
     *
     * DS limit in bytes.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    dsLimit: number;
    /**
     * **DS_BASE**, 438h, 64 bits, state-save area. §15.5.1
     *
     * DS base; 31:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    dsBase: bigint;
    /**
     * **FS_SELECTOR**, 440h, 16 bits, state-save area. §15.5.2
     *
     * FS selector.
     *
     * VMLOAD and VMSAVE move it.
     */
    fsSelector: number;
    /**
     * **FS_ATTRIB**, 442h, 16 bits, state-save area. §15.5.2
     *
     * FS attributes, packed.
     *
     * VMLOAD and VMSAVE move it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    fsAttrib: number;
    /**
     * **FS_LIMIT**, 444h, 32 bits, state-save area. §15.5.2
     *
     * FS limit in bytes.
     *
     * VMLOAD and VMSAVE move it.
     */
    fsLimit: number;
    /**
     * **FS_BASE**, 448h, 64 bits, state-save area. §15.5.2
     *
     * FS base, sign-extended to canonical form.
     *
     * VMLOAD and VMSAVE move it.
     */
    fsBase: bigint;
    /**
     * **GS_SELECTOR**, 450h, 16 bits, state-save area. §15.5.2
     *
     * GS selector.
     *
     * VMLOAD and VMSAVE move it.
     */
    gsSelector: number;
    /**
     * **GS_ATTRIB**, 452h, 16 bits, state-save area. §15.5.2
     *
     * GS attributes, packed.
     *
     * VMLOAD and VMSAVE move it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    gsAttrib: number;
    /**
     * **GS_LIMIT**, 454h, 32 bits, state-save area. §15.5.2
     *
     * GS limit in bytes.
     *
     * VMLOAD and VMSAVE move it.
     */
    gsLimit: number;
    /**
     * **GS_BASE**, 458h, 64 bits, state-save area. §15.5.2
     *
     * GS base, sign-extended to canonical form.
     *
     * VMLOAD and VMSAVE move it.
     */
    gsBase: bigint;
    /**
     * **GDTR_SELECTOR**, 460h, 16 bits, state-save area. §B
     *
     * Not used.
     */
    gdtrSelector: number;
    /**
     * **GDTR_ATTRIB**, 462h, 16 bits, state-save area. §B
     *
     * Not used.
     */
    gdtrAttrib: number;
    /**
     * **GDTR_LIMIT**, 464h, 32 bits, state-save area. §15.5.1
     *
     * GDTR limit in bytes; 15:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    gdtrLimit: number;
    /**
     * **GDTR_BASE**, 468h, 64 bits, state-save area. §15.5.1
     *
     * GDTR base, sign-extended to canonical form.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    gdtrBase: bigint;
    /**
     * **LDTR_SELECTOR**, 470h, 16 bits, state-save area. §15.5.2
     *
     * LDTR selector.
     *
     * VMLOAD and VMSAVE move it.
     */
    ldtrSelector: number;
    /**
     * **LDTR_ATTRIB**, 472h, 16 bits, state-save area. §15.5.2
     *
     * LDTR attributes, packed.
     *
     * VMLOAD and VMSAVE move it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    ldtrAttrib: number;
    /**
     * **LDTR_LIMIT**, 474h, 32 bits, state-save area. §15.5.2
     *
     * LDTR limit in bytes.
     *
     * VMLOAD and VMSAVE move it.
     */
    ldtrLimit: number;
    /**
     * **LDTR_BASE**, 478h, 64 bits, state-save area. §15.5.2
     *
     * LDTR base, sign-extended to canonical form.
     *
     * VMLOAD and VMSAVE move it.
     */
    ldtrBase: bigint;
    /**
     * **IDTR_SELECTOR**, 480h, 16 bits, state-save area. §B
     *
     * Not used.
     */
    idtrSelector: number;
    /**
     * **IDTR_ATTRIB**, 482h, 16 bits, state-save area. §B
     *
     * Not used.
     */
    idtrAttrib: number;
    /**
     * **IDTR_LIMIT**, 484h, 32 bits, state-save area. §15.5.1
     *
     * IDTR limit in bytes; 15:0 are implemented.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    idtrLimit: number;
    /**
     * **IDTR_BASE**, 488h, 64 bits, state-save area. §15.5.1
     *
     * IDTR base, sign-extended to canonical form.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    idtrBase: bigint;
    /**
     * **TR_SELECTOR**, 490h, 16 bits, state-save area. §15.5.2
     *
     * TR selector.
     *
     * VMLOAD and VMSAVE move it.
     */
    trSelector: number;
    /**
     * **TR_ATTRIB**, 492h, 16 bits, state-save area. §15.5.2
     *
     * TR attributes, packed.
     *
     * VMLOAD and VMSAVE move it.
     * - bits 3:0 TYPE: code/data, conforming/expand-down, readable/writable, accessed
     * - bit 4 S: 1 code or data, 0 system
     * - bits 6:5 DPL: descriptor privilege level
     * - bit 7 P: present; a null segment has 0
     * - bit 8 AVL: for software
     * - bit 9 L: 64-bit code
     * - bit 10 DB: default operand size or stack size
     * - bit 11 G: granularity; the limit here is in bytes already
     */
    trAttrib: number;
    /**
     * **TR_LIMIT**, 494h, 32 bits, state-save area. §15.5.2
     *
     * TR limit in bytes.
     *
     * VMLOAD and VMSAVE move it.
     */
    trLimit: number;
    /**
     * **TR_BASE**, 498h, 64 bits, state-save area. §15.5.2
     *
     * TR base, sign-extended to canonical form.
     *
     * VMLOAD and VMSAVE move it.
     */
    trBase: bigint;
    /**
     * **VMPL**, 4CAh, 8 bits, state-save area. §15.36.7
     *
     * Privilege level of an SNP vCPU, encrypted save area only.
     */
    vmpl: number;
    /**
     * **CPL**, 4CBh, 8 bits, state-save area. §15.5.1
     *
     * 0 in real mode and 3 in virtual-8086 mode, whatever is written here.
     *
     * VMRUN loads it; #VMEXIT writes it.
     * - bits 1:0 CPL: current privilege level
     */
    cpl: number;
    /**
     * **EFER**, 4D0h, 64 bits, state-save area. §15.5.1
     *
     * SVME must be one.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    efer: bigint;
    /**
     * **PERF_CTL0**, 4E0h, 64 bits, state-save area. §15.39
     *
     * Event select 0.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl0: bigint;
    /**
     * **PERF_CTR0**, 4E8h, 64 bits, state-save area. §15.39
     *
     * Event counter 0.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr0: bigint;
    /**
     * **PERF_CTL1**, 4F0h, 64 bits, state-save area. §15.39
     *
     * Event select 1.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl1: bigint;
    /**
     * **PERF_CTR1**, 4F8h, 64 bits, state-save area. §15.39
     *
     * Event counter 1.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr1: bigint;
    /**
     * **PERF_CTL2**, 500h, 64 bits, state-save area. §15.39
     *
     * Event select 2.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl2: bigint;
    /**
     * **PERF_CTR2**, 508h, 64 bits, state-save area. §15.39
     *
     * Event counter 2.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr2: bigint;
    /**
     * **PERF_CTL3**, 510h, 64 bits, state-save area. §15.39
     *
     * Event select 3.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl3: bigint;
    /**
     * **PERF_CTR3**, 518h, 64 bits, state-save area. §15.39
     *
     * Event counter 3.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr3: bigint;
    /**
     * **PERF_CTL4**, 520h, 64 bits, state-save area. §15.39
     *
     * Event select 4.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl4: bigint;
    /**
     * **PERF_CTR4**, 528h, 64 bits, state-save area. §15.39
     *
     * Event counter 4.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr4: bigint;
    /**
     * **PERF_CTL5**, 530h, 64 bits, state-save area. §15.39
     *
     * Event select 5.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtl5: bigint;
    /**
     * **PERF_CTR5**, 538h, 64 bits, state-save area. §15.39
     *
     * Event counter 5.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtr5: bigint;
    /**
     * **CR4**, 548h, 64 bits, state-save area. §15.5.1
     *
     * Guest CR4.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    cr4: bigint;
    /**
     * **CR3**, 550h, 64 bits, state-save area. §15.5.1
     *
     * Guest CR3, a GPA under nested paging.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    cr3: bigint;
    /**
     * **CR0**, 558h, 64 bits, state-save area. §15.5.1
     *
     * Guest CR0; PG without PE (paged real mode) is legal.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    cr0: bigint;
    /**
     * **DR7**, 560h, 64 bits, state-save area. §15.5.1
     *
     * Guest DR7.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    dr7: bigint;
    /**
     * **DR6**, 568h, 64 bits, state-save area. §15.5.1
     *
     * Guest DR6.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it.
     */
    dr6: bigint;
    /**
     * **RFLAGS**, 570h, 64 bits, state-save area. §15.5.1
     *
     * Guest RFLAGS.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    rflags: bigint;
    /**
     * **RIP**, 578h, 64 bits, state-save area. §15.5.1
     *
     * Guest RIP.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    rip: bigint;
    /**
     * **INSTR_RETIRED_CTR**, 5C0h, 64 bits, state-save area. §15.39
     *
     * Retired instruction counter.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    instrRetiredCtr: bigint;
    /**
     * **PERF_CTR_GLOBAL_STS**, 5C8h, 64 bits, state-save area. §15.39
     *
     * Counter overflow status.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtrGlobalSts: bigint;
    /**
     * **PERF_CTR_GLOBAL_CTL**, 5D0h, 64 bits, state-save area. §15.39
     *
     * Counter enables.
     *
     * VMRUN loads it; #VMEXIT writes it, with performance counter virtualization.
     *
     * Not confirmed: offset known from one other hypervisor only.
     */
    perfCtrGlobalCtl: bigint;
    /**
     * **RSP**, 5D8h, 64 bits, state-save area. §15.5.1
     *
     * Guest RSP.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    rsp: bigint;
    /**
     * **S_CET**, 5E0h, 64 bits, state-save area. §15.5.1
     *
     * Supervisor shadow stack controls.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it, with shadow stacks.
     */
    sCet: bigint;
    /**
     * **SSP**, 5E8h, 64 bits, state-save area. §15.5.1
     *
     * Shadow stack pointer.
     *
     * VMRUN loads it; #VMEXIT writes it, with shadow stacks.
     */
    ssp: bigint;
    /**
     * **ISST_ADDR**, 5F0h, 64 bits, state-save area. §15.5.1
     *
     * Linear address of the interrupt shadow stack table.
     *
     * VMRUN loads it; #VMEXIT writes it, with shadow stacks.
     */
    isstAddr: bigint;
    /**
     * **RAX**, 5F8h, 64 bits, state-save area. §15.5.1
     *
     * Guest RAX; every other general register but RSP is left to software.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    rax: bigint;
    /**
     * **STAR**, 600h, 64 bits, state-save area. §15.5.2
     *
     * SYSCALL and SYSRET selectors.
     *
     * VMLOAD and VMSAVE move it.
     */
    star: bigint;
    /**
     * **LSTAR**, 608h, 64 bits, state-save area. §15.5.2
     *
     * SYSCALL target in 64-bit mode.
     *
     * VMLOAD and VMSAVE move it.
     */
    lstar: bigint;
    /**
     * **CSTAR**, 610h, 64 bits, state-save area. §15.5.2
     *
     * SYSCALL target in compatibility mode.
     *
     * VMLOAD and VMSAVE move it.
     */
    cstar: bigint;
    /**
     * **SFMASK**, 618h, 64 bits, state-save area. §15.5.2
     *
     * Flags SYSCALL clears.
     *
     * VMLOAD and VMSAVE move it.
     */
    sfmask: bigint;
    /**
     * **KERNEL_GS_BASE**, 620h, 64 bits, state-save area. §15.5.2
     *
     * What SWAPGS swaps in.
     *
     * VMLOAD and VMSAVE move it.
     */
    kernelGsBase: bigint;
    /**
     * **SYSENTER_CS**, 628h, 64 bits, state-save area. §15.5.2
     *
     * SYSENTER code selector.
     *
     * VMLOAD and VMSAVE move it.
     */
    sysenterCs: bigint;
    /**
     * **SYSENTER_ESP**, 630h, 64 bits, state-save area. §15.5.2
     *
     * SYSENTER stack pointer.
     *
     * VMLOAD and VMSAVE move it.
     */
    sysenterEsp: bigint;
    /**
     * **SYSENTER_EIP**, 638h, 64 bits, state-save area. §15.5.2
     *
     * SYSENTER target.
     *
     * VMLOAD and VMSAVE move it.
     */
    sysenterEip: bigint;
    /**
     * **CR2**, 640h, 64 bits, state-save area. §15.5.1
     *
     * Guest CR2.
     *
     * VMRUN loads it; #VMEXIT writes it.
     */
    cr2: bigint;
    /**
     * **G_PAT**, 668h, 64 bits, state-save area. §15.25.4
     *
     * Guest PAT under nested paging.
     *
     * VMRUN loads it and checks it; #VMEXIT writes it, with nested paging.
     */
    gPat: bigint;
    /**
     * **DBGCTL**, 670h, 64 bits, state-save area. §15.23.1
     *
     * Guest DebugCtl.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     */
    dbgCtl: bigint;
    /**
     * **BR_FROM**, 678h, 64 bits, state-save area. §15.23.1
     *
     * Source of the last branch.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     */
    brFrom: bigint;
    /**
     * **BR_TO**, 680h, 64 bits, state-save area. §15.23.1
     *
     * Target of the last branch.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     */
    brTo: bigint;
    /**
     * **LASTEXCPFROM**, 688h, 64 bits, state-save area. §15.23.1
     *
     * Source of the last exception or interrupt.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     */
    lastExcpFrom: bigint;
    /**
     * **LASTEXCPTO**, 690h, 64 bits, state-save area. §15.23.1
     *
     * Target of the last exception or interrupt.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     */
    lastExcpTo: bigint;
    /**
     * **DBGEXTNCTL**, 698h, 64 bits, state-save area. §15.23.1
     *
     * Guest DebugExtnCtl (LBR stack).
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     *
     * Not confirmed: clean group not confirmed.
     */
    dbgExtnCtl: bigint;
    /**
     * **SPEC_CTRL**, 6E0h, 64 bits, state-save area. §15.37.1
     *
     * Guest SPEC_CTRL.
     *
     * VMRUN loads it; #VMEXIT writes it, with SPEC_CTRL virtualization.
     */
    specCtrl: bigint;
    /**
     * **LBR_STACK**, A70h, 256 bytes, state-save area. §15.23.1
     *
     * Sixteen from/to pairs.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     *
     * Not confirmed: the manual names LBR_STACK_FROM and LBR_STACK_TO; how they lie in here is not confirmed.
     */
    lbrStack: Uint8Array;
    /**
     * **LBR_SELECT**, B70h, 64 bits, state-save area. §15.23.1
     *
     * Branch types the LBR stack leaves out.
     *
     * VMRUN loads it; #VMEXIT writes it, with LBR virtualization.
     *
     * Not confirmed: clean group not confirmed.
     */
    lbrSelect: bigint;
    /**
     * **IBS_FETCH_CTL**, B78h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsFetchCtl: bigint;
    /**
     * **IBS_FETCH_LINADDR**, B80h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsFetchLinaddr: bigint;
    /**
     * **IBS_OP_CTL**, B88h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsOpCtl: bigint;
    /**
     * **IBS_OP_RIP**, B90h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsOpRip: bigint;
    /**
     * **IBS_OP_DATA**, B98h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsOpData: bigint;
    /**
     * **IBS_OP_DATA2**, BA0h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsOpData2: bigint;
    /**
     * **IBS_OP_DATA3**, BA8h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsOpData3: bigint;
    /**
     * **IBS_DC_LINADDR**, BB0h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsDcLinaddr: bigint;
    /**
     * **IBS_BRTGT_RIP**, BB8h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsBrtgtRip: bigint;
    /**
     * **IBS_FETCH_EXTD_CTL**, BC0h, 64 bits, state-save area. §15.38
     *
     * IBS state.
     *
     * VMRUN loads it; #VMEXIT writes it, with IBS virtualization.
     *
     * Not confirmed: offset not in the headers compared.
     */
    ibsFetchExtdCtl: bigint;
  }

  /** Your answers to #VMEXITs, by the name of their EXITCODE. What you leave out, the built-in hypervisor answers. */
  export interface Handlers {
    /**
     * EXITCODE 00h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR0_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 01h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR1_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 02h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR2_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 03h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR3_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 04h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR4_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 05h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR5_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 06h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR6_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 07h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR7_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 08h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR8_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 09h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR9_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Ah. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR10_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Bh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR11_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Ch. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR12_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Dh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR13_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Eh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR14_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 0Fh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR15_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 10h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR0_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 11h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR1_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 12h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR2_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 13h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR3_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 14h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR4_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 15h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR5_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 16h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR6_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 17h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR7_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 18h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR8_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 19h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR9_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Ah. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR10_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Bh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR11_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Ch. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR12_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Dh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR13_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Eh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR14_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 1Fh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR15_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 20h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR0_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 21h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR1_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 22h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR2_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 23h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR3_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 24h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR4_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 25h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR5_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 26h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR6_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 27h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR7_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 28h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR8_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 29h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR9_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Ah. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR10_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Bh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR11_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Ch. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR12_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Dh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR13_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Eh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR14_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 2Fh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR15_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 30h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR0_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 31h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR1_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 32h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR2_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 33h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR3_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 34h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR4_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 35h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR5_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 36h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR6_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 37h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR7_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 38h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR8_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 39h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR9_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Ah. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR10_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Bh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR11_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Ch. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR12_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Dh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR13_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Eh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR14_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 3Fh. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV DR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_DR15_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 40h. §15.12.1
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_DE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 41h. §15.12.2
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_DB?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 42h. §15.12.3
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_2?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 43h. §15.12.4
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_EXCP_BP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 44h. §15.12.5
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_EXCP_OF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 45h. §15.12.6
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_EXCP_BR?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 46h. §15.12.7
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_UD?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 47h. §15.12.8
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_NM?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 48h. §15.12.9
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_DF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 49h. §15.12.10
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_9?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Ah. §15.12.11
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_TS?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Bh. §15.12.12
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_NP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Ch. §15.12.13
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_SS?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Dh. §15.12.14
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_GP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Eh. §15.12.15
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * EXITINFO2:
     * - bits 63:0 ADDR: faulting linear address
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_PF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 4Fh. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_15?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 50h. §15.12.16
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_MF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 51h. §15.12.17
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_AC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 52h. §15.12.18
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_MC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 53h. §15.12.19
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_XF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 54h. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_20?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 55h. §15.12.21
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_CP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 56h. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_22?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 57h. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_23?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 58h. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_24?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 59h. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_25?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Ah. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_26?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Bh. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_27?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Ch. §15.36.16
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_HV?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Dh. §15.35.5
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_VC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Eh. §15.12.20
     *
     * EXITINFO1:
     * - bits 31:0 ERRORCODE: the error code the exception would push
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_SX?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 5Fh. §15.12
     *
     * nRIP is 0.
     */
    VMEXIT_EXCP_31?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 60h. §15.13.1
     *
     * nRIP is 0.
     */
    VMEXIT_INTR?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 61h. §15.13.2
     *
     * nRIP is 0.
     */
    VMEXIT_NMI?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 62h. §15.13.3
     *
     * EXITINFO1:
     * - bit 0 SMISRC: 1 external, 0 internal
     * - bit 1 MCREDIR: redirected machine check
     * - bits 12:10 SEG: segment register of the string I/O
     * - bit 32 TYPE: 1 IN, 0 OUT
     * - bit 33 VAL: the SMI hit an I/O instruction: the I/O fields are valid
     * - bit 34 STR: string instruction
     * - bit 35 REP: REP prefix
     * - bit 36 SZ8: byte
     * - bit 37 SZ16: word
     * - bit 38 SZ32: doubleword
     * - bit 39 A16: 16-bit address
     * - bit 40 A32: 32-bit address
     * - bit 41 A64: 64-bit address
     * - bit 43 TF: RFLAGS.TF
     * - bits 47:44 BRP: I/O breakpoints that match
     * - bits 63:48 PORT: port
     *
     * EXITINFO2:
     * - bits 63:0 RIP: of the I/O instruction, if VAL
     *
     * nRIP is 0.
     */
    VMEXIT_SMI?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 63h. §15.13.4
     *
     * nRIP is 0.
     */
    VMEXIT_INIT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 64h. §15.13.5
     *
     * nRIP is 0.
     */
    VMEXIT_VINTR?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 65h. §15.9
     *
     * EXITINFO1:
     * - bits 3:0 GPR: general register of MOV CR
     * - bit 63 MOV: 1 MOV CRn; 0 LMSW, SMSW or CLTS, and GPR is undefined
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CR0_SEL_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 66h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_IDTR_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 67h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_GDTR_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 68h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_LDTR_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 69h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_TR_READ?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Ah. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_IDTR_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Bh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_GDTR_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Ch. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_LDTR_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Dh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_TR_WRITE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Eh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_RDTSC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 6Fh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_RDPMC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 70h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_PUSHF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 71h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_POPF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 72h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CPUID?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 73h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_RSM?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 74h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_IRET?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 75h. §15.8.2
     *
     * EXITINFO1:
     * - bits 7:0 VECTOR: vector
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_SWINT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 76h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVD?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 77h. §15.14.4
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_PAUSE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 78h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_HLT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 79h. §15.8.3
     *
     * EXITINFO1:
     * - bits 63:0 LINADDR: linear address
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVLPG?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Ah. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVLPGA?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Bh. §15.10.2
     *
     * EXITINFO1:
     * - bit 0 TYPE: 1 IN or INS, 0 OUT or OUTS
     * - bit 2 STR: string instruction
     * - bit 3 REP: REP prefix
     * - bit 4 SZ8: byte operand
     * - bit 5 SZ16: word operand
     * - bit 6 SZ32: doubleword operand
     * - bit 7 A16: 16-bit address size
     * - bit 8 A32: 32-bit address size
     * - bit 9 A64: 64-bit address size
     * - bits 12:10 SEG: segment register, 0 to 5 ES CS SS DS FS GS
     * - bits 31:16 PORT: port
     *
     * EXITINFO2:
     * - bits 63:0 NRIP: RIP of the next instruction
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_IOIO?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Ch. §15.11
     *
     * EXITINFO1:
     * - bit 0 WRITE: 1 WRMSR, 0 RDMSR
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_MSR?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Dh. §15.14.1
     *
     * neither IRET nor JMP: CALL, INT or an exception.
     *
     * EXITINFO1:
     * - bits 15:0 SELECTOR: TSS selector of the new task
     *
     * EXITINFO2:
     * - bits 31:0 ERRORCODE: error code for the new task
     * - bit 36 IRET: caused by IRET
     * - bit 38 JMP: caused by a far JMP
     * - bit 44 EV: ERRORCODE is valid
     * - bit 48 RF: RFLAGS.RF for the outgoing TSS
     *
     * nRIP is 0.
     */
    VMEXIT_TASK_SWITCH?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Eh. §15.14.2
     *
     * nRIP is 0.
     */
    VMEXIT_FERR_FREEZE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 7Fh. §15.14.3
     *
     * nRIP is 0.
     */
    VMEXIT_SHUTDOWN?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 80h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_VMRUN?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 81h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_VMMCALL?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 82h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_VMLOAD?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 83h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_VMSAVE?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 84h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_STGI?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 85h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_CLGI?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 86h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_SKINIT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 87h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_RDTSCP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 88h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_ICEBP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 89h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_WBINVD?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Ah. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_MONITOR?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Bh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_MWAIT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Ch. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_MWAIT_CONDITIONAL?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Dh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_XSETBV?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Eh. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_RDPRU?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 8Fh. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_EFER_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 90h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR0_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 91h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR1_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 92h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR2_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 93h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR3_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 94h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR4_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 95h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR5_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 96h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR6_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 97h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR7_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 98h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR8_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 99h. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR9_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Ah. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR10_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Bh. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR11_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Ch. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR12_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Dh. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR13_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Eh. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR14_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 9Fh. §15.35.10
     *
     * EXITINFO1:
     * - bits 63:0 VALUE: the value written
     *
     * nRIP is 0.
     */
    VMEXIT_CR15_WRITE_TRAP?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A0h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVLPGB?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A1h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVLPGB_ILLEGAL?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A2h. §15.9
     *
     * EXITINFO1:
     * - bits 63:0 LINADDR: linear address of the descriptor
     *
     * EXITINFO2:
     * - bits 63:0 TYPE: register operand
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_INVPCID?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A3h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_MCOMMIT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A4h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_TLBSYNC?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A5h. §15.14.5
     *
     * EXITINFO1:
     * - bits 63:0 ZERO: zero
     *
     * EXITINFO2:
     * - bits 63:0 ZERO: zero
     *
     * nRIP is 0.
     */
    VMEXIT_BUSLOCK?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE A6h. §15.9
     *
     * nRIP is written where the processor has NRIPS.
     */
    VMEXIT_IDLE_HLT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 400h. §15.25.6
     *
     * EXITINFO1:
     * - bit 0 P: the nested entry was present: a protection violation
     * - bit 1 RW: the access was a write; always for guest page tables
     * - bit 2 US: user access, as every nested access is
     * - bit 3 RSV: a reserved bit was set in a nested entry
     * - bit 4 ID: instruction fetch (with NXE or SMEP in the host)
     * - bit 6 SS: shadow stack access
     * - bit 31 RMP: the reverse map table forbade it
     * - bit 32 GPA: the fault hit the final guest-physical address
     * - bit 33 GPT: the fault hit a guest page table
     * - bit 34 ENC: the access was to encrypted memory
     * - bit 35 SIZEM: page sizes of guest and reverse map differ
     * - bit 36 VMPL: the VMPL forbade it
     * - bit 37 SSS: supervisor shadow stack check
     * - bit 63 NOT_RESTARTABLE: the instruction cannot be restarted
     *
     * EXITINFO2:
     * - bits 63:0 GPA: guest-physical address that faulted; of the table entry if GPT
     *
     * nRIP is 0.
     */
    VMEXIT_NPF?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 401h. §15.29.9.1
     *
     * EXITINFO1:
     * - bits 31:0 ICRL: low half of the interrupt command register
     * - bits 63:32 ICRH: high half
     *
     * EXITINFO2:
     * - bits 11:0 INDEX: table index that failed
     * - bits 63:32 ID: reason
     *
     * nRIP is 0.
     */
    VMEXIT_AVIC_INCOMPLETE_IPI?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 402h. §15.29.9.2
     *
     * EXITINFO1:
     * - bits 11:4 OFFSET: APIC register
     * - bit 32 WRITE: 1 write
     *
     * EXITINFO2:
     * - bits 7:0 VECTOR: vector of an EOI write
     *
     * nRIP is 0.
     */
    VMEXIT_AVIC_NOACCEL?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE 403h. §15.35.6
     *
     * nRIP is 0.
     */
    VMEXIT_VMGEXIT?(vcpu: Vcpu): Outcome;
    /**
     * EXITCODE -1. §15.5.1
     *
     * nRIP is 0.
     */
    VMEXIT_INVALID?(vcpu: Vcpu): Outcome;
  }

  // Exception vectors, for inject()
  /** #DE: Divide error. §8.2.1 */
  export const VECTOR_DE = 0;
  /** #DB: Debug. §8.2.2 */
  export const VECTOR_DB = 1;
  /** NMI: Non-maskable interrupt. §8.2.3 */
  export const VECTOR_NMI = 2;
  /** #BP: Breakpoint. §8.2.4 */
  export const VECTOR_BP = 3;
  /** #OF: Overflow. §8.2.5 */
  export const VECTOR_OF = 4;
  /** #BR: Bound range. §8.2.6 */
  export const VECTOR_BR = 5;
  /** #UD: Invalid opcode. §8.2.7 */
  export const VECTOR_UD = 6;
  /** #NM: Device not available. §8.2.8 */
  export const VECTOR_NM = 7;
  /** #DF: Double fault; it has an error code. §8.2.9 */
  export const VECTOR_DF = 8;
  /** #TS: Invalid TSS; it has an error code. §8.2.11 */
  export const VECTOR_TS = 10;
  /** #NP: Segment not present; it has an error code. §8.2.12 */
  export const VECTOR_NP = 11;
  /** #SS: Stack; it has an error code. §8.2.13 */
  export const VECTOR_SS = 12;
  /** #GP: General protection; it has an error code. §8.2.14 */
  export const VECTOR_GP = 13;
  /** #PF: Page fault; it has an error code. §8.2.15 */
  export const VECTOR_PF = 14;
  /** #MF: x87 floating-point error. §8.2.16 */
  export const VECTOR_MF = 16;
  /** #AC: Alignment check; it has an error code. §8.2.17 */
  export const VECTOR_AC = 17;
  /** #MC: Machine check. §8.2.18 */
  export const VECTOR_MC = 18;
  /** #XF: SIMD floating-point. §8.2.19 */
  export const VECTOR_XF = 19;
  /** #CP: Control protection; it has an error code. §8.2.20 */
  export const VECTOR_CP = 21;
  /** #HV: Hypervisor injection. §8.2.21 */
  export const VECTOR_HV = 28;
  /** #VC: VMM communication; it has an error code. §8.2.22 */
  export const VECTOR_VC = 29;
  /** #SX: Security; it has an error code. §15.28 */
  export const VECTOR_SX = 30;

  // Bits of a page-table entry
  /** Bit 0: present. §5.4.1 */
  export const PTE_P = 0x1n;
  /** Bit 1: writable. §5.4.1 */
  export const PTE_RW = 0x2n;
  /** Bit 2: accessible in user mode. §5.4.1 */
  export const PTE_US = 0x4n;
  /** Bit 3: write-through. §5.4.1 */
  export const PTE_PWT = 0x8n;
  /** Bit 4: not cached. §5.4.1 */
  export const PTE_PCD = 0x10n;
  /** Bit 5: used since software cleared it. §5.4.1 */
  export const PTE_A = 0x20n;
  /** Bit 6: written since software cleared it; leaf entries. §5.4.1 */
  export const PTE_D = 0x40n;
  /** Bit 7: the entry maps a large page; PAT in a 4 KB entry. §5.4.1 */
  export const PTE_PS = 0x80n;
  /** Bit 8: global; leaf entries. §5.4.1 */
  export const PTE_G = 0x100n;
  /** Bit 12: page-attribute table bit of a large page. §5.4.1 */
  export const PTE_PAT_LARGE = 0x1000n;
  /** Bit 63: not executable (with EFER.NXE). §5.4.1 */
  export const PTE_NX = 0x8000000000000000n;
  /** Bits 51:12: the physical address of a 4 KB page or table. §5.4 */
  export const PTE_FRAME = 0xffffffffff000n;

  // Bits of the #PF error code (EXITINFO1 of VMEXIT_EXCP_PF)
  /** Bit 0: the page was present: a protection violation. §8.4.2 */
  export const PF_P = 0x1n;
  /** Bit 1: the access was a write. §8.4.2 */
  export const PF_RW = 0x2n;
  /** Bit 2: the access was made in user mode. §8.4.2 */
  export const PF_US = 0x4n;
  /** Bit 3: a reserved bit was set in an entry. §8.4.2 */
  export const PF_RSV = 0x8n;
  /** Bit 4: the access was an instruction fetch (with EFER.NXE or CR4.SMEP). §8.4.2 */
  export const PF_ID = 0x10n;
  /** Bit 5: a protection key forbade it. §8.4.2 */
  export const PF_PK = 0x20n;
  /** Bit 6: the access was a shadow stack access. §8.4.2 */
  export const PF_SS = 0x40n;
  /** Bit 31: the reverse map table forbade it. §8.4.2 */
  export const PF_RMP = 0x80000000n;

  // EXITINFO1 of VMEXIT_NPF
  /** Bit 0: the nested entry was present: a protection violation. §15.25.6 */
  export const NPF_P = 0x1n;
  /** Bit 1: the access was a write; always for guest page tables. §15.25.6 */
  export const NPF_RW = 0x2n;
  /** Bit 2: user access, as every nested access is. §15.25.6 */
  export const NPF_US = 0x4n;
  /** Bit 3: a reserved bit was set in a nested entry. §15.25.6 */
  export const NPF_RSV = 0x8n;
  /** Bit 4: instruction fetch (with NXE or SMEP in the host). §15.25.6 */
  export const NPF_ID = 0x10n;
  /** Bit 6: shadow stack access. §15.25.6 */
  export const NPF_SS = 0x40n;
  /** Bit 31: the reverse map table forbade it. §15.25.6 */
  export const NPF_RMP = 0x80000000n;
  /** Bit 32: the fault hit the final guest-physical address. §15.25.6 */
  export const NPF_GPA = 0x100000000n;
  /** Bit 33: the fault hit a guest page table. §15.25.6 */
  export const NPF_GPT = 0x200000000n;
  /** Bit 34: the access was to encrypted memory. §15.25.6 */
  export const NPF_ENC = 0x400000000n;
  /** Bit 35: page sizes of guest and reverse map differ. §15.25.6 */
  export const NPF_SIZEM = 0x800000000n;
  /** Bit 36: the VMPL forbade it. §15.25.6 */
  export const NPF_VMPL = 0x1000000000n;
  /** Bit 37: supervisor shadow stack check. §15.25.6 */
  export const NPF_SSS = 0x2000000000n;
  /** Bit 63: the instruction cannot be restarted. §15.25.6 */
  export const NPF_NOT_RESTARTABLE = 0x8000000000000000n;

  // EXITINFO1 of VMEXIT_IOIO
  /** Bit 0: 1 IN or INS, 0 OUT or OUTS. §15.10.2 */
  export const IOIO_TYPE = 0x1n;
  /** Bit 2: string instruction. §15.10.2 */
  export const IOIO_STR = 0x4n;
  /** Bit 3: REP prefix. §15.10.2 */
  export const IOIO_REP = 0x8n;
  /** Bit 4: byte operand. §15.10.2 */
  export const IOIO_SZ8 = 0x10n;
  /** Bit 5: word operand. §15.10.2 */
  export const IOIO_SZ16 = 0x20n;
  /** Bit 6: doubleword operand. §15.10.2 */
  export const IOIO_SZ32 = 0x40n;
  /** Bit 7: 16-bit address size. §15.10.2 */
  export const IOIO_A16 = 0x80n;
  /** Bit 8: 32-bit address size. §15.10.2 */
  export const IOIO_A32 = 0x100n;
  /** Bit 9: 64-bit address size. §15.10.2 */
  export const IOIO_A64 = 0x200n;
  /** Bits 12:10: segment register, 0 to 5 ES CS SS DS FS GS. §15.10.2 */
  export const IOIO_SEG = 0x1c00n;
  /** Bits 31:16: port. §15.10.2 */
  export const IOIO_PORT = 0xffff0000n;

  // CR0
  /** Bit 0: protected mode enabled. §3.1.1 */
  export const CR0_PE = 0x1n;
  /** Bit 1: WAIT obeys TS. §3.1.1 */
  export const CR0_MP = 0x2n;
  /** Bit 2: x87 instructions raise #NM, SSE instructions #UD. §3.1.1 */
  export const CR0_EM = 0x4n;
  /** Bit 3: task switched: the next x87 or SSE instruction raises #NM. §3.1.1 */
  export const CR0_TS = 0x8n;
  /** Bit 4: reads as one. §3.1.1 */
  export const CR0_ET = 0x10n;
  /** Bit 5: x87 errors raise #MF instead of FERR. §3.1.1 */
  export const CR0_NE = 0x20n;
  /** Bit 16: supervisor writes obey read-only pages. §3.1.1 */
  export const CR0_WP = 0x10000n;
  /** Bit 18: alignment checking possible (with RFLAGS.AC at CPL 3). §3.1.1 */
  export const CR0_AM = 0x40000n;
  /** Bit 29: not write-through; ignored, but illegal without CD. §3.1.1 */
  export const CR0_NW = 0x20000000n;
  /** Bit 30: caches are not filled. §3.1.1 */
  export const CR0_CD = 0x40000000n;
  /** Bit 31: paging enabled. §3.1.1 */
  export const CR0_PG = 0x80000000n;

  // CR4
  /** Bit 0: virtual-8086 mode extensions. §3.1.3 */
  export const CR4_VME = 0x1n;
  /** Bit 1: protected-mode virtual interrupts. §3.1.3 */
  export const CR4_PVI = 0x2n;
  /** Bit 2: RDTSC and RDTSCP only at CPL 0. §3.1.3 */
  export const CR4_TSD = 0x4n;
  /** Bit 3: I/O breakpoints; DR4 and DR5 raise #UD. §3.1.3 */
  export const CR4_DE = 0x8n;
  /** Bit 4: 4 MB pages in legacy 32-bit paging. §3.1.3 */
  export const CR4_PSE = 0x10n;
  /** Bit 5: 64-bit page-table entries; required for long mode. §3.1.3 */
  export const CR4_PAE = 0x20n;
  /** Bit 6: #MC enabled. §3.1.3 */
  export const CR4_MCE = 0x40n;
  /** Bit 7: global pages. §3.1.3 */
  export const CR4_PGE = 0x80n;
  /** Bit 8: RDPMC at any CPL. §3.1.3 */
  export const CR4_PCE = 0x100n;
  /** Bit 9: SSE instructions and XMM state in FXSAVE. §3.1.3 */
  export const CR4_OSFXSR = 0x200n;
  /** Bit 10: SSE exceptions raise #XF instead of #UD. §3.1.3 */
  export const CR4_OSXMMEXCPT = 0x400n;
  /** Bit 11: SGDT SIDT SLDT STR SMSW raise #GP above CPL 0. §3.1.3 */
  export const CR4_UMIP = 0x800n;
  /** Bit 12: five levels of page tables. §3.1.3 */
  export const CR4_LA57 = 0x1000n;
  /** Bit 16: RDFSBASE RDGSBASE WRFSBASE WRGSBASE. §3.1.3 */
  export const CR4_FSGSBASE = 0x10000n;
  /** Bit 17: process-context identifiers. §3.1.3 */
  export const CR4_PCIDE = 0x20000n;
  /** Bit 18: XSAVE family, XGETBV, XSETBV. §3.1.3 */
  export const CR4_OSXSAVE = 0x40000n;
  /** Bit 20: supervisor may not execute user pages. §3.1.3 */
  export const CR4_SMEP = 0x100000n;
  /** Bit 21: supervisor may not touch user pages unless RFLAGS.AC. §3.1.3 */
  export const CR4_SMAP = 0x200000n;
  /** Bit 22: memory protection keys. §3.1.3 */
  export const CR4_PKE = 0x400000n;
  /** Bit 23: shadow stacks. §3.1.3 */
  export const CR4_CET = 0x800000n;

  // EFER
  /** Bit 0: SYSCALL and SYSRET enabled. §3.1.7 */
  export const EFER_SCE = 0x1n;
  /** Bit 8: long mode enabled; active once paging is on. §3.1.7 */
  export const EFER_LME = 0x100n;
  /** Bit 10: long mode active. §3.1.7 */
  export const EFER_LMA = 0x400n;
  /** Bit 11: no-execute bit in page-table entries. §3.1.7 */
  export const EFER_NXE = 0x800n;
  /** Bit 12: SVM instructions enabled. §3.1.7 */
  export const EFER_SVME = 0x1000n;
  /** Bit 13: segment limits in 64-bit mode. §3.1.7 */
  export const EFER_LMSLE = 0x2000n;
  /** Bit 14: FXSAVE and FXRSTOR leave XMM alone at CPL 0 in 64-bit mode. §3.1.7 */
  export const EFER_FFXSR = 0x4000n;
  /** Bit 15: INVLPG drops only related upper-level translations. §3.1.7 */
  export const EFER_TCE = 0x8000n;
  /** Bit 17: MCOMMIT enabled. §3.1.7 */
  export const EFER_MCOMMIT = 0x20000n;
  /** Bit 18: WBINVD and WBNOINVD can be interrupted. §3.1.7 */
  export const EFER_INTWB = 0x40000n;
  /** Bit 20: upper address bits ignored. §3.1.7 */
  export const EFER_UAIE = 0x100000n;
  /** Bit 21: automatic indirect branch restricted speculation. §3.1.7 */
  export const EFER_AIBRSE = 0x200000n;

  // RFLAGS
  /** Bit 0: carry. §3.1.6 */
  export const RFLAGS_CF = 0x1n;
  /** Bit 2: even parity of the low result byte. §3.1.6 */
  export const RFLAGS_PF = 0x4n;
  /** Bit 4: carry out of bit 3. §3.1.6 */
  export const RFLAGS_AF = 0x10n;
  /** Bit 6: zero. §3.1.6 */
  export const RFLAGS_ZF = 0x40n;
  /** Bit 7: sign. §3.1.6 */
  export const RFLAGS_SF = 0x80n;
  /** Bit 8: #DB after each instruction. §3.1.6 */
  export const RFLAGS_TF = 0x100n;
  /** Bit 9: maskable interrupts enabled. §3.1.6 */
  export const RFLAGS_IF = 0x200n;
  /** Bit 10: string instructions count down. §3.1.6 */
  export const RFLAGS_DF = 0x400n;
  /** Bit 11: signed overflow. §3.1.6 */
  export const RFLAGS_OF = 0x800n;
  /** Bit 12: privilege needed for I/O, bits 13:12. §3.1.6 */
  export const RFLAGS_IOPL = 0x1000n;
  /** Bit 14: IRET returns to the linked task. §3.1.6 */
  export const RFLAGS_NT = 0x4000n;
  /** Bit 16: no instruction breakpoint on the next instruction. §3.1.6 */
  export const RFLAGS_RF = 0x10000n;
  /** Bit 17: virtual-8086 mode. §3.1.6 */
  export const RFLAGS_VM = 0x20000n;
  /** Bit 18: alignment checking at CPL 3; SMAP override. §3.1.6 */
  export const RFLAGS_AC = 0x40000n;
  /** Bit 19: virtual image of IF. §3.1.6 */
  export const RFLAGS_VIF = 0x80000n;
  /** Bit 20: virtual interrupt pending. §3.1.6 */
  export const RFLAGS_VIP = 0x100000n;
  /** Bit 21: can be changed: CPUID exists. §3.1.6 */
  export const RFLAGS_ID = 0x200000n;

  // DR6
  /** Bit 0: breakpoint 0 matched. §13.1.1.3 */
  export const DR6_B0 = 0x1n;
  /** Bit 1: breakpoint 1 matched. §13.1.1.3 */
  export const DR6_B1 = 0x2n;
  /** Bit 2: breakpoint 2 matched. §13.1.1.3 */
  export const DR6_B2 = 0x4n;
  /** Bit 3: breakpoint 3 matched. §13.1.1.3 */
  export const DR6_B3 = 0x8n;
  /** Bit 11: bus lock trap; active low. §13.1.1.3 */
  export const DR6_BLD = 0x800n;
  /** Bit 13: debug register access with DR7.GD. §13.1.1.3 */
  export const DR6_BD = 0x2000n;
  /** Bit 14: single step. §13.1.1.3 */
  export const DR6_BS = 0x4000n;
  /** Bit 15: task switch with the T bit. §13.1.1.3 */
  export const DR6_BT = 0x8000n;

  // DR7
  /** Bit 0: breakpoint 0 enabled for this task. §13.1.1.4 */
  export const DR7_L0 = 0x1n;
  /** Bit 1: breakpoint 0 enabled. §13.1.1.4 */
  export const DR7_G0 = 0x2n;
  /** Bit 2: breakpoint 1 enabled for this task. §13.1.1.4 */
  export const DR7_L1 = 0x4n;
  /** Bit 3: breakpoint 1 enabled. §13.1.1.4 */
  export const DR7_G1 = 0x8n;
  /** Bit 4: breakpoint 2 enabled for this task. §13.1.1.4 */
  export const DR7_L2 = 0x10n;
  /** Bit 5: breakpoint 2 enabled. §13.1.1.4 */
  export const DR7_G2 = 0x20n;
  /** Bit 6: breakpoint 3 enabled for this task. §13.1.1.4 */
  export const DR7_L3 = 0x40n;
  /** Bit 7: breakpoint 3 enabled. §13.1.1.4 */
  export const DR7_G3 = 0x80n;
  /** Bit 8: local exact; ignored. §13.1.1.4 */
  export const DR7_LE = 0x100n;
  /** Bit 9: global exact; ignored. §13.1.1.4 */
  export const DR7_GE = 0x200n;
  /** Bit 13: any access to a debug register raises #DB. §13.1.1.4 */
  export const DR7_GD = 0x2000n;
  /** Bit 16: what breakpoint 0 watches: 0 execute, 1 write, 2 I/O, 3 read and write. §13.1.1.4 */
  export const DR7_RW0 = 0x10000n;
  /** Bit 18: bytes breakpoint 0 watches: 0 one, 1 two, 2 eight, 3 four. §13.1.1.4 */
  export const DR7_LEN0 = 0x40000n;
  /** Bit 20: what breakpoint 1 watches. §13.1.1.4 */
  export const DR7_RW1 = 0x100000n;
  /** Bit 22: bytes breakpoint 1 watches. §13.1.1.4 */
  export const DR7_LEN1 = 0x400000n;
  /** Bit 24: what breakpoint 2 watches. §13.1.1.4 */
  export const DR7_RW2 = 0x1000000n;
  /** Bit 26: bytes breakpoint 2 watches. §13.1.1.4 */
  export const DR7_LEN2 = 0x4000000n;
  /** Bit 28: what breakpoint 3 watches. §13.1.1.4 */
  export const DR7_RW3 = 0x10000000n;
  /** Bit 30: bytes breakpoint 3 watches. §13.1.1.4 */
  export const DR7_LEN3 = 0x40000000n;

  // EVENTINJ and EXITINTINFO
  /** Bits 7:0: IDT vector; ignored for an NMI. §15.20 */
  export const EVENT_VECTOR = 0xffn;
  /** Bits 10:8: 0 interrupt, 2 NMI, 3 exception, 4 software interrupt. §15.20 */
  export const EVENT_TYPE = 0x700n;
  /** Bit 11: ERRORCODE is valid and is pushed. §15.20 */
  export const EVENT_EV = 0x800n;
  /** Bit 31: the field holds an event. §15.20 */
  export const EVENT_V = 0x80000000n;
  /** Bits 63:32: error code. §15.20 */
  export const EVENT_ERRORCODE = 0xffffffff00000000n;
  /** TYPE 0, in place: external or virtual interrupt. §15.20 */
  export const EVENT_INTR = 0x0n;
  /** TYPE 2, in place: non-maskable interrupt. §15.20 */
  export const EVENT_NMI = 0x200n;
  /** TYPE 3, in place: fault, trap or abort; also INT3 and INTO. §15.20 */
  export const EVENT_EXCEPTION = 0x300n;
  /** TYPE 4, in place: INT n. §15.20 */
  export const EVENT_SOFTINT = 0x400n;

  // The virtual interrupt word, vmcb.vIntr
  /** Bits 7:0: virtual task priority; 3:0 used. §15.21 */
  export const V_TPR = 0xffn;
  /** Bit 8: a virtual interrupt is pending. §15.21 */
  export const V_IRQ = 0x100n;
  /** Bit 9: virtual global interrupt flag. §15.21 */
  export const VGIF = 0x200n;
  /** Bit 11: a virtual NMI is pending. §15.21 */
  export const V_NMI = 0x800n;
  /** Bit 12: virtual NMIs are blocked. §15.21 */
  export const V_NMI_MASK = 0x1000n;
  /** Bits 19:16: priority of the virtual interrupt, compared with V_TPR. §15.21 */
  export const V_INTR_PRIO = 0xf0000n;
  /** Bit 20: V_TPR does not hold the virtual interrupt back. §15.21 */
  export const V_IGN_TPR = 0x100000n;
  /** Bit 24: guest IF masks virtual interrupts only; CR8 is V_TPR. §15.21 */
  export const V_INTR_MASKING = 0x1000000n;
  /** Bit 25: STGI and CLGI of the guest act on VGIF. §15.21 */
  export const VGIF_ENABLE = 0x2000000n;
  /** Bit 26: NMI virtualization. §15.21 */
  export const V_NMI_ENABLE = 0x4000000n;
  /** Bit 30: x2APIC mode of AVIC; needs AVIC_ENABLE. §15.21 */
  export const X2AVIC_ENABLE = 0x40000000n;
  /** Bit 31: interrupt controller virtualization. §15.21 */
  export const AVIC_ENABLE = 0x80000000n;
  /** Bits 39:32: vector of the virtual interrupt. §15.21 */
  export const V_INTR_VECTOR = 0xff00000000n;

  // vmcb.npEnable
  /** Bit 0: nested paging. §15.25.3 */
  export const NP_ENABLE = 0x1n;
  /** Bit 1: secure encrypted virtualization. §15.25.3 */
  export const SEV_ENABLE = 0x2n;
  /** Bit 2: encrypted save area. §15.25.3 */
  export const SEV_ES_ENABLE = 0x4n;
  /** Bit 3: guest-mode execute trap. §15.25.3 */
  export const GMET_ENABLE = 0x8n;
  /** Bit 4: supervisor shadow stack check. §15.25.3 */
  export const SSS_CHECK_ENABLE = 0x10n;
  /** Bit 5: virtual transparent encryption. §15.25.3 */
  export const VTE_ENABLE = 0x20n;
  /** Bit 6: guest page tables may be read-only. §15.25.3 */
  export const ROGPT_ENABLE = 0x40n;
  /** Bit 7: the guest may use INVLPGB and TLBSYNC. §15.25.3 */
  export const INVLPGB_TLBSYNC_ENABLE = 0x80n;
  /** Bit 11: page-modification logging. §15.25.3 */
  export const PML_ENABLE = 0x800n;

  // vmcb.virtExt
  /** Bit 0: DebugCtl and LBRs are swapped. §15.33.1 */
  export const LBR_VIRT_ENABLE = 0x1n;
  /** Bit 1: VMLOAD and VMSAVE of the guest take a GPA. §15.33.1 */
  export const V_VMSAVE_VMLOAD_ENABLE = 0x2n;
  /** Bit 2: IBS state is swapped. §15.33.1 */
  export const IBS_VIRT_ENABLE = 0x4n;
  /** Bit 3: performance counters are swapped. §15.33.1 */
  export const PMC_VIRT_ENABLE = 0x8n;

  // vmcb.tlbControl
  /** VMRUN drops no translation. §15.16.1 */
  export const TLB_CONTROL_NOTHING = 0;
  /** It drops those of every ASID. §15.16.1 */
  export const TLB_CONTROL_FLUSH_ALL = 1;
  /** It drops those of this ASID; needs FlushByAsid. §15.16.1 */
  export const TLB_CONTROL_FLUSH_ASID = 3;
  /** It drops those of this ASID but global ones; needs FlushByAsid. §15.16.1 */
  export const TLB_CONTROL_FLUSH_ASID_NON_GLOBAL = 7;

  // Segment attributes as the VMCB packs them
  /** Bits 3:0: code/data, conforming/expand-down, readable/writable, accessed. §15.5.1 */
  export const ATTRIB_TYPE = 15;
  /** Bit 4: 1 code or data, 0 system. §15.5.1 */
  export const ATTRIB_S = 16;
  /** Bits 6:5: descriptor privilege level. §15.5.1 */
  export const ATTRIB_DPL = 96;
  /** Bit 7: present; a null segment has 0. §15.5.1 */
  export const ATTRIB_P = 0x80;
  /** Bit 8: for software. §15.5.1 */
  export const ATTRIB_AVL = 0x100;
  /** Bit 9: 64-bit code. §15.5.1 */
  export const ATTRIB_L = 0x200;
  /** Bit 10: default operand size or stack size. §15.5.1 */
  export const ATTRIB_DB = 0x400;
  /** Bit 11: granularity; the limit here is in bytes already. §15.5.1 */
  export const ATTRIB_G = 0x800;

  // Numbers of MSRs
  /** time-stamp counter; the guest reads it scaled and offset. §13.2.4 */
  export const MSR_TSC = 16;
  /** local APIC address, AE bit 11, x2APIC EXTD bit 10, BSC bit 8 (read-only). §16.3.1 */
  export const MSR_APIC_BASE = 27;
  /** speculation controls: IBRS 0, STIBP 1, SSBD 2, PSFD 7. §3.2.9 */
  export const MSR_SPEC_CTRL = 72;
  /** bit 0: indirect branch prediction barrier. §3.2.9 */
  export const MSR_PRED_CMD = 73;
  /** microcode revision. §A */
  export const MSR_PATCH_LEVEL = 0x8b;
  /** counts at the maximum frequency. §17.3 */
  export const MSR_MPERF = 0xe7;
  /** counts at the actual frequency. §17.3 */
  export const MSR_APERF = 0xe8;
  /** 8 variable ranges, fixed ranges, write-combining. §7.7.4 */
  export const MSR_MTRR_CAP = 0xfe;
  /** code selector SYSENTER loads. §6.1.2 */
  export const MSR_SYSENTER_CS = 0x174;
  /** stack pointer SYSENTER loads. §6.1.2 */
  export const MSR_SYSENTER_ESP = 0x175;
  /** target of SYSENTER. §6.1.2 */
  export const MSR_SYSENTER_EIP = 0x176;
  /** number of banks 7:0, MCG_CTL present bit 8. §9.3.1 */
  export const MSR_MCG_CAP = 0x179;
  /** RIPV 0, EIPV 1, MCIP 2. §9.3.1 */
  export const MSR_MCG_STAT = 0x17a;
  /** reporting enables, one bit a bank. §9.3.1 */
  export const MSR_MCG_CTL = 0x17b;
  /** LBR 0, BTF 1, PB0 to PB3 5:2; bit 2 is the bus lock trap where CPUID has it. §13.1.1.6 */
  export const MSR_DEBUG_CTL = 0x1d9;
  /** source of the last branch. §13.1.1.7 */
  export const MSR_LAST_BRANCH_FROM = 0x1db;
  /** target of the last branch. §13.1.1.7 */
  export const MSR_LAST_BRANCH_TO = 0x1dc;
  /** source of the last exception or interrupt. §13.1.1.7 */
  export const MSR_LAST_INT_FROM = 0x1dd;
  /** target of the last exception or interrupt. §13.1.1.7 */
  export const MSR_LAST_INT_TO = 0x1de;
  /** variable range 0: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE0 = 0x200;
  /** variable range 0: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK0 = 0x201;
  /** variable range 1: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE1 = 0x202;
  /** variable range 1: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK1 = 0x203;
  /** variable range 2: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE2 = 0x204;
  /** variable range 2: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK2 = 0x205;
  /** variable range 3: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE3 = 0x206;
  /** variable range 3: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK3 = 0x207;
  /** variable range 4: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE4 = 0x208;
  /** variable range 4: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK4 = 0x209;
  /** variable range 5: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE5 = 0x20a;
  /** variable range 5: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK5 = 0x20b;
  /** variable range 6: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE6 = 0x20c;
  /** variable range 6: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK6 = 0x20d;
  /** variable range 7: address and type. §7.7.2 */
  export const MSR_MTRR_PHYS_BASE7 = 0x20e;
  /** variable range 7: mask, valid bit 11. §7.7.2 */
  export const MSR_MTRR_PHYS_MASK7 = 0x20f;
  /** types of 00000h to 7FFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX64K_00000 = 0x250;
  /** types of 80000h to 9FFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX16K_80000 = 0x258;
  /** types of A0000h to BFFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX16K_A0000 = 0x259;
  /** types of C0000h to C7FFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_C0000 = 0x268;
  /** types of C8000h to CFFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_C8000 = 0x269;
  /** types of D0000h to D7FFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_D0000 = 0x26a;
  /** types of D8000h to DFFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_D8000 = 0x26b;
  /** types of E0000h to E7FFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_E0000 = 0x26c;
  /** types of E8000h to EFFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_E8000 = 0x26d;
  /** types of F0000h to F7FFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_F0000 = 0x26e;
  /** types of F8000h to FFFFFh, one byte a part. §7.7.1 */
  export const MSR_MTRR_FIX4K_F8000 = 0x26f;
  /** eight memory types; G_PAT for a guest under nested paging. §7.8.1 */
  export const MSR_PAT = 0x277;
  /** default type 7:0, fixed enable 10, enable 11. §7.7.2 */
  export const MSR_MTRR_DEF_TYPE = 0x2ff;
  /** bank 0: reporting enables. §9.3.2 */
  export const MSR_MC0_CTL = 0x400;
  /** bank 0: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC0_STATUS = 0x401;
  /** bank 0: error address. §9.3.2 */
  export const MSR_MC0_ADDR = 0x402;
  /** bank 0: more on the error. §9.3.2 */
  export const MSR_MC0_MISC = 0x403;
  /** bank 1: reporting enables. §9.3.2 */
  export const MSR_MC1_CTL = 0x404;
  /** bank 1: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC1_STATUS = 0x405;
  /** bank 1: error address. §9.3.2 */
  export const MSR_MC1_ADDR = 0x406;
  /** bank 1: more on the error. §9.3.2 */
  export const MSR_MC1_MISC = 0x407;
  /** bank 2: reporting enables. §9.3.2 */
  export const MSR_MC2_CTL = 0x408;
  /** bank 2: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC2_STATUS = 0x409;
  /** bank 2: error address. §9.3.2 */
  export const MSR_MC2_ADDR = 0x40a;
  /** bank 2: more on the error. §9.3.2 */
  export const MSR_MC2_MISC = 0x40b;
  /** bank 3: reporting enables. §9.3.2 */
  export const MSR_MC3_CTL = 0x40c;
  /** bank 3: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC3_STATUS = 0x40d;
  /** bank 3: error address. §9.3.2 */
  export const MSR_MC3_ADDR = 0x40e;
  /** bank 3: more on the error. §9.3.2 */
  export const MSR_MC3_MISC = 0x40f;
  /** bank 4: reporting enables. §9.3.2 */
  export const MSR_MC4_CTL = 0x410;
  /** bank 4: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC4_STATUS = 0x411;
  /** bank 4: error address. §9.3.2 */
  export const MSR_MC4_ADDR = 0x412;
  /** bank 4: more on the error. §9.3.2 */
  export const MSR_MC4_MISC = 0x413;
  /** bank 5: reporting enables. §9.3.2 */
  export const MSR_MC5_CTL = 0x414;
  /** bank 5: error status; only zero may be written unless HWCR bit 18. §9.3.2 */
  export const MSR_MC5_STATUS = 0x415;
  /** bank 5: error address. §9.3.2 */
  export const MSR_MC5_ADDR = 0x416;
  /** bank 5: more on the error. §9.3.2 */
  export const MSR_MC5_MISC = 0x417;
  /** user shadow stack controls. §18.12 */
  export const MSR_U_CET = 0x6a0;
  /** supervisor shadow stack controls. §18.12 */
  export const MSR_S_CET = 0x6a2;
  /** shadow stack pointer of CPL 0. §18.12 */
  export const MSR_PL0_SSP = 0x6a4;
  /** shadow stack pointer of CPL 1. §18.12 */
  export const MSR_PL1_SSP = 0x6a5;
  /** shadow stack pointer of CPL 2. §18.12 */
  export const MSR_PL2_SSP = 0x6a6;
  /** shadow stack pointer of CPL 3. §18.12 */
  export const MSR_PL3_SSP = 0x6a7;
  /** interrupt shadow stack table. §18.12 */
  export const MSR_ISST_ADDR = 0x6a8;
  /** local APIC register at offset 020h. §16.11.1 */
  export const MSR_X2APIC_ID = 0x802;
  /** local APIC register at offset 030h. §16.11.1 */
  export const MSR_X2APIC_VERSION = 0x803;
  /** local APIC register at offset 080h. §16.11.1 */
  export const MSR_X2APIC_TPR = 0x808;
  /** local APIC register at offset 090h. §16.11.1 */
  export const MSR_X2APIC_APR = 0x809;
  /** local APIC register at offset 0A0h. §16.11.1 */
  export const MSR_X2APIC_PPR = 0x80a;
  /** local APIC register at offset 0B0h. §16.11.1 */
  export const MSR_X2APIC_EOI = 0x80b;
  /** local APIC register at offset 0D0h. §16.11.1 */
  export const MSR_X2APIC_LDR = 0x80d;
  /** local APIC register at offset 0F0h. §16.11.1 */
  export const MSR_X2APIC_SVR = 0x80f;
  /** local APIC register at offset 100h. §16.11.1 */
  export const MSR_X2APIC_ISR0 = 0x810;
  /** local APIC register at offset 110h. §16.11.1 */
  export const MSR_X2APIC_ISR1 = 0x811;
  /** local APIC register at offset 120h. §16.11.1 */
  export const MSR_X2APIC_ISR2 = 0x812;
  /** local APIC register at offset 130h. §16.11.1 */
  export const MSR_X2APIC_ISR3 = 0x813;
  /** local APIC register at offset 140h. §16.11.1 */
  export const MSR_X2APIC_ISR4 = 0x814;
  /** local APIC register at offset 150h. §16.11.1 */
  export const MSR_X2APIC_ISR5 = 0x815;
  /** local APIC register at offset 160h. §16.11.1 */
  export const MSR_X2APIC_ISR6 = 0x816;
  /** local APIC register at offset 170h. §16.11.1 */
  export const MSR_X2APIC_ISR7 = 0x817;
  /** local APIC register at offset 180h. §16.11.1 */
  export const MSR_X2APIC_TMR0 = 0x818;
  /** local APIC register at offset 190h. §16.11.1 */
  export const MSR_X2APIC_TMR1 = 0x819;
  /** local APIC register at offset 1A0h. §16.11.1 */
  export const MSR_X2APIC_TMR2 = 0x81a;
  /** local APIC register at offset 1B0h. §16.11.1 */
  export const MSR_X2APIC_TMR3 = 0x81b;
  /** local APIC register at offset 1C0h. §16.11.1 */
  export const MSR_X2APIC_TMR4 = 0x81c;
  /** local APIC register at offset 1D0h. §16.11.1 */
  export const MSR_X2APIC_TMR5 = 0x81d;
  /** local APIC register at offset 1E0h. §16.11.1 */
  export const MSR_X2APIC_TMR6 = 0x81e;
  /** local APIC register at offset 1F0h. §16.11.1 */
  export const MSR_X2APIC_TMR7 = 0x81f;
  /** local APIC register at offset 200h. §16.11.1 */
  export const MSR_X2APIC_IRR0 = 0x820;
  /** local APIC register at offset 210h. §16.11.1 */
  export const MSR_X2APIC_IRR1 = 0x821;
  /** local APIC register at offset 220h. §16.11.1 */
  export const MSR_X2APIC_IRR2 = 0x822;
  /** local APIC register at offset 230h. §16.11.1 */
  export const MSR_X2APIC_IRR3 = 0x823;
  /** local APIC register at offset 240h. §16.11.1 */
  export const MSR_X2APIC_IRR4 = 0x824;
  /** local APIC register at offset 250h. §16.11.1 */
  export const MSR_X2APIC_IRR5 = 0x825;
  /** local APIC register at offset 260h. §16.11.1 */
  export const MSR_X2APIC_IRR6 = 0x826;
  /** local APIC register at offset 270h. §16.11.1 */
  export const MSR_X2APIC_IRR7 = 0x827;
  /** local APIC register at offset 280h. §16.11.1 */
  export const MSR_X2APIC_ESR = 0x828;
  /** local APIC register at offset 300h. §16.11.1 */
  export const MSR_X2APIC_ICR = 0x830;
  /** local APIC register at offset 320h. §16.11.1 */
  export const MSR_X2APIC_TIMER_LVT = 0x832;
  /** local APIC register at offset 330h. §16.11.1 */
  export const MSR_X2APIC_THERMAL_LVT = 0x833;
  /** local APIC register at offset 340h. §16.11.1 */
  export const MSR_X2APIC_PERF_LVT = 0x834;
  /** local APIC register at offset 350h. §16.11.1 */
  export const MSR_X2APIC_LINT0_LVT = 0x835;
  /** local APIC register at offset 360h. §16.11.1 */
  export const MSR_X2APIC_LINT1_LVT = 0x836;
  /** local APIC register at offset 370h. §16.11.1 */
  export const MSR_X2APIC_ERROR_LVT = 0x837;
  /** local APIC register at offset 380h. §16.11.1 */
  export const MSR_X2APIC_TIMER_INITIAL = 0x838;
  /** local APIC register at offset 390h. §16.11.1 */
  export const MSR_X2APIC_TIMER_CURRENT = 0x839;
  /** local APIC register at offset 3E0h. §16.11.1 */
  export const MSR_X2APIC_TIMER_DIVIDE = 0x83e;
  /** interrupt to itself. §16.11.1 */
  export const MSR_X2APIC_SELF_IPI = 0x83f;
  /** local APIC register at offset 400h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_FEATURE = 0x840;
  /** local APIC register at offset 410h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_CONTROL = 0x841;
  /** local APIC register at offset 420h. §15.29.3.1 */
  export const MSR_X2APIC_SEOI = 0x842;
  /** local APIC register at offset 480h. §15.29.3.1 */
  export const MSR_X2APIC_IER0 = 0x848;
  /** local APIC register at offset 490h. §15.29.3.1 */
  export const MSR_X2APIC_IER1 = 0x849;
  /** local APIC register at offset 4A0h. §15.29.3.1 */
  export const MSR_X2APIC_IER2 = 0x84a;
  /** local APIC register at offset 4B0h. §15.29.3.1 */
  export const MSR_X2APIC_IER3 = 0x84b;
  /** local APIC register at offset 4C0h. §15.29.3.1 */
  export const MSR_X2APIC_IER4 = 0x84c;
  /** local APIC register at offset 4D0h. §15.29.3.1 */
  export const MSR_X2APIC_IER5 = 0x84d;
  /** local APIC register at offset 4E0h. §15.29.3.1 */
  export const MSR_X2APIC_IER6 = 0x84e;
  /** local APIC register at offset 4F0h. §15.29.3.1 */
  export const MSR_X2APIC_IER7 = 0x84f;
  /** local APIC register at offset 500h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_LVT0 = 0x850;
  /** local APIC register at offset 510h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_LVT1 = 0x851;
  /** local APIC register at offset 520h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_LVT2 = 0x852;
  /** local APIC register at offset 530h. §15.29.3.1 */
  export const MSR_X2APIC_EXT_LVT3 = 0x853;
  /** supervisor state components of XSAVES. §11.5.2 */
  export const MSR_XSS = 0xda0;
  /** extended features; LMA follows the mode and is not written. §3.1.7 */
  export const MSR_EFER = 0xc0000080;
  /** SYSCALL and SYSRET selectors, 32-bit target. §6.1.1 */
  export const MSR_STAR = 0xc0000081;
  /** SYSCALL target in 64-bit mode. §6.1.1 */
  export const MSR_LSTAR = 0xc0000082;
  /** SYSCALL target in compatibility mode. §6.1.1 */
  export const MSR_CSTAR = 0xc0000083;
  /** RFLAGS bits SYSCALL clears. §6.1.1 */
  export const MSR_SFMASK = 0xc0000084;
  /** MPERF, not writable. §17.3 */
  export const MSR_MPERF_READ_ONLY = 0xc00000e7;
  /** APERF, not writable. §17.3 */
  export const MSR_APERF_READ_ONLY = 0xc00000e8;
  /** retired instructions, if HWCR bit 30. §13.2.1 */
  export const MSR_IR_PERF_COUNT = 0xc00000e9;
  /** base of FS. §4.5.3 */
  export const MSR_FS_BASE = 0xc0000100;
  /** base of GS. §4.5.3 */
  export const MSR_GS_BASE = 0xc0000101;
  /** what SWAPGS swaps in. §6.1.3 */
  export const MSR_KERNEL_GS_BASE = 0xc0000102;
  /** ECX of RDTSCP; the processor identifier of RDPID. §13.2.4 */
  export const MSR_TSC_AUX = 0xc0000103;
  /** guest TSC multiplier, 8.32 fixed point. §15.30.5 */
  export const MSR_TSC_RATIO = 0xc0000104;
  /** branch types the LBR stack leaves out. §13.1.1.9 */
  export const MSR_LBR_SELECT = 0xc000010e;
  /** bit 6 enables the LBR stack. §13.1.1.8 */
  export const MSR_DEBUG_EXTN_CTL = 0xc000010f;
  /** counter overflows. §13.2.1 */
  export const MSR_PERF_CNTR_GLOBAL_STATUS = 0xc0000300;
  /** counter enables. §13.2.1 */
  export const MSR_PERF_CNTR_GLOBAL_CTL = 0xc0000301;
  /** clears overflow bits. §13.2.1 */
  export const MSR_PERF_CNTR_GLOBAL_STATUS_CLR = 0xc0000302;
  /** sets overflow bits. §13.2.1 */
  export const MSR_PERF_CNTR_GLOBAL_STATUS_SET = 0xc0000303;
  /** legacy alias of PERF_CTL0. §13.2.1 */
  export const MSR_PERF_EVT_SEL0 = 0xc0010000;
  /** legacy alias of PERF_CTL1. §13.2.1 */
  export const MSR_PERF_EVT_SEL1 = 0xc0010001;
  /** legacy alias of PERF_CTL2. §13.2.1 */
  export const MSR_PERF_EVT_SEL2 = 0xc0010002;
  /** legacy alias of PERF_CTL3. §13.2.1 */
  export const MSR_PERF_EVT_SEL3 = 0xc0010003;
  /** legacy alias of PERF_CTR0. §13.2.1 */
  export const MSR_PERF_CTR_LEGACY0 = 0xc0010004;
  /** legacy alias of PERF_CTR1. §13.2.1 */
  export const MSR_PERF_CTR_LEGACY1 = 0xc0010005;
  /** legacy alias of PERF_CTR2. §13.2.1 */
  export const MSR_PERF_CTR_LEGACY2 = 0xc0010006;
  /** legacy alias of PERF_CTR3. §13.2.1 */
  export const MSR_PERF_CTR_LEGACY3 = 0xc0010007;
  /** MtrrFixDramEn 18, MtrrFixDramModEn 19, MtrrVarDramEn 20, MtrrTom2En 21, Tom2ForceMemTypeWB 22, MemEncryptionModeEn 23, SNPEn 24, VMPLEn 25. §3.2.1 */
  export const MSR_SYSCFG = 0xc0010010;
  /** SMMLOCK 0, McStatusWrEn 18, TscFreqSel 24, IRPerfEn 30, CpuidFltEn 35. §3.2.10 */
  export const MSR_HWCR = 0xc0010015;
  /** I/O range 0: address, WrMem 3, RdMem 4. §7.9.2 */
  export const MSR_IORR_BASE0 = 0xc0010016;
  /** I/O range 0: mask, valid bit 11. §7.9.2 */
  export const MSR_IORR_MASK0 = 0xc0010017;
  /** I/O range 1: address, WrMem 3, RdMem 4. §7.9.2 */
  export const MSR_IORR_BASE1 = 0xc0010018;
  /** I/O range 1: mask, valid bit 11. §7.9.2 */
  export const MSR_IORR_MASK1 = 0xc0010019;
  /** end of memory below 4 GB. §7.9.4 */
  export const MSR_TOP_MEM = 0xc001001a;
  /** end of memory above 4 GB. §7.9.4 */
  export const MSR_TOP_MEM2 = 0xc001001d;
  /** northbridge configuration; model specific. §A */
  export const MSR_NB_CFG = 0xc001001f;
  /** microcode loader. §A */
  export const MSR_PATCH_LOADER = 0xc0010020;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 0. §3.3 */
  export const MSR_PROCESSOR_NAME0 = 0xc0010030;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 1. §3.3 */
  export const MSR_PROCESSOR_NAME1 = 0xc0010031;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 2. §3.3 */
  export const MSR_PROCESSOR_NAME2 = 0xc0010032;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 3. §3.3 */
  export const MSR_PROCESSOR_NAME3 = 0xc0010033;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 4. §3.3 */
  export const MSR_PROCESSOR_NAME4 = 0xc0010034;
  /** CPUID Fn8000_0002 to Fn8000_0004, part 5. §3.3 */
  export const MSR_PROCESSOR_NAME5 = 0xc0010035;
  /** interrupt pending and C1E; model specific. §A */
  export const MSR_INT_PENDING = 0xc0010055;
  /** address of memory-mapped PCI configuration; model specific. §A */
  export const MSR_MMIO_CFG_BASE = 0xc0010058;
  /** P-state limits. §17.1 */
  export const MSR_P_STATE_CUR_LIMIT = 0xc0010061;
  /** P-state asked for. §17.1 */
  export const MSR_P_STATE_CONTROL = 0xc0010062;
  /** P-state in force. §17.1 */
  export const MSR_P_STATE_STATUS = 0xc0010063;
  /** definition of P-state 0; model specific. §17.1 */
  export const MSR_P_STATE_DEF0 = 0xc0010064;
  /** definition of P-state 1; model specific. §17.1 */
  export const MSR_P_STATE_DEF1 = 0xc0010065;
  /** definition of P-state 2; model specific. §17.1 */
  export const MSR_P_STATE_DEF2 = 0xc0010066;
  /** definition of P-state 3; model specific. §17.1 */
  export const MSR_P_STATE_DEF3 = 0xc0010067;
  /** definition of P-state 4; model specific. §17.1 */
  export const MSR_P_STATE_DEF4 = 0xc0010068;
  /** definition of P-state 5; model specific. §17.1 */
  export const MSR_P_STATE_DEF5 = 0xc0010069;
  /** definition of P-state 6; model specific. §17.1 */
  export const MSR_P_STATE_DEF6 = 0xc001006a;
  /** definition of P-state 7; model specific. §17.1 */
  export const MSR_P_STATE_DEF7 = 0xc001006b;
  /** base of system-management memory. §10.2.2 */
  export const MSR_SMBASE = 0xc0010111;
  /** TSeg base. §10.2.5 */
  export const MSR_SMM_ADDR = 0xc0010112;
  /** TSeg mask; bits 0 and 1 enable ASeg and TSeg. §10.2.5 */
  export const MSR_SMM_MASK = 0xc0010113;
  /** DPD 0, R_INIT 1, DIS_A20M 2, LOCK 3, SVMDIS 4. §15.30.1 */
  export const MSR_VM_CR = 0xc0010114;
  /** state of the IGNNE input. §15.30.2 */
  export const MSR_IGNNE = 0xc0010115;
  /** DISMISS 0, ENTER 1, SMI_CYCLE 2, EXIT 3, RSM_CYCLE 4. §15.30.3 */
  export const MSR_SMM_CTL = 0xc0010116;
  /** SPA of the host save area. §15.30.4 */
  export const MSR_VM_HSAVE_PA = 0xc0010117;
  /** key that clears VM_CR.LOCK; reads zero. §15.31.1 */
  export const MSR_SVM_KEY = 0xc0010118;
  /** key that clears HWCR.SMMLOCK; reads zero. §15.32.2 */
  export const MSR_SMM_KEY = 0xc0010119;
  /** source of the local SMI. §10.3.3 */
  export const MSR_LOCAL_SMI_STATUS = 0xc001011a;
  /** physical APIC ID of the core to notify. §15.29.8.2 */
  export const MSR_AVIC_DOORBELL = 0xc001011b;
  /** flushes an encrypted page. §15.34.9 */
  export const MSR_VM_PAGE_FLUSH = 0xc001011e;
  /** SSBD in bit 2, for hypervisors to offer. §3.2.9 */
  export const MSR_VIRT_SPEC_CTRL = 0xc001011f;
  /** guest-hypervisor communication block (SEV-ES). §15.35.7 */
  export const MSR_GHCB = 0xc0010130;
  /** which encryption features are on. §15.34.10 */
  export const MSR_SEV_STATUS = 0xc0010131;
  /** reverse map table, first byte. §15.36.4 */
  export const MSR_RMP_BASE = 0xc0010132;
  /** reverse map table, last byte. §15.36.4 */
  export const MSR_RMP_END = 0xc0010133;
  /** number of valid OSVW bits. §E */
  export const MSR_OSVW_ID_LENGTH = 0xc0010140;
  /** errata that need a workaround. §E */
  export const MSR_OSVW_STATUS = 0xc0010141;
  /** event select of counter 0. §13.2.1 */
  export const MSR_PERF_CTL0 = 0xc0010200;
  /** counter 0. §13.2.1 */
  export const MSR_PERF_CTR0 = 0xc0010201;
  /** event select of counter 1. §13.2.1 */
  export const MSR_PERF_CTL1 = 0xc0010202;
  /** counter 1. §13.2.1 */
  export const MSR_PERF_CTR1 = 0xc0010203;
  /** event select of counter 2. §13.2.1 */
  export const MSR_PERF_CTL2 = 0xc0010204;
  /** counter 2. §13.2.1 */
  export const MSR_PERF_CTR2 = 0xc0010205;
  /** event select of counter 3. §13.2.1 */
  export const MSR_PERF_CTL3 = 0xc0010206;
  /** counter 3. §13.2.1 */
  export const MSR_PERF_CTR3 = 0xc0010207;
  /** event select of counter 4. §13.2.1 */
  export const MSR_PERF_CTL4 = 0xc0010208;
  /** counter 4. §13.2.1 */
  export const MSR_PERF_CTR4 = 0xc0010209;
  /** event select of counter 5. §13.2.1 */
  export const MSR_PERF_CTL5 = 0xc001020a;
  /** counter 5. §13.2.1 */
  export const MSR_PERF_CTR5 = 0xc001020b;
  /** event select of northbridge counter 0. §13.2.1 */
  export const MSR_NB_PERF_CTL0 = 0xc0010240;
  /** northbridge counter 0. §13.2.1 */
  export const MSR_NB_PERF_CTR0 = 0xc0010241;
  /** event select of northbridge counter 1. §13.2.1 */
  export const MSR_NB_PERF_CTL1 = 0xc0010242;
  /** northbridge counter 1. §13.2.1 */
  export const MSR_NB_PERF_CTR1 = 0xc0010243;
  /** event select of northbridge counter 2. §13.2.1 */
  export const MSR_NB_PERF_CTL2 = 0xc0010244;
  /** northbridge counter 2. §13.2.1 */
  export const MSR_NB_PERF_CTR2 = 0xc0010245;
  /** event select of northbridge counter 3. §13.2.1 */
  export const MSR_NB_PERF_CTL3 = 0xc0010246;
  /** northbridge counter 3. §13.2.1 */
  export const MSR_NB_PERF_CTR3 = 0xc0010247;
  /** performance time-stamp counter. §13.2.4 */
  export const MSR_PTSC = 0xc0010280;
  /** units of the energy counters; model specific. §A */
  export const MSR_RAPL_PWR_UNIT = 0xc0010299;
  /** energy of the core; model specific. §A */
  export const MSR_CORE_ENERGY_STAT = 0xc001029a;
  /** energy of the package; model specific. §A */
  export const MSR_PKG_ENERGY_STAT = 0xc001029b;
  /** LBR stack entry 0, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP0 = 0xc0010300;
  /** LBR stack entry 0, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP0 = 0xc0010301;
  /** LBR stack entry 1, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP1 = 0xc0010302;
  /** LBR stack entry 1, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP1 = 0xc0010303;
  /** LBR stack entry 2, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP2 = 0xc0010304;
  /** LBR stack entry 2, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP2 = 0xc0010305;
  /** LBR stack entry 3, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP3 = 0xc0010306;
  /** LBR stack entry 3, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP3 = 0xc0010307;
  /** LBR stack entry 4, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP4 = 0xc0010308;
  /** LBR stack entry 4, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP4 = 0xc0010309;
  /** LBR stack entry 5, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP5 = 0xc001030a;
  /** LBR stack entry 5, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP5 = 0xc001030b;
  /** LBR stack entry 6, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP6 = 0xc001030c;
  /** LBR stack entry 6, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP6 = 0xc001030d;
  /** LBR stack entry 7, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP7 = 0xc001030e;
  /** LBR stack entry 7, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP7 = 0xc001030f;
  /** LBR stack entry 8, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP8 = 0xc0010310;
  /** LBR stack entry 8, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP8 = 0xc0010311;
  /** LBR stack entry 9, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP9 = 0xc0010312;
  /** LBR stack entry 9, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP9 = 0xc0010313;
  /** LBR stack entry 10, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP10 = 0xc0010314;
  /** LBR stack entry 10, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP10 = 0xc0010315;
  /** LBR stack entry 11, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP11 = 0xc0010316;
  /** LBR stack entry 11, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP11 = 0xc0010317;
  /** LBR stack entry 12, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP12 = 0xc0010318;
  /** LBR stack entry 12, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP12 = 0xc0010319;
  /** LBR stack entry 13, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP13 = 0xc001031a;
  /** LBR stack entry 13, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP13 = 0xc001031b;
  /** LBR stack entry 14, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP14 = 0xc001031c;
  /** LBR stack entry 14, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP14 = 0xc001031d;
  /** LBR stack entry 15, source. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_FROM_IP15 = 0xc001031e;
  /** LBR stack entry 15, target. §13.1.1.9 */
  export const MSR_LAST_BRANCH_STACK_TO_IP15 = 0xc001031f;
  /** CPUID Fn0000_0001 EDX and ECX; model specific. §A */
  export const MSR_CPUID_FEATURES = 0xc0011004;
  /** CPUID Fn8000_0001 EDX and ECX; model specific. §A */
  export const MSR_EXTENDED_CPUID_FEATURES = 0xc0011005;
  /** address bits breakpoint 1 ignores. §13.1.1.5 */
  export const MSR_DR1_ADDR_MASK = 0xc0011019;
  /** address bits breakpoint 2 ignores. §13.1.1.5 */
  export const MSR_DR2_ADDR_MASK = 0xc001101a;
  /** address bits breakpoint 3 ignores. §13.1.1.5 */
  export const MSR_DR3_ADDR_MASK = 0xc001101b;
  /** model-specific configuration. §A */
  export const MSR_LS_CFG = 0xc0011020;
  /** model-specific configuration. §A */
  export const MSR_IC_CFG = 0xc0011021;
  /** model-specific configuration. §A */
  export const MSR_DC_CFG = 0xc0011022;
  /** model-specific configuration. §A */
  export const MSR_TW_CFG = 0xc0011023;
  /** address bits breakpoint 0 ignores. §13.1.1.5 */
  export const MSR_DR0_ADDR_MASK = 0xc0011027;
  /** model-specific configuration. §A */
  export const MSR_FP_CFG = 0xc0011028;
  /** model-specific configuration; bit 1 makes LFENCE dispatch-serializing. §A */
  export const MSR_DE_CFG = 0xc0011029;
  /** model-specific configuration. §A */
  export const MSR_BU_CFG2 = 0xc001102a;
  /** model-specific configuration. §A */
  export const MSR_EX_CFG = 0xc001102c;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_FETCH_CTL = 0xc0011030;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_FETCH_LINADDR = 0xc0011031;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_FETCH_PHYSADDR = 0xc0011032;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_OP_CTL = 0xc0011033;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_OP_RIP = 0xc0011034;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_OP_DATA = 0xc0011035;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_OP_DATA2 = 0xc0011036;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_OP_DATA3 = 0xc0011037;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_DC_LINADDR = 0xc0011038;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_DC_PHYSADDR = 0xc0011039;
  /** instruction-based sampling. §13.3 */
  export const MSR_IBS_CONTROL = 0xc001103a;
  /** instruction-based sampling. §13.3 */
  export const MSR_BP_IBSTGT_RIP = 0xc001103b;
  /** instruction-based sampling. §13.3 */
  export const MSR_IC_IBS_EXTD_CTL = 0xc001103c;

  /** Values of EXITCODE. Appendix C */
  export const EXITCODE: {
    readonly VMEXIT_CR0_READ: 0x0n;
    readonly VMEXIT_CR1_READ: 0x1n;
    readonly VMEXIT_CR2_READ: 0x2n;
    readonly VMEXIT_CR3_READ: 0x3n;
    readonly VMEXIT_CR4_READ: 0x4n;
    readonly VMEXIT_CR5_READ: 0x5n;
    readonly VMEXIT_CR6_READ: 0x6n;
    readonly VMEXIT_CR7_READ: 0x7n;
    readonly VMEXIT_CR8_READ: 0x8n;
    readonly VMEXIT_CR9_READ: 0x9n;
    readonly VMEXIT_CR10_READ: 0xan;
    readonly VMEXIT_CR11_READ: 0xbn;
    readonly VMEXIT_CR12_READ: 0xcn;
    readonly VMEXIT_CR13_READ: 0xdn;
    readonly VMEXIT_CR14_READ: 0xen;
    readonly VMEXIT_CR15_READ: 0xfn;
    readonly VMEXIT_CR0_WRITE: 0x10n;
    readonly VMEXIT_CR1_WRITE: 0x11n;
    readonly VMEXIT_CR2_WRITE: 0x12n;
    readonly VMEXIT_CR3_WRITE: 0x13n;
    readonly VMEXIT_CR4_WRITE: 0x14n;
    readonly VMEXIT_CR5_WRITE: 0x15n;
    readonly VMEXIT_CR6_WRITE: 0x16n;
    readonly VMEXIT_CR7_WRITE: 0x17n;
    readonly VMEXIT_CR8_WRITE: 0x18n;
    readonly VMEXIT_CR9_WRITE: 0x19n;
    readonly VMEXIT_CR10_WRITE: 0x1an;
    readonly VMEXIT_CR11_WRITE: 0x1bn;
    readonly VMEXIT_CR12_WRITE: 0x1cn;
    readonly VMEXIT_CR13_WRITE: 0x1dn;
    readonly VMEXIT_CR14_WRITE: 0x1en;
    readonly VMEXIT_CR15_WRITE: 0x1fn;
    readonly VMEXIT_DR0_READ: 0x20n;
    readonly VMEXIT_DR1_READ: 0x21n;
    readonly VMEXIT_DR2_READ: 0x22n;
    readonly VMEXIT_DR3_READ: 0x23n;
    readonly VMEXIT_DR4_READ: 0x24n;
    readonly VMEXIT_DR5_READ: 0x25n;
    readonly VMEXIT_DR6_READ: 0x26n;
    readonly VMEXIT_DR7_READ: 0x27n;
    readonly VMEXIT_DR8_READ: 0x28n;
    readonly VMEXIT_DR9_READ: 0x29n;
    readonly VMEXIT_DR10_READ: 0x2an;
    readonly VMEXIT_DR11_READ: 0x2bn;
    readonly VMEXIT_DR12_READ: 0x2cn;
    readonly VMEXIT_DR13_READ: 0x2dn;
    readonly VMEXIT_DR14_READ: 0x2en;
    readonly VMEXIT_DR15_READ: 0x2fn;
    readonly VMEXIT_DR0_WRITE: 0x30n;
    readonly VMEXIT_DR1_WRITE: 0x31n;
    readonly VMEXIT_DR2_WRITE: 0x32n;
    readonly VMEXIT_DR3_WRITE: 0x33n;
    readonly VMEXIT_DR4_WRITE: 0x34n;
    readonly VMEXIT_DR5_WRITE: 0x35n;
    readonly VMEXIT_DR6_WRITE: 0x36n;
    readonly VMEXIT_DR7_WRITE: 0x37n;
    readonly VMEXIT_DR8_WRITE: 0x38n;
    readonly VMEXIT_DR9_WRITE: 0x39n;
    readonly VMEXIT_DR10_WRITE: 0x3an;
    readonly VMEXIT_DR11_WRITE: 0x3bn;
    readonly VMEXIT_DR12_WRITE: 0x3cn;
    readonly VMEXIT_DR13_WRITE: 0x3dn;
    readonly VMEXIT_DR14_WRITE: 0x3en;
    readonly VMEXIT_DR15_WRITE: 0x3fn;
    readonly VMEXIT_EXCP_DE: 0x40n;
    readonly VMEXIT_EXCP_DB: 0x41n;
    readonly VMEXIT_EXCP_2: 0x42n;
    readonly VMEXIT_EXCP_BP: 0x43n;
    readonly VMEXIT_EXCP_OF: 0x44n;
    readonly VMEXIT_EXCP_BR: 0x45n;
    readonly VMEXIT_EXCP_UD: 0x46n;
    readonly VMEXIT_EXCP_NM: 0x47n;
    readonly VMEXIT_EXCP_DF: 0x48n;
    readonly VMEXIT_EXCP_9: 0x49n;
    readonly VMEXIT_EXCP_TS: 0x4an;
    readonly VMEXIT_EXCP_NP: 0x4bn;
    readonly VMEXIT_EXCP_SS: 0x4cn;
    readonly VMEXIT_EXCP_GP: 0x4dn;
    readonly VMEXIT_EXCP_PF: 0x4en;
    readonly VMEXIT_EXCP_15: 0x4fn;
    readonly VMEXIT_EXCP_MF: 0x50n;
    readonly VMEXIT_EXCP_AC: 0x51n;
    readonly VMEXIT_EXCP_MC: 0x52n;
    readonly VMEXIT_EXCP_XF: 0x53n;
    readonly VMEXIT_EXCP_20: 0x54n;
    readonly VMEXIT_EXCP_CP: 0x55n;
    readonly VMEXIT_EXCP_22: 0x56n;
    readonly VMEXIT_EXCP_23: 0x57n;
    readonly VMEXIT_EXCP_24: 0x58n;
    readonly VMEXIT_EXCP_25: 0x59n;
    readonly VMEXIT_EXCP_26: 0x5an;
    readonly VMEXIT_EXCP_27: 0x5bn;
    readonly VMEXIT_EXCP_HV: 0x5cn;
    readonly VMEXIT_EXCP_VC: 0x5dn;
    readonly VMEXIT_EXCP_SX: 0x5en;
    readonly VMEXIT_EXCP_31: 0x5fn;
    readonly VMEXIT_INTR: 0x60n;
    readonly VMEXIT_NMI: 0x61n;
    readonly VMEXIT_SMI: 0x62n;
    readonly VMEXIT_INIT: 0x63n;
    readonly VMEXIT_VINTR: 0x64n;
    readonly VMEXIT_CR0_SEL_WRITE: 0x65n;
    readonly VMEXIT_IDTR_READ: 0x66n;
    readonly VMEXIT_GDTR_READ: 0x67n;
    readonly VMEXIT_LDTR_READ: 0x68n;
    readonly VMEXIT_TR_READ: 0x69n;
    readonly VMEXIT_IDTR_WRITE: 0x6an;
    readonly VMEXIT_GDTR_WRITE: 0x6bn;
    readonly VMEXIT_LDTR_WRITE: 0x6cn;
    readonly VMEXIT_TR_WRITE: 0x6dn;
    readonly VMEXIT_RDTSC: 0x6en;
    readonly VMEXIT_RDPMC: 0x6fn;
    readonly VMEXIT_PUSHF: 0x70n;
    readonly VMEXIT_POPF: 0x71n;
    readonly VMEXIT_CPUID: 0x72n;
    readonly VMEXIT_RSM: 0x73n;
    readonly VMEXIT_IRET: 0x74n;
    readonly VMEXIT_SWINT: 0x75n;
    readonly VMEXIT_INVD: 0x76n;
    readonly VMEXIT_PAUSE: 0x77n;
    readonly VMEXIT_HLT: 0x78n;
    readonly VMEXIT_INVLPG: 0x79n;
    readonly VMEXIT_INVLPGA: 0x7an;
    readonly VMEXIT_IOIO: 0x7bn;
    readonly VMEXIT_MSR: 0x7cn;
    readonly VMEXIT_TASK_SWITCH: 0x7dn;
    readonly VMEXIT_FERR_FREEZE: 0x7en;
    readonly VMEXIT_SHUTDOWN: 0x7fn;
    readonly VMEXIT_VMRUN: 0x80n;
    readonly VMEXIT_VMMCALL: 0x81n;
    readonly VMEXIT_VMLOAD: 0x82n;
    readonly VMEXIT_VMSAVE: 0x83n;
    readonly VMEXIT_STGI: 0x84n;
    readonly VMEXIT_CLGI: 0x85n;
    readonly VMEXIT_SKINIT: 0x86n;
    readonly VMEXIT_RDTSCP: 0x87n;
    readonly VMEXIT_ICEBP: 0x88n;
    readonly VMEXIT_WBINVD: 0x89n;
    readonly VMEXIT_MONITOR: 0x8an;
    readonly VMEXIT_MWAIT: 0x8bn;
    readonly VMEXIT_MWAIT_CONDITIONAL: 0x8cn;
    readonly VMEXIT_XSETBV: 0x8dn;
    readonly VMEXIT_RDPRU: 0x8en;
    readonly VMEXIT_EFER_WRITE_TRAP: 0x8fn;
    readonly VMEXIT_CR0_WRITE_TRAP: 0x90n;
    readonly VMEXIT_CR1_WRITE_TRAP: 0x91n;
    readonly VMEXIT_CR2_WRITE_TRAP: 0x92n;
    readonly VMEXIT_CR3_WRITE_TRAP: 0x93n;
    readonly VMEXIT_CR4_WRITE_TRAP: 0x94n;
    readonly VMEXIT_CR5_WRITE_TRAP: 0x95n;
    readonly VMEXIT_CR6_WRITE_TRAP: 0x96n;
    readonly VMEXIT_CR7_WRITE_TRAP: 0x97n;
    readonly VMEXIT_CR8_WRITE_TRAP: 0x98n;
    readonly VMEXIT_CR9_WRITE_TRAP: 0x99n;
    readonly VMEXIT_CR10_WRITE_TRAP: 0x9an;
    readonly VMEXIT_CR11_WRITE_TRAP: 0x9bn;
    readonly VMEXIT_CR12_WRITE_TRAP: 0x9cn;
    readonly VMEXIT_CR13_WRITE_TRAP: 0x9dn;
    readonly VMEXIT_CR14_WRITE_TRAP: 0x9en;
    readonly VMEXIT_CR15_WRITE_TRAP: 0x9fn;
    readonly VMEXIT_INVLPGB: 0xa0n;
    readonly VMEXIT_INVLPGB_ILLEGAL: 0xa1n;
    readonly VMEXIT_INVPCID: 0xa2n;
    readonly VMEXIT_MCOMMIT: 0xa3n;
    readonly VMEXIT_TLBSYNC: 0xa4n;
    readonly VMEXIT_BUSLOCK: 0xa5n;
    readonly VMEXIT_IDLE_HLT: 0xa6n;
    readonly VMEXIT_NPF: 0x400n;
    readonly VMEXIT_AVIC_INCOMPLETE_IPI: 0x401n;
    readonly VMEXIT_AVIC_NOACCEL: 0x402n;
    readonly VMEXIT_VMGEXIT: 0x403n;
    readonly VMEXIT_INVALID: 0xffffffffffffffffn;
  };

  /** Where CPUID reports a feature. */
  export interface CpuidFeature {
    /** EAX and ECX of the question. */
    readonly leaf: number;
    readonly subleaf: number;
    readonly register: 'eax' | 'ebx' | 'ecx' | 'edx';
    /** The feature's bit in that register. */
    readonly mask: number;
  }
  export const CPUID: {
    /** SSE3 instructions: function 01h, ECX bit 0. APM volume 3, E.3.2 */
    readonly SSE3: CpuidFeature;
    /** PCLMULQDQ: function 01h, ECX bit 1. APM volume 3, E.3.2 */
    readonly PCLMULQDQ: CpuidFeature;
    /** MONITOR and MWAIT: function 01h, ECX bit 3. APM volume 3, E.3.2 */
    readonly MONITOR: CpuidFeature;
    /** SSSE3 instructions: function 01h, ECX bit 9. APM volume 3, E.3.2 */
    readonly SSSE3: CpuidFeature;
    /** fused multiply-add: function 01h, ECX bit 12. APM volume 3, E.3.2 */
    readonly FMA: CpuidFeature;
    /** CMPXCHG16B: function 01h, ECX bit 13. APM volume 3, E.3.2 */
    readonly CMPXCHG16B: CpuidFeature;
    /** CR4.PCIDE: function 01h, ECX bit 17. APM volume 3, E.3.2 */
    readonly PCID: CpuidFeature;
    /** SSE4.1 instructions: function 01h, ECX bit 19. APM volume 3, E.3.2 */
    readonly SSE41: CpuidFeature;
    /** SSE4.2 instructions: function 01h, ECX bit 20. APM volume 3, E.3.2 */
    readonly SSE42: CpuidFeature;
    /** x2APIC mode: function 01h, ECX bit 21. APM volume 3, E.3.2 */
    readonly X2APIC: CpuidFeature;
    /** MOVBE: function 01h, ECX bit 22. APM volume 3, E.3.2 */
    readonly MOVBE: CpuidFeature;
    /** POPCNT: function 01h, ECX bit 23. APM volume 3, E.3.2 */
    readonly POPCNT: CpuidFeature;
    /** AES instructions: function 01h, ECX bit 25. APM volume 3, E.3.2 */
    readonly AES: CpuidFeature;
    /** XSAVE family and XCR0: function 01h, ECX bit 26. APM volume 3, E.3.2 */
    readonly XSAVE: CpuidFeature;
    /** CR4.OSXSAVE is set: function 01h, ECX bit 27. APM volume 3, E.3.2 */
    readonly OSXSAVE: CpuidFeature;
    /** AVX instructions: function 01h, ECX bit 28. APM volume 3, E.3.2 */
    readonly AVX: CpuidFeature;
    /** half-precision conversions: function 01h, ECX bit 29. APM volume 3, E.3.2 */
    readonly F16C: CpuidFeature;
    /** RDRAND: function 01h, ECX bit 30. APM volume 3, E.3.2 */
    readonly RDRAND: CpuidFeature;
    /** zero on hardware, set by hypervisors for their guests: function 01h, ECX bit 31. APM volume 3, E.3.2 */
    readonly HYPERVISOR: CpuidFeature;
    /** x87 unit: function 01h, EDX bit 0. APM volume 3, E.3.2 */
    readonly FPU: CpuidFeature;
    /** virtual-8086 extensions: function 01h, EDX bit 1. APM volume 3, E.3.2 */
    readonly VME: CpuidFeature;
    /** I/O breakpoints, CR4.DE: function 01h, EDX bit 2. APM volume 3, E.3.2 */
    readonly DE: CpuidFeature;
    /** 4 MB pages: function 01h, EDX bit 3. APM volume 3, E.3.2 */
    readonly PSE: CpuidFeature;
    /** RDTSC: function 01h, EDX bit 4. APM volume 3, E.3.2 */
    readonly TSC: CpuidFeature;
    /** RDMSR and WRMSR: function 01h, EDX bit 5. APM volume 3, E.3.2 */
    readonly MSR: CpuidFeature;
    /** physical address extension: function 01h, EDX bit 6. APM volume 3, E.3.2 */
    readonly PAE: CpuidFeature;
    /** #MC and CR4.MCE: function 01h, EDX bit 7. APM volume 3, E.3.2 */
    readonly MCE: CpuidFeature;
    /** CMPXCHG8B: function 01h, EDX bit 8. APM volume 3, E.3.2 */
    readonly CMPXCHG8B: CpuidFeature;
    /** local APIC, while APIC_BASE enables it: function 01h, EDX bit 9. APM volume 3, E.3.2 */
    readonly APIC: CpuidFeature;
    /** SYSENTER and SYSEXIT: function 01h, EDX bit 11. APM volume 3, E.3.2 */
    readonly SYSENTER: CpuidFeature;
    /** memory-type range registers: function 01h, EDX bit 12. APM volume 3, E.3.2 */
    readonly MTRR: CpuidFeature;
    /** global pages: function 01h, EDX bit 13. APM volume 3, E.3.2 */
    readonly PGE: CpuidFeature;
    /** machine-check architecture: function 01h, EDX bit 14. APM volume 3, E.3.2 */
    readonly MCA: CpuidFeature;
    /** CMOVcc, and FCMOVcc with the x87 unit: function 01h, EDX bit 15. APM volume 3, E.3.2 */
    readonly CMOV: CpuidFeature;
    /** page-attribute table: function 01h, EDX bit 16. APM volume 3, E.3.2 */
    readonly PAT: CpuidFeature;
    /** 40-bit addresses in 4 MB pages: function 01h, EDX bit 17. APM volume 3, E.3.2 */
    readonly PSE36: CpuidFeature;
    /** CLFLUSH: function 01h, EDX bit 19. APM volume 3, E.3.2 */
    readonly CLFSH: CpuidFeature;
    /** MMX instructions: function 01h, EDX bit 23. APM volume 3, E.3.2 */
    readonly MMX: CpuidFeature;
    /** FXSAVE and FXRSTOR: function 01h, EDX bit 24. APM volume 3, E.3.2 */
    readonly FXSR: CpuidFeature;
    /** SSE instructions: function 01h, EDX bit 25. APM volume 3, E.3.2 */
    readonly SSE: CpuidFeature;
    /** SSE2 instructions: function 01h, EDX bit 26. APM volume 3, E.3.2 */
    readonly SSE2: CpuidFeature;
    /** more than one logical processor: function 01h, EDX bit 28. APM volume 3, E.3.2 */
    readonly HTT: CpuidFeature;
    /** the APIC timer never stops: function 06h, EAX bit 2. APM volume 3, E.3.5 */
    readonly ARAT: CpuidFeature;
    /** MPERF and APERF: function 06h, ECX bit 0. APM volume 3, E.3.5 */
    readonly EFF_FREQ: CpuidFeature;
    /** RDFSBASE and its family: function 07h, EBX bit 0. APM volume 3, E.3.6 */
    readonly FSGSBASE: CpuidFeature;
    /** bit manipulation, first group: function 07h, EBX bit 3. APM volume 3, E.3.6 */
    readonly BMI1: CpuidFeature;
    /** AVX2 instructions: function 07h, EBX bit 5. APM volume 3, E.3.6 */
    readonly AVX2: CpuidFeature;
    /** CR4.SMEP: function 07h, EBX bit 7. APM volume 3, E.3.6 */
    readonly SMEP: CpuidFeature;
    /** bit manipulation, second group: function 07h, EBX bit 8. APM volume 3, E.3.6 */
    readonly BMI2: CpuidFeature;
    /** fast REP MOVSB and STOSB: function 07h, EBX bit 9. APM volume 3, E.3.6 */
    readonly ERMS: CpuidFeature;
    /** INVPCID: function 07h, EBX bit 10. APM volume 3, E.3.6 */
    readonly INVPCID: CpuidFeature;
    /** resource monitoring: function 07h, EBX bit 12. APM volume 3, E.3.6 */
    readonly PQM: CpuidFeature;
    /** resource allocation: function 07h, EBX bit 15. APM volume 3, E.3.6 */
    readonly PQE: CpuidFeature;
    /** AVX-512 foundation: function 07h, EBX bit 16. APM volume 3, E.3.6 */
    readonly AVX512F: CpuidFeature;
    /** AVX-512 doubleword and quadword: function 07h, EBX bit 17. APM volume 3, E.3.6 */
    readonly AVX512DQ: CpuidFeature;
    /** RDSEED: function 07h, EBX bit 18. APM volume 3, E.3.6 */
    readonly RDSEED: CpuidFeature;
    /** ADCX and ADOX: function 07h, EBX bit 19. APM volume 3, E.3.6 */
    readonly ADX: CpuidFeature;
    /** CR4.SMAP, CLAC, STAC: function 07h, EBX bit 20. APM volume 3, E.3.6 */
    readonly SMAP: CpuidFeature;
    /** AVX-512 integer fused multiply-add: function 07h, EBX bit 21. APM volume 3, E.3.6 */
    readonly AVX512IFMA: CpuidFeature;
    /** CLFLUSHOPT: function 07h, EBX bit 23. APM volume 3, E.3.6 */
    readonly CLFLUSHOPT: CpuidFeature;
    /** CLWB: function 07h, EBX bit 24. APM volume 3, E.3.6 */
    readonly CLWB: CpuidFeature;
    /** AVX-512 conflict detection: function 07h, EBX bit 28. APM volume 3, E.3.6 */
    readonly AVX512CD: CpuidFeature;
    /** SHA instructions: function 07h, EBX bit 29. APM volume 3, E.3.6 */
    readonly SHA: CpuidFeature;
    /** AVX-512 bytes and words: function 07h, EBX bit 30. APM volume 3, E.3.6 */
    readonly AVX512BW: CpuidFeature;
    /** AVX-512 on 128 and 256 bits: function 07h, EBX bit 31. APM volume 3, E.3.6 */
    readonly AVX512VL: CpuidFeature;
    /** AVX-512 byte permutes: function 07h, ECX bit 1. APM volume 3, E.3.6 */
    readonly AVX512VBMI: CpuidFeature;
    /** CR4.UMIP: function 07h, ECX bit 2. APM volume 3, E.3.6 */
    readonly UMIP: CpuidFeature;
    /** protection keys: function 07h, ECX bit 3. APM volume 3, E.3.6 */
    readonly PKU: CpuidFeature;
    /** CR4.PKE is set: function 07h, ECX bit 4. APM volume 3, E.3.6 */
    readonly OSPKE: CpuidFeature;
    /** more AVX-512 byte permutes: function 07h, ECX bit 6. APM volume 3, E.3.6 */
    readonly AVX512_VBMI2: CpuidFeature;
    /** shadow stacks: function 07h, ECX bit 7. APM volume 3, E.3.6 */
    readonly CET_SS: CpuidFeature;
    /** Galois field instructions: function 07h, ECX bit 8. APM volume 3, E.3.6 */
    readonly GFNI: CpuidFeature;
    /** AES on wide vectors: function 07h, ECX bit 9. APM volume 3, E.3.6 */
    readonly VAES: CpuidFeature;
    /** PCLMULQDQ on wide vectors: function 07h, ECX bit 10. APM volume 3, E.3.6 */
    readonly VPCLMULQDQ: CpuidFeature;
    /** AVX-512 neural network instructions: function 07h, ECX bit 11. APM volume 3, E.3.6 */
    readonly AVX512_VNNI: CpuidFeature;
    /** AVX-512 bit algorithms: function 07h, ECX bit 12. APM volume 3, E.3.6 */
    readonly AVX512_BITALG: CpuidFeature;
    /** AVX-512 population count: function 07h, ECX bit 14. APM volume 3, E.3.6 */
    readonly AVX512_VPOPCNTDQ: CpuidFeature;
    /** five-level paging: function 07h, ECX bit 16. APM volume 3, E.3.6 */
    readonly LA57: CpuidFeature;
    /** RDPID: function 07h, ECX bit 22. APM volume 3, E.3.6 */
    readonly RDPID: CpuidFeature;
    /** bus lock trap: function 07h, ECX bit 24. APM volume 3, E.3.6 */
    readonly BUS_LOCK_TRAP: CpuidFeature;
    /** MOVDIRI: function 07h, ECX bit 27. APM volume 3, E.3.6 */
    readonly MOVDIRI: CpuidFeature;
    /** MOVDIR64B: function 07h, ECX bit 28. APM volume 3, E.3.6 */
    readonly MOVDIR64B: CpuidFeature;
    /** fast short REP MOVSB: function 07h, EDX bit 4. APM volume 3, E.3.6 */
    readonly FSRM: CpuidFeature;
    /** AVX-512 intersection: function 07h, EDX bit 8. APM volume 3, E.3.6 */
    readonly AVX512_VP2INTERSECT: CpuidFeature;
    /** AVX neural network instructions: function 07h, ECX 1, EAX bit 4. APM volume 3, E.3.6 */
    readonly AVX_VNNI: CpuidFeature;
    /** AVX-512 bfloat16: function 07h, ECX 1, EAX bit 5. APM volume 3, E.3.6 */
    readonly AVX512_BF16: CpuidFeature;
    /** XSAVEOPT: function 0Dh, ECX 1, EAX bit 0. APM volume 3, E.3.8 */
    readonly XSAVEOPT: CpuidFeature;
    /** XSAVEC and compaction: function 0Dh, ECX 1, EAX bit 1. APM volume 3, E.3.8 */
    readonly XSAVEC: CpuidFeature;
    /** XGETBV with ECX = 1: function 0Dh, ECX 1, EAX bit 2. APM volume 3, E.3.8 */
    readonly XGETBV1: CpuidFeature;
    /** XSAVES, XRSTORS, XSS: function 0Dh, ECX 1, EAX bit 3. APM volume 3, E.3.8 */
    readonly XSAVES: CpuidFeature;
    /** LAHF and SAHF in 64-bit mode: function 80000001h, ECX bit 0. APM volume 3, E.4.2 */
    readonly LAHF_SAHF: CpuidFeature;
    /** cores rather than threads: function 80000001h, ECX bit 1. APM volume 3, E.4.2 */
    readonly CMP_LEGACY: CpuidFeature;
    /** secure virtual machine: function 80000001h, ECX bit 2. APM volume 3, E.4.2 */
    readonly SVM: CpuidFeature;
    /** extended APIC registers: function 80000001h, ECX bit 3. APM volume 3, E.4.2 */
    readonly EXT_APIC_SPACE: CpuidFeature;
    /** LOCK MOV CR0 means MOV CR8: function 80000001h, ECX bit 4. APM volume 3, E.4.2 */
    readonly ALT_MOV_CR8: CpuidFeature;
    /** LZCNT: function 80000001h, ECX bit 5. APM volume 3, E.4.2 */
    readonly ABM: CpuidFeature;
    /** SSE4A instructions: function 80000001h, ECX bit 6. APM volume 3, E.4.2 */
    readonly SSE4A: CpuidFeature;
    /** misaligned SSE mode: function 80000001h, ECX bit 7. APM volume 3, E.4.2 */
    readonly MISALIGN_SSE: CpuidFeature;
    /** 3DNow! prefetches: function 80000001h, ECX bit 8. APM volume 3, E.4.2 */
    readonly PREFETCHW: CpuidFeature;
    /** OS-visible workarounds: function 80000001h, ECX bit 9. APM volume 3, E.4.2 */
    readonly OSVW: CpuidFeature;
    /** instruction-based sampling: function 80000001h, ECX bit 10. APM volume 3, E.4.2 */
    readonly IBS: CpuidFeature;
    /** XOP instructions: function 80000001h, ECX bit 11. APM volume 3, E.4.2 */
    readonly XOP: CpuidFeature;
    /** SKINIT, and STGI without SVME: function 80000001h, ECX bit 12. APM volume 3, E.4.2 */
    readonly SKINIT: CpuidFeature;
    /** watchdog timer: function 80000001h, ECX bit 13. APM volume 3, E.4.2 */
    readonly WDT: CpuidFeature;
    /** lightweight profiling: function 80000001h, ECX bit 15. APM volume 3, E.4.2 */
    readonly LWP: CpuidFeature;
    /** four-operand multiply-add: function 80000001h, ECX bit 16. APM volume 3, E.4.2 */
    readonly FMA4: CpuidFeature;
    /** EFER.TCE: function 80000001h, ECX bit 17. APM volume 3, E.4.2 */
    readonly TCE: CpuidFeature;
    /** node identifier MSR: function 80000001h, ECX bit 19. APM volume 3, E.4.2 */
    readonly NODE_ID_MSR: CpuidFeature;
    /** trailing bit manipulation: function 80000001h, ECX bit 21. APM volume 3, E.4.2 */
    readonly TBM: CpuidFeature;
    /** Fn8000_001D and 001E: function 80000001h, ECX bit 22. APM volume 3, E.4.2 */
    readonly TOPOLOGY_EXT: CpuidFeature;
    /** six core counters: function 80000001h, ECX bit 23. APM volume 3, E.4.2 */
    readonly PERF_CTR_EXT_CORE: CpuidFeature;
    /** northbridge counters: function 80000001h, ECX bit 24. APM volume 3, E.4.2 */
    readonly PERF_CTR_EXT_NB: CpuidFeature;
    /** address masks of breakpoints: function 80000001h, ECX bit 26. APM volume 3, E.4.2 */
    readonly DATA_BKPT_EXT: CpuidFeature;
    /** performance TSC: function 80000001h, ECX bit 27. APM volume 3, E.4.2 */
    readonly PERF_TSC: CpuidFeature;
    /** cache counters: function 80000001h, ECX bit 28. APM volume 3, E.4.2 */
    readonly PERF_CTR_EXT_LLC: CpuidFeature;
    /** MONITORX and MWAITX: function 80000001h, ECX bit 29. APM volume 3, E.4.2 */
    readonly MONITORX: CpuidFeature;
    /** 32-bit masks of instruction breakpoints: function 80000001h, ECX bit 30. APM volume 3, E.4.2 */
    readonly ADDR_MASK_EXT: CpuidFeature;
    /** SYSCALL and SYSRET: function 80000001h, EDX bit 11. APM volume 3, E.4.2 */
    readonly SYSCALL: CpuidFeature;
    /** no-execute pages: function 80000001h, EDX bit 20. APM volume 3, E.4.2 */
    readonly NX: CpuidFeature;
    /** AMD's MMX extensions: function 80000001h, EDX bit 22. APM volume 3, E.4.2 */
    readonly MMX_EXT: CpuidFeature;
    /** EFER.FFXSR: function 80000001h, EDX bit 25. APM volume 3, E.4.2 */
    readonly FFXSR: CpuidFeature;
    /** 1 GB pages: function 80000001h, EDX bit 26. APM volume 3, E.4.2 */
    readonly PAGE_1GB: CpuidFeature;
    /** RDTSCP and TSC_AUX: function 80000001h, EDX bit 27. APM volume 3, E.4.2 */
    readonly RDTSCP: CpuidFeature;
    /** long mode: function 80000001h, EDX bit 29. APM volume 3, E.4.2 */
    readonly LM: CpuidFeature;
    /** 3DNow! extensions: function 80000001h, EDX bit 30. APM volume 3, E.4.2 */
    readonly AMD_3DNOW_EXT: CpuidFeature;
    /** 3DNow! instructions: function 80000001h, EDX bit 31. APM volume 3, E.4.2 */
    readonly AMD_3DNOW: CpuidFeature;
    /** MCA overflow recovery: function 80000007h, EBX bit 0. APM volume 3, E.4.6 */
    readonly OVERFLOW_RECOV: CpuidFeature;
    /** containment of uncorrectable errors: function 80000007h, EBX bit 1. APM volume 3, E.4.6 */
    readonly SUCCOR: CpuidFeature;
    /** scalable MCA: function 80000007h, EBX bit 3. APM volume 3, E.4.6 */
    readonly SCALABLE_MCA: CpuidFeature;
    /** hardware P-states: function 80000007h, EDX bit 7. APM volume 3, E.4.6 */
    readonly HW_PSTATE: CpuidFeature;
    /** TSC at a constant rate: function 80000007h, EDX bit 8. APM volume 3, E.4.6 */
    readonly TSC_INVARIANT: CpuidFeature;
    /** core performance boost: function 80000007h, EDX bit 9. APM volume 3, E.4.6 */
    readonly CPB: CpuidFeature;
    /** read-only MPERF and APERF: function 80000007h, EDX bit 10. APM volume 3, E.4.6 */
    readonly EFF_FREQ_RO: CpuidFeature;
    /** accumulated power: function 80000007h, EDX bit 12. APM volume 3, E.4.6 */
    readonly PROC_POWER_REPORTING: CpuidFeature;
    /** CLZERO: function 80000008h, EBX bit 0. APM volume 3, E.4.7 */
    readonly CLZERO: CpuidFeature;
    /** IRPerfCount: function 80000008h, EBX bit 1. APM volume 3, E.4.7 */
    readonly INST_RET_CNT_MSR: CpuidFeature;
    /** error pointers always saved: function 80000008h, EBX bit 2. APM volume 3, E.4.7 */
    readonly RSTR_FP_ERR_PTRS: CpuidFeature;
    /** INVLPGB and TLBSYNC: function 80000008h, EBX bit 3. APM volume 3, E.4.7 */
    readonly INVLPGB: CpuidFeature;
    /** RDPRU: function 80000008h, EBX bit 4. APM volume 3, E.4.7 */
    readonly RDPRU: CpuidFeature;
    /** MCOMMIT: function 80000008h, EBX bit 8. APM volume 3, E.4.7 */
    readonly MCOMMIT: CpuidFeature;
    /** WBNOINVD: function 80000008h, EBX bit 9. APM volume 3, E.4.7 */
    readonly WBNOINVD: CpuidFeature;
    /** PRED_CMD.IBPB: function 80000008h, EBX bit 12. APM volume 3, E.4.7 */
    readonly IBPB: CpuidFeature;
    /** WBINVD can be interrupted: function 80000008h, EBX bit 13. APM volume 3, E.4.7 */
    readonly INT_WBINVD: CpuidFeature;
    /** SPEC_CTRL.IBRS: function 80000008h, EBX bit 14. APM volume 3, E.4.7 */
    readonly IBRS: CpuidFeature;
    /** SPEC_CTRL.STIBP: function 80000008h, EBX bit 15. APM volume 3, E.4.7 */
    readonly STIBP: CpuidFeature;
    /** STIBP may stay on: function 80000008h, EBX bit 17. APM volume 3, E.4.7 */
    readonly STIBP_ALWAYS_ON: CpuidFeature;
    /** EFER.LMSLE must be zero: function 80000008h, EBX bit 20. APM volume 3, E.4.7 */
    readonly EFER_LMSLE_UNSUPPORTED: CpuidFeature;
    /** processor inventory number: function 80000008h, EBX bit 23. APM volume 3, E.4.7 */
    readonly PPIN: CpuidFeature;
    /** SPEC_CTRL.SSBD: function 80000008h, EBX bit 24. APM volume 3, E.4.7 */
    readonly SSBD: CpuidFeature;
    /** VIRT_SPEC_CTRL: function 80000008h, EBX bit 25. APM volume 3, E.4.7 */
    readonly SSBD_VIRT_SPEC_CTRL: CpuidFeature;
    /** no need of SSBD: function 80000008h, EBX bit 26. APM volume 3, E.4.7 */
    readonly SSBD_NOT_REQUIRED: CpuidFeature;
    /** collaborative performance control: function 80000008h, EBX bit 27. APM volume 3, E.4.7 */
    readonly CPPC: CpuidFeature;
    /** SPEC_CTRL.PSFD: function 80000008h, EBX bit 28. APM volume 3, E.4.7 */
    readonly PSFD: CpuidFeature;
    /** no branch type confusion: function 80000008h, EBX bit 29. APM volume 3, E.4.7 */
    readonly BTC_NO: CpuidFeature;
    /** IBPB clears the return predictor: function 80000008h, EBX bit 30. APM volume 3, E.4.7 */
    readonly IBPB_RET: CpuidFeature;
    /** branch sampling: function 80000008h, EBX bit 31. APM volume 3, E.4.7 */
    readonly BRS: CpuidFeature;
    /** nested paging: function 8000000Ah, EDX bit 0. APM volume 3, E.4.9 */
    readonly NP: CpuidFeature;
    /** LBR virtualization: function 8000000Ah, EDX bit 1. APM volume 3, E.4.9 */
    readonly LBR_VIRT: CpuidFeature;
    /** VM_CR.LOCK and SVM_KEY: function 8000000Ah, EDX bit 2. APM volume 3, E.4.9 */
    readonly SVML: CpuidFeature;
    /** nRIP is stored: function 8000000Ah, EDX bit 3. APM volume 3, E.4.9 */
    readonly NRIPS: CpuidFeature;
    /** TSC_RATIO: function 8000000Ah, EDX bit 4. APM volume 3, E.4.9 */
    readonly TSC_RATE_MSR: CpuidFeature;
    /** VMCB clean bits: function 8000000Ah, EDX bit 5. APM volume 3, E.4.9 */
    readonly VMCB_CLEAN: CpuidFeature;
    /** TLB_CONTROL 3 and 7: function 8000000Ah, EDX bit 6. APM volume 3, E.4.9 */
    readonly FLUSH_BY_ASID: CpuidFeature;
    /** decode assists: function 8000000Ah, EDX bit 7. APM volume 3, E.4.9 */
    readonly DECODE_ASSISTS: CpuidFeature;
    /** performance counter virtualization: function 8000000Ah, EDX bit 8. APM volume 3, E.4.9 */
    readonly PMC_VIRT: CpuidFeature;
    /** pause filter count: function 8000000Ah, EDX bit 10. APM volume 3, E.4.9 */
    readonly PAUSE_FILTER: CpuidFeature;
    /** pause filter threshold: function 8000000Ah, EDX bit 12. APM volume 3, E.4.9 */
    readonly PAUSE_FILTER_THRESHOLD: CpuidFeature;
    /** interrupt controller virtualization: function 8000000Ah, EDX bit 13. APM volume 3, E.4.9 */
    readonly AVIC: CpuidFeature;
    /** VMLOAD and VMSAVE without exits: function 8000000Ah, EDX bit 15. APM volume 3, E.4.9 */
    readonly VMSAVE_VMLOAD_VIRT: CpuidFeature;
    /** virtual GIF: function 8000000Ah, EDX bit 16. APM volume 3, E.4.9 */
    readonly VGIF: CpuidFeature;
    /** guest-mode execute trap: function 8000000Ah, EDX bit 17. APM volume 3, E.4.9 */
    readonly GMET: CpuidFeature;
    /** AVIC in x2APIC mode: function 8000000Ah, EDX bit 18. APM volume 3, E.4.9 */
    readonly X2AVIC: CpuidFeature;
    /** supervisor shadow stack check: function 8000000Ah, EDX bit 19. APM volume 3, E.4.9 */
    readonly SSS_CHECK: CpuidFeature;
    /** SPEC_CTRL virtualization: function 8000000Ah, EDX bit 20. APM volume 3, E.4.9 */
    readonly SPEC_CTRL_VIRT: CpuidFeature;
    /** read-only guest page tables: function 8000000Ah, EDX bit 21. APM volume 3, E.4.9 */
    readonly ROGPT: CpuidFeature;
    /** #MC intercepted even with guest CR4.MCE = 0: function 8000000Ah, EDX bit 23. APM volume 3, E.4.9 */
    readonly HOST_MCE_OVERRIDE: CpuidFeature;
    /** INVLPGB and TLBSYNC controls: function 8000000Ah, EDX bit 24. APM volume 3, E.4.9 */
    readonly TLBI_CTL: CpuidFeature;
    /** NMI virtualization: function 8000000Ah, EDX bit 25. APM volume 3, E.4.9 */
    readonly VNMI: CpuidFeature;
    /** IBS virtualization: function 8000000Ah, EDX bit 26. APM volume 3, E.4.9 */
    readonly IBS_VIRT: CpuidFeature;
    /** AVIC and extended LVT registers: function 8000000Ah, EDX bit 27. APM volume 3, E.4.9 */
    readonly EXT_LVT_AVIC_ACCESS_CHG: CpuidFeature;
    /** guest VMCB address check: function 8000000Ah, EDX bit 28. APM volume 3, E.4.9 */
    readonly NESTED_VIRT_VMCB_ADDR_CHK: CpuidFeature;
    /** bus lock intercept: function 8000000Ah, EDX bit 29. APM volume 3, E.4.9 */
    readonly BUS_LOCK_THRESHOLD: CpuidFeature;
    /** idle HLT intercept: function 8000000Ah, EDX bit 30. APM volume 3, E.4.9 */
    readonly IDLE_HLT_INTERCEPT: CpuidFeature;
    /** page-modification log: function 8000000Ah, ECX bit 4. APM volume 3, E.4.9 */
    readonly PML: CpuidFeature;
    /** x2AVIC up to 4096 vCPUs: function 8000000Ah, ECX bit 6. APM volume 3, E.4.9 */
    readonly X2AVIC_EXT: CpuidFeature;
    /** secure memory encryption: function 8000001Fh, EAX bit 0. APM volume 3, E.4.17 */
    readonly SME: CpuidFeature;
    /** encrypted virtualization: function 8000001Fh, EAX bit 1. APM volume 3, E.4.17 */
    readonly SEV: CpuidFeature;
    /** VM_PAGE_FLUSH: function 8000001Fh, EAX bit 2. APM volume 3, E.4.17 */
    readonly PAGE_FLUSH_MSR: CpuidFeature;
    /** encrypted state: function 8000001Fh, EAX bit 3. APM volume 3, E.4.17 */
    readonly SEV_ES: CpuidFeature;
    /** secure nested paging: function 8000001Fh, EAX bit 4. APM volume 3, E.4.17 */
    readonly SEV_SNP: CpuidFeature;
    /** privilege levels of SNP guests: function 8000001Fh, EAX bit 5. APM volume 3, E.4.17 */
    readonly VMPL: CpuidFeature;
    /** RMPQUERY: function 8000001Fh, EAX bit 6. APM volume 3, E.4.17 */
    readonly RMPQUERY: CpuidFeature;
    /** shadow stacks by privilege level: function 8000001Fh, EAX bit 7. APM volume 3, E.4.17 */
    readonly VMPL_SSS: CpuidFeature;
    /** secure TSC: function 8000001Fh, EAX bit 8. APM volume 3, E.4.17 */
    readonly SECURE_TSC: CpuidFeature;
    /** TSC_AUX virtualization: function 8000001Fh, EAX bit 9. APM volume 3, E.4.17 */
    readonly TSC_AUX_VIRT: CpuidFeature;
    /** caches coherent across encryption: function 8000001Fh, EAX bit 10. APM volume 3, E.4.17 */
    readonly HW_COHERENCY: CpuidFeature;
    /** encrypted guests need a 64-bit host: function 8000001Fh, EAX bit 11. APM volume 3, E.4.17 */
    readonly HOST_64BIT: CpuidFeature;
    /** restricted injection: function 8000001Fh, EAX bit 12. APM volume 3, E.4.17 */
    readonly RESTRICTED_INJECTION: CpuidFeature;
    /** alternate injection: function 8000001Fh, EAX bit 13. APM volume 3, E.4.17 */
    readonly ALTERNATE_INJECTION: CpuidFeature;
    /** debug registers of encrypted guests: function 8000001Fh, EAX bit 14. APM volume 3, E.4.17 */
    readonly DEBUG_VIRT: CpuidFeature;
    /** host IBS off while a guest runs: function 8000001Fh, EAX bit 15. APM volume 3, E.4.17 */
    readonly PREVENT_HOST_IBS: CpuidFeature;
    /** virtual transparent encryption: function 8000001Fh, EAX bit 16. APM volume 3, E.4.17 */
    readonly VTE: CpuidFeature;
    /** VMGEXIT with a parameter: function 8000001Fh, EAX bit 17. APM volume 3, E.4.17 */
    readonly VMGEXIT_PARAMETER: CpuidFeature;
    /** virtual top of memory: function 8000001Fh, EAX bit 18. APM volume 3, E.4.17 */
    readonly VIRTUAL_TOM: CpuidFeature;
    /** IBS virtualization for encrypted guests: function 8000001Fh, EAX bit 19. APM volume 3, E.4.17 */
    readonly IBS_VIRT_GUEST_CTL: CpuidFeature;
    /** counter virtualization for encrypted guests: function 8000001Fh, EAX bit 20. APM volume 3, E.4.17 */
    readonly PMC_VIRT_GUEST_CTL: CpuidFeature;
    /** RMPREAD: function 8000001Fh, EAX bit 21. APM volume 3, E.4.17 */
    readonly RMPREAD: CpuidFeature;
    /** guest intercept control: function 8000001Fh, EAX bit 22. APM volume 3, E.4.17 */
    readonly GUEST_INTERCEPT_CTL: CpuidFeature;
    /** segmented reverse map: function 8000001Fh, EAX bit 23. APM volume 3, E.4.17 */
    readonly SEGMENTED_RMP: CpuidFeature;
    /** protection from sibling threads: function 8000001Fh, EAX bit 25. APM volume 3, E.4.17 */
    readonly SMT_PROTECTION: CpuidFeature;
    /** secure AVIC: function 8000001Fh, EAX bit 26. APM volume 3, E.4.17 */
    readonly SECURE_AVIC: CpuidFeature;
    /** ALLOWED_SEV_FEATURES in the VMCB: function 8000001Fh, EAX bit 27. APM volume 3, E.4.17 */
    readonly ALLOWED_SEV_FEATURES: CpuidFeature;
    /** communication page MSR: function 8000001Fh, EAX bit 28. APM volume 3, E.4.17 */
    readonly SVSM_COMM_PAGE_MSR: CpuidFeature;
    /** SNP MSR for nested hypervisors: function 8000001Fh, EAX bit 29. APM volume 3, E.4.17 */
    readonly NESTED_VIRT_SNP_MSR: CpuidFeature;
    /** writes to pages in use by the hypervisor: function 8000001Fh, EAX bit 30. APM volume 3, E.4.17 */
    readonly HV_IN_USE_WR_ALLOWED: CpuidFeature;
    /** IBPB at VMRUN: function 8000001Fh, EAX bit 31. APM volume 3, E.4.17 */
    readonly IBPB_ON_ENTRY: CpuidFeature;
    /** breakpoints never nest: function 80000021h, EAX bit 0. APM volume 3, E.4.19 */
    readonly NO_NESTED_DATA_BP: CpuidFeature;
    /** WRMSR of segment bases does not serialize: function 80000021h, EAX bit 1. APM volume 3, E.4.19 */
    readonly FS_GS_BASE_NON_SERIALIZING: CpuidFeature;
    /** LFENCE always serializes dispatch: function 80000021h, EAX bit 2. APM volume 3, E.4.19 */
    readonly LFENCE_ALWAYS_SERIALIZING: CpuidFeature;
    /** VERW clears buffers: function 80000021h, EAX bit 5. APM volume 3, E.4.19 */
    readonly VERW_CLEAR: CpuidFeature;
    /** a null selector clears the base: function 80000021h, EAX bit 6. APM volume 3, E.4.19 */
    readonly NULL_SELECT_CLEARS_BASE: CpuidFeature;
    /** EFER.UAIE: function 80000021h, EAX bit 7. APM volume 3, E.4.19 */
    readonly UPPER_ADDRESS_IGNORE: CpuidFeature;
    /** EFER.AIBRSE: function 80000021h, EAX bit 8. APM volume 3, E.4.19 */
    readonly AUTOMATIC_IBRS: CpuidFeature;
    /** SMM_CTL does not exist: function 80000021h, EAX bit 9. APM volume 3, E.4.19 */
    readonly NO_SMM_CTL_MSR: CpuidFeature;
    /** enhanced return-address predictor security: function 80000021h, EAX bit 24. APM volume 3, E.4.19 */
    readonly ERAPS: CpuidFeature;
    /** PRED_CMD.SBPB: function 80000021h, EAX bit 27. APM volume 3, E.4.19 */
    readonly SBPB: CpuidFeature;
    /** IBPB clears branch types: function 80000021h, EAX bit 28. APM volume 3, E.4.19 */
    readonly IBPB_BRTYPE: CpuidFeature;
    /** no return-stack overflow: function 80000021h, EAX bit 29. APM volume 3, E.4.19 */
    readonly SRSO_NO: CpuidFeature;
    /** none across user and kernel: function 80000021h, EAX bit 30. APM volume 3, E.4.19 */
    readonly SRSO_USER_KERNEL_NO: CpuidFeature;
    /** global counter control: function 80000022h, EAX bit 0. APM volume 3, E.4.20 */
    readonly PERF_MON_V2: CpuidFeature;
    /** LBR stack: function 80000022h, EAX bit 1. APM volume 3, E.4.20 */
    readonly LBR_STACK: CpuidFeature;
    /** freeze on overflow: function 80000022h, EAX bit 2. APM volume 3, E.4.20 */
    readonly LBR_AND_PMC_FREEZE: CpuidFeature;
  };

  /** Names of the intercept bits. §15.9 */
  export type InterceptName =
    | 'CR0_READ'
    | 'CR1_READ'
    | 'CR2_READ'
    | 'CR3_READ'
    | 'CR4_READ'
    | 'CR5_READ'
    | 'CR6_READ'
    | 'CR7_READ'
    | 'CR8_READ'
    | 'CR9_READ'
    | 'CR10_READ'
    | 'CR11_READ'
    | 'CR12_READ'
    | 'CR13_READ'
    | 'CR14_READ'
    | 'CR15_READ'
    | 'CR0_WRITE'
    | 'CR1_WRITE'
    | 'CR2_WRITE'
    | 'CR3_WRITE'
    | 'CR4_WRITE'
    | 'CR5_WRITE'
    | 'CR6_WRITE'
    | 'CR7_WRITE'
    | 'CR8_WRITE'
    | 'CR9_WRITE'
    | 'CR10_WRITE'
    | 'CR11_WRITE'
    | 'CR12_WRITE'
    | 'CR13_WRITE'
    | 'CR14_WRITE'
    | 'CR15_WRITE'
    | 'DR0_READ'
    | 'DR1_READ'
    | 'DR2_READ'
    | 'DR3_READ'
    | 'DR4_READ'
    | 'DR5_READ'
    | 'DR6_READ'
    | 'DR7_READ'
    | 'DR8_READ'
    | 'DR9_READ'
    | 'DR10_READ'
    | 'DR11_READ'
    | 'DR12_READ'
    | 'DR13_READ'
    | 'DR14_READ'
    | 'DR15_READ'
    | 'DR0_WRITE'
    | 'DR1_WRITE'
    | 'DR2_WRITE'
    | 'DR3_WRITE'
    | 'DR4_WRITE'
    | 'DR5_WRITE'
    | 'DR6_WRITE'
    | 'DR7_WRITE'
    | 'DR8_WRITE'
    | 'DR9_WRITE'
    | 'DR10_WRITE'
    | 'DR11_WRITE'
    | 'DR12_WRITE'
    | 'DR13_WRITE'
    | 'DR14_WRITE'
    | 'DR15_WRITE'
    | 'EXCEPTION_DE'
    | 'EXCEPTION_DB'
    | 'EXCEPTION_2'
    | 'EXCEPTION_BP'
    | 'EXCEPTION_OF'
    | 'EXCEPTION_BR'
    | 'EXCEPTION_UD'
    | 'EXCEPTION_NM'
    | 'EXCEPTION_DF'
    | 'EXCEPTION_9'
    | 'EXCEPTION_TS'
    | 'EXCEPTION_NP'
    | 'EXCEPTION_SS'
    | 'EXCEPTION_GP'
    | 'EXCEPTION_PF'
    | 'EXCEPTION_15'
    | 'EXCEPTION_MF'
    | 'EXCEPTION_AC'
    | 'EXCEPTION_MC'
    | 'EXCEPTION_XF'
    | 'EXCEPTION_20'
    | 'EXCEPTION_CP'
    | 'EXCEPTION_22'
    | 'EXCEPTION_23'
    | 'EXCEPTION_24'
    | 'EXCEPTION_25'
    | 'EXCEPTION_26'
    | 'EXCEPTION_27'
    | 'EXCEPTION_HV'
    | 'EXCEPTION_VC'
    | 'EXCEPTION_SX'
    | 'EXCEPTION_31'
    | 'INTR'
    | 'NMI'
    | 'SMI'
    | 'INIT'
    | 'VINTR'
    | 'CR0_SEL_WRITE'
    | 'IDTR_READ'
    | 'GDTR_READ'
    | 'LDTR_READ'
    | 'TR_READ'
    | 'IDTR_WRITE'
    | 'GDTR_WRITE'
    | 'LDTR_WRITE'
    | 'TR_WRITE'
    | 'RDTSC'
    | 'RDPMC'
    | 'PUSHF'
    | 'POPF'
    | 'CPUID'
    | 'RSM'
    | 'IRET'
    | 'INTN'
    | 'INVD'
    | 'PAUSE'
    | 'HLT'
    | 'INVLPG'
    | 'INVLPGA'
    | 'IOIO_PROT'
    | 'MSR_PROT'
    | 'TASK_SWITCH'
    | 'FERR_FREEZE'
    | 'SHUTDOWN'
    | 'VMRUN'
    | 'VMMCALL'
    | 'VMLOAD'
    | 'VMSAVE'
    | 'STGI'
    | 'CLGI'
    | 'SKINIT'
    | 'RDTSCP'
    | 'ICEBP'
    | 'WBINVD'
    | 'MONITOR'
    | 'MWAIT'
    | 'MWAIT_CONDITIONAL'
    | 'XSETBV'
    | 'RDPRU'
    | 'EFER_WRITE_TRAP'
    | 'CR0_WRITE_TRAP'
    | 'CR1_WRITE_TRAP'
    | 'CR2_WRITE_TRAP'
    | 'CR3_WRITE_TRAP'
    | 'CR4_WRITE_TRAP'
    | 'CR5_WRITE_TRAP'
    | 'CR6_WRITE_TRAP'
    | 'CR7_WRITE_TRAP'
    | 'CR8_WRITE_TRAP'
    | 'CR9_WRITE_TRAP'
    | 'CR10_WRITE_TRAP'
    | 'CR11_WRITE_TRAP'
    | 'CR12_WRITE_TRAP'
    | 'CR13_WRITE_TRAP'
    | 'CR14_WRITE_TRAP'
    | 'CR15_WRITE_TRAP'
    | 'INVLPGB'
    | 'INVLPGB_ILLEGAL'
    | 'INVPCID'
    | 'MCOMMIT'
    | 'TLBSYNC'
    | 'BUS_LOCK'
    | 'IDLE_HLT';

  export {};
}
