/** The same cases in our engine: one machine in long mode, whose exception handlers halt. */
import {
  CR0_AM,
  CR0_ET,
  CR0_MP,
  CR0_NE,
  CR0_PE,
  CR0_PG,
  CR0_WP,
  CR4_OSFXSR,
  CR4_OSXMMEXCPT,
  CR4_PAE,
  EFER_LMA,
  EFER_LME,
  EFER_NXE,
  EFER_SCE,
  SEG_CS,
  SEG_DS,
  SEG_ES,
  SEG_FS,
  SEG_GS,
  SEG_SS,
} from '../../src/engine/arch/registers';
import { ROWS } from '../../src/engine/isa/opcode-map';
import { Machine } from '../../src/engine/machine/machine';
import { GDTR, HALTED, IDTR, INTERRUPT_SHADOW, SEGMENT_LDTR, SEGMENT_TR } from '../../src/engine/state/layout';
import { ENDLESS, SHUTDOWN, UNKNOWN, type Outcome } from './outcome';
import type { Placed } from './test-case';
import { imageOf, loadImage } from './unit-state';
import { CODE, DATA, GS_BASE, PAGE, pristineImage, STACK, WINDOWS } from './windows';

/** Physical addresses of what the system needs; linear ones lie at SYSTEM_HIGH. */
const IDT = 0x1000;
const GDT = 0x2000;
const TSS = 0x3000;
const HANDLERS = 0x4000;
const KERNEL_STACK = 0x8000;
const TABLES = 0x10000;
const WINDOWS_AT = 0x100000;
const SYSTEM_HIGH = 0xffff8000;

const VECTORS = 32;
const HLT = 0xf4;
const HAS_ERROR_CODE = new Set([8, 10, 11, 12, 13, 14, 17, 21]);
/** Instructions a case may retire, iterations of string instructions counted. */
const MOST_STEPS = 40_000;

/** As Linux lays it out: 10h kernel code, 18h kernel data, 23h 32-bit code, 2Bh data, 33h 64-bit code. */
const DESCRIPTORS = [
  0n,
  0x00cf9b000000ffffn,
  0x00af9b000000ffffn,
  0x00cf93000000ffffn,
  0x00cffb000000ffffn,
  0x00cff3000000ffffn,
  0x00affb000000ffffn,
];
const ATTRIBUTES_CODE_64 = 0xafb;
const ATTRIBUTES_CODE_32 = 0xcfb;
const ATTRIBUTES_DATA = 0xcf3;

/** Every row there is: which of them the processor beside it has is asked of that processor. */
const { profile } = new Machine({ ramSize: 1 << 20 }).processor;
const ALL_ROWS = {
  ...profile,
  features: new Set([...profile.features, ...ROWS.flatMap(({ feature = [] }) => feature)]),
};

export class Engine {
  private readonly machine = new Machine({ ramSize: 16 << 20, profile: ALL_ROWS });
  private readonly pristine = pristineImage();
  private readonly pristineWords = new Int32Array(this.pristine.buffer);
  /** Linear-memory offsets of data and stack. */
  private readonly offsets = new Map<number, number>();

