import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { Code } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { ServerConfig } from '../process/config.ts';
import type { Logger } from '../process/logger.ts';
import { logAccess } from './access-log.ts';
import { type CallRecord, requestIdFrom } from './call-record.ts';
import { limitDeadline } from './deadline-header.ts';
import { isOpenEnded } from './open-ended.ts';
import { type CallRequest, callUniversal, lateMs } from './universal-call.ts';

/** Answers the requests of both HTTP versions. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** gRPC, gRPC-Web and Connect by Connect's handlers, on requests of Node's http modules. */
export function nodeListener(
  handlers: ReadonlyMap<string, UniversalHandler>,
  config: ServerConfig,
  logger: Logger,
): RequestListener {
  return (request, response) => {
    const record: CallRecord = {
      requestId: requestIdFrom(request.headers['x-request-id']),
      peer: request.socket.remoteAddress ?? '',
      requestBytes: 0,
      responseBytes: 0,
    };
    response.setHeader('x-request-id', record.requestId);
    logWhenEnded(logger, record, request, response);

    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = handlers.get(path);
    if (handler === undefined) {
      record.code = Code.Unimplemented;
      refuse(response, 404);
      return;
    }
    const universalRequest = toUniversalRequest(request, response);
    if (universalRequest === undefined) {
      record.code = Code.InvalidArgument;
      refuse(response, 400);
      return;
    }
    const deadlineMs = limitDeadline(universalRequest.header, !isOpenEnded(handler.method), config);
    if (deadlineMs !== undefined) deliverWithin(deadlineMs, response);
    answer(handler, universalRequest, response, record, config).catch((error: unknown) => {
      // The status is decided before anything is sent, so that what fails here is the sending.
      logger.debug({ err: error, path }, 'an answer could not be delivered');
      response.destroy();
    });
  };
}

function logWhenEnded(
  logger: Logger,
  record: CallRecord,
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  const startedAt = performance.now();
  response.once('close', () =>
    logAccess(logger, record, {
      path: request.url ?? '',
      httpVersion: request.httpVersion,
      contentType: request.headers['content-type'],
      httpStatus: response.statusCode,
      isAnswered: response.writableFinished,
      startedAt,
    }),
  );
}

/** Ends a call some time after its deadline although its client has not taken the answer. */
function deliverWithin(deadlineMs: number, response: ServerResponse | Http2ServerResponse): void {
  const timer = setTimeout(() => {
    if ('stream' in response) response.stream.close(constants.NGHTTP2_CANCEL);
    response.destroy();
  }, deadlineMs + lateMs);
  response.once('close', () => clearTimeout(timer));
}

/** Undefined when the authority is missing or not one (`[`): Connect throws then, which would end the process. */
function toUniversalRequest(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): CallRequest | undefined {
  try {
    const universalRequest = universalRequestFromNodeRequest(request, response, undefined, undefined);
    // A reader that stops early must not take the connection with it: Node destroys both by default.
    const body: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    return { ...universalRequest, body };
  } catch {
    return undefined;
  }
}

async function answer(
  handler: UniversalHandler,
  request: CallRequest,
  response: ServerResponse | Http2ServerResponse,
  record: CallRecord,
  config: ServerConfig,
): Promise<void> {
  await universalResponseToNodeResponse(await callUniversal(handler, request, record, config), response);
}

function refuse(response: ServerResponse | Http2ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
