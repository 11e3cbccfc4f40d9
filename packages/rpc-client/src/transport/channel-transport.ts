import type { DescMethod, DescMethodStreaming, DescMethodUnary } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import {
  type ConnectError,
  createContextValues,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import { runStreamingCall, runUnaryCall } from '@connectrpc/connect/protocol';
import { defaultLimits } from '@example/http2';
import { type Envelope, longestTimerMs, systemClock, TimerWheel } from '@example/rpc-core';
import type { CallContext } from '../call/call.ts';
import { type CallMethod, type CallTarget, callMethod } from '../call/call-method.ts';
import type { CallOptions, Hedging } from '../call/call-options.ts';
import type { CallPolicy } from '../call/call-policy.ts';
import type { Request } from '../call/codec.ts';
import { getRequest } from '../call/connect-get.ts';
import { HedgedCall } from '../call/hedged-call.ts';
import { encodeRequest } from '../call/messages.ts';
import { maxKeptBytes, type RequestBody } from '../call/request-body.ts';
import { RequestStream } from '../call/request-stream.ts';
import { SharedMessages } from '../call/shared-messages.ts';
import { SingleRequest } from '../call/single-request.ts';
import { StreamCall } from '../call/stream-call.ts';
import { UnaryCall } from '../call/unary-call.ts';
import type { ConnectionSource } from '../connection/connection-source.ts';
import type { TransportOptions } from './transport-options.ts';

/** A transport of Connect, for `createClient`. */
export interface ClientTransport extends Transport {
  /** Takes no more calls, and closes the connections when the calls under way have ended. */
  close(): void;
}

type HeaderInit = Parameters<Transport['unary']>[3];

const interceptorSlackMs = 50;

/** Makes the calls of a transport, through interceptors if there are any. */
export class ChannelTransport implements ClientTransport {
  readonly #source: ConnectionSource;
  readonly #policy: CallPolicy;
  readonly #target: CallTarget;
  readonly #options: TransportOptions;
  readonly #context: CallContext;
  readonly #interceptors: Interceptor[];
  readonly #methods = new Map<DescMethod, CallMethod>();

  constructor(source: ConnectionSource, policy: CallPolicy, target: CallTarget, options: TransportOptions) {
    this.#source = source;
    this.#policy = policy;
    this.#target = target;
    this.#options = options;
    this.#interceptors = [...(options.interceptors ?? [])];
    const { clock = systemClock } = options;
    this.#context = {
      source,
      timers: new TimerWheel(clock),
      clock,
      maxRequestBytes: options.maxRequestBytes ?? Number.POSITIVE_INFINITY,
      maxResponseBytes: options.maxResponseBytes ?? 4 * 1024 * 1024,
      maxResponseElements: options.maxResponseElements ?? 100_000,
      maxHeaderBytes: options.maxHeaderBytes ?? defaultLimits.headerListBytes,
    };
  }

  close(): void {
    this.#source.close();
  }

  readonly unary: Transport['unary'] = (desc, signal, timeoutMs, header, input, contextValues) => {
    if (this.#interceptors.length === 0) {
      return this.#unary(desc, signal, timeoutMs, header, input as Request) as never;
    }
    return runUnaryCall({
      ...this.#intercepted(signal, timeoutMs),
      req: { ...this.#requestOf(desc, header, contextValues), stream: false, method: desc, message: input },
      next: async (request: UnaryRequest) =>
        withOwnProperties(await this.#unary(desc, request.signal, timeoutMs, request.header, request.message)),
    }) as never;
  };

  readonly stream: Transport['stream'] = (desc, signal, timeoutMs, header, input, contextValues) => {
    if (this.#interceptors.length === 0) {
      return this.#stream(desc, signal, timeoutMs, header, input as AsyncIterable<Request>) as never;
    }
    return runStreamingCall({
      ...this.#intercepted(signal, timeoutMs),
      req: { ...this.#requestOf(desc, header, contextValues), stream: true, method: desc, message: input },
      next: (request: StreamRequest) =>
        this.#stream(desc, request.signal, timeoutMs, request.header, request.message) as Promise<StreamResponse>,
    }) as never;
  };

  /**
   * Gives interceptors a deadline that is a little later than that of the call: the error of the call names the cause.
   */
  #intercepted(signal: AbortSignal | undefined, timeoutMs = 0) {
    return {
      interceptors: this.#interceptors,
      ...(signal !== undefined && { signal }),
      ...(timeoutMs > 0 && { timeoutMs: Math.min(timeoutMs + interceptorSlackMs, longestTimerMs) }),
    };
  }

  #requestOf(desc: DescMethod, header: HeaderInit, contextValues = createContextValues()) {
    const { scheme, authority } = this.#target;
    return {
      service: desc.parent,
      requestMethod: this.#usesGet(desc) ? 'GET' : 'POST',
      url: `${scheme}://${authority}/${desc.parent.typeName}/${desc.name}`,
      header: new Headers(header),
      contextValues,
    };
  }

  #usesGet(desc: DescMethod): boolean {
    const { protocol, useHttpGet } = this.#options;
    if (protocol !== 'connect' || useHttpGet !== true || desc.methodKind !== 'unary') return false;
    return desc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  }

  #unary(
    desc: DescMethodUnary,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeaderInit,
    input: Request,
  ): Promise<UnaryResponse> {
    return new Promise((resolve, reject) => {
      const method = this.#method(desc);
      const options = this.#policy.optionsOf(desc, { signal, timeoutMs, header, message: input });
      const start = (message: Envelope) => {
        const body = this.#single(method, message);
        const { hedging } = options;
        if (hedging === undefined || message.bytes.length > maxKeptBytes) {
          new UnaryCall(method, body, options, this.#context, resolve, reject).start();
          return;
        }
        const hedged = new HedgedCall<UnaryResponse>(
          options,
          hedging,
          this.#context,
          (hedgeOptions, succeed, fail) => ({
            call: new UnaryCall(method, body, hedgeOptions, this.#context, succeed, fail),
          }),
        );
        hedged.start().then(resolve, reject);
      };
      const message = encodeRequest(method, input, this.#context.maxRequestBytes);
      if (message instanceof Promise) message.then(start).catch(reject);
      else start(message);
    });
  }

  #single(method: CallMethod, message: Envelope): RequestBody {
    const { protocol, desc } = method;
    if (protocol.isEnveloped) return new SingleRequest(message);
    const encoding = message.flags === 0 ? undefined : method.target.sendCompression?.name;
    const get = this.#usesGet(desc) ? getRequest(method, message.bytes, encoding) : undefined;
    return new SingleRequest(message, get === undefined ? encoding : undefined, get);
  }

  async #stream(
    desc: DescMethodStreaming,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeaderInit,
    input: AsyncIterable<Request>,
  ): Promise<object> {
    const method = this.#method(desc);
    const { maxRequestBytes } = this.#context;
    const encode = (message: Request) => encodeRequest(method, message, maxRequestBytes);
    const message = desc.methodKind === 'server_streaming' ? await onlyOne(input) : undefined;
    const options = this.#policy.optionsOf(desc, { signal, timeoutMs, header, message });
    const envelope = message === undefined ? undefined : await encode(message);
    const { hedging } = options;
    if (hedging !== undefined && (envelope?.bytes.length ?? 0) <= maxKeptBytes) {
      return await this.#hedgedStream(method, options, hedging, envelope ?? input, encode);
    }
    const body = envelope === undefined ? new RequestStream(input, encode) : new SingleRequest(envelope);
    return await new Promise((resolve, reject) => this.#streamCall(method, body, options, resolve, reject).start());
  }

  #hedgedStream(
    method: CallMethod,
    options: CallOptions,
    hedging: Hedging,
    request: Envelope | AsyncIterable<Request>,
    encode: (message: Request) => Envelope | Promise<Envelope>,
  ): Promise<object> {
    const onFull = () => {
      if (hedged.commit()) shared?.close();
    };
    const shared = 'bytes' in request ? undefined : new SharedMessages(request, encode, onFull);
    const hedged = new HedgedCall<object>(options, hedging, this.#context, (hedgeOptions, succeed, fail) => {
      const reader = shared?.reader();
      const body =
        reader === undefined ? new SingleRequest(request as Envelope) : new RequestStream(reader, (sent) => sent);
      return { call: this.#streamCall(method, body, hedgeOptions, succeed, fail), reader };
    });
    return hedged.start().finally(() => shared?.close());
  }

  /** @param resolve called with the response when its headers have arrived */
  #streamCall(
    method: CallMethod,
    body: SingleRequest | RequestStream<Request> | RequestStream<Envelope>,
    options: CallOptions,
    resolve: (response: object) => void,
    reject: (error: ConnectError) => void,
  ): StreamCall {
    const call = new StreamCall(method, body, options, this.#context, (error) => {
      if (error === undefined) resolve(streamResponse(method.desc as DescMethodStreaming, call));
      else reject(error);
    });
    if (body instanceof RequestStream) body.belongTo(call);
    return call;
  }

  #method(desc: DescMethod): CallMethod {
    let method = this.#methods.get(desc);
    if (method === undefined) {
      method = callMethod(desc, this.#target);
      this.#methods.set(desc, method);
    }
    return method;
  }
}

/** Interceptors copy responses by their own properties. */
function withOwnProperties({ stream, service, method, message, header, trailer }: UnaryResponse): UnaryResponse {
  return { stream, service, method, message, header, trailer };
}

function streamResponse(method: DescMethodStreaming, call: StreamCall) {
  const { header, trailer } = call;
  return { stream: true, service: method.parent, method, message: call, header, trailer };
}

/** @throws {TypeError} if there is no message */
async function onlyOne(messages: AsyncIterable<Request>): Promise<Request> {
  for await (const message of messages) return message;
  throw new TypeError('the request of a server-streaming method has no message');
}
