import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TimerEntry, TimerWheel } from './timer-wheel.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Notes when it was told that it is due. */
class Alarm implements TimerEntry {
  isDone = false;
  dueAt: number;
  slot = 0;
  readonly times: number[] = [];

  constructor(afterMs: number) {
    this.dueAt = performance.now() + afterMs;
  }

  onDue(now: number): void {
    this.times.push(now);
    this.isDone = true;
  }
}

describe('Clock', () => {
  it.each([1, 9, 10, 55, 999, 5_000, 5_110, 5_120, 30_000, 600_000])('tells what is due after %i ms', (afterMs) => {
    const clock = new TimerWheel<Alarm>();
    const alarm = new Alarm(afterMs);
    clock.add(alarm);
    vi.advanceTimersByTime(afterMs - 1);
    expect(alarm.times).toEqual([]);
    vi.advanceTimersByTime(31);
    expect(alarm.times).toHaveLength(1);
  });

  it('does not tell what is done, and stands still when nothing is left', () => {
    const clock = new TimerWheel<Alarm>();
    const [early, late] = [new Alarm(100), new Alarm(100)];
    clock.add(early);
    clock.add(late);
    early.isDone = true;
    vi.advanceTimersByTime(50);
    late.isDone = true;
    clock.remove(late);
    vi.advanceTimersByTime(1_000);
    expect([...early.times, ...late.times]).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks again when it is due, of what has changed its mind', () => {
    const clock = new TimerWheel<Alarm>();
    const alarm = new Alarm(Number.POSITIVE_INFINITY);
    clock.add(alarm);
    vi.advanceTimersByTime(20_000);
    alarm.dueAt = performance.now() + 10;
    vi.advanceTimersByTime(5_200);
    expect(alarm.times).toHaveLength(1);
  });

  it('tells after a pause of the process, once, and works on', () => {
    const clock = new TimerWheel<Alarm>();
    const first = new Alarm(50);
    clock.add(first);
    vi.advanceTimersByTime(20);
    const now = performance.now();
    const pause = vi.spyOn(performance, 'now').mockReturnValue(now + 100_000);
    vi.advanceTimersByTime(10);
    expect(first.times).toHaveLength(1);
    pause.mockRestore();
  });

  it.each([1, 100, 511, 600])('comes to an end when each tick is %i late', (ticks) => {
    const clock = new TimerWheel<TimerEntry>();
    let looks = 0;
    const never: TimerEntry = {
      get isDone() {
        looks += 1;
        if (looks > 10) throw new Error('it is looked at without end');
        return false;
      },
      dueAt: Number.POSITIVE_INFINITY,
      onDue() {},
      slot: 0,
    };
    clock.add(never);
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    for (let tick = 0; tick < 2_000; tick++) {
      looks = 0;
      now += 10 * (ticks + 1) + 0.3;
      vi.advanceTimersByTime(10);
    }
    vi.restoreAllMocks();
  });

  it('knows all that are not done', () => {
    const clock = new TimerWheel<Alarm>();
    const [first, second, third] = [new Alarm(1_000), new Alarm(1_000), new Alarm(1_000)];
    clock.add(first);
    clock.add(second);
    vi.advanceTimersByTime(100);
    clock.add(third);
    second.isDone = true;
    expect(clock.all()).toEqual([third, first]);
  });
});
