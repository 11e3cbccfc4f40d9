import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v2';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { describeWithPostgres, writeDuringFailover } from '@example/storage/testing/vitest';
import { afterEach, beforeEach, expect, it } from 'vitest';

const saoirse = { name: 'Saoirse', email: 's@example.com' };

describeWithPostgres('two replicas on one PostgreSQL', (postgres) => {
  let replicas: ServiceProcess[] = [];
  beforeEach(async () => {
    const env = { DATABASE_URL: await postgres().createDatabase() };
    const main = join(import.meta.dirname, 'main.ts');
    replicas = await Promise.all([startProcess(main, env), startProcess(main, env)]);
  });
  afterEach(() => Promise.all(replicas.map((replica) => replica.end('SIGKILL'))));

  it('recognize repeated requests of each other, even after one is killed', async () => {
    const [first, second] = replicas.map(({ url }) => createClient(UserService, createGrpcTransport({ baseUrl: url })));

    const before = (await first?.listUsers({}))?.users.length ?? 0;
    const request = { user: saoirse, requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? first : second)?.createUser(request));
    const [user, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(user);
    await replicas[0]?.end('SIGKILL');
    expect(await second?.createUser(request)).toEqual(user);
    expect((await second?.listUsers({}))?.users).toHaveLength(before + 1);
  });

  it('neither lose nor duplicate acknowledged users when one is killed under load', async () => {
    const clients = replicas.map(({ url }) => createClient(UserService, createGrpcTransport({ baseUrl: url })));
    const create = async (replica: number, requestId: string) => {
      const response = await clients[replica]?.createUser({ user: { ...saoirse, name: 'load' }, requestId });
      return response?.user?.id ?? '';
    };
    const acknowledged = await writeDuringFailover(create, () => void replicas[0]?.end('SIGKILL'));
    const stored = (await clients[1]?.listUsers({ pageSize: 1_000 }))?.users.filter(({ name }) => name === 'load');
    expect(stored?.map(({ id }) => id).sort()).toEqual([...acknowledged.values()].sort());
  });
});
