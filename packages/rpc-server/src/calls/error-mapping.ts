import { randomUUID } from 'node:crypto';
import type { DescMethod, MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext, type Interceptor } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, PreconditionFailureSchema } from '@example/protos/google/rpc/error_details';
import {
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreUnavailableError,
} from '@example/service-kit';
import type { Logger } from '../process/logger.ts';
import { type CallRecord, recordOf } from './call-record.ts';

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
 * | ReaderTooSlowError | RESOURCE_EXHAUSTED | |
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
  if (error instanceof ReaderTooSlowError) return new ConnectError(error.message, Code.ResourceExhausted);
  if (error instanceof PermissionDeniedError) return new ConnectError(error.message, Code.PermissionDenied);
  const errorId = randomUUID();
  if (error instanceof StoreUnavailableError) {
    logger.error({ err: error, errorId }, 'the store is unavailable');
    return new ConnectError(`the store is unavailable, try again later (error ${errorId})`, Code.Unavailable);
  }
  logger.error({ err: error, errorId }, 'a call failed unexpectedly');
  return new ConnectError(`internal error (error ${errorId})`, Code.Internal);
}

/** Longer texts are cut, in characters: with its details and as trailers an error must fit 8 KiB, whatever a client asked for. */
const maxTextLength = 1_024;

/** The errors that handlers and interceptors meant to send: those, as `toConnectError` left them. */
const meant = new WeakSet<ConnectError>();

/** Applies `mapError` to whatever a handler, or an interceptor inside this one, throws before or while it answers. */
export function errorMapping(logger: Logger): Interceptor {
  return (next) => async (request) => {
    const { signal } = request;
    const log = callLogger(logger, request.method, recordOf({ values: request.contextValues }));
    try {
      const response = await next(request.stream ? { ...request, message: corrected(request.message, log) } : request);
      return response.stream ? { ...response, message: mapped(response.message, signal, log) } : response;
    } catch (error) {
      throw mapError(error, signal, log);
    }
  };
}

async function* mapped<T>(messages: AsyncIterable<T>, signal: AbortSignal, logger: Logger): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw mapError(error, signal, logger);
  }
}

/** What Connect makes of a request is read by the handler, through whose hands its errors go. */
async function* corrected<T>(messages: AsyncIterable<T>, logger: Logger): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof ConnectError ? correctConnectError(error, logger) : error;
  }
}

/** A logger of what happens in one call. */
export function callLogger(logger: Logger, method: DescMethod, { requestId }: CallRecord): Logger {
  return logger.child({ rpc: `${method.parent.typeName}/${method.name}`, requestId });
}

/**
 * What is sent for whatever a handler threw. One that stops because its call was cancelled may throw anything: the reason says what
 * happened.
 */
export function mapError(
  error: unknown,
  { aborted, reason }: Pick<AbortSignal, 'aborted' | 'reason'>,
  logger: Logger,
): ConnectError {
  const sent = aborted ? ConnectError.from(reason, Code.Canceled) : toConnectError(error, logger);
  if (!sent.rawMessage.isWellFormed()) setText(sent, sent.rawMessage.toWellFormed());
  if (sent.rawMessage.length > maxTextLength) setText(sent, `${sent.rawMessage.slice(0, maxTextLength)}…`);
  meant.add(sent);
  return sent;
}

/**
 * Puts right an error that Connect made by itself, outside of interceptors. What a client sent and cannot be read is its fault,
 * INVALID_ARGUMENT, where Connect says INTERNAL; and what a handler answered and cannot be sent is a bug, whose own words stay here.
 */
export function correctConnectError(error: ConnectError, logger: Logger): ConnectError {
  if (isUnreadable(error)) Object.assign(error, { code: Code.InvalidArgument });
  else if (isUnsendable(error)) setText(error, toConnectError(new Error(error.rawMessage), logger).rawMessage);
  return error;
}

/**
 * Applies `correctConnectError`.
 *
 * Connect ends the context of a call with such an error before it puts it on the wire.
 *
 * @param context of a call that has just begun
 */
export function correctConnectErrors(context: HandlerContext, logger: Logger): void {
  const { abort, values } = context as HandlerContext & { abort: (reason?: unknown) => void };
  Object.assign(context, {
    abort(reason?: unknown) {
      if (reason instanceof ConnectError && !meant.has(reason)) {
        const record = recordOf({ values });
        correctConnectError(reason, logger.child({ requestId: record.requestId }));
        record.code ??= reason.code;
      }
      abort(reason);
    },
  });
}

function isUnreadable({ code, rawMessage }: ConnectError): boolean {
  return code === Code.Internal && /^(?:parse binary|decompression failed)/.test(rawMessage);
}

function isUnsendable({ code, rawMessage }: ConnectError): boolean {
  return code === Code.Internal && /^serialize |cannot encode /.test(rawMessage);
}

function setText(error: ConnectError, text: string): void {
  Object.assign(error, { rawMessage: text, message: `[${Code[error.code]}] ${text}` });
}
