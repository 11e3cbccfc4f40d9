import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The fault of an upload. `refused`: the connection is reset. `silent`: the registry never responds. `cut`: the upload
 * breaks off in the middle. `response lost`: the registry stores the upload, and its response is lost. `gone
 * afterwards`: the registry responds, and is down from then on.
 */
type Fault = 'none' | 'refused' | 'silent' | 'cut' | 'response lost' | 'gone afterwards';

/** A proxy of a registry on this machine. */
export interface FaultProxy {
  /** Ends with a slash. */
  readonly url: string;
  fault: Fault;
  close(): Promise<void>;
}

export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  let isGone = false;
  const server = createServer((incoming, outgoing) => {
    const isUpload = ['PUT', 'POST'].includes(incoming.method ?? '');
    const fault = isUpload ? proxy.fault : 'none';
    if (isGone || fault === 'refused') incoming.socket.destroy();
    else if (fault === 'cut') incoming.once('data', () => incoming.socket.destroy());
    else if (fault !== 'silent') {
      isGone = fault === 'gone afterwards';
      forward(upstream, incoming, outgoing, fault === 'response lost');
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fault: 'none',
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

function forward(upstream: string, incoming: IncomingMessage, outgoing: ServerResponse, isLost: boolean): void {
  const { method, headers, url } = incoming;
  const forwarded = request(new URL(url ?? '/', upstream), { method: method ?? 'GET', headers }, (response) => {
    if (isLost) {
      response.resume().once('end', () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  forwarded.once('error', () => incoming.socket.destroy());
  incoming.pipe(forwarded);
}
