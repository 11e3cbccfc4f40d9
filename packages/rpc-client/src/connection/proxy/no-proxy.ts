import { BlockList, isIP } from 'node:net';

interface Entry {
  /** The name in lower case, without a leading or trailing dot. */
  readonly name: string;
  /** The port; undefined for all ports. */
  readonly port: number | undefined;
}

/** This machine itself is never reached through a proxy. */
const ownNames: readonly Entry[] = [{ name: 'localhost', port: undefined }];
const ownNetworks = ['127.0.0.0/8', '::1/128'];

/**
 * The servers that are called without a proxy: a list in the form of `no_proxy`, with the rules of curl and Go. Commas
 * separate its entries. `example.org` and `.example.org` match the name and all names below it. Addresses, and networks
 * such as `10.0.0.0/8`, match targets by address. `HOST:PORT` matches only that port, and `*` matches everything.
 */
export class NoProxy {
  readonly #matchesAll: boolean;
  readonly #names: readonly Entry[];
  readonly #addresses: readonly Entry[];
  readonly #networks = new BlockList();

  constructor(list: string) {
    const texts = list.split(/[\s,]+/).filter((text) => text !== '');
    this.#matchesAll = texts.includes('*');
    const entries = texts.filter((text) => !this.#addNetwork(text)).map(readEntry);
    for (const network of ownNetworks) this.#addNetwork(network);
    this.#addresses = entries.filter(({ name }) => isIP(name) !== 0);
    this.#names = [...ownNames, ...entries.filter(({ name }) => isIP(name) === 0)];
  }

  /** @param host a name, or an address without brackets */
  matches(host: string, port: number): boolean {
    if (this.#matchesAll) return true;
    const isPort = (entry: Entry) => entry.port === undefined || entry.port === port;
    const version = isIP(host);
    if (version === 0) {
      const name = `.${plainName(host)}`;
      return this.#names.some((entry) => isPort(entry) && name.endsWith(`.${entry.name}`));
    }
    if (this.#networks.check(host, familyOf(version))) return true;
    return this.#addresses.some((entry) => isPort(entry) && isSameAddress(entry.name, host));
  }

  /** @returns false if the text is not a network */
  #addNetwork(text: string): boolean {
    const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
    const version = isIP(address);
    if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return false;
    this.#networks.addSubnet(address, Number(bits), familyOf(version));
    return true;
  }
}

function readEntry(text: string): Entry {
  if (isIP(text) !== 0) return { name: text, port: undefined };
  const [, host = text, port] = /^(?:\[(?=.*\]))?(.+?)\]?(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { name: plainName(host), port: port === undefined ? undefined : Number(port) };
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
}

function isSameAddress(one: string, other: string): boolean {
  const list = new BlockList();
  list.addAddress(one, familyOf(isIP(one)));
  return list.check(other, familyOf(isIP(other)));
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
