import { Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { transportClient } from '../tested-client.ts';

/**
 * connect-node, which has no resolver, no balancing and no retries. For each new connection it queries the name server.
 */
export const client = transportClient(({ nameServer, host, port }) => {
  const names = new Resolver();
  names.setServers([nameServer]);
  const lookup: LookupFunction = (name, { all }, callback) => {
    names.resolve4(name, (error, [first = '', ...others] = []) => {
      if (all)
        callback(
          error,
          [first, ...others].filter(Boolean).map((address) => ({ address, family: 4 })),
        );
      else callback(error, first, 4);
    });
  };
  const transport = createGrpcTransport({ baseUrl: `http://${host}:${port}`, nodeOptions: { lookup } });
  return { transport, close: () => {} };
});
