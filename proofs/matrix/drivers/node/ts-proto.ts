// The driver of the client that ts-proto generates for @grpc/grpc-js.
import type { JsonObject } from '@bufbuild/protobuf';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from '@example/kit/ts-proto/google/rpc/error_details';
import { Status } from '@example/kit/ts-proto/google/rpc/status';
import * as order from '@example/kit/ts-proto/order/v1';
import * as user from '@example/kit/ts-proto/user/v1';
import * as userV2 from '@example/kit/ts-proto/user/v2';
import type { ServiceError } from '@grpc/grpc-js';
import { channelCredentials, codeOf, collect } from './grpc-js-call.js';
import { addressOf, serveLines } from './lines.js';

/** The functions that ts-proto generates for each message. */
interface Codec {
  fromJSON(json: unknown): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each message's own type
  toJSON(message: any): unknown;
}

/** The messages of each method, which the generated services hide in functions. */
const services = {
  'user.v1.UserService': {
    client: new user.UserServiceClient(addressOf('user.v1'), channelCredentials),
    definitions: user.UserServiceService,
    messages: {
      getUser: [user.GetUserRequest, user.User],
      createUser: [user.CreateUserRequest, user.User],
      listUsers: [user.ListUsersRequest, user.ListUsersResponse],
    },
  },
  'user.v2.UserService': {
    client: new userV2.UserServiceClient(addressOf('user.v2'), channelCredentials),
    definitions: userV2.UserServiceService,
    messages: {
      getUser: [userV2.GetUserRequest, userV2.GetUserResponse],
      createUser: [userV2.CreateUserRequest, userV2.CreateUserResponse],
      listUsers: [userV2.ListUsersRequest, userV2.ListUsersResponse],
      updateUser: [userV2.UpdateUserRequest, userV2.UpdateUserResponse],
    },
  },
  'order.v1.OrderService': {
    client: new order.OrderServiceClient(addressOf('order.v1'), channelCredentials),
    definitions: order.OrderServiceService,
    messages: {
      createOrder: [order.CreateOrderRequest, order.Order],
      getOrder: [order.GetOrderRequest, order.Order],
      listOrders: [order.ListOrdersRequest, order.Order],
      updateOrderStatus: [order.UpdateOrderStatusRequest, order.Order],
      uploadLineItems: [order.LineItem, order.UploadSummary],
      orderChat: [order.ChatMessage, order.ChatMessage],
    },
  },
};

const details: Readonly<Record<string, { decode(bytes: Uint8Array): unknown } & Codec>> = {
  'google.rpc.BadRequest': BadRequest,
  'google.rpc.ErrorInfo': ErrorInfo,
  'google.rpc.PreconditionFailure': PreconditionFailure,
  'google.rpc.RetryInfo': RetryInfo,
};

await serveLines(async (call) => {
  const [service = '', rpc = ''] = call.method.split('/');
  const { client, definitions, messages } = services[service as keyof typeof services];
  const name = `${rpc[0]?.toLowerCase()}${rpc.slice(1)}`;
  const [input, output] = messages[name as keyof typeof messages] as readonly [Codec, Codec];
  const requests = call.requests.map((json) => input.fromJSON(json));
  const { responses, error } = await collect(
    client,
    name,
    definitions[name as keyof typeof definitions],
    requests,
    call,
  );
  return {
    responses: responses.map((response) => output.toJSON(response) as JsonObject),
    ...codeOf(error),
    details: detailsOf(error),
  };
});

function detailsOf(error: ServiceError | undefined): JsonObject[] {
  const [trailer] = error?.metadata?.get('grpc-status-details-bin') ?? [];
  if (!Buffer.isBuffer(trailer)) return [];
  return Status.decode(trailer).details.map(({ typeUrl, value }) => {
    const codec = details[typeUrl.slice(typeUrl.lastIndexOf('/') + 1)];
    if (codec === undefined) throw new Error(`a detail of an unknown type: ${typeUrl}`);
    const message = codec.decode(value);
    return { '@type': typeUrl, ...(codec.toJSON(message) as JsonObject), ...retryDelayOf(message) };
  });
}

/** ts-proto writes a google.protobuf.Duration as an object, but in ProtoJSON it is a string. */
function retryDelayOf(message: unknown): JsonObject {
  const { retryDelay } = message as Partial<RetryInfo>;
  return retryDelay ? { retryDelay: `${retryDelay.seconds}.${`${retryDelay.nanos}`.padStart(9, '0')}s` } : {};
}
