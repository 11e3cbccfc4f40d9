import type { Connection, ConnectionOptions, StreamClose } from '../api.ts';
import type { ConnectionParts, StreamRegistry } from '../connection/role.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { FrameType } from '../frames/frame-type.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { coarseClock } from '../limits/coarse-clock.ts';
import { ResetStreams } from '../streams/reset-streams.ts';
import { ServerStream, type StreamOwner } from './server-stream.ts';

/**
 * The time that a client has to end its request after a response that ended before it, in milliseconds. Then the client
 * receives RST_STREAM. Most requests end by themselves.
 */
const earlyResponseLingerMs = 250;
const earlyResponse: StreamClose = { code: ErrorCode.NO_ERROR, by: 'handler' };

/** The streams of a connection, which the client opens, and their states: RFC 9113, section 5.1. */
export class StreamTable implements StreamRegistry, StreamOwner {
  readonly connection: Connection;
  readonly #parts: ConnectionParts;
  readonly #onViolation: ConnectionOptions['onViolation'];
  readonly #open = new Map<number, ServerStream>();
  readonly #resetStreams = new ResetStreams();
  /** Open streams whose response has ended before their request, with the time. Their handlers are done. */
  readonly #respondedEarly = new Map<ServerStream, number>();
  /** The highest stream that the client has opened. */
  #highestId = 0;
  #lastAcceptedId = 0;
  /** Streams above this one are ignored. */
  #maxAcceptedId = Number.POSITIVE_INFINITY;

  constructor(connection: Connection, parts: ConnectionParts, onViolation: ConnectionOptions['onViolation']) {
    this.connection = connection;
    this.#parts = parts;
    this.#onViolation = onViolation;
  }

  get size(): number {
    return this.#open.size;
  }

  get lastAcceptedId(): number {
    return this.#lastAcceptedId;
  }

  open(): Iterable<ServerStream> {
    return this.#open.values();
  }

  /** @returns the stream if it is open */
  get(streamId: number): ServerStream | undefined {
    return this.#open.get(streamId);
  }

  /** RFC 9113, section 5.1.1: clients open streams with odd numbers, in ascending order. */
  isIdle(streamId: number): boolean {
    return streamId > this.#highestId || streamId % 2 === 0;
  }

  /** Whether the stream was opened after the last one that we accept. */
  isIgnored(streamId: number): boolean {
    return streamId > this.#maxAcceptedId;
  }

  /** Whether we reset this closed stream, or have forgotten how it was closed. */
  mayBeReset(streamId: number): boolean {
    return this.#resetStreams.mayInclude(streamId);
  }

  hasRespondedEarly(stream: ServerStream): boolean {
    return this.#respondedEarly.has(stream);
  }

  // Opening.

  /** The client has opened a stream. This also closes all idle streams with lower ids: RFC 9113, section 5.1.1. */
  onOpened(streamId: number): void {
    this.#highestId = streamId;
  }

  accept(streamId: number, headers: HeaderList, requestEnded: boolean): ServerStream {
    const stream = new ServerStream(streamId, headers, requestEnded, this, this.#parts);
    this.#lastAcceptedId = streamId;
    this.#open.set(streamId, stream);
    return stream;
  }

  stopAccepting(): void {
    this.#maxAcceptedId = this.#lastAcceptedId;
  }

  // Closing.

  /** Resets a stream that has been opened but not accepted. Counts against `Limits.resetsPerSecond`. */
  refuse(streamId: number, code: number): void {
    this.#sendRstStream(streamId, code);
    this.#onViolation?.(code);
    this.#parts.floodGuard.onReset();
  }

  /** RFC 9113, section 5.4.2. */
  reset(stream: ServerStream, reason: StreamClose): void {
    this.#sendRstStream(stream.id, reason.code);
    this.close(stream, reason);
  }

  /** Resets a stream because of what the client sent. Counts against `Limits.resetsPerSecond`. */
  resetForViolation(stream: ServerStream, code: number): void {
    this.reset(stream, { code, by: 'rules' });
    this.#onViolation?.(code);
    this.#parts.floodGuard.onReset();
  }

  close(stream: ServerStream, reason: StreamClose | undefined): void {
    this.#open.delete(stream.id);
    if (!this.#respondedEarly.delete(stream)) stream.close(reason);
    if (this.#open.size === 0) this.#parts.onAllClosed();
  }

  closeAll(code: number): void {
    const reason: StreamClose = { code, by: 'connection' };
    for (const stream of this.#open.values()) this.close(stream, reason);
  }

  onResponseEnd(stream: ServerStream): void {
    if (stream.requestEnded) {
      this.close(stream, undefined);
      return;
    }
    this.#respondedEarly.set(stream, coarseClock.now);
    stream.close(earlyResponse);
  }

  /** The client has ended a stream that we have reset. */
  onResetStreamEnded(streamId: number): void {
    this.#resetStreams.onPeerEnd(streamId);
  }

  /** RFC 9113, section 8.1: a client need not finish a request after the response has ended. */
  onTick(now: number): void {
    for (const [stream, since] of this.#respondedEarly) {
      if (now - since >= earlyResponseLingerMs) this.reset(stream, earlyResponse);
    }
  }

  #sendRstStream(streamId: number, code: number): void {
    this.#resetStreams.add(streamId);
    this.#parts.writer.integerFrame(FrameType.RST_STREAM, streamId, code);
  }
}
