import type { Duplex } from 'node:stream';
import type { Connection, ConnectionClose } from '../api.ts';
import { ConnectionError, fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Flushable, scheduleFlush } from '../frames/flush-schedule.ts';
import { type Frame, uint31, uint32 } from '../frames/frame.ts';
import { FrameReader } from '../frames/frame-reader.ts';
import { FrameType } from '../frames/frame-type.ts';
import { FrameWriter } from '../frames/frame-writer.ts';
import { type EncodedHeaderBlock, HeaderBlockAssembler } from '../frames/header-block-assembler.ts';
import { addTickListener, coarseClock, removeTickListener, type TickListener } from '../limits/coarse-clock.ts';
import { FloodGuard } from '../limits/flood-guard.ts';
import { defaultLimits, type Limits } from '../limits/limits.ts';
import { InboundFlowControl } from '../streams/inbound-flow-control.ts';
import { MessageSender } from '../streams/message-sender.ts';
import { type ConnectionActivity, ConnectionTimeouts } from './connection-timeouts.ts';
import { ControlFrameHandler, checkStreamZero } from './control-frames.ts';
import { GracefulShutdown, sendGoaway } from './graceful-shutdown.ts';
import { Pings } from './pings.ts';
import type { ConnectionParts, Role } from './role.ts';
import type { SettingEntry } from './settings.ts';
import { WriteBackpressure } from './write-backpressure.ts';

/** The debug data of a received GOAWAY is cut to this length. */
const maxDebugBytes = 256;

/** How long to wait for the peer to end its side of an ended socket, in milliseconds. */
const lingerMs = 1_000;

export interface Http2ConnectionOptions<R extends Role> {
  /** The bytes that we send before our first frame; empty without a preface. */
  readonly preface: Buffer;
  /** The bytes that the peer must send before its first frame; empty for a peer without a preface. */
  readonly peerPreface: Buffer;
  readonly limits: Partial<Limits> | undefined;
  /** Called when the number of bytes in the write buffer of the socket has changed. */
  readonly onBuffered: (bytes: number) => void;
  /** Bytes that were already read from the socket. */
  readonly firstBytes: Buffer | undefined;
  /** The entries of our first SETTINGS frame. */
  readonly settings: (limits: Limits) => readonly SettingEntry[];
  readonly role: (connection: Http2Connection<R>, parts: ConnectionParts) => R;
  /** Called once, when the socket has closed. */
  readonly onClose: (reason: ConnectionClose) => void;
}

/**
 * One HTTP/2 connection, of a client or a server. Bytes become frames (`FrameReader`), frames go to the handler of
 * their kind (`#dispatch`), and the frames that result are written once per turn of the event loop (`FrameWriter`). The
 * connection also checks the timeouts and ends itself. Its `Role` handles everything about streams.
 */
export class Http2Connection<R extends Role> implements Connection, Flushable, TickListener {
  readonly socket: Duplex;
  protected readonly role: R;
  readonly #limits: Limits;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #floodGuard: FloodGuard;
  readonly #headerBlocks: HeaderBlockAssembler;
  readonly #sender: MessageSender;
  readonly #pings: Pings;
  readonly #control: ControlFrameHandler;
  readonly #timeouts: ConnectionTimeouts;
  readonly #backpressure: WriteBackpressure;
  readonly #shutdown: GracefulShutdown;
  readonly #onClose: (reason: ConnectionClose) => void;
  readonly #onFrame = (frame: Frame) => this.#dispatch(frame);

  #completedFrames = 0;
  /** Set by the first GOAWAY with an error, or when the socket ends. */
  #reason: ConnectionClose | undefined;
  /** The socket has been ended: from now on nothing is processed or sent. */
  #hasEnded = false;
  #endedAt = 0;

