import { type Client, Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Health as HealthService, HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';
import { type RunningServer, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
let store: { isReady: () => Promise<boolean> };
let client: Client<typeof HealthService>;

beforeEach(async () => {
  store = { isReady: async () => true };
  server = await serve({
    config: { ...testConfig, readinessMs: 10 },
    logger: silentLogger,
    isReady: () => store.isReady(),
    routes: (router) => router.service(UserService, {}),
  });
  client = createClient(HealthService, createGrpcTransport({ baseUrl: server.url }));
});
afterEach(() => server.close(0));

const services = ['', 'user.v1.UserService'];

describe('the health', () => {
  it.each(services)('of "%s" is SERVING', async (service) => {
    expect((await client.check({ service })).status).toBe(Status.SERVING);
  });

  it('of an unknown service is NOT_FOUND by Check, and SERVICE_UNKNOWN by Watch', async () => {
    expect((await failureOf(client.check({ service: 'user.v9.UserService' }))).code).toBe(Code.NotFound);
    for await (const { status } of client.watch({ service: 'user.v9.UserService' })) {
      expect(status).toBe(Status.SERVICE_UNKNOWN);
      break;
    }
  });

  it('of "liveness" is SERVING while the store fails', async () => {
    store.isReady = () => Promise.reject(new Error('the store has failed'));
    await expect.poll(async () => (await client.check({})).status).toBe(Status.NOT_SERVING);
    expect((await client.check({ service: 'liveness' })).status).toBe(Status.SERVING);
  });

  it('accepts only requests of up to a kilobyte', async () => {
    const error = await failureOf(client.check({ service: 'x'.repeat(1_024) }));
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
  });

  it('of all services is listed by List', async () => {
    const { statuses } = await client.list({});
    expect(Object.keys(statuses).sort()).toEqual(services);
    for (const { status } of Object.values(statuses)) expect(status).toBe(Status.SERVING);
  });

  it.each([
    ['is not ready', () => Promise.resolve(false)],
    ['fails', () => Promise.reject(new Error('the disk is gone'))],
  ])('is NOT_SERVING while its store %s', async (_, isReady) => {
    const seen: Status[] = [];
    for await (const { status } of client.watch({ service: 'user.v1.UserService' })) {
      seen.push(status);
      if (seen.length === 1) store.isReady = isReady;
      if (seen.length === 2) store.isReady = async () => true;
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING, Status.SERVING]);
  });

  it('is NOT_SERVING at shutdown, and Watch ends', async () => {
    const seen: Status[] = [];
    for await (const { status } of client.watch({})) {
      seen.push(status);
      if (seen.length === 1) void server.close(60_000);
    }
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
    await server.close();
  });

  it('is NOT_SERVING during the shutdown notice, while new calls are served', async () => {
    const noticed = await serve({
      config: { ...testConfig, shutdownNoticeMs: 1_000 },
      logger: silentLogger,
      routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
    });
    const transport = createGrpcTransport({ baseUrl: noticed.url });
    const seen: Status[] = [];
    let closed: Promise<void> | undefined;
    for await (const { status } of createClient(HealthService, transport).watch({})) {
      seen.push(status);
      closed ??= noticed.close();
      if (status === Status.NOT_SERVING) {
        const again = createClient(UserService, createGrpcTransport({ baseUrl: noticed.url }));
        expect(await again.getUser({ id: '7' })).toMatchObject({ id: '7' });
      }
    }
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
    await closed;
  });
});
