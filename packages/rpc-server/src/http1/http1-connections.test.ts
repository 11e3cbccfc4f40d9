import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { UserService } from '@example/protos/user/v1';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';
import { receivedOn } from '../testing/test-server.ts';

let server: RunningServer;
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close(0);
});

interface Started {
  /** Opens a connection. */
  readonly open: () => Socket;
  /** The calls of GetUser that wait until they are released, by id. */
  readonly waiting: ReadonlyMap<string, () => void>;
  readonly signals: readonly AbortSignal[];
}

/** A server whose GetUser responds at once, except for ids from 100 on, which wait. */
async function start(config: Partial<ServerConfig> = {}): Promise<Started> {
  const waiting = new Map<string, () => void>();
  const signals: AbortSignal[] = [];
  server = await serve({
    config: { ...testConfig, ...config },
    logger: silentLogger,
    routes: (router) =>
      router.service(UserService, {
        async getUser({ id }, { signal }) {
          signals.push(signal);
          if (Number(id) >= 100) await new Promise<void>((resolve) => waiting.set(id, resolve));
          return { id };
        },
      }),
  });
  const { port } = new URL(server.url);
  return { open: () => connect(Number(port), '127.0.0.1'), waiting, signals };
}

const path = '/user.v1.UserService/GetUser';

