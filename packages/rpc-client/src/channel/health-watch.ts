import { ErrorCode, type HeaderList, headerList, type MessageStream, type ResponseHandler } from '@example/http2';
import { type Clock, type ClockTimer, EnvelopeReader, envelopeHeader } from '@example/rpc-core';
import type { CallConnection } from '../connection/call-connection.ts';

/** The service whose health is watched, and the server to ask. */
export interface HealthTarget {
  /** A full name such as `user.v1.UserService`; empty for the whole server. */
  readonly service: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

const maxMessageBytes = 1_024;
const serving = 1;
const unimplemented = '12';
const backoffMs = { first: 1_000, max: 30_000 };
const nothing = new Uint8Array();

/**
 * Watches the health of a service on one connection, by `grpc.health.v1.Health/Watch`: gRFC A17. The service counts as
 * not serving until the server has responded, and while the watch is interrupted. A server without a health service
 * counts as healthy.
 */
export class HealthWatch {
  readonly #connection: CallConnection;
  readonly #headers: HeaderList;
  readonly #request: Uint8Array;
  readonly #onChange: () => void;
  readonly #clock: Clock;
  #stream: MessageStream | undefined;
  #retry: ClockTimer | undefined;
  #failures = 0;
  #isStopped = false;
  isServing = false;

  /** @param onChange called when `isServing` has changed, and with the first response */
  constructor(
    connection: CallConnection,
    { service, scheme, authority }: HealthTarget,
    onChange: () => void,
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onChange = onChange;
    const name = Buffer.from(service);
    // HealthCheckRequest: the field `service`.
    this.#request = name.length === 0 ? nothing : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
    this.#headers = headerList([
      [':method', 'POST'],
      [':scheme', scheme],
      [':path', '/grpc.health.v1.Health/Watch'],
      [':authority', authority],
      ['te', 'trailers'],
      ['content-type', 'application/grpc'],
    ]);
    this.#watch();
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

  #watch(): void {
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
    stream.sendData(envelopeHeader({ flags: 0, bytes: this.#request }), this.#request, true);
  }

  #read(reader: EnvelopeReader, stream: MessageStream): void {
    try {
      for (let message = reader.next(); message !== undefined; message = reader.next()) {
        this.#failures = 0;
        // HealthCheckResponse: the field `status`, which is left out when it is 0.
        this.#set(message[0] === 0x08 && message[1] === serving);
      }
    } catch {
      // The message is too large for a health status: the watch ends, as if it had been interrupted.
      stream.reset(ErrorCode.CANCEL);
    }
  }

  #onClose(status: string | undefined): void {
    this.#stream = undefined;
    if (this.#isStopped) return;
    if (status === unimplemented) {
      this.#set(true);
      return;
    }
    this.#set(false);
    const waitMs = Math.min(backoffMs.first * 2 ** this.#failures, backoffMs.max);
    this.#failures += 1;
    this.#retry = this.#clock.setTimeout(() => this.#watch(), waitMs);
    this.#retry.unref();
  }

  #set(isServing: boolean): void {
    this.isServing = isServing;
    this.#onChange();
  }
}
