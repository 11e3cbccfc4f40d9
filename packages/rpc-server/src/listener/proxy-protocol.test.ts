import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createAuthority } from '@example/kit/authority';
import { describe, expect, it } from 'vitest';
import { recordingLogger, startServer } from '../testing/test-server.ts';
import { parseProxyHeader } from './proxy-protocol.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n');

function binary(command: number, family: number, ...addresses: number[]): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(addresses.length);
  return Buffer.concat([signature, Buffer.from([command, family]), length, Buffer.from(addresses)]);
}

const ipv4 = binary(0x21, 0x11, 192, 0, 2, 1, 10, 0, 0, 1, 1, 2, 3, 4);
const ipv6 = binary(0x21, 0x21, 0x20, 1, 0xd, 0xb8, ...Array(12).fill(1), ...Array(20).fill(0), 4, 0, 1, 9);
const line = Buffer.from('PROXY TCP4 192.0.2.1 10.0.0.1 4711 80\r\n');

describe('the header of the PROXY protocol', () => {
  it.each([
    ['of version 2 for IPv4', ipv4, '192.0.2.1'],
    ['of version 2 for IPv6', ipv6, '2001:db8:101:101:101:101:101:101'],
    ['of version 2 from the proxy itself', binary(0x20, 0), undefined],
    ['of version 2 for a socket', binary(0x21, 0x31, ...Array(216).fill(1)), undefined],
    ['of version 1', line, '192.0.2.1'],
    ['of version 1 for an unknown client', Buffer.from('PROXY UNKNOWN ignored\r\n'), undefined],
  ])('%s names the client', (_, header, value) => {
    const bytes = Buffer.concat([header, Buffer.from('GET / HTTP/1.1\r\n')]);
    expect(parseProxyHeader(bytes)).toEqual({ value, bytes: header.length });
    for (let end = 1; end < header.length; end++) expect(parseProxyHeader(header.subarray(0, end))).toBe('incomplete');
  });

  it.each(['GET / HTTP/1.1\r\n', 'PRI * HTTP/2.0', 'POST / HTTP/1.1', '\r\n\r\nGET /', '\x16\x03\x01'])(
    'is absent from %j',
    (text) => {
      expect(parseProxyHeader(Buffer.from(text))).toEqual({ value: undefined, bytes: 0 });
    },
  );

  it.each([
    ['another version', binary(0x11, 0x11, ...Array(12).fill(1))],
    ['addresses that are too short', binary(0x21, 0x21, ...Array(35).fill(1))],
    ['more than 8 KiB', binary(0x21, 0x11, ...Array(8_193).fill(1))],
    ['a line without its end', Buffer.from(`PROXY TCP4 ${'1'.repeat(107)}`)],
    ['a line without addresses', Buffer.from('PROXY TCP4\r\n')],
    ['a line with a name', Buffer.from('PROXY TCP4 example.org 10.0.0.1 4711 80\r\n')],
  ])('is invalid with %s', (_, header) => {
    expect(parseProxyHeader(header)).toMatchObject({ fault: 'an invalid PROXY header' });
  });
});

describe('a connection with that header', () => {
  const request =
    'POST /user.v1.UserService/GetUser HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n' +
    'content-length: 2\r\nconnection: close\r\n\r\n{}';

  /** @returns what the server sends */
  async function send(socket: Socket, text: string): Promise<string> {
    socket.write(text);
    let received = '';
    for await (const bytes of socket) received += bytes;
    return received;
  }

  it.each(['with TLS', 'without TLS'])('of a trusted proxy names the client in the log, %s', async (kind) => {
    const { logger, lines } = recordingLogger();
    const authority = await createAuthority();
    const keys = await authority.issueForServer('localhost');
    const tls = kind === 'with TLS' ? () => keys : undefined;
    const { port } = await startServer({ logger, config: { tls, trustedProxies: ['127.0.0.1'] } });
    for (const header of [ipv4, line]) {
      const socket = connect(port, '127.0.0.1').setNoDelay();
      // Sends the header in two parts, the second together with the data that follows it.
      socket.write(header.subarray(0, 5));
      await once(socket, 'connect');
      socket.write(header.subarray(5));
      const client = tls ? connectTls({ socket, ca: authority.cert, servername: 'localhost' }) : socket;
      expect(await send(client, request)).toContain('200 OK');
    }
    await expect.poll(() => lines.map(({ peer }) => peer)).toEqual(['192.0.2.1', '192.0.2.1']);
  });

  it('of any other peer is closed', async () => {
    const { port } = await startServer({ config: { trustedProxies: ['192.0.2.1'] } });
    expect(await send(connect(port, '127.0.0.1'), `${line}${request}`)).toBe('');
  });

  it('of a trusted proxy may come without the header', async () => {
    const { port } = await startServer({ config: { trustedProxies: ['127.0.0.1'] } });
    expect(await send(connect(port, '127.0.0.1'), request)).toContain('200 OK');
  });
});
