import assert from 'node:assert/strict';
import { Clock } from '../../src/engine/bus/clock';
import type { Alarm } from '../../src/engine/bus/clock';
import { DeviceStateError } from '../../src/engine/bus/device-state';

describe('Clock', () => {
  it('starts at 0 with nothing pending', () => {
    const clock = new Clock();
    assert.equal(clock.now, 0);
    assert.equal(clock.next(), Infinity);
    clock.runDue();
  });

  it('fires in the order (time, registration), not in the order the alarms were set', () => {
    const clock = new Clock();
    const fired: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => clock.alarm(name, (due) => fired.push(`${name}@${due}`)));
    c!.at(10);
    b!.at(20);
    a!.at(20);
    assert.equal(clock.next(), 10);
    clock.advanceTo(9);
    clock.runDue();
    assert.deepEqual(fired, []);
    clock.advanceTo(30);
    clock.runDue();
    assert.deepEqual(fired, ['c@10', 'a@20', 'b@20']);
    assert.equal(clock.next(), Infinity);
    assert.equal(a!.time, Infinity);
  });

  it('fires a periodic alarm once for each period when time has jumped, between the others', () => {
    const clock = new Clock();
    const fired: string[] = [];
    const tick: Alarm = clock.alarm('tick', (due) => {
      fired.push(`tick@${due}`);
      tick.at(due + 10);
    });
    clock.alarm('once', (due) => fired.push(`once@${due}`)).at(15);
    tick.at(10);
    clock.advanceTo(35);
    clock.runDue();
    assert.deepEqual(fired, ['tick@10', 'once@15', 'tick@20', 'tick@30']);
    assert.equal(clock.next(), 40);
  });

  it('fires what a callback sets in passing, and not what it cancels', () => {
    const clock = new Clock();
    const fired: string[] = [];
    const chief = clock.alarm('chief', () => {
      fired.push('chief');
      early.at(5);
      doomed.cancel();
    });
    const early = clock.alarm('early', (due) => fired.push(`early@${due}`));
    const doomed = clock.alarm('doomed', () => fired.push('doomed'));
    chief.at(10);
    doomed.at(10);
    clock.advanceTo(10);
    clock.runDue();
    assert.deepEqual(fired, ['chief', 'early@5']);
  });

  it('is the same for every length of the slices', () => {
    const run = (slice: number): string => {
      const clock = new Clock();
      const fired: string[] = [];
      for (const period of [7, 11, 13]) {
        const alarm: Alarm = clock.alarm(`every ${period}`, (due) => {
          fired.push(`${period}@${due}`);
          alarm.at(due + period);
        });
        alarm.at(period);
      }
      for (let now = 0; now <= 3000; now += slice) {
        clock.advanceTo(now);
        clock.runDue();
      }
      clock.advanceTo(3000 + slice);
      return fired.filter((line) => Number(line.split('@')[1]) <= 2900).join();
    };
    const expected = run(1);
    for (const slice of [2, 3, 10, 77, 100]) assert.equal(run(slice), expected, `slices of ${slice}`);
  });

  it('refuses to go back, to be set to no moment, and two alarms of one name', () => {
    const clock = new Clock();
    clock.advanceTo(5);
    clock.advanceTo(5);
    assert.throws(() => clock.advanceTo(4), /from 5 to 4/);
    assert.throws(() => clock.advanceTo(5.5), RangeError);
    const alarm = clock.alarm('a', () => {});
    assert.throws(() => clock.alarm('a', () => {}), /alarm a exists/);
    for (const time of [-1, 1.5, NaN, Infinity, 2 ** 53]) assert.throws(() => alarm.at(time), RangeError, String(time));
  });

  it('stops an alarm that would fire for ever at one moment', () => {
    const clock = new Clock();
    const alarm: Alarm = clock.alarm('stuck', (due) => alarm.at(due));
    alarm.at(1);
    clock.advanceTo(1);
    assert.throws(() => clock.runDue(), /stuck set itself to 1/);
  });

  it('keeps time and pending alarms in its state, and finds the callbacks again by name', () => {
    const build = (fired: string[]): { clock: Clock; a: Alarm; b: Alarm } => {
      const clock = new Clock();
      return {
        clock,
        a: clock.alarm('a', (due) => fired.push(`a@${due}`)),
        b: clock.alarm('b', (due) => fired.push(`b@${due}`)),
      };
    };
    const first = build([]);
    first.clock.advanceTo(100);
    first.b.at(150);
    const saved = first.clock.saveState();
    first.a.at(120);

    const fired: string[] = [];
    const second = build(fired);
    second.a.at(1);
    second.clock.advanceTo(7);
    second.clock.loadState(saved);
    assert.equal(second.clock.now, 100);
    assert.equal(second.clock.next(), 150);
    second.clock.advanceTo(200);
    second.clock.runDue();
    assert.deepEqual(fired, ['b@150']);
    first.clock.loadState(saved);
    assert.equal(first.clock.next(), 150);
  });

  it('refuses the state of a clock with other alarms, and changes nothing', () => {
    const other = new Clock();
    other.alarm('a', () => {}).at(3);
    const clock = new Clock();
    clock.alarm('b', () => {}).at(9);
    assert.throws(() => clock.loadState(other.saveState()), DeviceStateError);
    assert.throws(() => clock.loadState({ kind: 'clock', now: 4 }), /clock\.alarms: .* it holds nothing/);
    assert.equal(clock.now, 0);
    assert.equal(clock.next(), 9);
  });
});
