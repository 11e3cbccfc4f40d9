import { createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { experimental } from '@grpc/grpc-js';
import { register } from '@grpc/grpc-js-xds';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startBackend } from '../../testing/backend.ts';
import { ControlPlane } from '../../testing/control-plane.ts';
import { createTransport } from '../../transport/create-transport.ts';
import { GrpcJsResolver } from './grpc-js-resolver.ts';

function open(target: string) {
  const transport = createTransport({ target });
  onTestFinished(() => transport.close());
  return { users: createClient(UserService, transport), notes: createClient(NoteService, transport) };
}

it('says what to do when no resolver of grpc-js is registered', async () => {
  await expect(open('xds:///users').users.getUser({})).rejects.toThrow('register() of @grpc/grpc-js-xds');
});

it('creates no resolver when it is stopped at once', async () => {
  const create = vi.fn();
  class Never {
    constructor() {
      create();
    }
    updateResolution() {}
    destroy() {}
    static getDefaultAuthority() {
      return '';
    }
  }
  experimental.registerResolver('never', Never as never);
  const listener = { onEndpoints: vi.fn(), onError: vi.fn() };
  const resolver = new GrpcJsResolver({ scheme: 'never', path: 'users' });
  resolver.start(listener);
  resolver.stop();
  await new Promise(setImmediate);
  expect(create).not.toHaveBeenCalled();
  resolver.start(listener);
  await new Promise(setImmediate);
  expect(create).toHaveBeenCalledOnce();
});

it('follows the routes, clusters and endpoints of an xDS control plane, on our own connections', async () => {
  await using one = await startBackend();
  await using two = await startBackend();
  await using other = await startBackend();
  const routes = [
    { prefix: '/user.v1.UserService/', cluster: 'users' },
    { prefix: '/notes.v1.NoteService/', cluster: 'notes' },
  ];
  const plane = new ControlPlane({ routes, clusters: { users: [one.port, two.port], notes: [other.port] } });
  await plane.start();
  onTestFinished(() => plane.stop());
  process.env['GRPC_XDS_BOOTSTRAP_CONFIG'] = plane.bootstrap;
  register();
  const { users, notes } = open('xds:///users');
  await notes.getNote({});
  for (let made = 0; made < 40; made++) await users.getUser({});
  expect(other.requests).toBe(1);
  await expect
    .poll(async () => {
      const before = [one.requests, two.requests];
      for (let made = 0; made < 20; made++) await users.getUser({});
      return [one.requests - (before[0] as number), two.requests - (before[1] as number)];
    })
    .toEqual([10, 10]);
  // Server `one` leaves the cluster `users`, and calls of the other service are routed to this cluster.
  plane.set({ routes: [{ prefix: '/', cluster: 'users' }], clusters: { users: [two.port] } });
  await expect.poll(() => one.connections.length).toBe(0);
  const { requests } = two;
  await expect
    .poll(async () => {
      await notes.getNote({});
      return two.requests - requests;
    })
    .toBeGreaterThan(0);
});
