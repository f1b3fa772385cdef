/** The address map: which device where. Instances of the same classes make a guest's own board under the hypervisor. */
import { IoBus, MmioBus } from '../bus/bus';
import type { Clock } from '../bus/clock';
import type { DmaMemory } from '../bus/dma';
import type { Device, IrqLine } from '../bus/device';
import { AcpiPm } from '../devices/acpi-pm';
import { DebugExit } from '../devices/debug-exit';
import { Debugcon } from '../devices/debugcon';
import { FwCfg, e820File } from '../devices/fw-cfg';
import { Hpet, HPET_PINS } from '../devices/hpet';
import { IoApic } from '../devices/io-apic';
import { LocalApic } from '../devices/local-apic';
import { FloatError } from '../devices/float-error';
import { I8042 } from '../devices/i8042';
import { PciHost, PciHostBridge, PciIsaBridge, PIRQ_LINES } from '../devices/pci-host';
import { PicPair } from '../devices/pic8259';
import { Pit8254 } from '../devices/pit8254';
import { Port61 } from '../devices/port61';
import { Port92 } from '../devices/port92';
import { Rtc } from '../devices/rtc';
import { Uart16550 } from '../devices/uart16550';
import { VirtioBlock } from '../devices/virtio-block';
import { VirtioConsole } from '../devices/virtio-console';
import type { VirtioPciFunction } from '../devices/virtio-pci';
import { VGA_TEXT_BASE, VGA_TEXT_BYTES, VgaTextDisplay } from '../devices/vga-text';

export const COM1 = 0x3f8;
const COM1_IRQ = 4;
const KEYBOARD_IRQ = 1;
const AUX_IRQ = 12;
/** ACPI's system control interrupt. */
export const SCI_IRQ = 9;
/** The I/O APIC. Its pins: the 8259's INTR on 0, ISA IRQ n on n but IRQ 0 on 2, PCI INTA# to INTD# on 16 to 19, the HPET on 20 to 23. */
export const IO_APIC = 0xfec0_0000;
const IO_APIC_SIZE = 0x1000;
const IO_APIC_EXTINT_PIN = 0;
const IO_APIC_TIMER_PIN = 2;
export const IO_APIC_PCI_PIN = 16;
export const HPET = 0xfed0_0000;
/** Addresses for PCI's memory windows: above any RAM, below the I/O APIC. */
export const PCI_HOLE = 0xc000_0000;
export const PCI_HOLE_END = 0xfebf_ffff;
/** Where firmware places the window of a slot. */
const PCI_SLOT_WINDOW = 0x10_0000;
const DISK_SLOT = 2;
const CONSOLE_SLOT = 3;
/** The PCI wire, 0 to 3, that the virtio console's INTA# is on. */
export const CONSOLE_WIRE = CONSOLE_SLOT % PIRQ_LINES.length;
const HPET_SIZE = 0x400;
const LOCAL_APIC_SIZE = 0x1000;
/** Pins with PCI's wires, which rest high: 16 to 23. */
const IO_APIC_REST_HIGH = 0xff_0000;
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
  readonly onNmi?: () => void;
  /** INIT for the processor, from its local APIC. */
  readonly onInit?: () => void;
  /** What kind of local APIC the processor has. */
  readonly x2apic?: boolean;
  readonly physicalBits?: number;
  /** The processor's IGNNE input: goes up when the handler of IRQ 13 clears the x87 error. */
  readonly onIgnoreFloatError?: () => void;
  /** Memory as PCI's bus masters reach it; without it none are plugged. */
  readonly dma?: DmaMemory;
  /** Contents of a virtio disk in slot 2; no disk if left out. */
  readonly disk?: Uint8Array;
  /** A byte left the virtio console in slot 3; there is none if left out. */
  readonly onVirtioConsole?: (byte: number) => void;
  readonly onConsole: (byte: number) => void;
  readonly onDebugcon: (byte: number) => void;
  /** Debug exit at port F4h. */
  readonly onExit: (status: number, value: number) => void;
  /** Port 92h bit 0, the keyboard controller's reset line. */
  readonly onReset: () => void;
  /** Soft off: ACPI's PM1 control register. */
  readonly onPowerOff: () => void;
  /** The A20 gate: port 92h and keyboard controller set one latch. It is open after RESET. */
  readonly onA20?: (open: boolean) => void;
}

export interface BoardParts {
  readonly io: IoBus;
  readonly mmio: MmioBus;
  readonly pic: PicPair;
  readonly localApic: LocalApic;
  readonly ioApic: IoApic;
  readonly hpet: Hpet;
  /** Where the processor's x87 error output goes. */
  readonly floatError: FloatError;
  readonly com1: Uart16550;
  /** Its keyboard is where keys are pressed. */
  readonly i8042: I8042;
  /** The power button is here. */
  readonly acpi: AcpiPm;
  /** What it shows is asked for by `text`. */
  readonly vga: VgaTextDisplay;
  readonly disk: VirtioBlock | undefined;
  readonly virtioConsole: VirtioConsole | undefined;
  /** Where what is typed at the terminal goes: the virtio console, or COM1 where there is none. */
  readonly console: { input(bytes: Iterable<number>): void };
  /** Which of the 8259s' lines a PCI wire drives. */
  readonly isaBridge: PciIsaBridge;
  readonly devices: readonly Device[];
}

