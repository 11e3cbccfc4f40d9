import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';

/** PEM texts, when the server is to speak TLS. */
export function tlsFiles(): { cert: Buffer; key: Buffer } | undefined {
  const { TLS_CERT: cert, TLS_KEY: key } = process.env;
  return cert === undefined || key === undefined ? undefined : { cert: readFileSync(cert), key: readFileSync(key) };
}

/** Says where the server listens, on standard error: the other one has the log. From then on each SIGUSR2 collects garbage and says what memory is left, in bytes. */
export function announce(url: string): void {
  say({ url });
  process.on('SIGUSR2', () => {
    collectGarbage();
    // The second time finds what the first has let go of.
    setImmediate(() => {
      collectGarbage();
      say({ residentBytes: process.memoryUsage.rss() });
    });
  });
}

export function listenAndAnnounce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const scheme = tlsFiles() === undefined ? 'http' : 'https';
    announce(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

function say(what: object): void {
  process.stderr.write(`${JSON.stringify(what)}\n`);
}
