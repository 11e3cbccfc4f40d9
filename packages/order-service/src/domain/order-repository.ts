import type { ChatMessage } from './chat-message.ts';
import type { Order } from './order.ts';

/** Where orders and their chat are kept. Every method throws StoreUnavailableError when the store cannot serve now. */
export interface OrderRepository {
  /** Stores an order whose id is new. When it resolves, the order is on disk. */
  create(order: Order): Promise<void>;
  get(id: string): Promise<Order | undefined>;
  /**
   * The orders of a customer in the order the store took them, as they are when the first page is asked for. Pages are
   * bounded in size, and nothing in the store is held between two of them.
   */
  listByCustomer(customerId: string): AsyncIterable<readonly Order[]>;

  /** Gives a message the next number of its room and stores it. When it resolves, the message is on disk. */
  appendMessage(message: Omit<ChatMessage, 'sequence'>): Promise<ChatMessage>;
  /** The number of the last message of a room, 0 when nothing was said in it; undefined when there is no such order. */
  lastSequence(orderId: string): Promise<number | undefined>;
  /** The first messages of a room with a number greater than `sequence`, ascending; empty only when there are none. */
  messagesAfter(orderId: string, sequence: number): Promise<ChatMessage[]>;

  close(): Promise<void>;
}
