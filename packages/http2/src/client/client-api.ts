import type { Connection, ConnectionClose, Goaway, MessageStream, StreamHandler } from '../api.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { Limits } from '../limits/limits.ts';

// The exports that users of the client role call (ClientConnection) and implement (the others).

export interface ClientConnectionOptions {
  /** Overrides of `defaultClientLimits`. */
  readonly limits?: Partial<Limits>;
  /** The server's first SETTINGS have arrived: it speaks HTTP/2. */
  readonly onReady?: () => void;
  /** `hasCapacity` has become true again: a stream has closed, or the server has raised its limit. */
  readonly onCapacity?: () => void;
  /**
   * Called once, as soon as the connection takes no more requests: `drain`, GOAWAY, the last stream id, or the end of
   * the connection. Requests that have been sent go on, except for those that the server has not processed.
   *
   * @param goaway undefined if the server sent none
   */
  readonly onDraining?: (goaway: Goaway | undefined) => void;
  /** Called once, after the socket has closed and every stream's `onClose` has been called. */
  readonly onClose?: (reason: ConnectionClose) => void;
}

export interface ClientConnection extends Connection {
  /** SETTINGS_MAX_CONCURRENT_STREAMS of the server: 100 until its SETTINGS arrive, Infinity if they name none. */
  readonly maxConcurrentStreams: number;
  /** Whether `request` may be called now: not while draining, and not at the limit of concurrent streams. */
  readonly hasCapacity: boolean;

  /**
   * Opens a stream with the headers of a request. May be called before the server's SETTINGS have arrived.
   *
   * @param headers begin with `:method`, `:scheme`, `:authority` and `:path`. A shared list costs a byte for each field
   * @param more fields of this request alone, which follow those of `headers`
   * @param handler receives the response
   * @param end true for a request without data and trailers
   * @throws Error without capacity
   */
  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end?: boolean): MessageStream;
}

/**
 * Receives a response: `onHeaders` at most once, and then the events of `StreamHandler`. `onClose` has the reason:
 *
 * - undefined: the response has ended. What had not been sent of the request was dropped.
 * - REFUSED_STREAM by `peer`: the server has not processed the request (RFC 9113, section 8.7), neither by RST_STREAM
 *   nor by GOAWAY. It may be sent again.
 */
export interface ResponseHandler extends StreamHandler {
  /**
   * The status is in `headers.status`. Responses with the same header block share one `HeaderList` object: see
   * `HeaderList.memo`. Informational responses (1xx) are not passed on.
   */
  onHeaders(headers: HeaderList): void;
}
