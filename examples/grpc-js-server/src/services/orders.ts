import type { Actor, Chat, ChatInput, ChatMessage, Order, Orders, UploadItem } from '@example/order-service/domain';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { isAdmin } from '../calls/caller.ts';
import { bidiStream, type CallContext, clientStream, serverStream, unary } from '../calls/handlers.ts';
import { toTimestamp } from './timestamp.ts';

// The fields of the requests in the form that protos.ts configures.

interface CreateOrderRequest {
  readonly customerId: string;
  readonly items: readonly UploadItem[];
  readonly requestId: string;
}

interface GetOrderRequest {
  readonly id: string;
}

interface ListOrdersRequest {
  readonly customerId: string;
}

interface UpdateOrderStatusRequest {
  readonly id: string;
  /** A number if this program does not know the name of the value. */
  readonly status: string | number;
}

interface ChatRequest extends Omit<ChatInput, 'sequence'> {
  /** An int64. */
  readonly sequence: string;
}

/** The prefix of the enum's value names; the domain uses the names without it. */
const statusPrefix = 'ORDER_STATUS_';

/**
 * Implements order.v1.OrderService with the domain. A caller without the scope admin is the customer named by the
 * token's subject.
 */
export function orderHandlers(orders: Orders, chat: Chat): UntypedServiceImplementation {
  return {
    CreateOrder: unary(async ({ customerId, items, requestId }: CreateOrderRequest, context) =>
      toOrderMessage(await orders.create(customerId, items, requestId, actorOf(context))),
    ),
    GetOrder: unary(async ({ id }: GetOrderRequest, context) => toOrderMessage(await orders.get(id, actorOf(context)))),
    ListOrders: serverStream(async function* ({ customerId }: ListOrdersRequest, context) {
      for await (const page of orders.list(customerId, actorOf(context))) yield* page.map(toOrderMessage);
    }),
    UpdateOrderStatus: unary(async ({ id, status }: UpdateOrderStatusRequest, context) => {
      const name = `${status}`.replace(statusPrefix, '');
      return toOrderMessage(await orders.updateStatus(id, name, actorOf(context)));
    }),
    UploadLineItems: clientStream(async (items: AsyncIterable<UploadItem>, context) => {
      const idempotencyKey = `${context.metadata.get('idempotency-key')[0] ?? ''}`;
      return await orders.upload(items, idempotencyKey, actorOf(context));
    }),
    OrderChat: bidiStream(async function* (messages: AsyncIterable<ChatRequest>, context) {
      const pages = chat.join(toChatInputs(messages), context.signal, actorOf(context));
      for await (const page of pages) yield* page.map(toChatMessage);
    }),
  };
}

function actorOf({ caller }: CallContext): Actor {
  return { name: caller.subject, isAdmin: isAdmin(caller) };
}

function toOrderMessage({ status, createTime, ...order }: Order) {
  return { ...order, status: `${statusPrefix}${status}`, createTime: toTimestamp(createTime) };
}

async function* toChatInputs(messages: AsyncIterable<ChatRequest>): AsyncIterable<ChatInput> {
  for await (const message of messages) yield { ...message, sequence: BigInt(message.sequence) };
}

function toChatMessage({ createTime, ...message }: ChatMessage) {
  return { ...message, createTime: toTimestamp(createTime) };
}
