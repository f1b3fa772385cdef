/**
 * Offsets in the one linear memory. Generated WebAssembly and TypeScript read the same numbers.
 *
 * From the bottom: the register window of the running virtual processor (one page; switching processors copies it) · scratch
 * for accesses that do not go straight to RAM · the jump cache · the TLB banks · records · per-page maps · guest RAM and ROM.
 */

/** General registers, 8 bytes each, by number. */
export const REGS = 0x100;
/** A slot that always holds 0: the base or index of an address without one. */
export const ZERO = 0x180;
/** Two slots for addresses computed before their instruction (segmented, displaced or narrow ones): linear addresses. */
export const SCRATCH_ADDRESS = 0x188;
/** rIP of the next instruction to execute: the offset within CS; i64. */
export const RIP = 0x198;
/** Lazy flags: kind × 4 + log2(size), and two words; see isa/emitter FlagKind. */
export const F_OP = 0x1a0;
export const F_X = 0x1a8;
export const F_Y = 0x1b0;
/** RFLAGS but for its six arithmetic bits; i32. */
export const SYSTEM_FLAGS = 0x1b8;
/** +1, or −1 when RFLAGS.DF is set; i32. */
export const DIRECTION = 0x1bc;
/** Left by an exit from generated code: instructions still allowed, the record it stopped at. */
export const BUDGET = 0x1c0;
export const NEXT = 0x1c4;
/** A fault found by generated code or the MMU: vector, error code (−1: none), and for #PF the linear address (i64). */
export const FAULT_VECTOR = 0x1c8;
export const FAULT_ERROR = 0x1cc;
export const FAULT_ADDRESS = 0x1d0;
/** Tag of the jump-cache entries that are valid now: address space, its generation and the mode; i32. */
export const CONTEXT_TAG = 0x1d8;
/** Mask of rSP outside 64-bit mode: FFFFh or FFFFFFFFh; i32. */
export const STACK_MASK = 0x1dc;
/** Mask of rIP at which a near branch is canonical or within CS's limit: CS limit, unsigned; i32. */
export const CODE_LIMIT = 0x1e0;
/** Set when translation found that the access must be done by the careful path; see exec/executor. */
export const CAREFUL = 0x1e4;
/** The A20M pin: bit 20 of physical addresses is held at 0; i32. */
export const A20_MASKED = 0x1e8;
/** Bits 3:0 of DR6 for breakpoints that MOV SS or POP SS met itself: they wait until the instruction behind it is done; i32. */
export const HELD_BREAKPOINTS = 0x1ec;
/** Virtual time at which the budget will have been used up, ns; i64. What is left of the budget tells generated code the time. */
export const SLICE_END = 0x1f0;

/** Segment registers ES CS SS DS FS GS, then LDTR, TR: 32 bytes each. */
export const SEGMENTS = 0x200;
export const SEGMENT_SIZE = 32;
export const SEGMENT_LDTR = 6;
export const SEGMENT_TR = 7;
/** Within a segment: selector u16, attributes u16 (the VMCB's 12-bit packing), limit u32, base u64. */
export const SEG_SELECTOR = 0;
export const SEG_ATTRIBUTES = 2;
export const SEG_LIMIT = 4;
export const SEG_BASE = 8;
/** Offsets legacy modes may read and write: first and last byte, u32; empty when first > last. */
export const SEG_READ_FIRST = 16;
export const SEG_READ_LAST = 20;
export const SEG_WRITE_FIRST = 24;
export const SEG_WRITE_LAST = 28;
/** GDTR, IDTR: limit u32 at 0, base u64 at 8. */
export const GDTR = 0x300;
export const IDTR = 0x310;

/** Control and debug registers, 8 bytes each by number: CR0…CR15 (CR8 is the local APIC's), DR0…DR7. */
export const CRS = 0x320;
export const DRS = 0x3a0;
/** Extended control state. */
export const XCR0 = 0x3e0;
/** Current privilege level; i32. */
export const CPL = 0x3e8;
/**
 * Events held off for one instruction: 1 after STI: interrupts; 2 after MOV SS and POP SS: single-step traps, too; 4 while that
 * instruction runs; i32. §8.5
 */
