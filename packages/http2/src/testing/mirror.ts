import { type HeaderList, headerList } from '../headers/header-list.ts';
import type { Stream, StreamHandler } from '../stream-handler.ts';
import type { Fields } from './raw-client.ts';

const nothing = new Uint8Array();

/** Sends back what comes as it comes: the fields that are not pseudo as headers and as trailers, and the content, as the peer takes it. */
export class Mirror implements StreamHandler {
  readonly #stream: Stream;
  readonly #trailers: HeaderList;
  /** Not consumed, because the peer has not taken what came before. */
  #heldBytes = 0;

  constructor(stream: Stream, fields: Fields = ownFields(stream.headers), trailers = headerList(fields)) {
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

function ownFields(headers: HeaderList): Fields {
  return headers.fields.filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => [name, value]);
}
