import type { AccessSize, PortDevice, PortRange } from '../bus/device';
import { COUNT, type DeviceState, type StateOf, U16, loadFields, saveFields } from '../bus/device-state';

const SELECTOR = 0x510;
const DATA = 0x511;

/** Items every reader finds. */
const KEY = {
  SIGNATURE: 0x00,
  ID: 0x01,
  RAM_SIZE: 0x03,
  CPUS: 0x05,
  MAX_CPUS: 0x0f,
  DIRECTORY: 0x19,
  FIRST_FILE: 0x20,
} as const;
/** Selecting with this bit once meant writing; it is not part of the key. */
const WRITE_CHANNEL = 0x4000;
/** The interface by ports alone, without DMA. */
const TRADITIONAL = 1;
const NAME_BYTES = 56;

const FW_CFG_STATE = {
  key: U16,
  /** Bytes of the item read so far. */
  offset: COUNT,
};

export interface FwCfgFile {
  /** At most 55 ASCII characters, such as `etc/e820`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FwCfgWires {
  name?: string;
  /** RAM in bytes. */
  ramSize: number;
  /** Processors the machine has. */
  cpus: number;
  files?: readonly FwCfgFile[];
}

const little = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, n) => Math.floor(value / 2 ** (8 * n)) % 256);
const big = (value: number, size: number): number[] => little(value, size).reverse();
const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** A memory map as in `etc/e820`: RAM of `ramSize` bytes from 0. */
export function e820File(ramSize: number): FwCfgFile {
  const ram = 1;
  return { name: 'etc/e820', bytes: Uint8Array.from([...little(0, 8), ...little(ramSize, 8), ...little(ram, 4)]) };
}

/**
 * QEMU's firmware configuration device: items by number, read byte by byte. What is unknown, and what lies behind an item's end, reads
 * as 0; nothing can be written.
 */
export class FwCfg implements PortDevice {
  readonly name: string;
  readonly ports: readonly PortRange[] = [{ base: SELECTOR, count: 2, widest: 2 }];
  private readonly items = new Map<number, Uint8Array>();
  private reg: StateOf<typeof FW_CFG_STATE> = { key: 0, offset: 0 };

  constructor(wires: FwCfgWires) {
    this.name = wires.name ?? 'fw_cfg';
    const { ramSize, cpus, files = [] } = wires;
    const item = (key: number, bytes: readonly number[]): void => void this.items.set(key, Uint8Array.from(bytes));
    item(KEY.SIGNATURE, ascii('QEMU'));
    item(KEY.ID, little(TRADITIONAL, 4));
    item(KEY.RAM_SIZE, little(ramSize, 8));
    item(KEY.CPUS, little(cpus, 2));
    item(KEY.MAX_CPUS, little(cpus, 2));
    const rows = files.map(({ name, bytes }, n) => {
      if (name.length >= NAME_BYTES) throw new RangeError(`fw_cfg: the name '${name}' is too long`);
      this.items.set(KEY.FIRST_FILE + n, bytes.slice());
      const field = [...ascii(name), ...new Array<number>(NAME_BYTES - name.length).fill(0)];
      return [...big(bytes.length, 4), ...big(KEY.FIRST_FILE + n, 2), 0, 0, ...field];
    });
    item(KEY.DIRECTORY, [...big(files.length, 4), ...rows.flat()]);
  }

  readPort(port: number, size: AccessSize): number {
    if (port !== DATA || size !== 1) return 0;
    const { reg } = this;
    const item = this.items.get(reg.key);
    if (!item || reg.offset >= item.length) return 0;
    return item[reg.offset++]!;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    if (port !== SELECTOR || size !== 2) return;
    this.reg.key = value & ~WRITE_CHANNEL;
    this.reg.offset = 0;
  }

  reset(): void {
    this.reg.key = 0;
    this.reg.offset = 0;
  }

  saveState(): DeviceState {
    return saveFields('fw-cfg', FW_CFG_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('fw-cfg', FW_CFG_STATE, saved);
  }
}
