export {
  type FieldViolation,
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreOverloadedError,
  StoreUnavailableError,
} from './errors.ts';
export { FieldCheck, type TextLimits } from './field-check.ts';
export {
  addedFields,
  type IdempotencyKey,
  type IdempotentResult,
  idempotencyKey,
  unwrapResult,
} from './idempotency-key.ts';
export { outsideOfCalls, type ServedCall, servedCall, serving, timeLeft, withTimeLeft } from './served-call.ts';
export { isServerUrl } from './server-url.ts';
