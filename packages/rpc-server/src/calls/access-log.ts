import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Code } from '@connectrpc/connect';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { Logger } from '../process/logger.ts';
import type { CallRecord } from './call-record.ts';

/** The longest path that is logged whole: a request may ask for anything. */
const maxPathLength = 200;

/**
 * Logs a call when it has ended, whether or not it reached a handler: a line of level info with
 *
 * | field | |
 * |---|---|
 * | rpc | the path, such as `/user.v1.UserService/GetUser` |
 * | httpVersion, protocol | `2.0`; `gRPC`, `gRPC-Web` or `Connect` |
 * | httpStatus, status | `200`; the name of the status, such as `NotFound` or `Ok` |
 * | durationMs | from the header fields of the request to the last byte of the response |
 * | requestBytes, responseBytes | of the bodies, as they were on the wire |
 * | peer, subject | the address, and the `sub` of the token when there was one |
 * | requestId | that the response has in x-request-id |
 */
export function logAccess(
  logger: Logger,
  record: CallRecord,
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  const start = performance.now();
  response.once('close', () => {
    logger.info(
      {
        rpc: (request.url ?? '').split('?', 1)[0]?.slice(0, maxPathLength),
        httpVersion: request.httpVersion,
        protocol: protocolOf(request.headers['content-type']),
        httpStatus: response.statusCode,
        status: statusOf(record, response),
        durationMs: Math.round((performance.now() - start) * 1_000) / 1_000,
        requestBytes: record.requestBytes,
        responseBytes: record.responseBytes,
        peer: record.peer,
        subject: record.subject,
        requestId: record.requestId,
      },
      'call',
    );
  });
}

function protocolOf(contentType = ''): string {
  if (contentType.startsWith('application/grpc-web')) return 'gRPC-Web';
  return contentType.startsWith('application/grpc') ? 'gRPC' : 'Connect';
}

function statusOf({ code }: CallRecord, response: ServerResponse | Http2ServerResponse): string {
  // A connection that breaks looks to Connect like an error inside: the client has gone.
  if (!response.writableFinished && (code === undefined || code === Code.Internal)) return Code[Code.Canceled];
  if (code !== undefined) return Code[code];
  return response.statusCode >= 400 ? (Code[codeFromHttpStatus(response.statusCode)] as string) : 'Ok';
}
