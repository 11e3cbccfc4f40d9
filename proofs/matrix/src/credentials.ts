import { type Credentials, createCredentials } from '@example/kit/credentials';
import { createTokenIssuer } from '@example/kit/token-issuer';
import type { Caller } from './matrix-case.ts';

/** The credentials of the servers, and the token of each caller. */
export interface MatrixCredentials extends Credentials {
  readonly tokens: Readonly<Record<Exclude<Caller, 'nobody'>, string>>;
}

/** Makes throw-away credentials. @param folder receives their files */
export async function createMatrixCredentials(folder: string): Promise<MatrixCredentials> {
  const credentials = await createCredentials(folder);
  const { issuer } = credentials;
  const forger = await createTokenIssuer(issuer.issuer, issuer.audience);
  return {
    ...credentials,
    tokens: {
      admin: await issuer.issue({ subject: 'admin', scopes: ['admin'] }),
      'customer c-1': await issuer.issue({ subject: 'c-1', scopes: ['orders.read', 'orders.write'] }),
      reader: await issuer.issue({ subject: 'reader', scopes: ['users.read'] }),
      forger: await forger.issue({ subject: 'admin', scopes: ['admin'] }),
    },
  };
}
