import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Limits } from '@example/http2';
import type { TlsCredentials } from '../tls/tls-options.ts';
import type { Address, Connect } from './call-connection.ts';
import { Http1CallConnection } from './http1/http1-call-connection.ts';
import { Http2CallConnection } from './http2-call-connection.ts';
import { type OpenSocket, secure } from './open-socket.ts';

export interface ConnectorOptions {
  /** The certificates; undefined without TLS. */
  readonly tls: TlsCredentials | undefined;
  /** The name of the server for TLS, such as `users.example.org`. */
  readonly serverName: string;
  /** Acceptable versions of HTTP, the first one preferred. Without TLS the first one is used. */
  readonly httpVersions: readonly HttpVersion[];
  readonly limits: Partial<Limits>;
  readonly openSocket: OpenSocket;
  /** The timeout of an attempt to open a further socket for HTTP/1.1, in milliseconds. */
  readonly connectTimeoutMs: number;
}

export const defaultConnectTimeoutMs = 20_000;

export type HttpVersion = '2' | '1.1';

const alpn: Readonly<Record<HttpVersion, string>> = { 2: 'h2', 1.1: 'http/1.1' };

/** Opens connections with TLS and a version of HTTP that both sides support. */
export function createConnector(options: ConnectorOptions): Connect {
  const { tls, serverName, httpVersions, limits, openSocket, connectTimeoutMs } = options;
  return async (address, listener, signal) => {
    const open = async (versions: readonly HttpVersion[], until: AbortSignal): Promise<Duplex> => {
      const socket = await openSocket(address, until);
      if (tls === undefined) return socket;
      const protocols = versions.map((version) => alpn[version]);
      return await secure(socket, serverName, tls, protocols, until);
    };
    const socket = await open(httpVersions, signal);
    const version = negotiated(socket) ?? httpVersions[0];
    if (version !== undefined && !httpVersions.includes(version)) {
      socket.destroy();
      throw new Error(`${textOf(address)} does not support HTTP/${httpVersions.join(' or HTTP/')} (ALPN)`);
    }
    if (version === '2') return await Http2CallConnection.open(socket, limits, listener, signal);
    const openAnother = () => open(['1.1'], AbortSignal.timeout(connectTimeoutMs));
    return new Http1CallConnection(openAnother, socket, listener, limits);
  };
}

/** The version that ALPN has chosen; undefined without TLS. A server without ALPN uses HTTP/1.1. */
function negotiated(socket: Duplex): HttpVersion | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return socket.alpnProtocol === alpn[2] ? '2' : '1.1';
}

function textOf(address: Address): string {
  return 'path' in address ? address.path : `${address.host}:${address.port}`;
}
