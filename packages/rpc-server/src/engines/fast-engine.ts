import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  defaultLimits,
  type HeaderList,
  type Limits,
  MemoryBudget,
  type Stream,
  type StreamHandler,
  serveConnection,
  sharedHeaderList,
} from '@example/http2';
import { connectRouter, type EngineOptions } from '../calls/connect-handlers.ts';
import { nodeListener } from '../calls/node-listener.ts';
import { allowOrigins, crossOrigin } from '../connections/cross-origin.ts';
import { BidiCall } from '../fast/bidi-call.ts';
import type { Call, CallServer, CallStream } from '../fast/call.ts';
import { type CallHead, readHead } from '../fast/call-head.ts';
import { ClientStreamCall } from '../fast/client-stream-call.ts';
import { Clock } from '../fast/clock.ts';
import { ConnectGetCall } from '../fast/connect-get-call.ts';
import { ConnectPostCall } from '../fast/connect-post-call.ts';
import { Http1Stream } from '../fast/http1-stream.ts';
import { type Method, recordMethods } from '../fast/method.ts';
import { ServerStreamCall } from '../fast/server-stream-call.ts';
import { UnaryCall } from '../fast/unary-call.ts';
import { UniversalExchange, type UniversalServer } from '../fast/universal-exchange.ts';
import type { ServerConfig } from '../process/config.ts';
import type { Engine } from './engine.ts';

/** gRPC calls of each kind. */
const grpcCalls = {
  unary: UnaryCall,
  server_streaming: ServerStreamCall,
  client_streaming: ClientStreamCall,
  bidi_streaming: BidiCall,
};

/** What any peer may send at once: RFC 9113, section 4.2. */
const smallestMaxFrameBytes = 16_384;

/** RFC 9110, section 15.2.1. */
const continueHeaders = sharedHeaderList([[':status', '100']]);

/** What all connections of HTTP/2 together may buffer, in bytes. */
const bufferedBytes = 512 * 1024 * 1024;

/**
 * HTTP/2 by @example/http2, HTTP/1.1 by Node's parser; on them gRPC, and unary calls of Connect, without detours. What else comes goes to
 * Connect's handlers.
 */
export function fastEngine(options: EngineOptions): Engine {
  const { config, gate, interceptors, logger, shutdownSignal } = options;
  const router = connectRouter(options);
  const methods = recordMethods(router, options.routes, config.maxMessageBytes);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  const clock = new Clock<Call>();
  const server: CallServer = { config, gate, interceptors, clock, logger };
  const universal: UniversalServer = { config, handlers, crossOrigin: crossOrigin(config.corsOrigins), logger };
  shutdownSignal.addEventListener('abort', () => {
    const reason = ConnectError.from(shutdownSignal.reason, Code.Unavailable);
    for (const call of clock.all()) call.cancel(reason);
  });

  function accept(stream: Stream, headers: HeaderList, peer: string): StreamHandler {
    const call = callOf(stream, headers, peer);
    call.begin();
    return call;
  }

  function callOf(stream: Stream, headers: HeaderList, peer: string): Call | UniversalExchange {
    const head = readHead(headers);
    if (head.expectsContinue && !stream.requestEnded) stream.sendHeaders(continueHeaders);
    const method = methods.get(head.path);
    if (head.protocol === 'grpc' && method !== undefined) {
      return new grpcCalls[method.desc.methodKind](server, stream, method, peer, head);
    }
    return connectCallOf(stream, method, head, peer) ?? new UniversalExchange(universal, stream, peer);
  }

  function connectCallOf(
    stream: CallStream,
    method: Method | undefined,
    head: CallHead,
    peer: string,
  ): Call | undefined {
    if (head.protocol !== 'connect' || method?.desc.methodKind !== 'unary') return undefined;
    if (stream.headers.method === 'POST') return new ConnectPostCall(server, stream, method, peer, head);
    const isSafe = method.desc.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
    // Its answer may be kept for pages of other origins, and must say on what it depends: cross-origin.ts.
    const isForPages = config.corsOrigins.length > 0;
    return isSafe && !isForPages ? new ConnectGetCall(server, stream, method, peer, head) : undefined;
  }

  const handleOther = allowOrigins(config.corsOrigins, nodeListener(handlers, config, logger));

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const stream = new Http1Stream(request, response);
    const head = readHead(stream.headers);
    const call = connectCallOf(stream, methods.get(head.path), head, request.socket.remoteAddress ?? '');
    if (call === undefined) {
      handleOther(request, response);
      return;
    }
    stream.open(call);
    call.begin();
  }

  const memory = new MemoryBudget(bufferedBytes);
  return {
    handle,
    serveHttp2(socket: Socket, onClose) {
      const peer = socket.remoteAddress ?? '';
      const connection = serveConnection(socket, {
        accept: (stream, headers) => accept(stream, headers, peer),
        limits: limitsOf(config),
        memory,
        onClose,
      });
      return { retire: () => connection.drain() };
    },
  };
}

function limitsOf(config: ServerConfig): Partial<Limits> {
  // A list that is too large by less than half is to be read, so that it can be answered.
  const headerBlockBytes = Math.max(defaultLimits.headerBlockBytes, Math.ceil(1.5 * config.maxHeaderBytes));
  return {
    concurrentStreams: config.maxStreams,
    headerListBytes: config.maxHeaderBytes,
    headerBlockBytes,
    continuationFrames: defaultLimits.continuationFrames + Math.ceil(headerBlockBytes / smallestMaxFrameBytes),
    handshakeMs: config.headersMs,
    stallMs: config.headersMs,
    idleMs: config.idleConnectionMs,
    keepaliveMs: config.keepaliveMs,
    keepaliveTimeoutMs: config.keepaliveTimeoutMs,
  };
}
