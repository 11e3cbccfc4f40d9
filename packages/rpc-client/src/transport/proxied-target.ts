import { isIP } from 'node:net';
import type { ResolverFactory } from '../channel/resolving/create-resolver.ts';
import { DnsResolver } from '../channel/resolving/dns-resolver.ts';
import { StaticResolver } from '../channel/resolving/static-resolver.ts';
import { parseHostPort } from '../channel/resolving/target.ts';
import { type OpenSocket, openSocket } from '../connection/open-socket.ts';
import { throughProxies } from '../connection/proxy/open-tunnel.ts';
import type { ProxyRules } from '../connection/proxy/proxy-rules.ts';

/** If a `dns` target is behind a proxy, the proxy resolves it, unless the target names its own name server: gRFC A1. */
export function unresolvedBehind(proxies: ProxyRules): ResolverFactory {
  return (target, clock) => {
    const { host, port } = parseHostPort(target.path);
    const isProxied = (target.authority ?? '') === '' && proxies(host, port) !== undefined;
    return isProxied ? new StaticResolver(target) : new DnsResolver(target, clock);
  };
}

/** Opens sockets to the addresses of a target. If its name needs no proxy, its addresses need none either. */
export function socketsFor(server: { readonly host: string; readonly port: number }, proxies: ProxyRules): OpenSocket {
  const isDirect = isIP(server.host) === 0 && proxies(server.host, server.port) === undefined;
  return isDirect ? openSocket : throughProxies(openSocket, proxies);
}
