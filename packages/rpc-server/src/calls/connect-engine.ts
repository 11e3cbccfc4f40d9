import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { DescMethod } from '@bufbuild/protobuf';
import {
  Code,
  type ConnectRouter,
  createConnectRouter,
  createContextValues,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerRequest } from '@connectrpc/connect/protocol';
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { ServerConfig } from '../process/config.ts';
import type { Logger } from '../process/logger.ts';
import { logAccess } from './access-log.ts';
import { type CallRecord, counted, recordEnd, recordKey, recordOf, requestIdFrom } from './call-record.ts';
import { cancellation } from './cancellation.ts';
import { limitDeadline } from './deadline-header.ts';
import { correctConnectErrors, errorMapping } from './error-mapping.ts';
import { encodeGrpcMessage } from './grpc-message.ts';
import { arriveWithin, messageGap } from './request-time.ts';
import { keepDeadline, timeLeft } from './time-left.ts';

/** Answers the requests of both HTTP versions. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

export interface ConnectEngineOptions {
  readonly config: ServerConfig;
  readonly routes: (router: ConnectRouter) => void;
  readonly interceptors: readonly Interceptor[];
  /** Decides by the header fields of a call whether it goes on. */
  readonly gate: (context: HandlerContext) => Promise<void>;
  readonly shutdownSignal: AbortSignal;
  readonly logger: Logger;
}

/** Calls of these may be silent, or last, for as long as both sides want. */
const openEnded = {
  methods: new Set(['grpc.health.v1.Health.Watch']),
  services: new Set(['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']),
};

/** How long after the deadline of a call its status may still be on its way to the client, in milliseconds. */
const lateMs = 1_000;

/** gRPC, gRPC-Web and Connect by Connect's handlers, on requests of Node's http modules. */
export function connectEngine({
  config,
  routes,
  interceptors,
  gate,
  shutdownSignal,
  logger,
}: ConnectEngineOptions): RequestListener {
  const router = createConnectRouter({
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: config.maxMessageBytes,
    shutdownSignal,
    async requestGate(context) {
      correctConnectErrors(context, logger);
      recordEnd(context, recordOf(context));
      keepDeadline(context);
      await gate(context);
    },
    interceptors: [
      errorMapping(logger),
      cancellation(),
      timeLeft(),
      messageGap(config.messageGapMs, openEnded.services),
      ...interceptors,
    ],
  });
  routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return (request, response) => {
    const record: CallRecord = {
      requestId: requestIdFrom(request.headers['x-request-id']),
      peer: request.socket.remoteAddress ?? '',
      requestBytes: 0,
      responseBytes: 0,
    };
    response.setHeader('x-request-id', record.requestId);
    logAccess(logger, record, request, response);

    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = handlers.get(path);
    if (handler === undefined) {
      record.code = Code.Unimplemented;
      refuse(response, 404);
      return;
    }
    const universalRequest = toUniversalRequest(request, response, record);
    if (universalRequest === undefined) {
      record.code = Code.InvalidArgument;
      refuse(response, 400);
      return;
    }
    const deadlineMs = limitDeadline(universalRequest.header, !isOpenEnded(handler.method), config);
    if (deadlineMs !== undefined) deliverWithin(deadlineMs, response);
    answer(handler, limitBodyTime(universalRequest, handler.method, config), response, record).catch(
      (error: unknown) => {
        // The status is decided before anything is sent, so that what fails here is the sending.
        logger.debug({ err: error, path }, 'an answer could not be delivered');
        response.destroy();
      },
    );
  };
}

function isOpenEnded({ methodKind, name, parent }: DescMethod): boolean {
  return !hasOneRequest(methodKind) || openEnded.methods.has(`${parent.typeName}.${name}`);
}

function hasOneRequest(kind: DescMethod['methodKind']): boolean {
  return kind === 'unary' || kind === 'server_streaming';
}

function limitBodyTime(
  request: UniversalServerRequest,
  { methodKind }: DescMethod,
  { requestBodyMs }: ServerConfig,
): UniversalServerRequest {
  if (!hasOneRequest(methodKind) || !isByteStream(request.body)) return request;
  return { ...request, body: arriveWithin(request.body, requestBodyMs) };
}

/** Ends a call some time after its deadline although its client has not taken the answer. */
function deliverWithin(deadlineMs: number, response: ServerResponse | Http2ServerResponse): void {
  const timer = setTimeout(() => {
    if ('stream' in response) response.stream.close(constants.NGHTTP2_CANCEL);
    response.destroy();
  }, deadlineMs + lateMs);
  response.once('close', () => clearTimeout(timer));
}

function isByteStream(body: UniversalServerRequest['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Undefined when the authority is missing or not one (`[`): Connect throws then, which would end the process. */
function toUniversalRequest(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  record: CallRecord,
): UniversalServerRequest | undefined {
  const values = createContextValues().set(recordKey, record);
  try {
    const universalRequest = universalRequestFromNodeRequest(request, response, undefined, values);
    // A reader that stops early must not take the connection with it: Node destroys both by default.
    const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    const body = counted(chunks, (bytes) => {
      record.requestBytes += bytes;
    });
    return { ...universalRequest, body };
  } catch {
    return undefined;
  }
}

async function answer(
  handler: UniversalHandler,
  request: UniversalServerRequest,
  response: ServerResponse | Http2ServerResponse,
  record: CallRecord,
): Promise<void> {
  const { body, ...head } = await handler(request);
  const sent = body && answerBody(body, head.trailer, record);
  await universalResponseToNodeResponse({ ...head, ...(sent && { body: sent }) }, response);
}

/** Records what is sent. Connect fills the trailers when the body has ended. */
async function* answerBody(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers | undefined,
  record: CallRecord,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    record.responseBytes += chunk.byteLength;
    yield chunk;
  }
  if (trailer === undefined) return;
  encodeGrpcMessage(trailer);
  // An error that came before the gate is known nowhere else.
  const status = Number(trailer.get('grpc-status'));
  if (status > 0) record.code ??= status;
}

function refuse(response: ServerResponse | Http2ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
