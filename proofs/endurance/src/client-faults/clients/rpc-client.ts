import { createTransport } from '@example/rpc-client';
import { transportClient } from '../tested-client.ts';

/** The client of this repository, without options. */
export const client = transportClient(({ nameServer, host, port }) => {
  const transport = createTransport({ target: `dns://${nameServer}/${host}:${port}` });
  return { transport, close: () => transport.close() };
});
