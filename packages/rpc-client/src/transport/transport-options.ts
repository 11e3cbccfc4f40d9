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
   * 10.0.0.53, `kubernetes:///users.shop:9000` by EndpointSlices, `ipv4:10.0.0.1:9000,10.0.0.2:9000`,
   * `ipv6:[::1]:9000`, `unix:/run/users.sock`.
   */
  readonly target: string;
  /** Resolvers of further schemes, by their names. */
  readonly resolvers?: Readonly<Record<string, ResolverFactory>> | undefined;
  /**
   * Balancing, retries, timeouts and waitForReady, in the JSON form of gRPC. Without it the policy is
   * `least_request_experimental`, and methods that may be repeated are retried as their protos have it.
   */
  readonly serviceConfig?: ServiceConfigJson | undefined;
  /** Gets the token that calls carry. It is kept, and renewed before it expires. */
  readonly token?: FetchToken | undefined;
  /** Calls made while a call is served carry the token of its caller: for servers that may use it. Default: false */
  readonly passToken?: boolean | undefined;
  /** Default: false */
  readonly sendTokensWithoutTls?: boolean | undefined;
  /** Default: `grpc` */
  readonly protocol?: 'grpc' | 'grpc-web' | 'connect' | undefined;
  /** Default: `proto` */
  readonly codec?: 'proto' | 'json' | undefined;
  /** True, or the certificates to use. Default: no TLS */
  readonly tls?: true | TlsOptions | undefined;
  /** The value of `:authority`. Default: the host and the port of the target */
  readonly authority?: string | undefined;
  /**
   * HTTP/1.1 is for Connect and gRPC-Web where the server has no HTTP/2. With TLS, `auto` takes what the server offers
   * by ALPN; without TLS it is HTTP/2. Default: `auto`, and `2` for gRPC
   */
  readonly httpVersion?: HttpVersion | 'auto' | undefined;
  /** Milliseconds for calls that set no `timeoutMs`, streams included; 0 for none. Default: 60,000 */
  readonly defaultTimeoutMs?: number | undefined;
  /** For request messages of at least `compressMinBytes`. Default: none */
  readonly sendCompression?: CompressionName | undefined;
  /** Default: 1 KiB, below which compressing takes longer than it saves */
  readonly compressMinBytes?: number | undefined;
  /** For responses, in the order of preference. Default: gzip, then br */
  readonly acceptCompression?: readonly CompressionName[] | undefined;
  /** Bytes of one request message before compression. Default: no limit. RESOURCE_EXHAUSTED above it */
  readonly maxRequestBytes?: number | undefined;
  /** Bytes of one response message, also once it is decompressed. Default: 4 MiB. RESOURCE_EXHAUSTED above it */
  readonly maxResponseBytes?: number | undefined;
  /**
   * Bytes of the headers and of the trailers of a response, as RFC 9113, section 6.5.2, counts them. Default: 32 KiB.
   * RESOURCE_EXHAUSTED above it
   */
  readonly maxHeaderBytes?: number | undefined;
  /** Connect only: unary methods without side effects are called by GET, which caches can serve. Default: false */
  readonly useHttpGet?: boolean | undefined;
  /** Calls wait for a server, until their deadline, instead of failing with UNAVAILABLE. Default: false */
  readonly waitForReady?: boolean | undefined;
  /** The first one is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Default: `example-rpc-client` */
  readonly userAgent?: string | undefined;
}
