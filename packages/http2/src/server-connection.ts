import type { Duplex } from 'node:stream';
import { Backlog } from './backlog.ts';
import { ConnectionError } from './connection-error.ts';
import type { Connection, ConnectionClose, ConnectionOptions } from './connection-options.ts';
import { ControlFrames, expectStreamZero } from './control-frames.ts';
import { type ConnectionState, Deadlines } from './deadlines.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint32 } from './frames/frame.ts';
import { FrameReader } from './frames/frame-reader.ts';
import { FrameType } from './frames/frame-type.ts';
import { Output } from './frames/output.ts';
import { atTurnEnd, type TurnEnd } from './frames/turn-end.ts';
import { Goodbye, sayGoaway } from './goodbye.ts';
import { HeaderAssembly } from './header-assembly.ts';
import { clock, unwatch, type Watcher, watch } from './limits/clock.ts';
import { FrameRates } from './limits/frame-rates.ts';
import { defaultLimits, type Limits } from './limits/limits.ts';
import { MemoryBudget } from './limits/memory-budget.ts';
import { MemoryShare } from './limits/memory-share.ts';
import { Pings } from './pings.ts';
import { RequestStreams, type StreamsContext } from './request-streams.ts';
import { StreamFrames } from './stream-frames.ts';

/** How long an ended socket may wait for the peer's end, in milliseconds. */
const lingerMs = 1_000;

/** A connection: its frames to where they belong, and its own beginning and end. */
export class ServerConnection implements Connection, TurnEnd, Watcher {
  readonly socket: Duplex;
  readonly #options: ConnectionOptions;
  readonly #limits: Limits;
  readonly #reader = new FrameReader();
  readonly #output: Output;
  readonly #rates: FrameRates;
  readonly #assembly: HeaderAssembly;
  readonly #streams: RequestStreams;
  readonly #frames: StreamFrames;
  readonly #pings: Pings;
  readonly #control: ControlFrames;
  readonly #deadlines: Deadlines;
  readonly #backlog: Backlog;
  readonly #goodbye: Goodbye;
  readonly #onFrame = (frame: Frame) => this.#dispatch(frame);

  #endedItems = 0;
  /** Why it ends, from the first GOAWAY with an error or the end of the socket on. */
  #reason: ConnectionClose | undefined;
  /** Nothing is read or said any more. */
  #isOver = false;
  #overAt = 0;

