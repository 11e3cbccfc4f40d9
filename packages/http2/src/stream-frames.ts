import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint31, uint32 } from './frames/frame.ts';
import { Flag } from './frames/frame-type.ts';
import { withoutPadding } from './frames/padding.ts';
import type { EncodedBlock } from './header-assembly.ts';
import type { HeaderBlock } from './headers/header-block.ts';
import { sharedHeaderList } from './headers/header-list.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import type { RequestStreams, StreamsContext } from './request-streams.ts';
import type { ServerStream } from './server-stream.ts';

/** RFC 6585, section 5. */
const headersTooLarge = sharedHeaderList([[':status', '431']]);

/** What the peer may say on a stream, and what becomes of it: RFC 9113, sections 5.1 and 6. */
export class StreamFrames {
  readonly #context: StreamsContext;
  readonly #streams: RequestStreams;
  readonly #decoder: HpackDecoder;

  constructor(streams: RequestStreams, context: StreamsContext) {
    this.#streams = streams;
    this.#context = context;
    this.#decoder = new HpackDecoder(context.limits.headerListBytes);
  }

  /** RFC 9113, section 8.1. @param encoded undefined when it is not complete */
  onBlock(encoded: EncodedBlock | undefined): void {
    if (encoded === undefined) return;
    const { streamId, endStream, isSelfDependent, bytes, start, end } = encoded;
    // Decoded whatever becomes of it, since it may change the dynamic table: RFC 9113, section 4.3.
    const block = this.#decoder.decode(bytes, start, end);
    if (this.#streams.isIdle(streamId)) this.#onRequest(streamId, block, endStream, isSelfDependent);
    else this.#onTrailers(streamId, block, endStream);
  }

  #onRequest(streamId: number, block: HeaderBlock, endStream: boolean, isSelfDependent: boolean): void {
    const streams = this.#streams;
    const { accept, limits } = this.#context;
    const { headers } = block;
    streams.begin(streamId);
    if (streams.isIgnored(streamId)) return;
    if (streams.size >= limits.concurrentStreams) {
      streams.refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (!block.isTooLarge && !block.isRequest) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    // RFC 7540, section 5.3.1; and RFC 9113, section 8.1.1.
    if (isSelfDependent || (endStream && headers.contentLength > 0)) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }

    const stream = streams.take(streamId, headers, endStream);
    if (block.isTooLarge) {
      stream.sendHeaders(headersTooLarge, true);
      return;
    }
    const handler = accept(stream, headers);
    if (stream.closed) {
      handler.onClose(stream.closeReason);
      return;
    }
    stream.handler = handler;
    if (endStream) handler.onEnd(undefined);
  }

