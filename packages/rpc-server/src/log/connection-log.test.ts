import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { Flag, FrameType, frame, literals, RawClient } from '@example/http2/testing';
import { type Authority, createAuthority } from '@example/kit/authority';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { callHeaders } from '../testing/call-headers.ts';
import { testConfig } from '../testing/index.ts';
import { recordingLogger, startServer } from '../testing/test-server.ts';
import { ConnectionLog } from './connection-log.ts';

let authority: Authority;
let other: Authority;
beforeAll(async () => {
  [authority, other] = await Promise.all([createAuthority(), createAuthority()]);
});

async function start(config: Partial<ServerConfig> = {}) {
  const { logger, lines } = recordingLogger();
  const { port } = await startServer({ logger, config });
  return { port, lines };
}

async function startTls(config: Partial<ServerConfig> = {}) {
  const keyPair = await authority.issueForServer('localhost');
  return await start({ tls: () => ({ ...keyPair, clientCa: authority.cert }), ...config });
}

/** Waits until the server has closed a connection. */
async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {}).resume();
  await new Promise((resolve) => socket.once('close', resolve));
}

/** Connects, sends bytes, and ends. */
async function send(port: number, bytes: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes, 'latin1');
  await closed(socket);
}

const warning = (msg: string, reason: unknown) =>
  expect.objectContaining({ level: 40, msg, peer: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), reason });

