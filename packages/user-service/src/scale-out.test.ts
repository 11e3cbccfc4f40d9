import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { type PostgresServer, startPostgres, whyNoPostgres } from '@example/storage/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const missing = whyNoPostgres();

describe.skipIf(missing)(missing ?? 'two replicas on one PostgreSQL', () => {
  let postgres: PostgresServer;
  let replicas: ServiceProcess[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const env = { DATABASE_URL: await postgres.createDatabase() };
    const main = join(import.meta.dirname, 'main.ts');
    replicas = await Promise.all([startProcess(main, env), startProcess(main, env)]);
  });
  afterEach(() => Promise.all(replicas.map((replica) => replica.end('SIGKILL'))));

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

  it('lose nothing that was acknowledged when one is killed under load, and double nothing', async () => {
    const clients = replicas.map(({ url }) => createClient(UserService, createGrpcTransport({ baseUrl: url })));
    const acknowledged = new Set<string>();
    let isKilled = false;
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let i = 0; i < 40; i++) {
        const request = { name: 'load', email: 's@example.com', requestId: crypto.randomUUID() };
        // A client knows both replicas, and asks the other one again when one does not answer.
        for (let attempt = 0; ; attempt++) {
          const user = await clients[(writer + attempt) % 2]?.createUser(request).catch(() => undefined);
          if (user === undefined) continue;
          acknowledged.add(user.id);
          break;
        }
        if (acknowledged.size >= 200 && !isKilled) {
          isKilled = true;
          void replicas[0]?.end('SIGKILL');
        }
      }
    });
    await Promise.all(writers);
    expect(isKilled).toBe(true);
    expect(acknowledged.size).toBe(16 * 40);
    const stored = (await clients[1]?.listUsers({ pageSize: 1_000 }))?.users.filter(({ name }) => name === 'load');
    expect(new Set(stored?.map(({ id }) => id))).toEqual(acknowledged);
    expect(stored).toHaveLength(acknowledged.size);
  });
});
