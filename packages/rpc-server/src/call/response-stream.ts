import type { Response } from './codec.ts';
import { encodeMessage, type MessageCoding } from './message-coding.ts';
import type { StreamResponse } from './response.ts';

/** The part of a call that a stream of responses uses. */
export interface StreamingCall extends MessageCoding {
  /** True once the outcome of the call is decided. */
  readonly isOver: boolean;
  /** Ends the call with an error. */
  fail(error: unknown): void;
}

/**
 * Sends the messages of a streaming handler. The next message is requested from the handler only when the client has
 * room for it (backpressure).
 */
export class ResponseStream {
  readonly #call: StreamingCall;
  readonly #response: StreamResponse;
  #messages: AsyncIterator<Response> | undefined;
  #onDrain: (() => void) | undefined;

  constructor(call: StreamingCall, response: StreamResponse) {
    this.#call = call;
    this.#response = response;
  }

  /** Sends the messages, and then ends the response. An error in between ends the call. */
  async send(handle: () => AsyncIterable<Response>): Promise<void> {
    try {
      const messages = handle()[Symbol.asyncIterator]();
      this.#messages = messages;
      while (true) {
        const next = await messages.next();
        if (this.#call.isOver) return;
        if (next.done === true) break;
        const encoded = encodeMessage(this.#call, next.value);
        const message = encoded instanceof Promise ? await encoded : encoded;
        // The call may have ended while the message was being compressed.
        if (this.#call.isOver) return;
        const { length } = message.bytes;
        this.#call.hold(length);
        const hasRoom = this.#response.send(message);
        if (!hasRoom) await this.#drained();
        if (this.#call.isOver) return;
        this.#call.release(length);
      }
      this.#messages = undefined;
      this.#response.end();
    } catch (error) {
      this.#call.fail(error);
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = resolve;
    });
  }

  /** The client has room for messages again. */
  onDrain(): void {
    this.#onDrain?.();
  }

  /** The call has ended: runs the `finally` blocks of a handler that is waiting between two messages. */
  async stop(): Promise<void> {
    this.#onDrain?.();
    try {
      await this.#messages?.return?.();
    } catch {
      // The error is ignored, because the outcome of the call is decided.
    }
  }
}