export const INTERRUPT_SHADOW = 0x3ec;
export const SHADOW_INTERRUPTS = 1;
export const SHADOW_TRAPS = 2;
export const SHADOW_ENDING = 4;
/** Set by HLT until an event ends it; i32. */
export const HALTED = 0x3f0;
/** As HLT (1), but also until a device has come up. */
export const HALTED_BY_MWAIT = 2;
/** NMI blocked until IRET; NMI pending; i32 each. */
export const NMI_BLOCKED = 0x3f4;
export const NMI_PENDING = 0x3f8;
/** INTR input of the processor; i32. */
export const INTR_LINE = 0x3fc;

/** Model-specific registers with storage of their own, 8 bytes each, in the order of cpu-state's MSR table. */
export const MSRS = 0x400;

/** SVM: global interrupt flag, guest mode, and what VMRUN loaded. */
export const GIF = 0x800;
export const GUEST_MODE = 0x804;
/** SPA of the current VMCB; i64. */
export const VMCB_ADDRESS = 0x808;
/** Intercept words 0–5 (VMCB 000h–017h) of the running guest; i32 each, all 0 in host mode. */
export const INTERCEPT_WORDS = 0x810;
export const ASID = 0x828;
/** NP_ENABLE of the running guest; i32. */
export const NESTED_PAGING = 0x82c;
/** nCR3, and the host's CR4 and EFER that fix the nested tables' format; i64 each. */
export const NESTED_CR3 = 0x830;
export const NESTED_CR4 = 0x868;
export const NESTED_EFER = 0x870;
/** TSC offset of the running guest (0 in host mode); i64. */
export const TSC_OFFSET = 0x838;
/** Virtual interrupt state of VMCB 060h: V_TPR, V_IRQ, V_INTR_PRIO, V_IGN_TPR, V_INTR_MASKING, V_INTR_VECTOR; two i32 words. */
export const VIRTUAL_INTERRUPT = 0x840;
/** Host RFLAGS.IF at VMRUN: masks physical interrupts under V_INTR_MASKING; i32. */
export const HOST_INTERRUPT_FLAG = 0x848;
/** SPA of the running guest's I/O and MSR permission maps; i64 each. */
export const IOPM_BASE = 0x860;
export const MSRPM_BASE = 0x878;
/** Host state kept at VMRUN, up to A00h; svm/host-save divides it. A copy in the VMCB's format is also written to VM_HSAVE_PA. */
export const HOST_SAVE = 0x880;
/** VIRT_EXT (VMCB 0B8h) of the running guest, only the bits this processor has; i32. */
export const VIRTUAL_EXTENSIONS = 0xa00;
/** PAUSEs still let through, PAUSE_FILTER_COUNT, PAUSE_FILTER_THRESHOLD; i32 each. RETIRED at the last PAUSE; f64. */
export const PAUSE_COUNTER = 0xa04;
export const PAUSE_FILTER_COUNT = 0xa08;
export const PAUSE_FILTER_THRESHOLD = 0xa0c;
export const PAUSE_LAST = 0xa10;
/** For the next #VMEXIT: how many bytes of the guest's instruction were fetched, and they; 1 + 15 bytes. */
export const INSTRUCTION_BYTES = 0xa20;
/** Event being delivered (for EXITINTINFO): two i32 words, V in bit 31. */
export const DELIVERING = 0x850;
/** Instructions retired since reset: the virtual time; f64 (exact below 2^53). */
export const RETIRED = 0x858;
/** State of the generator behind RDRAND and RDSEED; i64. */
export const RANDOM = 0xa40;
/** MONITOR came, MWAIT not yet; i32. */
export const MONITOR_ARMED = 0xa48;
/** INIT came and has not been taken; i32. */
export const INIT_PENDING = 0xa4c;
/** XMM0–XMM15, 16 bytes each. */
export const XMM = 0xc00;
/** x87 registers R0–R7 (physical, not by stack position), 16 bytes each: 80-bit extended precision in the low ten; MMn is Rn's significand. */
export const X87 = 0xd00;
/** x87 control and status word (TOP is in the status word), u16 each. */
export const FCW = 0xd80;
export const FSW = 0xd82;
/** Abridged tag word as FXSAVE has it: bit n set when Rn is not empty; u16. */
export const FTW = 0xd84;
/** Last x87 opcode (11 bits), u16; last instruction and operand pointer, i64 each, and their selectors, u16 each. */
export const FOP = 0xd86;
export const FIP = 0xd88;
export const FDP = 0xd90;
export const FCS = 0xd98;
export const FDS = 0xd9a;
/** u32. */
export const MXCSR = 0xd9c;
export const WINDOW_END = 0x1000;
/** Parts of the window that carry nothing from one instruction to the next: [first byte, first one past them). */
export const TRANSIENT = [
  [SCRATCH_ADDRESS, RIP],
  [BUDGET, STACK_MASK],
  [CAREFUL, SEGMENTS],
] as const;

