import assert from 'node:assert/strict';
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';
import { fieldFacts, fieldTip } from '../../webview/vmcb/field-facts';
import { CONTROL_GROUPS, FOLDED_SAVE_GROUPS, INTERCEPT_FIELDS, SAVE_GROUPS, SEGMENTS } from '../../webview/vmcb/groups';
import { interceptWords } from '../../webview/vmcb/intercept-words';
import { VmcbPage } from '../../webview/vmcb/vmcb-page';
import { BEFORE, IOIO, vmcbBytes } from './mock-lab';
import type { Values } from './mock-lab';

const page = (values: Values) => new VmcbPage(vmcbBytes(values));
const now = page(IOIO);
const before = page(BEFORE);

function words(field: VmcbField, values: Values, earlier?: Values): string[] {
  const context = {
    page: page({ ...IOIO, ...values }),
    before: earlier && page(earlier),
    instruction: 'out dx, al',
    exited: true,
  };
  const { chips, note } = fieldFacts(field, context);
  const marks = { on: '', off: '!', bad: '*', hit: '>' };
  return [...chips.map(({ text, look }) => `${marks[look ?? 'on']}${text}`), ...(note ? [`(${note})`] : [])];
}

describe('the fields of the VMCB panel', () => {
  it('are all fields of the VMCB, each once', () => {
    const groups = [...CONTROL_GROUPS, ...SAVE_GROUPS, ...FOLDED_SAVE_GROUPS].flatMap(({ fields }) => fields);
    const segments = SEGMENTS.flatMap(({ selector, attrib, limit, base }) => [selector, attrib, limit, base]);
    const shown = [...groups, ...segments, ...INTERCEPT_FIELDS];
    assert.deepEqual([...shown].sort(), Object.keys(VMCB).sort());
  });

  it('are read little-endian, at any size', () => {
    assert.equal(now.value('rip'), IOIO.rip);
    assert.equal(now.value('cpl'), 0n);
    assert.equal(page({ exitCode: 0xffff_ffff_ffff_ffffn }).exitCode, -1);
    assert.equal(page({ hostReserved: 1n << 255n }).value('hostReserved'), 1n << 255n);
  });

  it('say what their bits mean', () => {
    assert.deepEqual(words('exitCode', {}), ['VMEXIT_IOIO']);
    assert.deepEqual(words('exitInfo1', {}), ['OUT', 'port 3F8h COM1 data', '8-bit', 'A64']);
    assert.deepEqual(words('exitIntInfo', {}), ['(no event was being delivered)']);
    assert.deepEqual(words('exitIntInfo', { exitIntInfo: 0x10_8000_0b0dn }), ['EXCEPTION', '#GP', 'error code 10h']);
    assert.deepEqual(words('eventInj', { eventInj: 0x8000_0020n }), ['INTR', 'vector 20h']);
    assert.deepEqual(words('eventInj', { eventInj: 0x8000_0120n }), ['*RESERVED', 'vector 20h']);
    assert.deepEqual(words('nRip', {}), ['RIP + 1']);
    assert.deepEqual(words('nRip', { nRip: 0n }), ['(not written by this exit)']);
    assert.deepEqual(words('guestAsid', { guestAsid: 0n }), ['*the host’s']);
    assert.deepEqual(words('tlbControl', { tlbControl: 3n }), ['(flush this ASID)']);
    assert.deepEqual(words('cleanBits', {}), ['10 of 13 clean']);
    assert.deepEqual(words('efer', { efer: 0x501n }), ['!SVME', 'LMA', 'LME', 'SCE']);
    assert.deepEqual(words('rip', {}), ['out dx, al']);
    assert.deepEqual(words('rax', {}), ["AL 'P'"]);
    assert.deepEqual(words('iopmBasePa', { iopmBasePa: 0x21_0001n }), ['*reserved 11:0 set']);
    assert.deepEqual(words('exitInfo1', { exitCode: 0x400n, exitInfo1: 0x1_0000_0006n }), ['RW', 'US', 'GPA']);
    assert.deepEqual(words('exitInfo1', { exitCode: 0x78n, exitInfo1: 0n }), ['(unused by this exit)']);
    assert.deepEqual(words('exitInfo1', { exitCode: 0x4en, exitInfo1: 2n }), ['!P', 'RW']);
    assert.deepEqual(words('exitInfo1', { exitCode: 0x13n, exitInfo1: 1n << 63n }), ['MOV, RAX']);
  });

  it('mark the bits that changed', () => {
    const { chips } = fieldFacts('rflags', { page: now, before, instruction: '', exited: true });
    const changed = chips.filter(({ changed: is }) => is).map(({ text }) => text);
    assert.deepEqual(changed, ['ZF', 'PF']);
  });

  it('tell who moves them, and their section', () => {
    for (const field of Object.keys(VMCB) as VmcbField[]) {
      assert.match(fieldTip(field), /VMRUN|VMLOAD/);
      assert.match(fieldTip(field), /§[\dA-C]/);
    }
    assert.match(fieldTip('cr3'), /loaded and checked by VMRUN, stored by #VMEXIT; clean bit 5, CRx/);
    assert.match(fieldTip('kernelGsBase'), /moved by VMLOAD and VMSAVE/);
  });

  it('show the intercepts that are on, and the one that fired', () => {
    const bits = interceptWords(now, before, true).flatMap((word) => word.bits);
    const on = bits.filter((bit) => bit.on).map(({ label }) => label);
    assert.deepEqual(on.slice(0, 6), ['write CR0', 'write CR4', 'write CR8', '#DB', '#DF', '#MC']);
    assert.deepEqual(
      bits.filter(({ fired }) => fired).map(({ label }) => label),
      ['IOIO_PROT'],
    );
    assert.equal(interceptWords(now, page({ ...BEFORE, interceptException: 0n }), true)[2]?.changed, true);
  });
});
