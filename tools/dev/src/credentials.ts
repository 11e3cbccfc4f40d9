import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';

/** TLS certificates and tokens for both services, and for their callers. */
export interface Credentials {
  /** Environment variables of the services. */
  readonly env: Readonly<Record<string, string>>;
  /** The path of the CA certificate that clients must trust. */
  readonly caPath: string;
  /** The folder with the files of Envoy: examples/deploy/envoy/secrets names them. */
  readonly folder: string;
  /** An access token with the scope admin, valid for a day. */
  readonly token: string;
}

/**
 * Creates a certificate authority and a token issuer. Their private keys exist only in this process.
 *
 * @param folder of the data; the files are written to its subfolder `secure`
 */
export async function createCredentials(folder: string): Promise<Credentials> {
  const secure = join(folder, 'secure');
  mkdirSync(secure, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string) => {
    const path = join(secure, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await createAuthority();
  // Envoy calls the services by their names.
  const names = ['localhost', '127.0.0.1', '::1', 'user-service', 'order-service'];
  const { cert, key } = await authority.issueForServer(...names);
  const envoy = await authority.issueForClient('envoy');
  write('client-cert.pem', envoy.cert);
  write('client-key.pem', envoy.key);
  const issuer = await createTokenIssuer('https://dev.example.com', 'example');
  return {
    caPath: write('ca.pem', authority.cert),
    folder: secure,
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
