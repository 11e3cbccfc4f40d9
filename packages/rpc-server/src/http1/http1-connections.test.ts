import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { UserService } from '@example/protos/user/v1';
import { afterEach, expect, it, vi } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close(0);
});

/** The delay of no other timer. */
const lingerMs = 123_456;

/** Counts the timers with that delay that are not cleared. */
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
  ['its rest has arrived', (socket: Socket) => void socket.write('x'.repeat(100_000))],
])('the timer of a request with an early response is cleared when %s', async (_, goOn) => {
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

/** A server whose GetUser waits until it is released, by id, and a connection to it. */
async function startCalls(): Promise<{ socket: Socket; waiting: Map<string, () => void>; signals: AbortSignal[] }> {
  const waiting = new Map<string, () => void>();
  const signals: AbortSignal[] = [];
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) =>
      router.service(UserService, {
        async getUser({ id }, { signal }) {
          signals.push(signal);
          await new Promise<void>((resolve) => waiting.set(id, resolve));
          return { id };
        },
      }),
  });
  return { socket: connect(Number(new URL(server.url).port), 'localhost'), waiting, signals };
}

function getUser(contentType: string, body: string, contentLength = body.length): string {
  const fields = `host: a\r\ncontent-type: ${contentType}\r\ncontent-length: ${contentLength}`;
  return `POST /user.v1.UserService/GetUser HTTP/1.1\r\n${fields}\r\n\r\n${body}`;
}

it('a client that disconnects with a refused request in its pipeline does not cause an uncaught error', async () => {
  const { socket, waiting, signals } = await startCalls();
  const uncaught = vi.fn();
  process.once('uncaughtException', uncaught);
  socket.write(getUser('application/json', '{"id":"1"}') + getUser('text/plain', 'x', 100));
  await expect.poll(() => waiting.size).toBe(1);
  socket.resetAndDestroy();
  await expect.poll(() => signals[0]?.aborted).toBe(true);
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  process.off('uncaughtException', uncaught);
  expect(uncaught).not.toHaveBeenCalled();
});

it('a server that drains responds to all pipelined requests', async () => {
  const { socket, waiting } = await startCalls();
  socket.write(getUser('application/json', '{"id":"1"}') + getUser('application/json', '{"id":"2"}'));
  await expect.poll(() => waiting.size).toBe(2);
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(socket, 'close');
  const closed = server.close(10_000);
  const isListening = () =>
    fetch(server.url).then(
      () => true,
      () => false,
    );
  await expect.poll(isListening).toBe(false);
  for (const release of waiting.values()) release();
  await Promise.all([closed, ended]);
  expect(said.match(/"id":"\d"|connection: close/gi)).toEqual(['"id":"1"', 'connection: close', '"id":"2"']);
});
