import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';

/** Those of a server on this machine, in files of a temporary folder. */
export interface Certificates {
  /** The file of the authority's. */
  readonly ca: string;
  /** What has a server of ours use them. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1');
  return {
    ca: write('ca.pem', authority.cert),
    env: { TLS_CERT: write('cert.pem', cert), TLS_KEY: write('key.pem', key) },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
