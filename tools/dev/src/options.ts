import { parseArgs } from 'node:util';

export const usage = `Runs UserService and OrderService on this machine and restarts each when one of its source files changes.

  pnpm dev [options]

  --secure           require TLS and access tokens; creates a temporary certificate authority
  --fresh            start with empty stores: removes the database files first
  --data DIR         the folder of the database files (default: .data)
  --envoy            run Envoy in front of both (examples/deploy/envoy); needs Python, and installs it the first time
  --envoy-port N     the port of Envoy (default: 8080)
  --user-port N      the port of UserService (default: 9000)
  --order-port N     the port of OrderService (default: 50051)
  --help             print this text

The services have no rate limit in practice; CALLS_PER_SECOND in the environment sets one, 200 is that of a deployed
service. LOG_LEVEL=debug logs more. Ctrl-C stops both services once running calls have completed, after 2 s at
the latest; a second Ctrl-C stops them at once.
`;

export interface DevOptions {
  readonly help: boolean;
  readonly secure: boolean;
  readonly fresh: boolean;
  /** A folder, relative to the root of the repository. */
  readonly data: string;
  readonly userPort: number;
  readonly orderPort: number;
  /** Undefined without Envoy. */
  readonly envoyPort: number | undefined;
}

/** @throws {Error} for an argument that `usage` does not list; the message names it */
export function parseOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      secure: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      data: { type: 'string', default: '.data' },
      envoy: { type: 'boolean', default: false },
      'envoy-port': { type: 'string', default: '8080' },
      'user-port': { type: 'string', default: '9000' },
      'order-port': { type: 'string', default: '50051' },
    },
  });
  const userPort = portNumber('--user-port', values['user-port']);
  const orderPort = portNumber('--order-port', values['order-port']);
  if (userPort === orderPort) throw new Error(`--user-port and --order-port must differ, but both are ${userPort}`);
  const envoyPort = values.envoy ? portNumber('--envoy-port', values['envoy-port']) : undefined;
  if (envoyPort === userPort || envoyPort === orderPort) {
    throw new Error(`--envoy-port must differ from the ports of the services, but is ${envoyPort}`);
  }
  const { help, secure, fresh, data } = values;
  return { help, secure, fresh, data, userPort, orderPort, envoyPort };
}

function portNumber(option: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`${option} must be a port from 1 to 65535, not ${JSON.stringify(text)}`);
}