describe('the log has the peer and the reason of', () => {
  it.each<[string, () => Promise<ConnectionOptions> | ConnectionOptions, string | RegExp]>([
    ['a client without a certificate', () => ({}), 'peer did not return a certificate'],
    ['a client of another CA', () => other.issueForClient('Aoife'), /^client certificate: [A-Z_]+$/],
    [
      'TLS 1.1',
      () => ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
      'unsupported protocol',
    ],
    ['a client that refuses our certificate', () => ({ ca: other.cert }), 'the client closed the connection'],
  ])('a TLS handshake that fails: %s', async (_, options, reason) => {
    const { port, lines } = await startTls();
    await closed(tlsConnect({ host: 'localhost', port, ca: authority.cert, ...(await options()) }));
    await expect.poll(() => lines).toEqual([warning('a TLS handshake failed', expect.stringMatching(reason))]);
  });

  it.each([
    ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', 'http request'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'wrong version number'],
    ['\x16\x03\x01', 'the client closed the connection'],
  ])('%j to a port with TLS', async (bytes, reason) => {
    const { port, lines } = await startTls();
    await send(port, bytes);
    await expect.poll(() => lines).toEqual([warning('a TLS handshake failed', reason)]);
  });

  it.each([
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'TLS on a port without TLS'],
    ['PRI', 'the connection ended in its first word'],
  ])('%j to a port without TLS', async (bytes, reason) => {
    const { port, lines } = await start();
    await send(port, bytes);
    await expect.poll(() => lines).toEqual([warning('a connection sent no request', reason)]);
  });

  it('a connection that does not send a request in time', async () => {
    const { port, lines } = await start({ headersMs: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.write('PRI');
    await closed(socket);
    expect(lines).toEqual([warning('a connection sent no request', 'no request within 50 ms')]);
  });

  it('an HTTP/1.1 request that stops in its header fields', async () => {
    const { port, lines } = await start({ headersMs: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: a\r\n');
    await closed(socket);
    await expect.poll(() => lines).toEqual([warning('an HTTP/1.1 connection failed', 'Request timeout')]);
  });

  it.runIf(testConfig.http2 === 'own')('an HTTP/2 client that does not acknowledge SETTINGS', async () => {
    const { port, lines } = await start({ headersMs: 50 });
    const client = await RawClient.connectSilently(port);
    client.socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await client.closed;
    const reason = 'SETTINGS_TIMEOUT: timeout: no SETTINGS or no acknowledgement from the peer';
    await expect.poll(() => lines).toEqual([warning('an HTTP/2 connection failed', reason)]);
  });

  it('an idle connection that is closed to make room, and a new one that is refused', async () => {
    const { port, lines } = await start({ maxConnections: 1 });
    using idle = await RawClient.connect(port);
    await idle.settle();
    using busy = await RawClient.connect(port);
    await idle.closed;
    busy.send(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/GetUser')));
    await busy.settle();
    await closed(connect(port, '127.0.0.1'));
    const reason = 'MAX_CONNECTIONS is reached';
    expect(lines).toEqual([
      warning('an idle connection was closed for a new one', reason),
      warning('a connection was refused', reason),
    ]);
  });

  it.each(['GET / HTTP/1.1\r\nhost: a\r\nb c: d\r\n\r\n', 'SSH-2.0-OpenSSH_9.9\r\n'])(
    'HTTP/1.1 that is not valid: %j',
    async (bytes) => {
      const { port, lines } = await start();
      await send(port, bytes);
      await expect
        .poll(() => lines)
        .toEqual([warning('an HTTP/1.1 connection failed', expect.stringMatching(/^Parse Error/))]);
    },
  );

  it.each([
    ['pings', Array(5_000).fill(frame(FrameType.PING, 0, 0, Buffer.alloc(8))), /^ENHANCE_YOUR_CALM: too many PING/],
    ['a frame out of place', [frame(FrameType.DATA, 0, 0, Buffer.alloc(1))], /^PROTOCOL_ERROR: /],
  ])('an HTTP/2 connection that ends for a violation: %s', async (_, frames, reason) => {
    const { port, lines } = await start();
    const client = await RawClient.connect(port);
    client.send(...frames);
    await client.closed;
    const isOurs = testConfig.http2 === 'own';
    await expect
      .poll(() => lines)
      .toContainEqual(
        warning('an HTTP/2 connection failed', isOurs ? expect.stringMatching(reason) : expect.any(String)),
      );
  });

  const ownOnly = it.runIf(testConfig.http2 === 'own');
  ownOnly.each([
    ['sizes of frames', (n: number) => frame(FrameType.DATA, 0, 1, Buffer.alloc(16_385 + n))],
    ['indexes of header fields', (n: number) => frame(FrameType.HEADERS, Flag.END_HEADERS, 1, Buffer.of(0xc0 + n))],
  ])('violations that differ in %s, in one line', async (_, frameOf) => {
    const { port, lines } = await start({ logLevel: 'info' });
    for (let n = 0; n < 5; n++) {
      const client = await RawClient.connect(port);
      client.send(frameOf(n));
      await client.closed;
    }
    expect(new Set(lines.map(({ reason }) => reason)).size).toBe(1);
  });

  it.runIf(testConfig.http2 === 'own')('an HTTP/2 stream that is reset for a violation', async () => {
    const { port, lines } = await start();
    using client = await RawClient.connect(port);
    client.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, literals([['te', 'trailers']])));
    await client.next(({ type }) => type === FrameType.RST_STREAM);
    expect(lines).toEqual([warning('an HTTP/2 stream was reset', 'PROTOCOL_ERROR')]);
  });
});

it.each([
  ['with TLS', () => startTls()],
  ['without TLS', () => start()],
])('the log has nothing of a connection that is opened and closed, to a port %s', async (_, startOne) => {
  const { port, lines } = await startOne();
  await send(port, '');
  const reset = connect(port, '127.0.0.1');
  await once(reset, 'connect');
  reset.resetAndDestroy();
  // The line of this connection follows all lines of the previous one.
  await send(port, '\x16\x03');
  await expect.poll(() => lines).toHaveLength(1);
});

describe('the lines with one reason', () => {
  function logged(level: string, act: (log: ConnectionLog) => void): Record<string, unknown>[] {
    vi.useFakeTimers();
    try {
      const lines: Record<string, unknown>[] = [];
      act(new ConnectionLog(pino({ level }, { write: (line) => lines.push(JSON.parse(line)) })));
      return lines.map(({ msg, reason, count }) => ({ msg, reason, count }));
    } finally {
      vi.useRealTimers();
    }
  }
  const three = (log: ConnectionLog) => {
    for (const peer of ['::1', '::2', '::3']) log.warn('what', peer, 'why');
    log.warn('what', '::4', 'why else');
  };
  const first = { msg: 'what', reason: 'why' };
  const other = { msg: 'what', reason: 'why else' };

  it('are one a second, and the number of the others', () => {
    const lines = logged('info', (log) => {
      three(log);
      vi.advanceTimersByTime(1_000);
      log.warn('what', '::1', 'why');
      vi.advanceTimersByTime(1_000);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(1_000);
      expect(vi.getTimerCount()).toBe(0);
    });
    expect(lines).toEqual([first, other, { ...first, count: 2 }, { ...first, count: 1 }]);
  });

  it('are all at level debug', () => {
    expect(logged('debug', three)).toEqual([first, first, first, other]);
  });
});
