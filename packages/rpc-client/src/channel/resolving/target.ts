/** A target by gRPC's naming document: `SCHEME:[//AUTHORITY/]PATH`. */
export interface Target {
  readonly scheme: string;
  readonly authority?: string;
  readonly path: string;
}

const defaultPort = 443;

/**
 * Reads a target: `dns:///users:9000`, `ipv4:10.0.0.1:9000,10.0.0.2:9000`, `unix:/run/users.sock`, `users:9000`. A text
 * without a known scheme is a name for `dns`.
 *
 * @throws {TypeError}
 */
export function parseTarget(text: string, isScheme: (scheme: string) => boolean): Target {
  const match = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/]*)\/)?(.+)$/i.exec(text);
  const scheme = match?.[1] ?? '';
  if (match !== null && isScheme(scheme)) {
    const [, , authority, path = ''] = match;
    return authority === undefined ? { scheme, path } : { scheme, authority, path };
  }
  if (text === '' || /\/\/|\s/.test(text)) {
    throw new TypeError(
      `invalid target ${JSON.stringify(text)}: it must have a form such as HOST:PORT, dns:///HOST:PORT, ` +
        'ipv4:ADDRESS:PORT,… or unix:PATH, and not that of a URL: https is the option tls',
    );
  }
  return { scheme: 'dns', path: text };
}

/**
 * Reads `HOST:PORT`, `HOST`, `[IPV6]:PORT` or `IPV6`. The port is 443 unless given.
 *
 * @throws {TypeError}
 */
export function parseHostPort(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) {
    if (/^[\da-f:]+$/i.test(text) && text.includes('::')) return { host: text, port: defaultPort };
    throw new TypeError(
      `invalid address ${JSON.stringify(text)}: it must be HOST:PORT, or [ADDRESS]:PORT for IPv6; ` +
        'a list of addresses begins with ipv4: or ipv6:',
    );
  }
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port > 65_535) throw new TypeError(`invalid port in ${JSON.stringify(text)}`);
  return { host: (match[1] ?? match[2]) as string, port };
}
