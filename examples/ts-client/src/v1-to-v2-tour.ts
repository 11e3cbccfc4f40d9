import type { User } from '@example/protos/user/v2';
import type { Clients } from './clients.ts';

/**
 * From user.v1 to user.v2. Both are served side by side on the same users, so that a program can migrate call by call:
 *
 * - The user 4 of v1 is usr-4 in v2.
 * - Responses of v2 have the user in a field, and so has the request of CreateUser.
 * - Users of v2 have more fields, and UpdateUser changes them.
 * - Both versions accept each other's page tokens, but not request ids: retry a CreateUser of v1 with v1.
 */
export async function v1ToV2Tour({ users, usersV2 }: Clients, log: (line: string) => void): Promise<void> {
  const saoirse = { name: 'Saoirse', email: 'saoirse@example.com' };
  const old = await users.createUser(saoirse, { timeoutMs: 5_000 });
  log(`CreateUser by v1: ${old.id} ${old.name}`);

  const id = `usr-${old.id}`;
  const { user: same } = await usersV2.getUser({ id }, { timeoutMs: 5_000 });
  log(`GetUser by v2: ${describe(same)}`);

  // Without a mask, the fields that are set change. An age of 0 counts as set: v2 distinguishes 0 from unset.
  const known = { id, age: 0, roles: ['reader'], address: { city: 'Gaillimh', country: 'Éire' } };
  const { user: changed } = await usersV2.updateUser({ user: known }, { timeoutMs: 5_000 });
  log(`UpdateUser without a mask: ${describe(changed)}`);

  // Fields in the mask that are not set are cleared; fields outside of the mask keep their values. Paths use proto
  // names.
  const moved = { id, address: { city: 'Corcaigh' } };
  const updateMask = { paths: ['age', 'address.city'] };
  const { user: cleared } = await usersV2.updateUser({ user: moved, updateMask }, { timeoutMs: 5_000 });
  log(`UpdateUser of ${updateMask.paths.join(' and ')}: ${describe(cleared)}`);

  const { user: created } = await usersV2.createUser({ user: { ...saoirse, age: 30 } }, { timeoutMs: 5_000 });
  log(`CreateUser by v2: ${describe(created)}`);
  const seen = await users.getUser({ id: `${created?.id.replace('usr-', '')}` }, { timeoutMs: 5_000 });
  log(`GetUser by v1: ${seen.id} ${seen.name}`);

  const { nextPageToken: pageToken } = await users.listUsers({ pageSize: 1 }, { timeoutMs: 5_000 });
  const page = await usersV2.listUsers({ pageSize: 1, pageToken }, { timeoutMs: 5_000 });
  log(`ListUsers by v2, from the page_token of v1 on: ${page.users.map(describe).join(', ')}`);
}

function describe(user: User | undefined): string {
  if (user === undefined) return 'nobody';
  const { id, name, age, roles, address } = user;
  const known = [age !== undefined && `aged ${age}`, ...roles, address && `${address.city}, ${address.country}`];
  return [`${id} ${name}`, ...known.filter(Boolean)].join('; ');
}
