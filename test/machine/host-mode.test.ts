import assert from 'node:assert/strict';
import { EXIT_CODES } from '../../src/engine/arch/exit-codes';
import { INTERCEPTS } from '../../src/engine/arch/intercepts';
import { EFER_SVME } from '../../src/engine/arch/registers';
import { VMCB } from '../../src/engine/arch/vmcb';
import { PROFILES } from '../../src/engine/cpu/profiles';
import { exitCost } from '../../src/engine/machine/exit-cost';
import { HostMode, HostModeError } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { GIF } from '../../src/engine/state/layout';
import { Vmcb } from '../../src/engine/state/vmcb';

const MB = 1 << 20;
const GUEST = 0x10_1000;

/** A VMCB for real-mode code at SPA 10000h, without nested paging. */
function setup(code: readonly number[]): { machine: Machine; host: HostMode; vmcb: Vmcb } {
  const machine = new Machine({ ramSize: 4 * MB });
  const host = new HostMode(machine);
  const vmcb = new Vmcb(host.memory, GUEST);
  vmcb.clear();
  vmcb.setInt(VMCB.interceptMisc1.offset, (1 << INTERCEPTS.HLT.bit) | (1 << INTERCEPTS.INTR.bit));
  vmcb.setInt(VMCB.interceptMisc2.offset, 1);
  vmcb.set('guestAsid', 1);
  vmcb.set('efer', EFER_SVME);
  vmcb.set('cr0', 0x10);
  vmcb.set('rflags', 2);
  for (const name of ['es', 'cs', 'ss', 'ds'] as const) {
    vmcb.set(`${name}Attrib`, name === 'cs' ? 0x9b : 0x93);
    vmcb.set(`${name}Limit`, 0xffff);
    vmcb.set(`${name}Base`, 0x10000);
  }
  host.memory.writeBytes(0x10000, Uint8Array.from(code));
  return { machine, host, vmcb };
}

