import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { type ConnectRouter, createConnectRouter, type Interceptor } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerRequest } from '@connectrpc/connect/protocol';
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { errorMapping, undecodableIsInvalid } from './error-mapping.ts';
import type { Logger } from './logger.ts';

/** Answers the requests of both HTTP versions. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

export interface ConnectEngineOptions {
  readonly routes: (router: ConnectRouter) => void;
  readonly interceptors: readonly Interceptor[];
  readonly maxMessageBytes: number;
  readonly shutdownSignal: AbortSignal;
  readonly logger: Logger;
}

/** The longest deadline a client may ask for: 10 minutes. */
const maxDeadlineMs = 10 * 60 * 1000;

/** gRPC, gRPC-Web and Connect by Connect's handlers, on requests of Node's http modules. */
export function connectEngine(options: ConnectEngineOptions): RequestListener {
  const { logger } = options;
  const router = createConnectRouter({
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: options.maxMessageBytes,
    writeMaxBytes: options.maxMessageBytes,
    maxTimeoutMs: maxDeadlineMs,
    shutdownSignal: options.shutdownSignal,
    requestGate: undecodableIsInvalid,
    interceptors: [errorMapping(logger), ...options.interceptors],
  });
  options.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = handlers.get(path);
    if (handler === undefined) {
      refuse(response, 404);
      return;
    }
    const universalRequest = toUniversalRequest(request, response);
    if (universalRequest === undefined) {
      refuse(response, 400);
      return;
    }
    answer(handler, universalRequest, response).catch((error: unknown) => {
      // The status is decided before anything is sent, so that what fails here is the sending.
      logger.debug({ err: error, path }, 'an answer could not be delivered');
      response.destroy();
    });
  };
}

/** Undefined when the authority is missing or not one (`[`): Connect throws then, which would end the process. */
function toUniversalRequest(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): UniversalServerRequest | undefined {
  try {
    return universalRequestFromNodeRequest(request, response, undefined, undefined);
  } catch {
    return undefined;
  }
}

async function answer(
  handler: UniversalHandler,
  request: UniversalServerRequest,
  response: ServerResponse | Http2ServerResponse,
): Promise<void> {
  await universalResponseToNodeResponse(await handler(request), response);
}

function refuse(response: ServerResponse | Http2ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
