import * as v1 from './gen/user/v1/user.ts';
import * as v2 from './gen/user/v2/user.ts';
import { unaryCall } from './unary-call.ts';

/** From user.v1 to user.v2, which are served side by side on the same users: a program can migrate call by call. */
export async function moveToV2(
  users: v1.UserServiceClient,
  usersV2: v2.UserServiceClient,
  log: (line: string) => void,
): Promise<void> {
  const saoirse = v1.CreateUserRequest.create({ name: 'Saoirse', email: 'saoirse@example.com' });
  const old = await unaryCall(users, users.createUser, saoirse);

  // The user 4 of v1 is usr-4 in v2, whose responses have the user in a field.
  const id = `usr-${old.id}`;
  const { user } = await unaryCall(usersV2, usersV2.getUser, v2.GetUserRequest.create({ id }));
  log(`${old.id} of v1 in v2: ${describe(user)}`);

  // Without a mask, the fields that are set change. An age of 0 counts as set: v2 distinguishes 0 from unset.
  const known = v2.UpdateUserRequest.create({ user: { id, age: 0, address: { city: 'Gaillimh', country: 'Éire' } } });
  log(`changed: ${describe((await unaryCall(usersV2, usersV2.updateUser, known)).user)}`);

  // Fields in the mask that are not set are cleared; fields outside of the mask keep their values. ts-proto represents
  // a mask as a list of paths with proto names.
  const moved = { user: { id, address: { city: 'Corcaigh' } }, updateMask: ['age', 'address.city'] };
  const response = await unaryCall(usersV2, usersV2.updateUser, v2.UpdateUserRequest.create(moved));
  log(`changed: ${describe(response.user)}`);
}

function describe(user: v2.User | undefined): string {
  const { id, name, age, address } = user ?? v2.User.create();
  const known = [age !== undefined && `aged ${age}`, address && `${address.city}, ${address.country}`];
  return [`${id} ${name}`, ...known.filter(Boolean)].join('; ');
}
