import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { installEnvoy, startEnvoy } from '@example/kit/envoy';
import { freePort, Program } from '@example/kit/programs';
import { needProgram } from '@example/kit/toolchains';

/** A proxy in front of several servers on 127.0.0.1. It may not be listening yet. */
interface RunningProxy {
  readonly port: number;
  readonly program: Program;
  end(): Promise<void>;
}

export type Protocol = 'HTTP/1.1' | 'gRPC';

export interface FrontProxy {
  readonly name: string;
  /**
   * Whether the proxy keeps connections to servers. If it does not, a call may wait to be accepted when its server
   * stops listening. The kernel then resets the connection, and the proxy may not repeat the call.
   */
  readonly keepsConnections: boolean;
  /** @throws {ToolchainMissingError} */
  readonly prepare: () => void;
  readonly start: (protocol: Protocol, upstreamPorts: readonly number[]) => Promise<RunningProxy>;
}

/** @param argsOf the arguments of the program. @param configOf the text of its configuration */
async function startWithConfig(
  name: 'nginx' | 'haproxy',
  argsOf: (config: string) => string[],
  configOf: (port: number, folder: string) => string,
): Promise<RunningProxy> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const config = join(folder, `${name}.conf`);
  writeFileSync(config, configOf(port, folder));
  const program = new Program(needProgram(name), argsOf(config), { name });
  return {
    port,
    program,
    async end() {
      await program.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * A proxy with the settings of docs/guides/behind-a-proxy.md, and otherwise with defaults.
 *
 * @param location of nginx's configuration
 */
function nginx(name: string, location: Readonly<Record<Protocol, string>>, upstream = ''): FrontProxy {
  return {
    name,
    keepsConnections: upstream !== '',
    prepare: () => void needProgram('nginx'),
    start: (protocol, ports) =>
      startWithConfig(
        'nginx',
        (config) => ['-c', config, '-e', 'stderr'],
        (port, folder) => `
daemon off;
user ${userInfo().username};
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  upstream services { ${ports.map((server) => `server 127.0.0.1:${server};`).join(' ')} ${upstream} }
  server {
    listen 127.0.0.1:${port} ${protocol === 'gRPC' ? 'http2' : ''};
    location / { ${location[protocol]} }
  }
}
`,
      ),
  };
}

const haproxy: FrontProxy = {
  name: 'haproxy',
  keepsConnections: true,
  prepare: () => void needProgram('haproxy'),
  start: (protocol, ports) => {
    const http2 = protocol === 'gRPC' ? 'proto h2' : '';
    return startWithConfig(
      'haproxy',
      (config) => ['-db', '-f', config],
      (port) => `
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
  option redispatch 1
listen services
  bind 127.0.0.1:${port} ${http2}
  ${ports.map((server) => `server s${server} 127.0.0.1:${server} ${http2}`).join('\n  ')}
`,
    );
  },
};

const envoy: FrontProxy = {
  name: 'Envoy',
  keepsConnections: true,
  prepare: installEnvoy,
  start: (protocol, ports) => startEnvoy({ ports, http: protocol === 'gRPC' ? 2 : 1, hasRetries: true }),
};

export const nginxWithKeepalive = nginx(
  'nginx, keepalive',
  {
    'HTTP/1.1': 'proxy_pass http://services; proxy_http_version 1.1; proxy_set_header Connection "";',
    gRPC: 'grpc_pass grpc://services;',
  },
  'keepalive 32;',
);

export const proxies: readonly FrontProxy[] = [
  nginx('nginx', { 'HTTP/1.1': 'proxy_pass http://services;', gRPC: 'grpc_pass grpc://services;' }),
  nginxWithKeepalive,
  envoy,
  haproxy,
];
