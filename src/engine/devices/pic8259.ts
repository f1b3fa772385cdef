import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import { type DeviceState, FLAG, type StateOf, U8, integer, loadFields, record, saveFields } from '../bus/device-state';

const ICW1 = { IC4: 1 << 0, SNGL: 1 << 1, LTIM: 1 << 3, SELECT: 1 << 4 } as const;
const ICW4 = { AEOI: 1 << 1, SFNM: 1 << 4 } as const;
const OCW2 = { LEVEL: 7, COMMAND: 0xe0 } as const;
const OCW3 = { RIS: 1 << 0, RR: 1 << 1, POLL: 1 << 2, SELECT: 1 << 3, SMM: 1 << 5, ESMM: 1 << 6 } as const;

/** The commands of OCW2: R, SL and EOI in bits 7–5. */
const OCW2_COMMANDS = {
  CLEAR_ROTATE_IN_AEOI: 0x00,
  NON_SPECIFIC_EOI: 0x20,
  NO_OPERATION: 0x40,
  SPECIFIC_EOI: 0x60,
  SET_ROTATE_IN_AEOI: 0x80,
  ROTATE_ON_NON_SPECIFIC_EOI: 0xa0,
  SET_PRIORITY: 0xc0,
  ROTATE_ON_SPECIFIC_EOI: 0xe0,
} as const;

/** The request that answers when none is left at INTA. */
const SPURIOUS = 7;
/** What the processor reads as vector when no controller drives the bus. */
const FLOATING_BUS = 0xff;
const NOTHING = -1;

const PIC_CHIP_STATE = {
  /** Levels of the eight request wires, and the rising edges not yet answered. */
  lines: U8,
  edges: U8,
  isr: U8,
  imr: U8,
  icw1: U8,
  icw2: U8,
  icw3: U8,
  icw4: U8,
  /** Edge/level control register of the chip set. */
  elcr: U8,
  /** The initialization command word expected next, 2 to 4; 0 when operating, 1 before the first ICW1. */
  expects: integer(0, 4),
  /** The request of lowest priority: the one above it, in a circle, is highest. */
  lowest: integer(0, 7),
  rotateInAeoi: FLAG,
  specialMask: FLAG,
  readIsr: FLAG,
  poll: FLAG,
  /** Level of the INT output. */
  interrupt: FLAG,
};

const PIC_PAIR_STATE = { master: record(PIC_CHIP_STATE), slave: record(PIC_CHIP_STATE) };

/**
 * One 8259A in 8086 mode (ICW4's µPM is not looked at: an x86 processor knows no other), with the edge/level control
 * register of later chip sets. Where that register exists (`elcrMask` is not 0) LTIM has no effect, as there.
 */
export class Pic8259 {
  reg: StateOf<typeof PIC_CHIP_STATE> = {
    lines: 0,
    edges: 0,
    isr: 0,
    imr: 0,
    icw1: 0,
    icw2: 0,
    icw3: 0,
    icw4: 0,
    elcr: 0,
    expects: 1,
    lowest: 7,
    rotateInAeoi: false,
    specialMask: false,
    readIsr: false,
    poll: false,
    interrupt: false,
  };

  /**
   * @param isMaster the level of SP/EN: it gives ICW3 and the special fully nested mode their meaning
   * @param elcrMask the request wires that the edge/level control register can make level-sensitive
   * @param output the INT pin
   */
  constructor(
    private readonly isMaster: boolean,
    private readonly elcrMask: number,
    private readonly output: IrqLine,
  ) {}

  /** Drives request wire IR0–IR7. */
  setLine(index: number, level: boolean): void {
    const { reg } = this;
    const bit = 1 << index;
    if (((reg.lines & bit) !== 0) === level) return;
    reg.lines ^= bit;
    // A request must stay until INTA: one that is taken back is forgotten.
    if (level) reg.edges |= bit;
    else reg.edges &= ~bit;
    this.update();
  }

  /** Interrupt Request Register. */
  get irr(): number {
    const { lines, edges } = this.reg;
    const level = this.levelSensitive;
    return (edges & ~level) | (lines & level);
  }

  get interruptPending(): boolean {
    return this.reg.interrupt;
  }

  /** Whether another controller answers for this request: ICW3 of a master that is not alone. */
  isCascade(request: number): boolean {
    return this.isMaster && !(this.reg.icw1 & ICW1.SNGL) && (this.reg.icw3 & (1 << request)) !== 0;
  }

  /** The identity in the cascade: ICW3 of a slave. */
  get slaveId(): number {
    return this.reg.icw3 & 7;
  }

  vector(request: number): number {
    return (this.reg.icw2 & 0xf8) | request;
  }

