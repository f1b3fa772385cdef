import assert from 'node:assert/strict';
import {
  cr0SelectiveIntercepted,
  crExitCode,
  crInfo1,
  crInfo1High,
  crReadIntercepted,
  crWriteIntercepted,
  drExitCode,
  drReadIntercepted,
  drWriteIntercepted,
  exceptionExitCode,
  exceptionIntercepted,
  intercepts,
  interceptsNamed,
  ioInfo1,
  ioIntercepted,
  msrIntercepted,
  nRipValid,
  pauseIntercepted,
} from '../../src/engine/svm/intercept';
import { storeInstructionBytes, vmexit } from '../../src/engine/svm/vmexit';
import { isBadVmcbAddress, vmrun } from '../../src/engine/svm/vmrun';
import { IOPM_SPA, LIMITS, MSRPM_SPA, Processor, VMCB_SPA, legalEntry } from './processor';

const at = VMCB_SPA;

/** A processor in a guest whose intercept words are given. */
function guest(
  words: Partial<Record<0 | 1 | 2 | 3 | 4 | 5, number>>,
  make?: (p: Processor) => void,
  limits = LIMITS,
): Processor {
  const p = new Processor(limits);
  legalEntry(p);
  for (const [word, value] of Object.entries(words)) p.put32(at + Number(word) * 4, value | (word === '4' ? 1 : 0));
  make?.(p);
  assert.equal(vmrun(p, VMCB_SPA, 0, 0).entered, true);
  return p;
}

describe('intercepts', () => {
  it('read the words of the running guest, and none in host mode', () => {
    const p = guest({ 3: 1 << 18 });
    assert.equal(intercepts(p.state, 3, 18), true);
    assert.equal(interceptsNamed(p.state, 'CPUID'), true);
    assert.equal(interceptsNamed(p.state, 'RSM'), false);
    assert.equal(interceptsNamed(p.state, 'VMRUN'), true);
    vmexit(p, 0x72, 0, 0, 0, 0, 0, 0);
    assert.equal(interceptsNamed(p.state, 'CPUID'), false);
    assert.equal(interceptsNamed(p.state, 'VMRUN'), false);
  });

  it('find control registers, debug registers and exceptions at their bits', () => {
    const p = guest({ 0: 0x00100009, 1: 0x00800002, 2: 0x00004000 });
    const named = (test: (n: number) => boolean): number[] => [...Array(32).keys()].filter(test);
    assert.deepEqual(
      named((n) => n < 16 && crReadIntercepted(p.state, n)),
      [0, 3],
    );
    assert.deepEqual(
      named((n) => n < 16 && crWriteIntercepted(p.state, n)),
      [4],
    );
    assert.deepEqual(
      named((n) => n < 16 && drReadIntercepted(p.state, n)),
      [1],
    );
    assert.deepEqual(
      named((n) => n < 16 && drWriteIntercepted(p.state, n)),
      [7],
    );
    assert.deepEqual(
      named((n) => exceptionIntercepted(p.state, n)),
      [14],
    );
    assert.equal(crExitCode(3, true), 0x13);
    assert.equal(crExitCode(8, false), 0x08);
    assert.equal(drExitCode(7, true), 0x37);
    assert.equal(drExitCode(6, false), 0x26);
    assert.equal(exceptionExitCode(14), 0x4e);
  });

  it('select writes of CR0 that change more than TS and MP, and every LMSW', () => {
    const p = guest({ 3: 1 << 5 });
    assert.equal(cr0SelectiveIntercepted(p.state, 0x80000011, 0x8000001b, false), false);
    assert.equal(cr0SelectiveIntercepted(p.state, 0x80000011, 0x80010011, false), true);
    assert.equal(cr0SelectiveIntercepted(p.state, 0x80000011, 0x00000011, false), true);
    assert.equal(cr0SelectiveIntercepted(p.state, 0x80000011, 0x80000011, true), true);
    assert.equal(cr0SelectiveIntercepted(guest({}).state, 0x80000011, 0x00000011, false), false);
  });

  it('ask the I/O and MSR maps only when their bits are set', () => {
    const maps = (p: Processor): void => {
      p.put8(IOPM_SPA + 0x3f8 / 8, 1);
      p.put8(MSRPM_SPA + 0x800 + 0x20, 0x02);
    };
    const off = guest({ 3: 0 }, maps);
    assert.equal(ioIntercepted(off.state, off.ram, 0x3f8, 1), false);
    assert.equal(msrIntercepted(off.state, off.ram, 0x12345, false), false);
    const p = guest({ 3: 0x18000000 }, maps);
    assert.equal(ioIntercepted(p.state, p.ram, 0x3f8, 1), true);
    assert.equal(ioIntercepted(p.state, p.ram, 0x3f9, 1), false);
    assert.equal(ioIntercepted(p.state, p.ram, 0x3f5, 4), true);
    assert.equal(msrIntercepted(p.state, p.ram, 0xc0000080, true), true);
    assert.equal(msrIntercepted(p.state, p.ram, 0xc0000080, false), false);
    assert.equal(msrIntercepted(p.state, p.ram, 0x12345, false), true);
  });

  it('let PAUSE_FILTER_COUNT PAUSEs through, then exit', () => {
    const exits = (p: Processor, pauses: number): string =>
      Array.from({ length: pauses }, () => (pauseIntercepted(p.state, p.limits, 0) ? 'X' : '.')).join('');
    const count = (n: number) => (p: Processor) => p.put16(at + 0x03e, n);
    assert.equal(exits(guest({ 3: 1 << 23 }, count(3)), 5), '...XX');
    assert.equal(exits(guest({ 3: 1 << 23 }, count(0)), 2), 'XX');
    assert.equal(exits(guest({ 3: 0 }, count(0)), 2), '..');
    assert.equal(exits(guest({ 3: 1 << 23 }, count(3), { ...LIMITS, svm: 1 }), 2), 'XX');
  });

  it('refill the PAUSE filter after more than PAUSE_FILTER_THRESHOLD', () => {
    const p = guest({ 3: 1 << 23 }, (q) => {
      q.put16(at + 0x03c, 100);
      q.put16(at + 0x03e, 1);
    });
    let retired = 1e6;
    const pause = (after: number): boolean => pauseIntercepted(p.state, p.limits, (retired += after));
    assert.deepEqual([pause(10), pause(101), pause(100), pause(1000), pause(5)], [false, false, true, false, true]);
  });

  it('know for any EXITCODE whether nRIP is stored', () => {
    assert.equal(nRipValid(0x72), true);
    assert.equal(nRipValid(0x4e), false);
    assert.equal(nRipValid(0x400), false);
    assert.equal(nRipValid(-1), false);
    assert.equal(nRipValid(0x7fffffff), false);
  });
});

