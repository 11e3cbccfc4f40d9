import { InvalidFieldsError, idempotencyKey, PermissionDeniedError, ReaderTooSlowError } from '@example/service-kit';
import { type Actor, maySee } from './actor.ts';
import { Bell } from './bell.ts';
import type { ChatInput, ChatMessage } from './chat-message.ts';
import { checkFirstMessage, checkLaterMessage, checkSequence } from './chat-rules.ts';
import type { OrderRepository } from './order-repository.ts';
import { answerOf, orderNotFound } from './orders.ts';
import type { RoomWakeups } from './room-wakeups.ts';

/** How many messages somebody may be behind those who are in the room. */
const maxLag = 10_000;

/** How the incoming half of a stream ended. */
interface End {
  /** The last message of the room at that moment: the outgoing half sends up to here. */
  readonly sequence: number;
  /** Why the incoming half was cut off; undefined when the person left. */
  readonly error?: unknown;
}

/**
 * The rooms in which people talk about orders.
 *
 * A stream has two halves that know nothing of each other: one stores what comes in, the other sends what the store has.
 */
export class Chat {
  readonly #repository: OrderRepository;
  readonly #wakeups: RoomWakeups;

  constructor(repository: OrderRepository, wakeups: RoomWakeups) {
    this.#repository = repository;
    this.#wakeups = wakeups;
  }

  /**
   * Joins the room that the first input names, stores what has a text, and yields what the room has after the first
   * input's sequence, in order and each once, until the inputs end and all that was stored before has been yielded.
   *
   * @param signal ends it at once; its reason is thrown
   * @throws {InvalidFieldsError} for an input that breaks the rules, after all that was stored before it has been yielded
   * @param actor a customer sends under their own name: as sender the first input has that or nothing
   * @throws {NotFoundError} ORDER_NOT_FOUND
   * @throws {PermissionDeniedError} for a sender that is somebody else
   * @throws {ReaderTooSlowError} when the room has gone on too far since the caller took a message
   */
  async *join(inputs: AsyncIterable<ChatInput>, signal: AbortSignal, actor: Actor): AsyncIterable<ChatMessage> {
    const incoming = inputs[Symbol.asyncIterator]();
    const first = asSender(await firstOf(incoming), actor);
    const lastWhenJoined = await this.#checkRoom(first, actor);

    const bell = new Bell();
    const unsubscribe = this.#wakeups.subscribe(first.orderId, bell.ring);
    signal.addEventListener('abort', bell.ring);
    let end: End | undefined;
    this.#storeAll(first, incoming, signal, actor).then((ended) => {
      end = ended;
      bell.ring();
    });

    try {
      let sent = Number(first.sequence);
      while (end === undefined || sent < end.sequence) {
        signal.throwIfAborted();
        const messages = await this.#repository.messagesAfter(first.orderId, sent);
        // Who takes nothing at all stays here, and is not cut off before the age of their connection does it. That holds up
        // nobody and grows no more: it is this one page, as the room goes on in the store.
        yield* messages;
        sent = messages.at(-1)?.sequence ?? sent;
        if (messages.length === 0) await bell.wait(this.#wakeups.reliableMs);
        if (messages.length > 1) await this.#checkLag(first.orderId, Math.max(sent, lastWhenJoined), sent);
      }
      if (end.error !== undefined) throw end.error;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', bell.ring);
    }
  }

  /** What was said before somebody joined does not count: they may take their time to read that. */
  async #checkLag(orderId: string, from: number, sent: number): Promise<void> {
    const last = (await this.#repository.lastSequence(orderId)) ?? 0;
    if (last - from <= maxLag) return;
    throw new ReaderTooSlowError(`you are more than ${maxLag} messages behind: join again with the sequence ${sent}`);
  }

  /** @returns the number of the room's last message */
  async #checkRoom(first: ChatInput, actor: Actor): Promise<number> {
    checkFirstMessage(first);
    const order = await this.#repository.get(first.orderId);
    const last = await this.#repository.lastSequence(first.orderId);
    if (order === undefined || last === undefined || !maySee(actor, order)) throw orderNotFound(first.orderId);
    checkSequence(first.sequence, last);
    return last;
  }

  /** Never rejects: what goes wrong is part of the end. Stores nothing more once the stream has ended. */
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
    answerOf(await this.#repository.appendMessage(message, key), messageId);
    this.#wakeups.wake(orderId);
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
    { field: 'order_id', description: 'must be set in the first message, and there was none' },
  ]);
}
