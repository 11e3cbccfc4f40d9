import { request } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { TlsCredentials } from '../../tls/tls-options.ts';
import { type OpenSocket, secure } from '../open-socket.ts';
import type { HttpProxy, ProxyRules } from './proxy-rules.ts';

const proxyTls = new TlsCredentials({});
const maxHeaderBytes = 16 * 1024;

/** Opens sockets through the proxies that the rules choose: gRFC A1, and RFC 9110, section 9.3.6. */
export function throughProxies(openSocket: OpenSocket, rules: ProxyRules): OpenSocket {
  return async (address, signal) => {
    const proxy = 'path' in address ? undefined : rules(address.host, address.port);
    if (proxy === undefined || 'path' in address) return await openSocket(address, signal);
    const socket = await reach(proxy, openSocket, signal);
    return await openTunnel(socket, proxy, hostPort(address), signal);
  };
}

/** Opens a connection to the proxy itself. */
async function reach(proxy: HttpProxy, openSocket: OpenSocket, signal: AbortSignal | undefined): Promise<Duplex> {
  try {
    const socket = await openSocket({ host: proxy.host, port: proxy.port }, signal);
    return proxy.hasTls ? await secure(socket, proxy.host, proxyTls, ['http/1.1'], signal) : socket;
  } catch (error) {
    throw new Error(`the proxy ${hostPort(proxy)} cannot be reached: ${textOf(error)}`, { cause: error });
  }
}

/** Opens a tunnel. @param target such as `users:9000`; the proxy resolves its name */
function openTunnel(
  socket: Duplex,
  proxy: HttpProxy,
  target: string,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const { authorization } = proxy;
  return new Promise((resolve, reject) => {
    const connect = request({
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
      createConnection: () => socket,
      maxHeaderSize: maxHeaderBytes,
    });
    // Node sets this field, which would ask the proxy to close the connection.
    connect.removeHeader('connection');
    const onAbort = () => fail(`has not responded to CONNECT: ${textOf(signal?.reason)}`);
    const settle = (action: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      action();
    };
    const fail = (text: string) => {
      socket.destroy();
      settle(() => reject(new Error(`the proxy ${hostPort(proxy)} ${text}`)));
    };
    signal?.addEventListener('abort', onAbort);
    connect.on('error', (error) => fail(`ended the connection before it responded to CONNECT: ${textOf(error)}`));
    connect.once('connect', ({ statusCode = 0 }, tunnel: Duplex, firstBytes: Buffer) => {
      if (statusCode < 200 || statusCode > 299) {
        fail(refusal(statusCode, target, authorization !== undefined));
        return;
      }
      if (firstBytes.length > 0) tunnel.unshift(firstBytes);
      settle(() => resolve(tunnel));
    });
    connect.end();
  });
}

/** Explains why the proxy refuses. The text does not quote the proxy's response, which may be a whole page. */
function refusal(status: number, target: string, hasCredentials: boolean): string {
  const http = `(HTTP ${status})`;
  // Some proxies send 401 instead of 407.
  if (status === 407 || status === 401) {
    return hasCredentials
      ? `does not accept the user and the password of its URL ${http}: correct them`
      : `asks for a user and a password ${http}: put them into its URL, as in http://USER:PASSWORD@HOST:PORT`;
  }
  if (status === 403) return `does not allow connections to ${target} ${http}: allow them there, or add it to no_proxy`;
  if (status >= 500)
    return `has no connection to ${target} ${http}: check the name and the port, as the proxy sees them`;
  return `does not connect to ${target} ${http}: check that it is a proxy that allows CONNECT`;
}

function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
