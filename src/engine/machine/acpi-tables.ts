/**
 * What ACPI firmware leaves in memory about our board, for kernels that are started without firmware. It is plain data: the same for
 * the machine and, by guest-physical addresses, for a guest's board of the same build.
 *
 * The tables lie at the top of RAM (reclaimable) with the FACS behind them (NVS); RSDP is at the start of the extended BIOS data
 * area, which the word at 40Eh points to, so that a search finds it as well as a loader's word for it.
 */
import { ACPI_PM_BASE, PM1_CONTROL, PM1_EVENT, PM_TIMER, SLP_TYP_S5 } from '../devices/acpi-pm';
import { CAPABILITIES_LOW } from '../devices/hpet';
import { PIRQ_LINES, RESET_CONTROL, RESET_VALUE } from '../devices/pci-host';
import { CMOS_CENTURY } from '../devices/rtc';
import {
  ARG_0,
  type Aml,
  busRange,
  device,
  eisaId,
  fixedMemory,
  ifThen,
  integer,
  ioPorts,
  ioRange,
  irq,
  memoryRange,
  method,
  name,
  packageOf,
  path,
  resources,
  returnOf,
  scope,
  store,
} from './aml';
import { COM1, HPET, IO_APIC, IO_APIC_PCI_PIN, PCI_HOLE, PCI_HOLE_END, SCI_IRQ } from './board';

/** Bytes that firmware would have put into memory. `kind`: what the memory map calls the range. */
export interface FirmwarePiece {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** `low`: in memory that stays reserved by another rule or is nobody's, below A0000h. */
  readonly kind: 'acpi' | 'nvs' | 'low';
}

const PAGE = 0x1000;
const MB = 0x10_0000;
const LOCAL_APIC = 0xfee0_0000;
/** The word of the BIOS data area that says where, in paragraphs, the extended one is. */
const EBDA_POINTER = 0x40e;
const EBDA = 0x9_fc00;
export const RSDP_ADDRESS = EBDA;
/** Pages at the top of RAM: three of tables, one for the FACS. */
const TABLE_PAGES = 3;
/** Bytes at the top of RAM that are not for programs. */
export const ACPI_SIZE = (TABLE_PAGES + 1) * PAGE;

const OEM = 'PCIFCA';
const OEM_TABLE = 'PACIFICA';
const CREATOR = 'PCFC';

const little = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, n) => Math.floor(value / 2 ** (8 * n)) % 256);
const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** What makes the sum of all bytes 0. */
function checksum(bytes: readonly number[]): number {
  return (256 - (bytes.reduce((sum, byte) => sum + byte, 0) % 256)) % 256;
}

/** A system description table: header and body. ACPI specification 5.2.6. */
function table(signature: string, revision: number, body: readonly number[]): number[] {
  const bytes = [
    ...ascii(signature),
    ...little(36 + body.length, 4),
    revision,
    0,
    ...ascii(OEM),
    ...ascii(OEM_TABLE),
    ...little(1, 4),
    ...ascii(CREATOR),
    ...little(1, 4),
    ...body,
  ];
  bytes[9] = checksum(bytes);
  return bytes;
}

/** Generic address structure; `bits` wide. ACPI specification 5.2.3.2. */
function genericAddress(space: 'memory' | 'io', bits: number, address: number): number[] {
  const accessSize = { 8: 1, 16: 2, 32: 3 }[bits] ?? 0;
  return [space === 'io' ? 1 : 0, bits, 0, accessSize, ...little(address, 8)];
}
const NOWHERE = new Array<number>(12).fill(0);

function rsdp(rsdt: number, xsdt: number): number[] {
  const bytes = [...ascii('RSD PTR '), 0, ...ascii(OEM), 2, ...little(rsdt, 4)];
  bytes[8] = checksum(bytes);
  const extended = [...bytes, ...little(36, 4), ...little(xsdt, 8), 0, 0, 0, 0];
  extended[32] = checksum(extended);
  return extended;
}

