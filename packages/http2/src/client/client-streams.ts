import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { StreamClose } from '../api.ts';
import type { ConnectionParts } from '../connection/role.ts';
import { StreamTable } from '../connection/stream-table.ts';
import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { ClientConnectionOptions, ResponseHandler } from './client-api.ts';
import { ClientStream, type StreamOwner } from './client-stream.ts';

/** The last stream id that a client can use: RFC 9113, section 5.1.1. */
const maxStreamId = 0x7fffffff;
/**
 * The limit until the server's SETTINGS arrive. RFC 9113, section 6.5.2, recommends that servers allow at least 100.
 */
const initialConcurrentStreams = 100;
const unprocessed: StreamClose = { code: ErrorCode.REFUSED_STREAM, by: 'peer' };

/** The streams of a connection in the client role. The client opens them. */
export class ClientStreams extends StreamTable<ClientStream> implements StreamOwner {
  readonly #socket: Duplex;
  readonly #options: ClientConnectionOptions;
  #nextId = 1;
  #lastProcessedId = maxStreamId;
  maxConcurrentStreams = initialConcurrentStreams;
  /** Push is disabled: the server opens no streams. */
  readonly lastAcceptedId = 0;

  constructor(socket: Duplex, parts: ConnectionParts, options: ClientConnectionOptions) {
    super(parts);
    this.#socket = socket;
    this.#options = options;
    this.#unref();
  }

  get hasCapacity(): boolean {
    return this.size < this.maxConcurrentStreams && !this.isExhausted;
  }

  /** Whether all stream ids have been used. */
  get isExhausted(): boolean {
    return this.#nextId > maxStreamId;
  }

  isIdle(streamId: number): boolean {
    return streamId >= this.#nextId || streamId % 2 === 0;
  }

  /** RFC 9113, section 6.8: the server may still send frames on streams above the last one that its GOAWAY names. */
  isIgnored(streamId: number): boolean {
    return streamId > this.#lastProcessedId;
  }

  stopAccepting(): void {}

  onTick(): void {}

  // Methods that open streams.

  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end: boolean): ClientStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new ClientStream(id, headers.fields[0]?.value === 'HEAD', handler, this, this.parts);
    if (this.size === 0 && this.#socket instanceof Socket) this.#socket.ref();
    this.openStreams.add(stream);
    this.parts.sender.headers(stream.send, headers, end, more);
    return stream;
  }

  /** @param count SETTINGS_MAX_CONCURRENT_STREAMS of the server */
  setMaxConcurrentStreams(count: number): void {
    const isRaised = this.size >= this.maxConcurrentStreams && this.size < count;
    this.maxConcurrentStreams = count;
    if (isRaised) this.#options.onCapacity?.();
  }

  // Methods that close streams.

  /** The response has ended: the unsent part of the request is dropped (RFC 9113, section 8.1). */
  onPeerEnd(stream: ClientStream, trailers: HeaderList | undefined): void {
    if (stream.closed) return;
    stream.onEnd(trailers);
    if (stream.closed) return;
    if (!stream.hasSentAll) this.sendRstStream(stream.id, ErrorCode.NO_ERROR);
    this.close(stream, undefined);
  }

  /** Resets are not limited, because a server can reset only streams that the client has opened. */
  onPeerReset(): void {}

  /** Violations are not limited, for the same reason as resets. */
  protected onViolation(): void {}

  protected override onClosing(stream: ClientStream, reason: StreamClose | undefined): void {
    super.onClosing(stream, reason);
    if (this.size === 0) this.#unref();
    if (this.size === this.maxConcurrentStreams - 1) this.#options.onCapacity?.();
  }

  /** An idle connection does not keep the process alive. */
  #unref(): void {
    if (this.#socket instanceof Socket) this.#socket.unref();
  }

  /** Closes the streams that the server has not processed: RFC 9113, section 6.8. @throws ConnectionError */
  onGoaway(lastStreamId: number): void {
    if (lastStreamId > this.#lastProcessedId) {
      fail(ErrorCode.PROTOCOL_ERROR, 'GOAWAY with a higher last stream than the previous one');
    }
    this.#lastProcessedId = lastStreamId;
    for (const stream of this.open()) if (stream.id > lastStreamId) this.close(stream, unprocessed);
  }
}
