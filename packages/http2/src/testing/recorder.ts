import { EventEmitter, once } from 'node:events';
import type { ConnectionOptions, Stream, StreamClose, StreamHandler } from '../api.ts';
import type { HeaderList } from '../headers/header-list.ts';

/** Counts the data that a stream receives, and records how the stream ends. */
export class StreamRecorder {
  readonly trailers: (HeaderList | undefined)[] = [];
  readonly closes: (StreamClose | undefined)[] = [];
  bytes = 0;
  drains = 0;

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

/** Records the events of a request. It neither consumes data nor responds: the test does. */
export class Recorder extends StreamRecorder implements StreamHandler {
  readonly stream: Stream;

  constructor(stream: Stream) {
    super();
    this.stream = stream;
  }
}

/** The recorders of a server's streams, in the order in which the streams were opened. */
export class Recorders {
  readonly #all: Recorder[] = [];
  readonly #events = new EventEmitter();

  readonly accept: ConnectionOptions['accept'] = (stream) => {
    const recorder = new Recorder(stream);
    this.#all.push(recorder);
    this.#events.emit('accept');
    return recorder;
  };

  get count(): number {
    return this.#all.length;
  }

  /** Waits for the stream with this index, from 0. @returns its recorder */
  async at(index: number): Promise<Recorder> {
    for (;;) {
      const recorder = this.#all[index];
      if (recorder !== undefined) return recorder;
      await once(this.#events, 'accept');
    }
  }
}
