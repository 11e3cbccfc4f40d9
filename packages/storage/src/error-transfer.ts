import { PreconditionError, StoreUnavailableError } from '@example/domain';

/** An error as it crosses to another thread, which keeps no classes. */
export interface PlainError {
  readonly message: string;
  readonly kind: 'unavailable' | 'bug' | { readonly type: string; readonly subject: string };
}

export function toPlainError(error: unknown): PlainError {
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof StoreUnavailableError) return { message, kind: 'unavailable' };
  if (error instanceof PreconditionError) return { message, kind: { type: error.type, subject: error.subject } };
  return { message, kind: 'bug' };
}

export function fromPlainError({ message, kind }: PlainError): Error {
  if (kind === 'unavailable') return new StoreUnavailableError(message);
  if (kind === 'bug') return new Error(message);
  return new PreconditionError(message, kind.type, kind.subject);
}
