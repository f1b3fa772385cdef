import assert from 'node:assert/strict';
import { CpuState } from '../../src/engine/state/cpu-state';
import { memoryMap } from '../../src/engine/state/layout';
import { iopmIntercepts, setIopm } from '../../src/engine/state/permission-maps';
import { Ram } from '../../src/engine/state/ram';
import { Vmcb } from '../../src/engine/state/vmcb';
import type { SvmContext } from '../../src/engine/svm/context';
import { vmexit } from '../../src/engine/svm/vmexit';
import { vmload, vmsave } from '../../src/engine/svm/vmload';
import { vmrun } from '../../src/engine/svm/vmrun';
import { LIMITS } from './processor';

const SIZE = 0xa000_0000;
const VMCB_SPA = SIZE - 0x1000;
const HSAVE_SPA = SIZE - 0x2000;
const IOPM_SPA = SIZE - 0x8000;

describe('the world switch with 2.5 GB of RAM', () => {
  it('reaches a VMCB, a host save area and maps past the 2 GB line', () => {
    // pages nobody touches cost no memory
    const map = memoryMap(SIZE, 0);
    const buffer = new ArrayBuffer(map.total);
    const state = new CpuState(buffer);
    const ram = new Ram(buffer, map, [{ start: 0, size: SIZE, kind: 'ram', offset: 0 }]);
    const c: SvmContext = {
      state,
      ram,
      limits: LIMITS,
      probe: undefined,
      rflags: () => state.systemFlags,
      flushAsid: () => undefined,
      flushAllAsids: () => undefined,
      contextChanged: () => undefined,
    };
    state.setCr(0, 0x80000011);
    state.efer = 0x1500;
    state.setNumber(state.msrAt('VM_HSAVE_PA'), HSAVE_SPA);
    const vmcb = new Vmcb(ram, VMCB_SPA);
    vmcb.set('interceptMisc2', 1);
    vmcb.set('guestAsid', 1);
    vmcb.set('efer', 0x1000);
    vmcb.set('cr0', 0x11);
    vmcb.set('cpl', 3);
    vmcb.set('rip', 0x7c00);
    vmcb.set('star', 0x1234);
    assert.equal(vmrun(c, VMCB_SPA, 0x5555, 0).entered, true);
    assert.deepEqual([state.ripLow, state.cpl], [0x7c00, 3]);
    state.setRip(0x7c02, 0);
    state.cpl = 2;
    vmexit(c, 0x400, 0, 0, 0, 0, 0, 0);
    assert.deepEqual([vmcb.number('rip'), vmcb.low('cpl'), vmcb.low('exitCode')], [0x7c02, 2, 0x400]);
    assert.equal(state.ripLow, 0x5555);
    assert.equal(new Vmcb(ram, HSAVE_SPA).number('rip'), 0x5555);

    vmload(c, VMCB_SPA);
    assert.equal(state.number(state.msrAt('STAR')), 0x1234);
    state.setNumber(state.msrAt('STAR'), 0x4321);
    vmsave(c, VMCB_SPA);
    assert.equal(vmcb.number('star'), 0x4321);

    setIopm(ram, IOPM_SPA, 0x80, 1, true);
    assert.equal(iopmIntercepts(ram, IOPM_SPA, 0x80, 1), true);
    assert.equal(iopmIntercepts(ram, IOPM_SPA, 0x81, 1), false);
  });
});
