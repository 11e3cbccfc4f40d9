import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const missing = whyNoPostgres();

describe.skipIf(missing)(missing ?? 'two replicas on one PostgreSQL', () => {
  let postgres: PostgresServer;
  let replicas: ServiceProcess[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
    const env = { DATABASE_URL: await postgres.createDatabase() };
    const main = join(import.meta.dirname, 'main.ts');
    replicas = await Promise.all([startProcess(main, env), startProcess(main, env)]);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await postgres.stop();
  });

  it('know the requests of each other, whichever dies', async () => {
    const [first, second] = replicas.map(({ url }) => createClient(UserService, createGrpcTransport({ baseUrl: url })));

    const request = { name: 'Saoirse', email: 's@example.com', requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? first : second)?.createUser(request));
    const [user, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(user);
    await replicas[0]?.end('SIGKILL');
    expect(await second?.createUser(request)).toEqual(user);
    expect((await second?.listUsers({}))?.users).toHaveLength(4);
  });
});
