import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { OverloadGuard } from './overload-guard.ts';

const silent = pino({ level: 'silent' });
const config = { overloadDelayMs: 100, overloadMs: 1_000 };

/** The fixed cost of a turn, and the cost of refusing a call, in milliseconds. */
const turnCost = 0.05;
const refusalCost = 0.0015;
/** The number of calls that the streams of all clients can hold. */
const mostWaiting = 5_000;

interface Load {
  /** The duration of a call in milliseconds, which may change over time. */
  readonly cost: (now: number) => number;
  /** The calls per millisecond, which may change over time. */
  readonly rate: (now: number) => number;
  /** Whether handlers run only after everything that is ready has been read, as handlers with promises do. */
  readonly isAsync?: boolean;
  /**
   * If set, calls arrive together at the end of each period of this many milliseconds. Otherwise each call arrives at
   * its own time.
   */
  readonly burstMs?: number;
  readonly seconds: number;
}

interface Ended {
  readonly at: number;
  readonly took: number;
  readonly isServed: boolean;
}

/** A number from 0 to 1, the same sequence in each run. */
function lehmer(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

/** An event loop with its own clock. Each turn reads the calls that have arrived since the previous turn. */
function runLoop({ cost, rate, isAsync = false, burstMs = 0.001, seconds }: Load): Ended[] {
  let now = 0;
  let endOfTurn: (() => void) | undefined;
  const random = lehmer();
  const atEndOfTurn = (callback: () => void) => {
    endOfTurn = callback;
  };
  const guard = new OverloadGuard(config, silent, () => 0, { now: () => now, atEndOfTurn, flush: () => {}, random });
  const ended: Ended[] = [];
  let nextCall = 0;
  while (now < seconds * 1_000) {
    const nextBurst = () => Math.ceil(nextCall / burstMs) * burstMs;
    if (endOfTurn === undefined) now = Math.max(now, nextBurst());
    const calls: { readonly at: number; isServed?: boolean; endedAt?: number }[] = [];
    for (; nextBurst() <= now && calls.length < mostWaiting; nextCall -= Math.log(1 - random()) / rate(now)) {
      calls.push({ at: nextCall });
    }
    nextCall = Math.max(nextCall, calls.length < mostWaiting ? 0 : now);
    now += turnCost;
    const isLater = isAsync || guard.isRefusing;
    for (const call of calls) {
      call.isServed = guard.admits();
      if (!call.isServed) now += refusalCost;
      else if (!isLater) now += cost(now);
    }
    for (const call of calls) if (!call.isServed) call.endedAt = now;
    const callback = endOfTurn;
    endOfTurn = undefined;
    const isServedAfter = guard.isRefusing;
    if (isServedAfter) callback?.();
    if (isLater) for (const call of calls) if (call.isServed) now += cost(now);
    if (!isServedAfter) callback?.();
    ended.push(...calls.map(({ at, isServed = false, endedAt = now }) => ({ at, took: endedAt - at, isServed })));
  }
  return ended;
}

const between = (ended: readonly Ended[], from: number, to: number) =>
  ended.filter(({ at }) => at >= from * 1_000 && at < to * 1_000);
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The part of a time span that the loop spent on calls that were served. */
function goodput(ended: readonly Ended[], from: number, to: number, cost: number): number {
  const served = between(ended, from, to).filter(({ isServed }) => isServed);
  return (served.length * cost) / ((to - from) * 1_000);
}

describe('the overload guard', () => {
  it.each([
    { times: 2, cost: 0.25 },
    { times: 5, cost: 0.25 },
    { times: 5, cost: 0.25, isAsync: true },
    { times: 2, cost: 0.03 },
    { times: 2, cost: 1, isAsync: true },
    { times: 5, cost: 2 },
  ])(
    'serves nine tenths of the capacity at $times times of it, $cost ms a call, and refuses the rest at once',
    ({ times, cost, isAsync = false }) => {
      const ended = runLoop({ cost: () => cost, rate: () => times / cost, isAsync, seconds: 9 });
      expect(goodput(ended, 4, 9, cost)).toBeGreaterThan(0.9);
      const took = (isServed: boolean) =>
        median(between(ended, 4, 9).flatMap((call) => (call.isServed === isServed ? call.took : [])));
      expect(took(false)).toBeLessThan(5);
      expect(took(true)).toBeLessThan(9 + 3 * cost);
    },
  );

  it('keeps turns short from the first refusal on', () => {
    const ended = runLoop({ cost: () => 0.25, rate: () => 5 / 0.25, isAsync: true, seconds: 4 });
    const { at: firstAt, took: firstTook } = ended.find(({ isServed }) => !isServed) as Ended;
    const later = ended.filter(({ at }) => at > firstAt + firstTook + 50);
    expect(Math.max(...later.map(({ took }) => took))).toBeLessThan(50);
  });

  it('admits enough calls to be busy until the next burst', () => {
    const ended = runLoop({ cost: () => 0.25, rate: () => 2 / 0.25, burstMs: 40, seconds: 9 });
    expect(goodput(ended, 4, 9, 0.25)).toBeGreaterThan(0.65);
  });

  it('refuses nothing below the capacity', () => {
    const ended = runLoop({ cost: () => 0.25, rate: () => 0.9 / 0.25, seconds: 8 });
    expect(ended.every(({ isServed }) => isServed)).toBe(true);
  });

  it.each([
    ['a pause of the process for half a second', 0.7, (now: number) => (now > 3_000 && now < 3_001 ? 500 : 0.25)],
    ['calls that are slow for half a second', 0.5, (now: number) => (now > 3_000 && now < 3_500 ? 0.7 : 0.25)],
  ])('refuses nothing after %s', (_, load, cost) => {
    const ended = runLoop({ cost, rate: () => load / 0.25, seconds: 12 });
    expect(ended.filter(({ isServed }) => !isServed)).toEqual([]);
  });

  it.each([
    ['the load', () => 0.25, (now: number) => (now < 4_000 ? 20 : 2)],
    ['a pause of three seconds', (now: number) => (now > 3_000 && now < 3_001 ? 3_000 : 0.25), () => 2],
  ])('serves all calls again after %s', (_, cost, rate) => {
    const ended = runLoop({ cost, rate, seconds: 12 });
    expect(ended.some(({ isServed }) => !isServed)).toBe(true);
    expect(between(ended, 10, 12).every(({ isServed }) => isServed)).toBe(true);
  });

  it.each([
    ['cheaper', 0.1],
    ['dearer', 1],
  ])('learns that calls have become %s', (_, cost) => {
    const ended = runLoop({ cost: (now) => (now < 4_000 ? 0.25 : cost), rate: () => 12, seconds: 12 });
    expect(goodput(ended, 9, 12, cost)).toBeGreaterThan(0.9);
    expect(median(between(ended, 9, 12).map(({ took }) => took))).toBeLessThan(7);
  });

  it('refuses calls while work that is spread over short turns waits for too long', () => {
    let now = 0;
    let waitedMs = 200;
    let endOfTurn = () => {};
    const atEndOfTurn = (callback: () => void) => {
      endOfTurn = callback;
    };
    const guard = new OverloadGuard(config, silent, () => waitedMs, {
      now: () => now,
      atEndOfTurn,
      flush: () => {},
      random: lehmer(),
    });
    const refusedIn = (seconds: number) => {
      let refused = 0;
      for (const end = now + seconds * 1_000; now < end; now += 1) {
        for (let call = 0; call < 10; call++) if (!guard.admits()) refused += 1;
        endOfTurn();
      }
      return refused;
    };
    expect(refusedIn(0.9)).toBe(0);
    expect(refusedIn(1)).toBeGreaterThan(0);
    waitedMs = 0;
    refusedIn(3);
    expect(refusedIn(1)).toBe(0);
  });

  it('gives no advantage to the calls that are read first', () => {
    let now = 0;
    let endOfTurn = () => {};
    const guard = new OverloadGuard(config, silent, () => 0, {
      now: () => now,
      atEndOfTurn: (callback) => {
        endOfTurn = callback;
      },
      flush: () => {},
      random: lehmer(),
    });
    let first = 0;
    let second = 0;
    for (let turn = 0; turn < 2_000; turn++) {
      for (let call = 0; call < 100; call++) {
        const isAdmitted = guard.admits();
        if (isAdmitted) now += 0.1;
        if (!isAdmitted || turn < 1_000) continue;
        if (call < 50) first += 1;
        else second += 1;
      }
      now += turn < 1_000 ? 200 : 0.1;
      endOfTurn();
    }
    expect(first / second).toBeGreaterThan(0.8);
    expect(first / second).toBeLessThan(1.25);
  });
});
