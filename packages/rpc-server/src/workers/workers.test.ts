import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { fromBinary } from '@bufbuild/protobuf';
import { createAuthority } from '@example/kit/authority';
import { freePort } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ServiceProcess, startProcess } from '../testing/index.ts';

const main = join(import.meta.dirname, '../testing/fault-server.ts');

/** A service with two workers, and the lines of its log. */
interface Started extends ServiceProcess {
  readonly lines: Record<string, unknown>[];
}

async function start(env: Record<string, string> = {}): Promise<Started> {
  const service = await startProcess(main, { WORKERS: '2', LOG_LEVEL: 'info', ...env });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  service.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() as string;
    lines.push(...parts.map((line) => JSON.parse(line)));
  });
  return { ...service, lines };
}

async function startForTest(env: Record<string, string> = {}): Promise<Started> {
  const service = await start(env);
  onTestFinished(() => void service.end('SIGKILL'));
  return service;
}

const jsonHeaders = { ':method': 'POST', 'content-type': 'application/json' };

/** Makes a call on a connection. @returns the body */
async function call(session: ClientHttp2Session, method = 'GetUser'): Promise<string> {
  const stream = session.request({ ...jsonHeaders, ':path': `/user.v1.UserService/${method}` });
  stream.end('{}');
  return await text(stream);
}

/** The process that serves a connection. */
async function workerOf(session: ClientHttp2Session): Promise<string> {
  return JSON.parse(await call(session)).name;
}

async function openSession(url: string): Promise<ClientHttp2Session> {
  const session = connect(url);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  await once(session, 'connect');
  return session;
}

const counts = (names: readonly string[]) =>
  [...Map.groupBy(names, (name) => name).values()].map(({ length }) => length);

/** A client that keeps its worker busy, and opens another connection when the server drains the current one. */
class BusyClient {
  /** The process that served the last call. */
  worker = '';
  isOver = false;
  readonly ended: Promise<void>;

  constructor(url: string, session: ClientHttp2Session) {
    this.ended = this.#run(url, session);
  }

  async #run(url: string, first: ClientHttp2Session): Promise<void> {
    let session = first;
    while (!this.isOver) {
      try {
        this.worker = await workerOf(session);
        // ListUsers collects garbage in the worker.
        await call(session, 'ListUsers');
      } catch {
        session = await openSession(url);
      }
    }
  }
}

/**
 * Makes calls with grpc-js until `isOver` returns true.
 *
 * @returns the processes that have served them, and the failures
 */
async function callByGrpc(url: string, isOver: () => boolean): Promise<{ workers: Set<string>; failures: string[] }> {
  const client = new grpc.Client(new URL(url).host, grpc.credentials.createInsecure());
  const workers = new Set<string>();
  const failures: string[] = [];
  const asIs = (bytes: Buffer) => bytes;
  while (!isOver()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    client.makeUnaryRequest('/user.v1.UserService/GetUser', asIs, asIs, Buffer.of(), (error, message) => {
      if (error) failures.push(error.message);
      else workers.add(fromBinary(UserService.method.getUser.output, message as Buffer).name);
      resolve();
    });
    await promise;
  }
  client.close();
  return { workers, failures };
}

describe('a service with two workers', () => {
  let service: Started;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service.end('SIGKILL'));

  it('brings two busy connections apart that are on one', async () => {
    const byWorker = new Map<string, ClientHttp2Session[]>();
    for (let i = 0; i < 3; i++) {
      const session = await openSession(service.url);
      const worker = await workerOf(session);
      byWorker.set(worker, [...(byWorker.get(worker) ?? []), session]);
    }
    const [together, alone] = [...byWorker.values()].sort((a, b) => b.length - a.length);
    alone?.[0]?.destroy();
    const clients = (together ?? []).map((session) => new BusyClient(service.url, session));
    await expect.poll(() => counts(clients.map(({ worker }) => worker))).toEqual([1, 1]);
    for (const client of clients) client.isOver = true;
    await Promise.all(clients.map(({ ended }) => ended));
  });

  it('starts another for one that was killed', async () => {
    const sessions = new Map<string, ClientHttp2Session>();
    while (sessions.size < 2) {
      const session = await openSession(service.url);
      sessions.set(await workerOf(session), session);
    }
    const [killed = '', other = ''] = sessions.keys();
    process.kill(Number(killed), 'SIGKILL');
    await expect.poll(() => service.lines.some(({ reason }) => reason === 'SIGKILL')).toBe(true);
    const workers = new Set([killed, other]);
    await expect.poll(async () => workers.add(await workerOf(await openSession(service.url))).size).toBe(3);
    expect(await workerOf(sessions.get(other) as ClientHttp2Session)).toBe(other);
  });

  it('replaces them one after another on SIGHUP, and no call fails', async () => {
    let isOver = false;
    const loads = [1, 2, 3].map(() => callByGrpc(service.url, () => isOver));
    service.process.kill('SIGHUP');
    await expect.poll(() => service.lines.some(({ msg }) => msg === 'all workers are replaced')).toBe(true);
    isOver = true;
    for (const { workers, failures } of await Promise.all(loads)) {
      expect(failures).toEqual([]);
      expect(workers.size).toBeGreaterThan(1);
    }
  });
});

