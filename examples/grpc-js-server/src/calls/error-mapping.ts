import { randomUUID } from 'node:crypto';
import {
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreUnavailableError,
} from '@example/service-kit';
import { status } from '@grpc/grpc-js';
import { type CallStatus, statusWith } from './status.ts';

/**
 * Maps an error of a handler to a status. For a bug the status has only an id; the log has the whole error under that
 * id.
 */
export function toStatus(error: unknown): CallStatus {
  if (error instanceof InvalidFieldsError) {
    const fieldViolations = error.violations;
    return statusWith(status.INVALID_ARGUMENT, error.message, 'google.rpc.BadRequest', { fieldViolations });
  }
  if (error instanceof NotFoundError) {
    const { reason, domain, metadata } = error;
    return statusWith(status.NOT_FOUND, error.message, 'google.rpc.ErrorInfo', { reason, domain, metadata });
  }
  if (error instanceof RequestIdReusedError) {
    const { reason, domain, requestId } = error;
    const metadata = { request_id: requestId };
    return statusWith(status.ALREADY_EXISTS, error.message, 'google.rpc.ErrorInfo', { reason, domain, metadata });
  }
  if (error instanceof PreconditionError) {
    const { type, subject, message: description } = error;
    const violations = [{ type, subject, description }];
    return statusWith(status.FAILED_PRECONDITION, error.message, 'google.rpc.PreconditionFailure', { violations });
  }
  if (error instanceof PermissionDeniedError) return statusWith(status.PERMISSION_DENIED, error.message);
  if (error instanceof ReaderTooSlowError) return statusWith(status.RESOURCE_EXHAUSTED, error.message);
  const errorId = randomUUID();
  console.error(`error ${errorId}:`, error);
  return error instanceof StoreUnavailableError
    ? statusWith(status.UNAVAILABLE, `the store is unavailable, try again later (error ${errorId})`)
    : statusWith(status.INTERNAL, `internal error (error ${errorId})`);
}
