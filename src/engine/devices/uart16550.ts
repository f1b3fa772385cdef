import type { VirtualTime, Alarm } from '../bus/clock';
import { type AccessSize, type IrqLine, type PortDevice, type PortRange, UNCONNECTED } from '../bus/device';
import {
  type DeviceState,
  FLAG,
  type StateOf,
  U16,
  U8,
  integer,
  list,
  loadFields,
  saveFields,
} from '../bus/device-state';

/** Registers by their offset from the base port. With LCR.DLAB set, 0 and 1 are the divisor latch. */
const RBR_THR_DLL = 0;
const IER_DLM = 1;
const IIR_FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const SCR = 7;

/** Interrupt Enable Register. */
const IER = { ERBFI: 1 << 0, ETBEI: 1 << 1, ELSI: 1 << 2, EDSSI: 1 << 3 } as const;

/** Interrupt Identification Register, from the highest priority to the lowest. */
const IIR = {
  RECEIVER_LINE_STATUS: 0x06,
  RECEIVED_DATA_AVAILABLE: 0x04,
  CHARACTER_TIMEOUT: 0x0c,
  THR_EMPTY: 0x02,
  MODEM_STATUS: 0x00,
  NONE: 0x01,
  FIFOS_ENABLED: 0xc0,
} as const;

const FCR = { ENABLE: 1 << 0, CLEAR_RECEIVER: 1 << 1, DMA_MODE: 1 << 3, TRIGGER: 0xc0 } as const;
const LCR_BITS = { WORD_LENGTH: 3, STOP: 1 << 2, PARITY: 1 << 3, DLAB: 1 << 7 } as const;
const MCR_BITS = { DTR: 1 << 0, RTS: 1 << 1, OUT1: 1 << 2, OUT2: 1 << 3, LOOP: 1 << 4, ALL: 0x1f } as const;
const LSR_BITS = { DR: 1, OE: 2, PE: 4, FE: 8, BI: 0x10, THRE: 0x20, TEMT: 0x40, FIFO_ERROR: 0x80 } as const;
const MSR_BITS = { TERI: 1 << 2, CTS: 1 << 4, DSR: 1 << 5, RI: 1 << 6, DCD: 1 << 7 } as const;

/** Errors that travel with a character. */
const CHARACTER_ERRORS = LSR_BITS.PE | LSR_BITS.FE | LSR_BITS.BI;
const LINE_ERRORS = LSR_BITS.OE | CHARACTER_ERRORS;

const FIFO_DEPTH = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;

/** The far end is always there: it asserts CTS, DSR and DCD, and does not ring. */
const FAR_END = MSR_BITS.CTS | MSR_BITS.DSR | MSR_BITS.DCD;

/** Bits a second at divisor 1: a crystal of 1.8432 MHz, 16 clocks a bit. */
const BAUD_BASE = 115_200;

/** A character as it travels: data in bits 7–0, its LSR error bits in bits 15–8. */
const CHARACTER = U16;

const UART_STATE = {
  /** Divisor latch, DLM:DLL. */
  divisor: U16,
  ier: integer(0, 0x0f),
  /** ENABLE, DMA_MODE and TRIGGER as last written. */
  fcr: U8,
  lcr: U8,
  mcr: integer(0, MCR_BITS.ALL),
  /** The latched error bits of LSR; the other bits follow from the rest of the state. */
  lineErrors: integer(0, LINE_ERRORS),
  /** The delta bits of MSR, 3–0. */
  modemDeltas: integer(0, 0x0f),
  scr: U8,
  receiver: list(CHARACTER, FIFO_DEPTH),
  /** What the far end has sent and the receiver has not yet taken. */
  pending: list(CHARACTER),
  thrEmptyPending: FLAG,
  timeoutPending: FLAG,
  /** Level of the interrupt wire. */
  interrupt: FLAG,
};

