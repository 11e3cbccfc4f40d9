import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';

export interface Clients {
  readonly users: Client<typeof UserService>;
  readonly usersV2: Client<typeof UserServiceV2>;
  readonly orders: Client<typeof OrderService>;
}

/** The URLs of the services: `http:` is plain text and `https:` is TLS. */
export interface Addresses {
  readonly users: string;
  readonly orders: string;
}

/**
 * A transport owns the HTTP/2 connection to one server, which all calls share: create it once, not for every call. It
 * connects on the first call, reconnects after the connection was lost, and keeps the process alive only while a call
 * is open.
 */
export function createClients(addresses: Addresses): Clients {
  const toUsers = createGrpcTransport({ baseUrl: addresses.users });
  return {
    users: createClient(UserService, toUsers),
    usersV2: createClient(UserServiceV2, toUsers),
    orders: createClient(OrderService, createGrpcTransport({ baseUrl: addresses.orders })),
  };
}
