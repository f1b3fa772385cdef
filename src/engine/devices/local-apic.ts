import { APIC_BASE_AE, APIC_BASE_BSC, APIC_BASE_EXTD, MSR_APIC_BASE, MSRS } from '../arch/msr';
import type { VirtualTime } from '../bus/clock';
import { type AccessSize, type Device, type IrqLine, type MovableMmioTarget, UNCONNECTED } from '../bus/device';
import { type DeviceState, loadFields, saveFields } from '../bus/device-state';
import type { InterruptController, MsrValue } from '../bus/interrupt-controller';
import { type ApicMessage, EVERYBODY, FIRST_VECTOR, MESSAGE } from './apic-message';
import { deliverable, externalPending, isFixedLevel, isMeant, messageType, readRegister } from './local-apic-rules';
import {
  APIC,
  ESR_ILLEGAL_REGISTER,
  ESR_RECEIVED_ILLEGAL_VECTOR,
  ESR_SENT_ACCEPT,
  ESR_SENT_ILLEGAL_VECTOR,
  ICR_ASSERT,
  ICR_LEVEL,
  ICR_LOGICAL,
  ICR_SHORTHAND_SHIFT,
  LOCAL_APIC_STATE,
  LVTS,
  LVT_MASKED,
  LVT_NAMES,
  LVT_REMOTE_IRR,
  LVT_STATUS,
  LVT_VECTOR,
  type LvtName,
  type LocalApicState,
  SHORTHAND,
  SVR_ASE,
  WRITABLE,
  exists,
  hasVector,
  highestVector,
  resetState,
  setVector,
} from './local-apic-registers';
import { LocalApicTimer } from './local-apic-timer';

const PAGE = 0x1000;
const TWO32 = 2 ** 32;
/** x2APIC MSRs: 800h–8FFh, one for each 16 bytes of the xAPIC page. §16.11 */
const X2APIC_FIRST = MSRS.X2APIC_ID.number & ~0xff;
const X2APIC_COUNT = 0x100;
/** Destination of 32 bits that means every local APIC. */
const X2APIC_EVERYBODY = 0xffff_ffff;

export interface LocalApicWires {
  readonly name?: string;
  readonly time: VirtualTime;
  /** Hardware's APIC ID, of eight bits. */
  readonly id?: number;
  /** x2APIC mode exists. */
  readonly x2apic?: boolean;
  readonly physicalBits?: number;
  /** The processor's INTR input. */
  readonly intr?: IrqLine;
  /** An NMI for the processor. */
  readonly onNmi?: () => void;
  /** INIT for the processor. */
  readonly onInit?: () => void;
  /** The acknowledge cycle of the 8259: its vector. */
  readonly acknowledgeExternal: () => number;
  /** A level-triggered interrupt has ended: a broadcast to the I/O APICs. */
  readonly onEoi?: (vector: number) => void;
  /** It was enabled: what it refused may be asked again. */
  readonly onReady?: () => void;
}

/**
 * A processor's local APIC (APM volume 2, chapter 16), in xAPIC and x2APIC mode; of AMD's extended registers there are none. It is the
 * only one of its bus: what is sent to others is accepted by nobody.
 *
 * SMI, remote reads, and what has no wire are accepted by nobody; a start-up message has no effect on a processor that runs.
 */
export class LocalApic implements Device, MovableMmioTarget, InterruptController {
  readonly name: string;
  private reg: LocalApicState;
  private readonly timer: LocalApicTimer;
  private readonly id: number;

  constructor(private readonly wires: LocalApicWires) {
    this.name = wires.name ?? 'local APIC';
    this.id = wires.id ?? 0;
    this.reg = resetState(this.id);
    this.timer = new LocalApicTimer(
      this.name,
      wires.time,
      () => this.reg,
      () => this.fire('lvtTimer'),
    );
  }

  // What the processor sees

  get enabled(): boolean {
    return this.reg.enabled;
  }

  get taskPriority(): number {
    return this.reg.tpr >> 4;
  }
  set taskPriority(priority: number) {
    this.reg.tpr = (priority & 0xf) << 4;
    this.update();
  }

  /** Level of the wire to the processor's INTR input. */
  get interruptPending(): boolean {
    return this.reg.interrupt;
  }

  /** Priority class of an interrupt that TPR alone holds back; −1: none. §16.6.4 */
  get heldBack(): number {
    const { reg } = this;
    const ready = deliverable({ ...reg, tpr: 0 });
    return ready >= 0 && ready >> 4 <= reg.tpr >> 4 ? ready >> 4 : -1;
  }