  constructor(socket: Duplex, options: Http2ConnectionOptions<R>) {
    this.socket = socket;
    this.#onClose = options.onClose;
    this.#limits = { ...defaultLimits, ...options.limits };
    const limits = this.#limits;
    this.#backpressure = new WriteBackpressure(socket, options.onBuffered);
    this.#writer = new FrameWriter(socket, () => scheduleFlush(this));
    this.#floodGuard = new FloodGuard(limits, this.#writer);
    this.#reader = new FrameReader(options.peerPreface);
    this.#headerBlocks = new HeaderBlockAssembler(limits, this.#floodGuard);
    this.#sender = new MessageSender(this.#writer, limits);
    this.#pings = new Pings(this.#writer);
    this.#timeouts = new ConnectionTimeouts(limits, coarseClock.now);
    const parts: ConnectionParts = {
      limits,
      writer: this.#writer,
      floodGuard: this.#floodGuard,
      inbound: new InboundFlowControl(this.#writer, limits),
      sender: this.#sender,
      onAllClosed: () => {
        if (!this.#hasEnded) this.#shutdown.finishIfIdle();
      },
    };
    this.role = options.role(this, parts);
    this.#shutdown = new GracefulShutdown(this.#writer, this.#pings, this.role, (by) =>
      this.#end({ code: ErrorCode.NO_ERROR, by, message: 'graceful shutdown' }),
    );
    this.#control = new ControlFrameHandler(parts, this.role, this.#pings);
    if (options.preface.length > 0) socket.write(options.preface);
    this.#control.sendSettings(options.settings(limits));
    addTickListener(this);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#guard(() => this.#onWritten()));
    socket.on('error', (error) => this.#onPeerEnd(`socket error: ${error.message}`));
    socket.on('end', () => this.#onPeerEnd('the peer ended the connection'));
    socket.on('close', () => this.#onSocketClose());
    if (options.firstBytes !== undefined) this.#read(options.firstBytes);
  }

  get openStreams(): number {
    return this.role.streams.size;
  }

  get draining(): boolean {
    return this.#hasEnded || this.#shutdown.isStarted;
  }

  ping(onAck: (roundTripMs: number) => void): void {
    if (!this.#hasEnded) this.#pings.send(onAck);
  }

  drain(onDrained: () => void = () => {}): void {
    if (!this.#hasEnded) this.#shutdown.drain(onDrained);
  }

  close(code: number = ErrorCode.NO_ERROR): void {
    this.#fail(code, 'connection closed');
  }

  // Methods that read.

  #read(chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#timeouts.onRead(coarseClock.now);
    this.#guard(() => {
      this.#reader.read(chunk, this.#onFrame);
      // One turn of the event loop can read many chunks. Flushing here limits the buffered output that they cause.
      if (this.#writer.isTurnFull) this.flush();
    });
  }

  /** Ends the connection if `action` throws: RFC 9113, section 5.4.1. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof ConnectionError) this.#fail(error.code, error.message);
      else this.#fail(ErrorCode.INTERNAL_ERROR, 'internal error', error);
    }
  }

  /** @returns false to stop reading */
  #dispatch(frame: Frame): boolean {
    this.#control.checkFirstFrame(frame);
    this.#headerBlocks.checkSequence(frame);
    const { frames } = this.role;
    switch (frame.type) {
      case FrameType.DATA:
        frames.onData(frame);
        break;
      case FrameType.HEADERS:
        this.#onHeaderBlock(this.#headerBlocks.onHeaders(frame));
        break;
      case FrameType.CONTINUATION:
        this.#onHeaderBlock(this.#headerBlocks.onContinuation(frame));
        break;
      case FrameType.PRIORITY:
        this.#floodGuard.onControlFrame();
        frames.onPriority(frame);
        break;
      case FrameType.RST_STREAM:
        frames.onRstStream(frame);
        break;
      case FrameType.SETTINGS:
        this.#control.onSettings(frame);
        break;
      case FrameType.PUSH_PROMISE:
        fail(ErrorCode.PROTOCOL_ERROR, 'unexpected PUSH_PROMISE');
        break;
      case FrameType.PING:
        this.#control.onPing(frame);
        break;
      case FrameType.GOAWAY:
        this.#floodGuard.onControlFrame();
        this.#onGoaway(frame);
        break;
      case FrameType.WINDOW_UPDATE:
        this.#control.onWindowUpdate(frame);
        break;
      default:
        // RFC 9113, section 5.5: unknown frames are ignored.
        this.#floodGuard.onControlFrame();
    }
    if (!this.#headerBlocks.isWithinBlock) this.#completedFrames++;
    return !this.#hasEnded;
  }

  /** @param block undefined if it is not complete */
  #onHeaderBlock(block: EncodedHeaderBlock | undefined): void {
    if (block !== undefined) {
      this.role.frames.onHeaderBlock(block);
      this.#headerBlocks.release();
    }
    this.#backpressure.hold(this.#headerBlocks.heldBytes);
  }

  /** RFC 9113, section 6.8. */
  #onGoaway(frame: Frame): void {
    checkStreamZero(frame, 'GOAWAY');
    if (frame.end - frame.start < 8) fail(ErrorCode.FRAME_SIZE_ERROR, 'invalid size of GOAWAY');
    const code = uint32(frame.bytes, frame.start + 4);
    if (code !== ErrorCode.NO_ERROR) this.#reason ??= { code, by: 'peer', message: 'the peer sent GOAWAY' };
    const debugData = frame.bytes.toString(
      'latin1',
      frame.start + 8,
      Math.min(frame.end, frame.start + 8 + maxDebugBytes),
    );
    // This call stops new streams. The next call closes streams, and their handlers may repeat requests at once: these
    // must use another connection.
    this.#shutdown.onPeerGoaway({ code, debugData });
    this.role.onGoaway(uint31(frame.bytes, frame.start));
    this.#shutdown.finishIfIdle();
  }

  // Methods that write.

  flush(): void {
    this.#guard(() => {
      this.#writer.flush();
      this.#onWritten();
    });
  }

