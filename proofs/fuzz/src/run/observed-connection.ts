import type { Duplex } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Connection,
  type ConnectionClose,
  type Engine,
  ErrorCode,
  type HeaderList,
  type Limits,
  type Stream,
  type StreamHandler,
} from '../engine.ts';

const nothing = new Uint8Array();
export const large = Buffer.alloc(70_000, 'large');

/** A request as the server's handler saw it. */
export interface SeenRequest {
  readonly headers: HeaderList;
  bytes: number;
  /** CRC-32 of the body. */
  sum: number;
  trailers: HeaderList | undefined;
  ended: boolean;
  closes: number;
}

/** The end of a connection under test that is the server's: what its handlers see, and whether they are called as promised. */
export class ObservedConnection {
  readonly connection: Connection;
  readonly requests = new Map<number, SeenRequest>();
  readonly faults: string[] = [];
  close: ConnectionClose | undefined;

  constructor(
    engine: Engine,
    socket: Duplex,
    limits: Partial<Limits>,
    memory: InstanceType<Engine['MemoryBudget']>,
    onClose: () => void,
  ) {
    const status = engine.headerList([[':status', '200']]);
    const none = engine.headerList([]);
    this.connection = engine.serveConnection(socket, {
      limits,
      memory,
      accept: (stream, headers) => {
        const seen: SeenRequest = { headers, bytes: 0, sum: 0, trailers: undefined, ended: false, closes: 0 };
        if (this.requests.has(stream.id)) this.faults.push(`stream ${stream.id} was given twice`);
        if (this.close !== undefined) this.faults.push(`stream ${stream.id} was given after the end`);
        this.requests.set(stream.id, seen);
        return new ObservedHandler(stream, seen, { status, none }, this.faults);
      },
      onClose: (reason) => {
        if (this.close !== undefined) this.faults.push('onClose of the connection was called twice');
        this.close = reason;
        onClose();
      },
    });
  }
}

/** Does what `Path` says. */
class ObservedHandler implements StreamHandler {
  readonly #stream: Stream;
  readonly #seen: SeenRequest;
  readonly #none: HeaderList;
  readonly #status: HeaderList;
  readonly #faults: string[];
  /** Not given back yet, because the peer has not taken its mirror image. */
  #heldBytes = 0;

  constructor(
    stream: Stream,
    seen: SeenRequest,
    { status, none }: { status: HeaderList; none: HeaderList },
    faults: string[],
  ) {
    this.#stream = stream;
    this.#seen = seen;
    this.#status = status;
    this.#none = none;
    this.#faults = faults;
    const { path } = stream.headers;
    if (path === '/early') stream.sendHeaders(status, true);
    else if (path === '/mirror') stream.sendHeaders(status);
    else if (path === '/reset') stream.reset(ErrorCode.CANCEL);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#expectOpen('onData');
    if (start < 0 || end <= start || end > chunk.length) this.#fault('onData was given no bytes');
    const bytes = chunk.subarray(start, end);
    this.#seen.bytes += bytes.length;
    this.#seen.sum = crc32(bytes, this.#seen.sum);
    if (this.#stream.headers.path === '/mirror' && !this.#stream.sendData(nothing, bytes))
      this.#heldBytes += bytes.length;
    else if (this.#stream.headers.path !== '/hoard') this.#stream.consume(bytes.length);
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.#expectOpen('onEnd');
    this.#seen.ended = true;
    this.#seen.trailers = trailers;
    const { path } = this.#stream.headers;
    if (path === '/held') return;
    if (path !== '/mirror') this.#stream.sendHeaders(this.#status);
    if (path === '/large') this.#stream.sendData(nothing, large);
    // Trailers as they came, also where there were none: an empty list ends the stream too.
    this.#stream.sendTrailers(trailers ?? this.#none);
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
