import { canonicalAddress, networkOf } from './ip-address.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/** The address of clients that connect by a socket of the file system. */
export const unixAddress = 'unix';

/** A client, or a proxy in front of it. */
export interface Peer {
  /** In canonical form, or `unix`. */
  readonly address: string;
  /** What the limits count: the address, of IPv6 its /64. */
  readonly network: string;
  /** Set for a proxy that may name the clients behind it. */
  readonly proxies: TrustedProxies | undefined;
}

/** @param address of a connection, or `unix` @param proxies those of the server */
export function peerOf(address: string, proxies: TrustedProxies): Peer {
  const canonical = canonicalAddress(address) ?? address;
  return {
    address: canonical,
    network: networkOf(canonical),
    proxies: proxies.includes(canonical) ? proxies : undefined,
  };
}
