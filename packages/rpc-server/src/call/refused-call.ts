import type { CallStream, RequestHandler } from './call-stream.ts';
import type { SharedResponse } from './response.ts';

const nothing = new Uint8Array();

/**
 * Refuses a call with a response that is encoded already, at a small part of the cost of a call that fails, because an
 * overloaded server refuses more calls than it serves. A refused call has no request id and no line in the access log.
 */
export class RefusedCall implements RequestHandler {
  readonly #stream: CallStream;
  readonly #response: SharedResponse;

  constructor(stream: CallStream, response: SharedResponse) {
    this.#stream = stream;
    this.#response = response;
  }

  begin(): void {
    const { headers, body } = this.#response;
    this.#stream.discard();
    this.#stream.sendHeaders(headers, body.length === 0);
    if (body.length > 0) this.#stream.sendData(nothing, body, true);
  }

  onData(): void {}
  onEnd(): void {}
  onDrain(): void {}
  onClose(): void {}
}
