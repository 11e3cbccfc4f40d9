import type { HeaderList, MessageStream, ResponseHandler } from '@example/http2';

/** A connection to a server, as calls and channels use it. */
export interface CallConnection {
  /** The number of calls under way. */
  readonly openStreams: number;
  /** Whether `request` may be called now. */
  readonly hasRoom: boolean;
  /** All bytes received so far. */
  readonly receivedBytes: number;

  /**
   * Opens a stream with the headers of a request.
   *
   * @param more fields of this request alone, which follow those of `headers`
   * @param end true for a request without a body
   */
  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end: boolean): MessageStream;

  readonly canPing: boolean;
  /** @param onAck not called if the connection ends first */
  ping(onAck: (roundTripMs: number) => void): void;
  /** Ends the connection when its calls have ended. */
  drain(): void;
  /** Ends the connection and its calls at once. */
  close(): void;
}

/** The events of a connection. */
export interface ConnectionListener {
  /** `hasRoom` has become true again. */
  onRoom(): void;
  /** The connection takes no more calls, because of GOAWAY or because it has ended. Called once. */
  onLeaving(reason: Leaving): void;
  /** The socket has closed. */
  onClose(): void;
}

export interface Leaving {
  /** The server sent GOAWAY without an error. */
  readonly isGraceful: boolean;
  /** The server reports that we send PING too often: gRFC A8. */
  readonly tooManyPings: boolean;
  /** A text for errors. */
  readonly message: string;
}

/** An address of a server, as `net.connect` takes it. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Opens a connection. Resolves when it is ready for calls: after TLS, and the first SETTINGS of the server.
 *
 * @param signal ends the attempt
 * @throws {Error} with a message that names the cause
 */
export type Connect = (address: Address, listener: ConnectionListener, signal: AbortSignal) => Promise<CallConnection>;
