import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { startProcess } from '@example/rpc-server/testing';
import { startPostgres, whyNoPostgres } from '@example/storage/testing';
import { expect, it } from 'vitest';

const missing = whyNoPostgres();

it.skipIf(missing)(
  missing ?? 'two replicas on one PostgreSQL know the requests of each other, whichever dies',
  async () => {
    const postgres = await startPostgres();
    const env = { DATABASE_URL: await postgres.createDatabase() };
    const main = join(import.meta.dirname, 'main.ts');
    const replicas = await Promise.all([startProcess(main, env), startProcess(main, env)]);
    const [first, second] = replicas.map(({ url }) => createClient(UserService, createGrpcTransport({ baseUrl: url })));

    const request = { name: 'Saoirse', email: 's@example.com', requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? first : second)?.createUser(request));
    const [user, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(user);
    await replicas[0]?.end('SIGKILL');
    expect(await second?.createUser(request)).toEqual(user);
    expect((await second?.listUsers({}))?.users).toHaveLength(4);

    await replicas[1]?.end('SIGKILL');
    await postgres.stop();
  },
);
