import type { HeaderList } from '@example/http2';
import type { Envelope } from '@example/rpc-core';
import type { Attempt } from './attempt.ts';
import type { RequestBody } from './request-body.ts';

/** A request of one message. */
export class SingleRequest implements RequestBody {
  readonly #message: Envelope;
  readonly isWaiting = false;
  readonly headers: HeaderList | undefined;
  readonly encoding: string | undefined;

  /** @param headers the headers of a GET, which contain the message in the path */
  constructor(message: Envelope, encoding?: string, headers?: HeaderList) {
    this.#message = message;
    this.encoding = encoding;
    this.headers = headers;
  }

  get isEmpty(): boolean {
    return this.headers !== undefined;
  }

  attach(attempt: Attempt): void {
    if (!this.isEmpty) attempt.send(this.#message, true);
  }

  detach(): boolean {
    return true;
  }

  onDrain(): void {}
  stop(): void {}
}
