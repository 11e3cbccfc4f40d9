import { parseArgs } from 'node:util';
import { type DevProgram, type DevService, devServices } from './dev-service.ts';

const envoyProgram = { folder: 'envoy', title: 'Envoy', portOption: '--envoy-port' };
const pageProgram = { folder: 'web', title: 'Web page', portOption: '--page-port' };

export function usage(): string {
  const services = devServices();
  const ports = services.map(
    ({ portOption, title, port }) => `  ${`${portOption} N`.padEnd(18)} the port of ${title} (default: ${port})\n`,
  );
  return `Runs all services on this machine, and restarts each when one of its source files changes:
${services.map(({ title }) => title).join(', ')}. It also runs the web page of examples/web, which calls them.

  pnpm dev [options]

  --secure           require TLS and access tokens; creates a temporary certificate authority
  --tokens           require access tokens, without TLS
  --fresh            start with empty stores: removes the database files first
  --data DIR         the folder of the database files (default: .data)
  --envoy            run Envoy in front of them (examples/deploy/envoy); needs Python, and installs it the first time
  --envoy-port N     the port of Envoy (default: 8080)
  --reference-port N the port of the API reference, a web page (default: 9080, or a free one if that is in use)
  --page-port N      the port of the web page (default: 5173)
  --no-web-page      do not run the web page
${ports.join('')}  --help             print this text

The services have no rate limit in practice. CALLS_PER_SECOND in the environment sets one; the default of a deployed
service is 200. LOG_LEVEL=debug logs more. Ctrl-C stops all services once running calls have completed, after 2 s at
the latest; a second Ctrl-C stops them at once.
`;
}

export interface DevOptions {
  readonly help: boolean;
  readonly secure: boolean;
  readonly tokens: boolean;
  readonly fresh: boolean;
  /** A folder, relative to the root of the repository. */
  readonly data: string;
  /** The services, with the chosen ports. */
  readonly services: readonly DevService[];
  /** Envoy; undefined if it does not run. */
  readonly envoy: DevProgram | undefined;
  readonly referencePort: number;
  /** The web page; undefined if it does not run. */
  readonly webPage: DevProgram | undefined;
}

/** @throws {Error} for an argument that `usage` does not list; the message names it */
export function parseOptions(args: readonly string[]): DevOptions {
  const all = devServices();
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
      'reference-port': { type: 'string', default: '9080' },
      'web-page': { type: 'boolean', default: true },
      'page-port': { type: 'string', default: '5173' },
      ...Object.fromEntries(all.map(({ portOption }) => [portOption.slice(2), { type: 'string' as const }])),
    },
  });
  const chosen = values as Readonly<Record<string, unknown>>;
  const services = all.map((service) => {
    const text = chosen[service.portOption.slice(2)];
    return typeof text === 'string' ? { ...service, port: portNumber(service.portOption, text) } : service;
  });
  const envoy = values.envoy ? { ...envoyProgram, port: portNumber('--envoy-port', values['envoy-port']) } : undefined;
  const webPage = values['web-page']
    ? { ...pageProgram, port: portNumber('--page-port', values['page-port']) }
    : undefined;
  const programs = [...services, envoy, webPage].filter((program) => program !== undefined);
  for (const [index, { port, portOption }] of programs.entries()) {
    const other = programs.slice(0, index).find((one) => one.port === port);
    if (other) throw new Error(`${other.portOption} and ${portOption} must differ, but both are ${port}`);
  }
  const referencePort = portNumber('--reference-port', values['reference-port']);
  const { help, secure, tokens, fresh, data } = values;
  return { help, secure, tokens, fresh, data, services, envoy, referencePort, webPage };
}

function portNumber(option: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`${option} must be a port from 1 to 65535, not ${JSON.stringify(text)}`);
}
