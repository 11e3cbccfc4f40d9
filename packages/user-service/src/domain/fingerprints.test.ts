import type { IdempotencyKey } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import type { NewUser } from './user.ts';
import type { UserRepository } from './user-repository.ts';
import { UsersV1 } from './users-v1.ts';
import { UsersV2 } from './users-v2.ts';

const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';

/** The fingerprint that `create` gives its request. */
async function fingerprintOf(create: (repository: UserRepository) => Promise<unknown>): Promise<string | undefined> {
  let fingerprint: string | undefined;
  const repository = {
    create: async (user: NewUser, key?: IdempotencyKey) => {
      fingerprint = key?.fingerprint;
      return { value: { id: 1n, ...user } };
    },
  };
  await create(repository as unknown as UserRepository);
  return fingerprint;
}

// A client may repeat a request after an upgrade: never change these values.
describe('the fingerprint of a request from before an upgrade', () => {
  const user = { name: 'Aoife', email: 'a@example.com' };
  const address = { street: 's', city: 'c', country: '', zipCode: 'z' };

  it('to CreateUser of user.v1', async () => {
    expect(await fingerprintOf((users) => new UsersV1(users).create(user, requestId, ''))).toBe(
      'ZRttkoiRQqJu1TXymyyDqnog1hUoygfBKUcOJdRYihA',
    );
  });

  it.each([
    [{ ...user, age: undefined, roles: [], address: undefined }, '5OWfISbhf8ImMG1qI3V4K1mNGg_zP0TWV6USs6MgrRw'],
    [{ ...user, age: 36, roles: ['x'], address }, 'mXJr8A8QyCXxKL0RtS6GIom40853DyJ6mJEiaM1yV5k'],
  ])('to CreateUser of user.v2 with %j', async (details, fingerprint) => {
    expect(await fingerprintOf((users) => new UsersV2(users).create(details, requestId, ''))).toBe(fingerprint);
  });

  it('is the same with a field that a later release adds and the request does not set', async () => {
    const later = { ...user, age: 36, roles: ['x'], phone: '', address: { ...address, line2: '' } };
    const create = (details: typeof later) =>
      fingerprintOf((users) => new UsersV2(users).create(details, requestId, ''));
    expect(await create(later)).toBe('mXJr8A8QyCXxKL0RtS6GIom40853DyJ6mJEiaM1yV5k');
    expect(await create({ ...later, phone: '+353' })).not.toBe('mXJr8A8QyCXxKL0RtS6GIom40853DyJ6mJEiaM1yV5k');
  });
});
