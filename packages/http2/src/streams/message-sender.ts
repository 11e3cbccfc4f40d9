import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { maxFrameBytes } from '../frames/frame-type.ts';
import type { FrameWriter } from '../frames/frame-writer.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { HpackEncoder } from '../hpack/encoder.ts';
import type { Limits } from '../limits/limits.ts';
import { SendQueue } from './send-queue.ts';
import { initialWindowBytes, maxWindowBytes } from './window-size.ts';

const nothing = new Uint8Array();

/** The events of a sending stream. */
export interface SendEvents {
  /** The last frame of the message has been written. */
  onSendEnd(): void;
  /** The queue of the stream is too long, or has not moved for too long: reset the stream. */
  onSendLimitExceeded(): void;
  /** The data that was queued when `data` returned false has been written. */
  onDrain(): void;
}

/** The sending side of one stream. Only `MessageSender` changes it. */
export class SendState {
  readonly streamId: number;
  readonly events: SendEvents;
  /** The flow-control window: bytes that may still be sent. Negative after SETTINGS have made it smaller. */
  window: number;
  /** The end has been sent or queued, or the stream has closed: nothing more may be sent. */
  ended = false;
  queue: SendQueue | undefined = undefined;
  /** `data` has returned false, and `onDrain` is due. */
  wantsDrain = false;

  constructor(streamId: number, events: SendEvents, window: number) {
    this.streamId = streamId;
    this.events = events;
    this.window = window;
  }

  get queuedBytes(): number {
    return this.queue === undefined ? 0 : this.queue.bytes;
  }
}

/**
 * Sends the messages (headers, data, trailers) of all streams of a connection, as the flow-control windows and the
 * socket allow: RFC 9113, sections 5.2 and 8.1. Streams with queued data take turns, one DATA frame each.
 */
export class MessageSender {
  readonly #encoder = new HpackEncoder();
  readonly #writer: FrameWriter;
  readonly #limits: Limits;
  /** Bytes that may still be sent on the connection. */
  #window = initialWindowBytes;
  #initialStreamWindow = initialWindowBytes;
  /** Streams with a queue or a due `onDrain`, in the order of their turns. */
  readonly #waiting = new Set<SendState>();

  constructor(writer: FrameWriter, limits: Limits) {
    this.#writer = writer;
    this.#limits = limits;
  }

  openStream(streamId: number, events: SendEvents): SendState {
    return new SendState(streamId, events, this.#initialStreamWindow);
  }

  /** @param more fields of this message alone, which follow those of `headers` */
  headers(stream: SendState, headers: HeaderList, end: boolean, more?: HeaderList): void {
    this.#writer.headers(stream.streamId, this.#encoder.encode(headers, more), end);
    if (end) this.#end(stream);
  }

  /** @returns false for backpressure: wait for `onDrain` */
  data(stream: SendState, head: Uint8Array, body: Uint8Array, end: boolean): boolean {
    const length = head.length + body.length;
    const fits = length <= maxFrameBytes && length <= stream.window && length <= this.#window;
    if (!fits || stream.queue !== undefined || this.#writer.isFull) return this.#enqueue(stream, head, body, end);
    if (length > 0 || end) this.#writer.data(stream.streamId, head, body, 0, body.length, end);
    stream.window -= length;
    this.#window -= length;
    if (end) this.#end(stream);
    return end || !this.#writer.isFull || this.#waitForDrain(stream);
  }

  trailers(stream: SendState, trailers: HeaderList): void {
    if (stream.queue === undefined) {
      this.headers(stream, trailers, true);
      return;
    }
    stream.queue.end = trailers;
    stream.ended = true;
  }

  #end(stream: SendState): void {
    stream.ended = true;
    stream.events.onSendEnd();
  }

  #waitForDrain(stream: SendState): false {
    stream.wantsDrain = true;
    this.#waiting.add(stream);
    return false;
  }

