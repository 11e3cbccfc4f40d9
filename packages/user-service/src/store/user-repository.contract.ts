import { type IdempotencyKey, idempotencyKey, unwrapResult } from '@example/service-kit';
import { expectUnavailable } from '@example/storage/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewUser, User } from '../domain/user.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import type { UserChange } from '../domain/user-update.ts';

const noDetails = { age: undefined, roles: [], address: undefined };
const createTime = new Date(1_763_000_000_123);

function newUser(name: string): NewUser {
  return { name, email: 'a@example.com', ...noDetails, createTime };
}

const everything: NewUser = {
  name: 'Saoirse',
  email: 's@example.com',
  age: 36,
  roles: ['writer', 'admin', 'writer'],
  address: { street: 'Sráid "Uí\u0301" 1', city: 'Gaillimh', country: '', zipCode: "H91 '-- 😀" },
  createTime,
};

const seeds: readonly User[] = [
  { id: 1n, name: 'Aoife', email: 'aoife@example.com', ...noDetails, createTime: undefined },
  { id: 2n, name: 'Cillian', email: 'cillian@example.com', ...noDetails, createTime: undefined },
  { id: 3n, name: 'Niamh', email: 'niamh@example.com', ...noDetails, createTime: undefined },
];
const lastSeed = BigInt(seeds.length);

const nowhere = { street: '', city: '', country: '', zipCode: '' };

/**
 * The contract of every UserRepository.
 *
 * @param open opens a repository on a new store
 * @param openStopped opens a repository whose store is stopped afterwards
 */
