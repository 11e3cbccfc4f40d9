import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter } from '@connectrpc/connect';
import { type User as UserMessage, UserService } from '@example/protos/user/v2';
import { callOf, type MethodScopes } from '@example/rpc-server';
import { maxPageBytes } from './domain/shared-rules.ts';
import type { Address, User, UserDetails } from './domain/user.ts';
import { formatUserId } from './domain/user-id.ts';
import type { UsersV2 } from './domain/users-v2.ts';

/** The scope that each method requires. */
export const userV2Scopes: MethodScopes = {
  'user.v2.UserService.GetUser': 'users.read',
  'user.v2.UserService.ListUsers': 'users.read',
  'user.v2.UserService.CreateUser': 'users.write',
  'user.v2.UserService.UpdateUser': 'users.write',
};

/** Implements user.v2.UserService with the domain. */
export function userV2Routes(users: UsersV2): (router: ConnectRouter) => void {
  return (router) =>
    router.service(UserService, {
      getUser: async ({ id }) => ({ user: toMessage(await users.get(id)) }),
      createUser: async ({ user, requestId }, context) => ({
        user: toMessage(await users.create(user && detailsOf(user), requestId, callOf(context).caller.subject ?? '')),
      }),
      listUsers: async ({ pageSize, pageToken }, context) => {
        await callOf(context).turnToRead(maxPageBytes(pageSize));
        const page = await users.list(pageSize, pageToken);
        return { users: page.users.map(toMessage), nextPageToken: page.nextPageToken };
      },
      updateUser: async ({ user, updateMask }) => ({
        user: toMessage(await users.update(user && { id: user.id, ...detailsOf(user) }, updateMask?.paths ?? [])),
      }),
    });
}

/** Only the fields that callers set: they are part of the fingerprint of a request. */
function detailsOf({ name, email, age, roles, address }: UserMessage): UserDetails {
  return { name, email, age, roles, address: address && addressOf(address) };
}

function addressOf({ street, city, country, zipCode }: Address): Address {
  return { street, city, country, zipCode };
}

function toMessage({ id, name, email, age, roles, address, createTime }: User) {
  return {
    id: formatUserId(id),
    name,
    email,
    ...(age !== undefined && { age }),
    roles: [...roles],
    ...(address !== undefined && { address }),
    ...(createTime !== undefined && { createTime: timestampFromDate(createTime) }),
  };
}
