import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import type { UnaryResponse } from '@connectrpc/connect';
import type { HeaderList } from '@example/http2';
import type { ResponseEnd } from '../protocol/protocol.ts';
import type { CallMethod } from './call-method.ts';
import type { Response } from './codec.ts';

/** The response of a unary call. Creates `Headers` only when they are read. */
export class LazyResponse implements UnaryResponse {
  readonly stream = false;
  readonly message: Response;
  readonly #method: CallMethod;
  readonly #headers: HeaderList | undefined;
  readonly #end: ResponseEnd;

  constructor(method: CallMethod, message: Response, headers: HeaderList | undefined, end: ResponseEnd) {
    this.message = message;
    this.#method = method;
    this.#headers = headers;
    this.#end = end;
  }

  get method(): DescMethodUnary {
    return this.#method.desc as DescMethodUnary;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    return this.#headers === undefined ? new Headers() : this.#method.protocol.headersOf(this.#headers);
  }

  get trailer(): Headers {
    return this.#end.trailers();
  }
}
