import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { createTokenIssuer } from '@example/kit/token-issuer';
import type { DevAccount } from '@example/web/page-config';
import type { DevService } from './dev-service.ts';

/** Access tokens, which all services require. */
export interface Tokens {
  /** Environment variables of the services. */
  readonly env: Readonly<Record<string, string>>;
  /** A token with the scope admin, valid for a day. */
  readonly token: string;
  /** Accounts for the sign-in of the web page. The first has `token`. */
  readonly pageAccounts: readonly DevAccount[];
}

/** TLS certificates of all services, of Envoy and of the web page. */
export interface Certificates {
  /** Environment variables of the services. */
  readonly env: Readonly<Record<'TLS_CERT' | 'TLS_KEY', string>>;
  /** The path of the CA certificate that clients must trust. */
  readonly caPath: string;
  /** The folder with the files of Envoy, by the names in examples/deploy/envoy/secrets. */
  readonly folder: string;
}

/**
 * Creates a token issuer, whose private key exists only in this process.
 *
 * @param folder of the data; the files are written to its subfolder `secure`
 */
export async function createTokens(folder: string): Promise<Tokens> {
  const issuer = await createTokenIssuer('https://localhost', 'pnpm dev');
  const account = async (name: string, description: string, subject: string, scopes: readonly string[]) => {
    return { name, description, token: await issuer.issue({ subject, scopes }) };
  };
  const developer = await account('Developer', 'May do everything', 'developer', ['admin']);
  const customerScopes = ['users.read', 'orders.read', 'orders.write'];
  return {
    token: developer.token,
    pageAccounts: [
      developer,
      await account('Aoife', 'A customer: sees users, and has her own orders', 'usr-1', customerScopes),
      await account('Reader', 'Sees users, and changes nothing', 'reader', ['users.read']),
    ],
    env: {
      AUTH: 'jwt',
      AUTH_JWKS: write(folder, 'jwks.json', JSON.stringify(issuer.jwks)),
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: issuer.audience,
    },
  };
}

/**
 * Creates a certificate authority, whose private key exists only in this process.
 *
 * @param folder of the data; the files are written to its subfolder `secure`
 */
export async function createCertificates(folder: string, services: readonly DevService[]): Promise<Certificates> {
  const authority = await createAuthority();
  // Envoy calls the services by their names.
  const names = services.map((service) => service.folder);
  const { cert, key } = await authority.issueForServer('localhost', '127.0.0.1', '::1', ...names);
  const envoy = await authority.issueForClient('envoy');
  write(folder, 'client-cert.pem', envoy.cert);
  write(folder, 'client-key.pem', envoy.key);
  return {
    caPath: write(folder, 'ca.pem', authority.cert),
    folder: secureFolder(folder),
    env: { TLS_CERT: write(folder, 'cert.pem', cert), TLS_KEY: write(folder, 'key.pem', key) },
  };
}

function secureFolder(folder: string): string {
  return join(folder, 'secure');
}

function write(folder: string, name: string, content: string): string {
  mkdirSync(secureFolder(folder), { recursive: true, mode: 0o700 });
  const path = join(secureFolder(folder), name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
