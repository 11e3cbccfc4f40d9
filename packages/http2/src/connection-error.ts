/** Ends the connection: RFC 9113, section 5.4.1. */
export class ConnectionError extends Error {
  /** One of `ErrorCode`. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'ConnectionError';
    this.code = code;
  }
}
