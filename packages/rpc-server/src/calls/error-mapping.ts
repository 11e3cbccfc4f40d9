import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext, type Interceptor } from '@connectrpc/connect';
import {
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  RequestIdReusedError,
  StoreUnavailableError,
} from '@example/domain';
import { BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import type { Logger } from '../process/logger.ts';

/**
 * What an error is on the wire.
 *
 * | thrown | status | detail |
 * |---|---|---|
 * | InvalidFieldsError | INVALID_ARGUMENT | BadRequest |
 * | NotFoundError | NOT_FOUND | ErrorInfo |
 * | RequestIdReusedError | ALREADY_EXISTS | ErrorInfo |
 * | PreconditionError | FAILED_PRECONDITION | PreconditionFailure |
 * | PermissionDeniedError | PERMISSION_DENIED | |
 * | StoreUnavailableError | UNAVAILABLE | |
 * | ConnectError | as it says | as it says |
 * | anything else: a bug | INTERNAL | |
 *
 * Of a bug the wire has only an id, which the log has too.
 */
function toConnectError(error: unknown, logger: Logger): ConnectError {
  if (error instanceof ConnectError) return error;
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
  if (error instanceof PermissionDeniedError) return new ConnectError(error.message, Code.PermissionDenied);
  const errorId = randomUUID();
  if (error instanceof StoreUnavailableError) {
    logger.error({ err: error, errorId }, 'the store is unavailable');
    return new ConnectError(`the store is unavailable, try again later (error ${errorId})`, Code.Unavailable);
  }
  logger.error({ err: error, errorId }, 'a call failed unexpectedly');
  return new ConnectError(`internal error (error ${errorId})`, Code.Internal);
}

/** Applies `toConnectError` to whatever a handler, or an interceptor inside this one, throws before or while it answers. */
export function errorMapping(logger: Logger): Interceptor {
  return (next) => async (request) => {
    const rpc = `${request.service.typeName}/${request.method.name}`;
    const log = logger.child({ rpc });
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: mapped(response.message, request.signal, log) } : response;
    } catch (error) {
      throw mapOne(error, request.signal, log);
    }
  };
}

async function* mapped<T>(messages: AsyncIterable<T>, signal: AbortSignal, logger: Logger): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw mapOne(error, signal, logger);
  }
}

/** A handler that stops because its call was cancelled may throw anything: the reason of the signal says what happened. */
function mapOne(error: unknown, signal: AbortSignal, logger: Logger): ConnectError {
  return signal.aborted ? ConnectError.from(signal.reason, Code.Canceled) : toConnectError(error, logger);
}

/**
 * Makes a binary message that does not decode INVALID_ARGUMENT: it is the caller's fault, and a JSON one gets that too. Connect
 * says INTERNAL, and for unary calls says it before interceptors run; but every error that ends a call aborts its context first,
 * and is put on the wire afterwards.
 *
 * @param context of a call that has just begun
 */
export function undecodableIsInvalid({ signal }: HandlerContext): void {
  signal.addEventListener('abort', () => {
    const error: unknown = signal.reason;
    if (error instanceof ConnectError && error.code === Code.Internal && error.rawMessage.startsWith('parse binary:')) {
      Object.assign(error, { code: Code.InvalidArgument });
    }
  });
}
