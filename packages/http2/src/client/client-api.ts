import type { Connection, ConnectionClose, Goaway, MessageStream, StreamHandler } from '../api.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { Limits } from '../limits/limits.ts';

// The exports for users of the client role. They call `ClientConnection`, and implement the other interfaces.

export interface ClientConnectionOptions {
  /** Overrides of `defaultClientLimits`. */
  readonly limits?: Partial<Limits>;
  /** The server's first SETTINGS have arrived: it speaks HTTP/2. */
  readonly onReady?: () => void;
  /** `hasCapacity` has become true again: a stream has closed, or the server has raised its limit. */
  readonly onCapacity?: () => void;
  /**
   * Called once, as soon as the connection takes no more requests: after `drain`, after GOAWAY, when the stream ids are
   * used up, or when the connection ends. Requests that the server has accepted continue.
   *
   * @param goaway undefined if the server sent none
   */
  readonly onDraining?: (goaway: Goaway | undefined) => void;
  /** Called once, after the socket has closed and every stream's `onClose` has been called. */
  readonly onClose?: (reason: ConnectionClose) => void;
}

export interface ClientConnection extends Connection {
  /**
   * Whether `request` may be called now: the connection is not draining, and fewer streams are open than
   * SETTINGS_MAX_CONCURRENT_STREAMS of the server allows. That limit is 100 until the server's SETTINGS arrive, and
   * Infinity if they do not set it.
   */
  readonly hasCapacity: boolean;

  /**
   * Opens a stream with the headers of a request. May be called before the server's SETTINGS have arrived.
   *
   * @param headers begin with `:method`, `:scheme`, `:authority` and `:path`. Each field of a shared list takes one
   *   byte on the wire
   * @param more fields of this request alone, sent after those of `headers`
   * @param handler receives the response
   * @param end true for a request without data and trailers
   * @throws Error without capacity
   */
  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end?: boolean): MessageStream;
}

/**
 * Receives a response: `onHeaders` at most once, and then the events of `StreamHandler`. `onClose` receives one of
 * these reasons, among others:
 *
 * - undefined: the response has ended. Any unsent part of the request was dropped.
 * - REFUSED_STREAM by `peer`: the server reported, with RST_STREAM or GOAWAY, that it has not processed the request
 *   (RFC 9113, section 8.7). The request may be sent again.
 */
export interface ResponseHandler extends StreamHandler {
  /**
   * The status is in `headers.status`. Responses with the same header block share one `HeaderList` object: see
   * `HeaderList.memo`. Informational responses (1xx) are not passed on.
   */
  onHeaders(headers: HeaderList): void;
}
