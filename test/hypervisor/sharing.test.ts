/** Several guests on one processor: shares, timers, ends of their own, memory of their own. */
import assert from 'node:assert/strict';
import type { GuestSpec } from '../../src/hypervisor/guest-spec';
import type { GuestStop } from '../../src/hypervisor/outcome';
import { EXIT, flat32, type Lab, lab, long, real } from './guest';
import { snapshot } from './snapshot';
import { picSetup } from '../pic-setup';

const MS = 1_000_000;

function weighted(spec: GuestSpec, weight: number, name = spec.name): GuestSpec {
  return { ...spec, weight, name };
}

/** Percent of the processor time all guests had. */
function shares({ hypervisor }: Lab): number[] {
  const used = hypervisor.guests.map(({ account }) => account.used);
  const all = used.reduce((sum, ns) => sum + ns, 0);
  return used.map((ns) => (100 * ns) / all);
}

function assertShares(l: Lab, ...expected: number[]): void {
  const got = shares(l);
  const words = got.map((share) => share.toFixed(2)).join(' : ');
  got.forEach((share, n) => assert.ok(Math.abs(share - expected[n]!) < 2, `${words}, not ${expected.join(' : ')}`));
}

const SPIN = long('again: inc r8\njmp again');
const EXITS = long('again: mov eax, 1\ncpuid\nmov dx, 0x80\nout dx, al\njmp again');

/** Interrupted by its timer every `period` PIT ticks; between them it works so many rounds of a loop, then sleeps. Ticks in [600h]. */
const timed = (period: number, work: number): GuestSpec =>
  real(`
        mov sp, 0x7c00
        ${picSetup(0x20, 0xfe)}
        mov word [0x80], tick
        mov word [0x82], 0
        mov dword [0x600], 0
        mov al, 0x34
        out 0x43, al
        mov al, ${period & 0xff}
        out 0x40, al
        mov al, ${period >> 8}
        out 0x40, al
        sti
      again: mov ecx, ${work}
      spin: dec ecx
        jnz spin
        hlt
        jmp again
      tick: inc dword [0x600]
        push ax
        mov al, 0x20
        out 0x20, al
        pop ax
        iret`);

function ticks({ hypervisor }: Lab, id: number): number {
  return new DataView(hypervisor.guests[id]!.memory.read(0x600, 4).buffer).getUint32(0, true);
}