function getUser(id: number, fields = '', contentType = 'application/json'): string {
  const body = `{"id":"${id}"}`;
  const head = `host: a\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n${fields}`;
  return `POST ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}

/** The parts in which the responses of a connection differ, in order. */
const parts = (text: string) => text.match(/HTTP\/1\.1 \d+|"id":"\d+"|connection: close/gi);

describe('a connection that has reached its age', () => {
  it('is closed after its next response, which announces it', async () => {
    const { open } = await start({ connectionAgeMs: 50 });
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    for (let i = 1; !/connection: close/i.test(received()); i++) {
      socket.write(getUser(1));
      await expect.poll(() => received().split('"id":"1"')).toHaveLength(i + 1);
    }
    await closed;
  });

  it('is not closed while it is idle: a request may be on its way', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { open } = await start({ connectionAgeMs: 50, connectionAgeGraceMs: 1 });
    const idle = open();
    const received = receivedOn(idle);
    await once(idle, 'connect');
    // The younger connection also reaches its maximum age before this loop ends.
    const younger = open();
    const receivedByYounger = receivedOn(younger);
    for (let i = 1; !younger.closed; i++) {
      younger.write(getUser(1));
      await expect.poll(() => younger.closed || receivedByYounger().split('"id"').length === i + 1).toBe(true);
    }
    const closed = once(idle, 'close');
    idle.write(getUser(2));
    await closed;
    expect(parts(received())).toEqual(['HTTP/1.1 200', 'Connection: close', '"id":"2"']);
  });

  it('loses no request of a client that keeps its connections', async () => {
    await start({ connectionAgeMs: 20 });
    const headers = { 'content-type': 'application/json' };
    const caller = async () => {
      for (let i = 0; i < 100; i++) {
        const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: '{"id":"7"}' });
        expect(await response.json()).toEqual({ id: '7' });
      }
    };
    await Promise.all(Array.from({ length: 8 }, caller));
  });
});

async function isListening(): Promise<boolean> {
  const probe = connect(Number(new URL(server.url).port), '127.0.0.1');
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}

/** Starts to close the server. @returns when it no longer listens; `closed` resolves when it has closed */
async function drain(): Promise<{ readonly closed: Promise<void> }> {
  const closed = server.close(60_000);
  while (await isListening());
  return { closed };
}

describe('a server that drains', () => {
  it('responds to a request that is on its way on an idle connection, and closes it then', async () => {
    const { open } = await start();
    const socket = open();
    const received = receivedOn(socket);
    socket.write(getUser(1));
    await expect.poll(received).toContain('"id":"1"');
    const { closed } = await drain();
    socket.write(getUser(2));
    await Promise.all([closed, once(socket, 'close')]);
    expect(parts(received())).toEqual(['HTTP/1.1 200', '"id":"1"', 'HTTP/1.1 200', 'Connection: close', '"id":"2"']);
  });

  it('keeps an idle connection open for the time that it has announced', async () => {
    const { open } = await start();
    const socket = open();
    const received = receivedOn(socket);
    socket.write(getUser(1));
    await expect.poll(received).toContain('"id":"1"');
    const announcedMs = Number(/keep-alive: timeout=(\d+)/i.exec(received())?.[1]) * 1_000;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await drain();
    await vi.advanceTimersByTimeAsync(announcedMs - 1);
    socket.write(getUser(2));
    await once(socket, 'close');
    expect(parts(received())).toEqual(['HTTP/1.1 200', '"id":"1"', 'HTTP/1.1 200', 'Connection: close', '"id":"2"']);
  });

  it('closes a connection that stays idle', async () => {
    const { open } = await start();
    const socket = open().resume();
    await once(socket, 'connect');
    await server.close(1);
    await once(socket, 'close');
  });

  it('responds to all pipelined requests', async () => {
    const { open, waiting } = await start();
    const socket = open();
    const received = receivedOn(socket);
    socket.write(getUser(101) + getUser(2));
    await expect.poll(() => waiting.size).toBe(1);
    const ended = once(socket, 'close');
    const { closed } = await drain();
    waiting.get('101')?.();
    await Promise.all([closed, ended]);
    expect(parts(received())).toEqual(['HTTP/1.1 200', '"id":"101"', 'HTTP/1.1 200', 'Connection: close', '"id":"2"']);
  });
});

describe('requests that a client sends ahead', () => {
  it('are served one after the other', async () => {
    const { open, waiting, signals } = await start();
    const socket = open();
    const received = receivedOn(socket);
    socket.write(getUser(101) + getUser(2));
    await expect.poll(() => waiting.size).toBe(1);
    expect(signals).toHaveLength(1);
    waiting.get('101')?.();
    await expect.poll(received).toContain('"id":"2"');
    socket.destroy();
  });

  it('are not served after a request that closes the connection (RFC 9112, section 9.6)', async () => {
    const { open, signals } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(getUser(1, 'connection: close\r\n') + getUser(2));
    await closed;
    expect(signals).toHaveLength(1);
    expect(parts(received())).toEqual(['HTTP/1.1 200', 'Connection: close', '"id":"1"']);
  });

  it('are not served after a request for an upgrade, behind which Node drops what it has read', async () => {
    const { open, signals } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(getUser(1, 'connection: keep-alive, Upgrade\r\nupgrade: h2c\r\n') + getUser(2));
    await closed;
    expect(signals).toHaveLength(1);
    expect(parts(received())).toEqual(['HTTP/1.1 200', 'Connection: close', '"id":"1"']);
  });

  const chunked = (body: string) =>
    getUser(3).replace(/content-length.*\r\n\r\n.*/, `transfer-encoding: chunked\r\n\r\n${body}`);

  it.each([
    ['no request', 'neither\r\n\r\n', '400'],
    ['a request with an unknown method', 'FOO / HTTP/1.1\r\nhost: a\r\n\r\n', '501'],
    ['a request of another version', 'POST / HTTP/1.7\r\nhost: a\r\n\r\n', '505'],
    ['a request of HTTP/2 without its preface', 'POST / HTTP/2.0\r\nhost: a\r\n\r\n', '505'],
    ['a target above MAX_HEADER_BYTES', `GET /${'x'.repeat(50_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, '414'],
    ['a body that cannot be read', chunked('x\r\n'), '400'],
    ['a request for a tunnel', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n', '501'],
    ['header fields above MAX_HEADER_BYTES', getUser(3, `x-long: ${'x'.repeat(50_000)}\r\n`), '431'],
  ])('get their responses before that to %s', async (_, bytes, status) => {
    const { open, waiting, signals } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(getUser(101) + getUser(2) + bytes);
    await expect.poll(() => waiting.size).toBe(1);
    waiting.get('101')?.();
    await closed;
    expect(parts(received())).toEqual([
      ...['HTTP/1.1 200', '"id":"101"', 'HTTP/1.1 200', '"id":"2"', `HTTP/1.1 ${status}`, 'connection: close'],
    ]);
    expect(signals).toHaveLength(2);
  });

  it.each([
    ['is no chunk', 'x\r\n', '400'],
    ['has extensions of 20,000 bytes', `1;x=${'x'.repeat(20_000)}\r\n`, '413'],
    ['has trailers above MAX_HEADER_BYTES', `0\r\nx-long: ${'x'.repeat(50_000)}\r\n\r\n`, '431'],
  ])('get a response when their body %s', async (_, body, status) => {
    const { open } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(chunked(body));
    await closed;
    expect(parts(received())).toEqual([`HTTP/1.1 ${status}`, 'connection: close']);
  });

  it('get no status 100 in HTTP/1.0 (RFC 9110, section 10.1.1)', async () => {
    const { open } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(getUser(1, 'expect: 100-continue\r\n').replace('HTTP/1.1', 'HTTP/1.0'));
    await closed;
    expect(parts(received())).toEqual(['HTTP/1.1 200', 'Connection: close', '"id":"1"']);
  });

  it('end their connection when more than MAX_STREAMS wait, after the responses to those', async () => {
    const { open, waiting, signals } = await start({ maxStreams: 2 });
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(getUser(101) + getUser(2) + getUser(3) + getUser(4).repeat(5));
    await expect.poll(() => waiting.size).toBe(1);
    waiting.get('101')?.();
    await closed;
    expect(parts(received())).toEqual([
      ...['HTTP/1.1 200', '"id":"101"', 'HTTP/1.1 200', '"id":"2"', 'HTTP/1.1 200', '"id":"3"'],
      ...['HTTP/1.1 429', 'connection: close'],
    ]);
    expect(signals).toHaveLength(3);
  });

  it('and are refused do not cause an uncaught error when their client disconnects', async () => {
    const { open, waiting, signals } = await start();
    const socket = open();
    const uncaught = vi.fn();
    process.once('uncaughtException', uncaught);
    socket.write(getUser(101) + getUser(2, '', 'text/plain').slice(0, -1));
    await expect.poll(() => waiting.size).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    process.off('uncaughtException', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
  });
});

