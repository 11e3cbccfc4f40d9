import { ErrorCode, type HeaderList, headerList, type MessageStream, type ResponseHandler } from '@example/http2';
import { EnvelopeReader, envelopeHeader } from '@example/rpc-core';
import type { CallConnection } from '../connection/call-connection.ts';

/** How requests name the server. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

/** A stream that a server sends to a client about itself. */
export interface Watched {
  /** Such as `/grpc.health.v1.Health/Watch`. */
  readonly path: string;
  readonly request: Uint8Array;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** The stream has ended. @returns whether to ask again */
  readonly onEnd: (status: string | undefined) => boolean;
}

/** The gRPC status of a server that does not have the method. */
export const unimplemented = '12';

const maxMessageBytes = 16 * 1_024;
const backoffMs = { first: 1_000, max: 30_000 };

/** A server-streaming call of gRPC on one connection, which is made again when it has ended. */
export class ServerWatch {
  readonly #connection: CallConnection;
  readonly #headers: HeaderList;
  readonly #watched: Watched;
  #stream: MessageStream | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(connection: CallConnection, { scheme, authority }: Origin, watched: Watched) {
    this.#connection = connection;
    this.#watched = watched;
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

  /** Streams of the connection that are no calls: 1 or 0. */
  get streams(): number {
    return this.#stream === undefined ? 0 : 1;
  }

  /** Ends the watch, so that the connection can end. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
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
      // Too large, or no message of the kind: as if the server had ended the stream.
      stream.reset(ErrorCode.CANCEL);
    }
  }

  #onClose(status: string | undefined): void {
    this.#stream = undefined;
    if (this.#isStopped || !this.#watched.onEnd(status)) return;
    const waitMs = Math.min(backoffMs.first * 2 ** this.#failures, backoffMs.max);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#start(), waitMs).unref();
  }
}