/** Staging for accesses that cannot go straight to RAM: 16 slots of 64 bytes. */
export const STAGING = 0x1000;
export const STAGING_SLOT = 64;
export const STAGING_SLOTS = 16;

/**
 * Which address space each TLB space holds, 16 bytes each: ASID i32 (−1: none), generation i32, stamp of its last use i32,
 * i32 with the PCID in bits 27:16 and bit 0 set when it holds parts of large pages. Behind them the next stamp, i32.
 */
export const TLB_DIRECTORY = 0x1800;
export const TLB_SPACE_ENTRY = 16;
export const TLB_STAMP = 0x1900;
/** One bit per TLB entry: 1 when it has been filled since the last flush; 128 bytes for each bank. */
export const TLB_FILLED = 0x2000;

/** Jump cache: entries of 16 bytes: rIP i64, context tag i32, record i32. */
export const JUMP_CACHE = 0x10000;
export const JUMP_CACHE_ENTRIES = 16384;
/** An entry's index is the low bits of rIP and of rIP >> this, by exclusive or. */
export const JUMP_CACHE_SHIFT = 12;

/**
 * TLB banks of 1024 entries × 32 bytes, one per (address space, privilege class): read tag i64, write tag i64, addend i32, flags i32,
 * SPA page i64. A tag is the linear page address, or an odd number when the entry allows no such access.
 */
export const TLB_BANKS = JUMP_CACHE + JUMP_CACHE_ENTRIES * 16;
export const TLB_ENTRIES = 1024;
export const TLB_ENTRY = 32;
export const TLB_WRITE_TAG = 8;
export const TLB_ADDEND = 16;
export const TLB_FLAGS = 20;
export const TLB_PAGE = 24;
export const TLB_BANK = TLB_ENTRIES * TLB_ENTRY;
/** Privilege classes: supervisor, user, supervisor with RFLAGS.AC under SMAP. */
export const TLB_CLASSES = 3;
/** Address spaces that have banks at one time: context 0 of the host, and fifteen of other PCIDs and ASIDs. */
export const TLB_SPACES = 16;

/** A bank that nothing is ever cached in: every access is looked at (alignment checking). */
export const TLB_EMPTY_BANK = TLB_BANKS + TLB_BANK * TLB_CLASSES * TLB_SPACES;

export const RECORDS = TLB_EMPTY_BANK + TLB_BANK;
export const RECORDS_SIZE = 24 << 20;
/** Per 4 KB page of RAM: 64 bits, one per 64-byte line that holds decoded code. */
export const CODE_LINES = RECORDS + RECORDS_SIZE;

export interface MemoryMap {
  /** Bytes of RAM and of ROM, multiples of 4 KB. */
  readonly ramSize: number;
  readonly romSize: number;
  /** One byte per page of RAM and ROM: 1 = written in the current epoch. */
  readonly written: number;
  readonly ram: number;
  readonly rom: number;
  /** Size of the linear memory in bytes. */
  readonly total: number;
}

const WASM_PAGE = 65536;
/** Most RAM a machine may have: one 32-bit linear memory holds all. */
export const MAX_RAM = 3072 * 1024 * 1024;

export function memoryMap(ramSize: number, romSize: number): MemoryMap {
  const pages = (ramSize + romSize) / 4096;
  const written = CODE_LINES + pages * 8;
  const ram = Math.ceil((written + pages) / WASM_PAGE) * WASM_PAGE;
  const rom = ram + ramSize;
  return { ramSize, romSize, written, ram, rom, total: Math.ceil((rom + romSize) / WASM_PAGE) * WASM_PAGE };
}
