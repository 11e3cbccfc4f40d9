import { Code, ConnectError } from '@connectrpc/connect';
import { findTrailerError, validateResponseWithCompression } from '@connectrpc/connect/protocol-grpc';
import type { HeaderList } from '@example/http2';
import { toHeaders } from '@example/rpc-core';
import { appendHeaders } from './append-headers.ts';
import type { Fields, Protocol, RequestOptions, ResponseEnd, ResponseHead } from './protocol.ts';

const plainType = /^application\/grpc(?:\+proto)?$/;
const plainHead: ResponseHead = { compression: undefined };

/** gRPC over HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. */
export const grpc: Protocol = {
  name: 'grpc',
  isEnveloped: true,
  endFlag: 0,

  requestFields: (options) => [
    ['te', 'trailers'],
    ['content-type', `application/grpc+${options.codec}`],
    ...encodings(options),
  ],

  timeoutField: grpcTimeout,

  readHead(headers, _desc, options) {
    const known = headers.memo as ResponseHead | undefined;
    return known ?? readHead(headers, options);
  },

  headersOf: toHeaders,

  readEndEnvelope() {
    throw new ConnectError('protocol error: unexpected envelope', Code.Internal);
  },

  readEnd(headers, trailers, hasMessage) {
    if (trailers !== undefined) return grpcEnd(trailers.get('grpc-status'), () => toHeaders(trailers), headers);
    // A response without a body and trailers has its trailers in its headers: "Trailers-Only".
    const status = hasMessage ? undefined : headers.get('grpc-status');
    return grpcEnd(status, () => (hasMessage ? new Headers() : toHeaders(headers)), undefined);
  },
};

/** Responses with the same header block share the result. */
function readHead(headers: HeaderList, { acceptCompression }: RequestOptions): ResponseHead {
  const isPlain =
    headers.status === 200 &&
    plainType.test(headers.get('content-type') ?? '') &&
    headers.get('grpc-encoding') === undefined;
  if (!isPlain) {
    const list = readable(toHeaders(headers));
    const { compression } = validateResponseWithCompression([...acceptCompression], headers.status, list);
    return { compression };
  }
  headers.memo = plainHead;
  return plainHead;
}

/** The fields for compression in gRPC and gRPC-Web. */
export function encodings({ sendCompression, acceptCompression }: RequestOptions): Fields {
  const fields: (readonly [string, string])[] = [];
  if (acceptCompression.length > 0) {
    fields.push(['grpc-accept-encoding', acceptCompression.map(({ name }) => name).join(',')]);
  }
  if (sendCompression !== undefined) fields.push(['grpc-encoding', sendCompression.name]);
  return fields;
}

/** A timeout in milliseconds, or in seconds if it is long: gRPC allows at most eight digits. */
export function grpcTimeout(ms: number): Fields[number] {
  return ['grpc-timeout', ms < 1e8 ? `${ms}m` : `${Math.min(99_999_999, Math.ceil(ms / 1_000))}S`];
}

/**
 * @param status the value of grpc-status
 * @param headers of the response, unless its trailers are its headers
 */
export function grpcEnd(
  status: string | undefined,
  trailers: () => Headers,
  headers: HeaderList | undefined,
): ResponseEnd {
  if (status === '0') return { error: undefined, trailers };
  const list = trailers();
  return { error: grpcError(status, list, headers), trailers: () => list };
}

function grpcError(status: string | undefined, trailers: Headers, headers: HeaderList | undefined): ConnectError {
  const error = findTrailerError(readable(trailers));
  if (error === undefined) {
    const text = status === undefined ? 'the response has no grpc-status' : `invalid grpc-status ${status}`;
    return new ConnectError(`protocol error: ${text}`, Code.Internal);
  }
  if (headers !== undefined) appendHeaders(error.metadata, toHeaders(headers));
  return error;
}

/**
 * The fields without a message or details that cannot be decoded, so that they do not hide the code of an error. A
 * message with invalid percent encoding is kept as it is: "implementations MUST NOT error or throw away the message".
 */
export function readable(fields: Headers): Headers {
  const message = fields.get('grpc-message') ?? '';
  try {
    decodeURIComponent(message);
    findTrailerError(fields);
    return fields;
  } catch {
    const copy = new Headers(fields);
    copy.set('grpc-message', encodeURIComponent(decodedMessage(message)));
    copy.delete('grpc-status-details-bin');
    return copy;
  }
}

function decodedMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