  /** INTA: the request that is now in service, or IR7 without going into service when none is left. */
  acknowledge(): number {
    const { reg } = this;
    const request = this.resolve();
    if (request === NOTHING) return SPURIOUS;
    reg.edges &= ~(1 << request);
    if (reg.icw4 & ICW4.AEOI) {
      if (reg.rotateInAeoi) reg.lowest = request;
    } else {
      reg.isr |= 1 << request;
    }
    // INT falls with INTA even where the next request waits: the other end counts edges.
    this.drive(false);
    this.update();
    return request;
  }

  read(a0: number): number {
    const { reg } = this;
    if (reg.poll) {
      reg.poll = false;
      const pending = this.resolve() !== NOTHING;
      return pending ? 0x80 | this.acknowledge() : 0;
    }
    if (a0) return reg.imr;
    return reg.readIsr ? reg.isr : this.irr;
  }

  write(a0: number, value: number): void {
    if (a0) this.writeData(value);
    else if (value & ICW1.SELECT) this.writeIcw1(value);
    else if (value & OCW3.SELECT) this.writeOcw3(value);
    else this.writeOcw2(value);
    this.update();
  }

  get elcr(): number {
    return this.reg.elcr;
  }

  set elcr(value: number) {
    this.reg.elcr = value & this.elcrMask;
    this.update();
  }

  /** As after power-up: silent until the first ICW1. The request wires keep their levels. */
  reset(): void {
    const { reg } = this;
    reg.edges = reg.isr = reg.imr = reg.icw1 = reg.icw2 = reg.icw3 = reg.icw4 = reg.elcr = 0;
    reg.expects = 1;
    reg.lowest = 7;
    reg.rotateInAeoi = reg.specialMask = reg.readIsr = reg.poll = false;
    this.update();
  }

  private get levelSensitive(): number {
    if (this.elcrMask) return this.reg.elcr;
    return this.reg.icw1 & ICW1.LTIM ? 0xff : 0;
  }

  private writeIcw1(value: number): void {
    const { reg } = this;
    reg.icw1 = value;
    reg.edges = reg.isr = reg.imr = reg.icw4 = 0;
    // A slave's identity is 7 until ICW3; a master has no slaves.
    reg.icw3 = this.isMaster ? 0 : 7;
    reg.lowest = 7;
    reg.rotateInAeoi = reg.specialMask = reg.readIsr = reg.poll = false;
    reg.expects = 2;
  }

  private writeData(value: number): void {
    const { reg } = this;
    const last = reg.icw1 & ICW1.IC4 ? 4 : 0;
    switch (reg.expects) {
      case 2:
        reg.icw2 = value;
        reg.expects = reg.icw1 & ICW1.SNGL ? last : 3;
        break;
      case 3:
        reg.icw3 = value;
        reg.expects = last;
        break;
      case 4:
        reg.icw4 = value;
        reg.expects = 0;
        break;
      default:
        reg.imr = value;
    }
  }

  private writeOcw2(value: number): void {
    const { reg } = this;
    const level = value & OCW2.LEVEL;
    switch (value & OCW2.COMMAND) {
      case OCW2_COMMANDS.CLEAR_ROTATE_IN_AEOI:
        reg.rotateInAeoi = false;
        break;
      case OCW2_COMMANDS.SET_ROTATE_IN_AEOI:
        reg.rotateInAeoi = true;
        break;
      case OCW2_COMMANDS.NON_SPECIFIC_EOI:
        this.endHighest();
        break;
      case OCW2_COMMANDS.ROTATE_ON_NON_SPECIFIC_EOI: {
        const ended = this.endHighest();
        if (ended !== NOTHING) reg.lowest = ended;
        break;
      }
      case OCW2_COMMANDS.SPECIFIC_EOI:
        reg.isr &= ~(1 << level);
        break;
      case OCW2_COMMANDS.ROTATE_ON_SPECIFIC_EOI:
        reg.isr &= ~(1 << level);
        reg.lowest = level;
        break;
      case OCW2_COMMANDS.SET_PRIORITY:
        reg.lowest = level;
        break;
    }
  }

  /** Non-specific EOI. In special mask mode it passes over what is masked. */
  private endHighest(): number {
    const request = this.highest(this.blocking);
    if (request !== NOTHING) this.reg.isr &= ~(1 << request);
    return request;
  }

  private writeOcw3(value: number): void {
    const { reg } = this;
    if (value & OCW3.ESMM) reg.specialMask = (value & OCW3.SMM) !== 0;
    reg.poll = (value & OCW3.POLL) !== 0;
    if (value & OCW3.RR) reg.readIsr = (value & OCW3.RIS) !== 0;
  }

  /** The requests in service that hold others back. */
  private get blocking(): number {
    return this.reg.isr & ~(this.reg.specialMask ? this.reg.imr : 0);
  }

