import {
  InvalidFieldsError,
  idempotencyKey,
  PermissionDeniedError,
  ReaderTooSlowError,
  unwrapResult,
} from '@example/service-kit';
import { type Actor, maySee } from './actor.ts';
import type { ChatInput, ChatMessage } from './chat-message.ts';
import { checkFirstMessage, checkLaterMessage, checkSequence } from './chat-rules.ts';
import { errorDomain, orderNotFound } from './order-errors.ts';
import type { OrderRepository } from './order-repository.ts';
import type { RoomNotifications } from './room-notifications.ts';
import { WakeSignal } from './wake-signal.ts';

/** How many messages a reader may lag behind the room. */
const maxLag = 10_000;

/** The end of the incoming half of a stream. */
interface End {
  /**
   * The sequence of the room's last message when the incoming half ended. This is the last message that the outgoing
   * half sends.
   */
  readonly sequence: number;
  /** The reason why the incoming half was cut off; undefined if the client half-closed the stream. */
  readonly error?: unknown;
}

/**
 * The chat rooms of orders.
 *
 * A stream has two independent halves: one stores incoming messages, the other sends the messages of the store.
 */
export class Chat {
  readonly #repository: OrderRepository;
  readonly #notifications: RoomNotifications;

  constructor(repository: OrderRepository, notifications: RoomNotifications) {
    this.#repository = repository;
    this.#notifications = notifications;
  }

  /**
   * Joins the room that the first input names, and stores every input with a text. Yields pages of the messages after
   * the sequence of the first input, each once and in order. Ends when the inputs have ended, and all messages stored
   * until then were yielded.
   *
   * @param signal aborts immediately and throws its reason
   * @param actor a customer must send under their own name: the sender of the first input is that name or empty
   * @throws {InvalidFieldsError} for an invalid input, after all messages stored before it were yielded
   * @throws {NotFoundError} ORDER_NOT_FOUND
   * @throws {PermissionDeniedError} for another sender
   * @throws {ReaderTooSlowError} if the caller lags too far behind the room
   */
  async *join(
    inputs: AsyncIterable<ChatInput>,
    signal: AbortSignal,
    actor: Actor,
  ): AsyncIterable<readonly ChatMessage[]> {
    const incoming = inputs[Symbol.asyncIterator]();
    const first = asSender(await firstOf(incoming), actor);
    const lastWhenJoined = await this.#checkRoom(first, actor);

    const wakeSignal = new WakeSignal();
    const unsubscribe = this.#notifications.subscribe(first.orderId, wakeSignal.wake);
    signal.addEventListener('abort', wakeSignal.wake);
    let end: End | undefined;
    this.#storeAll(first, incoming, signal, actor).then((ended) => {
      end = ended;
      wakeSignal.wake();
    });

    try {
      let sent = Number(first.sequence);
      while (end === undefined || sent < end.sequence) {
        signal.throwIfAborted();
        const messages = await this.#repository.messagesAfter(first.orderId, sent);
        // A reader that takes no messages waits here until its connection reaches the maximum age. This delays no other
        // reader, and its memory is limited to this one page: new messages stay in the store.
        yield messages;
        sent = messages.at(-1)?.sequence ?? sent;
        if (messages.length === 0) await wakeSignal.wait(this.#notifications.pollIntervalMs);
        if (messages.length > 1) await this.#checkLag(first.orderId, Math.max(sent, lastWhenJoined), sent);
      }
      if (end.error !== undefined) throw end.error;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', wakeSignal.wake);
    }
  }

  /** Messages from before the reader joined do not count: reading them may take any time. */
  async #checkLag(orderId: string, from: number, sent: number): Promise<void> {
    const last = (await this.#repository.lastSequence(orderId)) ?? 0;
    if (last - from <= maxLag) return;
    throw new ReaderTooSlowError(`you are more than ${maxLag} messages behind: join again with the sequence ${sent}`);
  }

  /** @returns the sequence of the room's last message */
  async #checkRoom(first: ChatInput, actor: Actor): Promise<number> {
    checkFirstMessage(first);
    const order = await this.#repository.get(first.orderId);
    const last = await this.#repository.lastSequence(first.orderId);
    if (order === undefined || last === undefined || !maySee(actor, order)) throw orderNotFound(first.orderId);
    checkSequence(first.sequence, last);
    return last;
  }

  /** Never rejects: errors are part of the result. Stores nothing more after `signal` has been aborted. */
  async #storeAll(
    first: ChatInput,
    incoming: AsyncIterator<ChatInput>,
    signal: AbortSignal,
    actor: Actor,
  ): Promise<End> {
    let error: unknown;
    try {
      if (first.text !== '') await this.#store(first, first, actor);
      for (let next = await incoming.next(); next.done !== true; next = await incoming.next()) {
        signal.throwIfAborted();
        checkLaterMessage(next.value, first);
        await this.#store(first, next.value, actor);
      }
    } catch (reason) {
      error = reason;
    }
    try {
      return { sequence: (await this.#repository.lastSequence(first.orderId)) ?? 0, error };
    } catch (reason) {
      return { sequence: 0, error: error ?? reason };
    }
  }

  async #store({ orderId, sender }: ChatInput, { text, messageId }: ChatInput, actor: Actor): Promise<void> {
    const message = { orderId, sender, text, messageId, createTime: new Date() };
    const key = idempotencyKey(['OrderChat', orderId, actor.name], messageId, [sender, text]);
    unwrapResult(await this.#repository.appendMessage(message, key), messageId, errorDomain);
    this.#notifications.notify(orderId);
  }
}

function asSender(first: ChatInput, { name, isAdmin }: Actor): ChatInput {
  if (isAdmin || first.sender === name) return first;
  if (first.sender === '') return { ...first, sender: name };
  throw new PermissionDeniedError('sender must be your own name or empty');
}

async function firstOf(incoming: AsyncIterator<ChatInput>): Promise<ChatInput> {
  const { done, value } = await incoming.next();
  if (done !== true) return value;
  throw new InvalidFieldsError([
    { field: 'order_id', description: 'must be set: the stream ended without a first message' },
  ]);
}
