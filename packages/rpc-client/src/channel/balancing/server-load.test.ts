import { systemClock } from '@example/rpc-core';
import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { ServerLoad } from './server-load.ts';

interface Event {
  readonly at: number;
  readonly run: () => void;
}

interface Server {
  readonly ms: number;
  readonly load: ServerLoad;
  calls: number;
}

const callers = 48;
const pauseMs = 5;
const virtualMs = 5_000;

/**
 * The share of the calls that each server gets, if the servers have these response times, and each call takes the
 * better of two servers.
 */
function sharesOf(responseMs: readonly number[]): number[] {
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  const servers = responseMs.map((ms): Server => ({ ms, load: new ServerLoad(clock), calls: 0 }));
  const events: Event[] = [];
  const after = (ms: number, run: () => void) => events.push({ at: now + ms * (0.5 + Math.random()), run });
  const call = () => {
    const at = Math.floor(Math.random() * servers.length);
    const first = servers[at] as Server;
    const other = servers[(at + 1 + Math.floor(Math.random() * (servers.length - 1))) % servers.length] as Server;
    const server = other.load.isClearlyLessThan(first.load) ? other : first;
    server.calls += 1;
    server.load.onUnaryStarted();
    after(server.ms, () => {
      server.load.onUnaryEnded(status.OK);
      after(pauseMs, call);
    });
  };
  for (let caller = 0; caller < callers; caller++) after(pauseMs, call);
  while (now < virtualMs) {
    const next = events.reduce((first, event) => (event.at < first.at ? event : first));
    events.splice(events.indexOf(next), 1);
    now = next.at;
    next.run();
  }
  const sum = servers.reduce((all, { calls }) => all + calls, 0);
  return servers.map(({ calls }) => calls / sum);
}

it('gives servers that are alike the same share', () => {
  for (const share of sharesOf([5, 5, 5])) expect(Math.abs(3 * share - 1)).toBeLessThan(0.05);
});

it('gives a server that is 20 times slower less than one call in a hundred', () => {
  expect(sharesOf([100, 5, 5])[0]).toBeLessThan(0.01);
});

it('uses a slow server when the others are as slow', () => {
  expect(sharesOf([100, 100, 100])[0]).toBeGreaterThan(0.25);
});

it('does not count the time of streams', async () => {
  const clock = createFakeClock();
  const [withStream, other] = [new ServerLoad(clock), new ServerLoad(clock)];
  withStream.onStreamStarted();
  for (const load of [withStream, other]) load.onUnaryStarted();
  await clock.advance(100);
  for (const load of [withStream, other]) load.onUnaryEnded(status.OK);
  for (let call = 0; call < 3; call++) other.onUnaryStarted();
  expect(withStream.isClearlyLessThan(other)).toBe(true);
});