  acknowledge(): number {
    const { reg } = this;
    if (externalPending(reg)) {
      reg.external = false;
      const vector = this.wires.acknowledgeExternal();
      this.update();
      return vector;
    }
    const vector = deliverable(reg);
    if (vector < 0) return reg.svr & LVT_VECTOR;
    setVector(reg.irr, vector, false);
    setVector(reg.isr, vector, true);
    this.update();
    return vector;
  }

  hasMsr(number: number): boolean {
    return number === MSR_APIC_BASE || (number >= X2APIC_FIRST && number < X2APIC_FIRST + X2APIC_COUNT);
  }

  readMsr(number: number): MsrValue | undefined {
    const { reg } = this;
    if (number === MSR_APIC_BASE) {
      const mode = APIC_BASE_BSC | (reg.enabled ? APIC_BASE_AE : 0) | (reg.extended ? APIC_BASE_EXTD : 0);
      const address = reg.page * PAGE;
      return { low: ((address % TWO32) | mode) >>> 0, high: Math.floor(address / TWO32) };
    }
    const offset = (number - X2APIC_FIRST) << 4;
    if (!reg.extended || !exists(offset)) return undefined;
    switch (offset) {
      case APIC.DFR:
      case APIC.ICR_HIGH:
      case APIC.REMOTE_READ:
      case APIC.EOI:
        return undefined;
      case APIC.ICR_LOW:
        return { low: reg.icrLow, high: reg.icrHigh };
      default:
        return { low: this.read(offset), high: 0 };
    }
  }

  writeMsr(number: number, low: number, high: number): boolean {
    const { reg } = this;
    if (number === MSR_APIC_BASE) return this.writeBase(low >>> 0, high >>> 0);
    const offset = (number - X2APIC_FIRST) << 4;
    const value = low >>> 0;
    if (!reg.extended) return false;
    if (offset === APIC.SELF_IPI) {
      if (high !== 0 || value > LVT_VECTOR) return false;
      this.sendFixed(value, true);
      return true;
    }
    const writable = WRITABLE[offset];
    if (writable === undefined) return false;
    switch (offset) {
      case APIC.ID:
      case APIC.LDR:
      case APIC.DFR:
      case APIC.ICR_HIGH:
        return false;
      case APIC.ICR_LOW:
        if ((value & ~writable) !== 0) return false;
        reg.icrHigh = high >>> 0;
        break;
      default:
        if (high !== 0 || (value & ~writable & ~(LVT_NAMES[offset] ? LVT_STATUS : 0)) !== 0) return false;
    }
    this.write(offset, value & writable);
    return true;
  }

  // The page of registers

  /** Address of the registers, or −1 while no memory access reaches them. */
  get mmioBase(): number {
    const { page, enabled, extended } = this.reg;
    return enabled && !extended ? page * PAGE : -1;
  }

  /** Registers are read whole; narrower reads give a part. */
  readMmio(offset: number, size: AccessSize): number {
    const at = offset & ~0xf;
    if (!exists(at)) {
      this.note(ESR_ILLEGAL_REGISTER);
      return 0;
    }
    if ((offset & 0xc) !== 0) return 0;
    const value = this.read(at);
    return size === 4 ? value : (value >>> (8 * (offset & 3))) & (size === 1 ? 0xff : 0xffff);
  }

  /** Registers are written whole; narrower writes, which the architecture leaves undefined, do nothing. */
  writeMmio(offset: number, size: AccessSize, value: number): void {
    const at = offset & ~0xf;
    if (!exists(at)) this.note(ESR_ILLEGAL_REGISTER);
    else if (size === 4 && offset === at && WRITABLE[at] !== undefined) this.write(at, (value & WRITABLE[at]) >>> 0);
  }

  private read(offset: number): number {
    return offset === APIC.TIMER_CURRENT ? this.timer.count : readRegister(this.reg, this.id, offset);
  }

  /** `value` has only bits that can be written. */
  private write(offset: number, value: number): void {
    const { reg } = this;
    const lvt = LVT_NAMES[offset];
    if (lvt) this.writeLvt(lvt, value);
    switch (offset) {
      case APIC.ID:
        reg.id = value >>> 24;
        break;
      case APIC.TPR:
        reg.tpr = value;
        break;
      case APIC.EOI:
        this.endOfInterrupt();
        break;
      case APIC.LDR:
        reg.ldr = value >>> 24;
        break;
      case APIC.DFR:
        reg.model = value >>> 28;
        break;
      case APIC.SVR:
        this.writeSpurious(value);
        break;
      case APIC.ESR:
        reg.esr = reg.errors;
        reg.errors = 0;
        break;
      case APIC.ICR_LOW:
        reg.icrLow = value;
        this.send();
        break;
      case APIC.ICR_HIGH:
        reg.icrHigh = value;
        break;
      case APIC.TIMER_INITIAL:
        this.timer.start(value);
        break;
      case APIC.TIMER_DIVIDE:
        this.timer.setDivide(value);
        break;
    }
    this.update();
  }

