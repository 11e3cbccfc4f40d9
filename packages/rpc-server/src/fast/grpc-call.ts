import type { ConnectError } from '@connectrpc/connect';
import { type HeaderList, headerList, type Stream, sharedHeaderList } from '@example/http2';
import { compressions } from '../calls/connect-handlers.ts';
import { Call, type CallServer } from './call.ts';
import type { CallHead } from './call-head.ts';
import { CallMessages, type Message, prefixOf } from './call-messages.ts';
import { statusTrailer } from './grpc-status.ts';
import { isPromise } from './is-promise.ts';
import { toFields } from './metadata.ts';
import type { Answer, Method } from './method.ts';

const okTrailers = sharedHeaderList([['grpc-status', '0']]);
/** Response headers that say nothing more, by codec and compression. */
const plainHeaders = { proto: plainHeadersOf('proto'), json: plainHeadersOf('json') };
/** Names that handlers do not send. */
const ownHeaders = new Set(['content-type', 'grpc-encoding', 'x-request-id']);
const ownTrailers = new Set(['grpc-status', 'grpc-message', 'grpc-status-details-bin']);

/** The response of a gRPC call (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), whatever comes in. */
export abstract class GrpcCall extends Call {
  readonly protocolName = 'grpc';
  declare readonly stream: Stream;
  protected readonly messages: CallMessages;
  #hasSentHeaders = false;
  #answers: AsyncIterator<Answer> | undefined;
  #onDrain: (() => void) | undefined;

  constructor(server: CallServer, stream: Stream, method: Method, peer: string, head: CallHead) {
    super(server, stream, method, peer, head);
    this.messages = new CallMessages(this, head);
  }

  // One answer.

  /** Sends the one message that a handler answers, now or later, and ends the call. */
  protected answer(handle: () => Answer | Promise<Answer>): void {
    this.settle(
      () => this.run(handle),
      (answer) =>
        this.settle(
          () => this.messages.encode(answer),
          (message) => this.#respond(message),
        ),
    );
  }

  #respond(message: Message): void {
    const headers = this.#responseHeaders();
    const trailers = this.#okTrailers();
    const prefix = prefixOf(message);
    this.responseBytes += prefix.length + message.bytes.length;
    this.succeed();
    this.stream.respond(headers, prefix, message.bytes, trailers);
  }

  // Many answers.

  /** Sends the messages that a handler answers as the client takes them, and ends the call when they end, well or not. */
  protected answerAll(handle: () => AsyncIterable<Answer>): void {
    void this.run(() => this.#sendAll(handle));
  }

  async #sendAll(handle: () => AsyncIterable<Answer>): Promise<void> {
    try {
      const answers = handle()[Symbol.asyncIterator]();
      this.#answers = answers;
      while (true) {
        const next = await answers.next();
        if (this.isOver) return;
        if (next.done === true) break;
        const message = this.messages.encode(next.value);
        const isTaken = this.#send(isPromise(message) ? await message : message);
        if (!isTaken) await this.#drained();
        if (this.isOver) return;
      }
      this.#answers = undefined;
      this.#sendHeaders();
      const trailers = this.#okTrailers();
      this.succeed();
      this.stream.sendTrailers(trailers);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @returns false when the next should wait for `onDrain` */
  #send(message: Message): boolean {
    this.#sendHeaders();
    const prefix = prefixOf(message);
    this.responseBytes += prefix.length + message.bytes.length;
    return this.stream.sendData(prefix, message.bytes);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = resolve;
    });
  }

  override onDrain(): void {
    this.#onDrain?.();
  }

  /** A handler that is between two messages has its `finally` blocks run, although nobody asks for the next any more. */
  protected override onOver(_reason: ConnectError): void {
    void this.#leaveHandler();
  }

  async #leaveHandler(): Promise<void> {
    try {
      await this.#answers?.return?.();
    } catch {
      // The call has ended otherwise already.
    }
  }

  // Headers and trailers.

  protected sendError(error: ConnectError): void {
    const trailer = toFields(statusTrailer(error, this.context.givenTrailer));
    if (this.#hasSentHeaders) {
      this.stream.sendTrailers(headerList(trailer));
    } else if (this.context.givenHeader === undefined) {
      const id = ['x-request-id', this.requestId] as const;
      this.stream.sendHeaders(headerList([[':status', '200'], this.#contentType(), id, ...trailer]), true);
    } else {
      this.stream.sendHeaders(this.#responseHeaders());
      this.stream.sendTrailers(headerList(trailer));
    }
  }

  #sendHeaders(): void {
    if (this.#hasSentHeaders) return;
    const headers = this.#responseHeaders();
    this.#hasSentHeaders = true;
    this.stream.sendHeaders(headers);
  }

  /** @throws {TypeError} for a field that HTTP/2 does not allow */
  #responseHeaders(): HeaderList {
    const { givenHeader } = this.context;
    const encoding = this.head.responseCompression?.name;
    if (givenHeader === undefined && !this.hasGivenId) {
      return plainHeaders[this.head.codec][encoding ?? 'identity'] as HeaderList;
    }
    const fields: [string, string][] = [[':status', '200'], this.#contentType()];
    if (encoding !== undefined) fields.push(['grpc-encoding', encoding]);
    if (this.hasGivenId) fields.push(['x-request-id', this.requestId]);
    return headerList([...fields, ...toFields(givenHeader, ownHeaders)]);
  }

  /** @throws as `#responseHeaders` */
  #okTrailers(): HeaderList {
    const { givenTrailer } = this.context;
    if (givenTrailer === undefined) return okTrailers;
    return headerList([['grpc-status', '0'], ...toFields(givenTrailer, ownTrailers)]);
  }

  #contentType(): [string, string] {
    return ['content-type', `application/grpc+${this.head.codec}`];
  }
}

function plainHeadersOf(codec: string): Readonly<Record<string, HeaderList>> {
  const headers: [string, string][] = [
    [':status', '200'],
    ['content-type', `application/grpc+${codec}`],
  ];
  const lists: Record<string, HeaderList> = { identity: sharedHeaderList(headers) };
  for (const { name } of compressions) lists[name] = sharedHeaderList([...headers, ['grpc-encoding', name]]);
  return lists;
}