  constructor(socket: Duplex, options: ConnectionOptions) {
    this.socket = socket;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const budget = options.memory ?? new MemoryBudget(Number.POSITIVE_INFINITY);
    const memory = new MemoryShare(budget, this.#limits.bufferedBytes);
    this.#backlog = new Backlog(socket, memory);
    this.#output = new Output(socket, () => atTurnEnd(this));
    this.#rates = new FrameRates(this.#limits, this.#output);
    this.#assembly = new HeaderAssembly(this.#limits, this.#rates);
    this.#pings = new Pings(this.#output);
    this.#deadlines = new Deadlines(this.#limits, clock.now);
    const context: StreamsContext = {
      connection: this,
      accept: options.accept,
      limits: this.#limits,
      memory,
      output: this.#output,
      rates: this.#rates,
      onEmpty: () => {
        if (!this.#isOver) this.#goodbye.endIfDone();
      },
    };
    this.#streams = new RequestStreams(context);
    this.#frames = new StreamFrames(this.#streams, context);
    this.#goodbye = new Goodbye(this.#output, this.#pings, this.#streams, (by) => this.#onGoodbye(by));
    this.#control = new ControlFrames(
      this.#limits,
      this.#output,
      this.#rates,
      this.#streams,
      this.#frames,
      this.#pings,
    );
    this.#control.greet();
    watch(this);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#guard(() => this.#goOn()));
    socket.on('error', (error) => this.#lose(`the socket failed: ${error.message}`));
    socket.on('end', () => this.#lose('the peer ended the connection'));
    socket.on('close', () => this.#onSocketClose());
    if (options.firstBytes !== undefined) this.#read(options.firstBytes);
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  get draining(): boolean {
    return this.#isOver || this.#goodbye.isUnderWay;
  }

  get peerMaxHeaderListBytes(): number {
    return this.#control.peerMaxHeaderListBytes;
  }

  ping(onAck: (roundTripMs: number) => void): void {
    if (!this.#isOver) this.#pings.send(onAck);
  }

  // What the peer says.

  #read(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#deadlines.onRead(clock.now);
    this.#guard(() => {
      this.#reader.read(chunk, this.#onFrame);
      // Much may be read in one turn: what it brings about must not pile up to its end.
      if (this.#output.isTurnFull) this.onTurnEnd();
    });
  }

  /** Ends the connection with what is thrown: RFC 9113, section 5.4.1. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof ConnectionError) this.#fail(error.code, error.message);
      else this.#fail(ErrorCode.INTERNAL_ERROR, 'a handler has thrown', error);
    }
  }

  /** @returns false to read no further */
  #dispatch(frame: Frame): boolean {
    this.#control.expectSettings(frame);
    this.#assembly.check(frame);
    switch (frame.type) {
      case FrameType.DATA:
        this.#frames.onData(frame);
        break;
      case FrameType.HEADERS:
        this.#frames.onBlock(this.#assembly.onHeaders(frame));
        break;
      case FrameType.CONTINUATION:
        this.#frames.onBlock(this.#assembly.onContinuation(frame));
        break;
      case FrameType.PRIORITY:
        this.#rates.control();
        this.#frames.onPriority(frame);
        break;
      case FrameType.RST_STREAM:
        this.#frames.onReset(frame);
        break;
      case FrameType.SETTINGS:
        this.#control.onSettings(frame);
        break;
      case FrameType.PUSH_PROMISE:
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'PUSH_PROMISE of a client');
      case FrameType.PING:
        this.#control.onPing(frame);
        break;
      case FrameType.GOAWAY:
        this.#rates.control();
        this.#onGoaway(frame);
        break;
      case FrameType.WINDOW_UPDATE:
        this.#control.onWindowUpdate(frame);
        break;
      default:
        // RFC 9113, section 5.5: unknown frames are ignored.
        this.#rates.control();
    }
    if (!this.#assembly.isWithinBlock) this.#endedItems++;
    return !this.#isOver;
  }

  /** RFC 9113, section 6.8. */
  #onGoaway(frame: Frame): void {
    expectStreamZero(frame);
    if (frame.end - frame.start < 8) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'GOAWAY of a wrong size');
    const code = uint32(frame.bytes, frame.start + 4);
    if (code !== ErrorCode.NO_ERROR) this.#reason ??= { code, by: 'peer', message: 'GOAWAY of the peer' };
    this.#goodbye.onPeerGoaway();
  }

  // What we say.

  onTurnEnd(): void {
    this.#guard(() => {
      this.#output.flush();
      this.#goOn();
    });
  }

  /** The socket was given all that there was, or has taken enough of it. */
  #goOn(): void {
    this.#backlog.onChange();
    if (!this.#isOver) this.#streams.sender.pump();
  }

  // Its end.

  onTick(now: number): void {
    this.#guard(() => {
      if (this.#isOver) this.#destroyIfStuck(now);
      else this.#keepDeadlines(now);
    });
  }

  #keepDeadlines(now: number): void {
    const due = this.#deadlines.due(this.#state(), now);
    if (typeof due === 'object') {
      this.#fail(due.code, due.message);
      if (due.isLost) this.socket.destroy();
      return;
    }
    if (due === 'drain') this.drain();
    if (due === 'ping') {
      this.#deadlines.onPing(now);
      this.ping(() => {});
    }
    this.#goodbye.onTick(now);
    this.#streams.onTick(now);
    for (const stream of this.#streams.sender.stalled(this.#limits.zeroWindowMs)) {
      this.#streams.reset(stream, { code: ErrorCode.ENHANCE_YOUR_CALM, by: 'rules' });
    }
  }

  #state(): ConnectionState {
    return {
      isGreeted: this.#control.isGreeted,
      isWithinItem: this.#reader.isWithinFrame || this.#assembly.isWithinBlock,
      endedItems: this.#endedItems,
      openStreams: this.#streams.size,
      waitingBytes: this.socket.writableLength,
      takenBytes: this.#output.writtenBytes - this.socket.writableLength,
    };
  }

  drain(onDrained: () => void = () => {}): void {
    if (!this.#isOver) this.#goodbye.drain(onDrained);
  }

  close(code: number = ErrorCode.NO_ERROR): void {
    this.#fail(code, 'closed');
  }

  #fail(code: number, message: string, cause?: unknown): void {
    if (this.#isOver) return;
    this.#reason ??= { code, by: 'server', message, cause };
    sayGoaway(this.#output, this.#streams.lastTaken, code, message);
    this.#end();
  }

  #lose(message: string): void {
    this.#reason ??= { code: ErrorCode.NO_ERROR, by: 'peer', message };
    this.#end();
  }

  #onGoodbye(by: 'server' | 'peer'): void {
    this.#reason ??= { code: ErrorCode.NO_ERROR, by, message: 'drained' };
    this.#end();
  }

  /** Says what is still to be said, and nothing after it. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#overAt = clock.now;
    const { code } = this.#reason as ConnectionClose;
    // As often as a handler throws: the others are told all the same.
    while (this.#streams.size > 0) this.#guardHandlers(() => this.#streams.closeAll({ code, by: 'connection' }));
    this.#output.flush();
    this.socket.end();
    // What it still says is read, and ignored: its end comes behind it.
    this.socket.resume();
  }

  /** After the end a handler that throws can change nothing. */
  #guardHandlers(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#reason = { ...(this.#reason as ConnectionClose), cause };
    }
  }

  #destroyIfStuck(now: number): void {
    const patience = this.socket.writableLength === 0 ? lingerMs : this.#limits.stallMs;
    if (now - this.#overAt > patience) this.socket.destroy();
  }

  #onSocketClose(): void {
    this.#lose('the connection was lost');
    unwatch(this);
    this.#backlog.forget();
    this.#options.onClose?.(this.#reason as ConnectionClose);
  }
}
