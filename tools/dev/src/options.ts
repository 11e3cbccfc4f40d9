import { parseArgs } from 'node:util';

export const usage = `Runs UserService, OrderService and the web page that calls them (examples/web) on this machine, and restarts each
when one of its source files changes.

  pnpm dev [options]

  --secure           require TLS and access tokens; creates a temporary certificate authority
  --tokens           require access tokens, without TLS; the web page offers accounts to sign in with
  --fresh            start with empty stores: removes the database files first
  --data DIR         the folder of the database files (default: .data)
  --envoy            run Envoy in front of both (examples/deploy/envoy); needs Python, and installs it the first time
  --envoy-port N     the port of Envoy (default: 8080)
  --user-port N      the port of UserService (default: 9000)
  --order-port N     the port of OrderService (default: 50051)
  --page-port N      the port of the web page (default: 5173)
  --no-page          do not run the web page
  --help             print this text

The services have no rate limit in practice; CALLS_PER_SECOND in the environment sets one, 200 is that of a deployed
service. LOG_LEVEL=debug logs more. Ctrl-C stops both services once running calls have completed, after 2 s at
the latest; a second Ctrl-C stops them at once.
`;

export interface DevOptions {
  readonly help: boolean;
  readonly secure: boolean;
  readonly tokens: boolean;
  readonly fresh: boolean;
  /** A folder, relative to the root of the repository. */
  readonly data: string;
  readonly userPort: number;
  readonly orderPort: number;
  /** Undefined without Envoy. */
  readonly envoyPort: number | undefined;
  /** Undefined without the web page. */
  readonly pagePort: number | undefined;
}

/** @throws {Error} for an argument that `usage` does not list; the message names it */
export function parseOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      secure: { type: 'boolean', default: false },
      tokens: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      data: { type: 'string', default: '.data' },
      envoy: { type: 'boolean', default: false },
      'envoy-port': { type: 'string', default: '8080' },
      page: { type: 'boolean', default: true },
      'page-port': { type: 'string', default: '5173' },
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
  const pagePort = values.page ? portNumber('--page-port', values['page-port']) : undefined;
  if (pagePort !== undefined && [userPort, orderPort, envoyPort].includes(pagePort)) {
    throw new Error(`--page-port must differ from the other ports, but is ${pagePort}`);
  }
  const { help, secure, tokens, fresh, data } = values;
  return { help, secure, tokens, fresh, data, userPort, orderPort, envoyPort, pagePort };
}

function portNumber(option: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`${option} must be a port from 1 to 65535, not ${JSON.stringify(text)}`);
}
