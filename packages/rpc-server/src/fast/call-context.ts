import { type ContextValues, createContextValues, type HandlerContext } from '@connectrpc/connect';
import { setCaller } from '../access/caller.ts';
import { recordKey } from '../calls/call-record.ts';
import type { Call } from './call.ts';
import { toHeaders } from './metadata.ts';

/** What a handler may ask about its call. Nothing is made before it is asked for. */
export class CallContext implements HandlerContext {
  readonly #call: Call;
  #requestHeader: Headers | undefined;
  #values: ContextValues | undefined;
  /** Undefined until the handler asks. */
  givenHeader: Headers | undefined;
  givenTrailer: Headers | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  get method(): HandlerContext['method'] {
    return this.#call.method.desc;
  }

  get service(): HandlerContext['service'] {
    return this.#call.method.desc.parent;
  }

  get requestMethod(): string {
    return this.#call.stream.headers.method;
  }

  get protocolName(): string {
    return this.#call.protocolName;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get timeoutMs(): () => number | undefined {
    return () => this.#call.timeLeft();
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= toHeaders(this.#call.stream.headers);
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.givenHeader ??= new Headers();
    return this.givenHeader;
  }

  get responseTrailer(): Headers {
    this.givenTrailer ??= new Headers();
    return this.givenTrailer;
  }

  get values(): ContextValues {
    if (this.#values === undefined) {
      this.#values = createContextValues().set(recordKey, this.#call);
      setCaller({ values: this.#values }, this.#call.caller);
    }
    return this.#values;
  }

  get url(): string {
    const { scheme, authority, path } = this.#call.stream.headers;
    return `${scheme}://${authority}${path}`;
  }

  /** With everything made, as an object that can be spread: what interceptors take. */
  whole(): HandlerContext {
    const { method, service, protocolName, signal, timeoutMs, requestMethod } = this;
    const { requestHeader, responseHeader, responseTrailer, values, url } = this;
    return {
      ...{ method, service, protocolName, signal, timeoutMs, requestMethod },
      ...{ requestHeader, responseHeader, responseTrailer, values, url },
    };
  }
}
