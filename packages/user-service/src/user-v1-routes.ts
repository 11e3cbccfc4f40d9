import type { ConnectRouter } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';
import { callOf, type MethodScopes } from '@example/rpc-server';
import { maxPageBytes } from './domain/shared-rules.ts';
import type { User } from './domain/user.ts';
import type { UsersV1 } from './domain/users-v1.ts';

/** The scope that each method requires. */
export const userV1Scopes: MethodScopes = {
  'user.v1.UserService.GetUser': 'users.read',
  'user.v1.UserService.ListUsers': 'users.read',
  'user.v1.UserService.CreateUser': 'users.write',
};

/** Implements user.v1.UserService with the domain. */
export function userV1Routes(users: UsersV1): (router: ConnectRouter) => void {
  return (router) =>
    router.service(UserService, {
      getUser: async ({ id }) => toMessage(await users.get(BigInt(id))),
      createUser: async ({ name, email, requestId }, context) =>
        toMessage(await users.create({ name, email }, requestId, callOf(context).caller.subject ?? '')),
      listUsers: async ({ pageSize, pageToken }, context) => {
        await callOf(context).turnToRead(maxPageBytes(pageSize));
        const page = await users.list(pageSize, pageToken);
        return { users: page.users.map(toMessage), nextPageToken: page.nextPageToken };
      },
    });
}

function toMessage({ id, name, email }: User) {
  return { id: `${id}`, name, email };
}
