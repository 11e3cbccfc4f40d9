import * as v1 from './gen/user/v1/user.ts';
import * as v2 from './gen/user/v2/user.ts';
import { unaryCall } from './unary-call.ts';

/** From user.v1 to user.v2, which are served side by side on the same users: a program moves one call at a time. */
export async function moveToV2(
  users: v1.UserServiceClient,
  usersV2: v2.UserServiceClient,
  log: (line: string) => void,
): Promise<void> {
  const saoirse = v1.CreateUserRequest.create({ name: 'Saoirse', email: 'saoirse@example.com' });
  const old = await unaryCall(users, users.createUser, saoirse);

  // The user 4 of v1 is usr-4 in v2, whose responses hold the user in a field.
  const id = `usr-${old.id}`;
  const { user } = await unaryCall(usersV2, usersV2.getUser, v2.GetUserRequest.create({ id }));
  log(`${old.id} of v1 in v2: ${describe(user)}`);

  // Without a mask, what is set is changed. An age of 0 is set: in v2 no age is another thing than the age of 0.
  const known = v2.UpdateUserRequest.create({ user: { id, age: 0, address: { city: 'Gaillimh', country: 'Éire' } } });
  log(`changed: ${describe((await unaryCall(usersV2, usersV2.updateUser, known)).user)}`);

  // What the mask names and the user does not have is cleared; what it does not name stays. ts-proto has a mask as the list of
  // its paths, which are those of the .proto.
  const moved = { user: { id, address: { city: 'Corcaigh' } }, updateMask: ['age', 'address.city'] };
  const answer = await unaryCall(usersV2, usersV2.updateUser, v2.UpdateUserRequest.create(moved));
  log(`changed: ${describe(answer.user)}`);
}

function describe(user: v2.User | undefined): string {
  const { id, name, age, address } = user ?? v2.User.create();
  const known = [age !== undefined && `aged ${age}`, address && `${address.city}, ${address.country}`];
  return [`${id} ${name}`, ...known.filter(Boolean)].join('; ');
}
