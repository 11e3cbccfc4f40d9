import type { RequestHeaders } from './call-stream.ts';

/**
 * Whether a request names an allowed host; the port does not matter. A web page whose name was bound to our address
 * (DNS rebinding) names its own, and is not a page of another origin to its browser. Undefined without hosts: all are
 * allowed.
 */
export function allowedHosts(hosts: readonly string[]): ((headers: RequestHeaders) => boolean) | undefined {
  if (hosts.length === 0) return undefined;
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ authority }) => allowed.has(authority.replace(/:\d*$/, '').toLowerCase());
}