export function userRepositoryContract(
  name: string,
  open: () => Promise<UserRepository>,
  openStopped: () => Promise<UserRepository>,
): void {
  describe(`UserRepository on ${name}`, () => {
    let users: UserRepository;
    beforeEach(async () => {
      users = await open();
    });
    afterEach(() => users.close());

    async function create(user: NewUser, key?: IdempotencyKey): Promise<User> {
      return unwrapResult(await users.create(user, key), key?.id ?? '', 'user.example.com');
    }

    async function threeIds(): Promise<[bigint, bigint, bigint]> {
      const next = async (name: string) => (await create(newUser(name))).id;
      return [await next('user 1'), await next('user 2'), await next('user 3')];
    }

    async function list(id: bigint, limit: number): Promise<readonly User[]> {
      return (await users.listAfter(id, limit)).users;
    }

    it('contains only the seed users', async () => {
      expect(await list(0n, 10)).toEqual(seeds);
    });

    it('assigns the next ids and returns the stored user', async () => {
      const next = lastSeed + 1n;
      for (const [id, user] of [
        [next, everything],
        [next + 1n, newUser('Saoirse')],
      ] as const) {
        expect(await create(user)).toEqual({ id, ...user });
        expect(await users.get(id)).toEqual({ id, ...user });
      }
      expect(await list(lastSeed, 1)).toEqual([{ id: next, ...everything }]);
    });

    it('distinguishes empty from unknown values', async () => {
      for (const details of [{ age: 0 }, { roles: [] }, { address: nowhere }, { address: undefined }]) {
        const { id } = await create({ ...everything, ...details });
        expect(await users.get(id)).toEqual({ id, ...everything, ...details });
      }
    });

    it('accepts the same e-mail address twice', async () => {
      for (const name of ['a', 'b']) await create({ ...newUser(name), email: 'same@example.com' });
      expect(await list(lastSeed, 10)).toHaveLength(2);
    });

    it('keeps every character unchanged', async () => {
      const name = ` 😀e\u0301é\u200b'"\\;-- `;
      const { id } = await create(newUser(name));
      expect((await users.get(id))?.name).toBe(name);
    });

    it.each([0n, lastSeed + 1n, 2n ** 53n + 1n, 2n ** 63n - 1n])('has no user %s', async (id) => {
      expect(await users.get(id)).toBeUndefined();
    });

    it('lists after an id, up to a limit, and reports whether there are more', async () => {
      const [first, second, third] = await threeIds();
      const listed = async (after: bigint, limit: number) => {
        const page = await users.listAfter(after, limit);
        return { ids: page.users.map(({ id }) => id), hasMore: page.hasMore };
      };
      expect(await listed(first, 1)).toEqual({ ids: [second], hasMore: true });
      expect(await listed(first, 2)).toEqual({ ids: [second, third], hasMore: false });
      expect(await listed(third, 2)).toEqual({ ids: [], hasMore: false });
      expect(await listed(2n ** 63n - 1n, 2)).toEqual({ ids: [], hasMore: false });
    });

    it('bounds a page also by its size, and skips no user', async () => {
      const text = '😀'.repeat(200);
      const address = { street: text, city: text, country: text, zipCode: text };
      const roles = Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(50, 'r'));
      const large = { ...everything, name: text, address, roles };
      await Promise.all(Array.from({ length: 300 }, () => create(large)));
      const ids: bigint[] = [];
      for (let page = await users.listAfter(0n, 1_000); ; page = await users.listAfter(ids.at(-1) ?? 0n, 1_000)) {
        expect(Buffer.byteLength(JSON.stringify(page.users.map((user) => ({ ...user, id: '' }))))).toBeLessThan(1.3e6);
        ids.push(...page.users.map(({ id }) => id));
        if (!page.hasMore) break;
      }
      expect(ids).toEqual(Array.from({ length: seeds.length + 300 }, (_, i) => BigInt(i + 1)));
    });

    it('lists in numerical order of ids', async () => {
      for (let i = seeds.length + 1; i <= 12; i++) await create(newUser(`user ${i}`));
      expect((await list(8n, 10)).map(({ id }) => id)).toEqual([9n, 10n, 11n, 12n]);
      expect((await list(0n, 12)).map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, i) => BigInt(i + 1)));
    });

    it('assigns different ids to concurrently created users', async () => {
      const names = Array.from({ length: 50 }, (_, i) => `user ${i}`);
      const stored = await Promise.all(names.map((name) => create(newUser(name))));
      expect(new Set(stored.map(({ id }) => id)).size).toBe(50);
      expect((await list(lastSeed, 100)).map(({ name }) => name).sort()).toEqual(names.sort());
    });

    describe('create with an idempotency key', () => {
      const saoirse = everything;
      const keyOf = (request: unknown) =>
        idempotencyKey(['CreateUser', ''], '01936a2f-7c3e-7b1a-9f00-aabbccddeeff', request);

      it('stores a user once, and returns the same user again', async () => {
        const first = await create(saoirse, keyOf(saoirse));
        await create(saoirse);
        expect(await create(saoirse, keyOf(saoirse))).toEqual(first);
        expect(await list(lastSeed, 10)).toHaveLength(2);
      });

      it('stores a user once for a hundred concurrent requests', async () => {
        const all = await Promise.all(Array.from({ length: 100 }, () => create(saoirse, keyOf(saoirse))));
        expect(new Set(all.map(({ id }) => id)).size).toBe(1);
        expect(await list(lastSeed, 10)).toHaveLength(1);
      });

      it('reports a conflict for another request, and stores nothing', async () => {
        await create(saoirse, keyOf(saoirse));
        expect(await users.create({ ...saoirse, name: 'Niamh' }, keyOf('another'))).toEqual({ isConflict: true });
        expect(await list(lastSeed, 10)).toHaveLength(1);
      });

      it('stores neither the user nor the key when the user breaks a constraint', async () => {
        const nobody = { ...saoirse, name: null as unknown as string };
        await expect(users.create(nobody, keyOf(nobody))).rejects.toThrow(/null/i);
        expect(await list(lastSeed, 10)).toEqual([]);
        await create(saoirse, keyOf(saoirse));
      });

      it('stores neither the user nor the key when the key breaks a constraint', async () => {
        const key = { ...keyOf(saoirse), fingerprint: null } as unknown as IdempotencyKey;
        await expect(users.create(saoirse, key)).rejects.toThrow(/null/i);
        expect(await list(lastSeed, 10)).toEqual([]);
        await create(saoirse, keyOf(saoirse));
      });
    });

    describe('update', () => {
      const update = (id: bigint, fields: UserChange['fields']) => users.update(id, { fields, addressParts: {} });
      const updateAddress = (id: bigint, addressParts: UserChange['addressParts']) =>
        users.update(id, { fields: {}, addressParts });

      it('changes the given fields and nothing else', async () => {
        for (const fields of [
          { name: 'Síle' },
          { name: 'Síle', email: 'sile@example.com', age: 0, roles: ['x'], address: nowhere },
          { age: undefined, roles: [], address: undefined },
          {},
        ]) {
          const { id } = await create(everything);
          const after = { id, ...everything, ...fields };
          expect(await update(id, fields)).toEqual(after);
          expect(await users.get(id)).toEqual(after);
          expect(await list(id - 1n, 10)).toEqual([after]);
        }
      });

      it('changes parts of an address, and creates a missing address', async () => {
        const { id } = await create(everything);
        const moved = { ...everything.address, city: 'Corcaigh' };
        expect((await updateAddress(id, { city: 'Corcaigh' }))?.address).toEqual(moved);
        expect((await users.get(id))?.address).toEqual(moved);
        const { id: homeless } = await create({ ...everything, address: undefined });
        expect((await updateAddress(homeless, { city: '' }))?.address).toEqual(nowhere);
        expect((await users.get(homeless))?.address).toEqual(nowhere);
      });

      it('leaves other users unchanged, and returns undefined for a missing user', async () => {
        const [, second, third] = await threeIds();
        expect(await update(second, { name: 'Síle' })).toMatchObject({ id: second, name: 'Síle' });
        expect((await list(lastSeed, 10)).map(({ name }) => name)).toEqual(['user 1', 'Síle', 'user 3']);
        for (const id of [third + 1n, 2n ** 53n + 1n, 2n ** 63n - 1n]) {
          expect(await update(id, { name: 'Síle' })).toBeUndefined();
        }
        expect(await list(third, 10)).toEqual([]);
      });

      it('keeps concurrent changes of other fields', async () => {
        const { id } = await create(everything);
        for (let round = 1; round <= 10; round++) {
          await Promise.all([
            update(id, { name: `Aoife ${round}` }),
            update(id, { age: round }),
            update(id, { roles: [`${round}`] }),
            updateAddress(id, { city: `city ${round}` }),
            updateAddress(id, { zipCode: `${round}` }),
          ]);
          expect(await users.get(id)).toMatchObject({
            name: `Aoife ${round}`,
            age: round,
            roles: [`${round}`],
            address: { city: `city ${round}`, zipCode: `${round}` },
          });
        }
      });

      it('changes nothing when a value breaks a constraint', async () => {
        const { id } = await create(everything);
        await expect(update(id, { age: 1, name: null as unknown as string })).rejects.toThrow(/null/i);
        expect(await users.get(id)).toEqual({ id, ...everything });
      });
    });

    it('throws StoreUnavailableError from every method when the store is stopped', async () => {
      const stopped = await openStopped();
      await expectUnavailable({
        create: () => stopped.create(everything),
        update: () => stopped.update(1n, { fields: { name: 'Síle' }, addressParts: {} }),
        get: () => stopped.get(1n),
        listAfter: () => stopped.listAfter(0n, 10),
      });
      await stopped.close();
    });
  });
}
