import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy that resolves names ending in `.test` to this machine. */
export interface ProxyServer extends AsyncDisposable {
  readonly port: number;
  /** The targets and the headers of all CONNECT requests so far. */
  readonly requests: readonly Pick<IncomingMessage, 'url' | 'headers'>[];
  /** A response that is sent instead of opening a tunnel: a status line with headers and body. */
  refusal: string | undefined;
  /** Whether CONNECT gets no response. */
  isMute: boolean;
  /** Whether the response is sent together with the first bytes of the server. */
  joinsFirstBytes: boolean;
}

/** @param tls for a proxy that clients reach by TLS */
export async function startProxyServer(tls?: { readonly cert: string; readonly key: string }): Promise<ProxyServer> {
  const sockets = new Set<Duplex>();
  const requests: IncomingMessage[] = [];
  const state: Pick<ProxyServer, 'refusal' | 'isMute' | 'joinsFirstBytes'> = {
    refusal: undefined,
    isMute: false,
    joinsFirstBytes: false,
  };
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('connection', (socket: Duplex) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    requests.push(request);
    socket.on('error', () => {});
    if (state.isMute) return;
    if (state.refusal !== undefined) socket.end(state.refusal);
    else tunnel(request.url ?? '', socket, state.joinsFirstBytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function tunnel(target: string, socket: Duplex, joinsFirstBytes: boolean): void {
  const { hostname, port } = new URL(`tcp://${target}`);
  const host = hostname.endsWith('.test') ? '127.0.0.1' : hostname.replace(/^\[(.*)\]$/, '$1');
  const established = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');
  const onward = connect({ host, port: Number(port) });
  const start = (first: Buffer) => {
    socket.write(Buffer.concat([established, first]));
    socket.pipe(onward).pipe(socket);
  };
  if (joinsFirstBytes) onward.once('data', start);
  else onward.once('connect', () => start(Buffer.alloc(0)));
  onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')).on('close', () => socket.destroy());
  socket.on('close', () => onward.destroy());
}
