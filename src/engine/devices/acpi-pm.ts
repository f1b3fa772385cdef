import type { Alarm, VirtualTime } from '../bus/clock';
import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import { COUNT, type DeviceState, FLAG, type StateOf, U16, loadFields, saveFields } from '../bus/device-state';

/** Where the blocks lie; the fixed ACPI description table names them. */
export const ACPI_PM_BASE = 0x600;
export const PM1_EVENT = ACPI_PM_BASE;
export const PM1_CONTROL = ACPI_PM_BASE + 4;
export const PM_TIMER = ACPI_PM_BASE + 8;
const PM_PORTS = 12;

/** PM1 status and enable. */
const PM1 = { TIMER: 1 << 0, GLOBAL: 1 << 5, POWER_BUTTON: 1 << 8, SLEEP_BUTTON: 1 << 9, RTC: 1 << 10 } as const;
const ENABLES = PM1.TIMER | PM1.GLOBAL | PM1.POWER_BUTTON | PM1.SLEEP_BUTTON | PM1.RTC;
const CONTROL = { SCI_EN: 1 << 0, BM_RLD: 1 << 1, SLP_TYP: 7 << 10, SLP_EN: 1 << 13 } as const;

/** SLP_TYP of soft off, as in \_S5 of the DSDT. Others mean no state of this board and do nothing. */
export const SLP_TYP_S5 = 0;

/** The power management timer. ACPI specification 4.8.3.3. */
const PM_TIMER_HZ = 3_579_545;
const SECOND = 1_000_000_000;
const TIMER_MASK = 0xff_ffff;
/** TMR_STS is set whenever bit 23 changes. */
const HALF_ROUND = 0x80_0000;

const ACPI_PM_STATE = {
  /** PM1 status but for the timer's bit. */
  status: U16,
  enable: U16,
  /** SLP_TYP and BM_RLD as last written. */
  control: U16,
  /** Half rounds of the timer that software has acknowledged. */
  halfRounds: COUNT,
  /** Level of SCI. */
  sci: FLAG,
  /** Soft off, until RESET. */
  off: FLAG,
};

/** Pulses of the timer's clock from the start of time; no error gathers, for each second is counted whole. */
function pmTicks(time: number): number {
  const rest = time % SECOND;
  return ((time - rest) / SECOND) * PM_TIMER_HZ + Math.floor((rest * PM_TIMER_HZ) / SECOND);
}

/** The first nanosecond at which a pulse has come. */
function pmTime(tick: number): number {
  const rest = tick % PM_TIMER_HZ;
  return ((tick - rest) / PM_TIMER_HZ) * SECOND + Math.ceil((rest * SECOND) / PM_TIMER_HZ);
}

export interface AcpiPmWires {
  name?: string;
  time: VirtualTime;
  /** The system control interrupt, active high, by level. */
  sci?: IrqLine;
  /** Software has put the machine into soft off. */
  onPowerOff?: () => void;
}

/**
 * The fixed hardware of ACPI: the PM1 event and control blocks and the 24-bit power management timer of 3.579545 MHz.
 *
 * There is no legacy mode: SCI_EN is always 1. Sleep states other than soft off do not exist; the power button is pressed from
 * outside.
 */
export class AcpiPm implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: ACPI_PM_BASE, count: PM_PORTS, widest: 4 }];
  private readonly time: VirtualTime;
  private readonly sci: IrqLine;
  private readonly alarm: Alarm;
  private reg: StateOf<typeof ACPI_PM_STATE> = {
    status: 0,
    enable: 0,
    control: 0,
    halfRounds: 0,
    sci: false,
    off: false,
  };

  constructor(private readonly wires: AcpiPmWires) {
    this.name = wires.name ?? 'ACPI';
    this.time = wires.time;
    this.sci = wires.sci ?? UNCONNECTED;
    this.alarm = wires.time.alarm(`${this.name} timer`, () => this.update());
  }

  get isOff(): boolean {
    return this.reg.off;
  }

  pressPowerButton(): void {
    this.reg.status |= PM1.POWER_BUTTON;
    this.update();
  }

  readPort(port: number, size: AccessSize): number {
    const at = port - ACPI_PM_BASE;
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = value * 256 + this.byte(at + n);
    return value;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    const { reg } = this;
    const at = port - ACPI_PM_BASE;
    let sleep = false;
    for (let n = 0; n < size; n++) {
      const byte = (value >>> (8 * n)) & 0xff;
      const shift = 8 * ((at + n) & 1);
      switch ((at + n) & ~1) {
        case 0:
          if ((byte << shift) & PM1.TIMER) reg.halfRounds = this.halfRounds;
          reg.status &= ~(byte << shift);
          break;
        case 2:
          reg.enable = ((reg.enable & ~(0xff << shift)) | (byte << shift)) & ENABLES;
          break;
        case 4:
          reg.control = ((reg.control & ~(0xff << shift)) | (byte << shift)) & (CONTROL.SLP_TYP | CONTROL.BM_RLD);
          sleep ||= ((byte << shift) & CONTROL.SLP_EN) !== 0;
      }
    }
    this.update();
    if (sleep && (reg.control & CONTROL.SLP_TYP) >> 10 === SLP_TYP_S5) {
      reg.off = true;
      this.wires.onPowerOff?.();
    }
  }

  reset(): void {
    const { reg } = this;
    reg.status = reg.enable = reg.control = 0;
    reg.halfRounds = this.halfRounds;
    reg.off = false;
    this.update();
  }

  saveState(): DeviceState {
    return saveFields('acpi-pm', ACPI_PM_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('acpi-pm', ACPI_PM_STATE, saved);
  }

  private byte(at: number): number {
    if (at >= 8) return ((pmTicks(this.time.now) & TIMER_MASK) >>> (8 * (at - 8))) & 0xff;
    const word = [this.status, this.reg.enable, this.reg.control | CONTROL.SCI_EN, 0][at >> 1]!;
    return (word >> (8 * (at & 1))) & 0xff;
  }

  private get halfRounds(): number {
    return Math.floor(pmTicks(this.time.now) / HALF_ROUND);
  }

  private get status(): number {
    return this.reg.status | (this.halfRounds === this.reg.halfRounds ? 0 : PM1.TIMER);
  }

  private update(): void {
    const { reg } = this;
    const sci = (this.status & reg.enable) !== 0;
    if (sci !== reg.sci) {
      reg.sci = sci;
      this.sci.set(sci);
    }
    const waits = (reg.enable & PM1.TIMER) !== 0 && (this.status & PM1.TIMER) === 0;
    if (waits) this.alarm.at(pmTime((reg.halfRounds + 1) * HALF_ROUND));
    else this.alarm.cancel();
  }
}
