import { PassThrough } from 'node:stream';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { ChatMessage, ChatMessageSchema, OrderService } from '@example/protos/order/v1';

export interface JoinOptions {
  readonly orderId: string;
  readonly sender: string;
  /** The sequence of the last message this person has received; 0 for none. The room sends the messages after it. */
  readonly sequence: bigint;
  /** The timeout of the whole stream, in milliseconds. */
  readonly timeoutMs: number;
  /** Cancels the stream, without waiting for further messages. */
  readonly signal: AbortSignal;
}

/**
 * One person in the chat room of an order. The two directions of the stream are independent: outgoing messages go
 * through a pipe that stays open, and incoming messages are read from the response stream.
 */
export class ChatParticipant {
  readonly #outgoing = new PassThrough({ objectMode: true });
  readonly #incoming: AsyncIterator<ChatMessage>;

  constructor(orders: Client<typeof OrderService>, { timeoutMs, signal, ...first }: JoinOptions) {
    // The first message names the room, the sender, and the sequence of the last message that the sender has. A first
    // message without a text is not stored.
    this.#send(first);
    this.#incoming = orders.orderChat(this.#outgoing, { timeoutMs, signal })[Symbol.asyncIterator]();
  }

  /** Sends a message. The room sends a message back, also to its sender, once it is stored: see `hear`. */
  say(text: string): void {
    this.#send({ text });
  }

  /** The next message of the room, from any sender. @throws {ConnectError} if the stream fails */
  async hear(): Promise<ChatMessage> {
    const { done, value } = await this.#incoming.next();
    if (done === true) throw new Error('the chat has ended');
    return value;
  }

  /** Half-closes the stream. The server sends the messages stored until then, and ends the stream. */
  async leave(): Promise<void> {
    this.#outgoing.end();
    for (let next = await this.#incoming.next(); next.done !== true; ) next = await this.#incoming.next();
  }

  #send(message: MessageInitShape<typeof ChatMessageSchema>): void {
    this.#outgoing.write(message);
  }
}
