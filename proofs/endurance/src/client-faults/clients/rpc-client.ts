import { createTransport } from '@example/rpc-client';
import type { TestedClient } from '../fault-run.ts';

/** The client of this repository, without options. */
export const client: TestedClient = {
  connect(target) {
    const transport = createTransport({ target });
    return { transport, close: () => transport.close() };
  },
};
