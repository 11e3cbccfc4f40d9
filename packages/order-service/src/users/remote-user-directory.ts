import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v2';
import { type ClientTransport, createTransport } from '@example/rpc-client';
import { PermissionDeniedError } from '@example/service-kit';
import type { UserDirectory } from '../domain/user-directory.ts';

export interface UsersConfig {
  /** The target of UserService, such as `dns:///users:9000`. */
  readonly target: string;
  /** The path of the CA certificates of UserService; undefined without TLS. With TLS, the caller's token is passed. */
  readonly ca: string | undefined;
}

/** The users of UserService. */
export class RemoteUserDirectory implements UserDirectory {
  readonly #transport: ClientTransport;
  readonly #users: Client<typeof UserService>;

  constructor({ target, ca }: UsersConfig) {
    this.#transport = createTransport({ target, ...(ca !== undefined && { tls: { ca }, passToken: true }) });
    this.#users = createClient(UserService, this.#transport);
  }

  async has(id: string): Promise<boolean> {
    try {
      await this.#users.getUser({ id });
      return true;
    } catch (error) {
      switch (ConnectError.from(error).code) {
        case Code.NotFound:
        // The number in the id is larger than the ids of users can be.
        case Code.InvalidArgument:
          return false;
        case Code.PermissionDenied:
          throw new PermissionDeniedError('an order for a user needs a token with the scope users.read as well');
        default:
          throw error;
      }
    }
  }

  close(): void {
    this.#transport.close();
  }
}
