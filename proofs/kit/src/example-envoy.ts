import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runEnvoy } from './envoy.ts';
import { freePort } from './programs/free-port.ts';
import { listening } from './programs/listening.ts';
import type { Program, ProgramOptions } from './programs/program.ts';
import { root } from './root.ts';

const source = join(root, 'examples/deploy/envoy');

/** The settings in which a run on this machine differs from examples/deploy/envoy. */
export interface ExampleEnvoyOptions {
  /** The port of 127.0.0.1 that clients call. Default: a free one. */
  readonly port?: number;
  /** The ports of 127.0.0.1 of each cluster's replicas, by the name of the cluster. */
  readonly upstreams: Readonly<Record<string, readonly number[]>>;
  /** The origins whose pages may call. */
  readonly origins?: readonly string[];
  /**
   * The folder of the files that secrets/ names, for TLS on both sides. The certificates of services must be for the
   * names of the clusters. Default: no TLS on either side.
   */
  readonly tlsFolder?: string;
  /** Receives each line of the log and of the access log. */
  readonly onLine?: ProgramOptions['onLine'];
}

export interface ExampleEnvoy extends AsyncDisposable {
  readonly port: number;
  readonly program: Program;
}

/** The parts of envoy.yaml that are replaced or read. */
export interface EnvoyConfig {
  admin: { address: Address };
  static_resources: { listeners: [Listener]; clusters: Cluster[] };
}

interface Address {
  socket_address: { address: string; port_value: number };
}

interface Listener {
  address: Address;
  filter_chains: [{ transport_socket?: unknown; filters: [{ typed_config: HttpConnectionManager }] }];
}

interface HttpConnectionManager {
  max_request_headers_kb: number;
  route_config: { virtual_hosts: [VirtualHost] };
}

interface VirtualHost {
  typed_per_filter_config: { 'envoy.filters.http.cors': CorsPolicy };
  routes: Route[];
}

interface CorsPolicy {
  allow_origin_string_match: { exact: string }[];
  allow_methods: string;
  allow_headers: string;
  expose_headers: string;
  max_age: string;
}

interface Route {
  name: string;
  match: { prefix: string; safe_regex?: never } | { safe_regex: { regex: string }; prefix?: never };
  route: {
    cluster: string;
    max_stream_duration: { max_stream_duration?: string; grpc_timeout_header_max: string };
    retry_policy: { retry_on: string; per_try_timeout?: string };
  };
}

interface Cluster {
  name: string;
  health_checks: [{ interval: string; timeout: string; unhealthy_threshold: number }];
  load_assignment: { endpoints: [{ lb_endpoints: { endpoint: { address: Address } }[] }] };
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      common_http_protocol_options: { idle_timeout: string };
      explicit_http_config: { http2_protocol_options: { max_concurrent_streams: number } };
    };
  };
  transport_socket?: unknown;
}

/** The content of examples/deploy/envoy/envoy.yaml, unchanged. */
export function exampleEnvoyConfig(): EnvoyConfig {
  return parse(readFileSync(join(source, 'envoy.yaml'), 'utf8')) as EnvoyConfig;
}

/** Starts Envoy with examples/deploy/envoy. Resolves when it accepts calls. Envoy must be installed. */
export async function startExampleEnvoy(options: ExampleEnvoyOptions): Promise<ExampleEnvoy> {
  const { port = await freePort(), onLine } = options;
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const config = writeExampleConfig(folder, { ...options, port });
  const program = runEnvoy(config, ['--concurrency', '1', '-l', 'warning'], onLine && { onLine });
  const end = async () => {
    await program.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.during(() => listening(port));
    return { port, program, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Writes the configuration for this machine. @returns the path of the file to start Envoy with */
export function writeExampleConfig(folder: string, options: ExampleEnvoyOptions & { readonly port: number }): string {
  const { port, upstreams, origins = [], tlsFolder } = options;
  const config = exampleEnvoyConfig();
  config.admin.address = loopback(0);
  const [listener] = config.static_resources.listeners;
  listener.address = loopback(port);
  const [chain] = listener.filter_chains;
  const [host] = chain.filters[0].typed_config.route_config.virtual_hosts;
  const cors = host.typed_per_filter_config['envoy.filters.http.cors'];
  cors.allow_origin_string_match = origins.map((exact) => ({ exact }));
  for (const cluster of config.static_resources.clusters) {
    const ports = upstreams[cluster.name] ?? [];
    cluster.load_assignment.endpoints[0].lb_endpoints = ports.map((number) => ({
      endpoint: { address: loopback(number) },
    }));
  }
  if (tlsFolder === undefined) {
    for (const part of [chain, ...config.static_resources.clusters]) delete part.transport_socket;
  }
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets);
  for (const name of readdirSync(join(source, 'secrets'))) {
    const secret = readFileSync(join(source, 'secrets', name), 'utf8');
    writeFileSync(join(secrets, name), secret.replaceAll('/etc/envoy/tls', tlsFolder ?? ''));
  }
  const configPath = join(folder, 'envoy.json');
  writeFileSync(configPath, JSON.stringify(config).replaceAll('/etc/envoy/secrets', secrets));
  return configPath;
}

function loopback(port: number): Address {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
