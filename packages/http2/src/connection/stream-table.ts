import type { StreamClose } from '../api.ts';
import { FrameType } from '../frames/frame-type.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { BaseStream } from '../streams/base-stream.ts';
import { ResetStreams } from '../streams/reset-streams.ts';
import { StreamMap } from '../streams/stream-map.ts';
import type { ConnectionParts, StreamRegistry } from './role.ts';

/** The streams of a connection and how they close: RFC 9113, section 5.1. Subclasses define how streams open. */
export abstract class StreamTable<S extends BaseStream> implements StreamRegistry {
  protected readonly parts: ConnectionParts;
  protected readonly openStreams = new StreamMap<S>();
  readonly #resetStreams = new ResetStreams();

  constructor(parts: ConnectionParts) {
    this.parts = parts;
  }

  abstract readonly lastAcceptedId: number;
  abstract stopAccepting(): void;
  abstract onTick(now: number): void;
  /** Whether the stream has not been opened yet: RFC 9113, section 5.1.1. */
  abstract isIdle(streamId: number): boolean;
  /** Whether the frames of this stream, which is not open, are ignored. */
  abstract isIgnored(streamId: number): boolean;
  /** Called when the peer has ended its message. */
  abstract onPeerEnd(stream: S, trailers: HeaderList | undefined): void;
  /** Called when the peer resets an open stream, before the stream closes. @throws ConnectionError */
  abstract onPeerReset(stream: S): void;
  /** Called when we have reset a stream because of a frame from the peer. @throws ConnectionError */
  protected abstract onViolation(code: number): void;

  get size(): number {
    return this.openStreams.size;
  }

  open(): Iterable<S> {
    return this.openStreams.values();
  }

  /** @returns the stream if it is open */
  get(streamId: number): S | undefined {
    return this.openStreams.get(streamId);
  }

  /** Whether we reset this closed stream, or have forgotten how it was closed. */
  mayBeReset(streamId: number): boolean {
    return this.#resetStreams.mayInclude(streamId);
  }

  /** Closes a stream, and sends RST_STREAM: RFC 9113, section 5.4.2. */
  reset(stream: S, reason: StreamClose): void {
    this.sendRstStream(stream.id, reason.code);
    this.close(stream, reason);
  }

  resetForViolation(stream: S, code: number): void {
    this.reset(stream, { code, by: 'rules' });
    this.onViolation(code);
  }

  close(stream: S, reason: StreamClose | undefined): void {
    if (!this.openStreams.delete(stream)) return;
    this.onClosing(stream, reason);
    if (this.openStreams.size === 0) this.parts.onAllClosed();
  }

  /** Closes a stream that has just been removed from the table. */
  protected onClosing(stream: S, reason: StreamClose | undefined): void {
    stream.close(reason);
  }

  closeAll(code: number): void {
    const reason: StreamClose = { code, by: 'connection' };
    for (const stream of this.openStreams.values()) this.close(stream, reason);
  }

  /** Called when the peer ends a stream that we have reset. */
  onResetStreamEnded(streamId: number): void {
    this.#resetStreams.onPeerEnd(streamId);
  }

  protected sendRstStream(streamId: number, code: number): void {
    this.#resetStreams.add(streamId);
    this.parts.writer.integerFrame(FrameType.RST_STREAM, streamId, code);
  }
}
