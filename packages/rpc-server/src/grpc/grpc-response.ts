import type { ConnectError } from '@connectrpc/connect';
import { type HeaderList, headerList, sharedHeaderList } from '@example/http2';
import { type Envelope, envelopeHeader, loadReportField } from '@example/rpc-core';
import type { CodecName } from '../call/codec.ts';
import { EnvelopedResponse, envelopedHeaders } from '../call/enveloped-response.ts';
import type { Fields } from '../call/metadata.ts';
import { type ResponseCall, type SharedResponse, serverFields } from '../call/response.ts';
import { errorTrailers, okTrailers } from './status.ts';

const grpcHeaders = envelopedHeaders('application/grpc+', 'grpc-encoding');
const noFields: Fields = [];
const plainOkTrailers = sharedHeaderList(okTrailers(undefined));

/**
 * A gRPC response ends with HTTP trailers: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses.
 */
export class GrpcResponse extends EnvelopedResponse {
  constructor(call: ResponseCall) {
    super(call, grpcHeaders);
  }

  /** Sends headers, message and trailers in one call, which is faster. */
  override respond(message: Envelope): void {
    const headers = this.responseHeaders();
    const trailers = this.#okTrailers();
    const header = envelopeHeader(message);
    this.call.responseBytes += header.length + message.bytes.length;
    this.call.succeed();
    this.call.stream.respond(headers, header, message.bytes, trailers);
  }

  protected prepareEnd(): () => void {
    const trailers = this.#okTrailers();
    return () => this.call.stream.sendTrailers(trailers);
  }

  /** If the handler has sent no headers, headers and trailers are one block: "Trailers-Only" in the specification. */
  fail(error: ConnectError): void {
    const { stream, context } = this.call;
    const trailers = [...errorTrailers(error, context.trailer), ...loadFields(this.call)];
    if (this.hasSentHeaders || context.header !== undefined) {
      this.sendHeaders(true);
      stream.sendTrailers(headerList(trailers));
    } else {
      const headers = [[':status', '200'] as const, this.contentType(), ...serverFields(this.call, true), ...trailers];
      stream.sendHeaders(headerList(headers), true);
    }
  }

  #okTrailers(): HeaderList {
    const { trailer } = this.call.context;
    const load = loadFields(this.call);
    if (trailer === undefined && load.length === 0) return plainOkTrailers;
    return headerList([...okTrailers(trailer), ...load]);
  }
}

/** As `CallProtocol.encodeError`, for gRPC. */
export function encodeGrpcError(error: ConnectError, codec: CodecName): SharedResponse {
  const contentType = `${grpcHeaders.contentType}${codec}`;
  const fields: Fields = [[':status', '200'], ['content-type', contentType], ...errorTrailers(error)];
  return { headers: sharedHeaderList(fields), body: new Uint8Array() };
}

/** The trailer that reports the load: gRFC A51. */
function loadFields({ loadReport }: ResponseCall): Fields {
  return loadReport === undefined ? noFields : [[loadReportField, loadReport]];
}
