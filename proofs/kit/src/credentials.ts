import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from './authority.ts';
import { createTokenIssuer, type TokenIssuer } from './token-issuer.ts';

/** Throw-away credentials of servers on this machine, and the credentials of their clients. */
export interface Credentials {
  /** The paths of files in PEM and JSON. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly jwksFile: string;
  /** The certificate of the authority, in PEM. */
  readonly ca: string;
  readonly issuer: TokenIssuer;
  /** The settings of our servers for TLS. */
  readonly tlsEnv: Readonly<Record<'TLS_CERT' | 'TLS_KEY', string>>;
  /** The settings of our servers for tokens. */
  readonly authEnv: Readonly<Record<'AUTH' | 'AUTH_JWKS' | 'AUTH_ISSUER' | 'AUTH_AUDIENCE', string>>;
}

/** Makes a certificate authority, a server certificate and a token issuer. @param folder receives the files */
export async function createCredentials(folder: string): Promise<Credentials> {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1', '::1');
  const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
  const [certFile, keyFile] = [write('server.pem', cert), write('server.key', key)];
  const jwksFile = write('jwks.json', JSON.stringify(issuer.jwks));
  return {
    caFile: write('ca.pem', authority.cert),
    certFile,
    keyFile,
    jwksFile,
    ca: authority.cert,
    issuer,
    tlsEnv: { TLS_CERT: certFile, TLS_KEY: keyFile },
    authEnv: { AUTH: 'jwt', AUTH_JWKS: jwksFile, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: issuer.audience },
  };
}