export function buildBoard(w: BoardWires): BoardParts {
  const io = new IoBus();
  const mmio = new MmioBus();
  const prefix = w.name ?? '';
  const localApic: LocalApic = new LocalApic({
    name: `${prefix}local APIC`,
    time: w.clock,
    x2apic: w.x2apic,
    physicalBits: w.physicalBits,
    intr: w.intr,
    onNmi: w.onNmi,
    onInit: w.onInit,
    acknowledgeExternal: () => pic.acknowledge(),
    onEoi: (vector) => ioApic.endOfInterrupt(vector),
    onReady: () => ioApic.retry(),
  });
  const ioApic = new IoApic({
    name: `${prefix}I/O APIC`,
    send: (message) => localApic.receive(message),
    restHigh: IO_APIC_REST_HIGH,
  });
  const pic: PicPair = new PicPair({
    name: `${prefix}PIC`,
    intr: both(localApic.pin(0), ioApic.pin(IO_APIC_EXTINT_PIN)),
  });
  const hpet = new Hpet({
    name: `${prefix}HPET`,
    time: w.clock,
    irq0: both(pic.line(0), ioApic.pin(IO_APIC_TIMER_PIN)),
    irq8: both(pic.line(8), ioApic.pin(8)),
    pins: HPET_PINS.map((pin) => inverted(ioApic.pin(pin))),
  });
  const isa = (irq: number): IrqLine => both(pic.line(irq), ioApic.pin(irq));
  const com1 = new Uart16550({
    name: `${prefix}COM1`,
    base: COM1,
    time: w.clock,
    irq: isa(COM1_IRQ),
    onTransmit: w.onConsole,
  });
  const floatError = new FloatError({
    name: `${prefix}x87 error latch`,
    irq: isa(FLOAT_ERROR_IRQ),
    onIgnore: w.onIgnoreFloatError,
  });
  const pit = new Pit8254({ name: `${prefix}PIT`, time: w.clock, irq: hpet.pitInput });
  const port92 = new Port92({ name: `${prefix}port 92h`, onReset: w.onReset, onA20: w.onA20 });
  const i8042 = new I8042({
    name: `${prefix}keyboard controller`,
    time: w.clock,
    keyboardIrq: isa(KEYBOARD_IRQ),
    auxIrq: isa(AUX_IRQ),
    a20: port92,
    onReset: w.onReset,
  });
  const acpi = new AcpiPm({
    name: `${prefix}ACPI`,
    time: w.clock,
    sci: isa(SCI_IRQ),
    onPowerOff: w.onPowerOff,
  });
  const isaBridge = new PciIsaBridge(`${prefix}PCI-to-ISA bridge`, (irq) => pic.line(irq));
  const pciInterrupts = [0, 1, 2, 3].map((n) => both(inverted(ioApic.pin(IO_APIC_PCI_PIN + n)), isaBridge.wire(n)));
  const pci = new PciHost({ name: `${prefix}PCI host`, interrupts: pciInterrupts, onReset: w.onReset });
  const hostBridge = new PciHostBridge(`${prefix}PCI host bridge`);
  pci.plug(0, 0, hostBridge);
  pci.plug(1, 0, isaBridge);
  const vga = new VgaTextDisplay({ name: `${prefix}VGA`, time: w.clock });
  const masters: VirtioPciFunction[] = [];
  const plug = <T extends VirtioPciFunction>(slot: number, master: T): T => {
    master.placeWindows([PCI_HOLE + slot * PCI_SLOT_WINDOW], PIRQ_LINES[slot % 4]!);
    pci.plug(slot, 0, master);
    for (const window of master.windows) mmio.attachMovable(window, window.length);
    masters.push(master);
    return master;
  };
  const virtio = w.dma && { time: w.clock, memory: w.dma };
  const disk =
    virtio && w.disk && plug(DISK_SLOT, new VirtioBlock({ ...virtio, name: `${prefix}disk`, image: w.disk }));
  const virtioConsole =
    virtio &&
    w.onVirtioConsole &&
    plug(CONSOLE_SLOT, new VirtioConsole({ ...virtio, name: `${prefix}virtio console`, onOutput: w.onVirtioConsole }));
  const ports = [
    pic,
    com1,
    floatError,
    pit,
    new Rtc({
      name: `${prefix}RTC`,
      time: w.clock,
      irq: hpet.rtcInput,
      start: w.startTime ?? START_TIME,
      memory: w.ramSize,
    }),
    new Port61({ name: `${prefix}port 61h`, time: w.clock, timer: pit.speakerTimer }),
    port92,
    i8042,
    acpi,
    pci,
    vga,
    new FwCfg({ name: `${prefix}fw_cfg`, ramSize: w.ramSize, cpus: 1, files: [e820File(w.ramSize)] }),
    new DebugExit({ name: `${prefix}debug exit`, onExit: w.onExit }),
    new Debugcon({ name: `${prefix}debugcon`, onOutput: w.onDebugcon }),
  ];
  for (const device of ports) io.attach(device);
  mmio.attachMovable(localApic, LOCAL_APIC_SIZE);
  mmio.attach(ioApic, { base: IO_APIC, length: IO_APIC_SIZE });
  mmio.attach(vga, { base: VGA_TEXT_BASE, length: VGA_TEXT_BYTES });
  mmio.attach(hpet, { base: HPET, length: HPET_SIZE });
  const devices = [...ports, localApic, ioApic, hpet, hostBridge, isaBridge, ...masters];
  const parts = { io, mmio, pic, localApic, ioApic, hpet, com1, floatError, i8042, acpi, vga, disk, virtioConsole };
  return { ...parts, console: virtioConsole ?? com1, isaBridge, devices };
}

/** One driver, two ends. */
function both(one: IrqLine, other: IrqLine): IrqLine {
  return {
    set: (level) => {
      one.set(level);
      other.set(level);
    },
  };
}

/** A wire on which low is an interrupt. */
function inverted(line: IrqLine): IrqLine {
  return { set: (level) => line.set(!level) };
}
