import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Health, HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';
import { clientsOf, failureOf, type ServerProcess, startServer } from '../server-process.fixture.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.end('SIGKILL'));

const transport = () => createGrpcTransport({ baseUrl: `http://${server.userAddress}` });
const usersV2 = () => createClient(UserService, transport());
const niamh = { name: 'Niamh', email: 'niamh@example.com' };

it('user.v2 stores all fields, and user.v1 returns the fields that it has', async () => {
  const given = { ...niamh, age: 0, roles: ['b', 'a', 'b'], address: { street: '', city: 'Gaillimh' } };
  const { user } = await usersV2().createUser({ user: given });
  expect(user).toMatchObject(given);
  expect(Number(user?.createTime?.seconds)).toBeGreaterThan(1_700_000_000);
  expect((await usersV2().getUser({ id: `${user?.id}` })).user).toEqual(user);
  const id = `${user?.id}`.replace('usr-', '');
  const seen = await clientsOf(server).users.getUser({ id });
  expect({ ...seen }).toMatchObject({ id, ...niamh });
});

it('user.v2 distinguishes unset from empty fields', async () => {
  const { user } = await usersV2().createUser({ user: niamh });
  expect(user?.age).toBeUndefined();
  expect(user?.address).toBeUndefined();
  const { users } = await usersV2().listUsers({ pageSize: 1 });
  expect(users).toMatchObject([{ id: 'usr-1', name: 'Aoife', roles: [] }]);
});

it('user.v2 changes the fields of the mask', async () => {
  const { user } = await usersV2().createUser({ user: { ...niamh, age: 30, roles: ['admin'] } });
  const id = `${user?.id}`;
  const change = { user: { id, address: { city: 'Corcaigh' } }, updateMask: { paths: ['age', 'address.city'] } };
  const { user: after } = await usersV2().updateUser(change);
  expect(after?.age).toBeUndefined();
  expect(after).toMatchObject({ ...niamh, roles: ['admin'], address: { city: 'Corcaigh' } });
  const { user: again } = await usersV2().updateUser({ user: { id, name: 'Niamh Ní Néill' } });
  expect(again).toEqual({ ...after, name: 'Niamh Ní Néill' });
});

it('user.v2 rejects unknown paths', async () => {
  const error = await failureOf(usersV2().updateUser({ user: { id: 'x' }, updateMask: { paths: ['roles', 'id'] } }));
  expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations.map(({ field }) => field)).toEqual([
    'user.id',
    'update_mask.paths[1]',
  ]);
  expect((await failureOf(usersV2().createUser({}))).findDetails(BadRequestSchema)).toMatchObject([
    { fieldViolations: [{ field: 'user' }] },
  ]);
});

it('user.v2 is reported as healthy, and so is user.v1', async () => {
  const health = createClient(Health, transport());
  for (const service of ['user.v1.UserService', 'user.v2.UserService']) {
    expect((await health.check({ service })).status).toBe(Status.SERVING);
  }
});
