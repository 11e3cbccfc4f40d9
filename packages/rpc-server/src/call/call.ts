import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorCode, type StreamClose } from '@example/http2';
import type { TimerEntry, TimerWheel } from '@example/rpc-core';
import { type ServedCall, serving } from '@example/service-kit';
import type { Logger } from 'pino';
import type { Peer } from '../address/peer.ts';
import { anybody, type Caller } from '../auth/caller.ts';
import type { Gate } from '../auth/gate.ts';
import type { CallerLimit } from '../auth/rate-limit.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { LoadMeter } from '../load/load-meter.ts';
import type { ConnectionMemory } from '../memory/connection-memory.ts';
import type { CallerMemory } from '../memory/memory-budget.ts';
import { once } from '../once.ts';
import { type CallRecord, logAccess } from './access-log.ts';
import { CallContext, type ContextCall } from './call-context.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallStream, RequestHandler, RequestHeaders } from './call-stream.ts';
import type { Codec, CodecName, Request, Response } from './codec.ts';
import { allowedMs, deadlineExceeded, deliveryGraceMs } from './deadline.ts';
import { mapError, memoryExceeded, notCancelled } from './errors.ts';
import { encodeMessage } from './message-coding.ts';
import type { Fields } from './metadata.ts';
import type { Method, OneResponse } from './method.ts';
import { requestIdFrom } from './request-id.ts';
import type { RequestCall, RequestReader } from './request-reader.ts';
import type { CallResponse, ResponseCall, SharedResponse, StreamResponse } from './response.ts';
import { ResponseStream, type StreamingCall } from './response-stream.ts';
import { storeReads } from './turns.ts';

/** The parts of a server that all calls share. */
export interface CallServer {
  readonly config: ServerConfig;
  readonly gate: Gate;
  /** Limits the messages that callers stream. */
  readonly messageRate: CallerLimit;
  readonly timers: TimerWheel<Call>;
  readonly logger: Logger;
  /** Measures the load for reports to clients; undefined unless such reports are sent. */
  readonly load?: LoadMeter | undefined;
}

/** An estimate of the memory of a call besides its messages, in bytes: its objects and header fields. */
const callBytes = 4 * 1024;

/** How a protocol reads requests and writes responses. */
export interface CallProtocol {
  /** The value of `HandlerContext.protocolName`. */
  readonly name: 'grpc' | 'grpc-web' | 'connect';
  createRequest(call: RequestCall, method: Method): RequestReader;
  createResponse(call: ResponseCall): CallResponse;
  /** Encodes the response to all calls that fail with this error. It has no request id and no fields of CORS. */
  encodeError(error: ConnectError, codec: CodecName): SharedResponse;
}

/**
 * One call, from the header fields of its request to the end of its stream, in every protocol and of every kind. The
 * order is: `begin`, the gate, the request reader, the handler, the response, `onClose`. An error, the deadline, the
 * client or the shutdown may end the call at any point.
 */
