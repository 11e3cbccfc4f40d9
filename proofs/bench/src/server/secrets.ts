import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';

/** What a server with tokens needs, and one for its callers. */
export interface Auth {
  /** The variables of `serverSettings` that begin with AUTH. */
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
}

/** What servers with TLS need, as variables. */
interface TlsEnv extends Readonly<Record<string, string>> {
  readonly TLS_CERT: string;
  readonly TLS_KEY: string;
}

export interface Secrets {
  readonly auth: Auth;
  readonly tlsEnv: TlsEnv;
  /** The certificate of the authority, in PEM. */
  readonly ca: string;
}

/** Makes all of them, in files of `folder`. */
export async function makeSecrets(folder: string): Promise<Secrets> {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1');
  const issuer = await createTokenIssuer('https://issuer.example.com', 'bench');
  return {
    ca: authority.cert,
    tlsEnv: { TLS_CERT: file('cert.pem', cert), TLS_KEY: file('key.pem', key) },
    auth: {
      token: await issuer.issue({ subject: 'aoife', scopes: ['users.read'] }),
      env: {
        AUTH: 'jwt',
        AUTH_JWKS: file('jwks.json', JSON.stringify(issuer.jwks)),
        AUTH_ISSUER: issuer.issuer,
        AUTH_AUDIENCE: issuer.audience,
      },
    },
  };
}
