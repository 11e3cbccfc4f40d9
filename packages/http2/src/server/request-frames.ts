import type { ConnectionOptions } from '../api.ts';
import type { ConnectionParts, StreamFrameHandler } from '../connection/role.ts';
import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Frame, uint31, uint32 } from '../frames/frame.ts';
import { Flag } from '../frames/frame-type.ts';
import type { EncodedHeaderBlock } from '../frames/header-block-assembler.ts';
import { stripPadding } from '../frames/padding.ts';
import type { HeaderBlock } from '../headers/header-block.ts';
import { sharedHeaderList } from '../headers/header-list.ts';
import { HpackDecoder } from '../hpack/decoder.ts';
import type { ServerStream } from './server-stream.ts';
import type { StreamTable } from './stream-table.ts';

/** RFC 6585, section 5: Request Header Fields Too Large. */
const headersTooLarge = sharedHeaderList([[':status', '431']]);

/**
 * Turns the frames of streams into requests, and checks what a client may send on a stream: RFC 9113, sections 5.1, 6,
 * 8.
 */
export class RequestFrameHandler implements StreamFrameHandler {
  readonly #streams: StreamTable;
  readonly #parts: ConnectionParts;
  readonly #accept: ConnectionOptions['accept'];
  readonly #decoder: HpackDecoder;

  constructor(streams: StreamTable, parts: ConnectionParts, accept: ConnectionOptions['accept']) {
    this.#streams = streams;
    this.#parts = parts;
    this.#accept = accept;
    this.#decoder = new HpackDecoder(parts.limits.headerListBytes);
  }