describe('guests that share the processor', () => {
  it('have it in proportion to their weights', () => {
    for (const [a, b] of [
      [1, 1],
      [1, 3],
      [1, 9],
    ] as const) {
      const l = lab(weighted(SPIN, a), weighted(SPIN, b));
      assert.equal(l.run(Infinity, 30 * MS).kind, 'time');
      assertShares(l, (100 * a) / (a + b), (100 * b) / (a + b));
    }
  });

  it('also three, and one without a weight', () => {
    const l = lab(weighted(SPIN, 2), SPIN, weighted(SPIN, 3));
    l.run(Infinity, 30 * MS);
    assertShares(l, 100 / 3, 100 / 6, 50);
  });

  it('also when one exits all the time: its exits are its own time', () => {
    const heavy = lab(weighted(EXITS, 1), weighted(SPIN, 3));
    heavy.run(Infinity, 30 * MS);
    assertShares(heavy, 25, 75);
    const light = lab(weighted(EXITS, 3), weighted(SPIN, 1));
    light.run(Infinity, 30 * MS);
    assertShares(light, 75, 25);
    const both = lab(weighted(EXITS, 1), weighted(EXITS, 3));
    both.run(Infinity, 30 * MS);
    assertShares(both, 25, 75);
  });

  it('also when they sleep in HLT between pieces of work', () => {
    // ticks of 0.1 ms end short sleeps after 2 ms of work
    const l = lab(weighted(timed(119, 1_000_000), 1), weighted(timed(119, 1_000_000), 3));
    l.run(Infinity, 100 * MS);
    assert.ok(l.records.filter(({ handler }) => handler === 'hlt').length > 20);
    assertShares(l, 25, 75);
  });

  it('what one does not want the other has', () => {
    // a tenth of a millisecond of work in each of two
    const l = lab(weighted(timed(2386, 100_000), 3), weighted(SPIN, 1));
    l.run(Infinity, 100 * MS);
    const [sleeper] = shares(l);
    assert.ok(sleeper! > 9 && sleeper! < 12, `${sleeper}`);
    assert.equal(l.hypervisor.idleTime, 0);
  });

  it('every nanosecond is somebody’s, or nobody’s', () => {
    for (const specs of [[SPIN, EXITS], [timed(2386, 1000), timed(1193, 5000)], [timed(2386, 1000)]]) {
      const l = lab(...specs);
      l.run(Infinity, 20 * MS);
      const used = l.hypervisor.guests.reduce((sum, { account }) => sum + account.used, 0);
      assert.equal(used + l.hypervisor.idleTime, l.machine.clock.now);
    }
  });

  it('have timers of their own, each on its time', () => {
    // 2 ms and 5 ms
    const l = lab(timed(2386, 1000), timed(5966, 200_000));
    l.run(Infinity, 100 * MS);
    assert.ok(Math.abs(ticks(l, 0) - 50) <= 1, `${ticks(l, 0)}`);
    assert.ok(Math.abs(ticks(l, 1) - 20) <= 1, `${ticks(l, 1)}`);
    const alone = lab(timed(2386, 1000));
    alone.run(Infinity, 100 * MS);
    assert.ok(Math.abs(ticks(alone, 0) - ticks(l, 0)) <= 1);
  });

  it('are interrupted by the host’s timer: #VMEXIT(INTR)', () => {
    const l = lab(SPIN, SPIN);
    l.run(Infinity, 10 * MS);
    const names = l.names();
    assert.ok(names.length >= 10);
    assert.deepEqual(new Set(names), new Set(['VMEXIT_INTR']));
    assert.deepEqual(new Set(l.records.map(({ guest }) => guest)), new Set([0, 1]));
  });

  it('go on from a snapshot as before', () => {
    const l = lab(weighted(timed(1193, 5000), 1), weighted(EXITS, 2));
    l.run(Infinity, 7_777_777);
    const restore = snapshot(l);
    const known = l.records.length;
    const goOn = (): object => {
      l.run(Infinity, 20 * MS);
      return { records: l.records.splice(known), shares: shares(l), ticks: ticks(l, 0), idle: l.hypervisor.idleTime };
    };
    const first = goOn();
    restore();
    assert.deepEqual(goOn(), first);
  });
});

/** Counts in [600h] to 5, a millisecond each, and says so on COM1. */
const COUNTER = long(`
        mov r9d, 5
      next: mov ecx, 500000
      spin: dec ecx
        jnz spin
        mov eax, r9d
        add al, '0'
        mov dx, 0x3f8
        out dx, al
        dec r9d
        jnz next
        ${EXIT(7)}`);
const TRIPLE_FAULT = long('lidt [rel none]\nint3\nnone: dw 0\ndq 0');

/** An exception is delivered to a stack where there is no memory. */
const LOST_STACK = flat32(`
        lidt [idtr]
        mov word [0x200000 + 6 * 8], ud
        mov word [0x200000 + 6 * 8 + 2], 8
        mov word [0x200000 + 6 * 8 + 4], 0x8e00
        mov word [0x200000 + 6 * 8 + 6], 0x10
        mov esp, 0x10000000
        ud2
      ud: hlt
      idtr: dw 0x7ff
        dd 0x200000`);

