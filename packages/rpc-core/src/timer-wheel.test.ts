import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TimerEntry, TimerWheel } from './timer-wheel.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** An entry that records when it was due. */
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

describe('a timer wheel', () => {
  it.each([1, 9, 10, 55, 999, 5_000, 5_110, 5_120, 30_000, 600_000])(
    'calls an entry that is due after %i ms, up to 30 ms late',
    (afterMs) => {
      const wheel = new TimerWheel<Alarm>();
      const alarm = new Alarm(afterMs);
      wheel.add(alarm);
      vi.advanceTimersByTime(afterMs - 1);
      expect(alarm.times).toEqual([]);
      vi.advanceTimersByTime(31);
      expect(alarm.times).toHaveLength(1);
    },
  );

  it('does not call an entry that is done, and stops its timer when it is empty', () => {
    const wheel = new TimerWheel<Alarm>();
    const [early, late] = [new Alarm(100), new Alarm(100)];
    wheel.add(early);
    wheel.add(late);
    early.isDone = true;
    vi.advanceTimersByTime(50);
    late.isDone = true;
    wheel.remove(late);
    vi.advanceTimersByTime(1_000);
    expect([...early.times, ...late.times]).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reads the due time of an entry again within a round', () => {
    const wheel = new TimerWheel<Alarm>();
    const alarm = new Alarm(Number.POSITIVE_INFINITY);
    wheel.add(alarm);
    vi.advanceTimersByTime(20_000);
    alarm.dueAt = performance.now() + 10;
    vi.advanceTimersByTime(5_200);
    expect(alarm.times).toHaveLength(1);
  });

  it('calls an entry once after a long pause of the process', () => {
    const wheel = new TimerWheel<Alarm>();
    const first = new Alarm(50);
    wheel.add(first);
    vi.advanceTimersByTime(20);
    const now = performance.now();
    const pause = vi.spyOn(performance, 'now').mockReturnValue(now + 100_000);
    vi.advanceTimersByTime(10);
    expect(first.times).toHaveLength(1);
    pause.mockRestore();
  });

  it.each([1, 100, 511, 600])(
    'looks at an entry a bounded number of times when each tick is %i ticks late',
    (ticks) => {
      const wheel = new TimerWheel<TimerEntry>();
      let looks = 0;
      const never: TimerEntry = {
        get isDone() {
          looks += 1;
          if (looks > 10) throw new Error('the entry is looked at too often');
          return false;
        },
        dueAt: Number.POSITIVE_INFINITY,
        onDue() {},
        slot: 0,
      };
      wheel.add(never);
      let now = performance.now();
      vi.spyOn(performance, 'now').mockImplementation(() => now);
      for (let tick = 0; tick < 2_000; tick++) {
        looks = 0;
        now += 10 * (ticks + 1) + 0.3;
        vi.advanceTimersByTime(10);
      }
      vi.restoreAllMocks();
    },
  );

  it('lists the entries that are not done', () => {
    const wheel = new TimerWheel<Alarm>();
    const [first, second, third] = [new Alarm(1_000), new Alarm(1_000), new Alarm(1_000)];
    wheel.add(first);
    wheel.add(second);
    vi.advanceTimersByTime(100);
    wheel.add(third);
    second.isDone = true;
    expect(wheel.all()).toEqual([third, first]);
  });
});
