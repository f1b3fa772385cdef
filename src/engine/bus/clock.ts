import {
  type DeviceState,
  DeviceStateError,
  TEXT,
  TIME,
  integer,
  list,
  loadFields,
  record,
  saveFields,
} from './device-state';

/** A moment in virtual time at which a device wants to be called. */
export interface Alarm {
  /** The pending moment in nanoseconds, or Infinity. */
  readonly time: number;
  /** Sets or moves the alarm. A moment that has passed already is due at once, at the next `runDue`. */
  at(time: number): void;
  cancel(): void;
}

/** Called with the moment the alarm was set for, which `now` may have passed. */
export type AlarmCallback = (due: number) => void;

/** Virtual time as a device sees it. */
export interface VirtualTime {
  /** Nanoseconds of virtual time: one for each retired instruction, exact below 2^53. */
  readonly now: number;
  /** Creates this device's alarm. Called at construction, once a name, so that a snapshot need not hold the callback. */
  alarm(name: string, callback: AlarmCallback): Alarm;
}

const IDLE = -1;
const CLOCK_STATE = {
  now: TIME,
  alarms: list(record({ name: TEXT, time: integer(IDLE, Number.MAX_SAFE_INTEGER) })),
};

class ClockAlarm implements Alarm {
  time = Infinity;

  constructor(
    readonly name: string,
    readonly callback: AlarmCallback,
    private readonly changed: () => void,
  ) {}

  at(time: number): void {
    if (!Number.isSafeInteger(time) || time < 0) throw new RangeError(`alarm ${this.name}: ${time} is no moment`);
    this.time = time;
    this.changed();
  }

  cancel(): void {
    this.time = Infinity;
    this.changed();
  }
}

/**
 * Virtual time. The machine advances it; devices read it and set alarms.
 * Alarms fire in the order (time, registration), whatever the length of the slices between two calls of `runDue`.
 */
export class Clock implements VirtualTime {
  private time = 0;
  private readonly alarms: ClockAlarm[] = [];
  private earliest: ClockAlarm | undefined;
  private stale = false;

  get now(): number {
    return this.time;
  }

  /** Moves to `time` nanoseconds. Fires nothing: the machine calls `runDue` between instructions. */
  advanceTo(time: number): void {
    if (!Number.isSafeInteger(time) || time < this.time) {
      throw new RangeError(`virtual time cannot go from ${this.time} to ${time}`);
    }
    this.time = time;
  }

  alarm(name: string, callback: AlarmCallback): Alarm {
    if (this.alarms.some((other) => other.name === name)) throw new Error(`alarm ${name} exists already`);
    const alarm = new ClockAlarm(name, callback, () => (this.stale = true));
    this.alarms.push(alarm);
    return alarm;
  }

  /** Moment of the earliest pending alarm, or Infinity: the latest moment at which a slice must end. */
  next(): number {
    return this.first()?.time ?? Infinity;
  }

  /** The same of all alarms but the one so named. */
  nextBut(name: string): number {
    return this.alarms.reduce((time, alarm) => (alarm.name === name ? time : Math.min(time, alarm.time)), Infinity);
  }

  /** Fires all alarms due at `now`, those included that the callbacks set in passing. */
  runDue(): void {
    for (;;) {
      const alarm = this.first();
      if (alarm === undefined || alarm.time > this.time) return;
      const due = alarm.time;
      alarm.cancel();
      alarm.callback(due);
      if (alarm.time <= due) throw new Error(`alarm ${alarm.name} set itself to ${alarm.time} when called for ${due}`);
    }
  }

  private first(): ClockAlarm | undefined {
    if (this.stale) {
      this.stale = false;
      this.earliest = undefined;
      let time = Infinity;
      for (const alarm of this.alarms) {
        if (alarm.time < time) {
          time = alarm.time;
          this.earliest = alarm;
        }
      }
    }
    return this.earliest;
  }

  saveState(): DeviceState {
    const alarms = this.alarms.map(({ name, time }) => ({ name, time: time === Infinity ? IDLE : time }));
    return saveFields('clock', CLOCK_STATE, { now: this.time, alarms });
  }

  /** Refuses a state whose alarms are not those of this clock, name by name. */
  loadState(saved: DeviceState): void {
    const state = loadFields('clock', CLOCK_STATE, saved);
    const theirs = state.alarms.map((alarm) => alarm.name).join(', ');
    const ours = this.alarms.map((alarm) => alarm.name).join(', ');
    if (theirs !== ours) {
      throw new DeviceStateError(`clock: the saved state has the alarms [${theirs}], this clock has [${ours}]`);
    }
    this.time = state.now;
    this.alarms.forEach((alarm, index) => {
      const { time } = state.alarms[index]!;
      alarm.time = time === IDLE ? Infinity : time;
    });
    this.stale = true;
  }
}
