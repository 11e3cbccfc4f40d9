import type { RequestHeaders } from './call-stream.ts';

/**
 * Whether a request names an allowed host; the port does not matter. In an attack by DNS rebinding, a page's own host
 * name leads to our address: its requests name that host, and its browser does not send an origin. Undefined without
 * hosts: all hosts are allowed.
 */
export function allowedHosts(hosts: readonly string[]): ((headers: RequestHeaders) => boolean) | undefined {
  if (hosts.length === 0) return undefined;
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ authority }) => allowed.has(authority.replace(/:\d*$/, '').toLowerCase());
}
