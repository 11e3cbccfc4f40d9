import { ErrorCode, type HeaderList, headerList, type MessageStream, type ResponseHandler } from '@example/http2';
import { type Clock, type ClockTimer, EnvelopeReader, envelopeHeader } from '@example/rpc-core';
import { backoffMs } from '../backoff.ts';
import type { CallConnection } from '../connection/call-connection.ts';

/** The scheme and authority that requests to a server contain. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

/** A method by which a server streams its own state, such as its health. */
export interface Watched {
  /** The path of the method, such as `/grpc.health.v1.Health/Watch`. */
  readonly path: string;
  readonly request: Uint8Array;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** Called when the stream has ended. @returns whether to make the call again */
  readonly onEnd: (status: string | undefined) => boolean;
}

/** The gRPC status of a server that does not have the method. */
export const unimplemented = '12';

const maxMessageBytes = 16 * 1_024;
const backoff = { initialMs: 1_000, maxMs: 30_000 };

/** A server-streaming call of gRPC on one connection, which is made again when it has ended. */
export class ServerWatch {
  readonly #connection: CallConnection;
  readonly #headers: HeaderList;
  readonly #watched: Watched;
  readonly #clock: Clock;
  #stream: MessageStream | undefined;
  #retry: ClockTimer | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(connection: CallConnection, { scheme, authority }: Origin, watched: Watched, clock: Clock) {
    this.#connection = connection;
    this.#watched = watched;
    this.#clock = clock;
    this.#headers = headerList([
      [':method', 'POST'],
      [':scheme', scheme],
      [':path', watched.path],
      [':authority', authority],
      ['te', 'trailers'],
      ['content-type', 'application/grpc'],
    ]);
    this.#start();
  }

  /** The number of streams of the connection that are not calls: 1 or 0. */
  get streams(): number {
    return this.#stream === undefined ? 0 : 1;
  }

  /** Ends the watch, so that the connection can end. */
  stop(): void {
    this.#isStopped = true;
    this.#clock.clear(this.#retry);
    this.#stream?.reset(ErrorCode.CANCEL);
    this.#stream = undefined;
  }

  #start(): void {
    if (this.#isStopped || !this.#connection.hasRoom) return;
    const reader = new EnvelopeReader(maxMessageBytes);
    let status: string | undefined;
    const handler: ResponseHandler = {
      onHeaders: (headers) => {
        status = headers.get('grpc-status');
      },
      onData: (chunk, start, end) => {
        reader.push(chunk, start, end);
        stream.consume(end - start);
        this.#read(reader, stream);
      },
      onEnd: (trailers) => {
        status = trailers?.get('grpc-status') ?? status;
      },
      onDrain() {},
      onClose: () => this.#onClose(status),
    };
    const stream = this.#connection.request(this.#headers, undefined, handler, false);
    this.#stream = stream;
    const { request } = this.#watched;
    stream.sendData(envelopeHeader({ flags: 0, bytes: request }), request, true);
  }

  #read(reader: EnvelopeReader, stream: MessageStream): void {
    try {
      for (let message = reader.next(); message !== undefined; message = reader.next()) {
        this.#failures = 0;
        this.#watched.onMessage(message);
      }
    } catch {
      // The message is too large, or not a message of the response type. The stream ends, and the watch continues as
      // after a lost connection.
      stream.reset(ErrorCode.CANCEL);
    }
  }

  #onClose(status: string | undefined): void {
    this.#stream = undefined;
    if (this.#isStopped || !this.#watched.onEnd(status)) return;
    this.#retry = this.#clock.setTimeout(() => this.#start(), backoffMs(this.#failures, backoff));
    this.#failures += 1;
    this.#retry.unref();
  }
}
