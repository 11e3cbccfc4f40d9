import { isIP, SocketAddress } from 'node:net';

/** An IPv4-mapped IPv6 address: RFC 4291, section 2.5.5.2. */
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * @returns the canonical form of an address, without a zone; an IPv4-mapped IPv6 address becomes its IPv4 address.
 *   Undefined for other texts
 */
export function canonicalAddress(text: string): string | undefined {
  const [address = ''] = text.split('%', 1);
  const version = isIP(address);
  if (version !== 6) return version === 4 ? address : undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return mapped.exec(canonical)?.[1] ?? canonical;
}

/**
 * The network of one subscriber: an IPv4 address, or the first 64 bits of an IPv6 address, because every host may
 * choose the other 64 (RFC 7421).
 *
 * @param address in canonical form
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::').map((part) => part.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0'));
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = Array(8 - first.length - last.length).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}
