import { Code, ConnectError } from '@connectrpc/connect';
import { parseContentType, trailerParse, validateResponseWithCompression } from '@connectrpc/connect/protocol-grpc-web';
import { EnvelopeFlag, toHeaders } from '@example/rpc-core';
import { encodings, grpcEnd, grpcTimeout, readable } from './grpc.ts';
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
    const list = readable(toHeaders(headers));
    const { compression } = validateResponseWithCompression([...acceptCompression], headers.status, list);
    const type = list.get('content-type');
    if (parseContentType(type) === undefined) {
      throw new ConnectError(`unsupported content type ${type}`, Code.Unknown, list);
    }
    return { compression };
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
