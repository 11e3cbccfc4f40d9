/** The address of clients that connect by a socket of the file system. */
export const unixAddress = 'unix';

/** A client, or a proxy in front of it. */
export interface Peer {
  /** In canonical form, or `unix`. */
  readonly address: string;
  /** What the limits count: the address, of IPv6 its /64. */
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
