import type { Goaway } from '../api.ts';
import type { Frame } from '../frames/frame.ts';
import type { FrameWriter } from '../frames/frame-writer.ts';
import type { EncodedHeaderBlock } from '../frames/header-block-assembler.ts';
import type { FloodGuard } from '../limits/flood-guard.ts';
import type { Limits } from '../limits/limits.ts';
import type { InboundFlowControl, ReceiveWindow } from '../streams/inbound-flow-control.ts';
import type { MessageSender, SendState } from '../streams/message-sender.ts';
import type { SettingsChange } from './settings.ts';

/** The parts of a connection that its streams use. */
export interface ConnectionParts {
  readonly limits: Limits;
  readonly writer: FrameWriter;
  readonly floodGuard: FloodGuard;
  readonly inbound: InboundFlowControl;
  readonly sender: MessageSender;
  /** Call when the last open stream has closed. */
  readonly onAllClosed: () => void;
}

/** The part of HTTP/2 in which client and server differ: who opens streams, and which frames a stream may receive. */
export interface Role {
  readonly streams: StreamRegistry;
  readonly frames: StreamFrameHandler;
  /**
   * Whether the peer may open streams. If so, a graceful shutdown waits for streams that the peer has opened in the
   * meantime.
   */
  readonly peerOpensStreams: boolean;
  /** Called for each SETTINGS frame of the peer, after it has been applied. @throws ConnectionError */
  onSettings(change: SettingsChange): void;
  /**
   * Called for each GOAWAY of the peer: RFC 9113, section 6.8.
   *
   * @param lastStreamId our streams above this one have not been processed
   * @throws ConnectionError
   */
  onGoaway(lastStreamId: number): void;
  /**
   * Called once, when the connection starts to shut down or ends. From then on it takes no new streams.
   *
   * @param goaway the GOAWAY of the peer, if it is the reason
   */
  onDraining(goaway?: Goaway): void;
}

/** The streams of a connection. */
export interface StreamRegistry {
  /** The number of open streams. */
  readonly size: number;
  /** The last accepted stream of the peer, for GOAWAY: RFC 9113, section 6.8. */
  readonly lastAcceptedId: number;
  /** The open streams. */
  open(): Iterable<{ readonly receive: ReceiveWindow; readonly send: SendState }>;
  /** Ignores all streams that the peer opens from now on. */
  stopAccepting(): void;
  /** Closes every stream because the connection has ended. @param code the error code of that end */
  closeAll(code: number): void;
  onTick(now: number): void;
}

/** Handles the frames of streams. All methods may throw `ConnectionError`. */
export interface StreamFrameHandler {
  onHeaderBlock(block: EncodedHeaderBlock): void;
  onData(frame: Frame): void;
  onPriority(frame: Frame): void;
  onRstStream(frame: Frame): void;
  onWindowUpdate(streamId: number, increment: number): void;
}
