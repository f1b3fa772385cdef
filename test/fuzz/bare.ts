/** Hostile programs on the bare machine: code, tables and descriptors by chance, in every mode, with VMRUN of hostile VMCBs. */
import assert from 'node:assert/strict';
import { PROFILES } from '../../src/engine/cpu/profiles';
import type { Profile } from '../../src/engine/cpu/profile';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { startState } from '../../src/engine/machine/boot/start-state';
import { Machine } from '../../src/engine/machine/machine';
import { Snapshots } from '../../src/engine/machine/snapshots';
import { ROWS } from '../../src/engine/isa/opcode-map';
import { CRS } from '../../src/engine/state/layout';
import { VMCB } from '../../src/engine/arch/vmcb';
import { Random } from '../silicon/random';
import { hostileCode } from './code';
import { machineDigest } from '../machine-digest';
import { checkMachine } from './invariants';

const MB = 1 << 20;
const RAM = 2 * MB;
const CODE = 0x1_0000;
const CODE_SIZE = 0x800;
const IDT = 0x4_0000;
const TABLES = 0x8_1000;
const TABLES_SIZE = 0x6000;
const VMCB_PAGE = 0x18_0000;
const HOST_SAVE = 0x18_4000;
const SYSTEM_ROWS = ROWS.filter((row) => row.cpl === 0 || row.ends === true || row.unit !== undefined);
/** Virtual ns a program is given. */
const TIME = 30_000;

export type Bits = 16 | 32 | 64;

/** Interrupts and exceptions land in the code, at places by chance, so that it goes on. */
function interruptTable(random: Random, bits: Bits): Uint8Array {
  const table = new Uint8Array(256 * 16);
  const view = new DataView(table.buffer);
  for (let vector = 0; vector < 256; vector++) {
    const target = CODE + random.below(CODE_SIZE);
    const type = random.chance(0.9) ? 0x8e : random.below(256);
    const selector = random.chance(0.95) ? 8 : random.below(0x10000);
    if (bits === 16) {
      view.setUint16(vector * 4, target & 0xf, true);
      view.setUint16(vector * 4 + 2, target >> 4, true);
      continue;
    }
    const at = vector * (bits === 64 ? 16 : 8);
    view.setUint16(at, target & 0xffff, true);
    view.setUint16(at + 2, selector, true);
    view.setUint16(at + 4, type << 8, true);
    view.setUint16(at + 6, target >>> 16, true);
  }
  return table;
}

function value(random: Random): bigint {
  const kind = random.below(8);
  if (kind < 4) return BigInt(random.below(RAM));
  if (kind === 4) return BigInt(random.below(256));
  if (kind === 5) return BigInt.asUintN(64, -BigInt(random.below(RAM)));
  if (kind === 6)
    return BigInt(random.pick([0xfee0_0000, 0xfec0_0000, 0xfed0_0000, 0xb_8000, 0xffff_fff0]) + random.below(64) * 4);
  return random.u64();
}

/** `mov rax, VMCB; vmrun; vmload; vmsave; stgi`, then hostile code. */
const VMRUN_LOOP = [
  0x48, 0xc7, 0xc0, 0, 0, 0x18, 0, 0x0f, 0x01, 0xd8, 0x0f, 0x01, 0xda, 0x0f, 0x01, 0xdb, 0x0f, 0x01, 0xdc,
];