describe('the first request of a connection', () => {
  it.each([
    ['an unknown method', 'FOO / HTTP/1.1\r\nhost: a\r\n\r\n', '501'],
    ['a method in lower case', `post ${path} HTTP/1.1\r\nhost: a\r\n\r\n`, '501'],
    ['a longer method than any', `${'X'.repeat(1_000)} / HTTP/1.1\r\nhost: a\r\n\r\n`, '501'],
    ['a target without an end', `GET /${'x'.repeat(500_000)}`, '414'],
    ['one word that does not end', 'POS', '408'],
  ])('gets a response when it has %s', async (_, bytes, status) => {
    const { open } = await start({ headersMs: 200 });
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.write(bytes);
    await closed;
    expect(parts(received())).toEqual([`HTTP/1.1 ${status}`, 'connection: close']);
  });
});

describe('a response before its request has arrived', () => {
  const length = 20_000_000;

  it.each([
    ['HTTP/1.0, as nginx sends it', 'HTTP/1.0', ''],
    ['HTTP/1.1', 'HTTP/1.1', ''],
    ['HTTP/1.1 with connection: close', 'HTTP/1.1', 'connection: close\r\n'],
  ])('reaches a client of %s that sends everything first', async (_, version, fields) => {
    const { open } = await start();
    for (let i = 0; i < 5; i++) {
      const socket = open();
      const received = receivedOn(socket.pause());
      socket.pause();
      const head = `host: a\r\ncontent-type: application/xml\r\ncontent-length: ${length}\r\n${fields}`;
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.write(`POST ${path} ${version}\r\n${head}\r\n`);
        socket.write(Buffer.alloc(length), () => resolve());
      });
      socket.resume();
      await expect.poll(received).toMatch(/^HTTP\/1\.1 415 /);
      socket.destroy();
    }
  });

  it('reaches a client whose header fields are too large', async () => {
    const { open } = await start();
    const socket = open();
    const received = receivedOn(socket);
    const closed = once(socket, 'close');
    socket.end(`POST ${path} HTTP/1.1\r\nhost: a\r\nx-long: ${'x'.repeat(5_000_000)}\r\n\r\n`);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('ends a connection whose client does not send the rest in HEADERS_MS', async () => {
    const { open } = await start({ headersMs: 50 });
    const socket = open();
    const closed = once(socket.resume(), 'close');
    socket.write(`POST /nobody HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n`);
    await closed;
  });

  it.each([
    ['its client has gone', (socket: Socket) => void socket.destroy()],
    ['the rest has arrived', (socket: Socket) => void socket.write('x'.repeat(100_000))],
  ])('has no timer any more when %s', async (_, goOn) => {
    /** A value that no other timer has. */
    const headersMs = 123_456;
    const started = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    const timers = () => {
      const found = started.mock.results.filter((_, i) => started.mock.calls[i]?.[1] === headersMs);
      return found.filter(({ value }) => !cleared.mock.calls.some(([timer]) => timer === value)).length;
    };
    const { open } = await start({ headersMs });
    const socket = open();
    socket.write('POST /nobody HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n');
    await once(socket, 'data');
    await expect.poll(timers).toBe(1);
    goOn(socket);
    await expect.poll(timers).toBe(0);
    socket.destroy();
  });
});
