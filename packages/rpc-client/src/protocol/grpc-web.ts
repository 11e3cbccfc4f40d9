import { Code, ConnectError } from '@connectrpc/connect';
import { parseContentType, trailerParse } from '@connectrpc/connect/protocol-grpc-web';
import { EnvelopeFlag, toHeaders } from '@example/rpc-core';
import { encodings, grpcTimeout } from './grpc.ts';
import { grpcEnd, grpcMessage } from './grpc-end.ts';
import { compressionOf, httpError, unsupportedType } from './grpc-head.ts';
import type { Protocol } from './protocol.ts';

/** gRPC-Web: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md. */
export const grpcWeb: Protocol = {
  name: 'grpc-web',
  isEnveloped: true,
  endFlag: EnvelopeFlag.trailers,

  requestFields: (options) => [
    ['content-type', `application/grpc-web+${options.codec}`],
    ['x-grpc-web', '1'],
    ...encodings(options),
  ],

  timeoutField: grpcTimeout,

  readHead(headers, _desc, { acceptCompression }) {
    const list = toHeaders(headers);
    const { status } = headers;
    if (status < 200 || status > 299) throw httpError(status, list, grpcMessage(list));
    const type = list.get('content-type');
    if (parseContentType(type) === undefined) throw unsupportedType(type, list);
    return { compression: compressionOf(list, acceptCompression) };
  },

  headersOf: toHeaders,

  readEndEnvelope(bytes, headers) {
    const trailers = trailerParse(bytes);
    return grpcEnd(trailers.get('grpc-status') ?? undefined, () => trailers, headers);
  },

  readEnd(headers, _trailers, hasMessage) {
    const status = headers.get('grpc-status');
    if (status !== undefined && !hasMessage) return grpcEnd(status, () => toHeaders(headers), undefined);
    return {
      error: new ConnectError('protocol error: the response has no trailers', Code.Internal),
      trailers: () => new Headers(),
    };
  },
};
