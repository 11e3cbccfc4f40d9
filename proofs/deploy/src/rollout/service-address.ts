import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address for several endpoints, like the address of a Service: each new connection goes to the next endpoint. */
export interface ServiceAddress extends AsyncDisposable {
  readonly port: number;
}

/** @param endpoints the ports at the time of a connection */
export async function serviceAddress(endpoints: () => readonly number[]): Promise<ServiceAddress> {
  let turn = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const ports = endpoints();
    turn += 1;
    const upstream = connect({ port: ports[turn % ports.length] as number, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true).pipe(other);
      socket.once('error', () => other.resetAndDestroy());
      socket.once('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