describe('workers', () => {
  it('have equal parts of 2, 4 and 100 connections, and are drained by SIGTERM', async () => {
    const service = await startForTest({ DRAIN_MS: '60000' });
    const sessions: ClientHttp2Session[] = [];
    for (let i = 0; i < 100; i++) sessions.push(await openSession(service.url));
    const names = await Promise.all(sessions.map(workerOf));
    for (const count of [2, 4, 100]) expect(counts(names.slice(0, count))).toEqual([count / 2, count / 2]);
    const calls = sessions.map((session) => call(session, 'ListUsers'));
    expect(await service.end('SIGTERM')).toBe(0);
    for (const body of await Promise.all(calls)) expect(body).toContain('nextPageToken');
  });

  it('count the calls of one caller together', async () => {
    const service = await startForTest({ CALLS_PER_SECOND: '16', CALL_BURST: '64' });
    const sessions = [await openSession(service.url), await openSession(service.url)];
    const began = performance.now();
    const bodies = await Promise.all(
      Array.from({ length: 200 }, (_, i) => call(sessions[i % 2] as ClientHttp2Session)),
    );
    const seconds = Math.ceil((performance.now() - began) / 1_000);
    const served = bodies.map((body) => JSON.parse(body).name).filter((name) => name !== undefined);
    // The workers may exceed the 16 calls of a second by an eighth.
    expect(served.length).toBeGreaterThanOrEqual(64 - 2);
    expect(served.length).toBeLessThanOrEqual(64 + seconds * (16 + 2));
    expect(counts(served)).toHaveLength(2);
  });

  it('serve TLS and the PROXY protocol on a socket of the file system, and health on a port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workers-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const authority = await createAuthority();
    const { cert, key } = await authority.issueForServer('localhost');
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    const path = join(folder, 's.sock');
    const healthPort = await freePort();
    const service = await startForTest({
      HOST: `unix:${path}`,
      HEALTH_PORT: `${healthPort}`,
      TLS_CERT: join(folder, 'cert.pem'),
      TLS_KEY: join(folder, 'key.pem'),
      TRUSTED_PROXIES: 'unix',
    });
    const callThroughProxy = async () => {
      const raw = connectSocket(path);
      raw.write('PROXY TCP4 192.0.2.7 127.0.0.1 4711 9000\r\n');
      const socket = connectTls({ socket: raw, ca: authority.cert, servername: 'localhost' });
      const fields = 'host: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2';
      socket.write(`POST /user.v1.UserService/GetUser HTTP/1.1\r\n${fields}\r\n\r\n{}`);
      const response = await text(socket);
      return JSON.parse(response.slice(response.indexOf('\r\n\r\n'))).name;
    };
    expect(counts([await callThroughProxy(), await callThroughProxy()])).toEqual([1, 1]);
    const health = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const responses = [1, 2].map(async () => {
      const headers = { ...health.headers, connection: 'close' };
      return (await fetch(`http://localhost:${healthPort}/grpc.health.v1.Health/Check`, { ...health, headers })).json();
    });
    expect(await Promise.all(responses)).toEqual([{ status: 'SERVING' }, { status: 'SERVING' }]);
    const workersOf = (field: string, value: string) =>
      service.lines.filter((line) => line[field] === value).map(({ worker }) => worker);
    await expect.poll(() => workersOf('peer', '192.0.2.7').sort()).toEqual([1, 2]);
    await expect.poll(() => workersOf('rpc', '/grpc.health.v1.Health/Check').sort()).toEqual([1, 2]);
  });
});

describe('the end of a service with two workers', () => {
  it('workers end with a supervisor that was killed', async () => {
    const service = await startForTest();
    const worker = Number(await workerOf(await openSession(service.url)));
    await service.end('SIGKILL');
    await expect.poll(() => isRunning(worker)).toBe(false);
  });

  it('one that cannot start ends the service with status 1 and its reason, once', async () => {
    const started = start({ AUTH_JWKS: '/nobody/here.json', AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' });
    await expect(started).rejects.toThrow(
      /^fault-server: .*\/nobody\/here.json.*\nfault-server: worker 1 could not start \(status 1\): the reason is above\n$/,
    );
  });

  it('a port in use ends the service with its reason', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(start({ HOST: '127.0.0.1', PORT: `${port}` })).rejects.toThrow(
      /^fault-server: port \d+ of .* is in use: .*\n$/,
    );
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