  private writeSpurious(value: number): void {
    const { reg } = this;
    const was = reg.svr;
    reg.svr = value;
    // Software disable masks every entry. §16.4.7
    if ((value & SVR_ASE) === 0) for (const name of LVTS) this.writeLvt(name, reg[name]);
    else if ((was & SVR_ASE) === 0) this.wires.onReady?.();
  }

  private writeLvt(name: LvtName, value: number): void {
    const { reg } = this;
    const masked = (reg.svr & SVR_ASE) === 0 ? LVT_MASKED : 0;
    const entry = value | masked;
    if (name === 'lvtTimer') return this.timer.setLvt(entry);
    // Remote IRR is the APIC's own; it has a meaning for level-triggered fixed interrupts only.
    const pin = name === 'lvtLint0' || name === 'lvtLint1';
    reg[name] = pin && isFixedLevel(entry) ? entry | (reg[name] & LVT_REMOTE_IRR) : entry & ~LVT_REMOTE_IRR;
    if (pin) this.sampleLevel(name);
  }

  // APIC_BASE

  /** AE and EXTD go from 00 to 10 to 11, and back to 00 only. §16.9 */
  private writeBase(low: number, high: number): boolean {
    const { reg, wires } = this;
    const { writableLo } = MSRS.APIC_BASE;
    const enabled = (low & APIC_BASE_AE) !== 0;
    const extended = (low & APIC_BASE_EXTD) !== 0;
    if ((low & ~writableLo) !== 0 || high >= 2 ** ((wires.physicalBits ?? 48) - 32)) return false;
    if (extended && (!wires.x2apic || !enabled || !reg.enabled)) return false;
    if (reg.extended && enabled && !extended) return false;
    const page = (high * TWO32 + ((low & -PAGE) >>> 0)) / PAGE;
    if (!enabled && reg.enabled) this.clear();
    if (extended && !reg.extended) reg.icrHigh = 0;
    Object.assign(this.reg, { page, enabled, extended });
    this.update();
    return true;
  }

  /** Registers as after RESET; the pins have their levels, APIC_BASE its value. */
  private clear(): void {
    const { page, enabled, extended, lint0, lint1, interrupt } = this.reg;
    this.timer.stop();
    this.reg = { ...resetState(this.id), page, enabled, extended, lint0, lint1, interrupt };
  }

  // Pins

  /** Level of a pin; with AE clear they are the processor's INTR and NMI. */
  setPin(pin: 0 | 1, level: boolean): void {
    const { reg } = this;
    const line = pin === 0 ? 'lint0' : 'lint1';
    if (reg[line] === level) return;
    reg[line] = level;
    const name = pin === 0 ? 'lvtLint0' : 'lvtLint1';
    if (!reg.enabled) {
      if (pin === 1 && level) this.wires.onNmi?.();
    } else if (isFixedLevel(reg[name])) this.sampleLevel(name);
    else if (level && messageType(reg[name]) !== MESSAGE.EXTINT) this.fire(name);
    this.update();
  }

  pin(pin: 0 | 1): IrqLine {
    return { set: (level) => this.setPin(pin, level) };
  }

  /** A level-triggered pin asks again while it is high and its last interrupt has ended. */
  private sampleLevel(name: 'lvtLint0' | 'lvtLint1'): void {
    const { reg } = this;
    const entry = reg[name];
    const level = name === 'lvtLint0' ? reg.lint0 : reg.lint1;
    if (!level || !isFixedLevel(entry) || (entry & (LVT_MASKED | LVT_REMOTE_IRR)) !== 0) return;
    if (this.accept(entry & LVT_VECTOR, true)) reg[name] = entry | LVT_REMOTE_IRR;
  }

  // Interrupts

  /** A message from the I/O APIC; whether it was accepted. */
  receive({ type, vector, level, destination, logical }: ApicMessage): boolean {
    if (!isMeant(this.reg, this.id, destination, logical, EVERYBODY)) return false;
    const accepted = this.take(type, vector, level);
    this.update();
    return accepted;
  }

