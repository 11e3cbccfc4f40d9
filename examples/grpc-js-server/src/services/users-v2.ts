import { type Address, formatUserId, type User, type UserDetails, type UsersV2 } from '@example/user-service/domain';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { unary } from '../calls/handlers.ts';
import { toTimestamp } from './timestamp.ts';

// The fields of the requests in the form that protos.ts configures: an unset message is null, an unset optional number
// is absent.

interface GetUserRequest {
  readonly id: string;
}

interface UserMessage {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly age?: number;
  readonly roles: readonly string[];
  readonly address: Address | null;
}

interface CreateUserRequest {
  readonly user: UserMessage | null;
  readonly requestId: string;
}

interface ListUsersRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

interface UpdateUserRequest {
  readonly user: UserMessage | null;
  readonly updateMask: { readonly paths: readonly string[] } | null;
}

/** Implements user.v2.UserService with the domain, on the same data as user.v1. */
export function userV2Handlers(users: UsersV2): UntypedServiceImplementation {
  return {
    GetUser: unary(async ({ id }: GetUserRequest) => ({ user: toMessage(await users.get(id)) })),
    CreateUser: unary(async ({ user, requestId }: CreateUserRequest, { caller }) => ({
      user: toMessage(await users.create(user === null ? undefined : detailsOf(user), requestId, caller.subject)),
    })),
    ListUsers: unary(async ({ pageSize, pageToken }: ListUsersRequest) => {
      const page = await users.list(pageSize, pageToken);
      return { users: page.users.map(toMessage), nextPageToken: page.nextPageToken };
    }),
    UpdateUser: unary(async ({ user, updateMask }: UpdateUserRequest) => ({
      user: toMessage(
        await users.update(user === null ? undefined : { id: user.id, ...detailsOf(user) }, updateMask?.paths ?? []),
      ),
    })),
  };
}

/** Only the fields that callers set: they are part of the fingerprint of a request. */
function detailsOf({ name, email, age, roles, address }: UserMessage): UserDetails {
  return { name, email, age, roles, address: address ?? undefined };
}

function toMessage({ id, createTime, ...user }: User) {
  return { ...user, id: formatUserId(id), createTime: createTime && toTimestamp(createTime) };
}