  /** RFC 9113, section 8.1. */
  onHeaderBlock({ streamId, endStream, isSelfDependent, bytes, start, end }: EncodedHeaderBlock): void {
    // RFC 9113, section 4.3: every block is decoded, even an ignored one, since it may change the dynamic table.
    const block = this.#decoder.decode(bytes, start, end);
    if (this.#streams.isIdle(streamId)) this.#onRequest(streamId, block, endStream, isSelfDependent);
    else this.#onTrailers(streamId, block, endStream);
  }

  #onRequest(streamId: number, block: HeaderBlock, endStream: boolean, isSelfDependent: boolean): void {
    const streams = this.#streams;
    const { headers } = block;
    streams.onOpened(streamId);
    if (streams.isIgnored(streamId)) return;
    if (streams.size >= this.#parts.limits.concurrentStreams) {
      streams.refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (!block.isTooLarge && !block.isRequest) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    // RFC 7540, section 5.3.1, and RFC 9113, section 8.1.1.
    if (isSelfDependent || (endStream && headers.contentLength > 0)) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }

    const stream = streams.accept(streamId, headers, endStream);
    if (block.isTooLarge) {
      stream.sendHeaders(headersTooLarge, true);
      return;
    }
    stream.start(this.#accept(stream, headers));
    if (endStream && !stream.closed) stream.onEnd(undefined);
  }

  #onTrailers(streamId: number, block: HeaderBlock, endStream: boolean): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#onClosedStream(streamId, 'HEADERS', endStream);
      return;
    }
    const error = trailersError(stream, block, endStream);
    if (error !== undefined) {
      this.#streams.resetForViolation(stream, error);
      return;
    }
    this.#parts.inbound.onTrailers(stream.receive);
    if (stream.closed) this.#streams.close(stream, undefined);
    else stream.onEnd(block.headers);
  }

  /** RFC 9113, section 6.1. */
  onData(frame: Frame): void {
    const { streamId } = frame;
    const { inbound } = this.#parts;
    // RFC 9113, section 6.9.1: padding counts for flow control.
    const length = frame.end - frame.start;
    inbound.onConnectionData(length);
    const stream = this.#streams.get(streamId);
    const endStream = (frame.flags & Flag.END_STREAM) !== 0;
    if ((frame.flags & Flag.PADDED) !== 0) stripPadding(frame);
    const { bytes, start, end } = frame;
    if (start === end && !endStream) this.#parts.floodGuard.onEmptyFrame();
    if (stream === undefined) {
      inbound.discard(length);
      this.#onClosedStream(streamId, 'DATA', endStream);
      return;
    }
    const error = stream.takeData(length, end - start, endStream);
    if (error !== undefined) {
      inbound.discard(length);
      this.#streams.resetForViolation(stream, error);
      return;
    }
    const wasClosed = stream.closed;
    stream.deliverData(bytes, start, end);
    if (!endStream) return;
    if (wasClosed) this.#streams.close(stream, undefined);
    else if (!stream.closed) stream.onEnd(undefined);
  }

  /** RFC 9113, section 6.3: PRIORITY is deprecated, but its format is checked. */
  onPriority({ streamId, bytes, start, end }: Frame): void {
    if (streamId === 0) fail(ErrorCode.PROTOCOL_ERROR, 'PRIORITY on stream 0');
    if (end - start !== 5) {
      this.#resetOrFail(streamId, ErrorCode.FRAME_SIZE_ERROR, 'invalid size of PRIORITY');
    } else if (uint31(bytes, start) === streamId) {
      this.#resetOrFail(streamId, ErrorCode.PROTOCOL_ERROR, 'PRIORITY makes a stream depend on itself');
    }
  }

  /** RFC 9113, section 6.4. */
  onRstStream({ streamId, bytes, start, end }: Frame): void {
    if (end - start !== 4) fail(ErrorCode.FRAME_SIZE_ERROR, 'invalid size of RST_STREAM');
    this.#checkNotIdle(streamId, 'RST_STREAM');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#parts.floodGuard.onControlFrame();
      this.#streams.onResetStreamEnded(streamId);
      return;
    }
    if (!this.#streams.hasRespondedEarly(stream)) this.#parts.floodGuard.onReset();
    this.#streams.close(stream, { code: uint32(bytes, start), by: 'peer' });
  }

  /** RFC 9113, section 6.9. */
  onWindowUpdate(streamId: number, increment: number): void {
    this.#checkNotIdle(streamId, 'WINDOW_UPDATE');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      // This is an error of the stream, but a closed stream cannot be reset: the connection fails.
      if (increment === 0) fail(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE with an increment of 0');
      return;
    }
    const error = this.#parts.sender.onStreamWindowUpdate(stream.send, increment);
    if (error !== undefined) this.#streams.resetForViolation(stream, error);
  }

  /** Resets an open stream. A violation on any other stream fails the connection. */
  #resetOrFail(streamId: number, code: number, message: string): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) fail(code, message);
    this.#streams.resetForViolation(stream, code);
  }

  /**
   * RFC 9113, section 5.1: on a stream that we have reset or ignore, frames are dropped. On another closed stream they
   * are an error.
   */
  #onClosedStream(streamId: number, name: string, endStream: boolean): void {
    const streams = this.#streams;
    this.#checkNotIdle(streamId, name);
    if (streams.isIgnored(streamId)) return;
    if (!streams.mayBeReset(streamId)) fail(ErrorCode.STREAM_CLOSED, `${name} on a closed stream`);
    if (endStream) streams.onResetStreamEnded(streamId);
  }

  #checkNotIdle(streamId: number, name: string): void {
    if (this.#streams.isIdle(streamId)) fail(ErrorCode.PROTOCOL_ERROR, `${name} on an idle stream`);
  }
}

/** @returns the error code to reset the stream with, if the trailers are invalid */
function trailersError(stream: ServerStream, block: HeaderBlock, endStream: boolean): number | undefined {
  if (stream.requestEnded) return ErrorCode.STREAM_CLOSED;
  if (block.isTooLarge) return ErrorCode.ENHANCE_YOUR_CALM;
  const isValid = endStream && block.isTrailers && stream.isContentLengthValid(true);
  return isValid ? undefined : ErrorCode.PROTOCOL_ERROR;
}