  private take(type: number, vector: number, level: boolean): boolean {
    if (!this.reg.enabled) return false;
    switch (type) {
      case MESSAGE.FIXED:
      case MESSAGE.LOWEST_PRIORITY:
        return this.accept(vector, level);
      case MESSAGE.NMI:
        return signal(this.wires.onNmi);
      case MESSAGE.INIT:
        return signal(this.wires.onInit);
      case MESSAGE.STARTUP:
        return true;
      case MESSAGE.EXTINT:
        this.reg.external = true;
        return true;
      default:
        return false;
    }
  }

  /** A fixed interrupt goes into the IRR. */
  private accept(vector: number, level: boolean): boolean {
    const { reg } = this;
    if (!reg.enabled || (reg.svr & SVR_ASE) === 0) return false;
    if (vector < FIRST_VECTOR) {
      this.note(ESR_RECEIVED_ILLEGAL_VECTOR);
      return false;
    }
    setVector(reg.irr, vector, true);
    setVector(reg.tmr, vector, level);
    return true;
  }

  /** A local source has an event. */
  private fire(name: LvtName): void {
    const entry = this.reg[name];
    if ((entry & LVT_MASKED) !== 0) return;
    this.take(name === 'lvtTimer' ? MESSAGE.FIXED : messageType(entry), entry & LVT_VECTOR, false);
    this.update();
  }

  private note(error: number): void {
    const { reg } = this;
    if ((reg.errors & error) !== 0) return;
    reg.errors |= error;
    this.fire('lvtError');
  }

  /** What the ICR says. */
  private send(): void {
    const { reg } = this;
    const { icrLow } = reg;
    const type = messageType(icrLow);
    const vector = icrLow & LVT_VECTOR;
    // INIT with level 0 only synchronizes arbitration IDs.
    if (type === MESSAGE.INIT && (icrLow & (ICR_LEVEL | ICR_ASSERT)) === ICR_LEVEL) return;
    const shorthand = icrLow >>> ICR_SHORTHAND_SHIFT;
    const fixed = type === MESSAGE.FIXED || type === MESSAGE.LOWEST_PRIORITY;
    if (shorthand === SHORTHAND.SELF && type !== MESSAGE.FIXED) return;
    const logical = (icrLow & ICR_LOGICAL) !== 0;
    const meant =
      shorthand === SHORTHAND.NONE
        ? reg.extended
          ? isMeant(reg, this.id, reg.icrHigh, logical, X2APIC_EVERYBODY)
          : isMeant(reg, this.id, reg.icrHigh >>> 24, logical, EVERYBODY)
        : shorthand !== SHORTHAND.OTHERS;
    if (fixed) this.sendFixed(vector, meant);
    const refused = meant ? !fixed && !this.take(type, vector, false) : shorthand === SHORTHAND.NONE;
    if (refused) this.note(ESR_SENT_ACCEPT);
  }

  private sendFixed(vector: number, toItself: boolean): void {
    if (vector < FIRST_VECTOR) this.note(ESR_SENT_ILLEGAL_VECTOR);
    else if (toItself) this.accept(vector, false);
    this.update();
  }

  private endOfInterrupt(): void {
    const { reg } = this;
    const vector = highestVector(reg.isr);
    if (vector < 0) return;
    setVector(reg.isr, vector, false);
    if (!hasVector(reg.tmr, vector)) return;
    for (const name of ['lvtLint0', 'lvtLint1'] as const) {
      if ((reg[name] & LVT_VECTOR) !== vector) continue;
      reg[name] &= ~LVT_REMOTE_IRR;
      this.sampleLevel(name);
    }
    this.wires.onEoi?.(vector);
  }

  private update(): void {
    const { reg, wires } = this;
    const level = externalPending(reg) || deliverable(reg) >= 0;
    if (reg.interrupt === level) return;
    reg.interrupt = level;
    (wires.intr ?? UNCONNECTED).set(level);
  }

  // Device

  reset(): void {
    const { page, enabled, extended } = resetState(this.id);
    this.clear();
    Object.assign(this.reg, { page, enabled, extended });
    this.update();
  }

  /** What INIT does to it: all but APIC_BASE and the ID is as after RESET. §14.1.3 */
  initialise(): void {
    const { id } = this.reg;
    this.clear();
    this.reg.id = id;
    this.update();
  }

  saveState(): DeviceState {
    return saveFields('local-apic', LOCAL_APIC_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('local-apic', LOCAL_APIC_STATE, saved);
  }
}

/** Whether there is somebody to hear it. */
function signal(heard: (() => void) | undefined): boolean {
  heard?.();
  return heard !== undefined;
}
