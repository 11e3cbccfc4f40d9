import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A relay between a client and a server on this machine that counts the bytes of TCP. */
export interface CountingRelay extends AsyncDisposable {
  readonly url: string;
  /** The bytes from clients to the server, and from the server to clients. */
  readonly bytes: { sent: number; received: number };
}

export async function startRelay(serverUrl: string): Promise<CountingRelay> {
  const { port, hostname } = new URL(serverUrl);
  const bytes = { sent: 0, received: 0 };
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.on('data', (chunk) => {
      bytes.sent += chunk.length;
    });
    server.on('data', (chunk) => {
      bytes.received += chunk.length;
    });
    client.pipe(server).pipe(client);
    // The load client may end connections at any time.
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    bytes,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
