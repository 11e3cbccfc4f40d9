import type { Stream, StreamHandler } from '../api.ts';
import { type HeaderList, headerList } from '../headers/header-list.ts';
import type { Fields } from './raw-client.ts';

const nothing = new Uint8Array();

/** Sends the request back: its regular fields as headers and as trailers, and its body with backpressure. */
export class EchoHandler implements StreamHandler {
  readonly #stream: Stream;
  readonly #trailers: HeaderList;
  /** Received bytes that are not consumed before their echo has been sent. */
  #heldBytes = 0;

  constructor(stream: Stream, fields: Fields = regularFields(stream.headers), trailers = headerList(fields)) {
    this.#stream = stream;
    this.#trailers = trailers;
    stream.sendHeaders(headerList([[':status', '200'], ...fields]));
  }

  onData(chunk: Buffer, start: number, end: number): void {
    const goesOn = this.#stream.sendData(nothing, chunk.subarray(start, end));
    if (goesOn) this.#stream.consume(end - start);
    else this.#heldBytes += end - start;
  }

  onEnd(): void {
    this.#stream.sendTrailers(this.#trailers);
  }

  onDrain(): void {
    this.#stream.consume(this.#heldBytes);
    this.#heldBytes = 0;
  }

  onClose(): void {}
}

function regularFields(headers: HeaderList): Fields {
  return headers.fields.filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => [name, value]);
}
