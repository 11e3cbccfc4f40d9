import { PreconditionError, StoreUnavailableError } from '@example/service-kit';

/** An error as sent between threads: structured cloning loses the class of an error. */
export interface SerializedError {
  readonly message: string;
  readonly kind: 'unavailable' | 'bug' | { readonly type: string; readonly subject: string };
  /** SQLite's own error, for the log. */
  readonly cause?: { readonly message: string; readonly errcode: number };
}

export function serializeError(error: unknown): SerializedError {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof StoreUnavailableError) return { message, kind: 'unavailable', ...causeOf(cause) };
  if (error instanceof PreconditionError) return { message, kind: { type: error.type, subject: error.subject } };
  return { message, kind: 'bug' };
}

export function deserializeError({ message, kind, cause }: SerializedError): Error {
  if (kind === 'unavailable') {
    return new StoreUnavailableError(message, {
      cause: cause && Object.assign(new Error(cause.message), { errcode: cause.errcode }),
    });
  }
  if (kind === 'bug') return new Error(message);
  return new PreconditionError(message, kind.type, kind.subject);
}

function causeOf(cause: unknown): Pick<SerializedError, 'cause'> {
  if (!(cause instanceof Error && 'errcode' in cause)) return {};
  return { cause: { message: cause.message, errcode: Number(cause.errcode) } };
}
