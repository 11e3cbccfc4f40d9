import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';

/** What services need for TLS and tokens, and what a person needs to call them. */
export interface Credentials {
  readonly env: Readonly<Record<string, string>>;
  /** The path of the certificate to trust. */
  readonly caPath: string;
  /** Good for a day, and for everything. */
  readonly token: string;
}

/** Makes a certificate authority and a token issuer, whose keys are gone with the process. */
export async function createCredentials(folder: string): Promise<Credentials> {
  const secure = join(folder, 'secure');
  mkdirSync(secure, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string) => {
    const path = join(secure, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1', '::1');
  const issuer = await createTokenIssuer('https://dev.example.com', 'example');
  return {
    caPath: write('ca.pem', authority.cert),
    token: await issuer.issue({ subject: 'developer', scopes: ['admin'] }),
    env: {
      TLS_CERT: write('cert.pem', cert),
      TLS_KEY: write('key.pem', key),
      AUTH: 'jwt',
      AUTH_JWKS: write('jwks.json', JSON.stringify(issuer.jwks)),
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: issuer.audience,
    },
  };
}
