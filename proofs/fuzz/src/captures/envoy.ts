import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Envoy, which takes HTTP/1.1 on a port, and speaks HTTP/2 to another. It may not listen yet. */
export async function startEnvoy(upstream: number): Promise<{ port: number; end: () => void }> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const front = (listening.address() as { port: number }).port;
  listening.close();
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
  const config = {
    static_resources: {
      listeners: [
        {
          address: address(front),
          filter_chains: [
            {
              filters: [
                {
                  name: 'http',
                  typed_config: {
                    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
                    stat_prefix: 'front',
                    route_config: {
                      virtual_hosts: [
                        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] },
                      ],
                    },
                    http_filters: [
                      { name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: 'up',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'up',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
          },
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': type('upstreams.http.v3.HttpProtocolOptions'),
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  };
  const file = join(mkdtempSync(join(tmpdir(), 'envoy-')), 'envoy.json');
  writeFileSync(file, JSON.stringify(config));
  const args = ['-c', file, '--concurrency', '1', '--base-id', '77', '-l', 'error'];
  const program = 'envoy';
  const envoy = spawn(program, args, { stdio: 'ignore' });
  return { port: front, end: () => envoy.kill() };
}