  /** `compiled`: whatever is run is compiled first; else the interpreter does all of it. */
  constructor(compiled: boolean) {
    const { ram, processor } = this.machine;
    processor.executor.compileAfter(compiled ? 1 : Infinity);
    processor.executor.regions.patience = 1;
    this.writeTables();
    DESCRIPTORS.forEach((d, n) => ram.write64(GDT + n * 8, d));
    for (let v = 0; v < VECTORS; v++) {
      const low = HANDLERS + v * 16;
      // 64-bit interrupt gate; INT3 and INTO may come from CPL 3.
      const type = v === 3 || v === 4 ? 0xee00 : 0x8e00;
      ram.write32(IDT + v * 16, (low & 0xffff) | (0x10 << 16));
      ram.write32(IDT + v * 16 + 4, type);
      ram.write32(IDT + v * 16 + 8, SYSTEM_HIGH | 0);
      ram.write32(IDT + v * 16 + 12, 0);
      ram.writeBytes(low, new Uint8Array([HLT]));
    }
    ram.write64(TSS + 4, (BigInt(SYSTEM_HIGH) << 32n) | BigInt(KERNEL_STACK));
    // The I/O permission map lies beyond the limit: no port is allowed.
    ram.writeBytes(TSS + 0x66, new Uint8Array([0x68, 0]));
    ram.writeBytes(this.spaOf(CODE.address), new Uint8Array(CODE.pages * PAGE).fill(0xcc));
    ram.writeBytes(this.spaOf(DATA.address), this.pristine.subarray(0, DATA.pages * PAGE));
    ram.writeBytes(this.spaOf(STACK.address), this.pristine.subarray(DATA.pages * PAGE));
    for (const w of [DATA, STACK]) this.offsets.set(w.address, ram.offset(this.spaOf(w.address)));
  }

  get handlersMade(): number {
    return this.machine.processor.executor.handlersMade;
  }

  private spaOf(linear: number): number {
    let at = WINDOWS_AT;
    for (const w of WINDOWS) {
      if (linear >= w.address && linear < w.address + w.pages * PAGE) return at + linear - w.address;
      at += w.pages * PAGE;
    }
    throw new Error(`no window holds ${linear.toString(16)}`);
  }

  /** Four levels: the windows for the user, the first 2 MB of memory for the system at the bottom of the upper half. */
  private writeTables(): void {
    const { ram } = this.machine;
    const [pml4, pdpt, pd, high, highPd] = [0, 1, 2, 3, 4].map((n) => TABLES + n * PAGE) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const USER = 7n;
    const NX = 1n << 63n;
    ram.write64(pml4, BigInt(pdpt) | USER);
    ram.write64(pml4 + 256 * 8, BigInt(high) | 3n);
    ram.write64(high, BigInt(highPd) | 3n);
    ram.write64(highPd, 0x83n);
    ram.write64(pdpt, BigInt(pd) | USER);
    WINDOWS.forEach((w, n) => {
      const table = TABLES + (5 + n) * PAGE;
      ram.write64(pd + (w.address >>> 21) * 8, BigInt(table) | USER);
      for (let page = 0; page < w.pages; page++) {
        const rights = page < w.pages - w.readOnlyPages ? 7n : 5n;
        const entry = BigInt(this.spaOf(w.address) + page * PAGE) | rights | (w === CODE ? 0n : NX);
        ram.write64(table + ((w.address >>> 12) & 511) * 8 + page * 8, entry);
      }
    });
  }

  private setUp(c: Placed): void {
    const { state, processor } = this.machine;
    state.setCr(0, (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG) >>> 0);
    state.setCr(3, TABLES);
    state.setCr(4, CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT);
    state.efer = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;
    state.setTable(GDTR, DESCRIPTORS.length * 8 - 1, GDT, SYSTEM_HIGH | 0);
    state.setTable(IDTR, VECTORS * 16 - 1, IDT, SYSTEM_HIGH | 0);
    state.setSegment(SEGMENT_TR, 0x40, 0x08b, 0x67, TSS, SYSTEM_HIGH | 0);
    state.setSegment(SEGMENT_LDTR, 0, 0, 0, 0, 0);
    for (const segment of [SEG_ES, SEG_SS, SEG_DS]) state.setSegment(segment, 0x2b, ATTRIBUTES_DATA, 0xffffffff, 0, 0);
    state.setSegment(SEG_FS, 0, 0, 0, 0, 0);
    state.setSegment(SEG_GS, 0, 0, 0, Number(GS_BASE), 0);
    const long = c.test.bits === 64;
    state.setSegment(SEG_CS, long ? 0x33 : 0x23, long ? ATTRIBUTES_CODE_64 : ATTRIBUTES_CODE_32, 0xffffffff, 0, 0);
    state.cpl = 3;
    c.registers.forEach((value, n) => state.setGprBig(n, value));
    state.setRip(c.rip, 0);
    state.setFlags(c.test.flags);
    if (c.test.units) loadImage(state, c.test.units);
    state.i32[HALTED >> 2] = 0;
    state.i32[INTERRUPT_SHADOW >> 2] = 0;
    processor.clearStop();
  }

