import type { CallProtocol } from '../call/call.ts';
import type { Method } from '../call/method.ts';
import type { RequestCall, RequestReader } from '../call/request-reader.ts';
import { RequestStream } from '../call/request-stream.ts';
import { SingleRequest } from '../call/single-request.ts';
import { Base64Request } from './base64-request.ts';
import { encodeGrpcError, GrpcResponse } from './grpc-response.ts';
import { encodeWebError, encodeWebTextError, GrpcWebResponse, GrpcWebTextResponse } from './grpc-web-response.ts';

/** `application/grpc`: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. */
export const grpc: CallProtocol = {
  name: 'grpc',
  createRequest: envelopedRequest,
  createResponse: (call) => new GrpcResponse(call),
  encodeError: encodeGrpcError,
};

/** `application/grpc-web`: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md. */
export const grpcWeb: CallProtocol = {
  name: 'grpc-web',
  createRequest: envelopedRequest,
  createResponse: (call) => new GrpcWebResponse(call),
  encodeError: encodeWebError,
};

/** `application/grpc-web-text`: gRPC-Web in base64, for browsers that cannot stream bytes. */
export const grpcWebText: CallProtocol = {
  name: 'grpc-web',
  createRequest: (call, method) => new Base64Request(call, envelopedRequest(call, method)),
  createResponse: (call) => new GrpcWebTextResponse(call),
  encodeError: encodeWebTextError,
};

function envelopedRequest(call: RequestCall, { invoke }: Method): RequestReader {
  return invoke.takes === 'stream' ? new RequestStream(call) : new SingleRequest(call);
}
