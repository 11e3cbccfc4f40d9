import { Code, ConnectError } from '@connectrpc/connect';
import { parseContentType } from '@connectrpc/connect/protocol-grpc';
import type { HeaderList } from '@example/http2';
import { toHeaders } from '@example/rpc-core';
import { grpcEnd } from './grpc-end.ts';
import { compressionOf, httpError, unsupportedType } from './grpc-head.ts';
import type { Fields, Protocol, RequestOptions, ResponseHead } from './protocol.ts';

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
    const list = toHeaders(headers);
    if (headers.status !== 200) throw httpError(headers.status, list);
    const type = list.get('content-type');
    if (parseContentType(type) === undefined) throw unsupportedType(type, list);
    return { compression: compressionOf(list, acceptCompression) };
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
