import { ConnectionError } from './connection-error.ts';
import type { Connection, ConnectionOptions } from './connection-options.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint31, uint32 } from './frames/frame.ts';
import { Flag, FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import { withoutPadding } from './frames/padding.ts';
import type { HeaderBlock } from './headers/header-block.ts';
import { sharedHeaderList } from './headers/header-list.ts';
import { clock } from './limits/clock.ts';
import type { FrameRates } from './limits/frame-rates.ts';
import type { Limits } from './limits/limits.ts';
import type { MemoryBudget } from './limits/memory-budget.ts';
import { ReceiveFlow } from './receive-flow.ts';
import { ResetStreams } from './reset-streams.ts';
import { ResponseSender, type SenderEvents } from './response-sender.ts';
import { ServerStream } from './server-stream.ts';
import type { StreamClose } from './stream-handler.ts';

/** RFC 6585, section 5. */
const headersTooLarge = sharedHeaderList([[':status', '431']]);

/** How long a peer whose request was answered before it ended has to end it by itself, in milliseconds: most ends are on their way. */
const lingerMs = 250;
const answeredEarly: StreamClose = { code: ErrorCode.NO_ERROR, by: 'handler' };

export interface StreamsContext {
  readonly connection: Connection;
  readonly accept: ConnectionOptions['accept'];
  readonly limits: Limits;
  readonly memory: MemoryBudget;
  readonly output: Output;
  readonly rates: FrameRates;
  /** Called when the last stream has closed. */
  readonly onEmpty: () => void;
}

/** The streams of a connection, and what the peer may say on them: RFC 9113, section 5.1. */
export class RequestStreams implements SenderEvents {
  readonly sender: ResponseSender;
  readonly receiveFlow: ReceiveFlow;
  readonly #context: StreamsContext;
  readonly #open = new Map<number, ServerStream>();
  readonly #reset = new ResetStreams();
  /** Those whose response has ended before their request, and when. Nobody is told any more of what comes. */
  readonly #answered = new Map<ServerStream, number>();
  /** The last stream that the peer has opened, and the last of those that was taken. */
  #highest = 0;
  #lastTaken = 0;
  /** Streams after this one are ignored. */
  #lastAllowed = Number.POSITIVE_INFINITY;

  constructor(context: StreamsContext) {
    this.#context = context;
    const { limits, memory, output } = context;
    this.sender = new ResponseSender(output, this, memory, limits.queuedBytes);
    this.receiveFlow = new ReceiveFlow(output, memory, limits);
  }

  get connection(): Connection {
    return this.#context.connection;
  }

  get size(): number {
    return this.#open.size;
  }

  get lastTaken(): number {
    return this.#lastTaken;
  }

  /** Takes no stream after the last that was taken: RFC 9113, section 6.8. */
  stop(): void {
    this.#lastAllowed = this.#lastTaken;
  }

  /** The peer knows SETTINGS_INITIAL_WINDOW_SIZE now: RFC 9113, section 6.9.2. */
  onSettingsAcknowledged(): void {
    this.receiveFlow.onSettingsAcknowledged(this.#open.values());
  }

  setPeerStreamWindow(size: number): void {
    this.sender.setStreamWindow(size, this.#open.values());
  }

  // What the peer says.

  /** A whole header block of a stream: RFC 9113, section 8.1. @param isSelfDependent its priority is that it depends on itself */
  onHeaders(streamId: number, block: HeaderBlock, endStream: boolean, isSelfDependent: boolean): void {
    if (streamId > this.#highest) this.#onRequest(streamId, block, endStream, isSelfDependent);
    else this.#onTrailers(streamId, block, endStream);
  }

  #onRequest(streamId: number, block: HeaderBlock, endStream: boolean, isSelfDependent: boolean): void {
    const { accept, limits } = this.#context;
    const { headers } = block;
    this.#highest = streamId;
    if (streamId > this.#lastAllowed) return;
    if (this.#open.size >= limits.concurrentStreams) {
      this.#refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (!block.isTooLarge && !block.isRequest) {
      this.#refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    // RFC 7540, section 5.3.1; and RFC 9113, section 8.1.1.
    if (isSelfDependent || (endStream && headers.contentLength > 0)) {
      this.#refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }

    this.#lastTaken = streamId;
    const stream = new ServerStream(
      streamId,
      headers,
      this,
      this.sender,
      this.receiveFlow.streamWindow,
      this.sender.streamWindow,
    );
    this.#open.set(streamId, stream);
    stream.requestEnded = endStream;
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
    const stream = this.#open.get(streamId);
    if (stream === undefined) {
      this.#onFrameOfClosed(streamId, 'HEADERS', endStream);
      return;
    }
    if (stream.requestEnded) {
      this.#fault(stream, ErrorCode.STREAM_CLOSED);
      return;
    }
    if (block.isTooLarge) {
      this.#fault(stream, ErrorCode.ENHANCE_YOUR_CALM);
      return;
    }
    if (!endStream || !block.isTrailers || !isComplete(stream)) {
      this.#fault(stream, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    stream.requestEnded = true;
    if (stream.closed) this.#close(stream, undefined);
    else stream.handler.onEnd(block.headers);
  }

  /** RFC 9113, section 6.1. */
  onData(frame: Frame): void {
    const { streamId } = frame;
    // Padding counts: section 6.9.1.
    const length = frame.end - frame.start;
    this.receiveFlow.take(length);
    const stream = this.#open.get(streamId);
    const endStream = (frame.flags & Flag.END_STREAM) !== 0;
    if ((frame.flags & Flag.PADDED) !== 0) withoutPadding(frame);
    if (stream === undefined) {
      this.receiveFlow.ignore(length);
      this.#onFrameOfClosed(streamId, 'DATA', endStream);
      return;
    }
    const { bytes, start, end } = frame;
    const error = this.#takeData(stream, length, end - start, endStream);
    if (error !== undefined) {
      this.receiveFlow.ignore(length);
      this.#fault(stream, error);
      return;
    }
    if (stream.closed) {
      this.receiveFlow.release(stream);
      if (endStream) this.#close(stream, undefined);
      return;
    }
    if (end > start) stream.handler.onData(bytes, start, end);
    else if (!endStream) this.#context.rates.empty();
    if (endStream && !stream.closed) stream.handler.onEnd(undefined);
  }

  /** @param length of the frame's payload; `content` of it is not padding @returns the code of the error that it is, or undefined */
  #takeData(stream: ServerStream, length: number, content: number, endStream: boolean): number | undefined {
    if (stream.requestEnded) return ErrorCode.STREAM_CLOSED;
    stream.receivedBytes += content;
    if (endStream ? !isComplete(stream) : isTooMuch(stream)) return ErrorCode.PROTOCOL_ERROR;
    const error = this.receiveFlow.takeFor(stream, length, content);
    if (error !== undefined) return error;
    stream.requestEnded = endStream;
    return undefined;
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
    const stream = this.#open.get(streamId);
    if (stream === undefined) {
      this.#reset.forget(streamId);
      return;
    }
    if (!this.#answered.has(stream)) this.#context.rates.reset();
    this.#close(stream, { code: uint32(bytes, start), by: 'peer' });
  }

  /** RFC 9113, section 6.9, of a stream. */
  onWindowUpdate(streamId: number, increment: number): void {
    this.#refuseIdle(streamId, 'WINDOW_UPDATE');
    const stream = this.#open.get(streamId);
    if (stream === undefined) {
      // A stream error, but this stream has ended.
      if (increment === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE of 0');
      return;
    }
    const error = this.sender.widenStream(stream, increment);
    if (error !== undefined) this.#fault(stream, error);
  }

  // What becomes of streams.

  onResponseEnd(stream: ServerStream): void {
    if (stream.requestEnded) this.#close(stream, undefined);
    else {
      this.#answered.set(stream, clock.now);
      this.#end(stream, answeredEarly);
    }
  }

  /** To be called from time to time: peers need not say the rest of what was answered (RFC 9113, section 8.1). */
  onTick(now: number): void {
    for (const [stream, since] of this.#answered) if (now - since >= lingerMs) this.reset(stream, answeredEarly);
  }

  onOverflow(stream: ServerStream): void {
    this.reset(stream, { code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' });
  }

  /** RFC 9113, section 5.4.2. */
  reset(stream: ServerStream, reason: StreamClose): void {
    this.#sendReset(stream.id, reason.code);
    this.#close(stream, reason);
  }

  closeAll(reason: StreamClose): void {
    for (const stream of this.#open.values()) this.#close(stream, reason);
  }

  #close(stream: ServerStream, reason: StreamClose | undefined): void {
    this.#open.delete(stream.id);
    if (!this.#answered.delete(stream)) this.#end(stream, reason);
    if (this.#open.size === 0) this.#context.onEmpty();
  }

  /** Its handler has nothing to say any more, and nothing to hear. */
  #end(stream: ServerStream, reason: StreamClose | undefined): void {
    stream.closed = true;
    stream.closeReason = reason;
    this.sender.drop(stream);
    this.receiveFlow.release(stream);
    stream.handler.onClose(reason);
  }

  #sendReset(streamId: number, code: number): void {
    this.#reset.add(streamId);
    this.#context.output.integerFrame(FrameType.RST_STREAM, streamId, code);
  }

  /** Resets a stream that is not taken. */
  #refuse(streamId: number, code: number): void {
    this.#sendReset(streamId, code);
    this.#context.rates.reset();
  }

  #fault(stream: ServerStream, code: number): void {
    this.reset(stream, { code, by: 'rules' });
    this.#context.rates.reset();
  }

  #faultOf(streamId: number, code: number, what: string): void {
    const stream = this.#open.get(streamId);
    if (stream !== undefined) this.#fault(stream, code);
    else throw new ConnectionError(code, what);
  }

  /** RFC 9113, section 5.1: what may come on a closed stream, and what is an error. */
  #onFrameOfClosed(streamId: number, what: string, endStream: boolean): void {
    this.#refuseIdle(streamId, what);
    if (streamId > this.#lastAllowed) return;
    if (this.#reset.mayHave(streamId)) {
      if (endStream) this.#reset.forget(streamId);
      return;
    }
    throw new ConnectionError(ErrorCode.STREAM_CLOSED, `${what} on a closed stream`);
  }

  #refuseIdle(streamId: number, what: string): void {
    if (streamId > this.#highest || streamId % 2 === 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, `${what} on an idle stream`);
    }
  }
}

/** RFC 9113, section 8.1.1: content-length is the sum of the DATA. */
function isComplete({ headers: { contentLength }, receivedBytes }: ServerStream): boolean {
  return contentLength === -1 || contentLength === receivedBytes;
}

function isTooMuch({ headers: { contentLength }, receivedBytes }: ServerStream): boolean {
  return contentLength !== -1 && receivedBytes > contentLength;
}
