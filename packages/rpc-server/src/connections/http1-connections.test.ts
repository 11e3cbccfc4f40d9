import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close(0);
});

/** No other timer has it. */
const lingerMs = 123_456;

/** Counts the timers that have it, and are not cleared. */
function watchTimers(): () => number {
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  return () => {
    const timers = started.mock.results.filter((_, i) => started.mock.calls[i]?.[1] === lingerMs);
    return timers.filter(({ value }) => !cleared.mock.calls.some(([timer]) => timer === value)).length;
  };
}

it.each([
  ['its client has gone', (socket: Socket) => void socket.destroy()],
  ['the rest of it has come', (socket: Socket) => void socket.write('x'.repeat(100_000))],
])('a request that was answered early is forgotten when %s', async (_, goOn) => {
  const timers = watchTimers();
  server = await serve({ config: { ...testConfig, headersMs: lingerMs }, logger: silentLogger, routes: () => {} });
  const socket = connect(Number(new URL(server.url).port), 'localhost');
  socket.write('POST /nobody HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n');
  await once(socket, 'data');
  await expect.poll(timers).toBe(1);
  goOn(socket);
  await expect.poll(timers).toBe(0);
  socket.destroy();
});
