import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type { ChatMessage } from './chat-message.ts';
import type { Order } from './order.ts';
import type { OrderChange } from './order-changes.ts';

/** Where orders and their chat are kept. Every method throws StoreUnavailableError when the store cannot serve now. */
export interface OrderRepository {
  /**
   * Stores an order whose id is new. When it resolves, the order is on disk.
   *
   * @param key makes the repetition of a request give the order as it was when the first one stored it
   */
  create(order: Order, key?: IdempotencyKey): Promise<IdempotentResult<Order>>;
  /**
   * Changes an order that is there, and nothing at all when that cannot be done.
   *
   * @param key makes the repetition of a request give the order as it was after the first one, and change nothing
   * @throws {PreconditionError} that `changed` throws
   */
  change(id: string, change: OrderChange, key?: IdempotencyKey): Promise<IdempotentResult<Order>>;
  get(id: string): Promise<Order | undefined>;
  /**
   * The orders of a customer in the order the store took them, as they are when the first page is asked for. Pages are
   * bounded in size, and nothing in the store is held between two of them.
   */
  listByCustomer(customerId: string): AsyncIterable<readonly Order[]>;

  /**
   * Gives a message the next number of its room and stores it. When it resolves, the message is on disk.
   *
   * @param key makes the repetition of a message give the number of the first one
   */
  appendMessage(message: Omit<ChatMessage, 'sequence'>, key?: IdempotencyKey): Promise<IdempotentResult<number>>;
  /** The number of the last message of a room, 0 when nothing was said in it; undefined when there is no such order. */
  lastSequence(orderId: string): Promise<number | undefined>;
  /** The first messages of a room with a number greater than `sequence`, ascending; empty only when there are none. */
  messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]>;

  close(): Promise<void>;
}