  #onTrailers(streamId: number, block: HeaderBlock, endStream: boolean): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#onFrameOfClosed(streamId, 'HEADERS', endStream);
      return;
    }
    if (stream.requestEnded) {
      this.#streams.fault(stream, ErrorCode.STREAM_CLOSED);
      return;
    }
    if (block.isTooLarge) {
      this.#streams.fault(stream, ErrorCode.ENHANCE_YOUR_CALM);
      return;
    }
    if (!endStream || !block.isTrailers || !isComplete(stream)) {
      this.#streams.fault(stream, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    stream.requestEnded = true;
    if (stream.closed) this.#streams.close(stream, undefined);
    else stream.handler.onEnd(block.headers);
  }

  /** RFC 9113, section 6.1. */
  onData(frame: Frame): void {
    const { streamId } = frame;
    const { receiveFlow } = this.#streams;
    // Padding counts: section 6.9.1.
    const length = frame.end - frame.start;
    receiveFlow.take(length);
    const stream = this.#streams.get(streamId);
    const endStream = (frame.flags & Flag.END_STREAM) !== 0;
    if ((frame.flags & Flag.PADDED) !== 0) withoutPadding(frame);
    const { bytes, start, end } = frame;
    if (start === end && !endStream) this.#context.rates.empty();
    if (stream === undefined) {
      receiveFlow.ignore(length);
      this.#onFrameOfClosed(streamId, 'DATA', endStream);
      return;
    }
    const error = this.#takeData(stream, length, end - start, endStream);
    if (error !== undefined) {
      receiveFlow.ignore(length);
      this.#refuseData(stream, error, end - start);
      return;
    }
    if (stream.closed) {
      receiveFlow.release(stream);
      if (endStream) this.#streams.close(stream, undefined);
      return;
    }
    if (stream.isDiscarded) receiveFlow.release(stream);
    else if (end > start) stream.handler.onData(bytes, start, end);
    if (endStream && !stream.closed) stream.handler.onEnd(undefined);
  }

  /** @param length of the frame's payload; `content` of it is not padding @returns the code of the error that it is, or undefined */
  #takeData(stream: ServerStream, length: number, content: number, endStream: boolean): number | undefined {
    if (stream.requestEnded) return ErrorCode.STREAM_CLOSED;
    stream.receivedBytes += content;
    if (endStream ? !isComplete(stream) : isTooMuch(stream)) return ErrorCode.PROTOCOL_ERROR;
    const error = this.#streams.receiveFlow.takeFor(stream, length, content);
    if (error !== undefined) return error;
    stream.requestEnded = endStream;
    return undefined;
  }

  #refuseData(stream: ServerStream, code: number, content: number): void {
    // What others have taken of the memory is not the peer's fault.
    const isFault = code !== ErrorCode.ENHANCE_YOUR_CALM || this.#context.memory.isOwnLimit(content);
    if (isFault) this.#streams.fault(stream, code);
    else this.#streams.reset(stream, { code, by: 'rules' });
  }

  /** RFC 9113, section 6.3: obsolete, but it has its form. */
  onPriority({ streamId, bytes, start, end }: Frame): void {
    if (streamId === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'PRIORITY on stream 0');
    if (end - start !== 5) {
      this.#faultOf(streamId, ErrorCode.FRAME_SIZE_ERROR, 'PRIORITY of a wrong size');
      return;
    }
    if (uint31(bytes, start) === streamId) {
      this.#faultOf(streamId, ErrorCode.PROTOCOL_ERROR, 'a stream that depends on itself');
    }
  }

  /** RFC 9113, section 6.4. */
  onReset({ streamId, bytes, start, end }: Frame): void {
    if (end - start !== 4) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'RST_STREAM of a wrong size');
    this.#refuseIdle(streamId, 'RST_STREAM');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#context.rates.control();
      this.#streams.forgetReset(streamId);
      return;
    }
    if (!this.#streams.isAnswered(stream)) this.#context.rates.reset();
    this.#streams.close(stream, { code: uint32(bytes, start), by: 'peer' });
  }

  /** RFC 9113, section 6.9, of a stream. */
  onWindowUpdate(streamId: number, increment: number): void {
    this.#refuseIdle(streamId, 'WINDOW_UPDATE');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      // A stream error, but this stream has ended.
      if (increment === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of 0');
      return;
    }
    const error = this.#streams.sender.widenStream(stream, increment);
    if (error !== undefined) this.#streams.fault(stream, error);
  }

  #faultOf(streamId: number, code: number, what: string): void {
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) this.#streams.fault(stream, code);
    else throw new ConnectionError(code, what);
  }

  /** RFC 9113, section 5.1: what may come on a closed stream, and what is an error. */
  #onFrameOfClosed(streamId: number, what: string, endStream: boolean): void {
    const streams = this.#streams;
    this.#refuseIdle(streamId, what);
    if (streams.isIgnored(streamId)) return;
    if (streams.mayBeReset(streamId)) {
      if (endStream) streams.forgetReset(streamId);
      return;
    }
    throw new ConnectionError(ErrorCode.STREAM_CLOSED, `${what} on a closed stream`);
  }

  #refuseIdle(streamId: number, what: string): void {
    if (this.#streams.isIdle(streamId))
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `${what} on an idle stream`);
  }
}

/** RFC 9113, section 8.1.1: content-length is the sum of the DATA. */
function isComplete({ headers: { contentLength }, receivedBytes }: ServerStream): boolean {
  return contentLength === -1 || contentLength === receivedBytes;
}

function isTooMuch({ headers: { contentLength }, receivedBytes }: ServerStream): boolean {
  return contentLength !== -1 && receivedBytes > contentLength;
}
