import type { Address } from '../connection/call-connection.ts';

export interface Target {
  readonly address: Address;
  /** The name of the server for TLS. */
  readonly host: string;
  /** For `:authority`. */
  readonly authority: string;
}

const text = /^(?:dns:(?:\/\/\/)?)?(\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})$/;

/** @throws {TypeError} for an invalid target */
export function parseTarget(target: string): Target {
  const [, path] = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(target) ?? [];
  if (path !== undefined) return { address: { path }, host: 'localhost', authority: 'localhost' };
  const [, host, port] = text.exec(target) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new TypeError(`target ${JSON.stringify(target)} must be HOST:PORT, dns:///HOST:PORT or unix:PATH`);
  }
  const name = host.startsWith('[') ? host.slice(1, -1) : host;
  return { address: { host: name, port: Number(port) }, host: name, authority: `${host}:${port}` };
}
