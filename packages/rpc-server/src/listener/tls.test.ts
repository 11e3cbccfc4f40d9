import { once } from 'node:events';
import { constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';
import { createClient, type ServiceImpl, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { type Authority, createAuthority } from '@example/kit/authority';
import { UserService } from '@example/protos/user/v1';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import type { Tls } from '../config/tls-files.ts';
import { type RunningServer, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig } from '../testing/index.ts';
import { recordingLogger } from '../testing/test-server.ts';

let authority: Authority;
let server: RunningServer;
beforeAll(async () => {
  authority = await createAuthority();
});
afterEach(() => server.close(0));

interface Options {
  readonly config?: Partial<ServerConfig>;
  readonly users?: Partial<ServiceImpl<typeof UserService>>;
}

async function start(tls: () => Tls, { config = {}, users = {} }: Options = {}): Promise<void> {
  server = await serve({
    config: { ...testConfig, ...config, tls },
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }), ...users }),
  });
}

type Trust = { ca: string; cert?: string; key?: string };

const transports: [string, (nodeOptions: Trust) => Transport][] = [
  ['gRPC', (nodeOptions) => createGrpcTransport({ baseUrl: server.url, nodeOptions })],
  ['gRPC-Web', (nodeOptions) => createGrpcWebTransport({ baseUrl: server.url, httpVersion: '2', nodeOptions })],
  [
    'Connect over HTTP/1.1',
    (nodeOptions) => createConnectTransport({ baseUrl: server.url, httpVersion: '1.1', nodeOptions }),
  ],
];

/** The serial number of the certificate that the server sends on a new connection. */
async function serialNumber(): Promise<string> {
  const socket = tlsConnect({ host: 'localhost', port: Number(new URL(server.url).port), ca: authority.cert });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

describe('a server with TLS', () => {
  it.each(transports)('serves %s', async (_, transport) => {
    const keyPair = await authority.issueForServer('localhost');
    await start(() => keyPair);
    expect(server.url).toMatch(/^https:\/\/localhost:\d+$/);
    const users = createClient(UserService, transport({ ca: authority.cert }));
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
    await server.close(60_000);
  });

  it('closes a connection with invalid HPACK, and serves others', async () => {
    const keyPair = await authority.issueForServer('localhost');
    await start(() => keyPair);
    const port = Number(new URL(server.url).port);
    const badBlock = Buffer.from([0xff, 0xff, 0xff, 0x7f]);
    for (let i = 0; i < 20; i++) {
      const socket = tlsConnect({ host: 'localhost', port, ca: authority.cert, ALPNProtocols: ['h2'] });
      await once(socket, 'secureConnect');
      const client = RawClient.over(socket);
      client.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, badBlock));
      const { payload } = await client.next(({ type }) => type === FrameType.GOAWAY);
      expect(payload.readUInt32BE(4)).toBe(constants.NGHTTP2_COMPRESSION_ERROR);
      await client.closed;
    }
    const users = createClient(
      UserService,
      createGrpcTransport({ baseUrl: server.url, nodeOptions: { ca: authority.cert } }),
    );
    expect(await users.getUser({ id: '7' })).toMatchObject({ id: '7' });
  });

  it('reads a pipelined request of several TLS records while the response before it is being sent', async () => {
    const keyPair = await authority.issueForServer('localhost');
    // The response is larger than the buffers of both sides.
    const email = 'x'.repeat(16 * 1024 * 1024);
    await start(() => keyPair, {
      config: { maxMessageBytes: 2 * email.length },
      users: { createUser: ({ name }) => ({ id: `${name.length}`, email }) },
    });
    const socket = tlsConnect({ host: 'localhost', port: Number(new URL(server.url).port), ca: authority.cert });
    const send = (name: string, connection: string) => {
      const body = JSON.stringify({ name });
      const head = [
        'POST /user.v1.UserService/CreateUser HTTP/1.1',
        'host: localhost',
        `connection: ${connection}`,
        'content-type: application/json',
        `content-length: ${body.length}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    };
    send('A', 'keep-alive');
    await once(socket, 'readable');
    send('A'.repeat(100_000), 'close');
    const responses = await text(socket);
    expect(responses.match(/"id":"\d+"/g)).toEqual(['"id":"1"', '"id":"100000"']);
  });

  it.each(transports)('requires a client certificate with TLS_CLIENT_CA, over %s', async (_, transport) => {
    const keyPair = await authority.issueForServer('localhost');
    await start(() => ({ ...keyPair, clientCa: authority.cert }));
    const call = (trust: Partial<Trust>) =>
      createClient(UserService, transport({ ca: authority.cert, ...trust })).getUser({ id: '7' });
    expect(await call(await authority.issueForClient('Aoife'))).toMatchObject({ id: '7' });
    await failureOf(call({}));
    await failureOf(call(await (await createAuthority()).issueForClient('Aoife')));
  });

  it('reloads its certificates without dropping a connection', async () => {
    const pairs = [await authority.issueForServer('localhost'), await authority.issueForServer('localhost')] as const;
    let current: Tls = pairs[0];
    await start(() => current);
    const users = createClient(
      UserService,
      createGrpcTransport({ baseUrl: server.url, nodeOptions: { ca: authority.cert } }),
    );
    await users.getUser({ id: '1' });
    const first = await serialNumber();

    current = pairs[1];
    await server.reload();
    expect(await serialNumber()).not.toBe(first);
    expect(await users.getUser({ id: '2' })).toMatchObject({ id: '2' });

    const second = await serialNumber();
    current = { cert: 'no certificate', key: 'no key' };
    await server.reload();
    expect(await serialNumber()).toBe(second);
  });

  it('does not wait at shutdown for a client that has disconnected', async () => {
    const keyPair = await authority.issueForServer('localhost');
    await start(() => keyPair);
    const { port } = new URL(server.url);
    const socket = tlsConnect({ host: 'localhost', port: Number(port), ca: authority.cert, ALPNProtocols: ['h2'] });
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    await once(socket, 'data');
    socket.end();
    await once(socket, 'close');
    await server.close(60_000);
  });
});

it('a server without TLS and tokens logs that it has nothing to reload', async () => {
  const { logger, lines } = recordingLogger();
  server = await serve({ config: testConfig, logger, routes: () => {} });
  await server.reload();
  expect(lines).toMatchObject([{ level: 30, msg: 'there are no certificates or keys to reload' }]);
});
