/**
 * A hostile driver on the virtio disk of each kind of board: whatever its rings say, the device keeps to the memory of that board,
 * and says DEVICE_NEEDS_RESET. Virtual I/O Device specification 1.1, 2.1.2.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { DmaMemory } from '../../src/engine/bus/dma';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { WINDOW_END } from '../../src/engine/state/layout';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import { systemMemoryMb } from '../../src/hypervisor/guest-spec';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { RingDriver, type DriverBoard } from '../devices/virtio-driver';
import { long } from './guest';

const MB = 0x10_0000;
const END = 4 * MB;
const HOLE = 0xa_0000;
const SECTORS = 4096;
const RING_ENTRIES = 8;
const INDIRECT = 2 ** 28;
const EVENT_INDEX = 2 ** 29;

const HEADER = 0x20_0000;
const STATUS = 0x20_1000;
const DATA = 0x21_0000;
const TABLE = 0x22_0000;

const NEXT = 1;
const WRITE = 2;
const TABLE_FLAG = 4;
/** ACKNOWLEDGE, DRIVER, FEATURES_OK and DRIVER_OK; and with them DEVICE_NEEDS_RESET. */
const ALIVE = 0x0f;
const NEEDS_RESET = 0x4f;

interface Place {
  readonly board: DriverBoard;
  /** Memory as the driver's software sees it. */
  readonly memory: DmaMemory;
  /** Digest of all that is not this memory. */
  outside(): string;
}

function bare(): Place {
  const machine = new Machine({ ramSize: END, rom: new Uint8Array(4096), disk: new Uint8Array(SECTORS * 512) });
  const { ram, state, map, board } = machine;
  return {
    board,
    memory: {
      read: (address, into) => (into.set(ram.readBytes(address, into.length)), true),
      write: (address, bytes) => ram.writeBytes(address, bytes) === bytes.length,
    },
    // what lies under the hole is no memory of anybody's
    outside: () =>
      digest([
        state.u8.subarray(0, WINDOW_END),
        ram.u8.subarray(map.rom),
        ram.u8.subarray(map.ram + HOLE, map.ram + MB),
      ]),
  };
}

/** The middle one of three. */
function guest(how: Pick<GuestSpec, 'paging' | 'nestedPage'>): Place {
  const specs = [0, 1, 2].map((n) => ({ ...long('hlt'), ...how, name: `${n}`, disk: new Uint8Array(SECTORS * 512) }));
  const machine = new Machine({ ramSize: systemMemoryMb(specs) * MB });
  const hypervisor = new Hypervisor(new HostMode(machine));
  const { board, memory } = specs.map((one) => hypervisor.addGuest(one))[1]!;
  const { ram, map } = machine;
  // every page has its memory now, so that no table changes from here on
  for (let gpa = 0; gpa < END; gpa += 4096) if (memory.isMemory(gpa)) memory.write(gpa, new Uint8Array(4096));
  const own = new Set<number>();
  for (let gpa = 0; gpa < END; gpa += 4096) {
    const spa = memory.spaOf(gpa);
    if (spa !== undefined && memory.isMemory(gpa)) own.add(ram.pageIndex(ram.offset(spa)));
  }
  const others = Array.from({ length: map.ramSize / 4096 }, (_, n) => n).filter((page) => !own.has(page));
  return {
    board,
    memory: {
      read: (gpa, into) => (into.set(memory.read(gpa, into.length)), true),
      write: (gpa, bytes) => memory.write(gpa, bytes) === bytes.length,
    },
    outside: () => digest(others.map((page) => ram.page(page))),
  };
}