export interface UartWires {
  /** Name on the board and of its alarm, such as `COM1`. */
  name: string;
  /** First of the eight ports. */
  base: number;
  time: VirtualTime;
  irq?: IrqLine;
  /** Told of each byte that leaves the transmitter. */
  onTransmit?: (byte: number) => void;
}

/**
 * The PC16550D UART, as wired in a PC: the interrupt output passes through a gate that OUT2 opens.
 *
 * The line is infinitely fast and eight bits wide. A byte written to THR has left at once, so that THRE and TEMT always
 * read as one and the THRE interrupt is pending again with each write. Input waits in a queue of the far end, and enters
 * the receiver whenever there is room, so the line never overruns; loopback can. Only the character timeout takes
 * time: four characters at the programmed format and divisor.
 */
export class Uart16550 implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[];
  private readonly base: number;
  private readonly time: VirtualTime;
  private readonly irq: IrqLine;
  private readonly onTransmit: (byte: number) => void;
  private readonly timeout: Alarm;
  private reg: StateOf<typeof UART_STATE> = {
    divisor: 12,
    ier: 0,
    fcr: 0,
    lcr: 0,
    mcr: 0,
    lineErrors: 0,
    modemDeltas: 0,
    scr: 0,
    receiver: [],
    pending: [],
    thrEmptyPending: false,
    timeoutPending: false,
    interrupt: false,
  };
  /** Characters at the head of `pending` that the receiver has taken already. */
  private taken = 0;

  constructor(wires: UartWires) {
    this.name = wires.name;
    this.base = wires.base;
    this.ports = [{ base: wires.base, count: 8 }];
    this.time = wires.time;
    this.irq = wires.irq ?? UNCONNECTED;
    this.onTransmit = wires.onTransmit ?? (() => {});
    this.timeout = wires.time.alarm(`${wires.name} character timeout`, () => {
      this.reg.timeoutPending = true;
      this.update();
    });
  }

  /** The far end sends these bytes. */
  input(data: Iterable<number>): void {
    for (const byte of data) this.reg.pending.push(byte & 0xff);
    this.fill();
    this.update();
  }

  /** The far end sends a break: a zero character with the BI flag. */
  inputBreak(): void {
    this.reg.pending.push(LSR_BITS.BI << 8);
    this.fill();
    this.update();
  }

  /** Characters of the far end that still wait for room in the receiver. */
  get pendingInput(): number {
    return this.reg.pending.length - this.taken;
  }

  readPort(port: number): number {
    const { reg } = this;
    switch (port - this.base) {
      case RBR_THR_DLL:
        return this.divisorSelected ? reg.divisor & 0xff : this.readReceiver();
      case IER_DLM:
        return this.divisorSelected ? reg.divisor >> 8 : reg.ier;
      case IIR_FCR:
        return this.readIir();
      case LCR:
        return reg.lcr;
      case MCR:
        return reg.mcr;
      case LSR:
        return this.readLsr();
      case MSR:
        return this.readMsr();
      default:
        return reg.scr;
    }
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    const { reg } = this;
    switch (port - this.base) {
      case RBR_THR_DLL:
        if (this.divisorSelected) reg.divisor = (reg.divisor & 0xff00) | value;
        else this.transmit(value);
        break;
      case IER_DLM:
        if (this.divisorSelected) reg.divisor = (reg.divisor & 0x00ff) | (value << 8);
        else this.writeIer(value & 0x0f);
        break;
      case IIR_FCR:
        this.writeFcr(value);
        break;
      case LCR:
        reg.lcr = value;
        break;
      case MCR:
        this.writeMcr(value & MCR_BITS.ALL);
        break;
      case SCR:
        reg.scr = value;
        break;
    }
    this.update();
  }

  /** Master reset. The divisor latch, the scratch register and what the far end has sent outlast it. */
  reset(): void {
    const { reg } = this;
    reg.ier = reg.fcr = reg.lcr = reg.mcr = reg.lineErrors = reg.modemDeltas = 0;
    reg.receiver.length = 0;
    reg.thrEmptyPending = reg.timeoutPending = false;
    this.timeout.cancel();
    this.fill();
    this.update();
  }

  saveState(): DeviceState {
    this.compact();
    return saveFields('uart16550', UART_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('uart16550', UART_STATE, saved);
    this.taken = 0;
  }

  private get divisorSelected(): boolean {
    return (this.reg.lcr & LCR_BITS.DLAB) !== 0;
  }

  private get fifosEnabled(): boolean {
    return (this.reg.fcr & FCR.ENABLE) !== 0;
  }

  private get loopback(): boolean {
    return (this.reg.mcr & MCR_BITS.LOOP) !== 0;
  }

  private transmit(byte: number): void {
    // The transmitter is empty again at once: the interrupt that this write clears is pending anew.
    this.reg.thrEmptyPending = false;
    this.update();
    if (this.loopback) this.receive(byte & this.wordMask);
    else this.onTransmit(byte);
    this.reg.thrEmptyPending = true;
  }

  private get wordMask(): number {
    return 0xff >> (3 - (this.reg.lcr & LCR_BITS.WORD_LENGTH));
  }

  private writeIer(value: number): void {
    // THRE has been set all the while: enabling its interrupt makes it pending.
    if (value & ~this.reg.ier & IER.ETBEI) this.reg.thrEmptyPending = true;
    this.reg.ier = value;
  }

  private writeFcr(value: number): void {
    const { reg } = this;
    const enable = (value & FCR.ENABLE) !== 0;
    // The other bits are only programmed together with a one in bit 0.
    const next = enable ? value & (FCR.ENABLE | FCR.DMA_MODE | FCR.TRIGGER) : 0;
    if (enable !== this.fifosEnabled || (enable && value & FCR.CLEAR_RECEIVER)) {
      reg.receiver.length = 0;
      reg.timeoutPending = false;
      this.timeout.cancel();
    }
    reg.fcr = next;
    this.fill();
  }

  private writeMcr(value: number): void {
    const { reg } = this;
    const before = this.modemLines;
    reg.mcr = value;
    const changed = before ^ this.modemLines;
    reg.modemDeltas |= (changed >> 4) & ~MSR_BITS.TERI;
    // TERI tells of the trailing edge only: the ring indicator has gone away.
    if (changed & before & MSR_BITS.RI) reg.modemDeltas |= MSR_BITS.TERI;
    this.fill();
  }

  /** Bits 7–4 of MSR; in loopback the four modem outputs stand for the inputs. */
  private get modemLines(): number {
    const { mcr } = this.reg;
    if (!this.loopback) return FAR_END;
    return (
      (mcr & MCR_BITS.RTS ? MSR_BITS.CTS : 0) |
      (mcr & MCR_BITS.DTR ? MSR_BITS.DSR : 0) |
      (mcr & MCR_BITS.OUT1 ? MSR_BITS.RI : 0) |
      (mcr & MCR_BITS.OUT2 ? MSR_BITS.DCD : 0)
    );
  }

  private readReceiver(): number {
    const { reg } = this;
    const character = reg.receiver.shift();
    if (character === undefined) return 0;
    this.revealErrors();
    reg.timeoutPending = false;
    // What comes next comes later: the interrupt is over before it, so that an edge tells of it.
    this.update();
    this.fill();
    this.restartTimeout();
    this.update();
    return character & 0xff;
  }

  private readIir(): number {
    const cause = this.interruptCause();
    if (cause === IIR.THR_EMPTY) {
      this.reg.thrEmptyPending = false;
      this.update();
    }
    return cause | (this.fifosEnabled ? IIR.FIFOS_ENABLED : 0);
  }

  private readLsr(): number {
    const { reg } = this;
    const inFifo = this.fifosEnabled && reg.receiver.some((character) => character >> 8 !== 0);
    const revealed = this.fifosEnabled && (reg.lineErrors & CHARACTER_ERRORS) !== 0;
    const value =
      reg.lineErrors |
      LSR_BITS.THRE |
      LSR_BITS.TEMT |
      (reg.receiver.length > 0 ? LSR_BITS.DR : 0) |
      (inFifo || revealed ? LSR_BITS.FIFO_ERROR : 0);
    reg.lineErrors = 0;
    this.update();
    return value;
  }

  private readMsr(): number {
    const value = this.modemLines | this.reg.modemDeltas;
    this.reg.modemDeltas = 0;
    this.update();
    return value;
  }

  /** Lets waiting input into the receiver, as far as there is room. Loopback disconnects the line. */
  private fill(): void {
    const { reg } = this;
    const room = this.fifosEnabled ? FIFO_DEPTH : 1;
    while (!this.loopback && reg.receiver.length < room && this.taken < reg.pending.length) {
      this.receive(reg.pending[this.taken++]!);
    }
    if (this.taken > 4096 || this.taken === reg.pending.length) this.compact();
  }

  private compact(): void {
    this.reg.pending.splice(0, this.taken);
    this.taken = 0;
  }

  /** One character has arrived in the shift register. */
  private receive(character: number): void {
    const { reg } = this;
    if (this.fifosEnabled) {
      // A full FIFO keeps what it has; the newcomer is lost.
      if (reg.receiver.length >= FIFO_DEPTH) reg.lineErrors |= LSR_BITS.OE;
      else reg.receiver.push(character);
    } else {
      if (reg.receiver.length > 0) reg.lineErrors |= LSR_BITS.OE;
      reg.receiver[0] = character;
    }
    this.revealErrors();
    this.restartTimeout();
  }

  /** Errors show in LSR when their character comes to the top of the FIFO. */
  private revealErrors(): void {
    const { reg } = this;
    const top = reg.receiver[0];
    if (top === undefined) return;
    reg.lineErrors |= top >> 8;
    reg.receiver[0] = top & 0xff;
  }

  private restartTimeout(): void {
    if (this.fifosEnabled && this.reg.receiver.length > 0) this.timeout.at(this.time.now + this.fourCharacters());
    else this.timeout.cancel();
  }

  /** Four characters on the line, in nanoseconds: start bit, data, parity, one, one and a half or two stop bits. */
  private fourCharacters(): number {
    const { lcr, divisor } = this.reg;
    const dataBits = 5 + (lcr & LCR_BITS.WORD_LENGTH);
    const halfStopBits = lcr & LCR_BITS.STOP ? (dataBits === 5 ? 3 : 4) : 2;
    const halfBits = 2 * (1 + dataBits + (lcr & LCR_BITS.PARITY ? 1 : 0)) + halfStopBits;
    return Math.floor((2 * halfBits * Math.max(divisor, 1) * 1_000_000_000) / BAUD_BASE);
  }

  private interruptCause(): number {
    const { ier, lineErrors, receiver, fcr, timeoutPending, thrEmptyPending, modemDeltas } = this.reg;
    if (ier & IER.ELSI && lineErrors) return IIR.RECEIVER_LINE_STATUS;
    if (ier & IER.ERBFI) {
      const trigger = this.fifosEnabled ? TRIGGER_LEVELS[(fcr >> 6) as 0 | 1 | 2 | 3] : 1;
      if (receiver.length >= trigger) return IIR.RECEIVED_DATA_AVAILABLE;
      if (timeoutPending) return IIR.CHARACTER_TIMEOUT;
    }
    if (ier & IER.ETBEI && thrEmptyPending) return IIR.THR_EMPTY;
    if (ier & IER.EDSSI && modemDeltas) return IIR.MODEM_STATUS;
    return IIR.NONE;
  }

  private update(): void {
    const { reg } = this;
    // In loopback the OUT2 pin is inactive, whatever MCR says.
    const gate = (reg.mcr & (MCR_BITS.OUT2 | MCR_BITS.LOOP)) === MCR_BITS.OUT2;
    const level = gate && this.interruptCause() !== IIR.NONE;
    if (level === reg.interrupt) return;
    reg.interrupt = level;
    this.irq.set(level);
  }
}