  #enqueue(stream: SendState, head: Uint8Array, body: Uint8Array, end: boolean): boolean {
    const length = head.length + body.length;
    const { queuedBytes } = stream;
    if (queuedBytes > 0 && queuedBytes + length > this.#limits.queuedBytes) {
      stream.events.onSendLimitExceeded();
      return true;
    }
    stream.queue ??= new SendQueue();
    stream.queue.push(new Uint8Array(head));
    stream.queue.push(body);
    if (end) {
      stream.queue.end = 'data';
      stream.ended = true;
    }
    this.#waiting.add(stream);
    while (this.#canSend(stream)) this.#sendNext(stream);
    return stream.ended || (stream.queue === undefined && !this.#writer.isFull) || this.#waitForDrain(stream);
  }

  #canSend(stream: SendState): boolean {
    if (stream.queue === undefined || this.#writer.isFull) return false;
    return stream.queue.bytes === 0 || (this.#window > 0 && stream.window > 0);
  }

  /** Sends one DATA frame of the queue, and the end of the message if the queue is empty then. */
  #sendNext(stream: SendState): void {
    const { streamId } = stream;
    const queue = stream.queue as SendQueue;
    const sent = queue.send(this.#writer, streamId, Math.min(maxFrameBytes, this.#window, stream.window));
    stream.window -= sent;
    this.#window -= sent;
    if (queue.bytes > 0) return;
    stream.queue = undefined;
    if (queue.end === undefined) return;
    this.#waiting.delete(stream);
    if (typeof queue.end === 'object') {
      this.headers(stream, queue.end, true);
      return;
    }
    if (sent === 0) this.#writer.data(streamId, nothing, nothing, 0, 0, true);
    this.#end(stream);
  }

  /** Sends the queued data that may be sent now, and calls `onDrain` where it is due. */
  pump(): void {
    for (const stream of this.#waiting) {
      if (this.#writer.isFull) return;
      if (stream.queue === undefined) {
        this.#waiting.delete(stream);
        stream.wantsDrain = false;
        stream.events.onDrain();
      } else if (this.#canSend(stream)) {
        this.#sendNext(stream);
        // Moves the stream behind all others. The loop visits it again.
        const isWaiting = this.#waiting.delete(stream);
        if (isWaiting && (stream.queue !== undefined || stream.wantsDrain)) this.#waiting.add(stream);
      }
    }
  }

  /** The stream has closed: drops its queue. */
  close(stream: SendState): void {
    stream.ended = true;
    if (stream.queue === undefined && !stream.wantsDrain) return;
    this.#waiting.delete(stream);
    stream.queue = undefined;
  }

  /** Reports the streams whose queue has not moved for `Limits.zeroWindowMs`. */
  onTick(now: number): void {
    const since = now - this.#limits.zeroWindowMs;
    const stalled = [...this.#waiting].filter(({ queue }) => queue !== undefined && queue.progressAt < since);
    for (const { events } of stalled) events.onSendLimitExceeded();
  }

  /** Handles SETTINGS_HEADER_TABLE_SIZE of the peer. */
  setHeaderTableSize(size: number): void {
    this.#encoder.setPeerTableSize(size);
  }

  /** Handles SETTINGS_INITIAL_WINDOW_SIZE of the peer: RFC 9113, section 6.9.2. @throws ConnectionError */
  setInitialStreamWindow(size: number, openStreams: Iterable<{ readonly send: SendState }>): void {
    const change = size - this.#initialStreamWindow;
    this.#initialStreamWindow = size;
    for (const { send } of openStreams) {
      send.window += change;
      if (send.window > maxWindowBytes) fail(ErrorCode.FLOW_CONTROL_ERROR, 'stream window exceeds 2^31-1');
    }
    this.pump();
  }

  /** Handles WINDOW_UPDATE for the connection: RFC 9113, section 6.9. @throws ConnectionError */
  onConnectionWindowUpdate(increment: number): void {
    if (increment === 0) fail(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE with an increment of 0');
    this.#window += increment;
    if (this.#window > maxWindowBytes) fail(ErrorCode.FLOW_CONTROL_ERROR, 'connection window exceeds 2^31-1');
    this.pump();
  }

  /** Handles WINDOW_UPDATE for a stream. @returns the error code to reset the stream with, if the update is invalid */
  onStreamWindowUpdate(stream: SendState, increment: number): number | undefined {
    if (increment === 0) return ErrorCode.PROTOCOL_ERROR;
    stream.window += increment;
    if (stream.window > maxWindowBytes) return ErrorCode.FLOW_CONTROL_ERROR;
    if (this.#canSend(stream)) this.pump();
    return undefined;
  }
}
