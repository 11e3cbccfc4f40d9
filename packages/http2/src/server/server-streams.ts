import type { Connection, ConnectionOptions, StreamClose } from '../api.ts';
import type { ConnectionParts } from '../connection/role.ts';
import { StreamTable } from '../connection/stream-table.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { coarseClock } from '../limits/coarse-clock.ts';
import { ServerStream, type StreamOwner } from './server-stream.ts';

/**
 * How long a client may continue its request after an early response has ended, in milliseconds. Most requests end
 * within this time. Otherwise the client receives RST_STREAM.
 */
const earlyResponseLingerMs = 250;
const earlyResponse: StreamClose = { code: ErrorCode.NO_ERROR, by: 'handler' };

/** The streams of a connection in the server role. The client opens them. */
export class ServerStreams extends StreamTable<ServerStream> implements StreamOwner {
  readonly connection: Connection;
  readonly #onViolation: ConnectionOptions['onViolation'];
  /** Open streams whose response ended before their request, and when it ended. Their handlers get no more events. */
  readonly #respondedEarly = new Map<ServerStream, number>();
  /** The highest stream that the client has opened. */
  #highestId = 0;
  #lastAcceptedId = 0;
  /** Streams above this one are ignored. */
  #maxAcceptedId = Number.POSITIVE_INFINITY;

  constructor(connection: Connection, parts: ConnectionParts, onViolation: ConnectionOptions['onViolation']) {
    super(parts);
    this.connection = connection;
    this.#onViolation = onViolation;
  }

  get lastAcceptedId(): number {
    return this.#lastAcceptedId;
  }

  /** RFC 9113, section 5.1.1: clients open streams with odd numbers, in ascending order. */
  isIdle(streamId: number): boolean {
    return streamId > this.#highestId || streamId % 2 === 0;
  }

  /** Whether the stream was opened after the last one that we accept. */
  isIgnored(streamId: number): boolean {
    return streamId > this.#maxAcceptedId;
  }

  // Methods that open streams.

  /** The client has opened a stream. This also closes all idle streams with lower ids: RFC 9113, section 5.1.1. */
  onOpened(streamId: number): void {
    this.#highestId = streamId;
  }

  accept(streamId: number, headers: HeaderList, requestEnded: boolean): ServerStream {
    const stream = new ServerStream(streamId, headers, requestEnded, this, this.parts);
    this.#lastAcceptedId = streamId;
    this.openStreams.add(stream);
    return stream;
  }

  stopAccepting(): void {
    this.#maxAcceptedId = this.#lastAcceptedId;
  }

  // Methods that close streams.

  /** Resets a stream that has been opened but not accepted. */
  refuse(streamId: number, code: number): void {
    this.sendRstStream(streamId, code);
    this.onViolation(code);
  }

  /** A violation counts against `Limits.resetsPerSecond`. */
  protected onViolation(code: number): void {
    this.#onViolation?.(code);
    this.parts.floodGuard.onReset();
  }

  /**
   * A reset counts against `Limits.resetsPerSecond`, except after an early response: a client that has its response
   * need not finish its request.
   */
  onPeerReset(stream: ServerStream): void {
    if (!this.#respondedEarly.has(stream)) this.parts.floodGuard.onReset();
  }

  onPeerEnd(stream: ServerStream, trailers: HeaderList | undefined): void {
    if (this.#respondedEarly.has(stream)) this.close(stream, undefined);
    else if (!stream.closed) stream.onEnd(trailers);
  }

  protected override onClosing(stream: ServerStream, reason: StreamClose | undefined): void {
    if (!this.#respondedEarly.delete(stream)) stream.close(reason);
  }

  onResponseEnd(stream: ServerStream): void {
    if (stream.requestEnded) {
      this.close(stream, undefined);
      return;
    }
    this.#respondedEarly.set(stream, coarseClock.now);
    stream.close(earlyResponse);
  }

  /** RFC 9113, section 8.1: a client need not finish a request after the response has ended. */
  onTick(now: number): void {
    for (const [stream, since] of this.#respondedEarly) {
      if (now - since >= earlyResponseLingerMs) this.reset(stream, earlyResponse);
    }
  }
}
