import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import {
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreOverloadedError,
  StoreUnavailableError,
} from '@example/service-kit';
import type { Logger } from 'pino';
import { retryLater } from '../retry-later.ts';

/**
 * The status that a client gets for an error.
 *
 * | thrown | status | detail |
 * |---|---|---|
 * | InvalidFieldsError | INVALID_ARGUMENT | BadRequest |
 * | NotFoundError | NOT_FOUND | ErrorInfo |
 * | RequestIdReusedError | ALREADY_EXISTS | ErrorInfo |
 * | PreconditionError | FAILED_PRECONDITION | PreconditionFailure |
 * | PermissionDeniedError | PERMISSION_DENIED | |
 * | ReaderTooSlowError | RESOURCE_EXHAUSTED | |
 * | StoreUnavailableError | UNAVAILABLE | |
 * | StoreOverloadedError | UNAVAILABLE | RetryInfo |
 * | ConnectError | its own | its own |
 * | ConnectError of a call that the handler made | UNAVAILABLE and DEADLINE_EXCEEDED stay, others are INTERNAL | |
 * | anything else: a bug | INTERNAL | |
 *
 * For a bug, and for an error of another call, the client receives only an id. The log has the error with the same id.
 */
function toConnectError(error: unknown, logger: () => Logger): ConnectError {
  if (error instanceof ConnectError) return isOfOtherCall(error) ? otherCallFailed(error, logger) : error;
  if (error instanceof InvalidFieldsError) {
    const detail: MessageInitShape<typeof BadRequestSchema> = {
      fieldViolations: error.violations.map(({ field, description }) => ({ field, description })),
    };
    return new ConnectError(error.message, Code.InvalidArgument, undefined, [
      { desc: BadRequestSchema, value: detail },
    ]);
  }
  if (error instanceof NotFoundError) {
    const { reason, domain, metadata } = error;
    return new ConnectError(error.message, Code.NotFound, undefined, [
      { desc: ErrorInfoSchema, value: { reason, domain, metadata: { ...metadata } } },
    ]);
  }
  if (error instanceof RequestIdReusedError) {
    const { reason, domain, requestId } = error;
    return new ConnectError(error.message, Code.AlreadyExists, undefined, [
      { desc: ErrorInfoSchema, value: { reason, domain, metadata: { request_id: requestId } } },
    ]);
  }
  if (error instanceof PreconditionError) {
    const { type, subject, message: description } = error;
    return new ConnectError(error.message, Code.FailedPrecondition, undefined, [
      { desc: PreconditionFailureSchema, value: { violations: [{ type, subject, description }] } },
    ]);
  }
  if (error instanceof ReaderTooSlowError) return new ConnectError(error.message, Code.ResourceExhausted);
  if (error instanceof PermissionDeniedError) return new ConnectError(error.message, Code.PermissionDenied);
  if (error instanceof StoreOverloadedError) {
    return retryLater(error.message, Code.Unavailable);
  }
  if (error instanceof StoreUnavailableError) {
    const errorId = logged(error, 'the store is unavailable', logger);
    return new ConnectError(`the store is unavailable, try again later (error ${errorId})`, Code.Unavailable);
  }
  return unexpected(error, logger);
}

function unexpected(error: unknown, logger: () => Logger): ConnectError {
  const errorId = logged(error, 'a call failed unexpectedly', logger);
  return new ConnectError(`internal error (error ${errorId})`, Code.Internal);
}

/**
 * Whether Connect's client has created the error from the response of another server, or from an error such as
 * ECONNREFUSED. Clients of this server must not receive its text.
 */
function isOfOtherCall({ isWireError, rawMessage, cause }: ConnectError): boolean {
  return isWireError || (cause instanceof Error && cause.message === rawMessage);
}

/** Codes of another call that also apply to this call. Other codes are about the request of the other call. */
const passedOn: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded]);

function otherCallFailed(error: ConnectError, logger: () => Logger): ConnectError {
  const errorId = logged(error, 'a call to another service failed', logger);
  const code = passedOn.has(error.code) ? error.code : Code.Internal;
  return new ConnectError(`a call to another service failed (error ${errorId})`, code);
}

/** @returns the id under which the log has the error */
function logged(error: unknown, message: string, logger: () => Logger): string {
  const errorId = randomUUID();
  try {
    logger().error({ err: error, errorId }, message);
  } catch {
    // A logger that `createLogger` did not create may throw when it reads the error: this line leaves the error out.
    logger().error({ errorId }, message);
  }
  return errorId;
}

/**
 * The longest text of an error, in characters; longer ones are cut. gRPC clients refuse trailers above 8 KiB, details
 * included.
 */
const maxTextLength = 1_024;

const requestIdName = 'x-request-id';

export interface Cancellation {
  readonly isCancelled: boolean;
  readonly reason: unknown;
}

export const notCancelled: Cancellation = { isCancelled: false, reason: undefined };

/**
 * The error to send for an exception of a handler or an interceptor. It never throws.
 *
 * @param cancellation whether the call is cancelled, and why. A cancelled handler may throw anything, so the reason of
 *   the cancellation is sent instead
 */
export function mapError(error: unknown, { isCancelled, reason }: Cancellation, logger: () => Logger): ConnectError {
  try {
    return sendable(isCancelled ? ConnectError.from(reason, Code.Canceled) : toConnectError(error, logger));
  } catch (unreadable) {
    // Reading a property of the error has thrown.
    return unexpected(unreadable, logger);
  }
}

/** Returns a copy if the error has to be changed, because the handler may throw the same error again. */
function sendable(error: ConnectError): ConnectError {
  const { rawMessage, metadata } = error;
  if (rawMessage.isWellFormed() && rawMessage.length <= maxTextLength && !metadata.has(requestIdName)) return error;
  const text = rawMessage.length > maxTextLength ? `${rawMessage.slice(0, maxTextLength)}…` : rawMessage;
  // The cut may have split a surrogate pair.
  const copy = new ConnectError(text.toWellFormed(), error.code, metadata, undefined, error.cause);
  copy.details = error.details;
  // An error from another server has that server's request id. The response must contain only the id of its own
  // request.
  copy.metadata.delete(requestIdName);
  return copy;
}

/** The error of a call that is ended because the call, its connection or its caller would hold too much memory. */
export function memoryExceeded(): ConnectError {
  return retryLater('too much data is waiting to be sent or read, try again later', Code.ResourceExhausted);
}

/** @param what the difference from the number of messages that the method requires, such as `missing input message` */
export function wrongMessageCount(what: string): ConnectError {
  return new ConnectError(`protocol error: ${what} for the method`, Code.Unimplemented);
}

export function incompleteEnvelope(): ConnectError {
  return new ConnectError('protocol error: incomplete envelope', Code.InvalidArgument);
}
