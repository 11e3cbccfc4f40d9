import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import type { ServerConfig } from '../config/server-config.ts';
import type { RunningServer } from '../serve.ts';
import { testConfig } from './test-config.ts';

/** A server that accepts the tokens of its own issuer. */
export interface ServerWithAuth {
  readonly url: string;
  /** @param scopes separated by spaces @returns the value of an Authorization field */
  authorize(subject: string, scopes: string): Promise<string>;
  /** Closes the server, and removes its files. */
  close(): Promise<void>;
}

/**
 * Starts a service with authentication.
 *
 * @param start receives the config of the server, and a folder for its database
 */
export async function startWithAuth(
  start: (server: ServerConfig, folder: string) => Promise<RunningServer>,
): Promise<ServerWithAuth> {
  const folder = mkdtempSync(join(tmpdir(), 'with-auth-'));
  const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
  const server = await start({ ...testConfig, auth: authConfig(issuer, folder) }, folder);
  return {
    url: server.url,
    authorize: async (subject, scopes) => `Bearer ${await issuer.issue({ subject, scopes: scopes.split(' ') })}`,
    async close() {
      await server.close(0);
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param folder the public keys of the issuer are written to it */
export function authConfig({ issuer, audience, jwks }: TokenIssuer, folder: string): NonNullable<ServerConfig['auth']> {
  const file = join(folder, 'jwks.json');
  writeFileSync(file, JSON.stringify(jwks));
  return { jwks: file, issuer, audience, scopeClaim: 'scope' };
}
