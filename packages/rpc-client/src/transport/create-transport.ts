import { compressions, compressMinBytes, systemClock } from '@example/rpc-core';
import type { CallTarget } from '../call/call-method.ts';
import { CallPolicy } from '../call/call-policy.ts';
import { Channel } from '../channel/channel.ts';
import { createResolver } from '../channel/resolving/create-resolver.ts';
import { parseHostPort } from '../channel/resolving/target.ts';
import { createConnector, defaultConnectTimeoutMs, type HttpVersion } from '../connection/connector.ts';
import type { OpenSocket } from '../connection/open-socket.ts';
import { proxyRules } from '../connection/proxy/proxy-rules.ts';
import { readServiceConfig } from '../service-config.ts';
import { TlsCredentials } from '../tls/tls-options.ts';
import { TokenSource } from '../tokens/token-source.ts';
import { ChannelTransport, type ClientTransport } from './channel-transport.ts';
import { checkOptions } from './check-options.ts';
import { socketsFor, unresolvedBehind } from './proxied-target.ts';
import type { TransportOptions } from './transport-options.ts';

/**
 * Creates a transport to the servers of one target. It connects when it is first used, and again when a connection has
 * ended.
 *
 * @param openSocket opens a socket to an address, without TLS. Default: by TCP, to a Unix domain socket, or through a
 *   proxy
 * @throws {TypeError} for options that do not fit together, or are invalid
 */
export function createTransport(options: TransportOptions, openSocket?: OpenSocket): ClientTransport {
  checkOptions(options);
  const proxies = proxyRules(options.proxy);
  const resolvers = { dns: unresolvedBehind(proxies), ...options.resolvers };
  const resolver = createResolver(options.target, resolvers, options.clock);
  const server = parseHostPort(resolver.authority);
  const config = readServiceConfig(options.serviceConfig ?? {});
  const { protocol = 'grpc', codec = 'proto', tls } = options;
  const credentials = tls === undefined ? undefined : new TlsCredentials(tls === true ? {} : tls);
  const connect = createConnector({
    tls: credentials,
    serverName: server.host,
    httpVersions: httpVersions(options),
    limits: options.maxHeaderBytes === undefined ? {} : { headerListBytes: options.maxHeaderBytes },
    openSocket: openSocket ?? socketsFor(server, proxies),
    connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
  });
  const target: CallTarget = {
    scheme: credentials === undefined ? 'http' : 'https',
    authority: options.authority ?? resolver.authority,
    protocol,
    codec,
    userAgent: options.userAgent ?? 'example-rpc-client',
    sendCompression: compressions.find(({ name }) => name === options.sendCompression),
    compressMinBytes: options.compressMinBytes ?? compressMinBytes,
    acceptCompression: (options.acceptCompression ?? ['gzip', 'br']).flatMap((wanted) =>
      compressions.filter(({ name }) => name === wanted),
    ),
    binaryOptions: options.binaryOptions,
    jsonOptions: options.jsonOptions,
  };
  const { scheme, authority } = target;
  const channel = new Channel(options.target, resolver, connect, config, options, { scheme, authority });
  const policy = new CallPolicy({
    config,
    defaultTimeoutMs: options.defaultTimeoutMs ?? 60_000,
    waitForReady: options.waitForReady ?? false,
    token: tokenSource(options),
    passToken: options.passToken ?? false,
  });
  return new ChannelTransport(channel, policy, target, options);
}

function tokenSource({
  token,
  passToken,
  tls,
  target,
  sendTokensWithoutTls,
  clock = systemClock,
}: TransportOptions): TokenSource | undefined {
  const isLocal = target.startsWith('unix:');
  if ((token !== undefined || passToken === true) && tls === undefined && !isLocal && sendTokensWithoutTls !== true) {
    throw new TypeError(
      'tokens are not sent without TLS: set tls, or sendTokensWithoutTls if nobody can read the connection',
    );
  }
  return token && new TokenSource(token, clock);
}

function httpVersions({ protocol = 'grpc', httpVersion = 'auto', tls }: TransportOptions): readonly HttpVersion[] {
  if (protocol === 'grpc') {
    if (httpVersion === '1.1') throw new TypeError('gRPC needs HTTP/2: use protocol "connect" or "grpc-web"');
    return ['2'];
  }
  if (httpVersion !== 'auto') return [httpVersion];
  return tls === undefined ? ['2'] : ['2', '1.1'];
}
