/** Running a lab: limits to the instruction, steps over and out, exits that come back to a breakpoint, waiting. */
import assert from 'node:assert/strict';
import type { LabStop } from '../../src/session/stop';
import { picSetup } from '../pic-setup';
import { tickProgram } from '../tick-program';
import { at, breakAt, open } from './run-lab';

const CALLS = `
bits 64
org 0x100000
_start:
    mov ecx, 3
here:
    call recurse
behind:
    lea rsi, [rel text]
    mov edi, 0x200000
    mov ecx, text.end - text
copy:
    rep movsb
done:
    cpuid
last:
    cli
    hlt
recurse:
    inc rax
    dec ecx
    jz back
deeper:
    call recurse
returned:
    nop
back:
    ret
text: db 'twelve bytes'
.end:
`;

describe('the runner', () => {
  for (const mode of ['bare', 'guest'] as const) {
    describe(mode, () => {
      it('stops at a limit to the instruction, wherever slices end', async () => {
        for (const maxInstructions of [1, 2, 99_999, 1_000_001]) {
          const { lab, runner } = await open('bits 64\norg 0x100000\n_start: inc rax\njmp _start\n', mode, {
            maxInstructions,
          });
          assert.equal((await runner.run({ kind: 'continue' })).kind, 'limit');
          assert.equal(lab.machine.processor.retired, maxInstructions);
          assert.equal(Number(lab.registers(lab.world).gpr(0)), Math.ceil(maxInstructions / 2));
        }
      });

      it('steps over a recursive call, and out of one', async () => {
        const { lab, runner } = await open(CALLS, mode);
        breakAt(runner, lab, 'here');
        await runner.run({ kind: 'continue' });
        runner.setBreakpoints([]);
        assert.deepEqual(await runner.run({ kind: 'step', unit: 'line', over: true }), { kind: 'step' });
        assert.equal(at(lab), 'behind');
        assert.equal(lab.registers(lab.world).gpr(0), 3n);

        const again = await open(CALLS, mode);
        breakAt(again.runner, again.lab, 'deeper');
        await again.runner.run({ kind: 'continue' });
        again.runner.setBreakpoints([]);
        // the inner call returns to `returned` first; the step waits for its own
        await again.runner.run({ kind: 'step', unit: 'line', over: true });
        assert.equal(at(again.lab), 'returned');
        assert.equal(again.lab.registers(again.lab.world).gpr(0), 3n);
        await again.runner.run({ kind: 'step-out' });
        assert.equal(at(again.lab), 'behind');
      });

      it('a breakpoint inside a call that is stepped over stops the step', async () => {
        const { lab, runner } = await open(CALLS, mode);
        breakAt(runner, lab, 'here', 'back');
        await runner.run({ kind: 'continue' });
        assert.deepEqual(await runner.run({ kind: 'step', unit: 'line', over: true }), {
          kind: 'breakpoint',
          ids: [2],
        });
        assert.equal(at(lab), 'back');
      });

      it('a repeated instruction is one line, and one instruction an iteration', async () => {
        const { lab, runner } = await open(CALLS, mode);
        breakAt(runner, lab, 'copy');
        await runner.run({ kind: 'continue' });
        await runner.run({ kind: 'step', unit: 'instruction', over: false });
        assert.equal(at(lab), 'copy');
        assert.equal(lab.registers(lab.world).gpr(1), 11n);
        await runner.run({ kind: 'step', unit: 'line', over: false });
        assert.equal(at(lab), 'done');
        assert.equal(new TextDecoder().decode(lab.read(lab.world, 0x200000n, 12)), 'twelve bytes');
      });

      it('an instruction that exits is one step', async () => {
        const { lab, runner } = await open(CALLS, mode);
        breakAt(runner, lab, 'done');
        await runner.run({ kind: 'continue' });
        await runner.run({ kind: 'step', unit: 'instruction', over: false });
        assert.equal(at(lab), 'last');
      });

      it('says why it ended, and does not go on', async () => {
        const { lab, runner } = await open(CALLS, mode);
        assert.equal((await runner.run({ kind: 'continue' })).kind, 'halted');
        assert.equal(lab.ended, true);
        const { time } = lab.state;
        assert.equal((await runner.run({ kind: 'continue' })).kind, 'halted');
        assert.equal(lab.state.time, time);
      });

      it('can be paused while it steps out of a routine that never returns', async () => {
        const { lab, runner } = await open('bits 64\norg 0x100000\n_start: inc rax\njmp _start\n', mode);
        const stepping = runner.run({ kind: 'step-out' });
        while (lab.machine.processor.retired <= 100) await new Promise((resolve) => setTimeout(resolve, 5));
        runner.pause();
        assert.equal((await stepping).kind, 'pause');
      });
    });
  }

  it('a nested page fault at a breakpoint comes back to it without a second stop', async () => {
    const source =
      'bits 64\norg 0x100000\n_start: mov ebx, 0x300000\ntouch: mov rax, [rbx]\nadd ebx, 0x1000\ncmp ebx, 0x304000\njb touch\ncli\nhlt\n';
    const { lab, runner } = await open(source, 'guest');
    breakAt(runner, lab, 'touch');
    const stops: LabStop['kind'][] = [];
    for (let n = 0; n < 5; n++) stops.push((await runner.run({ kind: 'continue' })).kind);
    assert.deepEqual(stops, ['breakpoint', 'breakpoint', 'breakpoint', 'breakpoint', 'halted']);
    assert.ok([...lab.log.tally.kinds.keys()].includes(0x400));
  });

  it('stops at an exit, and at a breakpoint on the same instruction once', async () => {
    const { lab, runner } = await open(CALLS, 'guest');
    breakAt(runner, lab, 'done');
    lab.exits.set([{ group: 'cpuid', condition: '' }]);
    assert.equal((await runner.run({ kind: 'continue' })).kind, 'breakpoint');
    assert.equal((await runner.run({ kind: 'continue' })).kind, 'exit');
    assert.equal(at(lab), 'done');
    await runner.run({ kind: 'step', unit: 'line', over: true });
    assert.equal(at(lab), 'last');
    assert.equal((await runner.run({ kind: 'continue' })).kind, 'halted');
  });

  it('an interactive guest in HLT lets the engine rest, and wakes when something is typed', async () => {
    const source = `bits 16
org 0x7c00
_start: xor ax, ax
mov ds, ax
mov word [12 * 4], wake
mov word [12 * 4 + 2], 0
${picSetup(8, 0xef)}
mov dx, 0x3fc
mov al, 0x0b
out dx, al
mov dx, 0x3f9
mov al, 1
out dx, al
sti
sleep: hlt
jmp sleep
wake: cli
hlt
`;
    for (const mode of ['bare', 'guest'] as const) {
      const { lab, runner } = await open(source, mode, { interactive: true });
      const running = runner.run({ kind: 'continue' });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { time } = lab.state;
      let runs = 0;
      const run = lab.target.run.bind(lab.target);
      lab.target.run = (...args) => {
        runs++;
        return run(...args);
      };
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.ok(runs < 30, `${mode}: the engine was called ${runs} times in half a second`);
      assert.equal(lab.state.time, time);
      assert.equal(lab.stopped, undefined);
      runner.type([65]);
      assert.equal((await running).kind, 'halted');
      assert.match(at(lab), /^wake/);
    }
  });

  describe('an interactive machine that sleeps between ticks of 250 Hz', () => {
    const source = tickProgram(4773, 'hlt', 'inc ebx');
    const rtcTicks = [
      ...[0x11, 0x70, 2, 1, 0xfe].map((value, n) => `mov al, ${value}\nout ${n === 0 ? 0xa0 : 0xa1}, al`),
      ...[
        [0x0a, 0x2f],
        [0x0b, 0x42],
      ].map(([index, value]) => `mov al, ${index}\nout 0x70, al\nmov al, ${value}\nout 0x71, al`),
    ].join('\n');
    const SECONDS = 2;
    for (const mode of ['bare', 'guest'] as const) {
      it(`${mode}: every tick comes, and the engine costs little`, async () => {
        const { lab, runner } = await open(source, mode, { interactive: true });
        let breaths = 0;
        runner.onBreath = () => breaths++;
        const ticks = () => Number(lab.registers(lab.world).gpr(3));
        const running = runner.run({ kind: 'continue' });
        // the interpreter is compiled meanwhile
        await new Promise((resolve) => setTimeout(resolve, 500));
        const before = { ticks: ticks(), time: lab.machine.clock.now, breaths, cpu: process.cpuUsage() };
        await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
        const { user, system } = process.cpuUsage(before.cpu);
        runner.pause();
        assert.equal((await running).kind, 'pause');
        const passed = (lab.machine.clock.now - before.time) / 1e9;
        const expected = passed * (1_193_182 / 4773);
        assert.ok(Math.abs(ticks() - before.ticks - expected) < 4, `${ticks() - before.ticks} ticks in ${passed} s`);
        assert.ok(passed < SECONDS * 1.5 + 0.1, `${passed} s of virtual time`);
        assert.ok(breaths - before.breaths < 150 * SECONDS, `${breaths - before.breaths} breaths`);
        const percent = (user + system) / 1e4 / SECONDS;
        assert.ok(percent < 50, `${percent.toFixed(1)} % of a core`);
      });
    }

    for (const mode of ['bare', 'guest'] as const) {
      it(`${mode}: nobody looks oftener than must be when the next tick is half a second away`, async () => {
        // IRQ 8 twice a second
        const slow = source
          .replace(/mov al, 0x34[^]*?out 0x40, al\nmov al, ah\nout 0x40, al/, rtcTicks)
          .replace('mov word [8 * 4], tick', 'mov word [0x70 * 4], tick\nmov word [0x70 * 4 + 2], 0')
          .replace(picSetup(8, 0xfe), picSetup(8, 0xfb))
          .replace('out 0x20, al\niret', 'out 0xa0, al\nout 0x20, al\nmov al, 0x0c\nout 0x70, al\nin al, 0x71\niret');
        const { lab, runner } = await open(slow, mode, { interactive: true });
        const ticks = () => Number(lab.registers(lab.world).gpr(3));
        let breaths = 0;
        runner.onBreath = () => breaths++;
        const running = runner.run({ kind: 'continue' });
        await new Promise((resolve) => setTimeout(resolve, 500));
        const before = breaths;
        await new Promise((resolve) => setTimeout(resolve, 1500));
        runner.pause();
        await running;
        assert.ok(ticks() >= 2, `${ticks()} ticks`);
        assert.ok(breaths - before < 22, `${breaths - before} breaths`);
      });
    }

    it('what the engine was too slow for is not made up for', async () => {
      const { lab, runner } = await open(source, 'bare', { interactive: true });
      const run = lab.target.run.bind(lab.target);
      let held = 0;
      lab.target.run = (...args) => {
        // a slice of a guest that works hard
        for (const end = performance.now() + 700; held === 0 && performance.now() < end;);
        held++;
        return run(...args);
      };
      const running = runner.run({ kind: 'continue' });
      await new Promise((resolve) => setTimeout(resolve, 900));
      runner.pause();
      await running;
      assert.ok(lab.machine.clock.now < 5e8, `${lab.machine.clock.now / 1e6} ms of virtual time`);
    });
  });
});
