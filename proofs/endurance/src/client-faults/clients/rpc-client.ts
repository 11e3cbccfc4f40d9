import { createTransport } from '@example/rpc-client';
import type { TestedClient } from '../fault-run.ts';

/** This repository's client, as it is without options. */
export const client: TestedClient = {
  connect(target) {
    const transport = createTransport({ target });
    return { transport, close: () => transport.close() };
  },
};