function fadt(facs: number, dsdt: number): number[] {
  const desktop = 1;
  const noLatency = 0xfff;
  /** Legacy devices and a keyboard controller. */
  const bootArchitecture = 0x0003;
  /** WBINVD works, C1 works, no sleep button, no RTC wake by PM1, the reset register. */
  const flags = (1 << 0) | (1 << 2) | (1 << 5) | (1 << 6) | (1 << 10);
  return table('FACP', 3, [
    ...little(facs, 4),
    ...little(dsdt, 4),
    0,
    desktop,
    ...little(SCI_IRQ, 2),
    // No SMI command port: ACPI mode is the only one.
    ...little(0, 4),
    ...[0, 0, 0, 0],
    ...little(PM1_EVENT, 4),
    ...little(0, 4),
    ...little(PM1_CONTROL, 4),
    ...little(0, 4),
    ...little(0, 4),
    ...little(PM_TIMER, 4),
    ...little(0, 8),
    // Lengths of the blocks of PM1 events, PM1 control, PM2 control, timer and the general-purpose events.
    ...[4, 2, 0, 4, 0, 0, 0, 0],
    ...little(noLatency, 2),
    ...little(noLatency, 2),
    ...little(0, 4),
    ...[0, 0, 0, 0],
    CMOS_CENTURY,
    ...little(bootArchitecture, 2),
    0,
    ...little(flags, 4),
    ...genericAddress('io', 8, RESET_CONTROL),
    RESET_VALUE,
    ...[0, 0, 0],
    ...little(0, 8),
    ...little(dsdt, 8),
    ...genericAddress('io', 32, PM1_EVENT),
    ...NOWHERE,
    ...genericAddress('io', 16, PM1_CONTROL),
    ...NOWHERE,
    ...NOWHERE,
    ...genericAddress('io', 32, PM_TIMER),
    ...NOWHERE,
    ...NOWHERE,
  ]);
}

function madt(): number[] {
  const pcAt = 1;
  const enabled = 1;
  const activeHighLevel = 0x000d;
  const override = (source: number, gsi: number, flags: number): number[] => [
    ...[2, 10, 0, source],
    ...little(gsi, 4),
    ...little(flags, 2),
  ];
  return table('APIC', 3, [
    ...little(LOCAL_APIC, 4),
    ...little(pcAt, 4),
    // Processor 0 with local APIC 0.
    ...[0, 8, 0, 0, ...little(enabled, 4)],
    // I/O APIC 0, whose pins are the interrupts from 0.
    ...[1, 12, 0, 0, ...little(IO_APIC, 4), ...little(0, 4)],
    ...override(0, 2, 0),
    ...override(SCI_IRQ, SCI_IRQ, activeHighLevel),
    // NMI is LINT1 of every processor.
    ...[4, 6, 0xff, ...little(0, 2), 1],
  ]);
}

function hpet(): number[] {
  const leastTicks = 100;
  return table('HPET', 1, [
    ...little(CAPABILITIES_LOW, 4),
    ...genericAddress('memory', 64, HPET),
    0,
    ...little(leastTicks, 2),
    0,
  ]);
}

/** Global lock and waking vector; it has no checksum. ACPI specification 5.2.10. */
function facs(): number[] {
  return [...ascii('FACS'), ...little(64, 4), ...new Array<number>(24).fill(0), 1, ...new Array<number>(31).fill(0)];
}

/** INTA# to INTD# of each slot: as pins of the I/O APIC, or as the lines of the 8259 that firmware chose. */
function routing(target: (wire: number) => number): Aml {
  const rows: Aml[] = [];
  for (let slot = 0; slot < 32; slot++) {
    for (let pin = 0; pin < 4; pin++) {
      const address = slot * 0x1_0000 + 0xffff;
      rows.push(packageOf(integer(address), integer(pin), integer(0), integer(target((slot + pin) % 4))));
    }
  }
  return packageOf(...rows);
}

