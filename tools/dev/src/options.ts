import { parseArgs } from 'node:util';

export const usage = `Runs UserService and OrderService on this machine, and restarts them when a file changes.

  pnpm dev [options]

  --secure           with TLS and tokens, from a certificate authority that is thrown away
  --fresh            start on empty stores: removes the database files first
  --data DIR         keep the data in DIR instead of .data
  --user-port N      the port of UserService (9000)
  --order-port N     the port of OrderService (50051)
  --help             this text

Ctrl-C ends both. A second Ctrl-C does not wait for calls under way.
`;

export interface DevOptions {
  readonly help: boolean;
  readonly secure: boolean;
  readonly fresh: boolean;
  /** A folder, relative to the root of the repository. */
  readonly data: string;
  readonly userPort: number;
  readonly orderPort: number;
}

/** @throws when an argument is not one of those that `usage` names; the message says which */
export function parseOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      secure: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      data: { type: 'string', default: '.data' },
      'user-port': { type: 'string', default: '9000' },
      'order-port': { type: 'string', default: '50051' },
    },
  });
  const userPort = portNumber('--user-port', values['user-port']);
  const orderPort = portNumber('--order-port', values['order-port']);
  if (userPort === orderPort) throw new Error(`--user-port and --order-port must differ, and both are ${userPort}`);
  const { help, secure, fresh, data } = values;
  return { help, secure, fresh, data, userPort, orderPort };
}

function portNumber(option: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`${option} must be a port from 1 to 65535, not ${JSON.stringify(text)}`);
}
