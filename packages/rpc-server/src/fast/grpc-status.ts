import type { ConnectError } from '@connectrpc/connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { grpcMessage } from '../calls/grpc-message.ts';

/**
 * The trailers of a call that has failed (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses).
 *
 * @param trailer what the handler has set, which is changed
 */
export function statusTrailer(error: ConnectError, trailer = new Headers()): Headers {
  setTrailerStatus(trailer, error);
  trailer.set('grpc-message', grpcMessage(error.rawMessage));
  return trailer;
}
