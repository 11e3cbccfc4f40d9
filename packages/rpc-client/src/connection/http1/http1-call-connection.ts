import { Agent, type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { defaultLimits, type HeaderList, type Limits, type MessageStream, type ResponseHandler } from '@example/http2';
import type { CallConnection, ConnectionListener } from '../call-connection.ts';
import { Http1Stream } from './http1-stream.ts';

/**
 * Idle sockets are closed after this time, in milliseconds: a call could fail if the server closed its socket first.
 */
const idleMs = 4_000;
const maxIdleSockets = 32;

/**
 * HTTP/1.1 for calls, by Node's parser. A socket carries one call at a time. This connection therefore consists of as
 * many sockets as there are concurrent calls.
 */
export class Http1CallConnection implements CallConnection {
  readonly #agent: SocketAgent;
  readonly #listener: ConnectionListener;
  readonly #limits: Limits;
  readonly #open = new Set<Http1Stream>();
  #isLeaving = false;
  #isClosed = false;
  receivedBytes = 0;

  /**
   * @param openSocket opens a further socket to the same server
   * @param firstSocket is connected already
   */
  constructor(
    openSocket: () => Promise<Duplex>,
    firstSocket: Duplex,
    listener: ConnectionListener,
    limits: Partial<Limits>,
  ) {
    this.#agent = new SocketAgent(openSocket, firstSocket);
    this.#listener = listener;
    this.#limits = { ...defaultLimits, ...limits };
  }

  get openStreams(): number {
    return this.#open.size;
  }

  get hasRoom(): boolean {
    return !this.#isLeaving;
  }

  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end: boolean): MessageStream {
    const stream = new Http1Stream(this.#send(headers, more), handler, this.#limits.streamWindowBytes, {
      onBytes: (bytes) => {
        this.receivedBytes += bytes;
      },
      onClose: () => this.#onStreamClose(stream),
    });
    this.#open.add(stream);
    if (end) stream.end();
    return stream;
  }

  #send(headers: HeaderList, more: HeaderList | undefined): ClientRequest {
    const fields = more === undefined ? headers.fields : [...headers.fields, ...more.fields];
    const find = (wanted: string) => fields.find(({ name }) => name === wanted)?.value;
    const sent = request({
      method: find(':method'),
      path: find(':path'),
      agent: this.#agent,
      maxHeaderSize: this.#limits.headerListBytes,
      setHost: false,
    });
    sent.setHeader('host', find(':authority') ?? '');
    for (const { name, value } of fields) if (!name.startsWith(':')) sent.appendHeader(name, value);
    return sent;
  }

  /** HTTP/1.1 has no PING: a call that fails shows that the peer is lost. */
  readonly canPing = false;
  ping(): void {}

  drain(): void {
    this.#leave('the connection is draining');
    this.#closeIfDone();
  }

  close(): void {
    this.#leave('the connection is closed');
    for (const stream of this.#open) stream.onConnectionClose();
    this.#closeIfDone();
  }

  #leave(message: string): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#listener.onLeaving({ isGraceful: false, tooManyPings: false, message });
  }

  #onStreamClose(stream: Http1Stream): void {
    this.#open.delete(stream);
    if (stream.hasFailed) this.#leave('a socket has failed');
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#isLeaving || this.#open.size > 0 || this.#isClosed) return;
    this.#isClosed = true;
    this.#agent.destroy();
    this.#listener.onClose();
  }
}

/** Keeps idle sockets, and opens new ones with `openSocket`. */
class SocketAgent extends Agent {
  readonly #openSocket: () => Promise<Duplex>;
  #first: Duplex | undefined;

  constructor(openSocket: () => Promise<Duplex>, first: Duplex) {
    super({ keepAlive: true, timeout: idleMs, maxFreeSockets: maxIdleSockets });
    this.#openSocket = openSocket;
    this.#first = first;
  }

  override createConnection(
    _options: unknown,
    callback: (error: Error | null, socket: Duplex) => void,
  ): Duplex | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    this.#openSocket().then(
      (socket) => callback(null, socket),
      (error) => callback(error, undefined as never),
    );
    return undefined;
  }

  override destroy(): void {
    this.#first?.destroy();
    super.destroy();
  }
}
