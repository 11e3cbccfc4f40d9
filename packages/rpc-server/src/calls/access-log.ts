import { Code } from '@connectrpc/connect';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { Logger } from '../process/logger.ts';
import type { CallRecord } from './call-record.ts';

/** The longest path that is logged whole: a request may ask for anything. */
const maxPathLength = 200;

/** A call that has ended, as HTTP knows it. */
export interface EndedCall {
  /** With or without a query. */
  readonly path: string;
  /** `1.1` or `2.0`. */
  readonly httpVersion: string;
  readonly contentType: string | undefined;
  readonly httpStatus: number;
  /** Whether its response went out to the end. */
  readonly isAnswered: boolean;
  /** When it began, by `performance.now()`. */
  readonly startedAt: number;
}

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
export function logAccess(logger: Logger, record: CallRecord, call: EndedCall): void {
  if (!logger.isLevelEnabled('info')) return;
  logger.info(
    {
      rpc: withoutQuery(call.path).slice(0, maxPathLength),
      httpVersion: call.httpVersion,
      protocol: protocolOf(call.contentType),
      httpStatus: call.httpStatus,
      status: statusOf(record, call),
      durationMs: Math.round((performance.now() - call.startedAt) * 1_000) / 1_000,
      requestBytes: record.requestBytes,
      responseBytes: record.responseBytes,
      peer: record.peer,
      subject: record.subject,
      requestId: record.requestId,
    },
    'call',
  );
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function protocolOf(contentType = ''): string {
  if (contentType.startsWith('application/grpc-web')) return 'gRPC-Web';
  return contentType.startsWith('application/grpc') ? 'gRPC' : 'Connect';
}

function statusOf({ code }: CallRecord, { httpStatus, isAnswered }: EndedCall): string {
  // A connection that breaks looks to Connect like an error inside: the client has gone.
  if (!isAnswered && (code === undefined || code === Code.Internal)) return Code[Code.Canceled];
  if (code !== undefined) return Code[code];
  return httpStatus >= 400 ? (Code[codeFromHttpStatus(httpStatus)] as string) : 'Ok';
}
