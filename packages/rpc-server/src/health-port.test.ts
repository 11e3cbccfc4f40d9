import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createAuthority } from '@example/kit/authority';
import { freePort } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import { expect, it } from 'vitest';
import { Health, HealthCheckResponse_ServingStatus as Status } from './gen/health/v1/health_pb.ts';
import { failureOf } from './testing/index.ts';
import { recordingLogger, startServer } from './testing/test-server.ts';

it('the health port serves health without TLS, by any name, until the last call has ended', async () => {
  const authority = await createAuthority();
  const files = await authority.issueForServer('localhost');
  const tls = { ...files, ca: undefined };
  const { logger, lines } = recordingLogger();
  const called = Promise.withResolvers<void>();
  const handler = Promise.withResolvers<void>();
  const server = await startServer({
    logger,
    config: { tls: () => tls, healthPort: 0, allowedHosts: ['elsewhere.example.org', 'localhost'] },
    users: {
      getUser: async ({ id }) => {
        called.resolve();
        await handler.promise;
        return { id };
      },
    },
  });
  const { healthPort } = lines.find((line) => line['healthPort'] !== undefined) ?? {};
  const plain = createGrpcTransport({ baseUrl: `http://127.0.0.1:${healthPort}` });
  const health = createClient(Health, plain);
  expect((await health.check({})).status).toBe(Status.SERVING);
  expect((await health.check({ service: 'user.v1.UserService' })).status).toBe(Status.SERVING);
  const { code } = await failureOf(createClient(UserService, plain).getUser({ id: '1' }));
  expect(code).toBe(Code.Unimplemented);

  const nodeOptions = { ca: authority.cert };
  const users = createClient(UserService, createGrpcTransport({ baseUrl: server.url, nodeOptions }));
  const call = users.getUser({ id: '1' });
  await called.promise;
  const closed = server.close();
  expect((await health.check({})).status).toBe(Status.NOT_SERVING);
  handler.resolve();
  expect((await call).id).toBe('1');
  await closed;
  expect((await failureOf(health.check({}))).code).toBe(Code.Unavailable);
});

it('a server does not start if it cannot listen on its health port', async () => {
  const port = await freePort();
  const other = await startServer({ config: { port } });
  await expect(startServer({ config: { healthPort: port } })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  await other.close(0);
});
