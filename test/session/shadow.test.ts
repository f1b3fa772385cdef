/** What tools see of a guest under shadow paging: what it believes, and how the shadow stands to its own tables. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import { Machine } from '../../src/engine/machine/machine';
import { systemMemoryMb, type GuestSpec, type PagingChoice } from '../../src/hypervisor/guest-spec';
import type { ShadowComparison, ShadowQuestion } from '../../src/protocol/shadow';
import { openAnswer, sealed } from '../../src/protocol/wire';
import { BareTarget } from '../../src/session/bare-target';
import { GuestTarget } from '../../src/session/guest-target';
import { pageTablesAnswer } from '../../src/session/inspect/page-tables';
import { shadowAnswer } from '../../src/session/inspect/shadow';
import { Lab } from '../../src/session/lab';
import { writeMemory } from '../../src/session/memory';

/** A 32-bit guest with its own tables: directory at 200000h, one table at 201000h; it stops at each OUT to port 80h. */
const SOURCE = `bits 32
org 0x100000
  mov edi, 0x201000
  mov eax, 3
  mov ecx, 1024
fill: stosd
  add eax, 0x1000
  loop fill
  mov dword [0x200000], 0x201003
  mov dword [0x201000 + 0x3f0 * 4], 0xb8003
  mov eax, 0x200000
  mov cr3, eax
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
  mov ebx, [0x300000]
  mov [0x301000], ebx
  mov ebx, [0x201000]
  out 0x80, al
  mov dword [0x201000 + 0x301 * 4], 0
  mov dword [0x201000 + 0x300 * 4], 0x302003
  nop
halted: nop
  invlpg [0x301000]
  invlpg [0x300000]
  out 0x80, al
  hlt
`;

function labOf(paging: PagingChoice): Lab {
  const assembly = assemble(SOURCE, { file: 'guest.asm' });
  assert.equal(assembly.failed, false);
  const image = startState(loadFlat(assembly.bytes, { bits: 32, origin: Number(assembly.origin) }));
  const spec: GuestSpec = { name: 'guest', memoryMb: 4, image, paging };
  const machine = new Machine({ ramSize: systemMemoryMb([spec]) << 20 });
  return new Lab(new GuestTarget(machine, [{ spec }]));
}

function ask(lab: Lab, question: Partial<ShadowQuestion> = {}): ShadowComparison {
  const answer = shadowAnswer(lab, { show: 'all', limit: 100, ...question });
  openAnswer('pacifica/shadow', sealed(answer));
  assert.equal(answer.kind, 'comparison');
  return answer as ShadowComparison;
}

/** Runs to the `count`th OUT from now, before its handler. */
function toOut(lab: Lab, count = 1): void {
  const target = lab.target as GuestTarget;
  for (let n = 0; n < count;) {
    target.requestStop();
    assert.equal(target.run(1e9).kind, 'stopped');
    if (target.hypervisor.pendingExit!.code === 0x7b) n++;
  }
}

describe('a guest under shadow paging, for tools', () => {
  it('has the control registers it believes in, and memory by its own tables', () => {
    const lab = labOf('shadow');
    toOut(lab);
    const guest = lab.guest(0)!;
    const registers = lab.registers(guest);
    assert.equal(registers.cr(3), 0x20_0000n);
    assert.equal(registers.cr(4), 0n);
    assert.equal(registers.cr(0), 0x8000_0011n);
    assert.equal(registers.efer, 0n);
    assert.deepEqual([...lab.read(guest, 0x20_1000n, 4)].slice(0, 2), [0x03 | 0, 0]);
    const table = pageTablesAnswer(lab, { root: 'guest', path: [0] });
    assert.equal(table.kind === 'table' && table.format, 'legacy');
    const shadow = pageTablesAnswer(lab, { root: 'shadow', path: [] });
    assert.equal(shadow.kind === 'table' && shadow.format, 'pae');
    assert.deepEqual(shadow.roots, ['guest', 'shadow', 'host']);
  });

  it('rows say how the shadow stands to the guest’s tables, page by page', () => {
    const lab = labOf('shadow');
    toOut(lab);
    const all = ask(lab);
    assert.deepEqual([all.guestCr3, all.paging, all.complete, all.next], ['0x200000', true, true, null]);
    assert.notEqual(all.vmcbCr3, all.guestCr3);
    const at = (gva: number) =>
      all.rows.find(({ gva: start, page, count }) => gva >= Number(start) && gva < Number(start) + page * count)!;
    assert.deepEqual([at(0x30_0000).sign, at(0x30_0000).reason], ['stricter', 'dirty']);
    assert.deepEqual([at(0x30_1000).sign, at(0x30_1000).shadow!.rw], ['in-step', true]);
    assert.deepEqual([at(0x20_1000).sign, at(0x20_1000).reason], ['stricter', 'dirty']);
    assert.deepEqual([at(0x10_1000).sign, at(0x10_1000).reason], ['not-built', 'untouched']);
    assert.equal(at(0x3f_0000).sign, 'emulated');
    assert.equal(at(0x10_0000).guest!.a, true);
    const { pages, inStep, stricter, notBuilt, emulated, wrong } = all.counts;
    assert.equal(pages, 1024);
    assert.equal(inStep + stricter + notBuilt + emulated, pages);
    assert.equal(wrong, 0);
    // A0000h to FFFFFh, and the page mapped there.
    assert.equal(emulated, 0x60 + 1);
  });

  it('entries the guest has changed are stale until the next #VMEXIT, which is legal', () => {
    const lab = labOf('shadow');
    toOut(lab);
    const { target } = lab;
    // The OUT, the first write (which opens the table's page), the second write, NOP.
    for (let n = 0; n < 3; n++) assert.equal(target.run(1e9, 1).kind, 'time');
    const stale = ask(lab, { show: 'differences' }).rows.filter(({ sign }) => sign === 'wrong');
    assert.deepEqual(
      stale.map(({ gva, reason }) => [gva, reason]),
      [
        ['0x300000', 'wrong-frame'],
        ['0x301000', 'stale'],
      ],
    );
    toOut(lab);
    target.run(1e9, 1);
    assert.equal(ask(lab).counts.wrong, 0);
  });

  it('what a tool writes into a guest table is in the shadow at once', () => {
    const lab = labOf('shadow');
    toOut(lab);
    const guest = lab.guest(0)!;
    const entry = 0x20_1000n + 0x301n * 4n;
    writeMemory(lab.machine, lab.space(guest, true), entry, Uint8Array.of(0, 0, 0, 0));
    assert.equal(ask(lab).counts.wrong, 1);
    guest.kept!()!.written();
    assert.equal(ask(lab).counts.wrong, 0);
  });

  it('a long comparison comes in parts', () => {
    const lab = labOf('shadow');
    toOut(lab);
    const whole = ask(lab).rows;
    const parts = [];
    let from: string | undefined;
    for (;;) {
      const part = ask(lab, { limit: 2, from });
      parts.push(...part.rows);
      if (part.next === null) break;
      from = part.next;
    }
    assert.deepEqual(parts, whole);
    assert.ok(whole.length > 6);
  });

  it('where there is no shadow it is said why', () => {
    const nested = labOf('nested');
    toOut(nested);
    assert.equal((shadowAnswer(nested, { show: 'all', limit: 1 }) as { why: string }).why, 'nested');
    const bare = new Lab(new BareTarget(new Machine({ ramSize: 4 << 20 })));
    assert.equal((shadowAnswer(bare, { show: 'all', limit: 1 }) as { why: string }).why, 'no-guest');
  });
});