function dsdt(): number[] {
  const isaDevice = (at: string, id: string, ...descriptors: readonly Aml[]): Aml =>
    device(at, name('_HID', eisaId(id)), name('_CRS', resources(...descriptors)));
  return table('DSDT', 2, [
    ...name('\\_S5', packageOf(integer(SLP_TYP_S5), integer(SLP_TYP_S5), integer(0), integer(0))),
    // 1 once software uses the APICs.
    ...name('\\PICF', integer(0)),
    ...method('\\_PIC', 1, store(ARG_0, '\\PICF')),
    ...scope(
      '\\_SB',
      device(
        'PCI0',
        name('_HID', eisaId('PNP0A03')),
        name('_UID', integer(0)),
        name('_BBN', integer(0)),
        name(
          '_CRS',
          resources(
            busRange(0, 0xff),
            ioPorts(0xcf8, 8),
            ioRange(0, 0xcf7),
            ioRange(0xd00, 0xffff),
            memoryRange(0xa_0000, 0xb_ffff),
            memoryRange(PCI_HOLE, PCI_HOLE_END),
          ),
        ),
        name(
          'PRTP',
          routing((wire) => PIRQ_LINES[wire]!),
        ),
        name(
          'PRTA',
          routing((wire) => IO_APIC_PCI_PIN + wire),
        ),
        method('_PRT', 0, ifThen(path('PICF'), returnOf(path('PRTA'))), returnOf(path('PRTP'))),
        device(
          'ISA_',
          name('_ADR', integer(0x1_0000)),
          isaDevice('KBD_', 'PNP0303', ioPorts(0x60, 1), ioPorts(0x64, 1), irq(1)),
          isaDevice('RTC_', 'PNP0B00', ioPorts(0x70, 2), irq(8)),
          device(
            'COM1',
            name('_HID', eisaId('PNP0501')),
            name('_UID', integer(1)),
            name('_CRS', resources(ioPorts(COM1, 8), irq(4))),
          ),
          // What belongs to the board itself: PM blocks.
          isaDevice('PM__', 'PNP0C02', ioPorts(ACPI_PM_BASE, 0x10)),
        ),
      ),
      isaDevice('HPET', 'PNP0103', fixedMemory(HPET, 0x400, false)),
    ),
  ]);
}

/** All of it, or nothing where there is too little RAM to lose some: below 2 MB. `ramSize` in bytes from address 0. */
export function acpiPieces(ramSize: number): FirmwarePiece[] {
  if (ramSize < 2 * MB) return [];
  const facsAt = ramSize - PAGE;
  const base = ramSize - ACPI_SIZE;
  const bytes = new Uint8Array(TABLE_PAGES * PAGE);
  let used = 0;
  const put = (contents: readonly number[]): number => {
    const at = used;
    used += Math.ceil(contents.length / 64) * 64;
    if (used > bytes.length) throw new RangeError(`the ACPI tables need more than ${TABLE_PAGES} pages`);
    bytes.set(contents, at);
    return base + at;
  };
  const dsdtAt = put(dsdt());
  const tables = [put(fadt(facsAt, dsdtAt)), put(madt()), put(hpet())];
  const rsdt = put(
    table(
      'RSDT',
      1,
      tables.flatMap((at) => little(at, 4)),
    ),
  );
  const xsdt = put(
    table(
      'XSDT',
      1,
      tables.flatMap((at) => little(at, 8)),
    ),
  );
  const facsPage = new Uint8Array(PAGE);
  facsPage.set(facs());
  return [
    { address: EBDA_POINTER, bytes: Uint8Array.from(little(EBDA / 16, 2)), kind: 'low' },
    { address: RSDP_ADDRESS, bytes: Uint8Array.from(rsdp(rsdt, xsdt)), kind: 'low' },
    { address: base, bytes, kind: 'acpi' },
    { address: facsAt, bytes: facsPage, kind: 'nvs' },
  ];
}
