import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { createAuthority } from './authority.ts';

it('issues certificates for servers and clients that trust each other', async () => {
  const authority = await createAuthority();
  const ca = authority.cert;
  const server = createServer({
    ...(await authority.issueForServer('localhost', '127.0.0.1', '::1')),
    ca,
    requestCert: true,
    rejectUnauthorized: true,
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const accepted = once(server, 'secureConnection') as Promise<TLSSocket[]>;
  const client = connect({ host: 'localhost', port, ca, ...(await authority.issueForClient('Aoife')) });
  await once(client, 'secureConnect');
  expect(client.authorized).toBe(true);
  const [socket] = await accepted;
  expect(socket?.getPeerCertificate().subject.CN).toBe('Aoife');
  client.destroy();

  const untrusting = connect({ host: 'localhost', port, ca: (await createAuthority()).cert });
  const [error] = await once(untrusting, 'error').catch((reason) => [reason]);
  expect(error).toBeInstanceOf(Error);
  server.close();
});
