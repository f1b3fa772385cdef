import assert from 'node:assert/strict';
import { IoBus } from '../../src/engine/bus/bus';
import { Clock } from '../../src/engine/bus/clock';
import { AcpiPm } from '../../src/engine/devices/acpi-pm';
import { random } from './random';

const SECOND = 1_000_000_000;
const STATUS = 0x600;
const ENABLE = 0x602;
const CONTROL = 0x604;
const TIMER = 0x608;

interface Wired {
  clock: Clock;
  io: IoBus;
  pm: AcpiPm;
  log: string[];
  pass: (time: number) => void;
}

function wired(): Wired {
  const clock = new Clock();
  const log: string[] = [];
  const io = new IoBus();
  const pm = new AcpiPm({
    time: clock,
    sci: { set: (level) => log.push(`sci ${level ? 1 : 0}`) },
    onPowerOff: () => log.push('off'),
  });
  io.attach(pm);
  return {
    clock,
    io,
    pm,
    log,
    pass: (time) => {
      const end = clock.now + time;
      while (clock.now < end) {
        clock.advanceTo(Math.min(end, Math.max(clock.next(), clock.now)));
        clock.runDue();
      }
    },
  };
}

describe('AcpiPm', () => {
  it('counts 3,579,545 pulses a second in 24 bits', () => {
    const { clock, io } = wired();
    assert.equal(io.readPort(TIMER, 4), 0);
    clock.advanceTo(SECOND);
    assert.equal(io.readPort(TIMER, 4), 3_579_545);
    clock.advanceTo(SECOND + 280);
    assert.equal(io.readPort(TIMER, 4), 3_579_546);
    clock.advanceTo(1000 * SECOND);
    assert.equal(io.readPort(TIMER, 4), 3_579_545_000 % 2 ** 24);
    assert.equal(io.readPort(TIMER, 2), 3_579_545_000 % 2 ** 16);
    assert.equal(io.readPort(TIMER + 2, 1), Math.floor(3_579_545_000 / 2 ** 16) % 256);
    io.writePort(TIMER, 4, 0);
    assert.equal(io.readPort(TIMER, 4), 3_579_545_000 % 2 ** 24);
  });

  it('sets the timer’s status each half round, and interrupts when enabled', () => {
    const { clock, io, log, pass } = wired();
    const half = Math.ceil((2 ** 23 * SECOND) / 3_579_545);
    pass(half - 1);
    assert.equal(io.readPort(STATUS, 2), 0);
    pass(1);
    assert.equal(io.readPort(STATUS, 2), 1);
    io.writePort(STATUS, 2, 1);
    assert.equal(io.readPort(STATUS, 2), 0);
    assert.equal(clock.next(), Infinity);
    io.writePort(ENABLE, 2, 1);
    pass(half + 1);
    assert.deepEqual(log, ['sci 1']);
    assert.equal(clock.next(), Infinity, 'no alarm while nobody answers');
    io.writePort(STATUS, 1, 1);
    assert.deepEqual(log, ['sci 1', 'sci 0']);
    pass(half);
    assert.equal(log.length, 3);
  });

  it('tells of the power button by SCI while it is enabled', () => {
    const { io, pm, log } = wired();
    pm.pressPowerButton();
    assert.equal(io.readPort(STATUS, 2), 0x100);
    assert.deepEqual(log, []);
    io.writePort(ENABLE, 4, 0x0000_ffff);
    assert.equal(io.readPort(ENABLE, 2), 0x0721);
    assert.deepEqual(log, ['sci 1']);
    io.writePort(STATUS + 1, 1, 0x01);
    assert.deepEqual(log, ['sci 1', 'sci 0']);
    assert.equal(io.readPort(STATUS, 4), 0x0721_0000);
  });

  it('is always in ACPI mode, and goes off by SLP_EN with the type of S5 alone', () => {
    const { io, pm, log } = wired();
    assert.equal(io.readPort(CONTROL, 2), 1);
    io.writePort(CONTROL, 2, 0x2400 | (1 << 10));
    assert.deepEqual(log, []);
    assert.equal(io.readPort(CONTROL, 2), 0x0401, 'SLP_EN reads 0');
    io.writePort(CONTROL, 2, 0x0000);
    assert.equal(pm.isOff, false);
    io.writePort(CONTROL, 2, 0x2000);
    assert.deepEqual(log, ['off']);
    assert.equal(pm.isOff, true);
    pm.loadState(pm.saveState());
    assert.equal(pm.isOff, true);
    pm.reset();
    assert.equal(pm.isOff, false);
  });

  it('bears any access', () => {
    const next = random(5);
    const below = (n: number): number => Math.floor(n * next());
    const { clock, io, pm } = wired();
    for (let n = 0; n < 5000; n++) {
      const port = 0x5fd + below(16);
      const size = ([1, 2, 4] as const)[below(3)]!;
      if (below(2)) io.writePort(port, size, below(2 ** 32));
      else assert.ok(io.readPort(port, size) < 2 ** (8 * size));
      clock.advanceTo(clock.now + below(2 ** below(34)));
      clock.runDue();
      if (below(20) === 0) pm.loadState(structuredClone(pm.saveState()));
    }
  });
});
