import { BlockList, isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { canonicalAddress, networkOf } from './ip-address.ts';
import { type Peer, type ProxiedClients, unixAddress } from './peer.ts';

/** The limits of the cache of clients: address lists, and their total length in characters. */
const cachedLists = 10_000;
const cachedCharacters = 1_000_000;

/** Whether a text is an address, a network such as `10.0.0.0/8`, or `unix`. */
export function isNetwork(text: string): boolean {
  if (text === unixAddress) return true;
  const [, address = '', bits = '0'] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  // An IPv4-mapped IPv6 address is refused. It would never match, because the addresses of clients are converted to
  // IPv4.
  return (
    version !== 0 && isIP(canonicalAddress(address) ?? '') === version && Number(bits) <= (version === 4 ? 32 : 128)
  );
}

/** The proxies that may name the clients behind them. */
export class TrustedProxies implements ProxiedClients {
  readonly #networks = new BlockList();
  readonly #hasUnix: boolean;
  readonly #clients = new LRUCache<string, Peer>({
    max: cachedLists,
    maxSize: cachedCharacters,
    sizeCalculation: (_, list) => list.length,
  });

  /** @param networks texts that `isNetwork` accepts */
  constructor(networks: readonly string[]) {
    this.#hasUnix = networks.includes(unixAddress);
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      const family = familyOf(address);
      if (family === undefined) continue;
      if (bits === undefined) this.#networks.addAddress(address, family);
      else this.#networks.addSubnet(address, Number(bits), family);
    }
  }

  /** @param text the address of a connection, or `unix` */
  peerOf(text: string): Peer {
    const address = canonicalAddress(text) ?? text;
    return { address, network: networkOf(address), proxies: this.#includes(address) ? this : undefined };
  }

  #includes(address: string): boolean {
    if (address === unixAddress) return this.#hasUnix;
    const family = familyOf(address);
    return family !== undefined && this.#networks.check(address, family);
  }

  /**
   * The last address in the request's list that is not trusted. The addresses before it are not used, because any
   * client may have written them.
   */
  clientOf(proxy: Peer, forwardedFor: string | undefined, forwarded: string | undefined): Peer {
    if (forwardedFor === undefined && forwarded === undefined) return proxy;
    const list = `${proxy.address} ${forwardedFor ?? ''} ${forwarded ?? ''}`;
    let client = this.#clients.get(list);
    if (client === undefined) {
      client = this.#find(proxy, forwardedFor, forwarded);
      this.#clients.set(list, client);
    }
    return client;
  }

  #find(proxy: Peer, forwardedFor: string | undefined, forwarded: string | undefined): Peer {
    const byFor = forwardedFor && this.#walk(proxy, forwardedFor.split(','));
    const byForwarded = forwarded && this.#walk(proxy, forwardedNodes(forwarded));
    const client = byFor || byForwarded || proxy;
    // A proxy sets one of the two fields. If the client adds the other one, the server cannot know which of them the
    // proxy wrote.
    return (byForwarded || client).address === client.address ? client : proxy;
  }

  #walk(proxy: Peer, nodes: readonly string[]): Peer {
    let client = proxy;
    for (let i = nodes.length - 1; i >= 0 && client.proxies !== undefined; i--) {
      const address = addressOf(nodes[i] as string);
      if (address === undefined) break;
      client = this.peerOf(address);
    }
    return client;
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : `ipv${version as 4 | 6}`;
}

/** A text in which every quoted string is closed. */
const quotedWhole = /^[^"\\]*(?:"[^"\\]*"[^"\\]*)*$/;
const forParameter = /(?:^|;)\s*for=(?:"([^"]*)"|([^\s";]*))\s*(?:;|$)/i;

/**
 * The `for` parameter of each element of Forwarded (RFC 7239, section 4); empty for an element that cannot be read. A
 * comma within quotes splits an element into two halves that cannot be read. Such a comma does not come from an
 * address, but a client may have sent one as its host.
 */
function forwardedNodes(field: string): string[] {
  return field.split(',').map((element) => {
    const [, quoted, plain = ''] = (quotedWhole.test(element) && forParameter.exec(element)) || [];
    return quoted ?? plain;
  });
}

/** The address of a node, which may have brackets and a port, such as `[2001:db8::1]:4711` and `192.0.2.1:80`. */
function addressOf(node: string): string | undefined {
  const text = node.trim();
  return canonicalAddress(/^\[([^\]]*)\](?::\w+)?$/.exec(text)?.[1] ?? /^([\d.]+)(?::\w+)?$/.exec(text)?.[1] ?? text);
}
