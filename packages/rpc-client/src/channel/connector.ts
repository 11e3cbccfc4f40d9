/** An address of a server: what `net.connect` takes. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** The part of an HTTP/2 connection that a channel uses. */
export interface ChannelConnection {
  readonly openStreams: number;
  /** Whether a stream can be opened now. */
  readonly hasRoom: boolean;
  /** All bytes received so far. */
  readonly receivedBytes: number;
  /** @param onAck not called if the connection ends first */
  ping(onAck: (roundTripMs: number) => void): void;
  /** Ends the connection when its streams have ended. */
  drain(): void;
  /** Ends the connection and its streams at once. */
  close(): void;
}

export interface ConnectionListener {
  /** A stream can be opened again. */
  onRoom(): void;
  /** The connection takes no more streams: a GOAWAY, or its end. */
  onLeaving(reason: Leaving): void;
  /** The socket has closed. */
  onClose(): void;
}

export interface Leaving {
  /** The server finds that we send PING too often: gRFC A8. */
  readonly tooManyPings: boolean;
  /** A text for errors. */
  readonly message: string;
}

/**
 * Opens a connection. Resolves when it is ready for calls: after TLS and the first SETTINGS of the server.
 *
 * @param signal ends the attempt
 * @throws {Error} with a message that names the cause
 */
export type Connect<C extends ChannelConnection> = (
  address: Address,
  listener: ConnectionListener,
  signal: AbortSignal,
) => Promise<C>;
