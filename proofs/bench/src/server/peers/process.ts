import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { collectGarbage } from '../../collect-garbage.ts';

/** The certificate and key in PEM; undefined for a server without TLS. */
export function tlsFiles(): { cert: Buffer; key: Buffer } | undefined {
  const { TLS_CERT: cert, TLS_KEY: key } = process.env;
  return cert === undefined || key === undefined ? undefined : { cert: readFileSync(cert), key: readFileSync(key) };
}

/**
 * Writes the address to standard error, because standard output has the log. From then on, each SIGUSR2 collects
 * garbage and writes the memory that is left, in bytes.
 */
export function announce(url: string): void {
  write({ url });
  process.on('SIGUSR2', async () => {
    await collectGarbage();
    write({ residentBytes: process.memoryUsage.rss() });
  });
}

export function listenAndAnnounce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const scheme = tlsFiles() === undefined ? 'http' : 'https';
    announce(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

function write(line: object): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
