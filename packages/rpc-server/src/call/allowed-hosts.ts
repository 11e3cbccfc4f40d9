import type { RequestHeaders } from './call-stream.ts';

/**
 * Whether a request names an allowed host, whatever its port. This prevents DNS rebinding, in which the host name of a
 * web page leads to our address: the requests of the page then name its host, and its browser sends no origin.
 * Undefined without hosts, which allows all hosts.
 */
export function allowedHosts(hosts: readonly string[]): ((headers: RequestHeaders) => boolean) | undefined {
  if (hosts.length === 0) return undefined;
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ authority }) => allowed.has(authority.replace(/:\d*$/, '').toLowerCase());
}