function digest(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Addresses of runs that lie outside of memory, or cross an edge of it with half of their bytes. */
function outsides(length: number, hole: boolean): bigint[] {
  const whole = [END, 0xc020_0000, 0xfec0_0000, 0xfee0_0000, 0xffff_f000, 2 ** 32 + DATA, 2 ** 52 + DATA, 2 ** 53];
  const high = [2n ** 63n + BigInt(DATA), 2n ** 64n - BigInt(length), 2n ** 64n - 1n];
  const all = [...whole.map(BigInt), ...high, ...(hole ? [BigInt(HOLE), BigInt(MB - length)] : [])];
  if (length === 1) return all;
  const half = BigInt(length >> 1);
  return [...all, ...[END, 2 ** 32, 2 ** 64, ...(hole ? [HOLE] : [])].map((edge) => BigInt(edge) - half)];
}

class Hostile extends RingDriver {
  /** A request of three descriptors that reads a sector, with what is said of one of them. */
  request(type: number, changed?: { index: number; address?: number | bigint; length?: number }): void {
    this.write(HEADER, 4, type);
    this.write(HEADER + 8, 8, 1);
    this.write(STATUS, 1, 0xff);
    const pieces = [
      { address: HEADER, length: 16, flags: NEXT },
      { address: DATA, length: 512, flags: NEXT | (type === 0 ? WRITE : 0) },
      { address: STATUS, length: 1, flags: WRITE },
    ];
    pieces.forEach((piece, n) => {
      const { address, length } = { ...piece, ...(changed?.index === n ? changed : {}) };
      this.describe(this.rings[0]!.descriptors, n, { address, length, flags: piece.flags, next: n + 1 });
    });
    this.offer(0);
  }

  /** Makes one chain available. */
  offer(head: number): void {
    const { driver } = this.rings[0]!;
    this.write(driver + 4, 2, head);
    this.write(driver + 2, 2, 1);
    this.notify(0);
  }

  get status(): number {
    return this.common(0x14, 1);
  }

  /** Puts a part of queue 0 somewhere else, which a driver can do before it is enabled. */
  place(register: number, address: bigint): void {
    const ring = { ...this.rings[0]! };
    this.common(0x14, 1, 0);
    for (const [at, value] of [
      [0x14, 3],
      [0x14, 0x0b],
    ] as const) {
      this.common(8, 4, 1);
      this.common(12, 4, 1);
      this.common(at, 1, value);
    }
    this.common(0x16, 2, 0);
    this.common(0x18, 2, RING_ENTRIES);
    for (const [at, value] of [
      [0x20, ring.descriptors],
      [0x28, ring.driver],
      [0x30, ring.device],
    ] as const) {
      const to = at === register ? address : BigInt(value);
      this.common(at, 4, Number(to & 0xffff_ffffn));
      this.common(at + 4, 4, Number(to >> 32n));
    }
    this.common(0x1c, 2, 1);
    this.common(0x14, 1, 0x0f);
  }
}

const PLACES: readonly (readonly [name: string, make: () => Place, hole: boolean])[] = [
  ['on the bare machine', bare, true],
  ['as a guest with nested paging', () => guest({ paging: 'nested' }), true],
  ['as a guest with nested paging of 2 MB pages', () => guest({ paging: 'nested', nestedPage: '2M' }), true],
  ['as a guest with shadow paging', () => guest({ paging: 'shadow' }), true],
  ['as a guest whose own software maps its memory', () => guest({ paging: 'own' }), false],
];

for (const [name, make, hole] of PLACES) {
  describe(`a hostile virtio driver, ${name}`, () => {
    let w: Place;
    let hostile: Hostile;
    let before: string;

    beforeEach(() => {
      w = make();
      hostile = new Hostile(w.board, w.memory);
      before = w.outside();
      assert.ok(hostile.start(INDIRECT));
    });
    afterEach(() => {
      assert.equal(w.outside(), before, 'something outside of its memory was written');
      assert.ok(hostile.start(INDIRECT + EVENT_INDEX));
      hostile.request(0);
      assert.equal(hostile.read(STATUS, 1), 0, 'it works again after a reset');
      assert.equal(hostile.used(0)!.written, 513);
    });

    const refused = (what: string): void => {
      assert.equal(hostile.status, NEEDS_RESET, what);
      assert.equal(hostile.read(hostile.rings[0]!.device + 2, 2), 0, `${what}: nothing is given back`);
      assert.ok(hostile.start(INDIRECT));
    };

    it('finds no buffer outside, to read or to write', () => {
      w.memory.write(END - 4096, new Uint8Array(4096).fill(0x5a));
      for (const type of [0, 1]) {
        for (const address of outsides(512, hole)) {
          hostile.request(type, { index: 1, address });
          refused(`request ${type}, data at ${address.toString(16)}`);
        }
      }
      // with the hole in the midst of it, and at its beginning
      const around = hole ? [{ address: HOLE - 256, length: MB - HOLE + 512 }, { address: MB - 256 }] : [];
      for (const run of around) {
        for (const type of [0, 1]) {
          hostile.request(type, { index: 1, ...run });
          refused(`request ${type}, data from ${run.address.toString(16)} over the hole`);
        }
      }
      for (const address of outsides(16, hole)) {
        hostile.request(0, { index: 0, address });
        refused(`a header at ${address.toString(16)}`);
      }
      for (const address of outsides(1, hole)) {
        hostile.request(0, { index: 2, address });
        refused(`a status at ${address.toString(16)}`);
      }
      const last = new Uint8Array(4096);
      w.memory.read(END - 4096, last);
      assert.ok(
        last.every((byte) => byte === 0x5a),
        'nor is a part of it written',
      );
    });

    it('has no ring and no table outside', () => {
      for (const address of outsides(16, hole)) {
        hostile.place(0x20, address);
        hostile.request(0);
        refused(`descriptors at ${address.toString(16)}`);
      }
      // of 4 bytes its index lies outside, of 8 what is behind it
      for (const address of [...outsides(4, hole), ...outsides(8, hole)]) {
        hostile.place(0x28, address);
        hostile.write(Number(address) + 2, 2, 1);
        hostile.request(0);
        refused(`an available ring at ${address.toString(16)}`);
        hostile.place(0x30, address);
        hostile.request(0);
        refused(`a used ring at ${address.toString(16)}`);
      }
      for (const address of outsides(48, hole)) {
        hostile.describe(hostile.rings[0]!.descriptors, 0, { address, length: 48, flags: TABLE_FLAG, next: 0 });
        // three descriptors that are right, where the table begins in memory
        if (address < BigInt(END))
          hostile.describe(Number(address), 0, { address: HEADER, length: 16, flags: NEXT, next: 2 });
        hostile.offer(0);
        refused(`an indirect table at ${address.toString(16)}`);
      }
    });

    it('gets no further by loops, tables in tables, and lengths past all bounds', () => {
      const { descriptors } = hostile.rings[0]!;
      const table = (length: number, flags = TABLE_FLAG, at = TABLE): void =>
        hostile.describe(descriptors, 0, { address: at, length, flags, next: 1 });
      const inTable = (flags: number, next: number): void =>
        hostile.describe(TABLE, 0, { address: HEADER, length: 16, flags, next });
      const attempts: readonly (readonly [what: string, set: () => void])[] = [
        ['a table that goes round', () => (table(16), inTable(NEXT, 0))],
        [
          'a table of 4 GB that goes on beyond memory',
          () => {
            table(0xffff_fff0, TABLE_FLAG, END - 16);
            hostile.describe(END - 16, 0, { address: HEADER, length: 16, flags: NEXT, next: 0xffff });
          },
        ],
        ['a next outside of the table', () => (table(16), inTable(NEXT, 1))],
        ['a table in a table', () => (table(16), inTable(TABLE_FLAG, 0))],
        ['the queue as its own table', () => table(128, TABLE_FLAG, descriptors)],
        ['a table without a length', () => table(0)],
        ['half a descriptor', () => table(24)],
        ['a table and a next', () => table(16, TABLE_FLAG | NEXT)],
        [
          'a chain longer than the queue',
          () => {
            table(16 * (RING_ENTRIES + 1));
            for (let n = 0; n <= RING_ENTRIES; n++) {
              const flags = n < RING_ENTRIES ? NEXT : 0;
              hostile.describe(TABLE, n, { address: HEADER, length: 16, flags, next: n + 1 });
            }
          },
        ],
      ];
      for (const [what, set] of attempts) {
        set();
        hostile.offer(0);
        refused(what);
      }
      // as long as they please, but for what a request may move, and with a status that is memory
      for (const type of [0, 1]) {
        hostile.request(type, { index: 1, length: 0xffff_fe00 });
        assert.equal(hostile.status, ALIVE);
        assert.equal(hostile.read(STATUS, 1), 1, 'an error');
        assert.ok(hostile.start(INDIRECT));
      }
      hostile.write(HEADER + 8, 8, 2n ** 64n - 1n);
      hostile.describe(descriptors, 0, { address: HEADER, length: 16, flags: NEXT, next: 1 });
      hostile.describe(descriptors, 1, { address: DATA, length: 512, flags: NEXT | WRITE, next: 2 });
      hostile.describe(descriptors, 2, { address: STATUS, length: 1, flags: WRITE, next: 0 });
      hostile.offer(0);
      assert.equal(hostile.read(STATUS, 1), 1, 'a sector past all disks');
    });
  });
}
