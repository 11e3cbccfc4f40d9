import type { RequestHeaders } from './call-stream.ts';

/**
 * Returns a check whether a request names an allowed host, with any port; undefined without hosts, when all hosts are
 * allowed. The check prevents DNS rebinding: an attacker makes the host name of a web page resolve to our address. The
 * browser then sends the page's requests to us without an origin, but they name the page's host.
 */
export function allowedHosts(hosts: readonly string[]): ((headers: RequestHeaders) => boolean) | undefined {
  if (hosts.length === 0) return undefined;
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ authority }) => allowed.has(authority.replace(/:\d*$/, '').toLowerCase());
}
