import type { DescMethod } from '@bufbuild/protobuf';
import { type ContextValues, createContextKey, createContextValues, type HandlerContext } from '@connectrpc/connect';
import { toHeaders } from '@example/rpc-core';
import type { Logger } from 'pino';
import type { Caller } from '../auth/caller.ts';
import type { RequestHeaders } from './call-stream.ts';

/** The properties of a call that Connect's `HandlerContext` does not have: see `callOf`. */
export interface HandlerCall {
  /** The client's x-request-id when it is valid, otherwise an id that the server makes. The access log records it. */
  readonly requestId: string;
  /** A logger that adds the method and the request id to each line. */
  readonly logger: Logger;
  readonly caller: Caller;
  /** The address of the client, as the access log records it. */
  readonly peer: string;
  /** The time until the deadline, in milliseconds; undefined for a call without a deadline. */
  timeLeft(): number | undefined;
  /**
   * Waits until a handler may read from a store. Call this before a read that can return more than a few kilobytes.
   *
   * @param bytes an estimate of the largest result
   * @throws {ConnectError} CANCELED when the call has ended in the meantime
   */
  turnToRead(bytes: number): Promise<void>;
  /**
   * Counts memory that the handler keeps while it waits for its client, such as a page of the store. The memory counts
   * until `release` or the end of the call.
   *
   * @param bytes an estimate
   * @throws {ConnectError} RESOURCE_EXHAUSTED when the call, its connection or its caller would hold too much
   */
  hold(bytes: number): void;
  /** @param bytes that `hold` has counted */
  release(bytes: number): void;
}

const callKey = createContextKey<HandlerCall | undefined>(undefined, { description: 'call' });

/** The call that a handler or an interceptor serves: `callOf(context).logger.info('…')`. */
export function callOf({ values }: Pick<HandlerContext, 'values'>): HandlerCall {
  const call = values.get(callKey);
  if (call === undefined) throw new Error('this context is not of a call of this server');
  return call;
}

/** The part of a call that its context reads. */
export interface ContextCall extends HandlerCall {
  readonly desc: DescMethod;
  readonly protocolName: string;
  readonly signal: AbortSignal;
  readonly requestHeaders: RequestHeaders;
}

/** Connect's context of a call. Each property is created when it is first read, because most handlers read few. */
export class CallContext implements HandlerContext {
  readonly #call: ContextCall;
  #requestHeader: Headers | undefined;
  #values: ContextValues | undefined;
  /** The header fields that the handler sets; undefined unless it has read `responseHeader`. */
  header: Headers | undefined;
  /** The trailers that the handler sets; undefined unless it has read `responseTrailer`. */
  trailer: Headers | undefined;

  constructor(call: ContextCall) {
    this.#call = call;
  }

  get method(): HandlerContext['method'] {
    return this.#call.desc;
  }

  get service(): HandlerContext['service'] {
    return this.#call.desc.parent;
  }

  get requestMethod(): string {
    return this.#call.requestHeaders.method;
  }

  get protocolName(): string {
    return this.#call.protocolName;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  /**
   * The time until the deadline, in whole milliseconds and at least 1, so that a handler can use it as the timeout of a
   * further call; undefined without a deadline.
   */
  get timeoutMs(): () => number | undefined {
    return () => {
      const left = this.#call.timeLeft();
      return left === undefined ? undefined : Math.max(1, Math.round(left));
    };
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= toHeaders(this.#call.requestHeaders);
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.header ??= new Headers();
    return this.header;
  }

  get responseTrailer(): Headers {
    this.trailer ??= new Headers();
    return this.trailer;
  }

  get values(): ContextValues {
    this.#values ??= createContextValues().set(callKey, this.#call);
    return this.#values;
  }

  get url(): string {
    const { scheme, authority, path } = this.#call.requestHeaders;
    return `${scheme}://${authority}${path}`;
  }

  /** A copy with all properties on one object, because Connect's interceptors copy the context by spreading it. */
  snapshot(): HandlerContext {
    const { method, service, protocolName, signal, timeoutMs, requestMethod } = this;
    const { requestHeader, responseHeader, responseTrailer, values, url } = this;
    return {
      ...{ method, service, protocolName, signal, timeoutMs, requestMethod },
      ...{ requestHeader, responseHeader, responseTrailer, values, url },
    };
  }
}
