import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './programs/free-port.ts';
import { Program } from './programs/program.ts';
import { PythonEnvironment } from './toolchains/python.ts';

const folder = join(import.meta.dirname, '../envoy');

/** A package of PyPI that has Envoy's program. */
const environment = new PythonEnvironment({
  folder: join(folder, '.venv'),
  requirements: join(folder, 'requirements.txt'),
});

/** Installs Envoy. @throws {ToolchainMissingError} */
export function installEnvoy(): void {
  environment.install((text) => process.stderr.write(text));
}

/**
 * Starts an Envoy that takes HTTP/1.1 and HTTP/2 on a free port, and forwards by HTTP/2 to `upstreamPort`. The program
 * may not listen yet; `end` ends it.
 */
export async function startEnvoy(
  upstreamPort: number,
): Promise<{ readonly port: number; readonly program: Program; end(): Promise<void> }> {
  const port = await freePort();
  const files = mkdtempSync(join(tmpdir(), 'envoy-'));
  const config = join(files, 'envoy.json');
  writeFileSync(config, JSON.stringify(envoyConfig(port, upstreamPort)));
  // Without hot restart it does not share memory with the Envoys of other runs.
  const args = ['-c', config, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'];
  const program = new Program(join(folder, '.venv/bin/envoy'), args, { name: 'Envoy' });
  return {
    port,
    program,
    async end() {
      await program.end();
      rmSync(files, { recursive: true });
    },
  };
}

function envoyConfig(port: number, upstreamPort: number): unknown {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const typed = (name: string, config = {}) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...config });
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'front',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          // A stream may take longer than the default of 15 s.
          routes: [{ match: { prefix: '/' }, route: { cluster: 'upstream', timeout: '0s' } }],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: typed('filters.http.router.v3.Router') }],
  });
  const http2 = typed('upstreams.http.v3.HttpProtocolOptions', {
    explicit_http_config: { http2_protocol_options: {} },
  });
  return {
    static_resources: {
      listeners: [{ address: address(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] }],
      clusters: [
        {
          name: 'upstream',
          load_assignment: {
            cluster_name: 'upstream',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort) } }] }],
          },
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
        },
      ],
    },
  };
}
