import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Frame, uint31, uint32 } from '../frames/frame.ts';
import { Flag } from '../frames/frame-type.ts';
import type { EncodedHeaderBlock } from '../frames/header-block-assembler.ts';
import { stripPadding } from '../frames/padding.ts';
import type { HeaderBlock } from '../headers/header-block.ts';
import { HpackDecoder } from '../hpack/decoder.ts';
import type { BaseStream } from '../streams/base-stream.ts';
import type { ConnectionParts, StreamFrameHandler } from './role.ts';
import type { StreamTable } from './stream-table.ts';

/**
 * Takes the frames of streams, and checks what a peer may send on a stream: RFC 9113, sections 5.1, 6, 8. Subclasses
 * read the first header block of a stream, as a request or as a response.
 */
export abstract class StreamFrames<S extends BaseStream> implements StreamFrameHandler {
  protected readonly parts: ConnectionParts;
  readonly #streams: StreamTable<S>;
  readonly #decoder: HpackDecoder;

  constructor(streams: StreamTable<S>, parts: ConnectionParts) {
    this.#streams = streams;
    this.parts = parts;
    this.#decoder = new HpackDecoder(parts.limits.headerListBytes);
  }

  /** RFC 9113, section 8.1. */
  onHeaderBlock(encoded: EncodedHeaderBlock): void {
    // RFC 9113, section 4.3: every block is decoded, even an ignored one, since it may change the dynamic table.
    this.onBlock(encoded, this.#decoder.decode(encoded.bytes, encoded.start, encoded.end));
  }

  /** @param encoded valid until the next frame */
  protected abstract onBlock(encoded: EncodedHeaderBlock, block: HeaderBlock): void;

  protected onTrailers(streamId: number, block: HeaderBlock, endStream: boolean): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.onClosedStream(streamId, 'HEADERS', endStream);
      return;
    }
    const error = trailersError(stream, block, endStream);
    if (error !== undefined) {
      this.#streams.resetForViolation(stream, error);
      return;
    }
    this.parts.inbound.onPeerEnd(stream.receive);
    this.#streams.onPeerEnd(stream, block.headers);
  }

  /** RFC 9113, section 6.1. */
  onData(frame: Frame): void {
    const { streamId } = frame;
    const { inbound } = this.parts;
    // RFC 9113, section 6.9.1: padding counts for flow control.
    const length = frame.end - frame.start;
    inbound.onConnectionData(length);
    const stream = this.#streams.get(streamId);
    const endStream = (frame.flags & Flag.END_STREAM) !== 0;
    if ((frame.flags & Flag.PADDED) !== 0) stripPadding(frame);
    const { bytes, start, end } = frame;
    if (start === end && !endStream) this.parts.floodGuard.onEmptyFrame();
    if (stream === undefined) {
      inbound.discard(length);
      this.onClosedStream(streamId, 'DATA', endStream);
      return;
    }
    const error = stream.takeData(length, end - start, endStream);
    if (error !== undefined) {
      inbound.discard(length);
      this.#streams.resetForViolation(stream, error);
      return;
    }
    stream.deliverData(bytes, start, end);
    if (endStream) this.#streams.onPeerEnd(stream, undefined);
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
      this.parts.floodGuard.onControlFrame();
      this.#streams.onResetStreamEnded(streamId);
      return;
    }
    this.#streams.onPeerReset(stream);
    this.#streams.close(stream, { code: uint32(bytes, start), by: 'peer' });
  }

  /** RFC 9113, section 6.9. */
  onWindowUpdate(streamId: number, increment: number): void {
    this.#checkNotIdle(streamId, 'WINDOW_UPDATE');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      // The RFC defines this as an error of the stream. A closed stream cannot be reset, so the connection fails
      // instead.
      if (increment === 0) fail(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE with an increment of 0');
      return;
    }
    const error = this.parts.sender.onStreamWindowUpdate(stream.send, increment);
    if (error !== undefined) this.#streams.resetForViolation(stream, error);
  }

  /** Resets an open stream. A violation on any other stream fails the connection. */
  #resetOrFail(streamId: number, code: number, message: string): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) fail(code, message);
    this.#streams.resetForViolation(stream, code);
  }

  /**
   * RFC 9113, section 5.1: frames on a stream that we have reset or ignore are dropped. Frames on any other closed
   * stream are an error.
   */
  protected onClosedStream(streamId: number, name: string, endStream: boolean): void {
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
function trailersError(stream: BaseStream, block: HeaderBlock, endStream: boolean): number | undefined {
  if (stream.receive.ended) return ErrorCode.STREAM_CLOSED;
  if (block.isTooLarge) return ErrorCode.ENHANCE_YOUR_CALM;
  const isValid = endStream && block.isTrailers && stream.isContentLengthValid(true);
  return isValid ? undefined : ErrorCode.PROTOCOL_ERROR;
}
