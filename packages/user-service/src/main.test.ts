import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v2';
import { endWhileLoading, type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const saoirse = { name: 'Saoirse', email: 's@example.com' };
const main = join(import.meta.dirname, 'main.ts');
let folder: string;
const started: ServiceProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'user-main-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await startProcess(main, { DATABASE_URL: `sqlite:${folder}/user.db`, ...env });
  started.push(service);
  return service;
}

const clientOf = ({ url }: ServiceProcess) => createClient(UserService, createGrpcTransport({ baseUrl: url }));

describe('the process of user-service', () => {
  it('ends on SIGTERM while it is being loaded', async () => {
    expect(await endWhileLoading(main, { DATABASE_URL: `sqlite:${folder}/user.db` })).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('exits with code 0 on %s and keeps the data', async (signal) => {
    const first = await start();
    const { user } = await clientOf(first).createUser({ user: saoirse });
    expect(await first.end(signal)).toBe(0);
    expect(await clientOf(await start()).getUser({ id: user?.id ?? '' })).toMatchObject({ user: saoirse });
  });

  it('loses no acknowledged user when it is killed under load', async () => {
    const first = await start();
    const client = clientOf(first);
    const acknowledged = new Map<string, string>();
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let i = 0; ; i++) {
        const name = `writer ${writer}, user ${i}`;
        const response = await client.createUser({ user: { ...saoirse, name } }).catch(() => undefined);
        if (response?.user === undefined) return;
        acknowledged.set(response.user.id, name);
        if (acknowledged.size === 200) void first.end('SIGKILL');
      }
    });
    await Promise.all(writers);
    expect(acknowledged.size).toBeGreaterThanOrEqual(200);

    const again = clientOf(await start());
    const stored = new Map<string, string>();
    let pageToken = '';
    do {
      const page = await again.listUsers({ pageToken, pageSize: 1000 });
      for (const { id, name } of page.users) stored.set(id, name);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    for (const [id, name] of acknowledged) expect(stored.get(id)).toBe(name);
  });

  it('recognizes a repeated request after it was killed', async () => {
    const request = { user: saoirse, requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const first = await start();
    const before = (await clientOf(first).listUsers({})).users.length;
    const user = await clientOf(first).createUser(request);
    await first.end('SIGKILL');
    const again = clientOf(await start());
    expect(await again.createUser(request)).toEqual(user);
    expect((await again.listUsers({})).users).toHaveLength(before + 1);
  });

  it('reports in one line that its store is in use by another process', async () => {
    await start();
    await expect(start()).rejects.toThrow(
      /^user-service: the store .*user\.db is in use by another process: stop that process.*\n$/,
    );
  });

  it.each(['PORT', 'HEALTH_PORT'])('reports in one line that its %s is in use', async (variable) => {
    const { url } = await start();
    const { port } = new URL(url);
    await expect(start({ [variable]: port, DATABASE_URL: `sqlite:${folder}/other.db` })).rejects.toThrow(
      `user-service: port ${port} of 127.0.0.1 is in use: stop the process that listens there, or set ${variable} to another port\n`,
    );
  });

  it('reports every invalid variable of its configuration', async () => {
    await expect(start({ PORT: 'http', DATABASE_URL: 'postgres://app:s3/cret@localhost/db' })).rejects.toThrow(
      'user-service: PORT="http": must be a whole number from 0 to 65535: the port; 0 chooses a free one\n' +
        '  DATABASE_URL=…: must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE, ' +
        'with / ? # @ % of USER and PASSWORD percent-encoded\n',
    );
  });

  it('reports why it has one process on SQLite', async () => {
    await expect(start({ WORKERS: '2' })).rejects.toThrow(
      'user-service: WORKERS=2: must be 1: a SQLite store has one process, which commits for all calls together; ' +
        'set DATABASE_URL=postgres://… to use more\n',
    );
  });

  it('reports that its store cannot be opened', async () => {
    await expect(start({ DATABASE_URL: `sqlite:${folder}` })).rejects.toThrow(
      `user-service: the store cannot be opened: ${folder}: unable to open database file\n`,
    );
    const file = `${folder}/file`;
    writeFileSync(file, '');
    await expect(start({ DATABASE_URL: `sqlite:${file}/user.db` })).rejects.toThrow(
      `user-service: the folder of ${file}/user.db cannot be used: EEXIST: file already exists, mkdir '${file}'\n`,
    );
  });
});