describe('host mode', () => {
  it('is 64-bit, with SVM on, GIF 0, and tables that map system memory to itself', () => {
    const { machine, host } = setup([]);
    const { state, processor } = machine;
    assert.equal(state.efer, 0x1d00);
    assert.equal(state.cr(0) >>> 0, 0x80010031);
    // PAE, OSFXSR and OSXSAVE
    assert.equal(state.cr(4), 0x40220);
    assert.equal(state.i32[GIF >> 2], 0);
    assert.equal(processor.is64Bit, true);
    for (const address of [0, 0x10_0000, 0x3f_f000, 0xfee0_0000]) {
      assert.ok(processor.walker.walk(address | 0, 0, 1));
      assert.equal(processor.walker.spa, address);
    }
    assert.ok(host.freeMemory.end < 4 * MB && host.freeMemory.start === MB);
  });

  it('VMRUN is a request; run carries it out until #VMEXIT, and time moves by the exit’s cost', () => {
    // inc bx; inc bx; hlt
    const { host, vmcb } = setup([0x43, 0x43, 0xf4]);
    host.setGpr(3, 40, 0);
    const request = host.vmrun(GUEST);
    assert.equal(host.inGuest, false);
    assert.deepEqual(host.run(request, Infinity), { kind: 'vmexit' });
    assert.equal(vmcb.number('exitCode'), EXIT_CODES.VMEXIT_HLT.code);
    assert.equal(host.gprLow(3), 42, 'registers software carries are the guest’s');
    assert.equal(host.exitTime, 3);
    assert.equal(host.time, 3 + 1350 + 150);
    assert.equal(host.inGuest, false);
  });

  it('stops inside the guest at a moment, and goes on there', () => {
    // jmp $
    const { host } = setup([0xeb, 0xfe]);
    assert.deepEqual(host.run(host.vmrun(GUEST), 100), { kind: 'time' });
    assert.equal(host.inGuest, true);
    assert.throws(() => host.vmrun(GUEST), HostModeError);
    assert.throws(() => host.vmsave(GUEST), HostModeError);
    assert.deepEqual(host.run(undefined, 250), { kind: 'time' });
    assert.equal(host.time, 250);
  });

  it('a refused VMRUN is #VMEXIT(INVALID), with its reasons for a tool', () => {
    const { host, vmcb } = setup([0xf4]);
    vmcb.set('efer', 0);
    assert.deepEqual(host.run(host.vmrun(GUEST), Infinity), { kind: 'vmexit' });
    assert.equal(vmcb.big('exitCode'), 0xffff_ffff_ffff_ffffn);
    assert.equal(host.time, 1350 + 1000);
    assert.deepEqual(
      host.refusal(GUEST).violations.map(({ field }) => field),
      ['efer'],
    );
  });

  it('what would be #GP in host mode is an error', () => {
    const { host } = setup([]);
    assert.throws(() => host.vmrun(GUEST + 8), /#GP\(0\)/);
    assert.throws(() => host.vmload(2 ** 48), /#GP\(0\)/);
    assert.throws(() => host.readMsr(0x12345), /RDMSR of 12345h raised #GP\(0\)/);
    assert.throws(() => host.writeMsr(0xc0000080, 0, 0), /WRMSR of c0000080h raised #GP\(0\)/i);
    assert.throws(() => host.run(undefined, 1), /no guest is entered/);
  });

  it('RDMSR and WRMSR leave the registers alone', () => {
    const { host } = setup([]);
    for (const [n, value] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const)
      host.setGpr(n, value, value);
    host.writeMsr(0xc0000082, 0x1234, 0x7fff);
    assert.deepEqual(host.readMsr(0xc0000082), [0x1234, 0x7fff]);
    for (const [n, value] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      assert.deepEqual([host.gprLow(n), host.gprHigh(n)], [value, value]);
    }
  });

  it('a physical interrupt is #VMEXIT(INTR), then STGI, then acknowledged', () => {
    const { machine, host, vmcb } = setup([0xfb, 0xeb, 0xfe]);
    for (const [port, value] of [
      [0x20, 0x11],
      [0x21, 0x40],
      [0x21, 4],
      [0x21, 1],
      [0x21, 0xef],
      [0x3fc, 8],
      [0x3f9, 1],
    ] as const) {
      host.writePort(port, 1, value);
    }
    assert.deepEqual(host.run(host.vmrun(GUEST), 50), { kind: 'time' });
    machine.sendConsole([0x41]);
    assert.deepEqual(host.run(undefined, 1000), { kind: 'vmexit' });
    assert.equal(vmcb.number('exitCode'), EXIT_CODES.VMEXIT_INTR.code);
    assert.throws(() => host.acknowledgeInterrupt(), /GIF is 0/);
    assert.equal(host.interruptPending, true);
    host.stgi();
    assert.equal(host.acknowledgeInterrupt(), 0x44);
    assert.throws(() => host.acknowledgeInterrupt(), /no interrupt is pending/);
    assert.equal(host.readPort(0x3f8, 1), 0x41);
  });

  it('HLT in host mode passes time to the next alarm, and none when there is nothing to come', () => {
    const { host } = setup([]);
    assert.equal(host.halt(1e9), 'halted');
    assert.equal(host.time, 0);
    for (const [port, value] of [
      [0x20, 0x11],
      [0x21, 0x40],
      [0x21, 4],
      [0x21, 1],
      [0x21, 0xfe],
    ] as const) {
      host.writePort(port, 1, value);
    }
    for (const [port, value] of [
      [0x43, 0x30],
      [0x40, 100],
      [0x40, 0],
    ] as const)
      host.writePort(port, 1, value);
    assert.equal(host.halt(10_000), 'time');
    assert.equal(host.time, 10_000);
    assert.equal(host.halt(1e9), 'interrupt');
    assert.ok(host.time > 83_000 && host.time < 87_000, `${host.time}`);
  });

  it('every kind of exit has its cost on every processor; decoding costs where there is no nRIP', () => {
    const costs = (code: number): number[] => Object.values(PROFILES).map(({ exitCosts }) => exitCost(exitCosts, code));
    assert.deepEqual(costs(0x72), [1575, 1275, 1500, 1500]);
    assert.deepEqual(costs(0x78), [1575, 1275, 1500, 1500]);
    assert.deepEqual(costs(0x400), [1725, 1725, 1950, 1950]);
    assert.deepEqual(costs(0x1234), costs(-1), 'a code nobody knows counts as a fault');
    for (const { code } of Object.values(EXIT_CODES)) for (const cost of costs(code)) assert.ok(cost > 1000);
  });
});
