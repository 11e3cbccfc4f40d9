import type { IdempotencyKey, IdempotentResult } from '@example/service-kit';
import type { ChatMessage } from './chat-message.ts';
import type { Order } from './order.ts';
import type { OrderChange } from './order-change.ts';

/** The store of orders and their chat. Every method throws StoreUnavailableError if the store cannot serve now. */
export interface OrderRepository {
  /**
   * Stores an order with a new id. The order is on disk when the promise resolves.
   *
   * @param key makes a repeated request return the order as the first one stored it
   */
  create(order: Order, key?: IdempotencyKey): Promise<IdempotentResult<Order>>;
  /**
   * Changes an existing order with `applyChange`, as a whole or not at all.
   *
   * @param key makes a repeated request return the order as it was after the first one, and change nothing
   * @throws {PreconditionError} of `applyChange`
   */
  change(id: string, change: OrderChange, key?: IdempotencyKey): Promise<IdempotentResult<Order>>;
  get(id: string): Promise<Order | undefined>;
  /**
   * Lists the orders that a customer has when the first page is read, oldest first. The size of a page is bounded, and
   * no lock or snapshot is held between pages.
   */
  listByCustomer(customerId: string): AsyncIterable<readonly Order[]>;

  /**
   * Stores a message with the next sequence of its room. The message is on disk when the promise resolves.
   *
   * @param key makes a repeated message return the sequence of the first one
   */
  appendMessage(message: Omit<ChatMessage, 'sequence'>, key?: IdempotencyKey): Promise<IdempotentResult<number>>;
  /** The sequence of a room's last message; 0 for an empty room, undefined if there is no such order. */
  lastSequence(orderId: string): Promise<number | undefined>;
  /** The first messages after `sequence`, ascending and bounded in number; empty only if there are none. */
  messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]>;

  /** Checks that the store can serve now, without waiting for pending work. @throws {StoreUnavailableError} if not */
  checkReady(): Promise<void>;
  close(): Promise<void>;
}
