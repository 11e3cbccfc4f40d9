import { Code, ConnectError } from '@connectrpc/connect';
import type { RequestCall, RequestReader } from '../call/request-reader.ts';

/**
 * Base64 with or without padding after each group of four characters: clients that encode piece by piece pad each
 * piece.
 */
const base64 = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)*$/;

/** A request of `application/grpc-web-text`. Its body is decoded and passed to a reader of bytes. */
export class Base64Request implements RequestReader {
  readonly #call: RequestCall;
  readonly #inner: RequestReader;
  /** The characters of an incomplete group of four. */
  #rest = '';

  constructor(call: RequestCall, inner: RequestReader) {
    this.#call = call;
    this.#inner = inner;
  }

  onData(chunk: Uint8Array, start: number, end: number): void {
    const text = this.#rest + Buffer.from(chunk.buffer, chunk.byteOffset + start, end - start).toString('latin1');
    const length = text.length - (text.length % 4);
    this.#rest = text.slice(length);
    const bytes = decodeBase64(text.slice(0, length));
    if (bytes === undefined || (this.#rest !== '' && this.#call.stream.requestEnded)) {
      this.#call.fail(invalidBase64());
      return;
    }
    // The base64 text is a third longer than its bytes. The inner reader consumes the bytes; the rest is consumed here.
    this.#call.stream.consume(end - start - bytes.length);
    if (bytes.length > 0) this.#inner.onData(bytes, 0, bytes.length);
  }

  onEnd(): void {
    if (this.#rest === '') this.#inner.onEnd();
    else this.#call.fail(invalidBase64());
  }

  start(): void {
    this.#inner.start();
  }

  stop(reason: () => ConnectError): void {
    this.#inner.stop(reason);
  }

  get timeoutAt(): number {
    return this.#inner.timeoutAt;
  }

  onTimeout(): void {
    this.#inner.onTimeout();
  }
}

function invalidBase64(): ConnectError {
  return new ConnectError('the request is not valid base64', Code.InvalidArgument);
}

/** Returns undefined when the text is invalid. Padding may follow any group of four. */
function decodeBase64(text: string): Buffer | undefined {
  if (!base64.test(text)) return undefined;
  return Buffer.concat(text.split(/(?<==)(?=[^=])/).map((part) => Buffer.from(part, 'base64')));
}
