/** Ports of the PC a reader may know by name; what the name says, the device decides. */

interface PortRange {
  readonly first: number;
  readonly last: number;
  readonly device: string;
  /** Names of single ports, by distance from the first. */
  readonly registers?: readonly string[];
}

const UART = [
  'data',
  'interrupt enable',
  'FIFO control',
  'line control',
  'modem control',
  'line status',
  'modem status',
  'scratch',
];

const PORTS: readonly PortRange[] = [
  { first: 0x20, last: 0x21, device: 'PIC 1', registers: ['command', 'mask'] },
  { first: 0x40, last: 0x43, device: 'PIT', registers: ['counter 0', 'counter 1', 'counter 2', 'control'] },
  { first: 0x60, last: 0x60, device: 'keyboard', registers: ['data'] },
  { first: 0x61, last: 0x61, device: 'port B', registers: ['speaker and counter 2'] },
  { first: 0x64, last: 0x64, device: 'keyboard', registers: ['status'] },
  { first: 0x70, last: 0x71, device: 'RTC', registers: ['index', 'data'] },
  { first: 0x80, last: 0x80, device: 'POST code' },
  { first: 0x92, last: 0x92, device: 'A20 gate' },
  { first: 0xa0, last: 0xa1, device: 'PIC 2', registers: ['command', 'mask'] },
  { first: 0xe9, last: 0xe9, device: 'debug console' },
  { first: 0xf4, last: 0xf4, device: 'debug exit' },
  { first: 0x2f8, last: 0x2ff, device: 'COM2', registers: UART },
  { first: 0x3f8, last: 0x3ff, device: 'COM1', registers: UART },
  { first: 0xcf8, last: 0xcf8, device: 'PCI', registers: ['address'] },
  { first: 0xcfc, last: 0xcff, device: 'PCI', registers: ['data', 'data', 'data', 'data'] },
];

/** `COM1`; undefined for a port without a name. */
export function portDevice(port: number): string | undefined {
  return PORTS.find(({ first, last }) => port >= first && port <= last)?.device;
}

/** `COM1 line status`; undefined for a port without a name. */
export function portName(port: number): string | undefined {
  const range = PORTS.find(({ first, last }) => port >= first && port <= last);
  if (!range) return undefined;
  const register = range.registers?.[port - range.first];
  return register ? `${range.device} ${register}` : range.device;
}
