import type { CallProtocol } from '../call/call.ts';
import { RequestStream } from '../call/request-stream.ts';
import { SingleRequest } from '../call/single-request.ts';
import { GetRequest } from './get-request.ts';
import { ConnectStreamResponse, encodeStreamError } from './stream-response.ts';
import { UnaryRequest } from './unary-request.ts';
import { ConnectUnaryResponse, encodeUnaryError } from './unary-response.ts';

/** Unary calls by POST: https://connectrpc.com/docs/protocol#unary-request. */
export const connectUnary: CallProtocol = {
  name: 'connect',
  createRequest: (call) => new UnaryRequest(call),
  createResponse: (call) => new ConnectUnaryResponse(call),
  encodeError: encodeUnaryError,
};

/** Unary calls by GET: https://connectrpc.com/docs/protocol#unary-get-request. */
export const connectGet: CallProtocol = {
  name: 'connect',
  createRequest: (call) => new GetRequest(call),
  createResponse: (call) => new ConnectUnaryResponse(call),
  encodeError: encodeUnaryError,
};

/** Client-streaming, server-streaming and bidirectional calls: https://connectrpc.com/docs/protocol#streaming-rpcs. */
export const connectStream: CallProtocol = {
  name: 'connect',
  createRequest: (call, { invoke }) => (invoke.takes === 'stream' ? new RequestStream(call) : new SingleRequest(call)),
  createResponse: (call) => new ConnectStreamResponse(call),
  encodeError: encodeStreamError,
};