  /** The frame writer has been flushed, or the socket has drained. */
  #onWritten(): void {
    this.#backpressure.update();
    if (!this.#hasEnded) this.#sender.pump();
  }

  // Methods that check timeouts.

  onTick(now: number): void {
    this.#guard(() => {
      if (this.#hasEnded) this.#destroyIfLingering(now);
      else this.#checkTimeouts(now);
    });
  }

  #checkTimeouts(now: number): void {
    const due = this.#timeouts.check(this.#activity(), now);
    if (typeof due === 'object') {
      this.#fail(due.code, due.message);
      if (due.isUnreachable) this.socket.destroy();
      return;
    }
    if (due === 'drain') this.drain();
    if (due === 'ping') {
      this.#timeouts.onPingSent(now);
      this.ping(() => {});
    }
    this.#shutdown.onTick(now);
    this.role.streams.onTick(now);
    this.#sender.onTick(now);
  }

  #activity(): ConnectionActivity {
    return {
      hasExchangedSettings: this.#control.hasExchangedSettings,
      isWithinFrame: this.#reader.isWithinFrame || this.#headerBlocks.isWithinBlock,
      completedFrames: this.#completedFrames,
      openStreams: this.role.streams.size,
      unsentBytes: this.socket.writableLength,
      sentBytes: this.#writer.writtenBytes - this.socket.writableLength,
    };
  }

  // Methods that end the connection.

  #fail(code: number, message: string, cause?: unknown): void {
    if (this.#hasEnded) return;
    sendGoaway(this.#writer, this.role.streams.lastAcceptedId, code, message);
    this.#end({ code, by: 'local', message, cause });
  }

  #onPeerEnd(message: string): void {
    this.#end({ code: ErrorCode.NO_ERROR, by: 'peer', message });
  }

  /**
   * Closes all streams, sends the buffered frames, and ends the socket.
   *
   * @param reason dropped if an earlier reason has been recorded
   */
  #end(reason: ConnectionClose): void {
    this.#reason ??= reason;
    if (this.#hasEnded) return;
    const wasDraining = this.draining;
    this.#hasEnded = true;
    this.#endedAt = coarseClock.now;
    const { code } = this.#reason;
    const { streams } = this.role;
    // Each round closes at least one stream: if a handler throws, the next round closes the others.
    if (!wasDraining) this.#guardHandlers(() => this.role.onDraining());
    while (streams.size > 0) this.#guardHandlers(() => streams.closeAll(code));
    this.#writer.flush();
    this.socket.end();
    // Reads and ignores the peer's remaining data: the socket reports its end only after all data has been read.
    this.socket.resume();
  }

  /** Calls handlers. After the end of the connection, an exception of a handler is only reported. */
  #guardHandlers(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#reason = { ...(this.#reason as ConnectionClose), cause };
    }
  }

  #destroyIfLingering(now: number): void {
    const maxMs = this.socket.writableLength === 0 ? lingerMs : this.#limits.stallMs;
    if (now - this.#endedAt > maxMs) this.socket.destroy();
  }

  #onSocketClose(): void {
    this.#onPeerEnd('connection lost');
    removeTickListener(this);
    this.#onClose(this.#reason as ConnectionClose);
  }
}
