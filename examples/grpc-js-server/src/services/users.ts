import type { User, UsersV1 } from '@example/user-service/domain';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { unary } from '../calls/handlers.ts';

// Types of messages in the form that protos.ts configures, because proto-loader has no types for them.

interface GetUserRequest {
  readonly id: string;
}

interface CreateUserRequest {
  readonly name: string;
  readonly email: string;
  readonly requestId: string;
}

interface ListUsersRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Implements user.v1.UserService with the domain. */
export function userHandlers(users: UsersV1): UntypedServiceImplementation {
  return {
    GetUser: unary(async ({ id }: GetUserRequest) => toMessage(await users.get(BigInt(id)))),
    CreateUser: unary(async ({ name, email, requestId }: CreateUserRequest, { caller }) =>
      toMessage(await users.create({ name, email }, requestId, caller.subject)),
    ),
    ListUsers: unary(async ({ pageSize, pageToken }: ListUsersRequest) => {
      const page = await users.list(pageSize, pageToken);
      return { users: page.users.map(toMessage), nextPageToken: page.nextPageToken };
    }),
  };
}

function toMessage({ id, name, email }: User) {
  return { id: `${id}`, name, email };
}
