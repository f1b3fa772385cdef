import type { DeviceState } from './device-state';

/** Width of one access to a port or to memory-mapped registers, in bytes. */
export type AccessSize = 1 | 2 | 4;

/**
 * One device upon the board. It has registers, wires and a clock, and never sees the machine.
 *
 * A restore drives no wire and moves no alarm: levels at the far end of a wire and pending alarms are part of the
 * state of their owners, and the board restores all of them together.
 */
export interface Device {
  /** Name of this instance on the board, such as `COM1`; unique there. */
  readonly name: string;
  /** Brings the registers to their values after RESET; wires follow. */
  reset(): void;
  saveState(): DeviceState;
  /** Throws `DeviceStateError` and changes nothing when `saved` is truncated or of another kind of device. */
  loadState(saved: DeviceState): void;
}

/** Consecutive I/O ports answered by one device. */
export interface PortRange {
  readonly base: number;
  readonly count: number;
  /** Widest access the device takes as one, in bytes; the bus splits wider ones. 1 when left out. */
  readonly widest?: AccessSize;
}

/** A device in the I/O address space. Ports are absolute; values are unsigned and `size` bytes wide. */
export interface PortDevice extends Device {
  readonly ports: readonly PortRange[];
  readPort(port: number, size: AccessSize): number;
  writePort(port: number, size: AccessSize, value: number): void;
}

/** A window of system physical addresses (Spa) answered by one device. */
export interface MmioRange {
  readonly base: number;
  readonly length: number;
  /** Widest access the device takes as one, in bytes; the bus splits wider ones. 4 when left out. */
  readonly widest?: AccessSize;
}

/** What stands behind a window of system physical addresses; `offset` counts from the window's base. */
export interface MmioTarget {
  readonly name: string;
  readMmio(offset: number, size: AccessSize): number;
  writeMmio(offset: number, size: AccessSize, value: number): void;
}

/** A window that its owner moves, in front of all others; it is asked at each access. */
export interface MovableMmioTarget extends MmioTarget {
  /** The Spa of its first byte, or −1 while it is nowhere. */
  readonly mmioBase: number;
}

/** A wire seen from the end that drives it. Setting the level it already has is no event. */
export interface IrqLine {
  set(level: boolean): void;
}

/** A wire that leads nowhere. */
export const UNCONNECTED: IrqLine = { set: () => {} };