  /** `stepping`: one instruction at a time. */
  run(c: Placed, stepping = false): Outcome {
    const { machine } = this;
    const { state, ram } = machine;
    for (const piece of c.pieces) ram.writeBytes(this.spaOf(piece.address), new Uint8Array(piece.bytes));
    this.setUp(c);
    let stop = machine.run(Infinity, stepping ? 1 : MOST_STEPS);
    for (let n = 1; stepping && stop.kind === 'time' && n < MOST_STEPS; n++) stop = machine.run(Infinity, 1);
    const units = c.test.units && imageOf(state);
    const outcome = stop.kind === 'halted' ? this.delivered() : this.undelivered(stop.kind);
    const memory = this.changes();
    const code = c.pieces[0]!;
    ram.writeBytes(this.spaOf(code.address), new Uint8Array(code.bytes.length).fill(0xcc));
    return { ...outcome, cr2: state.big(0x320 + 16), units, memory };
  }

  private registers(): bigint[] {
    return Array.from({ length: 16 }, (_, n) => this.machine.state.gpr(n));
  }

  /** Reads the frame that delivery pushed. */
  private delivered(): Omit<Outcome, 'memory' | 'cr2' | 'units'> {
    const { state, ram } = this.machine;
    const vector = (state.ripLow - HANDLERS) >> 4;
    let sp = state.gprLow(4);
    const pop = (): bigint => ram.read64((sp += 8) - 8);
    const errorCode = HAS_ERROR_CODE.has(vector) ? pop() : 0n;
    const [rip, cs, flags, rsp] = [pop(), Number(pop()), Number(pop()), pop()];
    const registers = this.registers();
    registers[4] = rsp;
    return { vector, errorCode, rip, cs, flags, registers };
  }

  private undelivered(kind: string): Omit<Outcome, 'memory' | 'cr2' | 'units'> {
    const { state, processor } = this.machine;
    const vector = kind === 'time' ? ENDLESS : kind === 'unknown-encoding' ? UNKNOWN : SHUTDOWN;
    const rip = BigInt.asUintN(64, (BigInt(state.ripHigh) << 32n) | BigInt(state.ripLow >>> 0));
    return { vector, errorCode: 0n, rip, cs: 0, flags: processor.rflags(), registers: this.registers() };
  }

  /** What differs from the pristine image, put right again. */
  private changes(): Map<number, bigint> {
    const { ram } = this.machine;
    const changed = new Map<number, bigint>();
    const { i32 } = this.machine.state;
    const memory = Buffer.from(i32.buffer);
    let page = 0;
    for (const w of [DATA, STACK]) {
      const base = this.offsets.get(w.address)!;
      for (let at = 0; at < w.pages * PAGE; at += PAGE, page += PAGE) {
        if (memory.compare(this.pristine, page, page + PAGE, base + at, base + at + PAGE) === 0) continue;
        for (let n = 0; n < PAGE; n += 8) {
          const [here, there] = [(base + at + n) >> 2, (page + n) >> 2];
          const [low, high] = [this.pristineWords[there]!, this.pristineWords[there + 1]!];
          if (i32[here] === low && i32[here + 1] === high) continue;
          changed.set(w.address + at + n, ram.view.getBigUint64(base + at + n, true));
          i32[here] = low;
          i32[here + 1] = high;
        }
      }
    }
    return changed;
  }
}
