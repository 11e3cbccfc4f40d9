import { Code, type ConnectError } from '@connectrpc/connect';
import { mergeNonProtocolHeaders } from '@connectrpc/connect/protocol';
import { codeToHttpStatus, errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { type HeaderList, headerList, sharedHeaderList } from '@example/http2';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { type Envelope, EnvelopeFlag } from '@example/rpc-core';
import { type Fields, sendableFields, toFields } from '../call/metadata.ts';
import { type CallResponse, type ResponseCall, type SharedResponse, serverFields } from '../call/response.ts';

const nothing = new Uint8Array();
/** Fields that a handler cannot set. */
const reserved = new Set(['content-type', 'content-encoding', 'x-request-id']);
/** The header lists of responses without further fields. A connection encodes each of them once. */
const plainHeaders = {
  proto: sharedHeaderList([
    [':status', '200'],
    ['content-type', 'application/proto'],
  ]),
  json: sharedHeaderList([
    [':status', '200'],
    ['content-type', 'application/json'],
  ]),
};

/** The header fields that HTTP defines for an error: RFC 6750, section 3, and RFC 9110, section 10.2.3. */
function statusFields(error: ConnectError): Fields {
  if (error.code === Code.Unauthenticated) return [['www-authenticate', 'Bearer']];
  const [{ retryDelay } = {}] = error.findDetails(RetryInfoSchema);
  if (retryDelay === undefined) return [];
  // RFC 9110 counts in whole seconds.
  return [['retry-after', `${Number(retryDelay.seconds) + Math.ceil(retryDelay.nanos / 1e9)}`]];
}

/** The header fields of an error in the form of JSON. */
function errorFields(error: ConnectError): Fields {
  return [[':status', `${codeToHttpStatus(error.code)}`], ['content-type', 'application/json'], ...statusFields(error)];
}

/** As `CallProtocol.encodeError`, for unary calls. */
export function encodeUnaryError(error: ConnectError): SharedResponse {
  return { headers: sharedHeaderList(errorFields(error)), body: errorToJsonBytes(error, undefined) };
}

/** The body of a unary Connect response is the message, or the error as JSON: https://connectrpc.com/docs/protocol#unary-response. */
export class ConnectUnaryResponse implements CallResponse {
  httpStatus = 200;
  readonly #call: ResponseCall;

  constructor(call: ResponseCall) {
    this.#call = call;
  }

  respond({ flags, bytes }: Envelope): void {
    const headers = this.#headers(flags === EnvelopeFlag.compressed);
    this.#call.responseBytes += bytes.length;
    this.#call.succeed();
    this.#call.stream.sendHeaders(headers);
    this.#call.stream.sendData(nothing, bytes, true);
  }

  fail(error: ConnectError): void {
    this.httpStatus = codeToHttpStatus(error.code);
    const metadata = new Headers();
    mergeNonProtocolHeaders(metadata, error.metadata);
    const body = errorToJsonBytes(error, undefined);
    const own = sendableFields([...this.#handlerFields(), ...toFields(metadata)]);
    const headers = headerList([...errorFields(error), ...serverFields(this.#call, true), ...own]);
    this.#call.responseBytes += body.length;
    this.#call.stream.sendHeaders(headers);
    this.#call.stream.sendData(nothing, body, true);
  }

  #headers(isCompressed: boolean): HeaderList {
    const { headers, context, commonFields } = this.#call;
    const { codec, responseCompression } = headers;
    const hasHandlerFields = context.header !== undefined || context.trailer !== undefined;
    const isPlain = !isCompressed && !hasHandlerFields && headers.requestId === undefined && commonFields === undefined;
    if (isPlain) return plainHeaders[codec];
    const fields: Fields = [
      [':status', '200'],
      ['content-type', `application/${codec}`],
    ];
    if (isCompressed && responseCompression !== null) fields.push(['content-encoding', responseCompression.name]);
    return headerList([...fields, ...serverFields(this.#call), ...this.#handlerFields()]);
  }

  /** Trailers are header fields with a prefix. */
  #handlerFields(): Fields {
    const { header, trailer } = this.#call.context;
    const trailers = toFields(trailer).map(([name, value]): Fields[number] => [`trailer-${name}`, value]);
    return [...toFields(header, reserved), ...trailers];
  }
}