function vmcb(random: Random, machine: Machine): Uint8Array {
  const page = new Uint8Array(4096);
  const view = new DataView(page.buffer);
  if (random.chance(0.1)) return page.map(() => random.below(256));
  const set = (field: keyof typeof VMCB, number: bigint): void => {
    const { offset, size } = VMCB[field] as { offset: number; size: number };
    for (let n = 0; n < size && n < 8; n++) view.setUint8(offset + n, Number((number >> BigInt(8 * n)) & 0xffn));
  };
  const { state } = machine;
  for (let at = 0; at < 0x14; at += 4) view.setUint32(at, random.chance(0.5) ? random.u32() : 0, true);
  view.setUint32(0x10, view.getUint32(0x10, true) | 1, true);
  set('guestAsid', 1n + BigInt(random.below(4)));
  set('npEnable', random.chance(0.5) ? 1n : 0n);
  set('nCr3', BigInt(random.chance(0.8) ? TABLES : random.below(RAM)));
  set('iopmBasePa', BigInt(random.below(RAM) & ~0xfff));
  set('msrpmBasePa', BigInt(random.below(RAM) & ~0xfff));
  set('cr0', BigInt(state.cr(0)));
  set('cr3', BigInt(state.cr3));
  set('cr4', BigInt(state.cr(4)));
  set('efer', BigInt(state.efer));
  set('rflags', 2n | (random.chance(0.3) ? 0x200n : 0n));
  set('rip', BigInt(CODE + random.below(CODE_SIZE)));
  set('rsp', value(random));
  set('gPat', 0x0007_0406_0007_0406n);
  set('dr6', 0xffff_0ff0n);
  set('dr7', 0x400n);
  set('csAttrib', random.pick([0xa9bn, 0xc9bn, 0x9bn]));
  set('csLimit', 0xffff_ffffn);
  set('csSelector', 8n);
  for (const name of ['ds', 'es', 'ss'] as const) {
    set(`${name}Attrib`, 0xc93n);
    set(`${name}Limit`, 0xffff_ffffn);
    set(`${name}Selector`, 16n);
  }
  set('idtrBase', BigInt(IDT));
  set('idtrLimit', 0xfffn);
  // Some of it is nonsense.
  for (let n = random.below(4); n > 0; n--) view.setUint8(random.below(0x680), random.below(256));
  return page;
}

interface Setup {
  readonly bits: Bits;
  readonly profile: Profile;
  readonly apply: (machine: Machine) => void;
}

function setUp(random: Random): Setup {
  const bits = random.pick([16, 32, 64, 64, 64] as const);
  const profile: Profile = random.pick(Object.values(PROFILES));
  const svm = bits === 64 && random.chance(0.4);
  const code = hostileCode(random, CODE_SIZE, bits === 64, SYSTEM_ROWS);
  if (svm) {
    const at = random.below(64);
    code.set(VMRUN_LOOP, at);
    code.set([0xe9, ...int32(at - (CODE_SIZE - 16 + 5))], CODE_SIZE - 16);
  }
  const image = startState(loadFlat(code, { bits, origin: CODE, entry: CODE }));
  const table = interruptTable(random, bits);
  const registers = Array.from({ length: 16 }, () => value(random));
  const tableEdits = Array.from({ length: random.chance(0.6) ? random.below(30) : 0 }, () => ({
    at: TABLES + (random.below(TABLES_SIZE) & ~7),
    value: random.chance(0.5) ? BigInt((random.below(RAM) & ~0xfff) | random.below(0x1000)) : random.u64(),
  }));
  const cr4 = random.chance(0.7) ? 0x600 : random.below(0x40_0000);
  const rflags = 2 | (random.chance(0.5) ? 0x200 : 0) | (random.chance(0.05) ? 0x100 : 0);
  const control = random.chance(0.3) ? random.u32() : undefined;
  const hostPage = svm ? random.u32() : 0;
  return {
    bits,
    profile,
    apply: (machine) => {
      startMachine(machine, image);
      const { state, ram, processor } = machine;
      ram.writeBytes(bits === 16 ? 0 : IDT, bits === 16 ? table.subarray(0, 1024) : table);
      if (bits !== 16) state.setTable(0x310, 0xfff, IDT, 0);
      if (bits === 64) for (const edit of tableEdits) ram.write64(edit.at, edit.value);
      registers.forEach((r, n) => state.setGprBig(n, bits === 64 ? r : BigInt.asUintN(32, r)));
      state.setCr(4, ((state.cr(4) | cr4) & processor.limits.cr4Valid) >>> 0);
      state.setFlags(rflags);
      if (control !== undefined && bits !== 64) {
        // Protection, paging and the units, as they may be combined.
        const paged = bits === 32 && (control & 1) !== 0;
        if (paged) state.setNumber(CRS + 24, TABLES);
        state.setCr(0, (state.cr(0) | (paged ? 0x8000_0000 : 0) | (control & 0x1000e)) >>> 0);
      }
      if (svm) {
        state.efer |= 0x1000;
        state.setHalves(state.msrAt('VM_HSAVE_PA'), HOST_SAVE, 0);
        const page = vmcb(new Random(hostPage), machine);
        ram.writeBytes(VMCB_PAGE, page);
      }
      processor.flushAllAsids();
      processor.executor.flushBlocks();
      processor.contextChanged();
    },
  };
}

