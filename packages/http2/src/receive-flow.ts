import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import type { Limits } from './limits/limits.ts';
import type { MemoryShare } from './limits/memory-share.ts';
import type { ServerStream } from './server-stream.ts';

/** RFC 9113, section 6.9.2: of a connection at first, and of streams before the peer knows what we want theirs to be. */
const initialWindow = 65_535;

/**
 * What the peer may send: RFC 9113, sections 5.2 and 6.9. It is given back as handlers consume it, half a window at a time, so that the
 * peer has the other half to send meanwhile.
 */
export class ReceiveFlow {
  readonly #output: Output;
  readonly #memory: MemoryShare;
  /** Of the connection. */
  readonly #size: number;
  #left = initialWindow;
  #unannounced: number;
  /** Of a stream. */
  readonly #streamSize: number;
  #streamWindow: number;

  constructor(output: Output, memory: MemoryShare, limits: Limits) {
    this.#output = output;
    this.#memory = memory;
    this.#size = Math.max(limits.connectionWindowBytes, initialWindow);
    this.#unannounced = this.#size - initialWindow;
    this.#streamSize = limits.streamWindowBytes;
    this.#streamWindow = Math.max(this.#streamSize, initialWindow);
  }

  /** The window of a new stream. */
  get streamWindow(): number {
    return this.#streamWindow;
  }

  /** The window of the connection, which SETTINGS do not change: RFC 9113, section 6.9.2. */
  announceFirst(): void {
    this.#announce();
  }

  /** The peer knows SETTINGS_INITIAL_WINDOW_SIZE now. */
  onSettingsAcknowledged(streams: Iterable<ServerStream>): void {
    const change = this.#streamSize - this.#streamWindow;
    this.#streamWindow += change;
    for (const stream of streams) stream.receiveWindow += change;
  }

  /** DATA has come, with its padding, on whatever stream. @throws ConnectionError FLOW_CONTROL_ERROR */
  take(length: number): void {
    this.#left -= length;
    if (this.#left < 0) throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'more DATA than the window');
  }

  /** It belongs to no stream that is open, or is not wanted. */
  ignore(length: number): void {
    this.#giveBack(length);
  }

  /**
   * It is for the handler of a stream, but for its padding.
   *
   * @param content its length without padding
   * @returns the code of the error that it is, or undefined
   */
  takeFor(stream: ServerStream, length: number, content: number): number | undefined {
    if (length > stream.receiveWindow) return ErrorCode.FLOW_CONTROL_ERROR;
    if (!this.#memory.take(content)) return ErrorCode.ENHANCE_YOUR_CALM;
    stream.receiveWindow -= length;
    stream.unconsumedBytes += content;
    if (length > content) this.#giveBackOf(stream, length - content);
    return undefined;
  }

  consume(stream: ServerStream, bytes: number): void {
    const consumed = Math.min(bytes, stream.unconsumedBytes);
    const isReadAhead = Math.min(consumed, stream.readAheadBytes);
    stream.unconsumedBytes -= consumed;
    stream.readAheadBytes -= isReadAhead;
    this.#memory.give(consumed);
    this.#giveBackOf(stream, consumed - isReadAhead);
  }

  readAhead(stream: ServerStream): void {
    const more = stream.unconsumedBytes - stream.readAheadBytes;
    stream.readAheadBytes += more;
    this.#giveBackOf(stream, more);
  }

  /** What a stream that has closed did not consume. */
  release(stream: ServerStream): void {
    if (stream.unconsumedBytes === 0) return;
    this.#memory.give(stream.unconsumedBytes);
    this.#giveBack(stream.unconsumedBytes - stream.readAheadBytes);
    stream.unconsumedBytes = 0;
    stream.readAheadBytes = 0;
  }

  #giveBackOf(stream: ServerStream, bytes: number): void {
    this.#giveBack(bytes);
    if (stream.requestEnded) return;
    stream.unannouncedBytes += bytes;
    if (stream.unannouncedBytes * 2 < this.#streamSize) return;
    this.#output.integerFrame(FrameType.WINDOW_UPDATE, stream.id, stream.unannouncedBytes);
    stream.receiveWindow += stream.unannouncedBytes;
    stream.unannouncedBytes = 0;
  }

  #giveBack(bytes: number): void {
    this.#unannounced += bytes;
    if (this.#unannounced * 2 >= this.#size) this.#announce();
  }

  #announce(): void {
    if (this.#unannounced === 0) return;
    this.#output.integerFrame(FrameType.WINDOW_UPDATE, 0, this.#unannounced);
    this.#left += this.#unannounced;
    this.#unannounced = 0;
  }
}
