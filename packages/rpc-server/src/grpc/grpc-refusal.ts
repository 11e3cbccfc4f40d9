import type { ConnectError } from '@connectrpc/connect';
import { type HeaderList, sharedHeaderList } from '@example/http2';
import type { CallStream, RequestHandler } from '../call/call-stream.ts';
import type { CodecName } from '../call/codec.ts';
import { errorTrailers } from './status.ts';

/** Encodes the response to every gRPC call that is refused with this error, by codec. */
export function grpcRefusals(error: ConnectError): Readonly<Record<CodecName, HeaderList>> {
  const response = (codec: CodecName) =>
    sharedHeaderList([[':status', '200'], ['content-type', `application/grpc+${codec}`], ...errorTrailers(error)]);
  return { proto: response('proto'), json: response('json') };
}

/**
 * Refuses a gRPC call at a twentieth of the cost of a call that fails, because an overloaded server refuses more calls
 * than it serves. A refused call has no request id and no line in the access log.
 */
export class GrpcRefusal implements RequestHandler {
  readonly #stream: CallStream;
  readonly #response: HeaderList;

  constructor(stream: CallStream, response: HeaderList) {
    this.#stream = stream;
    this.#response = response;
  }

  begin(): void {
    this.#stream.discard();
    this.#stream.sendHeaders(this.#response, true);
  }

  onData(): void {}
  onEnd(): void {}
  onDrain(): void {}
  onClose(): void {}
}
