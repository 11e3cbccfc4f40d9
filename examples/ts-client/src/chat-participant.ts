import { PassThrough } from 'node:stream';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { ChatMessage, ChatMessageSchema, OrderService } from '@example/protos/order/v1';

export interface JoinOptions {
  readonly orderId: string;
  readonly sender: string;
  /** The number of the last message this person has; 0 for none. The room sends what came after it. */
  readonly sequence: bigint;
  /** How long the stay in the room may take as a whole, in milliseconds. */
  readonly timeoutMs: number;
  /** Breaks the stream off when it aborts, without waiting for what is still to come. */
  readonly signal: AbortSignal;
}

/**
 * One person in the room of an order. The two directions of the stream are independent of each other: what is said goes
 * out through a pipe that stays open, while what the room says is read from the other end.
 */
export class ChatParticipant {
  readonly #outgoing = new PassThrough({ objectMode: true });
  readonly #incoming: AsyncIterator<ChatMessage>;

  constructor(orders: Client<typeof OrderService>, { timeoutMs, signal, ...first }: JoinOptions) {
    // The first message says which room, who joins, and what they have already. Without a text it does no more.
    this.#send(first);
    this.#incoming = orders.orderChat(this.#outgoing, { timeoutMs, signal })[Symbol.asyncIterator]();
  }

  /** Sends a message. It is stored once it comes back: `hear` gives it to its sender too. */
  say(text: string): void {
    this.#send({ text });
  }

  /** The next message of the room, whoever said it. @throws {ConnectError} when the stream fails */
  async hear(): Promise<ChatMessage> {
    const { done, value } = await this.#incoming.next();
    if (done === true) throw new Error('the chat has ended');
    return value;
  }

  /** Half-closes the stream: this person says no more. The server sends what is stored already and ends it. */
  async leave(): Promise<void> {
    this.#outgoing.end();
    for (let next = await this.#incoming.next(); next.done !== true; ) next = await this.#incoming.next();
  }

  #send(message: MessageInitShape<typeof ChatMessageSchema>): void {
    this.#outgoing.write(message);
  }
}