export class Call
  implements RequestHandler, TimerEntry, CallRecord, ContextCall, ServedCall, RequestCall, ResponseCall, StreamingCall
{
  readonly stream: CallStream;
  readonly headers: CallHeaders;
  readonly client: Peer;
  readonly commonFields: Fields | undefined;
  /** A time of `performance.now()`, in milliseconds. */
  readonly startedAt = performance.now();
  requestBytes = 0;
  responseBytes = 0;
  subject: string | undefined = undefined;
  code: Code | undefined = undefined;
  caller: Caller = anybody;
  slot = 0;
  /** True once the outcome is decided: results and errors of the handler are ignored from then on. */
  isOver = false;
  readonly context = new CallContext(this);

  readonly #server: CallServer;
  readonly #method: Method;
  readonly #protocol: CallProtocol;
  readonly #request: RequestReader;
  readonly #response: CallResponse;
  readonly #deadlineAt: number;
  #tokenEndsAt = Number.POSITIVE_INFINITY;
  /** The key under which `messageRate` counts the messages of a stream. */
  #sender: string | undefined;
  readonly #memory: ConnectionMemory;
  readonly #callerMemory: CallerMemory;
  /** The bytes of `#memory` that this call holds. */
  #held = 0;
  /** The part of `#held` that the current message of the request takes after its decompression. */
  #decompressed = 0;
  /** The number of pending promises of the handler and of the interceptors. */
  #pending = 0;
  #requestId: string | undefined;
  #logger: Logger | undefined;
  #hasResponse = false;
  #cancellation = notCancelled;
  #controller: AbortController | undefined;
  #responseStream: ResponseStream | undefined;

  /** @param commonFields header fields of every response to this client */
  constructor(
    server: CallServer,
    protocol: CallProtocol,
    method: Method,
    stream: CallStream,
    headers: CallHeaders,
    client: Peer,
    commonFields: Fields | undefined,
    memory: ConnectionMemory,
  ) {
    this.stream = stream;
    this.headers = headers;
    this.client = client;
    this.commonFields = commonFields;
    this.#server = server;
    this.#method = method;
    this.#protocol = protocol;
    this.#request = protocol.createRequest(this, method);
    this.#response = protocol.createResponse(this);
    this.#memory = memory;
    this.#callerMemory = memory.caller(client.network);
    this.#deadlineAt = this.startedAt + allowedMs(headers.timeoutMs, method, server.config);
  }

  // Properties for other parts of the call, and for the handler.

  get config(): ServerConfig {
    return this.#server.config;
  }

  get peer(): string {
    return this.client.address;
  }

  get connection(): object {
    return this.#memory;
  }

  get codec(): Codec {
    return this.#method.codecs[this.headers.codec];
  }

  get maxRequestBytes(): number {
    return Math.min(this.config.maxMessageBytes, this.#method.maxRequestBytes);
  }

  get desc(): Method['desc'] {
    return this.#method.desc;
  }

  get protocolName(): string {
    return this.#protocol.name;
  }

  get requestHeaders(): RequestHeaders {
    return this.stream.headers;
  }

  get requestId(): string {
    this.#requestId ??= requestIdFrom(this.headers.requestId);
    return this.#requestId;
  }

  get logger(): Logger {
    const { parent, name } = this.desc;
    this.#logger ??= this.#server.logger.child({ rpc: `${parent.typeName}/${name}`, requestId: this.requestId });
    return this.#logger;
  }

  get loadReport(): string | undefined {
    return this.#server.load?.report;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isOver) this.#controller.abort(this.#cancellation.reason);
    }
    return this.#controller.signal;
  }

  timeLeft(): number | undefined {
    return this.#deadlineAt === Number.POSITIVE_INFINITY ? undefined : this.#deadlineAt - performance.now();
  }

  // Methods that read the request.

  begin(): void {
    this.#server.timers.add(this);
    if (!this.take(callBytes)) return;
    try {
      const caller = this.#server.gate(this.desc, this, this.headers.authorization);
      if (caller instanceof Promise) {
        caller.then(
          (admitted) => this.#admit(admitted),
          (error: unknown) => this.fail(error),
        );
      } else this.#admit(caller);
    } catch (error) {
      this.fail(error);
    }
  }

  #admit(caller: Caller): void {
    if (this.isOver) return;
    this.caller = caller;
    this.#endWithToken(caller);
    const error = this.#headerError();
    if (error !== undefined) this.fail(error);
    else if (this.#deadlineAt <= this.startedAt) this.cancel(deadlineExceeded());
    else {
      if (this.headers.expectsContinue && !this.stream.requestEnded) this.stream.sendContinue();
      this.#request.start();
    }
  }

  /** Ends a stream when the token of its caller expires. */
  #endWithToken({ endsAt }: Caller): void {
    if (this.desc.methodKind === 'unary' || endsAt === Number.POSITIVE_INFINITY) return;
    this.#tokenEndsAt = endsAt;
    this.#server.timers.remove(this);
    this.#server.timers.add(this);
  }

  /** The error for invalid header fields. It is sent only to callers that the gate admits. */
  #headerError(): ConnectError | undefined {
    const { unsupported, timeoutMs, timeoutText } = this.headers;
    if (unsupported !== undefined || !Number.isNaN(timeoutMs)) return unsupported;
    const text = `protocol error: invalid ${this.#protocol.name} timeout value: ${timeoutText}`;
    return new ConnectError(text, Code.InvalidArgument);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.requestBytes += end - start;
    if (!this.isOver) this.#request.onData(chunk, start, end);
  }

  onEnd(): void {
    if (!this.isOver) this.#request.onEnd();
  }

  takeMessage(): number {
    const { subject } = this.caller;
    this.#sender ??= subject === undefined ? this.client.network : `subject ${subject}`;
    return this.#server.messageRate.take(this.#sender, this.#server.timers.tickedAt);
  }

  // Methods that count memory.

  take(bytes: number): boolean {
    if (this.#memory.take(this.#callerMemory, bytes)) {
      this.#held += bytes;
      return true;
    }
    this.fail(memoryExceeded());
    return false;
  }

  hold(bytes: number): void {
    if (!this.#memory.take(this.#callerMemory, bytes)) throw memoryExceeded();
    this.#held += bytes;
  }

  async turnToRead(bytes: number): Promise<void> {
    await storeReads.wait(bytes, this.connection);
    if (this.isOver) throw callEnded();
  }

  holdDecompressed(bytes: number): void {
    this.release(this.#decompressed);
    this.#decompressed = 0;
    this.hold(bytes);
    this.#decompressed = bytes;
  }

  release(bytes: number): void {
    // Releases at most the bytes that are held: a generator may end after the call has released everything.
    const released = Math.min(bytes, this.#held);
    this.#held -= released;
    this.#memory.release(this.#callerMemory, released);
  }

  /** Waits for pending promises, because a cancelled handler that still runs may use its request. */
  #releaseAll(): void {
    if (this.#pending === 0 && this.stream.closed) this.release(this.#held);
  }

  #settled(): void {
    this.#pending -= 1;
    this.#releaseAll();
  }

  // Methods that call the handler, and send the response.

  handleMessage(decode: () => Request | Promise<Request>): void {
    this.#settle(decode, (message) => {
      const { invoke } = this.#method;
      if (invoke.takes !== 'message') return;
      if (invoke.gives === 'message') this.#respond(() => invoke.call(message, this.context));
      else this.#respondAll(() => invoke.call(message, this.context));
    });
  }

  handleStream(requests: AsyncIterable<Request>): void {
    const { invoke } = this.#method;
    if (invoke.takes !== 'stream') return;
    if (invoke.gives === 'message') this.#respond(() => invoke.call(requests, this.context));
    else this.#respondAll(() => invoke.call(requests, this.context));
  }

  #respond(handle: () => OneResponse): void {
    this.#settle(
      () => serving(this, handle),
      (response) =>
        this.#settle(
          () => encodeMessage(this, response),
          (message) => {
            if (this.take(message.bytes.length)) this.#response.respond(message);
          },
        ),
    );
  }

  #respondAll(handle: () => AsyncIterable<Response>): void {
    // Every protocol that accepts streaming methods responds with a `StreamResponse`.
    const stream = new ResponseStream(this, this.#response as StreamResponse);
    this.#responseStream = stream;
    this.#pending += 1;
    void serving(this, () => stream.send(handle)).then(() => this.#settled());
  }

  onDrain(): void {
    this.#responseStream?.onDrain();
  }

  /** Passes the result of `work` to `use`, synchronously unless it is a promise. An error in either ends the call. */
  #settle<T>(work: () => T | Promise<T>, use: (result: T) => void): void {
    try {
      const result = work();
      if (isPromise(result)) {
        this.#pending += 1;
        result.then(
          (late) => {
            this.#settle(() => late, use);
            this.#settled();
          },
          (error: unknown) => {
            this.fail(error);
            this.#settled();
          },
        );
      } else if (!this.isOver) use(result);
    } catch (error) {
      this.fail(error);
    }
  }

  // Methods that end the call.

  succeed(): void {
    this.#hasResponse = true;
    this.#end(undefined);
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    const sent = mapError(error, this.#cancellation, () => this.logger);
    this.code = sent.code;
    this.#end(sent);
    this.#hasResponse = true;
    try {
      this.#response.fail(sent);
    } catch (unsendable) {
      this.#hasResponse = false;
      // The handler has set, for example, a header field with a control character.
      this.logger.error({ err: unsendable }, 'the header fields of a response cannot be sent');
      this.stream.reset(ErrorCode.INTERNAL_ERROR);
    }
  }

  /** Ends the call with the reason, whatever its handler does afterwards. */
  cancel(reason: ConnectError): void {
    if (this.isOver) return;
    this.#cancellation = { isCancelled: true, reason };
    this.fail(reason);
  }

  #end(reason: ConnectError | undefined): void {
    this.isOver = true;
    this.stream.discard();
    this.#controller?.abort(reason);
    this.#request.stop(reason === undefined ? callEnded : () => reason);
    void this.#responseStream?.stop();
  }

  onClose(reason: StreamClose | undefined): void {
    if (!this.isOver) {
      this.code = Code.Canceled;
      this.#cancellation = { isCancelled: true, reason: clientGone() };
      this.#end(clientGone());
    }
    this.#server.timers.remove(this);
    this.#server.load?.count(this.code);
    this.#releaseAll();
    const isComplete = reason === undefined || (reason.by === 'handler' && reason.code === ErrorCode.NO_ERROR);
    logAccess(this.#server, this, {
      headers: this.headers,
      httpVersion: this.stream.httpVersion ?? '2.0',
      httpStatus: this.#response.httpStatus,
      isResponseComplete: this.#hasResponse && isComplete,
      startedAt: this.startedAt,
    });
  }

  // The members that the timer wheel uses.

  get isDone(): boolean {
    return this.stream.closed;
  }

  get dueAt(): number {
    if (this.isOver) return Math.min(this.#deadlineAt, this.#tokenEndsAt) + deliveryGraceMs;
    return Math.min(this.#deadlineAt, this.#tokenEndsAt, this.#request.timeoutAt);
  }

  onDue(now: number): void {
    if (this.isOver) this.stream.reset(ErrorCode.CANCEL);
    else if (this.#deadlineAt <= now) this.cancel(deadlineExceeded());
    else if (this.#tokenEndsAt <= now) this.cancel(tokenExpired());
    else this.#request.onTimeout();
  }
}

const clientGone = once(() => new ConnectError('the client has disconnected', Code.Canceled));
const tokenExpired = () => new ConnectError('the token has expired', Code.Unauthenticated);
const callEnded = once(() => new ConnectError('the call has ended', Code.Canceled));

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T>).then === 'function';
}
