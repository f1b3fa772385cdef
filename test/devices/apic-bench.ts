/** The interrupt hardware wired as on the board, and software that handles it by addresses alone. */
import { MmioBus } from '../../src/engine/bus/bus';
import { Clock } from '../../src/engine/bus/clock';
import type { DeviceState } from '../../src/engine/bus/device-state';
import { Hpet } from '../../src/engine/devices/hpet';
import { IoApic } from '../../src/engine/devices/io-apic';
import { LocalApic } from '../../src/engine/devices/local-apic';
import { PicPair } from '../../src/engine/devices/pic8259';

export const APIC_PAGE = 0xfee00000;
export const IO_APIC_PAGE = 0xfec00000;
export const HPET_PAGE = 0xfed00000;

export interface BenchOptions {
  readonly x2apic?: boolean;
  readonly id?: number;
}

export class ApicBench {
  readonly trace: string[] = [];
  readonly clock = new Clock();
  readonly bus = new MmioBus();
  intr = false;
  nmis = 0;
  inits = 0;
  readonly pic: PicPair;
  readonly apic: LocalApic;
  readonly ioApic: IoApic;
  readonly hpet: Hpet;

  constructor({ x2apic = true, id = 0 }: BenchOptions = {}) {
    const apic: LocalApic = new LocalApic({
      time: this.clock,
      x2apic,
      id,
      intr: {
        set: (level) => {
          this.intr = level;
          this.trace.push(`INTR ${level}`);
        },
      },
      onNmi: () => this.trace.push(`NMI ${++this.nmis}`),
      onInit: () => this.trace.push(`INIT ${++this.inits}`),
      acknowledgeExternal: () => this.pic.acknowledge(),
      onEoi: (vector) => this.ioApic.endOfInterrupt(vector),
      onReady: () => this.ioApic.retry(),
    });
    this.apic = apic;
    this.ioApic = new IoApic({ send: (message) => apic.receive(message), restHigh: 0xff0000 });
    this.pic = new PicPair({ intr: apic.pin(0) });
    this.hpet = new Hpet({
      time: this.clock,
      irq0: this.pic.line(0),
      irq8: this.pic.line(8),
      pins: [20, 21, 22, 23].map((pin) => ({ set: (level) => this.ioApic.pin(pin).set(!level) })),
    });
    this.bus.attachMovable(apic, 0x1000);
    this.bus.attach(this.ioApic, { base: IO_APIC_PAGE, length: 0x1000 });
    this.bus.attach(this.hpet, { base: HPET_PAGE, length: 0x400 });
  }

  /** A register of the local APIC. */
  get(offset: number): number {
    return this.bus.read(APIC_PAGE + offset, 4);
  }
  set(offset: number, value: number): void {
    this.bus.write(APIC_PAGE + offset, 4, value);
  }
  /** SVR: vector FFh, enabled. */
  enable(): void {
    this.set(0xf0, 0x1ff);
  }

  /** RDMSR, or 'GP'. */
  rdmsr(number: number): bigint | 'GP' {
    const value = this.apic.readMsr(number);
    return value ? (BigInt(value.high) << 32n) | BigInt(value.low) : 'GP';
  }
  wrmsr(number: number, value: bigint): 'GP' | 'done' {
    return this.apic.writeMsr(number, Number(value & 0xffff_ffffn), Number(value >> 32n)) ? 'done' : 'GP';
  }

  redirection(pin: number): { low: number; high: number } {
    this.bus.write(IO_APIC_PAGE, 4, 0x10 + pin * 2);
    const low = this.bus.read(IO_APIC_PAGE + 0x10, 4);
    this.bus.write(IO_APIC_PAGE, 4, 0x11 + pin * 2);
    return { low, high: this.bus.read(IO_APIC_PAGE + 0x10, 4) };
  }
  redirect(pin: number, low: number, high = 0): void {
    this.bus.write(IO_APIC_PAGE, 4, 0x11 + pin * 2);
    this.bus.write(IO_APIC_PAGE + 0x10, 4, high);
    this.bus.write(IO_APIC_PAGE, 4, 0x10 + pin * 2);
    this.bus.write(IO_APIC_PAGE + 0x10, 4, low);
  }

  hpetWord(offset: number): number {
    return this.bus.read(HPET_PAGE + offset, 4);
  }
  setHpet(offset: number, value: number): void {
    this.bus.write(HPET_PAGE + offset, 4, value);
  }

  pass(time: number): void {
    const end = this.clock.now + time;
    while (this.clock.now < end) {
      this.clock.advanceTo(Math.min(end, Math.max(this.clock.next(), this.clock.now)));
      this.clock.runDue();
    }
  }

  save(): DeviceState[] {
    return [this.clock, this.apic, this.ioApic, this.hpet, this.pic].map((part) => part.saveState());
  }
  load(states: readonly DeviceState[]): void {
    [this.clock, this.apic, this.ioApic, this.hpet, this.pic].forEach((part, n) => part.loadState(states[n]!));
  }
}
