import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DescService } from '@bufbuild/protobuf';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import type { ServiceDefinition } from '@grpc/grpc-js';
import {
  type ServiceDefinition as LoadedService,
  loadSync,
  type MessageTypeDefinition,
  type Options,
} from '@grpc/proto-loader';
import { tolerant } from './calls/unreadable.ts';

const ours = fileURLToPath(new URL('../../../proto', import.meta.url));
const googleApis = dirname(createRequire(import.meta.url).resolve('google-proto-files/package.json'));

/** The form of messages in this program. */
const shape: Options = {
  keepCase: false, // page_token is pageToken here
  longs: String, // int64 as a string: a JavaScript number is exact only up to 2^53
  enums: String, // enum values by name; unknown values stay numbers
  defaults: true, // sets fields that were not sent: '', 0, [], and null for a message
  oneofs: true, // adds a property for each oneof, which contains the name of the field that is set
};

const services = loadSync(['user/v1/user.proto', 'user/v2/user.proto', 'order/v1/order.proto'], {
  ...shape,
  includeDirs: [ours],
});

export const userService = serviceOf(UserService);
export const userServiceV2 = serviceOf(UserServiceV2);
export const orderService = serviceOf(OrderService);

const errors = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], {
  ...shape,
  includeDirs: [googleApis],
});

/**
 * The message in the trailer grpc-status-details-bin. Its details are objects with the name of their type as `@type`.
 */
export const statusMessage = errors['google.rpc.Status'] as MessageTypeDefinition<StatusMessage, StatusMessage>;

export interface StatusMessage {
  readonly code: number;
  readonly message: string;
  readonly details: readonly ({ readonly '@type': string } & Record<string, unknown>)[];
}

function serviceOf(service: DescService): ServiceDefinition {
  return tolerant(services[service.typeName] as LoadedService, service);
}
