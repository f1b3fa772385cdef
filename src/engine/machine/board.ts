/** The address map: which device where. Instances of the same classes make a guest's own board under the hypervisor. */
import { IoBus, MmioBus } from '../bus/bus';
import type { Clock } from '../bus/clock';
import type { Device, IrqLine } from '../bus/device';
import { DebugExit } from '../devices/debug-exit';
import { Debugcon } from '../devices/debugcon';
import { FloatError } from '../devices/float-error';
import { I8042 } from '../devices/i8042';
import { PicPair } from '../devices/pic8259';
import { Pit8254 } from '../devices/pit8254';
import { Port61 } from '../devices/port61';
import { Port92 } from '../devices/port92';
import { Rtc } from '../devices/rtc';
import { Uart16550 } from '../devices/uart16550';

export const COM1 = 0x3f8;
const COM1_IRQ = 4;
const PIT_IRQ = 0;
const KEYBOARD_IRQ = 1;
const AUX_IRQ = 12;
const RTC_IRQ = 8;
/** Time of day at virtual time 0 where nobody says another: 2025-01-01 00:00:00, in seconds since 1970. */
const START_TIME = 1_735_689_600;

/** The x87 unit's error. */
const FLOAT_ERROR_IRQ = 13;

export interface BoardWires {
  readonly clock: Clock;
  /** Prefix of device names, for a second board on the same clock (`guest A: `). */
  readonly name?: string;
  /** RAM in bytes, as firmware would tell it. */
  readonly ramSize: number;
  /** Time of day at virtual time 0: seconds since 1970-01-01 00:00:00. */
  readonly startTime?: number;
  /** The processor's INTR pin. */
  readonly intr: IrqLine;
  /** The processor's IGNNE input: goes up when the handler of IRQ 13 clears the x87 error. */
  readonly onIgnoreFloatError?: () => void;
  readonly onConsole: (byte: number) => void;
  readonly onDebugcon: (byte: number) => void;
  /** Debug exit at port F4h. */
  readonly onExit: (status: number, value: number) => void;
  /** Port 92h bit 0, the keyboard controller's reset line. */
  readonly onReset: () => void;
  /** The A20 gate: port 92h and keyboard controller set one latch. It is open after RESET. */
  readonly onA20?: (open: boolean) => void;
}

export interface BoardParts {
  readonly io: IoBus;
  readonly mmio: MmioBus;
  readonly pic: PicPair;
  /** Where the processor's x87 error output goes. */
  readonly floatError: FloatError;
  readonly com1: Uart16550;
  /** Its keyboard is where keys are pressed. */
  readonly i8042: I8042;
  readonly devices: readonly Device[];
}

export function buildBoard(w: BoardWires): BoardParts {
  const io = new IoBus();
  const mmio = new MmioBus();
  const prefix = w.name ?? '';
  const pic = new PicPair({ name: `${prefix}PIC`, intr: w.intr });
  const com1 = new Uart16550({
    name: `${prefix}COM1`,
    base: COM1,
    time: w.clock,
    irq: pic.line(COM1_IRQ),
    onTransmit: w.onConsole,
  });
  const floatError = new FloatError({
    name: `${prefix}x87 error latch`,
    irq: pic.line(FLOAT_ERROR_IRQ),
    onIgnore: w.onIgnoreFloatError,
  });
  const pit = new Pit8254({ name: `${prefix}PIT`, time: w.clock, irq: pic.line(PIT_IRQ) });
  const port92 = new Port92({ name: `${prefix}port 92h`, onReset: w.onReset, onA20: w.onA20 });
  const i8042 = new I8042({
    name: `${prefix}keyboard controller`,
    time: w.clock,
    keyboardIrq: pic.line(KEYBOARD_IRQ),
    auxIrq: pic.line(AUX_IRQ),
    a20: port92,
    onReset: w.onReset,
  });
  const devices = [
    pic,
    com1,
    floatError,
    pit,
    new Rtc({
      name: `${prefix}RTC`,
      time: w.clock,
      irq: pic.line(RTC_IRQ),
      start: w.startTime ?? START_TIME,
      memory: w.ramSize,
    }),
    new Port61({ name: `${prefix}port 61h`, time: w.clock, timer: pit.speakerTimer }),
    port92,
    i8042,
    new DebugExit({ name: `${prefix}debug exit`, onExit: w.onExit }),
    new Debugcon({ name: `${prefix}debugcon`, onOutput: w.onDebugcon }),
  ];
  for (const device of devices) io.attach(device);
  return { io, mmio, pic, com1, floatError, i8042, devices };
}
