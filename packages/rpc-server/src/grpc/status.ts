import type { ConnectError } from '@connectrpc/connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { type Fields, sendableFields, toFields } from '../call/metadata.ts';
import { grpcMessage } from './grpc-message.ts';

/** Fields of the status, which a handler cannot set. */
const reserved = new Set(['grpc-status', 'grpc-message', 'grpc-status-details-bin']);

/** The trailers of a successful call. @param trailer set by the handler */
export function okTrailers(trailer: Headers | undefined): Fields {
  return [['grpc-status', '0'], ...toFields(trailer, reserved)];
}

/**
 * The trailers of a call that has failed (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses).
 *
 * @param trailer set by the handler; it is changed
 */
export function errorTrailers(error: ConnectError, trailer = new Headers()): Fields {
  setTrailerStatus(trailer, error);
  trailer.set('grpc-message', grpcMessage(error.rawMessage));
  return sendableFields(toFields(trailer));
}
