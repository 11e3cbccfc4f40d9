import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';
import type { Caller } from './interop-case.ts';

/** What servers and clients of the secure mode are given: paths of files, and the token of each caller. */
export interface Secrets {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly jwksFile: string;
  readonly issuer: string;
  readonly audience: string;
  readonly tokens: Readonly<Record<Exclude<Caller, 'nobody'>, string>>;
}

/** Makes a throw-away authority and issuer, whose files go into a folder. */
export async function createSecrets(folder: string): Promise<Secrets> {
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1', '::1');
  const issuer = await createTokenIssuer('https://issuer.example.com', 'interop');
  const forger = await createTokenIssuer(issuer.issuer, issuer.audience);
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  return {
    caFile: file('ca.pem', authority.cert),
    certFile: file('server.pem', cert),
    keyFile: file('server.key', key),
    jwksFile: file('jwks.json', JSON.stringify(issuer.jwks)),
    issuer: issuer.issuer,
    audience: issuer.audience,
    tokens: {
      admin: await issuer.issue({ subject: 'admin', scopes: ['admin'] }),
      'customer c-1': await issuer.issue({ subject: 'c-1', scopes: ['orders.read', 'orders.write'] }),
      reader: await issuer.issue({ subject: 'reader', scopes: ['users.read'] }),
      forger: await forger.issue({ subject: 'admin', scopes: ['admin'] }),
    },
  };
}
