import type { Connection, ConnectionOptions } from './connection-options.ts';
import { ErrorCode } from './error-code.ts';
import { FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import type { HeaderList } from './headers/header-list.ts';
import { clock } from './limits/clock.ts';
import type { FrameRates } from './limits/frame-rates.ts';
import type { Limits } from './limits/limits.ts';
import type { MemoryShare } from './limits/memory-share.ts';
import { ReceiveFlow } from './receive-flow.ts';
import { ResetStreams } from './reset-streams.ts';
import { ResponseSender, type SenderEvents } from './response-sender.ts';
import { ServerStream } from './server-stream.ts';
import type { StreamClose } from './stream-handler.ts';

/** How long a peer whose request was answered before it ended has to end it by itself, in milliseconds: most ends are on their way. */
const lingerMs = 250;
const answeredEarly: StreamClose = { code: ErrorCode.NO_ERROR, by: 'handler' };

export interface StreamsContext {
  readonly connection: Connection;
  readonly accept: ConnectionOptions['accept'];
  readonly limits: Limits;
  readonly memory: MemoryShare;
  readonly output: Output;
  readonly rates: FrameRates;
  /** Called when the last stream has closed. */
  readonly onEmpty: () => void;
}

/** The streams of a connection, from their beginning to their end: RFC 9113, section 5.1. */
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

  /** The stream, if it is open. */
  get(streamId: number): ServerStream | undefined {
    return this.#open.get(streamId);
  }

  isIdle(streamId: number): boolean {
    return streamId > this.#highest || streamId % 2 === 0;
  }

  /** Whether it came after the last that is taken. */
  isIgnored(streamId: number): boolean {
    return streamId > this.#lastAllowed;
  }

  /** Whether it was, or may have been, reset by us. */
  mayBeReset(streamId: number): boolean {
    return this.#reset.mayHave(streamId);
  }

  /** Whether its response has ended before its request. */
  isAnswered(stream: ServerStream): boolean {
    return this.#answered.has(stream);
  }

  // Their beginning.

  /** Takes no stream after the last that was taken: RFC 9113, section 6.8. */
  stop(): void {
    this.#lastAllowed = this.#lastTaken;
  }

  /** The peer has opened a stream, and with it used up all numbers up to its: RFC 9113, section 5.1.1. */
  begin(streamId: number): void {
    this.#highest = streamId;
  }

  take(streamId: number, headers: HeaderList, requestEnded: boolean): ServerStream {
    const { receiveFlow, sender } = this;
    const stream = new ServerStream(streamId, headers, this, sender, receiveFlow.streamWindow, sender.streamWindow);
    stream.requestEnded = requestEnded;
    this.#lastTaken = streamId;
    this.#open.set(streamId, stream);
    return stream;
  }

  /** Resets a stream that is not taken. */
  refuse(streamId: number, code: number): void {
    this.#sendReset(streamId, code);
    this.#context.rates.reset();
  }

  // The windows of all.

  /** The peer knows SETTINGS_INITIAL_WINDOW_SIZE now: RFC 9113, section 6.9.2. */
  onSettingsAcknowledged(): void {
    this.receiveFlow.onSettingsAcknowledged(this.#open.values());
  }

  setPeerStreamWindow(size: number): void {
    this.sender.setStreamWindow(size, this.#open.values());
  }

  // Their end.

  onResponseEnd(stream: ServerStream): void {
    if (stream.requestEnded) this.close(stream, undefined);
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
    this.close(stream, reason);
  }

  /** Resets a stream for what the peer has said. */
  fault(stream: ServerStream, code: number): void {
    this.reset(stream, { code, by: 'rules' });
    this.#context.rates.reset();
  }

  /** The peer has ended a stream that we have reset as well: nothing of it is on its way. */
  forgetReset(streamId: number): void {
    this.#reset.forget(streamId);
  }

  closeAll(reason: StreamClose): void {
    for (const stream of this.#open.values()) this.close(stream, reason);
  }

  close(stream: ServerStream, reason: StreamClose | undefined): void {
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
}