const int32 = (v: number): number[] => [v & 0xff, (v >> 8) & 0xff, (v >> 16) & 0xff, (v >> 24) & 0xff];

const ENDS = new Set(['time', 'halted', 'shutdown', 'unknown-encoding', 'debug-exit', 'power-off']);

/** Counts of how programs ended. */
export type Tally = Map<string, number>;

function runTo(machine: Machine, until: number): string {
  const stop = machine.run(until);
  assert.ok(ENDS.has(stop.kind), `the run ended with ${stop.kind}`);
  return stop.kind;
}

/** Machines are made once for a profile and reset: making one takes longer than most programs. */
const machines = new Map<string, Machine>();

function machineOf(profile: Profile): Machine {
  let machine = machines.get(profile.name);
  if (!machine) machines.set(profile.name, (machine = new Machine({ ramSize: RAM, profile })));
  return machine;
}

function begin({ profile, apply }: Setup, compileAfter: number): Machine {
  const machine = machineOf(profile);
  machine.processor.executor.compileAfter(compileAfter);
  machine.ram.u8.fill(0, machine.map.ram, machine.map.rom);
  machine.reset();
  // Virtual time does not go back on its own.
  const fresh = freshClock(machine);
  machine.clock.loadState(fresh);
  apply(machine);
  return machine;
}

const clocks = new WeakMap<Machine, ReturnType<Machine['clock']['saveState']>>();
const devices = new WeakMap<Machine, ReturnType<Machine['board']['devices'][number]['saveState']>[]>();

/** The clock and the devices of a machine that has just been built. */
function freshClock(machine: Machine): ReturnType<Machine['clock']['saveState']> {
  let clock = clocks.get(machine);
  if (!clock) {
    clocks.set(machine, (clock = machine.clock.saveState()));
    devices.set(
      machine,
      machine.board.devices.map((device) => device.saveState()),
    );
  } else machine.board.devices.forEach((device, n) => device.loadState(devices.get(machine)![n]!));
  return clock;
}

/** One program, run at a stretch, then compiled, in slices with a snapshot gone back to: both must come to the same. */
export function bareCase(random: Random, tally: Tally): void {
  const setup = setUp(random);
  const cut = 1 + random.below(TIME);
  const machine = begin(setup, Infinity);
  const kind = runTo(machine, TIME);
  checkMachine(machine);
  const straight = machineDigest(machine);
  tally.set(`${setup.bits}-bit, ${kind}`, (tally.get(`${setup.bits}-bit, ${kind}`) ?? 0) + 1);

  begin(setup, 1 + random.below(3));
  const snapshots = new Snapshots(machine);
  let end = runTo(machine, cut);
  if (end === 'time') {
    const there = snapshots.take();
    end = runTo(machine, Math.min(TIME, cut + random.below(2000)));
    snapshots.restore(there);
    end = runTo(machine, TIME);
  }
  checkMachine(machine);
  assert.equal(end, kind, 'another end in slices');
  assert.equal(machineDigest(machine), straight, 'another state in slices');
}
