import type { Interceptor } from '@connectrpc/connect';
import type { CodecOptions } from '@example/rpc-core';
import type { ChannelOptions } from '../channel/channel.ts';
import type { ResolverFactory } from '../channel/resolving/create-resolver.ts';
import type { HttpVersion } from '../connection/connector.ts';
import type { ServiceConfigJson } from '../service-config.ts';
import type { TlsOptions } from '../tls/tls-options.ts';
import type { FetchToken } from '../tokens/token-source.ts';

type CompressionName = 'gzip' | 'br';

export interface TransportOptions extends CodecOptions, ChannelOptions {
  /**
   * The servers: `dns:///users:9000` or `users:9000` by name, `dns://10.0.0.53/users:9000` by the name server
   * 10.0.0.53, `kubernetes:///users.shop:9000` by EndpointSlices, `xds:///users` by `@grpc/grpc-js-xds`,
   * `ipv4:10.0.0.1:9000,10.0.0.2:9000`, `ipv6:[::1]:9000`, `unix:/run/users.sock`.
   */
  readonly target: string;
  /** Resolvers of further schemes, by their names. */
  readonly resolvers?: Readonly<Record<string, ResolverFactory>> | undefined;
  /**
   * Balancing, retries, timeouts and waitForReady, in the JSON form of gRPC. Default: the policy
   * `least_request_experimental`, and retries of the methods whose protos allow them.
   */
  readonly serviceConfig?: ServiceConfigJson | undefined;
  /** Gets the token that calls carry. It is kept, and renewed before it expires. */
  readonly token?: FetchToken | undefined;
  /**
   * Calls that a handler makes send the token of its caller. Only for servers that may use this token. Default: false
   */
  readonly passToken?: boolean | undefined;
  /** Whether tokens are sent on connections without TLS. Default: false */
  readonly sendTokensWithoutTls?: boolean | undefined;
  /** The protocol of all calls. Default: `grpc` */
  readonly protocol?: 'grpc' | 'grpc-web' | 'connect' | undefined;
  /** The codec of messages. Default: `proto` */
  readonly codec?: 'proto' | 'json' | undefined;
  /** True for TLS with the defaults, or the certificates to use. Default: no TLS */
  readonly tls?: true | TlsOptions | undefined;
  /**
   * The URL of an HTTP proxy for all servers, except those on a Unix domain socket; false for no proxy. Default: the
   * first of `grpc_proxy`, `https_proxy` and `http_proxy` in the environment, except for servers that `no_grpc_proxy`
   * or `no_proxy` lists
   */
  readonly proxy?: string | false | undefined;
  /** The value of `:authority`. Default: the host and the port of the target */
  readonly authority?: string | undefined;
  /**
   * HTTP/1.1 is for Connect and gRPC-Web with servers that do not support HTTP/2. `auto` uses the version that ALPN
   * negotiates, or HTTP/2 without TLS. Default: `auto`, and `2` for gRPC
   */
  readonly httpVersion?: HttpVersion | 'auto' | undefined;
  /** The timeout of calls that set no `timeoutMs`, streams included, in milliseconds; 0 for none. Default: 60,000 */
  readonly defaultTimeoutMs?: number | undefined;
  /** The compression of request messages of at least `compressMinBytes`. Default: none */
  readonly sendCompression?: CompressionName | undefined;
  /** The smallest message that is compressed, in bytes. Default: 1 KiB. Compressing less takes longer than it saves */
  readonly compressMinBytes?: number | undefined;
  /** The compressions of responses, in the order of preference. Default: gzip, then br */
  readonly acceptCompression?: readonly CompressionName[] | undefined;
  /** The limit of a request message in bytes, before compression. RESOURCE_EXHAUSTED above it. Default: no limit */
  readonly maxRequestBytes?: number | undefined;
  /**
   * The limit of a response message in bytes, also once it is decompressed. RESOURCE_EXHAUSTED above it. Default: 4 MiB
   */
  readonly maxResponseBytes?: number | undefined;
  /**
   * The limit of a response message in elements: fields, known or not, and items of lists, at all levels.
   * RESOURCE_EXHAUSTED above it, before the message is decoded. Default: 100,000
   */
  readonly maxResponseElements?: number | undefined;
  /**
   * The limit of the headers and of the trailers of a response, in bytes as defined in RFC 9113, section 6.5.2.
   * RESOURCE_EXHAUSTED above it. Default: 32 KiB
   */
  readonly maxHeaderBytes?: number | undefined;
  /**
   * Calls unary methods without side effects by GET, so that responses can be cached. Only for Connect. Default: false
   */
  readonly useHttpGet?: boolean | undefined;
  /** Calls wait for a server, until their deadline, instead of failing with UNAVAILABLE. Default: false */
  readonly waitForReady?: boolean | undefined;
  /** The interceptors, the first one outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** The value of `user-agent`. Default: `example-rpc-client` */
  readonly userAgent?: string | undefined;
}
