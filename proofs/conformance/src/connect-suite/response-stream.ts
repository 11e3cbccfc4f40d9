import { setTimeout } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import type {
  ConformancePayloadSchema,
  StreamResponseDefinition,
} from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { addHeaders, requestInfo } from './request-info.ts';
import { requestedError } from './requested-error.ts';

type Response = { payload: MessageInitShape<typeof ConformancePayloadSchema> };

/** The responses of a streaming call, as a request describes them. The constructor sets the headers and trailers. */
export class ResponseStream {
  readonly #context: HandlerContext;
  readonly #definition: StreamResponseDefinition | undefined;
  #sent = 0;

  constructor(context: HandlerContext, definition: StreamResponseDefinition | undefined) {
    this.#context = context;
    this.#definition = definition;
    addHeaders(context.responseHeader, definition?.responseHeaders ?? []);
    addHeaders(context.responseTrailer, definition?.responseTrailers ?? []);
  }

  get isDone(): boolean {
    return this.#sent >= (this.#definition?.responseData.length ?? 0);
  }

  /**
   * Makes the next response, after its delay. The first one echoes the call.
   *
   * @param requests the requests since the previous response. A later response echoes only these
   */
  async next(requests: readonly Any[]): Promise<Response> {
    const data = this.#definition?.responseData[this.#sent] ?? new Uint8Array();
    await setTimeout(this.#definition?.responseDelayMs ?? 0, undefined, { signal: this.#context.signal });
    const info = this.#sent === 0 ? requestInfo(this.#context, requests) : { requests: [...requests] };
    this.#sent += 1;
    return { payload: { data, ...((this.#sent === 1 || requests.length > 0) && { requestInfo: info }) } };
  }

  /**
   * Makes the remaining responses.
   *
   * @param requests those since the previous response
   * @throws {ConnectError} at the end, when the definition has an error
   */
  async *remaining(requests: readonly Any[]): AsyncGenerator<Response> {
    let unechoed = requests;
    while (!this.isDone) {
      yield await this.next(unechoed);
      unechoed = [];
    }
    const error = this.#definition?.error;
    if (error !== undefined) {
      throw requestedError(error, this.#sent === 0 ? requestInfo(this.#context, requests) : undefined);
    }
  }
}
