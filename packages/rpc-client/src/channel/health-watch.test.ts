import { createClient } from '@connectrpc/connect';
import { headerList } from '@example/http2';
import { UserService } from '@example/protos/user/v1';
import { type RunningServer, serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../testing/backend.ts';
import { createTransport } from '../transport/create-transport.ts';

const serviceConfig = { healthCheckConfig: { serviceName: 'user.v1.UserService' } };

/** A server whose readiness a test sets. */
async function start(name: string) {
  const state = { isReady: true };
  const server: RunningServer = await serve({
    config: { ...testConfig, readinessMs: 20 },
    logger: silentLogger,
    isReady: async () => state.isReady,
    routes: (router) => router.service(UserService, { getUser: () => ({ name }) }),
  });
  onTestFinished(() => server.close(0));
  return { state, server, address: new URL(server.url).host.replace('localhost', '127.0.0.1') };
}

function usersAt(...addresses: string[]) {
  const transport = createTransport({ target: `ipv4:${addresses.join()}`, serviceConfig, eager: true });
  onTestFinished(() => transport.close());
  return createClient(UserService, transport);
}

it('sends no calls to a server that is not serving, until it is serving again', async () => {
  const one = await start('one');
  const two = await start('two');
  const users = usersAt(one.address, two.address);
  const named = async () => {
    const calls = Array.from({ length: 20 }, () => users.getUser({}));
    return [...new Set((await Promise.all(calls)).map(({ name }) => name))].sort();
  };
  await expect.poll(named).toEqual(['one', 'two']);
  one.state.isReady = false;
  await expect.poll(named).toEqual(['two']);
  one.state.isReady = true;
  await expect.poll(named).toEqual(['one', 'two']);
});

it('does not delay the shutdown of a server', async () => {
  const { server, address } = await start('one');
  const users = usersAt(address);
  expect(await users.getUser({})).toMatchObject({ name: 'one' });
  // The drain may take longer than the test, which therefore fails if the server waits for the watch.
  await server.close(3_600_000);
});

it('treats a server without a health service as healthy', async () => {
  const unimplemented = headerList([
    [':status', '200'],
    ['content-type', 'application/grpc'],
    ['grpc-status', '12'],
  ]);
  await using backend = await startBackend((stream) => stream.sendHeaders(unimplemented, true));
  const users = usersAt(backend.address);
  await expect(users.getUser({})).rejects.toThrow('unimplemented');
  expect(backend.requests).toBe(2);
});
