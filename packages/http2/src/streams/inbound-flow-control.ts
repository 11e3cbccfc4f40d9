import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { FrameType } from '../frames/frame-type.ts';
import type { FrameWriter } from '../frames/frame-writer.ts';
import type { Limits } from '../limits/limits.ts';
import { initialWindowBytes } from './window-size.ts';

/** The receive window and the buffered data of one stream. Only `InboundFlowControl` changes it. */
export class ReceiveWindow {
  readonly streamId: number;
  /** Bytes that the peer may still send. */
  available: number;
  /** Bytes returned to the window that no WINDOW_UPDATE has announced yet. */
  pendingUpdate = 0;
  /** Received bytes that have not been consumed. */
  unconsumed = 0;
  /** The part of `unconsumed` that `readAhead` has already returned to the windows. */
  readAhead = 0;
  /** Whether the peer has ended its side of the stream. No WINDOW_UPDATE is sent from then on. */
  ended: boolean;

  constructor(streamId: number, available: number, ended: boolean) {
    this.streamId = streamId;
    this.available = available;
    this.ended = ended;
  }
}

/**
 * Inbound flow control: RFC 9113, sections 5.2 and 6.9. WINDOW_UPDATE is sent when half of a window has been consumed:
 * the peer can send the other half in the meantime.
 */
export class InboundFlowControl {
  readonly #writer: FrameWriter;
  readonly #connectionSize: number;
  /** Bytes that the peer may still send on the connection. */
  #available = initialWindowBytes;
  /** Bytes returned to the connection window that no WINDOW_UPDATE has announced yet. */
  #pendingUpdate: number;
  readonly #streamSize: number;
  /**
   * The initial window of a stream. Until the peer acknowledges our SETTINGS, it is the larger of our value and the
   * RFC's.
   */
  #initialStreamWindow: number;

  constructor(writer: FrameWriter, limits: Limits) {
    this.#writer = writer;
    this.#connectionSize = Math.max(limits.connectionWindowBytes, initialWindowBytes);
    this.#pendingUpdate = this.#connectionSize - initialWindowBytes;
    this.#streamSize = limits.streamWindowBytes;
    this.#initialStreamWindow = Math.max(this.#streamSize, initialWindowBytes);
  }

  /** @param ended whether the peer has already ended its side of the stream */
  openWindow(streamId: number, ended: boolean): ReceiveWindow {
    return new ReceiveWindow(streamId, this.#initialStreamWindow, ended);
  }

  /** Enlarges the connection window to its limit. SETTINGS do not change it: RFC 9113, section 6.9.2. */
  sendInitialUpdate(): void {
    this.#sendConnectionUpdate();
  }

  /** From now on, the peer applies our SETTINGS_INITIAL_WINDOW_SIZE: RFC 9113, section 6.9.2. */
  onSettingsAck(openStreams: Iterable<{ readonly receive: ReceiveWindow }>): void {
    const change = this.#streamSize - this.#initialStreamWindow;
    this.#initialStreamWindow += change;
    for (const { receive } of openStreams) receive.available += change;
  }

  /**
   * Counts a DATA frame on any stream, open or not. One of `onStreamData` and `discard` has to follow.
   *
   * @param length with padding: RFC 9113, section 6.9.1
   * @throws ConnectionError FLOW_CONTROL_ERROR
   */
  onConnectionData(length: number): void {
    this.#available -= length;
    if (this.#available < 0) fail(ErrorCode.FLOW_CONTROL_ERROR, 'DATA exceeds the connection window');
  }

  /** Drops a DATA frame that belongs to no open stream, and returns its bytes to the connection window. */
  discard(length: number): void {
    this.#returnToConnection(length);
  }

  /**
   * Takes a DATA frame for a stream, and returns its padding to the windows.
   *
   * @param length with padding
   * @param content the length without padding
   * @returns the error code to reset the stream with, if the frame exceeds the window. The frame is then not counted
   */
  onStreamData(window: ReceiveWindow, length: number, content: number, ended: boolean): number | undefined {
    if (length > window.available) return ErrorCode.FLOW_CONTROL_ERROR;
    window.available -= length;
    window.unconsumed += content;
    if (length > content) this.#returnBytes(window, length - content);
    window.ended = ended;
    return undefined;
  }

  /** The peer has ended its side of the stream without DATA: with trailers, or with its headers. */
  onPeerEnd(window: ReceiveWindow): void {
    window.ended = true;
  }

  consume(window: ReceiveWindow, bytes: number): void {
    const consumed = Math.min(bytes, window.unconsumed);
    const alreadyReturned = Math.min(consumed, window.readAhead);
    window.unconsumed -= consumed;
    window.readAhead -= alreadyReturned;
    this.#returnBytes(window, consumed - alreadyReturned);
  }

  readAhead(window: ReceiveWindow): void {
    const more = window.unconsumed - window.readAhead;
    window.readAhead += more;
    this.#returnBytes(window, more);
  }

  /** Returns all unconsumed data to the connection window only: the stream does not receive any more. */
  release(window: ReceiveWindow): void {
    if (window.unconsumed === 0) return;
    this.#returnToConnection(window.unconsumed - window.readAhead);
    window.unconsumed = 0;
    window.readAhead = 0;
  }

  #returnBytes(window: ReceiveWindow, bytes: number): void {
    this.#returnToConnection(bytes);
    if (window.ended) return;
    window.pendingUpdate += bytes;
    if (window.pendingUpdate * 2 < this.#streamSize) return;
    this.#writer.integerFrame(FrameType.WINDOW_UPDATE, window.streamId, window.pendingUpdate);
    window.available += window.pendingUpdate;
    window.pendingUpdate = 0;
  }

  #returnToConnection(bytes: number): void {
    this.#pendingUpdate += bytes;
    if (this.#pendingUpdate * 2 >= this.#connectionSize) this.#sendConnectionUpdate();
  }

  #sendConnectionUpdate(): void {
    if (this.#pendingUpdate === 0) return;
    this.#writer.integerFrame(FrameType.WINDOW_UPDATE, 0, this.#pendingUpdate);
    this.#available += this.#pendingUpdate;
    this.#pendingUpdate = 0;
  }
}