describe('what exits report', () => {
  it('packs EXITINFO1 of IOIO', () => {
    // in al, 60h in 32-bit code; out dx, ax; rep outsd from DS with 64-bit addresses; insb with 16-bit addresses to ES
    assert.equal(ioInfo1(0x60, 1, true, false, false, 32, 0) >>> 0, 0x00600111);
    assert.equal(ioInfo1(0x3f8, 2, false, false, false, 64, 0) >>> 0, 0x03f80220);
    assert.equal(ioInfo1(0xf000, 4, false, true, true, 64, 3) >>> 0, 0xf0000e4c);
    assert.equal(ioInfo1(0x1f0, 1, true, true, false, 16, 0) >>> 0, 0x01f00095);
  });

  it('names the general register of MOV CR only with decode assists', () => {
    assert.deepEqual([crInfo1(LIMITS, 12), crInfo1High(LIMITS, true) >>> 0], [12, 0x80000000]);
    assert.deepEqual([crInfo1(LIMITS, 0), crInfo1High(LIMITS, false)], [0, 0]);
    const without = { ...LIMITS, svm: 1 };
    assert.deepEqual([crInfo1(without, 12), crInfo1High(without, true)], [0, 0]);
  });

  it('stores the instruction bytes given for an exit, at most fifteen, and their number; none for the next', () => {
    const p = guest({});
    const field = (): number[] => [...p.page(at).subarray(0x0d0, 0x0e1)];
    storeInstructionBytes(p, [0x48, 0x89, 0x03]);
    vmexit(p, 0x400, 0, 0, 0, 0, 0, 0);
    assert.deepEqual(field(), [3, 0x48, 0x89, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    vmrun(p, VMCB_SPA, 0, 0);
    storeInstructionBytes(
      p,
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    vmexit(p, 0x4e, 0, 0, 0, 0, 0, 0);
    assert.deepEqual(field(), [15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]);
    vmrun(p, VMCB_SPA, 0, 0);
    vmexit(p, 0x400, 0, 0, 0, 0, 0, 0);
    assert.equal(field()[0], 0);
  });

  it('refuses as a VMCB address what is not a page of the physical address space', () => {
    assert.equal(isBadVmcbAddress(LIMITS, 0x10000, 0), false);
    assert.equal(isBadVmcbAddress(LIMITS, 0x10800, 0), true);
    assert.equal(isBadVmcbAddress(LIMITS, 0xfffff000 | 0, 0xffff), false);
    assert.equal(isBadVmcbAddress(LIMITS, 0, 0x10000), true);
    assert.equal(isBadVmcbAddress(LIMITS, 0, -1), true);
  });
});
