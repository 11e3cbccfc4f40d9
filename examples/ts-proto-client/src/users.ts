import { explainError } from './explain-error.ts';
import {
  CreateUserRequest,
  GetUserRequest,
  ListUsersRequest,
  type User,
  type UserServiceClient,
} from './gen/user/v1/user.ts';
import { unaryCall } from './unary-call.ts';

/** Unary calls, and one that fails. */
export async function callUserService(users: UserServiceClient, log: (line: string) => void): Promise<void> {
  // All fields of ts-proto's types are required; `create` adds the missing ones.
  const aoife = await unaryCall(users, users.getUser, GetUserRequest.create({ id: '1' }));
  log(`got user: ${describe(aoife)}`);

  const saoirse = CreateUserRequest.create({ name: 'Saoirse', email: 'saoirse@example.com' });
  log(`created: ${describe(await unaryCall(users, users.createUser, saoirse))}`);

  let count = 0;
  let pageToken = '';
  do {
    const page = await unaryCall(users, users.listUsers, ListUsersRequest.create({ pageToken }));
    count += page.users.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  log(`count: ${count}`);

  // 2^53 + 1, which a JavaScript number cannot represent.
  const nobody = GetUserRequest.create({ id: '9007199254740993' });
  await unaryCall(users, users.getUser, nobody).catch((error) => log(`no user: ${explainError(error)}`));
}

function describe({ id, name, email }: User): string {
  return `${id} ${name} <${email}>`;
}
