import type { Duplex } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Connection,
  type ConnectionClose,
  ErrorCode,
  type HeaderList,
  headerList,
  type Limits,
  type Stream,
  type StreamHandler,
  type serveConnection,
} from '@example/http2';

/** The implementation under test. Tests of the fuzzer replace it with a faulty one. */
export interface Engine {
  readonly serveConnection: typeof serveConnection;
}

const nothing = new Uint8Array();
const status = headerList([[':status', '200']]);
const noTrailers = headerList([]);
/** The response body for `/large`. */
export const large = Buffer.alloc(70_000, 'large');

/** A request as its handler received it. */
export interface SeenRequest {
  readonly headers: HeaderList;
  bytes: number;
  /** CRC-32 of the body. */
  sum: number;
  trailers: HeaderList | undefined;
  ended: boolean;
  closes: number;
}

/** The server's side of a connection: records the requests, and checks that handlers are called as documented. */
export class ObservedServer {
  readonly connection: Connection;
  readonly requests = new Map<number, SeenRequest>();
  readonly faults: string[] = [];
  close: ConnectionClose | undefined;

  constructor(engine: Engine, socket: Duplex, limits: Partial<Limits>, onClose: () => void) {
    this.connection = engine.serveConnection(socket, {
      limits,
      accept: (stream, headers) => this.#accept(stream, headers),
      onClose: (reason) => {
        if (this.close !== undefined) this.faults.push('onClose of the connection was called twice');
        this.close = reason;
        onClose();
      },
    });
  }

  #accept(stream: Stream, headers: HeaderList): StreamHandler {
    const seen: SeenRequest = { headers, bytes: 0, sum: 0, trailers: undefined, ended: false, closes: 0 };
    if (this.requests.has(stream.id)) this.faults.push(`stream ${stream.id} was accepted twice`);
    if (this.close !== undefined) this.faults.push(`stream ${stream.id} was accepted after the end`);
    this.requests.set(stream.id, seen);
    return new ObservedHandler(stream, seen, this.faults);
  }
}

/** Responds as the path of the request specifies: see `Path`. */
class ObservedHandler implements StreamHandler {
  readonly #stream: Stream;
  readonly #seen: SeenRequest;
  readonly #faults: string[];
  /** Received bytes that are consumed only when the client has read their echo. */
  #heldBytes = 0;

  constructor(stream: Stream, seen: SeenRequest, faults: string[]) {
    this.#stream = stream;
    this.#seen = seen;
    this.#faults = faults;
    const { path } = stream.headers;
    if (path === '/early') stream.sendHeaders(status, true);
    else if (path === '/echo') stream.sendHeaders(status);
    else if (path === '/reset') stream.reset(ErrorCode.CANCEL);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#expectOpen('onData');
    if (start < 0 || end <= start || end > chunk.length) this.#fault('onData was called without bytes');
    const bytes = chunk.subarray(start, end);
    this.#seen.bytes += bytes.length;
    this.#seen.sum = crc32(bytes, this.#seen.sum);
    const { path } = this.#stream.headers;
    if (path === '/echo' && !this.#stream.sendData(nothing, bytes)) this.#heldBytes += bytes.length;
    else if (path !== '/hoard') this.#stream.consume(bytes.length);
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.#expectOpen('onEnd');
    this.#seen.ended = true;
    this.#seen.trailers = trailers;
    const { path } = this.#stream.headers;
    if (path === '/held') return;
    if (path !== '/echo') this.#stream.sendHeaders(status);
    if (path === '/large') this.#stream.sendData(nothing, large);
    // Echoes the trailers. An empty list ends the stream as well.
    this.#stream.sendTrailers(trailers ?? noTrailers);
  }

  onDrain(): void {
    this.#stream.consume(this.#heldBytes);
    this.#heldBytes = 0;
  }

  onClose(): void {
    if (++this.#seen.closes > 1) this.#fault('onClose was called twice');
  }

  #expectOpen(call: string): void {
    if (this.#seen.ended) this.#fault(`${call} was called after onEnd`);
    if (this.#seen.closes > 0) this.#fault(`${call} was called after onClose`);
  }

  #fault(what: string): void {
    this.#faults.push(`stream ${this.#stream.id}: ${what}`);
  }
}
