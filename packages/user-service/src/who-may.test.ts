import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createTokenIssuer, type TokenIssuer } from '@example/dev-ca';
import { UserService } from '@example/protos/user/v1';
import type { RunningServer } from '@example/rpc-server';
import { silentLogger, testConfig, transports } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUserService } from './start.ts';

let folder: string;
let issuer: TokenIssuer;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'who-may-'));
  issuer = await createTokenIssuer('https://issuer.example.com', 'example');
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify(issuer.jwks));
  const auth = { jwks, issuer: issuer.issuer, audience: issuer.audience };
  const config = {
    server: { ...testConfig, auth },
    database: { kind: 'sqlite' as const, path: join(folder, 'user.db') },
  };
  server = await startUserService(config, silentLogger);
});
afterAll(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true });
});

const rpcs = ['getUser', 'listUsers', 'createUser'] as const;
type Rpc = (typeof rpcs)[number];
const requests: { [rpc in Rpc]: object } = {
  getUser: { id: '1' },
  listUsers: {},
  createUser: { name: 'Saoirse', email: 'saoirse@example.com' },
};

const may: Readonly<Record<string, readonly Rpc[]>> = {
  '': [],
  'users.read': ['getUser', 'listUsers'],
  'users.write': ['createUser'],
  'users.read users.write': rpcs,
  'orders.read orders.write': [],
  admin: rpcs,
};

describe.each(transports)('over %s', (_, transport) => {
  const call = async (rpc: Rpc, headers: Record<string, string>): Promise<string> => {
    const users = createClient(UserService, transport(server.url));
    try {
      await users[rpc](requests[rpc], { headers });
      return 'Ok';
    } catch (error) {
      return Code[ConnectError.from(error).code];
    }
  };

  it.each(Object.keys(may))('a token with the scopes "%s" may do what they say', async (scopes) => {
    const token = await issuer.issue({ subject: 'aoife', scopes: scopes.split(' ') });
    for (const rpc of rpcs) {
      const expected = may[scopes]?.includes(rpc) ? 'Ok' : 'PermissionDenied';
      expect(`${rpc} ${await call(rpc, { authorization: `Bearer ${token}` })}`).toBe(`${rpc} ${expected}`);
    }
  });

  it('nobody may do anything without a token', async () => {
    for (const rpc of rpcs) expect(await call(rpc, {})).toBe('Unauthenticated');
  });
});
