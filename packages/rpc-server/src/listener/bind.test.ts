import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startProcess } from '../testing/index.ts';
import { recordingLogger, startServer } from '../testing/test-server.ts';
import { bind } from './bind.ts';

// A process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

afterEach(() => void vi.restoreAllMocks());

it('a machine without IPv6 listens on every address of IPv4 in place of ::', async () => {
  const { listen } = Server.prototype;
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
    if ((args[0] as { host: string }).host !== '::') return Reflect.apply(listen, this, args);
    process.nextTick(() => this.emit('error', Object.assign(new Error(), { code: 'EAFNOSUPPORT' })));
    return this;
  });
  const { servers } = await bind(createServer, '::', 0);
  expect(servers.map((server) => server.address())).toMatchObject([{ address: '0.0.0.0' }]);
  for (const server of servers) server.close();
});

describe('HOST=unix:PATH', () => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bind-'));
    path = join(folder, 's.sock');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function callOverHttp1(): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const options = { socketPath: path, path: '/user.v1.UserService/GetUser', method: 'POST', headers };
    const [response] = await once(request(options).end('{}'), 'response');
    response.resume();
    return response.statusCode;
  }

  it('serves HTTP/1.1 and gRPC on a socket with SOCKET_MODE, and logs its clients as unix', async () => {
    const { logger, lines } = recordingLogger();
    const server = await startServer({ config: { host: `unix:${path}`, socketMode: '640' }, logger });
    expect(server.url).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await callOverHttp1()).toBe(200);
    const client = new grpc.Client(`unix:${path}`, grpc.credentials.createInsecure());
    const bytes = (buffer: Buffer) => buffer;
    await new Promise<void>((resolve, reject) => {
      const done = (error: unknown) => (error ? reject(error) : resolve());
      client.makeUnaryRequest('/user.v1.UserService/GetUser', bytes, bytes, Buffer.alloc(0), done);
    });
    client.close();
    await expect.poll(() => lines.filter(({ peer }) => peer === 'unix')).toHaveLength(2);
    await server.close();
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('replaces the file that a killed process has left behind', async () => {
    const main = join(import.meta.dirname, '../testing/fault-server.ts');
    const killed = await startProcess(main, { HOST: `unix:${path}`, LOG_LEVEL: 'info' });
    await expect(startServer({ config: { host: `unix:${path}` } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await killed.end('SIGKILL');
    expect(statSync(path).isSocket()).toBe(true);
    await startServer({ config: { host: `unix:${path}` } });
    expect(await callOverHttp1()).toBe(200);
  });

  it('does not replace a file that is not a socket', async () => {
    writeFileSync(path, 'mine');
    await expect(startServer({ config: { host: `unix:${path}` } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(statSync(path).size).toBe(4);
  });
});
