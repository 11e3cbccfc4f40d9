import type { Duplex } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type ClientConnection,
  type ConnectionClose,
  type HeaderList,
  headerList,
  type MessageStream,
  type openConnection,
  type ResponseHandler,
} from '@example/http2';

/** The implementation under test. Tests of the fuzzer replace it with a faulty one. */
export interface ClientEngine {
  readonly openConnection: typeof openConnection;
}

/** Rates that no case exceeds. */
const never = 1e9;
const limits = {
  pingsPerSecond: never,
  settingsPerSecond: never,
  emptyFramesPerSecond: never,
  controlFramesPerSecond: never,
};
const nothing = new Uint8Array();

/** The client side of a connection. It sends requests, and checks that handlers are called as documented. */
export class ObservedClient {
  readonly connection: ClientConnection;
  readonly responses: SeenResponse[] = [];
  readonly faults: string[] = [];
  close: ConnectionClose | undefined;

  constructor(engine: ClientEngine, socket: Duplex) {
    this.connection = engine.openConnection(socket, {
      limits,
      onClose: (reason) => {
        if (this.close !== undefined) this.faults.push('onClose of the connection was called twice');
        this.close = reason;
      },
    });
  }

  /** @param ends whether the request has no body; otherwise it stays open until the response has begun */
  request(ends: boolean): void {
    const response = new SeenResponse(this.responses.length, this.faults);
    this.responses.push(response);
    const headers = headerList([
      [':method', ends ? 'GET' : 'POST'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'localhost'],
    ]);
    response.stream = this.connection.request(headers, undefined, response, ends);
  }
}

/** A response as its handler received it. */
export class SeenResponse implements ResponseHandler {
  readonly #index: number;
  readonly #faults: string[];
  stream: MessageStream | undefined;
  headers: HeaderList | undefined;
  trailers: HeaderList | undefined;
  bytes = 0;
  /** CRC-32 of the body. */
  sum = 0;
  isEnded = false;
  /** The reasons of `onClose`. */
  readonly closes: string[] = [];

  constructor(index: number, faults: string[]) {
    this.#index = index;
    this.#faults = faults;
  }

  onHeaders(headers: HeaderList): void {
    this.#expectOpen('onHeaders');
    if (this.headers !== undefined) this.#fault('onHeaders was called twice');
    if (headers.status < 200) this.#fault(`onHeaders was called with status ${headers.status}`);
    this.headers = headers;
    this.stream?.sendData(nothing, Buffer.from('the rest'), true);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#expectOpen('onData');
    if (this.headers === undefined) this.#fault('onData was called before onHeaders');
    if (start < 0 || end <= start || end > chunk.length) this.#fault('onData was called without bytes');
    this.bytes += end - start;
    this.sum = crc32(chunk.subarray(start, end), this.sum);
    this.stream?.consume(end - start);
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.#expectOpen('onEnd');
    if (this.headers === undefined) this.#fault('onEnd was called before onHeaders');
    this.isEnded = true;
    this.trailers = trailers;
  }

  onDrain(): void {
    this.#expectOpen('onDrain');
  }

  onClose(reason: Parameters<ResponseHandler['onClose']>[0]): void {
    if (this.closes.push(reason === undefined ? 'ended' : `${reason.code} by ${reason.by}`) > 1) {
      this.#fault('onClose was called twice');
    }
    if (reason === undefined && !this.isEnded) this.#fault('onClose without a reason was called before onEnd');
  }

  #expectOpen(call: string): void {
    if (this.isEnded && call !== 'onDrain') this.#fault(`${call} was called after onEnd`);
    if (this.closes.length > 0) this.#fault(`${call} was called after onClose`);
  }

  #fault(what: string): void {
    this.#faults.push(`request ${this.#index}: ${what}`);
  }
}
