import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { maxFrameBytes } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import type { HeaderList } from './headers/header-list.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { clock } from './limits/clock.ts';
import type { MemoryShare } from './limits/memory-share.ts';
import { SendQueue } from './send-queue.ts';
import type { ServerStream } from './server-stream.ts';

/** RFC 9113, section 6.9.1. */
const largestWindow = 0x7fffffff;
/** Of streams and connection, until the peer says otherwise: RFC 9113, section 6.9.2. */
const initialWindow = 65_535;
const nothing = new Uint8Array();

/** What becomes of a stream that is sent on. */
export interface SenderEvents {
  /** The end of its response has been written. */
  onResponseEnd(stream: ServerStream): void;
  /** What it wants to queue is more than a limit allows. */
  onOverflow(stream: ServerStream): void;
}

/** Sends responses as the peer's windows and the socket allow: RFC 9113, section 5.2. */
export class ResponseSender {
  readonly encoder = new HpackEncoder();
  readonly #output: Output;
  readonly #events: SenderEvents;
  readonly #memory: MemoryShare;
  readonly #queueLimit: number;
  #window = initialWindow;
  #streamWindow = initialWindow;
  /** Streams with a queue, or whose handlers want to be told that they may go on; in the order in which they take turns. */
  readonly #waiting = new Set<ServerStream>();

  /** @param queueLimit of what a stream may add to, in bytes */
  constructor(output: Output, events: SenderEvents, memory: MemoryShare, queueLimit: number) {
    this.#output = output;
    this.#events = events;
    this.#memory = memory;
    this.#queueLimit = queueLimit;
  }

  /** The window of a new stream. */
  get streamWindow(): number {
    return this.#streamWindow;
  }

  headers(stream: ServerStream, headers: HeaderList, end: boolean): void {
    this.#output.headers(stream.id, this.encoder.encode(headers), end);
    if (end) this.#end(stream);
  }

  /** @returns false when the handler should wait for `onDrain` */
  data(stream: ServerStream, head: Uint8Array, body: Uint8Array, end: boolean): boolean {
    const length = head.length + body.length;
    const fits = length <= maxFrameBytes && length <= stream.sendWindow && length <= this.#window;
    if (!fits || stream.queue !== undefined || this.#output.isFull) return this.#enqueue(stream, head, body, end);
    if (length > 0 || end) this.#output.data(stream.id, head, body, 0, body.length, end);
    stream.sendWindow -= length;
    this.#window -= length;
    if (end) this.#end(stream);
    return end || !this.#output.isFull || this.#wait(stream);
  }

  trailers(stream: ServerStream, trailers: HeaderList): void {
    if (stream.queue === undefined) {
      this.headers(stream, trailers, true);
      return;
    }
    stream.queue.end = trailers;
    stream.responseEnded = true;
  }

  #end(stream: ServerStream): void {
    stream.responseEnded = true;
    this.#events.onResponseEnd(stream);
  }

  #wait(stream: ServerStream): false {
    stream.wantsDrain = true;
    this.#waiting.add(stream);
    return false;
  }

  #enqueue(stream: ServerStream, head: Uint8Array, body: Uint8Array, end: boolean): boolean {
    const length = head.length + body.length;
    const { queuedBytes } = stream;
    const isTooMuch = queuedBytes > 0 && queuedBytes + length > this.#queueLimit;
    if (isTooMuch || !this.#memory.take(length)) {
      this.#events.onOverflow(stream);
      return true;
    }
    stream.queue ??= new SendQueue();
    stream.queue.push(new Uint8Array(head));
    stream.queue.push(body);
    if (end) {
      stream.queue.end = 'data';
      stream.responseEnded = true;
    }
    this.#waiting.add(stream);
    while (this.#canSend(stream)) this.#sendNext(stream);
    return end || stream.closed || (stream.queue === undefined && !this.#output.isFull) || this.#wait(stream);
  }

  #canSend(stream: ServerStream): boolean {
    if (stream.queue === undefined || this.#output.isFull) return false;
    return stream.queue.bytes === 0 || (this.#window > 0 && stream.sendWindow > 0);
  }

  /** Sends one DATA frame of what is queued, and what follows the last. */
  #sendNext(stream: ServerStream): void {
    const queue = stream.queue as SendQueue;
    const before = queue.bytes;
    const endsWithData = queue.end === 'data';
    queue.take(Math.min(maxFrameBytes, this.#window, stream.sendWindow), (piece, start, end, isLast) => {
      this.#output.data(stream.id, nothing, piece, start, end, isLast && endsWithData);
    });
    const sent = before - queue.bytes;
    stream.sendWindow -= sent;
    this.#window -= sent;
    this.#memory.give(sent);
    if (queue.bytes > 0) return;
    stream.queue = undefined;
    if (queue.end === undefined) return;
    this.#waiting.delete(stream);
    if (before === 0 && endsWithData) this.#output.data(stream.id, nothing, nothing, 0, 0, true);
    if (typeof queue.end === 'object') this.headers(stream, queue.end, true);
    else this.#end(stream);
  }

  /** Sends what may be sent now, a frame of each stream in turn, and tells handlers to go on. */
  pump(): void {
    for (const stream of this.#waiting) {
      if (this.#output.isFull) return;
      if (stream.queue === undefined) {
        this.#waiting.delete(stream);
        stream.wantsDrain = false;
        stream.handler.onDrain();
      } else if (this.#canSend(stream)) {
        this.#sendNext(stream);
        // Its next turn is after all others: the loop comes to it again.
        if (this.#waiting.delete(stream) && (stream.queue !== undefined || stream.wantsDrain))
          this.#waiting.add(stream);
      }
    }
  }

  /** Forgets what a stream that has closed still had to send. */
  drop(stream: ServerStream): void {
    if (stream.queue === undefined && !stream.wantsDrain) return;
    this.#waiting.delete(stream);
    this.#memory.give(stream.queuedBytes);
    stream.queue = undefined;
  }

  /** Streams with a queue that has not moved for as long as that. */
  stalled(milliseconds: number): ServerStream[] {
    const since = clock.now - milliseconds;
    return [...this.#waiting].filter(({ queue }) => queue !== undefined && queue.progressAt < since);
  }

  /** WINDOW_UPDATE of the connection: RFC 9113, section 6.9. @throws ConnectionError */
  widen(increment: number): void {
    if (increment === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of 0');
    this.#window += increment;
    if (this.#window > largestWindow)
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large');
    this.pump();
  }

  /** WINDOW_UPDATE of a stream. @returns the code of the error that it is, or undefined */
  widenStream(stream: ServerStream, increment: number): number | undefined {
    if (increment === 0) return ErrorCode.PROTOCOL_ERROR;
    stream.sendWindow += increment;
    if (stream.sendWindow > largestWindow) return ErrorCode.FLOW_CONTROL_ERROR;
    if (this.#canSend(stream)) this.pump();
    return undefined;
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE: RFC 9113, section 6.9.2. @throws ConnectionError */
  setStreamWindow(size: number, streams: Iterable<ServerStream>): void {
    const change = size - this.#streamWindow;
    this.#streamWindow = size;
    for (const stream of streams) {
      stream.sendWindow += change;
      if (stream.sendWindow > largestWindow) {
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large');
      }
    }
    this.pump();
  }
}
