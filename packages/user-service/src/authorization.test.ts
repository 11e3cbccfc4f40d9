import { join } from 'node:path';
import { type CallOptions, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService as V1 } from '@example/protos/user/v1';
import { UserService as V2 } from '@example/protos/user/v2';
import { type ServerWithAuth, silentLogger, startWithAuth, transports } from '@example/rpc-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUserService } from './start.ts';

let server: ServerWithAuth;
/** The id of a stored user. */
let id: string;
const user = { name: 'Saoirse', email: 'saoirse@example.com' };

beforeAll(async () => {
  server = await startWithAuth((config, folder) => {
    const database = { kind: 'sqlite' as const, path: join(folder, 'user.db') };
    return startUserService({ server: config, database }, silentLogger);
  });
  const headers = { authorization: await server.authorize('aoife', 'admin') };
  const created = await createClient(V2, createGrpcTransport({ baseUrl: server.url })).createUser(
    { user },
    { headers },
  );
  id = created.user?.id ?? '';
});
afterAll(() => server.close());

type Call = (transport: Transport, options: CallOptions) => Promise<unknown>;

const reads: Readonly<Record<string, Call>> = {
  'v1 GetUser': (transport, options) => createClient(V1, transport).getUser({ id: '1' }, options),
  'v1 ListUsers': (transport, options) => createClient(V1, transport).listUsers({}, options),
  'v2 GetUser': (transport, options) => createClient(V2, transport).getUser({ id }, options),
  'v2 ListUsers': (transport, options) => createClient(V2, transport).listUsers({}, options),
};
const writes: Readonly<Record<string, Call>> = {
  'v1 CreateUser': (transport, options) => createClient(V1, transport).createUser(user, options),
  'v2 CreateUser': (transport, options) => createClient(V2, transport).createUser({ user }, options),
  'v2 UpdateUser': (transport, options) =>
    createClient(V2, transport).updateUser({ user: { id, name: 'Síle' } }, options),
};
const all = { ...reads, ...writes };

const allowed: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  '': {},
  'users.read': reads,
  'users.write': writes,
  'users.read users.write': all,
  'orders.read orders.write': {},
  admin: all,
};

describe.each(transports)('authorization over %s', (_, transport) => {
  const outcomeOf = async (call: Call, headers: Record<string, string>): Promise<string> => {
    try {
      await call(transport(server.url), { headers });
      return 'Ok';
    } catch (error) {
      return Code[ConnectError.from(error).code];
    }
  };

  it.each(Object.keys(allowed))(
    'a token with the scopes "%s" may call exactly the methods of these scopes',
    async (scopes) => {
      const authorization = await server.authorize('aoife', scopes);
      for (const [rpc, call] of Object.entries(all)) {
        const expected = rpc in (allowed[scopes] ?? {}) ? 'Ok' : 'PermissionDenied';
        expect(`${rpc} ${await outcomeOf(call, { authorization })}`).toBe(`${rpc} ${expected}`);
      }
    },
  );

  it('every method requires a token', async () => {
    for (const call of Object.values(all)) expect(await outcomeOf(call, {})).toBe('Unauthenticated');
  });
});
