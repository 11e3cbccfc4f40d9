/** The address of clients that connect by a Unix domain socket. */
export const unixAddress = 'unix';

/** A client, or a proxy in front of it. */
export interface Peer {
  /** The address in canonical form, or `unix`. */
  readonly address: string;
  /** The unit to which limits apply: an IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** Set for a proxy that may name the clients behind it. */
  readonly proxies: ProxiedClients | undefined;
}

/** The clients that trusted proxies name. */
export interface ProxiedClients {
  /**
   * The client of a request.
   *
   * @param forwardedFor the value of x-forwarded-for
   * @param forwarded the value of Forwarded (RFC 7239)
   */
  clientOf(proxy: Peer, forwardedFor: string | undefined, forwarded: string | undefined): Peer;
}
