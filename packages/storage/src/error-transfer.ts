import { PreconditionError, StoreUnavailableError } from '@example/service-kit';

/** An error as it crosses to another thread, which keeps no classes. */
export interface PlainError {
  readonly message: string;
  readonly kind: 'unavailable' | 'bug' | { readonly type: string; readonly subject: string };
  /** What SQLite said itself, for the log. */
  readonly cause?: { readonly message: string; readonly errcode: number };
}

export function toPlainError(error: unknown): PlainError {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof StoreUnavailableError) return { message, kind: 'unavailable', ...causeOf(cause) };
  if (error instanceof PreconditionError) return { message, kind: { type: error.type, subject: error.subject } };
  return { message, kind: 'bug' };
}

export function fromPlainError({ message, kind, cause }: PlainError): Error {
  if (kind === 'unavailable') {
    return new StoreUnavailableError(message, {
      cause: cause && Object.assign(new Error(cause.message), { errcode: cause.errcode }),
    });
  }
  if (kind === 'bug') return new Error(message);
  return new PreconditionError(message, kind.type, kind.subject);
}

function causeOf(cause: unknown): Pick<PlainError, 'cause'> {
  if (!(cause instanceof Error && 'errcode' in cause)) return {};
  return { cause: { message: cause.message, errcode: Number(cause.errcode) } };
}
