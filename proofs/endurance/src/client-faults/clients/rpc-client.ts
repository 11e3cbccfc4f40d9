import { createTransport } from '@example/rpc-client';
import { transportClient } from '../tested-client.ts';

/** This repository's client, as it is without options. */
export const client = transportClient(({ nameServer, host, port }) => {
  const transport = createTransport({ target: `dns://${nameServer}/${host}:${port}` });
  return { transport, close: () => transport.close() };
});