describe('a guest that ends', () => {
  const ends: readonly [string, GuestSpec, GuestStop['kind']][] = [
    ['with a triple fault', TRIPLE_FAULT, 'guest-shutdown'],
    ['by a debug exit', long(EXIT(3)), 'guest-exit'],
    ['by VMMCALL', long('mov eax, 2\nmov ebx, 9\nvmmcall'), 'guest-exit'],
    ['in HLT with interrupts masked', long('cli\nhlt'), 'halted'],
    ['by RESET', long('mov al, 1\nout 0x92, al'), 'guest-shutdown'],
    ['where the hypervisor gives up', LOST_STACK, 'diagnosis'],
  ];
  for (const [how, spec, kind] of ends) {
    it(`${how} leaves the other untouched`, () => {
      const alone = lab(COUNTER);
      assert.deepEqual(alone.run(), { kind: 'guest-exit', status: 15, value: 7 });
      for (const [other, ending] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const l = lab(...(other === 0 ? [COUNTER, spec] : [spec, COUNTER]));
        const told: [number, string][] = [];
        l.hypervisor.onGuestEnd = (vm, stop) => told.push([vm.id, stop.kind]);
        assert.deepEqual(l.run(), { kind: 'guests-ended' });
        assert.deepEqual(told, [
          [ending, kind],
          [other, 'guest-exit'],
        ]);
        assert.equal(l.console(), '54321');
        const state = ({ hypervisor }: Lab, id: number): unknown => {
          const { vcpu, memory } = hypervisor.guests[id]!;
          return {
            stopped: vcpu.state.stopped,
            rip: vcpu.vmcb.number('rip'),
            gprs: Array.from({ length: 16 }, (_, n) => vcpu.gpr(n)),
            memory: memory.read(0, memory.size),
          };
        };
        assert.deepEqual(state(l, other), state(alone, 0));
        const mine = (records: Lab['records'], id: number) => {
          return records.filter((r) => r.guest === id && r.handler !== 'timer').map((r) => [r.code, r.rip, r.outcome]);
        };
        assert.deepEqual(mine(l.records, other), mine(alone.records, 0));
      }
    });
  }

  it('hands the console on', () => {
    const echo = long(
      'mov dx, 0x3fd\nwait: in al, dx\ntest al, 1\njz wait\nmov dx, 0x3f8\nin al, dx\nout dx, al\n' + EXIT(0),
    );
    const l = lab(long(EXIT(0)), echo);
    l.run(Infinity, MS);
    assert.equal(l.hypervisor.listener?.id, 1);
    l.machine.sendConsole(['x'.charCodeAt(0)]);
    assert.deepEqual(l.run(), { kind: 'guests-ended' });
    assert.equal(l.console(), 'x');
  });
});

describe('memory of guests', () => {
  it('no system page belongs to two of them: tables, what the tables lead to, VMCBs and maps', () => {
    const touch = long(`
        mov rdi, 0x200000
        mov ecx, 300
      next: mov [rdi], rdi
        add rdi, 4096
        dec ecx
        jnz next
        cli
        hlt`);
    for (const paging of ['nested', 'shadow'] as const) {
      const l = lab({ ...touch, paging }, { ...touch, paging }, { ...touch, paging: 'nested', nestedPage: '2M' });
      l.run();
      const owner = new Map<number, number>();
      const take = (spa: number, id: number): void => {
        assert.equal(owner.get(spa) ?? id, id, `${spa.toString(16)}h is of two guests`);
        owner.set(spa, id);
      };
      const { memory } = l.host;
      // level 1 is the page table; what its entries lead to is a page, present or promised
      const walk = (table: number, level: number, id: number): void => {
        take(table, id);
        for (let at = table; at < table + 4096; at += 8) {
          const entry = memory.read64(at);
          const spa = Number(entry & 0xf_ffff_ffff_f000n);
          if (spa === 0) continue;
          if (level === 1) take(spa, id);
          else if ((entry & 0x81n) === 0x81n) for (let n = 0; n < 512; n++) take((spa & ~0x1fffff) + n * 4096, id);
          else walk(spa, level - 1, id);
        }
      };
      for (const { id, memory: own, vcpu } of l.hypervisor.guests) {
        walk(own.root, 4, id);
        const { vmcb, iopm, msrpm, carried, absent } = vcpu.pages;
        for (const spa of [vmcb, iopm, iopm + 4096, iopm + 8192, msrpm, msrpm + 4096, carried, absent]) take(spa, id);
        if (own.kind === 'shadow') walk(vcpu.vmcb.number('cr3'), 4, id);
      }
      const pages = (id: number): number => [...owner.values()].filter((other) => other === id).length;
      for (const id of [0, 1, 2]) assert.ok(pages(id) > 300, `guest ${id} has ${pages(id)} pages`);
      assert.equal(l.hypervisor.guests.length, 3);
    }
  });
});