  /** The request that INTA would take, or NOTHING. */
  private resolve(): number {
    const { reg } = this;
    if (reg.expects !== 0) return NOTHING;
    const request = this.highest(this.irr & ~reg.imr);
    if (request === NOTHING) return NOTHING;
    const inService = this.highest(this.blocking);
    if (inService === NOTHING || this.rank(request) < this.rank(inService)) return request;
    // Special fully nested mode: a slave in service may ask again, for a request of its own of higher priority.
    const again = request === inService && this.isCascade(request) && (reg.icw4 & ICW4.SFNM) !== 0;
    return again ? request : NOTHING;
  }

  /** 0 for the highest priority, 7 for the lowest. */
  private rank(request: number): number {
    return (request - this.reg.lowest - 1) & 7;
  }

  /** The request of highest priority among the bits, or NOTHING. */
  private highest(requests: number): number {
    const first = this.reg.lowest + 1;
    for (let rank = 0; rank < 8; rank++) {
      const request = (first + rank) & 7;
      if (requests & (1 << request)) return request;
    }
    return NOTHING;
  }

  private update(): void {
    this.drive(this.resolve() !== NOTHING);
  }

  private drive(level: boolean): void {
    if (this.reg.interrupt === level) return;
    this.reg.interrupt = level;
    this.output.set(level);
  }
}

const MASTER_BASE = 0x20;
const SLAVE_BASE = 0xa0;
const ELCR_BASE = 0x4d0;
/** The request of the master that the slave's INT drives. */
const CASCADE = 2;
/** Timer, keyboard, cascade, real-time clock and coprocessor stay edge-sensitive. */
const MASTER_ELCR_MASK = 0xf8;
const SLAVE_ELCR_MASK = 0xde;

export interface PicPairWires {
  name?: string;
  /** The wire to the processor's INTR pin. */
  intr?: IrqLine;
}

/**
 * The two 8259As of a PC: IRQ 0–7 on the master, IRQ 8–15 on the slave behind IRQ 2.
 *
 * Wires take no time. A request taken back before INTA takes the cascade back with it and ends as a spurious IRQ 7; the
 * spurious IRQ 15 of real boards is born between the two INTA pulses, which are one moment here.
 */
export class PicPair implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [
    { base: MASTER_BASE, count: 2 },
    { base: SLAVE_BASE, count: 2 },
    { base: ELCR_BASE, count: 2 },
  ];
  private readonly master: Pic8259;
  private readonly slave: Pic8259;

  constructor(wires: PicPairWires = {}) {
    this.name = wires.name ?? 'PIC';
    this.master = new Pic8259(true, MASTER_ELCR_MASK, wires.intr ?? UNCONNECTED);
    this.slave = new Pic8259(false, SLAVE_ELCR_MASK, { set: (level) => this.master.setLine(CASCADE, level) });
  }

  /** The wire IRQ 0–15; IRQ 2 is the cascade. */
  line(irq: number): IrqLine {
    if (!Number.isInteger(irq) || irq < 0 || irq > 15 || irq === CASCADE)
      throw new RangeError(`there is no IRQ ${irq}`);
    const chip = irq < 8 ? this.master : this.slave;
    return { set: (level) => chip.setLine(irq & 7, level) };
  }

  /** Level of the INTR pin. */
  get interruptPending(): boolean {
    return this.master.interruptPending;
  }

  /** The processor's interrupt acknowledge cycle: the vector, 0–255. With nothing pending a spurious IRQ 7. */
  acknowledge(): number {
    const request = this.master.acknowledge();
    if (!this.master.isCascade(request)) return this.master.vector(request);
    // A slave answers to its own identity only.
    if (request !== CASCADE || this.slave.slaveId !== CASCADE) return FLOATING_BUS;
    return this.slave.vector(this.slave.acknowledge());
  }

  readPort(port: number): number {
    switch (port & ~1) {
      case MASTER_BASE:
        return this.master.read(port & 1);
      case SLAVE_BASE:
        return this.slave.read(port & 1);
      default:
        return (port & 1 ? this.slave : this.master).elcr;
    }
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    switch (port & ~1) {
      case MASTER_BASE:
        this.master.write(port & 1, value);
        break;
      case SLAVE_BASE:
        this.slave.write(port & 1, value);
        break;
      default:
        (port & 1 ? this.slave : this.master).elcr = value;
    }
  }

  reset(): void {
    this.slave.reset();
    this.master.reset();
  }

  saveState(): DeviceState {
    return saveFields('pic8259', PIC_PAIR_STATE, { master: this.master.reg, slave: this.slave.reg });
  }

  loadState(saved: DeviceState): void {
    const { master, slave } = loadFields('pic8259', PIC_PAIR_STATE, saved);
    this.master.reg = master;
    this.slave.reg = slave;
  }
}
