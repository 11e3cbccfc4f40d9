import { EventEmitter, once } from 'node:events';
import type { ConnectionOptions } from '../connection-options.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { Stream, StreamClose, StreamHandler } from '../stream-handler.ts';

/** Writes down what it is told of a request, consumes nothing and says nothing: that is for the test. */
export class Recorder implements StreamHandler {
  readonly stream: Stream;
  readonly trailers: (HeaderList | undefined)[] = [];
  readonly closes: (StreamClose | undefined)[] = [];
  bytes = 0;
  drains = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  onData(_chunk: Buffer, start: number, end: number): void {
    this.bytes += end - start;
  }

  onEnd(trailers: HeaderList | undefined): void {
    this.trailers.push(trailers);
  }

  onDrain(): void {
    this.drains++;
  }

  onClose(reason: StreamClose | undefined): void {
    this.closes.push(reason);
  }
}

/** The recorders of a server's streams, in the order in which these came. */
export class Recorders {
  readonly #all: Recorder[] = [];
  readonly #news = new EventEmitter();

  readonly accept: ConnectionOptions['accept'] = (stream) => {
    const recorder = new Recorder(stream);
    this.#all.push(recorder);
    this.#news.emit('accept');
    return recorder;
  };

  get count(): number {
    return this.#all.length;
  }

  /** The recorder of the stream that came as number `index`, from 0, when it has come. */
  async at(index: number): Promise<Recorder> {
    for (;;) {
      const recorder = this.#all[index];
      if (recorder !== undefined) return recorder;
      await once(this.#news, 'accept');
    }
  }
}
