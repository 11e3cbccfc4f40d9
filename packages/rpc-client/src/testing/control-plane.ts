import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type GrpcObject,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

interface DiscoveryRequest {
  readonly type_url: string;
  readonly response_nonce: string;
}

const prefix = 'type.googleapis.com/';
const ads = { ads: {}, resource_api_version: 'V3' };
const types = {
  listener: 'envoy.config.listener.v3.Listener',
  manager: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  router: 'envoy.extensions.filters.http.router.v3.Router',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  cluster: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
};

/** The cluster for each prefix of methods, and the ports of the servers of each cluster. */
export interface Mesh {
  readonly routes: readonly { readonly prefix: string; readonly cluster: string }[];
  readonly clusters: Readonly<Record<string, readonly number[]>>;
}

/** An xDS control plane for one name, which sends all resources on one stream (ADS). */
export class ControlPlane {
  readonly #server = new Server();
  readonly #definitions: PackageDefinition;
  readonly #streams = new Map<ServerDuplexStream<DiscoveryRequest, object>, Set<string>>();
  #mesh: Mesh;
  #version = 1;
  address = '';

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    const xds = dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json'));
    const folders = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'];
    const files = [
      'envoy/service/discovery/v3/ads.proto',
      'envoy/config/listener/v3/listener.proto',
      'envoy/config/route/v3/route.proto',
      'envoy/config/cluster/v3/cluster.proto',
      'envoy/config/endpoint/v3/endpoint.proto',
      'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
      'envoy/extensions/filters/http/router/v3/router.proto',
    ];
    const includeDirs = folders.map((folder) => join(xds, 'deps', folder));
    this.#definitions = loadSync(files, { keepCase: true, enums: String, oneofs: true, includeDirs });
  }

  async start(): Promise<void> {
    const root = loadPackageDefinition(this.#definitions) as unknown as {
      envoy: { service: { discovery: { v3: GrpcObject } } };
    };
    const { AggregatedDiscoveryService } = root.envoy.service.discovery.v3;
    this.#server.addService((AggregatedDiscoveryService as ServiceClientConstructor).service, {
      StreamAggregatedResources: (stream: ServerDuplexStream<DiscoveryRequest, object>) => {
        const asked = new Set<string>();
        this.#streams.set(stream, asked);
        stream.on('data', ({ type_url, response_nonce }: DiscoveryRequest) => {
          asked.add(type_url);
          // A request that has the nonce of the current version is only an acknowledgement.
          if (response_nonce === '' || !response_nonce.startsWith(`${this.#version} `)) this.#send(stream, type_url);
        });
        stream.on('end', () => stream.end()).on('error', () => {});
        stream.on('close', () => this.#streams.delete(stream));
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    this.address = `127.0.0.1:${port}`;
  }

  /** The value of GRPC_XDS_BOOTSTRAP_CONFIG for its clients. */
  get bootstrap(): string {
    return JSON.stringify({
      xds_servers: [{ server_uri: this.address, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
      node: { id: 'test', locality: {} },
    });
  }

  set(mesh: Mesh): void {
    this.#mesh = mesh;
    this.#version += 1;
    for (const [stream, asked] of this.#streams) for (const type of asked) this.#send(stream, type);
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #send(stream: ServerDuplexStream<DiscoveryRequest, object>, typeUrl: string): void {
    const type = typeUrl.slice(prefix.length);
    const resources = this.#resources(type).map((resource) => this.#any(type, resource));
    const nonce = `${this.#version} ${type}`;
    stream.write({ type_url: typeUrl, version_info: String(this.#version), nonce, resources });
  }

  #resources(type: string): readonly object[] {
    const { routes, clusters } = this.#mesh;
    switch (type) {
      case types.listener: {
        const router = this.#any(types.router, {});
        const manager = {
          rds: { route_config_name: 'routes', config_source: ads },
          http_filters: [{ name: 'router', typed_config: router }],
        };
        return [{ name: 'users', api_listener: { api_listener: this.#any(types.manager, manager) } }];
      }
      case types.routes:
        return [
          {
            name: 'routes',
            virtual_hosts: [
              {
                name: 'all',
                domains: ['*'],
                routes: routes.map(({ prefix, cluster }) => ({ match: { prefix }, route: { cluster } })),
              },
            ],
          },
        ];
      case types.cluster:
        return Object.keys(clusters).map((name) => ({
          name,
          type: 'EDS',
          eds_cluster_config: { eds_config: ads },
          lb_policy: 'ROUND_ROBIN',
        }));
      case types.endpoints:
        return Object.entries(clusters).map(([cluster_name, ports]) => ({
          cluster_name,
          endpoints: [
            {
              locality: { region: 'here' },
              load_balancing_weight: { value: 1 },
              lb_endpoints: ports.map((port_value) => ({
                endpoint: { address: { socket_address: { address: '127.0.0.1', port_value } } },
                health_status: 'HEALTHY',
              })),
            },
          ],
        }));
      default:
        return [];
    }
  }

  #any(type: string, value: object): object {
    const { serialize } = this.#definitions[type] as unknown as { serialize(value: object): Buffer };
    return { type_url: `${prefix}${type}`, value: serialize(value) };
  }
}
