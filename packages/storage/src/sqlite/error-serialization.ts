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
import { StoreDamagedError } from './errors.ts';

/**
 * The classes of errors that are restored after structured cloning, which loses them. They have keys of their own,
 * because bundlers may rename classes.
 */
const classes = {
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreDamagedError,
  StoreOverloadedError,
  StoreUnavailableError,
} as const;

type ClassName = keyof typeof classes;
const classNames = Object.keys(classes) as ClassName[];

/** An error as sent between threads. */
export interface SerializedError {
  readonly className: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The error's own fields. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: SerializedError | undefined;
}

export function serializeError(thrown: unknown): SerializedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    className: classNames.find((name) => error.constructor === classes[name]) ?? error.constructor.name,
    message: error.message,
    stack: error.stack,
    fields: cloneableFields(error),
    cause: error.cause === undefined ? undefined : serializeError(error.cause),
  };
}

export function deserializeError({ className, message, stack, fields, cause }: SerializedError): Error {
  const error = new Error(message, cause && { cause: deserializeError(cause) });
  const known = Object.hasOwn(classes, className) ? classes[className as ClassName] : undefined;
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
  // The class of other errors is lost; the log shows its name.
  else Object.defineProperty(error, 'name', { value: className });
  return Object.assign(Object.defineProperty(error, 'stack', { value: stack }), fields);
}

/** Returns no fields if one of them cannot be sent, such as a function: the error of a bug may have any fields. */
function cloneableFields(error: Error): Readonly<Record<string, unknown>> {
  const { message: _message, stack: _stack, cause: _cause, ...fields } = error;
  try {
    return structuredClone(fields);
  } catch {
    return {};
  }
}
