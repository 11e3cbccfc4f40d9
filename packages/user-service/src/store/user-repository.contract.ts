import { type RequestKey, requestKey, StoreUnavailableError, withTimeLeft } from '@example/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewUser, User } from '../domain/user.ts';
import type { UserRepository } from '../domain/user-repository.ts';

/**
 * What every UserRepository must do.
 *
 * @param open gives one on a fresh store
 * @param openGone gives one whose store has gone since
 */
export function userRepositoryContract(
  name: string,
  open: () => Promise<UserRepository>,
  openGone: () => Promise<UserRepository>,
): void {
  describe(`UserRepository on ${name}`, () => {
    let users: UserRepository;
    beforeEach(async () => {
      users = await open();
    });
    afterEach(() => users.close());

    async function create(user: NewUser, key?: RequestKey): Promise<User> {
      const result = await users.create(user, key);
      if ('isReused' in result) throw new Error('the key is reused');
      return result.value;
    }

    it('holds the seed users', async () => {
      expect(await users.listAfter(0n, 10)).toEqual([
        { id: 1n, name: 'Aoife', email: 'aoife@example.com' },
        { id: 2n, name: 'Cillian', email: 'cillian@example.com' },
        { id: 3n, name: 'Niamh', email: 'niamh@example.com' },
      ]);
    });

    it('gives ids from 4 on and returns what it stored', async () => {
      const stored = await create({ name: 'Saoirse', email: 's@example.com' });
      expect(stored).toEqual({ id: 4n, name: 'Saoirse', email: 's@example.com' });
      expect(await users.get(4n)).toEqual(stored);
    });

    it('takes the same e-mail address twice', async () => {
      await create({ name: 'a', email: 'aoife@example.com' });
      expect(await users.listAfter(3n, 10)).toHaveLength(1);
    });

    it('keeps every character as it is', async () => {
      const name = ` 😀e\u0301é\u200b'"\\;-- `;
      const { id } = await create({ name, email: 'a@example.com' });
      expect((await users.get(id))?.name).toBe(name);
    });

    it.each([0n, 4n, 2n ** 53n + 1n, 2n ** 63n - 1n])('has no user %s', async (id) => {
      expect(await users.get(id)).toBeUndefined();
    });

    it('lists from an id on, up to a limit', async () => {
      expect((await users.listAfter(1n, 1)).map(({ id }) => id)).toEqual([2n]);
      expect((await users.listAfter(1n, 2)).map(({ id }) => id)).toEqual([2n, 3n]);
      expect(await users.listAfter(3n, 2)).toEqual([]);
      expect(await users.listAfter(2n ** 63n - 1n, 2)).toEqual([]);
    });

    it('lists by the number that an id is', async () => {
      for (let i = 4; i <= 12; i++) await create({ name: `user ${i}`, email: 'a@example.com' });
      expect((await users.listAfter(8n, 10)).map(({ id }) => id)).toEqual([9n, 10n, 11n, 12n]);
      expect((await users.listAfter(0n, 12)).map(({ id }) => id)).toEqual(
        Array.from({ length: 12 }, (_, i) => BigInt(i + 1)),
      );
    });

    it('gives concurrent users ids of their own', async () => {
      const names = Array.from({ length: 50 }, (_, i) => `user ${i}`);
      const stored = await Promise.all(names.map((name) => create({ name, email: 'a@example.com' })));
      expect(new Set(stored.map(({ id }) => id)).size).toBe(50);
      expect((await users.listAfter(3n, 100)).map(({ name }) => name).sort()).toEqual(names.sort());
    });

    describe('with a key', () => {
      const saoirse = { name: 'Saoirse', email: 's@example.com' };
      const keyOf = (request: unknown) =>
        requestKey(['CreateUser', ''], '01936a2f-7c3e-7b1a-9f00-aabbccddeeff', request);

      it('stores a user once, and gives the same again', async () => {
        const first = await create(saoirse, keyOf(saoirse));
        await create(saoirse);
        expect(await create(saoirse, keyOf(saoirse))).toEqual(first);
        expect(await users.listAfter(3n, 10)).toHaveLength(2);
      });

      it('stores a user once when it is asked a hundred times at once', async () => {
        const all = await Promise.all(Array.from({ length: 100 }, () => create(saoirse, keyOf(saoirse))));
        expect(new Set(all.map(({ id }) => id)).size).toBe(1);
        expect(await users.listAfter(3n, 10)).toHaveLength(1);
      });

      it('refuses another request, and stores nothing', async () => {
        await create(saoirse, keyOf(saoirse));
        expect(await users.create({ ...saoirse, name: 'Niamh' }, keyOf('another'))).toEqual({ isReused: true });
        expect(await users.listAfter(3n, 10)).toHaveLength(1);
      });

      it('stores neither the user nor the key when the user breaks a constraint', async () => {
        const nobody = { ...saoirse, name: null as unknown as string };
        await expect(users.create(nobody, keyOf(nobody))).rejects.toThrow(/null/i);
        expect(await users.listAfter(3n, 10)).toEqual([]);
        await create(saoirse, keyOf(saoirse));
      });

      it('stores neither the user nor the key when the key breaks a constraint', async () => {
        const key = { ...keyOf(saoirse), fingerprint: null } as unknown as RequestKey;
        await expect(users.create(saoirse, key)).rejects.toThrow(/null/i);
        expect(await users.listAfter(3n, 10)).toEqual([]);
        await create(saoirse, keyOf(saoirse));
      });
    });

    it('is unavailable, whatever it is asked, when the store has gone', async () => {
      const gone = await openGone();
      const uses: Record<string, () => Promise<unknown>> = {
        create: () => gone.create({ name: 'Saoirse', email: 's@example.com' }),
        get: () => gone.get(1n),
        listAfter: () => gone.listAfter(0n, 10),
      };
      for (const [method, use] of Object.entries(uses)) {
        await expect(
          withTimeLeft(() => 100, use),
          method,
        ).rejects.toThrow(StoreUnavailableError);
      }
      await gone.close();
    });
  });
}
