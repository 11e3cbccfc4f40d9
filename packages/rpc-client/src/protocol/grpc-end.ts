import { Code, ConnectError } from '@connectrpc/connect';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import type { HeaderList } from '@example/http2';
import { toHeaders } from '@example/rpc-core';
import { appendHeaders } from './append-headers.ts';
import type { ResponseEnd } from './protocol.ts';

/**
 * @param status the value of grpc-status
 * @param headers the headers of the response; undefined if they are its trailers, too
 */
export function grpcEnd(
  status: string | undefined,
  trailers: () => Headers,
  headers: HeaderList | undefined,
): ResponseEnd {
  if (status === '0') return { error: undefined, trailers };
  const list = trailers();
  const error = errorIn(list);
  if (error === undefined) {
    const text = status === undefined ? 'the response has no grpc-status' : `invalid grpc-status ${status}`;
    return { error: new ConnectError(`protocol error: ${text}`, Code.Internal), trailers: () => list };
  }
  if (headers !== undefined) appendHeaders(error.metadata, toHeaders(headers));
  return { error, trailers: () => list };
}

/** Reads the error in trailers. If its details or its message cannot be decoded, its code is still valid. */
function errorIn(trailers: Headers): ConnectError | undefined {
  try {
    const error = findTrailerError(trailers);
    if (error !== undefined && error.code in Code) return error;
  } catch {
    // The details are invalid, or the message is and there are no details.
  }
  const copy = new Headers(trailers);
  copy.set('grpc-message', encodeURIComponent(grpcMessage(trailers) ?? ''));
  copy.delete('grpc-status-details-bin');
  return findTrailerError(copy);
}

/**
 * A message with invalid percent encoding is returned as it is: "implementations MUST NOT error or throw away the
 * message" (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses).
 */
export function grpcMessage(trailers: Headers): string | undefined {
  const text = trailers.get('grpc-message') ?? undefined;
  try {
    return text && decodeURIComponent(text);
  } catch {
    return text;
  }
}
