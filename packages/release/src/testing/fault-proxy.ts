import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What happens to an upload: nothing; the connection is reset; no answer ever; it is cut in the middle; the registry takes it, and its answer
 * is lost; or it answers, and nothing any more.
 */
type Fault = 'none' | 'refused' | 'silent' | 'cut' | 'answer lost' | 'gone afterwards';

/** Stands before a registry on this machine. */
export interface FaultProxy {
  /** With a slash at the end. */
  readonly url: string;
  fault: Fault;
  close(): Promise<void>;
}

export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  let isGone = false;
  const server = createServer((incoming, answer) => {
    const isUpload = ['PUT', 'POST'].includes(incoming.method ?? '');
    const fault = isUpload ? proxy.fault : 'none';
    if (isGone || fault === 'refused') incoming.socket.destroy();
    else if (fault === 'cut') incoming.once('data', () => incoming.socket.destroy());
    else if (fault !== 'silent') {
      isGone = fault === 'gone afterwards';
      forward(upstream, incoming, answer, fault === 'answer lost');
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

function forward(upstream: string, incoming: IncomingMessage, answer: ServerResponse, isLost: boolean): void {
  const { method, headers, url } = incoming;
  const outgoing = request(new URL(url ?? '/', upstream), { method: method ?? 'GET', headers }, (response) => {
    if (isLost) {
      response.resume().once('end', () => incoming.socket.destroy());
      return;
    }
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.once('error', () => incoming.socket.destroy());
  incoming.pipe(outgoing);
}
