/** A connection error (RFC 9113, section 5.4.1): the connection ends with GOAWAY. */
export class ConnectionError extends Error {
  /** One of `ErrorCode`. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

/**
 * Fails the whole connection. An error of a single stream is not thrown: the stream is reset.
 *
 * @param message sent to the peer as debug data of GOAWAY
 * @throws ConnectionError
 */
export function fail(code: number, message: string): never {
  throw new ConnectionError(code, message);
}
