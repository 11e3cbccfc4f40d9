import { Code, ConnectError } from '@connectrpc/connect';
import { endStreamFromJson, trailerDemux, validateResponseWithCompression } from '@connectrpc/connect/protocol-connect';
import { EnvelopeFlag, toHeaders } from '@example/rpc-core';
import { appendHeaders } from './append-headers.ts';
import type { Fields, Protocol, ResponseEnd } from './protocol.ts';

const version = ['connect-protocol-version', '1'] as const;

/** Connect allows ten digits. */
function timeoutField(ms: number): Fields[number] {
  return ['connect-timeout-ms', String(Math.min(ms, 9_999_999_999))];
}

/** Connect's unary calls: https://connectrpc.com/docs/protocol#unary-request. */
export const connectUnary: Protocol = {
  name: 'connect',
  isEnveloped: false,
  endFlag: 0,

  requestFields: ({ codec, acceptCompression }) => [
    ['content-type', `application/${codec}`],
    version,
    ...accepted('accept-encoding', acceptCompression),
  ],

  timeoutField,

  readHead(headers, { methodKind }, { codec, acceptCompression }) {
    const list = toHeaders(headers);
    const isBinary = codec === 'proto';
    return headOf(validateResponseWithCompression(methodKind, [...acceptCompression], isBinary, headers.status, list));
  },

  headersOf: (headers) => trailerDemux(toHeaders(headers))[0],

  readEndEnvelope() {
    throw new ConnectError('protocol error: unexpected envelope', Code.Internal);
  },

  readEnd: (headers) => ({ error: undefined, trailers: () => trailerDemux(toHeaders(headers))[1] }),
};

/** Connect's streams: https://connectrpc.com/docs/protocol#streaming-request. */
export const connectStream: Protocol = {
  name: 'connect',
  isEnveloped: true,
  endFlag: EnvelopeFlag.endStream,

  requestFields: ({ codec, sendCompression, acceptCompression }) => [
    ['content-type', `application/connect+${codec}`],
    version,
    ...accepted('connect-accept-encoding', acceptCompression),
    ...(sendCompression === undefined ? [] : [['connect-content-encoding', sendCompression.name] as const]),
  ],

  timeoutField,

  readHead: connectUnary.readHead,

  headersOf: toHeaders,

  readEndEnvelope(bytes, headers): ResponseEnd {
    const { metadata, error } = endStreamFromJson(bytes);
    if (error !== undefined) appendHeaders(error.metadata, toHeaders(headers));
    return { error, trailers: () => metadata };
  },

  readEnd: () => ({
    error: new ConnectError('protocol error: the response has no EndStreamResponse', Code.InvalidArgument),
    trailers: () => new Headers(),
  }),
};

function headOf({ compression, unaryError }: ReturnType<typeof validateResponseWithCompression>) {
  return { compression, unaryError };
}

function accepted(name: string, compressions: readonly { readonly name: string }[]): Fields {
  return compressions.length === 0 ? [] : [[name, compressions.map((compression) => compression.name).join(',')]];
}
